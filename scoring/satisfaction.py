"""Indices of satisfaction: methods M1–M3, groupings G1–G3, blocks, overall, means over units; in exact fractions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np

from scoring.frames import Column, Frame, Group
from scoring.tallies import Integers, moment_sums

Measure = Literal["satisfied_share", "mean_of_top", "mean_between_ends"]
Pooling = Literal["mean_of_items", "pooled_answers", "general_item"]
Values = dict[str, Fraction]  # "overall", "block:X", "factor:X", "question:X" → value in percent; undefined ones absent
HUNDRED = 100


class Form(NamedTuple):
    """An item's index as a form in its sums: 100 · (a·satisfied + b·score + c·valid) / (span · valid)."""

    satisfied: int
    score: int
    valid: int
    span: int


def satisfied_share(_: Column) -> Form:
    """M1: satisfied answers over valid answers."""
    return Form(1, 0, 0, 1)


def mean_of_top(column: Column) -> Form | None:
    """M2: mean score over the highest score; nothing for an item without scores."""
    return Form(0, 1, 0, column.ends[1]) if column.ends and column.ends[1] > 0 else None


def mean_between_ends(column: Column) -> Form | None:
    """M3: mean score, rescaled so that the lowest score is 0 and the highest 100; nothing where there are no scores."""
    return Form(0, 1, -column.ends[0], column.ends[1] - column.ends[0]) if column.ends else None


FORMS = {
    "satisfied_share": satisfied_share,
    "mean_of_top": mean_of_top,
    "mean_between_ends": mean_between_ends,
}


def forms(frame: Frame, measure: Measure) -> tuple[Form | None, ...]:
    """The form of every indexed item under a method's measure; None where the item cannot be measured so.

    >>> from scoring.frames import Column, Frame
    >>> c = Column("q", 0, 1, False, ("1", "2", "3"), (1, 2, 3), (False, False, True), 0)
    >>> forms(Frame((c,), (0,), (), (), 1, {"q": c}), "mean_between_ends")
    (Form(satisfied=0, score=1, valid=-1, span=2),)
    """
    return tuple(FORMS[measure](frame.columns[at]) for at in frame.indexed)


Forms = Sequence[Form | None]
Items = Sequence[Fraction | None]


class Sums(NamedTuple):
    """Per indexed item: numerator in units of 1/span, and valid answers. Weighted sums are whole numbers too."""

    numerators: Sequence[int]
    valid: Sequence[int]


def sums(frame: Frame, counts: Integers, measure: Measure) -> list[Sums]:
    """The sums of every node from counts (nodes, counted) int64; blank and "not applicable" are in neither.

    >>> from scoring.frames import Column, Frame
    >>> c = Column("q", 0, 1, False, ("1", "2", "3"), (1, 2, 3), (False, False, True), 0)
    >>> f = Frame((c,), (0,), (), (), 1, {"q": c})
    >>> sums(f, np.array([[9, 1, 2, 3, 9]]), "satisfied_share")
    [Sums(numerators=[3], valid=[6])]
    """
    shapes = forms(frame, measure)
    z = moment_sums(frame, counts).reshape(len(counts), len(shapes), 3)
    weights = np.array([form[:3] if form else (0, 0, 0) for form in shapes], dtype=np.int64).reshape(1, -1, 3)
    numerators = (z * weights).sum(axis=2)
    valid = z[:, :, 2] * np.array([form is not None for form in shapes], dtype=np.int64)
    return [Sums(*node) for node in zip(numerators.tolist(), valid.tolist(), strict=True)]


def values(frame: Frame, node: Sums, shapes: Forms, pooling: Pooling) -> Values:
    """Every index of one node, in percent, exact.

    An item without a valid answer has no value and is left out of the mean of its factor; likewise a factor without
    value, of its block; a block, of the overall. Sources: domain rules of QĐ 2640/QĐ-BNV (2017) and QĐ 1001/QĐ-BNV
    (2023): question, component, block, overall by plain means.

    >>> from scoring.frames import Column, Frame, Group
    >>> c = Column("q", 0, 1, False, ("1", "2", "3"), (1, 2, 3), (False, False, True), 0)
    >>> f = Frame((c,), (0,), (Group("F", (0,), None, None),), (), 1, {"q": c})
    >>> values(f, Sums([200], [400]), forms(f, "satisfied_share"), "mean_of_items")["overall"]
    Fraction(50, 1)
    """
    items = [
        Fraction(HUNDRED * numerator, form.span * valid) if form is not None and valid else None
        for form, numerator, valid in zip(shapes, *node, strict=True)
    ]
    found: Values = {}
    tops: list[Fraction] = []
    by_block: dict[str, list[Fraction]] = {}
    for group in frame.groups:
        value = POOLINGS[pooling](group, items, node, shapes)
        if value is not None:
            found[f"factor:{group.code}"] = value
            by_block.setdefault(group.block, []).append(value) if group.block else tops.append(value)
    for block, parts in by_block.items():
        found[f"block:{block}"] = mean(parts)
        tops.append(found[f"block:{block}"])
    if not frame.groups:
        tops = [item for item in items if item is not None]
    if tops:
        found["overall"] = mean(tops)
    for at, item in zip(frame.indexed, items, strict=True):
        if item is not None:
            found[f"question:{frame.columns[at].code}"] = item
    return found


def mean_of_items(group: Group, items: Items, _: Sums, __: Forms) -> Fraction | None:
    """G1: the plain mean of the factor's items that have a value."""
    parts = [item for place in group.items if (item := items[place]) is not None]
    return mean(parts) if parts else None


def pooled_answers(group: Group, _: Items, node: Sums, shapes: Forms) -> Fraction | None:
    """G2: all valid answers to the factor's items in one heap."""
    total, valid = Fraction(0), 0
    for place in group.items:
        if (form := shapes[place]) is not None:
            total += Fraction(node.numerators[place], form.span)
            valid += node.valid[place]
    return HUNDRED * total / valid if valid else None


def general_item(group: Group, items: Items, _: Sums, __: Forms) -> Fraction | None:
    """G3: the factor's own general question stands for it; no value where it has none."""
    return None if group.general is None else items[group.general]


POOLINGS = {"mean_of_items": mean_of_items, "pooled_answers": pooled_answers, "general_item": general_item}


def mean(parts: Sequence[Fraction]) -> Fraction:
    """The exact plain mean; one common denominator, so that hundreds of parts stay cheap. Raises on no parts.

    >>> mean([Fraction(1, 3), Fraction(1, 6)])
    Fraction(1, 4)
    """
    common = math.lcm(*(part.denominator for part in parts))
    return Fraction(sum(part.numerator * (common // part.denominator) for part in parts), common * len(parts))


def mean_over_units(units: Iterable[Mapping[str, Fraction]]) -> Values:
    """Plain mean of every index over the units that have it: each unit weighs the same, whatever its answers.

    >>> mean_over_units([{"overall": Fraction(80)}, {"overall": Fraction(90)}, {}])
    {'overall': Fraction(85, 1)}
    """
    gathered: dict[str, list[Fraction]] = {}
    for unit in units:
        for item, value in unit.items():
            gathered.setdefault(item, []).append(value)
    return {item: mean(parts) for item, parts in gathered.items()}


def printed(value: Fraction | Decimal | float, decimals: int = 2, language: str = "vi") -> str:
    """The value with so many decimals, rounded half up (away from zero), with a decimal comma in Vietnamese.

    A Fraction is rounded exactly. A float is read as the shortest decimal that gives it, so the float of an exact tie
    rounds as the tie does.

    >>> printed(Fraction(8033, 200)), printed(40.165, 2, "en"), printed(Fraction(-1, 8), 2, "en")
    ('40,17', '40.17', '-0.13')
    """
    exact = Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)
    scaled = abs(exact) * 10**decimals
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = f"{Decimal(units).scaleb(-decimals):.{decimals}f}"
    sign = "-" if exact < 0 and units else ""
    return sign + (text.replace(".", ",") if language == "vi" else text)
