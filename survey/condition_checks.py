"""What is wrong with the conditions of a questionnaire file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from survey.faults import Fault, listed, shown
from survey.placed import CLOSED, Placed, na_rows
from survey.shapes import ConditionRow, QuestionnaireRow

TESTS = {"equals": "equals", "in": "in_", "at_least": "at_least", "answered": "answered"}
JOINS = {"all": "all_", "any": "any_", "not": "not_"}


def conditions(row: QuestionnaireRow, questions: Sequence[Placed]) -> Iterator[Fault]:
    """Conditions that no answer could settle."""
    earlier: dict[str, Placed] = {}
    every = {code for placed in questions for code in placed.item_codes}
    for placed in questions:
        if placed.row.show_if is not None:
            yield from condition_faults(placed.row.show_if, f"{placed.where}.show_if", earlier, every)
            yield from short_faults(placed, earlier)
        earlier |= dict.fromkeys(placed.item_codes, placed)


def condition_faults(
    row: ConditionRow, where: str, earlier: Mapping[str, Placed], every: Collection[str]
) -> Iterator[Fault]:
    """What is wrong with one condition and with those inside it."""
    tests = [key for key in TESTS if getattr(row, TESTS[key]) is not None]
    joins = [key for key in JOINS if getattr(row, JOINS[key]) is not None]
    if len(tests) + len(joins) != 1 or (row.question is None) == bool(tests):
        yield Fault(
            "condition_form", where, {"found": listed([*(["question"] if row.question else []), *tests, *joins])}
        )
        return
    for key in joins:
        inside = getattr(row, JOINS[key])
        for position, part in enumerate(inside if isinstance(inside, list) else [inside], start=1):
            place = f"{where}.{key}[{position}]" if isinstance(inside, list) else f"{where}.{key}"
            yield from condition_faults(part, place, earlier, every)
    if row.question is not None and row.question in earlier:
        yield from test_faults(row, tests[0], where, earlier[row.question])
    elif row.question is not None:
        code = "condition_looks_ahead" if row.question in every else "unknown_item"
        yield Fault(code, where, {"found": shown(row.question)})


def test_faults(row: ConditionRow, test: str, where: str, asked: Placed) -> Iterator[Fault]:
    """A test that the type of the item it looks at cannot pass."""
    facts = {"test": test, "item": str(row.question), "type": asked.row.type}
    if test == "at_least" and asked.row.type != "number" and not any(o.score is not None for o in asked.options):
        yield Fault("condition_not_for_type", where, facts)
    if test not in ("equals", "in"):
        return
    if asked.row.type not in CLOSED:
        yield Fault("condition_not_for_type", where, facts)
        return
    known = [option.code for option in asked.options] + (["na"] if any(na_rows(asked)) else [])
    for code in [row.equals] if row.equals is not None else row.in_ or []:
        if code not in known:
            yield Fault("unknown_option", where, {"found": shown(code), "options": listed(known)})


def short_faults(placed: Placed, earlier: Mapping[str, Placed]) -> Iterator[Fault]:
    """A question of the short form whose condition looks at one that the short form leaves out."""
    parts = placed.row.rows or ()
    if not (placed.row.short or any(part.short for part in parts)) or placed.row.show_if is None:
        return
    for code in looked_at(placed.row.show_if):
        if code in earlier and not is_short(earlier[code], code):
            yield Fault("short_looks_outside", f"{placed.where}.show_if", {"found": shown(code)})


def is_short(placed: Placed, code: str) -> bool:
    """Whether the item belongs to the short form."""
    own = [part.short for part in placed.row.rows or () if part.code == code]
    return placed.row.short if not own or own[0] is None else own[0]


def looked_at(row: ConditionRow) -> Iterator[str]:
    """The items that a condition looks at."""
    if row.question is not None:
        yield row.question
    for part in (*(row.all_ or ()), *(row.any_ or ()), *((row.not_,) if row.not_ else ())):
        yield from looked_at(part)
