"""Two versions of a questionnaire compared: what was added, removed, moved and changed, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Union

from survey.conditions import Condition
from survey.questionnaire import Block, Factor, Item, Option, Question, Questionnaire, Section, Words

Kind = Literal["added", "removed", "changed", "moved"]
Part = Literal["form", "section", "question", "row", "option", "factor", "block"]
Side = Union[str, int, bool, Words, Condition, tuple[str, ...], None]  # noqa: UP007 - named before it is read


Telling = Callable[[object], Mapping[str, Side]]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: which part it is about, by its code, what of it changed, and what stood there before and after.

    `aspect` is "" where a whole part was added, removed or moved. `within` is the code of the question of an option or
    row, and of the section of a question.
    """

    kind: Kind
    part: Part
    code: str
    within: str = ""
    aspect: str = ""
    language: str = ""
    before: Side = field(default=None, hash=False)
    after: Side = field(default=None, hash=False)


def compare(old: Questionnaire, new: Questionnaire) -> tuple[Change, ...]:
    """Every difference between two versions, in the order of the new one; removed parts follow their neighbours.

    >>> from dataclasses import replace
    >>> from survey.examples import EXAMPLE
    >>> compare(EXAMPLE, EXAMPLE)
    ()
    >>> [(change.aspect, change.before, change.after) for change in compare(EXAMPLE, replace(EXAMPLE, minutes=9))]
    [('minutes', 1, 9)]
    """
    return tuple(differences(old, new))


def differences(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    """The form itself, then its parts."""
    yield from aspects("form", new.code, "", form_aspects(old), form_aspects(new))
    yield from group_differences("factor", old.factors, new.factors)
    yield from group_differences("block", old.blocks, new.blocks)
    sections = {each.code: each for each in old.sections}, {each.code: each for each in new.sections}
    for code in merged(list(sections[0]), list(sections[1])):
        yield from one("section", code, "", sections[0].get(code), sections[1].get(code), section_aspects)
    yield from order("section", "", list(sections[0]), list(sections[1]))
    yield from question_differences(old, new)


def group_differences(part: Part, old: Sequence[Factor | Block], new: Sequence[Factor | Block]) -> Iterator[Change]:
    """Factors or blocks."""
    were, are = {each.code: each for each in old}, {each.code: each for each in new}
    for code in merged(list(were), list(are)):
        yield from one(part, code, "", were.get(code), are.get(code), group_aspects)
    yield from order(part, "", list(were), list(are))


def question_differences(old: Questionnaire, new: Questionnaire) -> Iterator[Change]:
    """Questions wherever they stand, with their rows and options."""
    before, after = homes(old), homes(new)
    were = {question.code: question for question in old.questions}
    are = {question.code: question for question in new.questions}
    for code in merged(list(were), list(are)):
        home = after.get(code) or before.get(code, "")
        a, b = were.get(code), are.get(code)
        yield from one("question", code, home, a, b, question_aspects)
        if a is not None and b is not None:
            if before[code] != after[code]:
                yield Change("moved", "question", code, home, "section", before=before[code], after=after[code])
            yield from inside(a, b)
    for section in new.sections:
        stays = [question.code for question in section.questions if before.get(question.code) == section.code]
        was = [code for code, home in before.items() if home == section.code]
        yield from order("question", section.code, was, stays)


def inside(old: Question, new: Question) -> Iterator[Change]:
    """Rows of a matrix and options of a question."""
    if "matrix" in (old.type, new.type):
        were, are = {item.code: item for item in old.items}, {item.code: item for item in new.items}
        for code in merged(list(were), list(are)):
            yield from one("row", code, new.code, were.get(code), are.get(code), row_aspects)
        yield from order("row", new.code, list(were), list(are))
    first, second = options(old), options(new)
    for code in merged(list(first), list(second)):
        yield from one("option", code, new.code, first.get(code), second.get(code), option_aspects)
    yield from order("option", new.code, list(first), list(second))


def options(question: Question) -> dict[str, Option]:
    """The options that a question offers, which its rows share."""
    return dict(question.items[0].by_code) if question.items else {}


def homes(form: Questionnaire) -> dict[str, str]:
    """Question → the section that it stands in."""
    return {question.code: section.code for section in form.sections for question in section.questions}


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The new order, with what was removed behind what it stood behind.

    >>> merged(["a", "b", "c"], ["c", "a", "d"])
    ['c', 'a', 'b', 'd']
    """
    found = list(new)
    for place, code in enumerate(old):
        if code not in found:
            before = next((found.index(each) + 1 for each in reversed(old[:place]) if each in found), 0)
            found.insert(before, code)
    return found


def order(part: Part, within: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Whether what both versions have stands in another order."""
    was = [code for code in old if code in new]
    now = [code for code in new if code in old]
    if was != now:
        yield Change("moved", part, "", within, "order", before=tuple(was), after=tuple(now))


def one(part: Part, code: str, within: str, old: object, new: object, told: Telling) -> Iterator[Change]:
    """A part that was added, removed, or changed in some of its aspects."""
    if old is None:
        yield Change("added", part, code, within, after=words_of(new))
    elif new is None:
        yield Change("removed", part, code, within, before=words_of(old))
    else:
        yield from aspects(part, code, within, told(old), told(new))


def words_of(part: object) -> Words | None:
    """The words that a part bears."""
    found: Words | None = getattr(part, "text", None) or getattr(part, "title", None)
    return found


def aspects(part: Part, code: str, within: str, old: Mapping[str, Side], new: Mapping[str, Side]) -> Iterator[Change]:
    """What differs, words language by language."""
    for aspect, before in old.items():
        after = new[aspect]
        if before == after:
            continue
        if not isinstance(before, Mapping) and not isinstance(after, Mapping):
            yield Change("changed", part, code, within, aspect, before=before, after=after)
            continue
        were = before if isinstance(before, Mapping) else {}
        are = after if isinstance(after, Mapping) else {}
        for language in merged(list(were), list(are)):
            if were.get(language) != are.get(language):
                yield Change("changed", part, code, within, aspect, language, were.get(language), are.get(language))


def form_aspects(form: Questionnaire) -> dict[str, Side]:
    """What a form says of itself; its version differs anyhow."""
    return {
        "title": form.title,
        "purpose": form.purpose,
        "minutes": form.minutes,
        "languages": form.languages,
        "source": form.source,
        "sensitive": form.sensitive,
    }


def group_aspects(group: object) -> dict[str, Side]:
    """What a factor or a block says."""
    return {
        name: getattr(group, name)
        for name in ("title", "block", "general")
        if hasattr(group, name)
    }  # fmt: skip


def section_aspects(section: object) -> dict[str, Side]:
    """What a section says."""
    assert isinstance(section, Section)
    return {"title": section.title, "intro": section.intro}


def question_aspects(question: object) -> dict[str, Side]:
    """What a question says, and how it is answered."""
    assert isinstance(question, Question)
    told: dict[str, Side] = {
        "type": question.type,
        "text": question.text,
        "help": question.help,
        "show_if": question.show_if,
        "short": question.short,
    }
    item = question.items[0] if question.items and question.type != "matrix" else None
    answered = item_aspects(item) if item is not None else dict.fromkeys(ANSWERED)
    shared: dict[str, Side] = {"na": question.items[0].na} if question.items else {"na": None}
    return told | answered | shared


ANSWERED = ("required", "factor", "max_choices", "minimum", "maximum", "decimals", "max_length")


def item_aspects(item: Item) -> dict[str, Side]:
    """How an item is answered and counted; bounds as text."""
    return {
        "required": item.required,
        "factor": item.factor,
        "max_choices": item.max_choices,
        "minimum": None if item.minimum is None else str(item.minimum),
        "maximum": None if item.maximum is None else str(item.maximum),
        "decimals": item.decimals,
        "max_length": item.max_length if item.type == "text" else None,
    }


def row_aspects(item: object) -> dict[str, Side]:
    """What a row of a matrix says."""
    assert isinstance(item, Item)
    return {"text": item.text, "required": item.required, "factor": item.factor, "short": item.short}


def option_aspects(option: object) -> dict[str, Side]:
    """What an option says."""
    assert isinstance(option, Option)
    return {
        "text": option.text,
        "score": option.score,
        "satisfied": option.satisfied,
        "exclusive": option.exclusive,
        "other": option.other,
    }
