"""Sums over what is not told cell by cell, and sums of squares of strata: the rest that published figures need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

import numpy as np

from scoring.design import weighted
from scoring.disclosure import Mask
from scoring.estimates import valued
from scoring.figure import Figure
from scoring.figures import units_row
from scoring.ledger import Desk, Strata
from scoring.precision import Terms, mixing, terms
from scoring.satisfaction import Values, sums
from scoring.tallies import Integers

Share = Literal["", "rest", "whole"]
FEWEST_UNITS = 2  # whose values are summed: the sum of one is its value
FEWEST_STRATA = 3  # whose weighted sums stand beside their plain ones: two could be worked out from both


class Pool(NamedTuple):
    """What a figure needs beside the counts, as sums over parts that are not told one by one.

    `value_of` and `precision_of` tell whether value and precision are the `rest` of the figure, to be added to the
    parts that are told, or the `whole` of it. `value` is in percent: the sum over `parts` figures, or the whole;
    `numerator` and `denominator` are weighted sums of untold strata; `people` the valid answers that the told parts do
    not show. `variance`, `floored` and `centre` are sums over strata (of a mean over units: over units), as shares.
    `freedom` is what the untold strata of a place (item "") or the untold units of a mean add.
    """

    stream: str
    scope: str
    code: str
    aggregation: str
    item: str
    value_of: Share = ""
    parts: int | None = None
    value: float | None = None
    people: int | None = None
    numerator: float | None = None
    denominator: float | None = None
    precision_of: Share = ""
    variance: float | None = None
    floored: float | None = None
    centre: float | None = None
    freedom: int | None = None


class Square(NamedTuple):
    """Σ (w u)² over the people of one stratum, for an index of several questions at one place."""

    scope: str
    code: str
    item: str
    unit: str
    stratum: str
    square: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place under one aggregation, with what its strata add to its figures (sample, save under "pooled")."""

    at: int
    aggregation: str
    terms: Terms | None
    groups: Integers  # the strata of the place


def rests(desk: Desk) -> tuple[list[Pool], list[Square]]:
    """Every pool and every square that the published figures of a stream need."""
    pools: list[Pool] = []
    squares: list[Square] = []
    for at, scope in enumerate(desk.board.tree.scopes):
        if scope == "unit":
            single: tuple[str, ...] = ("",)
        elif scope in ("province", "block"):
            pools += [pool for item in desk.board.items if (pool := mean_pool(desk, at, item)) is not None]
            single = ("pooled", "weighted")
        else:
            continue
        for aggregation in single:
            place = place_of(desk, at, aggregation)
            mine = pools_of(desk, place)
            pools += mine.values()
            if place.terms is not None:
                pools += [pool for pool in [freedom_pool(desk, place)] if pool is not None]
                squares += squares_of(desk, place, {item for item in mine if mine[item].precision_of == "whole"})
    return pools, squares


def bare(desk: Desk, at: int, aggregation: str, item: str) -> Pool:
    """A pool that holds nothing yet."""
    return Pool(desk.board.stream, desk.board.tree.scopes[at], desk.board.tree.codes[at], aggregation, item)


def mean_pool(desk: Desk, at: int, item: str) -> Pool | None:
    """What the plain mean over the units of a place needs beside the units whose figures are published."""
    figure = desk.figure(at, "units", item)
    if figure is None or figure.value is None or figure.n is None:
        return None
    board, column = desk.board, desk.board.items.index(item)
    units = board.tree.units(at)
    shown = [unit for unit in units if not board.mask[unit, column] and board.people[unit, column] > 0]
    counted = [unit for unit in shown if item in board.found.values[unit]]
    untold = [unit for unit in counted if not desk.told(unit, "", item)]
    if not untold and counted == shown:
        return None
    pool = bare(desk, at, "units", item)
    if len(untold) < FEWEST_UNITS or counted != shown:
        pool = pool._replace(value_of="whole", value=float(figure.value), people=figure.n)
        precise = units_row(board, at).precision
        if figure.se is None or precise is None:
            return pool
        return pool._replace(
            precision_of="whole",
            variance=float(precise.variance[column]),
            floored=float(precise.floored[column]),
            centre=float(precise.centre[column]),
            freedom=int(precise.freedom[column]),
        )
    value = sum((board.found.values[unit][item] for unit in untold), Fraction(0))
    people = sum(int(board.people[unit, column]) for unit in untold)
    pool = pool._replace(value_of="rest", parts=len(untold), value=float(value), people=people)
    if figure.se is None:
        return pool
    sure = [part for unit in untold if (part := board.found.precision[unit]) is not None]
    return pool._replace(
        precision_of="rest",
        variance=float(sum(part.variance[column] for part in sure)),
        floored=float(sum(part.floored[column] for part in sure)),
        centre=float(sum(part.centre[column] for part in sure)),
        freedom=int(sum(part.freedom[column] for part in sure)),
    )


def place_of(desk: Desk, at: int, aggregation: str) -> Place:
    """A place, with the terms of its strata where its figures have a precision."""
    board, strata = desk.board, desk.strata
    inside = (board.tree.paths == at).any(axis=1)
    if strata is None or aggregation == "pooled" or not any(desk.told(at, aggregation, item) for item in board.items):
        return Place(at, aggregation, None, np.zeros(0, dtype=np.int64))
    _, recipe = valued(strata.how, weighted(strata.plan, np.flatnonzero(inside).tolist(), strata.each))
    found = terms(strata.known, inside, mixing(recipe, board.items, len(strata.known.above)))
    return Place(at, aggregation, found, found.strata)


def pools_of(desk: Desk, place: Place) -> dict[str, Pool]:
    """What each figure of a place needs beside the counts, by item; questions are looked at before what they make."""
    found: dict[str, Pool] = {}
    for item in reversed(desk.board.items):
        figure = desk.figure(place.at, place.aggregation, item)
        if figure is not None and figure.value is not None:
            pool = bare(desk, place.at, place.aggregation, item)
            if item in desk.parts:
                pool = precision_pool(desk, place, figure, value_pool(desk, place, figure, pool, found), found)
            elif place.terms is not None:
                pool = question_pool(desk, place, figure, pool)
            if pool.value_of or pool.precision_of or pool.people is not None:
                found[item] = pool
    return dict(reversed(found.items()))


def question_pool(desk: Desk, place: Place, figure: Figure, pool: Pool) -> Pool:
    """Weighted sums of the strata that are not told of a question; all of it where even they would tell too much."""
    strata, column = told_strata(desk), column_of(desk, figure.item)
    rest = place.groups[~strata.told[strata.unit[place.groups], column]]
    rest = rest[strata.people[rest, column] > 0]
    if not len(rest):
        return pool
    if not may_be_summed(desk, place, rest):
        whole = pool._replace(value_of="whole", value=float(figure.value or 0))
        return with_terms(desk, place, whole, "whole", place.groups)
    at = desk.board.frame.indexed.index(column)
    form = strata.how.forms[at]
    assert form is not None
    numerator = denominator = Fraction(0)
    each = sums(desk.board.frame, strata.counts[rest], desk.board.rules.method.measure)
    for group, node in zip(rest.tolist(), each, strict=True):
        weight = Fraction(int(strata.plan.size[group]), int(strata.plan.returned[group]))
        numerator += weight * node.numerators[at] / form.span
        denominator += weight * node.valid[at]
    pool = pool._replace(value_of="rest", numerator=float(numerator), denominator=float(denominator))
    return with_terms(desk, place, pool, "rest", rest)


def value_pool(desk: Desk, place: Place, figure: Figure, pool: Pool, known: Mapping[str, Pool]) -> Pool:
    """The part of an index of several items that those of them make up whose figures are not published."""
    children, values = desk.parts[figure.item], values_of(desk, place)
    told = [child for child in children if desk.told(place.at, place.aggregation, child)]
    people = [desk.figure(place.at, place.aggregation, child) for child in told]
    if max((each.n or 0 for each in people if each is not None), default=0) != figure.n:
        pool = pool._replace(people=figure.n)
    untold = [child for child in children if child in values and child not in told]
    ratio = desk.board.rules.grouping.pooling == "pooled_answers" and figure.item.startswith("factor:")
    unknown = ratio and any(known[child].value_of == "whole" for child in told if child in known)
    if len(untold) == 1 or unknown or (ratio and untold):
        return pool._replace(value_of="whole", value=float(figure.value or 0))
    if untold:
        rest = sum((values[child] for child in untold), Fraction(0))
        return pool._replace(value_of="rest", parts=len(untold), value=float(rest))
    return pool


def precision_pool(desk: Desk, place: Place, figure: Figure, pool: Pool, known: Mapping[str, Pool]) -> Pool:
    """What the strata add to the precision of an index that is not made of told figures and strata alone."""
    if place.terms is None or figure.se is None:
        return pool
    strata, leaves = told_strata(desk), leaves_of(desk, place, figure.item)
    whole = any(not desk.told(place.at, place.aggregation, each) for each in below(desk, place, figure.item)) or any(
        leaf in known and known[leaf].value_of == "whole" for leaf in leaves
    )
    rest = place.groups[~all_told(desk, place, leaves)]
    rest = rest[strata.people[rest][:, [column_of(desk, leaf) for leaf in leaves]].any(axis=1)]
    if whole or (len(rest) and not may_be_summed(desk, place, rest)):
        return with_terms(desk, place, pool, "whole", place.groups)
    return with_terms(desk, place, pool, "rest", rest) if len(rest) else pool


def with_terms(desk: Desk, place: Place, pool: Pool, share: Share, groups: Integers) -> Pool:
    """The pool with what these strata add to the precision of its figure."""
    assert place.terms is not None
    rows, column = np.isin(place.groups, groups), desk.board.items.index(pool.item)
    return pool._replace(
        precision_of=share,
        variance=float(place.terms.variance[rows, column].sum()),
        floored=float(place.terms.floored[rows, column].sum()),
        centre=float(place.terms.centre[rows, column].sum()),
    )


def may_be_summed(desk: Desk, place: Place, groups: Integers) -> bool:
    """Whether sums over these strata may be told: in each block they are none or several, and never those of a unit."""
    if desk.board.tree.scopes[place.at] == "unit":
        return False
    strata = told_strata(desk)
    blocks = Counter(desk.board.tree.parents[at] for at in strata.unit[groups].tolist())
    return min(blocks.values()) >= FEWEST_STRATA


def freedom_pool(desk: Desk, place: Place) -> Pool | None:
    """What the strata add to the degrees of freedom of a place whose forms that came back are not told."""
    strata = told_strata(desk)
    closed = place.groups[~strata.open[place.groups]]
    if not len(closed):
        return None
    freedom = int((strata.plan.returned[closed] - 1).sum())
    return bare(desk, place.at, place.aggregation, "")._replace(freedom=freedom)


def squares_of(desk: Desk, place: Place, whole: Collection[str]) -> Iterator[Square]:
    """The sums of squares of the strata that are told of every question of an index and did not all answer."""
    board, strata = desk.board, told_strata(desk)
    assert place.terms is not None
    for column, item in enumerate(board.items):
        figure = desk.figure(place.at, place.aggregation, item)
        if item not in desk.parts or item in whole or figure is None or figure.value is None:
            continue
        told = all_told(desk, place, leaves_of(desk, place, item)) & (strata.plan.fraction[place.groups] < 1)
        for row in np.flatnonzero(told).tolist():
            unit, stratum = strata.plan.keys[place.groups[row]]
            square = float(place.terms.second[row, column])
            yield Square(board.tree.scopes[place.at], board.tree.codes[place.at], item, unit, stratum, square)


def all_told(desk: Desk, place: Place, leaves: Sequence[str]) -> Mask:
    """Which strata of a place are told of all these questions (groups,)."""
    strata = told_strata(desk)
    columns = [column_of(desk, leaf) for leaf in leaves]
    told: Mask = strata.told[strata.unit[place.groups]][:, columns]
    found: Mask = np.logical_and.reduce(told, axis=1)
    return found


def leaves_of(desk: Desk, place: Place, item: str) -> list[str]:
    """The questions that an index comes from at a place, each once."""
    return [each for each in dict.fromkeys(below(desk, place, item)) if each not in desk.parts]


def below(desk: Desk, place: Place, item: str) -> Iterator[str]:
    """Every index and question that an index comes from at a place; of a question, itself."""
    for child in desk.parts.get(item, (item,)):
        if child in values_of(desk, place):
            yield child
            if child in desk.parts:
                yield from below(desk, place, child)


def values_of(desk: Desk, place: Place) -> Values:
    """Every index of a place under its aggregation."""
    found = desk.board.found
    return (found.pooled if place.aggregation == "pooled" else found.values)[place.at]


def column_of(desk: Desk, item: str) -> int:
    """The place of a question among the columns."""
    frame = desk.board.frame
    return frame.columns.index(frame.by_code[item.removeprefix("question:")])


def told_strata(desk: Desk) -> Strata:
    """The strata of a sample."""
    assert desk.strata is not None
    return desk.strata
