"""The engine of every door: a reply and what is known so far give what is known now and what to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Union

from survey.answers import has_other, read, read_other
from survey.conditions import Answers, Value
from survey.faults import Fault
from survey.journey import Grain, Page, kept, off_way, on_way, plan, settled_off
from survey.questionnaire import OTHER, Question, Questionnaire


@dataclass(frozen=True, slots=True)
class State:
    """A conversation between two replies.

    `answers` may hold some that have fallen off the way; they come back if the way does. `step` is the open step, or
    "" where none is open. `passed` holds the codes of the items and notes that the person has gone past, answered or
    not, so that it means the same in chat and on the web.
    """

    answers: Answers = field(default_factory=dict, hash=False)
    step: str = ""
    language: str = ""
    passed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answered:
    """What was posted or typed for a step: item code → strings; an item left out is left blank."""

    step: str
    raw: Mapping[str, Sequence[str]] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Back:
    """To the step before this one; what the page held so far may come along, and is kept as far as it is fit."""

    step: str
    raw: Mapping[str, Sequence[str]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Skip:
    """Past this step without an answer."""

    step: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Show again what is open; also how a conversation begins."""


@dataclass(frozen=True, slots=True)
class Language:
    """Go on in this language."""

    code: str


Reply = Union[Answered, Back, Skip, Resume, Language]  # noqa: UP007 - read at run time by those who name the type


@dataclass(frozen=True, slots=True)
class Asked:
    """A step is open: its questions, its position on the way and the length of the longest way from here."""

    step: str
    questions: tuple[Question, ...]
    position: int
    total: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer was taken; `item` is its code, or "<item>.other" for words beside an option."""

    item: str
    value: Value


@dataclass(frozen=True, slots=True)
class Rejected:
    """An answer was refused; nothing of its step was taken."""

    item: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Finished:
    """The way is at its end and nothing required is missing; `answers` are those on the way."""

    answers: Answers = field(hash=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """The way is at its end and these required items have no answer; the first one's step is open."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """The reply names a step that is not open; what is open follows."""

    step: str


Event = Union[Asked, Accepted, Rejected, Finished, Missing, Stale]  # noqa: UP007 - read at run time
Outcome = tuple[State, tuple[Event, ...]]


def begin(questionnaire: Questionnaire, language: str, grain: Grain) -> Outcome:
    """A conversation at its first step, in that language or in the questionnaire's first one.

    >>> from survey.examples import EXAMPLE
    >>> begin(EXAMPLE, "en", "question")[0].step
    'used'
    """
    return advance(questionnaire, start(questionnaire, language), Resume(), grain)


def start(questionnaire: Questionnaire, language: str) -> State:
    """A state before the first step, in that language or in the questionnaire's first one."""
    return State(language=language if language in questionnaire.languages else questionnaire.languages[0])


def advance(questionnaire: Questionnaire, state: State, reply: Reply, grain: Grain) -> Outcome:
    """The state after a reply, and the events that a door shows in order.

    Grain `question` takes a reply to the open step only; grain `page` also to any step already gone past, and then
    goes on to the first one not yet passed. A refused step changes nothing.

    >>> from survey.examples import EXAMPLE
    >>> state, _ = begin(EXAMPLE, "en", "question")
    >>> state, events = advance(EXAMPLE, state, Answered("used", {"used": ["no"]}), "question")
    >>> [type(event).__name__ for event in events], events[-1].step, events[-1].total
    (['Accepted', 'Asked'], 'visits', 4)
    """
    return REPLIES[type(reply)](questionnaire, state, reply, grain)


def answered(questionnaire: Questionnaire, state: State, reply: Reply, grain: Grain) -> Outcome:
    """Take a step's answers, or refuse them all."""
    assert isinstance(reply, (Answered, Skip))
    page = open_page(questionnaire, state, reply.step, grain)
    if page is None:
        return stale(questionnaire, state, reply.step, grain)
    events, values, blank = read_page(page, reply.raw if isinstance(reply, Answered) else {})
    refused = [event for event in events if isinstance(event, Rejected)]
    if refused:
        return state, (*refused, asked(questionnaire, state, page, grain))
    answers = {**state.answers, **values}
    for code in blank:
        answers.pop(code, None)
    going = replace(state, answers=answers, passed=state.passed | page.codes)
    onward, more = go_on(questionnaire, going, grain)
    return onward, (*events, *more)


def read_page(page: Page, raw: Mapping[str, Sequence[str]]) -> tuple[list[Event], dict[str, Value], list[str]]:
    """What the strings give for the items of a page: events, values, and the keys that are blank now."""
    events: list[Event] = []
    values: dict[str, Value] = {}
    blank: list[str] = []
    for item in page.items:
        found = read(item, raw.get(item.code, ()))
        take(item.code, found, events, values, blank)
        if item.offers_other and not isinstance(found, Fault):
            words = read_other(item, raw.get(item.code + OTHER, ())) if has_other(item, found) else None
            take(item.code + OTHER, words, events, values, blank)
    return events, values, blank


def take(
    code: str, found: Value | Fault | None, events: list[Event], values: dict[str, Value], blank: list[str]
) -> None:
    """Put one thing read where it belongs."""
    if found is None:
        blank.append(code)
    elif isinstance(found, Fault):
        events.append(Rejected(code, found))
    else:
        values[code] = found
        events.append(Accepted(code, found))


def back(questionnaire: Questionnaire, state: State, reply: Reply, grain: Grain) -> Outcome:
    """Open the step before; the first one stays."""
    assert isinstance(reply, Back)
    way = on_way(plan(questionnaire, grain), off_way(questionnaire, state.answers)[0])
    if reply.step == "" == state.step:
        return opened(questionnaire, state, way[-1], grain)
    page = open_page(questionnaire, state, reply.step, grain)
    if page is None:
        return stale(questionnaire, state, reply.step, grain)
    state = replace(state, answers={**state.answers, **read_page(page, reply.raw)[1]})
    place = [known.step for known in way].index(page.step)
    return opened(questionnaire, state, way[max(place - 1, 0)], grain)


def resume(questionnaire: Questionnaire, state: State, _: Reply, grain: Grain) -> Outcome:
    """Show the open step; where none is open, the first one not passed, or the end."""
    page = open_page(questionnaire, state, state.step, grain)
    return go_on(questionnaire, state, grain) if page is None else opened(questionnaire, state, page, grain)


def language(questionnaire: Questionnaire, state: State, reply: Reply, grain: Grain) -> Outcome:
    """Go on in another language of the questionnaire; one that it lacks changes nothing."""
    assert isinstance(reply, Language)
    spoken = reply.code if reply.code in questionnaire.languages else state.language
    return resume(questionnaire, replace(state, language=spoken), reply, grain)


REPLIES: Mapping[type[Reply], Callable[[Questionnaire, State, Reply, Grain], Outcome]] = {
    Answered: answered,
    Skip: answered,
    Back: back,
    Resume: resume,
    Language: language,
}


def open_page(questionnaire: Questionnaire, state: State, step: str, grain: Grain) -> Page | None:
    """The page of that step as it stands now, if a reply may name it."""
    off = off_way(questionnaire, state.answers)[0]
    page = next((page for page in on_way(plan(questionnaire, grain), off) if page.step == step), None)
    if page is None or step == state.step:
        return page
    return page if grain == "page" and has_passed(state, page) else None


def has_passed(state: State, page: Page) -> bool:
    """Whether the person has gone past everything that the page shows now."""
    return page.codes <= state.passed


def go_on(questionnaire: Questionnaire, state: State, grain: Grain) -> Outcome:
    """Open the first step on the way that is not passed; at the end, say what is missing or that it is finished."""
    way = on_way(plan(questionnaire, grain), off_way(questionnaire, state.answers)[0])
    for page in way:
        if not has_passed(state, page):
            return opened(questionnaire, state, page, grain)
    answers = kept(questionnaire, state.answers)
    missing = [(page, item) for page in way for item in page.items if item.required and item.code not in answers]
    if not missing:
        return replace(state, step=""), (Finished(answers),)
    onward, events = opened(questionnaire, state, missing[0][0], grain)
    return onward, (Missing(tuple(item.code for _, item in missing)), *events)


def opened(questionnaire: Questionnaire, state: State, page: Page, grain: Grain) -> Outcome:
    """The state with that page open."""
    return replace(state, step=page.step), (asked(questionnaire, state, page, grain),)


def asked(questionnaire: Questionnaire, state: State, page: Page, grain: Grain) -> Asked:
    """The page with its position and the length of the longest way that the settled answers leave."""
    every = plan(questionnaire, grain)
    if questionnaire.conditional:
        every = on_way(every, settled_off(questionnaire, state.answers, state.passed))
    return Asked(page.step, page.questions, [known.step for known in every].index(page.step) + 1, len(every))


def stale(questionnaire: Questionnaire, state: State, step: str, grain: Grain) -> Outcome:
    """Say that the step is not open, and show what is."""
    onward, events = resume(questionnaire, state, Resume(), grain)
    return onward, (Stale(step), *events)
