"""The way through a questionnaire, worked out anew from the answers: which questions, in which steps."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from survey.conditions import Answers, Value, holds, items_of, judge
from survey.questionnaire import OTHER, Item, Question, Questionnaire, Section

Grain = Literal["question", "page"]
PAGE_ITEMS = 8


@dataclass(frozen=True, slots=True)
class Page:
    """What is put to a person at once; `step` names it and stays the same whatever the answers are."""

    step: str
    section: Section
    questions: tuple[Question, ...]
    items: tuple[Item, ...] = field(init=False, repr=False, compare=False)  # what it asks for
    codes: frozenset[str] = field(init=False, repr=False, compare=False)  # its items, and its notes by their own code

    def __post_init__(self) -> None:
        """Work out once what every reply needs."""
        items = tuple(item for question in self.questions for item in question.items)
        notes = {question.code for question in self.questions if not question.items}
        object.__setattr__(self, "items", items)
        object.__setattr__(self, "codes", frozenset(item.code for item in items) | notes)


def off_way(questionnaire: Questionnaire, answers: Answers) -> tuple[frozenset[str], Answers]:
    """The codes of the questions off the way, and the answers on it.

    Conditions see only answers on the way, so an orphaned answer never steers. Costs nothing without conditions.
    """
    if not questionnaire.conditional:
        return frozenset(), answers
    live, off = dict(answers), set()
    for question in questionnaire.conditional:
        if question.show_if is not None and not holds(question.show_if, questionnaire, live):
            off.add(question.code)
            for item in question.items:
                live.pop(item.code, None)
                live.pop(item.code + OTHER, None)
    return frozenset(off), live


def journey(questionnaire: Questionnaire, answers: Answers) -> tuple[Question, ...]:
    """The questions on the way of these answers, in file order.

    >>> from survey.examples import EXAMPLE
    >>> [question.code for question in journey(EXAMPLE, {"used": "no"})]
    ['used', 'visits', 'ways', 'remark']
    """
    off, _ = off_way(questionnaire, answers)
    return tuple(q for q in questionnaire.questions if q.code not in off) if off else questionnaire.questions


def kept(questionnaire: Questionnaire, answers: Answers) -> dict[str, Value]:
    """The answers on the way: what is stored, counted and looked at by conditions.

    >>> from survey.examples import EXAMPLE
    >>> kept(EXAMPLE, {"used": "no", "wait": "3"})
    {'used': 'no'}
    """
    return dict(off_way(questionnaire, answers)[1])


def pages(questionnaire: Questionnaire, answers: Answers, grain: Grain = "page") -> tuple[Page, ...]:
    """The steps on the way. Grain `page`: questions of one section, cut before a question whose condition looks at a
    question of the same page, and at most 8 items unless one matrix has more. Grain `question`: one item each (a
    matrix row by row), with the notes before it.

    Where the cuts fall does not hang on the answers, so a step keeps its name: the code of its first question as the
    file has it (grain `page`), or of its item (grain `question`).

    >>> from survey.examples import EXAMPLE
    >>> [page.step for page in pages(EXAMPLE, {"used": "no"})]
    ['used', 'wait', 'remark']
    """
    return on_way(plan(questionnaire, grain), off_way(questionnaire, answers)[0])


def on_way(every: tuple[Page, ...], off: Collection[str]) -> tuple[Page, ...]:
    """The pages with the questions that are not `off`; a page without any falls away."""
    if not off:
        return every
    return tuple(cut for page in every if (cut := without(page, off)).questions)


def without(page: Page, off: Collection[str]) -> Page:
    """The page without the questions that are `off`."""
    left = tuple(question for question in page.questions if question.code not in off)
    return page if len(left) == len(page.questions) else replace(page, questions=left)


@lru_cache(maxsize=256)
def plan(questionnaire: Questionnaire, grain: Grain) -> tuple[Page, ...]:
    """Every step that a questionnaire may have, whatever the answers are; worked out once."""
    cut = cut_pages if grain == "page" else cut_questions
    return tuple(page for section in questionnaire.sections for page in cut(section))


def cut_pages(section: Section) -> Iterator[Page]:
    """The section in pages."""
    page: list[Question] = []
    for group in with_notes(section.questions):
        if page and (too_many([*page, *group]) or looks_at(group, page)):
            yield Page(page[0].code, section, tuple(page))
            page = []
        page += group
    if page:
        yield Page(page[0].code, section, tuple(page))


def too_many(questions: Collection[Question]) -> bool:
    """Whether these questions have more items than a page takes."""
    return sum(len(question.items) for question in questions) > PAGE_ITEMS


def looks_at(group: Collection[Question], page: Collection[Question]) -> bool:
    """Whether a condition in the group looks at an answer of the page."""
    there = {item.code for question in page for item in question.items}
    return any(not there.isdisjoint(items_of(q.show_if)) for q in group if q.show_if is not None)


def with_notes(questions: tuple[Question, ...]) -> Iterator[list[Question]]:
    """Each question with the notes before it; notes at the end stand alone."""
    group: list[Question] = []
    for question in questions:
        group.append(question)
        if question.items:
            yield group
            group = []
    if group:
        yield group


def cut_questions(section: Section) -> Iterator[Page]:
    """The section one item at a time: a matrix row by row, notes with what follows them."""
    for group in with_notes(section.questions):
        *notes, last = group
        if not last.items:
            yield Page(last.code, section, tuple(group))
        for position, item in enumerate(last.items):
            before = notes if position == 0 else []
            yield Page(item.code, section, (*before, replace(last, items=(item,))))


def settled_off(questionnaire: Questionnaire, answers: Answers, settled: Collection[str]) -> frozenset[str]:
    """The codes of questions that no further answer can bring onto the way; answers to `settled` items are final.

    What remains is the longest way from here, so a total made of it never grows while a person goes forward.
    """
    live, off = dict(answers), set()
    unknown = {item.code for item in questionnaire.items if item.code not in settled}
    for question in questionnaire.conditional:
        if question.show_if is None or judge(question.show_if, questionnaire, live, unknown) is not False:
            continue
        off.add(question.code)
        for item in question.items:
            live.pop(item.code, None)
            unknown.discard(item.code)
    return frozenset(off)
