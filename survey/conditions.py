"""Conditions on earlier answers, judged by what is known so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from survey.questionnaire import Questionnaire

Value = Union[str, tuple[str, ...], Decimal, date]  # noqa: UP007 - read at run time by those who name the type
Answers = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Equals:
    """The item has this option chosen (among others, where several may be)."""

    item: str
    option: str


@dataclass(frozen=True, slots=True)
class In:
    """The item has one of these options chosen."""

    item: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The item's number, or the score of its option, is this or more; "not applicable" is not."""

    item: str
    least: Decimal


@dataclass(frozen=True, slots=True)
class Answered:
    """The item has an answer, "not applicable" included; with `answered: false`, it has none."""

    item: str
    answered: bool = True


@dataclass(frozen=True, slots=True)
class All:
    """Every one holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801 - `Any` is taken by typing
    """At least one holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    condition: Condition


Condition = Union[Equals, In, AtLeast, Answered, All, Any_, Not]  # noqa: UP007 - the members are named before it is read


def holds(condition: Condition, questionnaire: Questionnaire, answers: Answers) -> bool:
    """Whether the condition holds; an item without an answer satisfies only `not` and `answered: false`.

    `answers` must hold only answers on the way (see `survey.journey.kept`).

    >>> from survey.examples import EXAMPLE
    >>> holds(In("used", ("yes", "no")), EXAMPLE, {"used": "no"})
    True
    >>> holds(AtLeast("wait", Decimal(3)), EXAMPLE, {"wait": "2"})
    False
    """
    return bool(judge(condition, questionnaire, answers, ()))


def judge(
    condition: Condition, questionnaire: Questionnaire, answers: Answers, unknown: Collection[str]
) -> bool | None:
    """Whether the condition holds, or None while it hangs on items that are still `unknown`.

    >>> from survey.examples import EXAMPLE
    >>> judge(Equals("used", "yes"), EXAMPLE, {}, {"used"}) is None
    True
    """
    if isinstance(condition, (All, Any_)):
        return judge_many(condition, questionnaire, answers, unknown)
    if isinstance(condition, Not):
        verdict = judge(condition.condition, questionnaire, answers, unknown)
        return None if verdict is None else not verdict
    return None if condition.item in unknown else passes(condition, questionnaire, answers.get(condition.item))


def passes(condition: Equals | In | AtLeast | Answered, questionnaire: Questionnaire, value: Value | None) -> bool:
    """Whether an answer that is known, or known to be missing, passes the condition's test."""
    if isinstance(condition, Answered):
        return (value is not None) is condition.answered
    if value is None:
        return False
    if isinstance(condition, AtLeast):
        amount = measure(questionnaire, condition.item, value)
        return amount is not None and amount >= condition.least
    options = (condition.option,) if isinstance(condition, Equals) else condition.options
    return any(code in options for code in (value if isinstance(value, tuple) else (value,)))


def judge_many(
    condition: All | Any_, questionnaire: Questionnaire, answers: Answers, unknown: Collection[str]
) -> bool | None:
    """`all` is settled by one that fails, `any` by one that holds; otherwise an unknown one leaves it open."""
    verdicts = [judge(part, questionnaire, answers, unknown) for part in condition.conditions]
    settled = isinstance(condition, Any_)
    if settled in verdicts:
        return settled
    return None if None in verdicts else not settled


def measure(questionnaire: Questionnaire, item: str, value: Value) -> Decimal | None:
    """The number given, or the score of the option chosen; None for what has neither."""
    if isinstance(value, Decimal):
        return value
    option = questionnaire.item(item).by_code.get(value) if isinstance(value, str) else None
    return None if option is None or option.score is None else Decimal(option.score)


def items_of(condition: Condition) -> tuple[str, ...]:
    """The items that the condition looks at.

    >>> items_of(All((Equals("a", "1"), Not(Answered("b")))))
    ('a', 'b')
    """
    if isinstance(condition, (All, Any_)):
        return tuple(item for part in condition.conditions for item in items_of(part))
    return items_of(condition.condition) if isinstance(condition, Not) else (condition.item,)
