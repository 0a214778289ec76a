"""A questionnaire as the screens of a tablet: one thing asked on each, with what decides whether it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from survey.conditions import All, Answered, Any_, AtLeast, Condition, Equals, In, Not
from survey.journey import plan
from survey.questionnaire import Item, Question, Questionnaire, Section

KINDS: Mapping[str, str] = {"scale": "levels", "matrix": "levels", "single": "options", "yes_no": "options"}
Data = list[Any]  # a condition as JSON: its name, then what it looks at


@dataclass(frozen=True, slots=True)
class Step:
    """One screen: notes to read first, then at most one item."""

    code: str
    section: Section
    notes: tuple[Question, ...]
    question: Question
    item: Item | None
    kind: str
    shown_if: Data | None


@lru_cache(maxsize=64)
def steps(questionnaire: Questionnaire) -> tuple[Step, ...]:
    """Every screen that a questionnaire may have.

    >>> from survey.examples import EXAMPLE
    >>> [(step.code, step.kind, step.shown_if) for step in steps(EXAMPLE)][:2]
    [('used', 'options', None), ('wait', 'levels', ['in', 'used', ['yes']])]
    """
    return tuple(
        Step(
            code=page.step,
            section=page.section,
            notes=page.questions[:-1],
            question=page.questions[-1],
            item=next(iter(page.questions[-1].items), None),
            kind=KINDS.get(page.questions[-1].type, page.questions[-1].type),
            shown_if=as_data(page.questions[-1].show_if, questionnaire) if page.questions[-1].show_if else None,
        )
        for page in plan(questionnaire, "question")
    )


def as_data(condition: Condition, questionnaire: Questionnaire) -> Data:
    """A condition as JSON, as our script reads it."""
    return WRITERS[type(condition)](condition, questionnaire)


def least(condition: AtLeast, questionnaire: Questionnaire) -> Data:
    """At least so much: a number, or one of the options whose score is."""
    options = [option for option in questionnaire.item(condition.item).options if option.score is not None]
    if not options:
        return ["least", condition.item, float(condition.least)]
    return ["in", condition.item, [each.code for each in options if (each.score or 0) >= condition.least]]


WRITERS: Mapping[type[Any], Callable[[Any, Questionnaire], Data]] = {
    Equals: lambda found, _: ["in", found.item, [found.option]],
    In: lambda found, _: ["in", found.item, list(found.options)],
    AtLeast: least,
    Answered: lambda found, _: ["answered", found.item, found.answered],
    All: lambda found, asked: ["all", [as_data(each, asked) for each in found.conditions]],
    Any_: lambda found, asked: ["any", [as_data(each, asked) for each in found.conditions]],
    Not: lambda found, asked: ["not", as_data(found.condition, asked)],
}
