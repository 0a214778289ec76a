"""Indices of satisfaction: methods M1–M3, groupings G1–G3, blocks, overall, means over units; in exact fractions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from scoring.frames import Column, Frame, Group
from scoring.parameters import Measure, Pooling
from scoring.tallies import Integers, moment_sums

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
Ratio = tuple[int, int]  # numerator and denominator, not reduced
Parts = dict[int, Fraction]  # place in the ratios → weight; weights add up to 1
Recipe = dict[str, Parts]  # item of a figure → what it is the weighted mean of


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


def ratios(frame: Frame, node: Sums, shapes: Forms, pooling: Pooling) -> list[Ratio]:
    """What the indices of one node are means of: (numerator, denominator) of every indexed item, then of every pooled
    factor (G2); a denominator of 0 where there is no valid answer or no form.

    >>> from scoring.frames import Column, Frame, Group
    >>> c = Column("q", 0, 1, False, ("1", "2", "3"), (1, 2, 3), (False, False, True), 0)
    >>> f = Frame((c,), (0,), (Group("F", (0,), None, None),), (), 1, {"q": c})
    >>> ratios(f, Sums([200], [400]), forms(f, "satisfied_share"), "pooled_answers")
    [(200, 400), (200, 400)]
    """
    found = [
        (numerator, form.span * valid) if form is not None else (0, 0)
        for form, numerator, valid in zip(shapes, *node, strict=True)
    ]
    if pooling == "pooled_answers":
        for group in frame.groups:
            measured = [(place, form.span) for place in group.items if (form := shapes[place]) is not None]
            span = math.lcm(*(each for _, each in measured))
            total = sum(node.numerators[place] * (span // each) for place, each in measured)
            found.append((total, span * sum(node.valid[place] for place, _ in measured)))
    return found


def recipe(frame: Frame, defined: Sequence[bool], pooling: Pooling) -> Recipe:
    """Every index as a weighted mean of ratios, from which of the ratios are defined.

    An item without a valid answer is left out of the mean of its factor; likewise a factor without a value, of its
    block; a block, of the overall. Source: question, component, block, overall by plain means, QĐ 1001/QĐ-BNV (2023).

    >>> from scoring.frames import Column, Frame, Group
    >>> c = Column("q", 0, 1, False, ("1", "2", "3"), (1, 2, 3), (False, False, True), 0)
    >>> recipe(Frame((c,), (0,), (Group("F", (0,), None, None),), (), 1, {"q": c}), [True], "mean_of_items")["overall"]
    {0: Fraction(1, 1)}
    """
    found: Recipe = {}
    tops: list[Parts] = []
    by_block: dict[str, list[Parts]] = {}
    for at, group in enumerate(frame.groups):
        places = PLACES[pooling](frame, at, group)
        parts = blend([{place: Fraction(1)} for place in places if defined[place]])
        if parts:
            found[f"factor:{group.code}"] = parts
            by_block.setdefault(group.block, []).append(parts) if group.block else tops.append(parts)
    for block, members in by_block.items():
        found[f"block:{block}"] = blend(members)
        tops.append(found[f"block:{block}"])
    questions = {place: {place: Fraction(1)} for place in range(len(frame.indexed)) if defined[place]}
    overall = blend(tops if frame.groups else list(questions.values()))
    if overall:
        found["overall"] = overall
    found |= {f"question:{frame.columns[frame.indexed[place]].code}": parts for place, parts in questions.items()}
    return found


def item_places(_: Frame, __: int, group: Group) -> Sequence[int]:
    """G1: the factor's items."""
    return group.items


def pooled_place(frame: Frame, at: int, _: Group) -> Sequence[int]:
    """G2: the factor's own ratio, which stands behind those of the items."""
    return (len(frame.indexed) + at,)


def general_place(_: Frame, __: int, group: Group) -> Sequence[int]:
    """G3: the factor's general item; nothing where it has none."""
    return () if group.general is None else (group.general,)


PLACES = {"mean_of_items": item_places, "pooled_answers": pooled_place, "general_item": general_place}


def blend(members: Sequence[Parts]) -> Parts:
    """The plain mean of weighted means."""
    found: Parts = {}
    for member in members:
        for place, weight in member.items():
            found[place] = found.get(place, Fraction(0)) + weight / len(members)
    return found


def values(recipe: Recipe, found: Sequence[Ratio]) -> Values:
    """Every index of one node, in percent, exact: the recipe applied to the node's ratios.

    >>> values({"overall": {0: Fraction(1, 2), 1: Fraction(1, 2)}}, [(1, 2), (1, 4)])
    {'overall': Fraction(75, 2)}
    """
    return {
        item: total(
            [
                (HUNDRED * weight.numerator * found[place][0], weight.denominator * found[place][1])
                for place, weight in parts.items()
            ]
        )
        for item, parts in recipe.items()
    }


def total(terms: Sequence[Ratio]) -> Fraction:
    """The exact sum of ratios over one common denominator, so that hundreds of terms stay cheap.

    >>> total([(1, 3), (1, 6)])
    Fraction(1, 2)
    """
    if len(terms) == 1:
        return Fraction(*terms[0])
    common = math.lcm(*(denominator for _, denominator in terms))
    return Fraction(sum(numerator * (common // denominator) for numerator, denominator in terms), common)


def mean(parts: Sequence[Fraction]) -> Fraction:
    """The exact plain mean; raises ZeroDivisionError on no parts.

    >>> mean([Fraction(1, 3), Fraction(1, 6)])
    Fraction(1, 4)
    """
    return total([(part.numerator, part.denominator) for part in parts]) / len(parts)


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
