"""What of a campaign's tallies is told with its figures, so that everybody can work them out again.

Nothing is told that does not follow from what is published: counts of cells that may be shown, what is left of a
published total once they are taken away, and sums over the parts that may not be shown singly. Cross-products of
answers stay in the office, for they would tell what the one unsatisfied person said to every other question; of each
stratum only the sum of squares is told that a published standard error needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from scoring.design import Design, design
from scoring.disclosure import Line, Mask, hidden
from scoring.estimates import Measuring, measuring
from scoring.figure import Figure
from scoring.figures import STREAMS, Board, board_of, stacked
from scoring.frames import Column, Frame
from scoring.items import answered, item_lines
from scoring.parameters import Rules
from scoring.places import Campaign
from scoring.precision import Sample, sample
from scoring.satisfaction import Sums, sums
from scoring.tallies import Cell, Integers, Stream, Tally

ALL_STRATA = "*"  # in the place of a stratum: the answers of all strata of a unit together
Name = tuple[str, str, str, str]  # scope, code, aggregation ("" for none), item


class Count(NamedTuple):
    """Answers to one question, option by option (blank first, na last): of a unit, of one of its strata, or what a
    block or the province holds beside the units that are told one by one.

    `people` gave a valid answer; where several options may be chosen, this does not follow from the counts.
    """

    stream: str
    scope: str
    code: str
    aggregation: str
    stratum: str
    question: str
    counts: tuple[int, ...]
    people: int


class Layer(NamedTuple):
    """A stratum: its dossiers (None: unknown), the forms issued, the stratum that it is counted in, and the forms that
    came back of that one (None: too few to be told)."""

    unit: str
    stratum: str
    size: int | None
    issued: int
    counted_in: str
    returned: int | None


@dataclass(frozen=True, slots=True)
class Desk:
    """One stream: its numbers, what is published of it, and which items follow from which."""

    board: Board
    published: Mapping[Name, Figure]
    parts: Mapping[str, tuple[str, ...]]
    strata: Strata | None

    def figure(self, at: int, aggregation: str, item: str) -> Figure | None:
        """What is published of an item at a place."""
        return self.published.get((self.board.tree.scopes[at], self.board.tree.codes[at], aggregation, item))

    def told(self, at: int, aggregation: str, item: str) -> bool:
        """Whether the value of that figure is published."""
        found = self.figure(at, aggregation, item)
        return found is not None and found.value is not None


@dataclass(frozen=True, slots=True)
class Strata:
    """The strata of the sample as they are counted, and what may be told of them.

    `each` are the sums of every cell, `unit` the place of each stratum, `counts` (strata, counted) and `people`
    (strata, columns) its answers, `open` where the forms that came back are told, `told` (places, columns) which
    questions of a unit are told stratum by stratum.
    """

    how: Measuring
    plan: Design
    known: Sample
    each: Sequence[Sums]
    unit: Integers
    counts: Integers
    people: Integers
    open: Mask
    told: Mask


def desks(
    frame: Frame, tallies: Mapping[Cell, Tally], campaign: Campaign, rules: Rules, published: Sequence[Figure]
) -> Iterator[Desk]:
    """The streams of a campaign with what is published of each; arguments as of `figures`."""
    for stream in STREAMS:
        mine = {cell: tallies[cell] for cell in sorted(tallies) if cell.stream == stream}
        names: dict[Name, Figure] = {
            (each.scope, each.code, each.aggregation or "", each.item): each
            for each in published
            if each.stream == stream
        }
        if mine and names:
            yield desk(frame, stream, mine, campaign, rules, names)


def desk(
    frame: Frame,
    stream: Stream,
    tallies: Mapping[Cell, Tally],
    campaign: Campaign,
    rules: Rules,
    published: Mapping[Name, Figure],
) -> Desk:
    """One stream."""
    board = board_of(frame, stream, tallies, campaign, rules)
    parts = {
        board.items[line.parent]: tuple(board.items[child] for child in line.children)
        for line in item_lines(frame, rules.grouping.pooling)
    }
    plain = Desk(board, published, parts, None)
    if stream == "open":
        return plain
    numbers = stacked(frame, stream, tallies)
    plan = design(list(tallies), numbers[:, 0], campaign.strata)
    return Desk(board, published, parts, strata_of(plain, plan, numbers))


def strata_of(desk: Desk, plan: Design, numbers: Integers) -> Strata:
    """The strata of the sample and what may be told of them."""
    board = desk.board
    how = measuring(board.frame, board.rules.method, board.rules.grouping)
    known = sample(board.frame, plan, numbers, how.forms, board.rules.grouping.pooling)
    grouped = np.zeros((len(plan.keys), board.frame.open_length), dtype=np.int64)
    np.add.at(grouped, plan.group, numbers[:, : board.frame.open_length])
    place = {code: at for at, code in enumerate(board.tree.codes) if board.tree.scopes[at] == "unit"}
    unit = np.array([place[key[0]] for key in plan.keys], dtype=np.int64)
    people = np.stack([answered(column, grouped[:, 0], grouped[:, 1:]) for column in board.frame.columns], axis=1)
    opened = returns_told(board, plan, unit)
    told = np.zeros((len(board.tree.scopes), len(board.frame.columns)), dtype=bool)
    for at in np.unique(unit).tolist():
        mine = np.flatnonzero(unit == at)
        told[at] = opened[mine].all() & strata_told(desk, at, people[mine])
    each = sums(board.frame, numbers[:, 1 : board.frame.open_length], board.rules.method.measure)
    return Strata(how, plan, known, each, unit, grouped[:, 1:], people, opened, told)


def returns_told(board: Board, plan: Design, unit: Integers) -> Mask:
    """Of which strata the number of forms that came back may be told: it must not follow that 1 … minimum − 1 did."""
    size = len(board.tree.scopes)
    people = np.concatenate([np.zeros(size, dtype=np.int64), plan.returned])
    np.add.at(people, unit, plan.returned)
    for line in sorted(board.tree.lines(), reverse=True):  # children stand after their parents
        if board.tree.scopes[line.parent] != "unit":
            people[line.parent] = people[list(line.children)].sum()
    below = {at: tuple((size + np.flatnonzero(unit == at)).tolist()) for at in np.unique(unit).tolist()}
    lines = [*board.tree.lines(), *(Line(at, strata) for at, strata in below.items())]
    found: Mask = ~hidden(people[:, None], board.rules.disclosure.minimum, lines)[size:, 0]
    return found


def strata_told(desk: Desk, at: int, people: Integers) -> Mask:
    """Which questions of a unit may be told stratum by stratum (columns,): none of its strata has to be hidden."""
    columns = desk.board.frame.columns
    whole = np.concatenate([people.sum(axis=0)[None, :], people])
    line = Line(0, tuple(range(1, len(whole))))
    safe = ~hidden(whole, desk.board.rules.disclosure.minimum, [line]).any(axis=0)
    found: Mask = safe & np.array([desk.told(at, "", f"question:{column.code}") for column in columns])
    return found


def counts(desk: Desk) -> Iterator[Count]:
    """The counts that are told: of units or their strata, then what is left of the published totals of places."""
    board = desk.board
    for at, scope in enumerate(board.tree.scopes):
        for column in board.frame.columns:
            if scope == "unit":
                yield from unit_counts(desk, at, column)
            elif scope in ("province", "block"):
                yield from remainders(desk, at, column)


def unit_counts(desk: Desk, at: int, column: Column) -> Iterator[Count]:
    """The counts of a unit: stratum by stratum where that may be told of the question, else all together."""
    board, strata = desk.board, desk.strata
    found = desk.figure(at, "", f"question:{column.code}")
    if found is None or found.distribution is None or found.n is None:
        return
    whole = Count(board.stream, "unit", found.code, "", "", column.code, tuple(found.distribution.values()), found.n)
    place = board.frame.columns.index(column)
    if strata is None or not strata.told[at, place]:
        yield whole if strata is None else whole._replace(stratum=ALL_STRATA)
        return
    slots = slice(column.slot, column.slot + len(column.labels))
    for stratum in np.flatnonzero(strata.unit == at).tolist():
        numbers, people = strata.counts[stratum, slots], int(strata.people[stratum, place])
        yield whole._replace(stratum=strata.plan.keys[stratum][1], counts=tuple(numbers.tolist()), people=people)


def remainders(desk: Desk, at: int, column: Column) -> Iterator[Count]:
    """What the published distributions of a block or the province hold beside those of its units that are published."""
    item = f"question:{column.code}"
    units = [desk.figure(unit, "", item) for unit in desk.board.tree.units(at)]
    for aggregation in ("units", "pooled"):
        found = desk.figure(at, aggregation, item)
        if found is None or found.distribution is None:
            continue
        left, people = np.array(list(found.distribution.values()), dtype=np.int64), found.n or 0
        for part in units:
            if part is not None and part.distribution is not None:
                left -= np.array(list(part.distribution.values()), dtype=np.int64)
                people -= part.n or 0
        if left.any():
            counts = tuple(left.tolist())
            yield Count(desk.board.stream, found.scope, found.code, aggregation, "", column.code, counts, people)


def layers(campaign: Campaign, desk: Desk) -> Iterator[Layer]:
    """The strata, as declared and as counted; a unit whose frame is not known is one stratum without a size."""
    assert desk.strata is not None
    plan, opened = desk.strata.plan, desk.strata.open
    place = {key: at for at, key in enumerate(plan.keys)}

    def returned(key: tuple[str, str]) -> int | None:
        at = place.get(key)
        if at is None:
            return 0
        return int(plan.returned[at]) if opened[at] else None

    strange = {unit for unit, code in plan.keys if not code}
    for unit in sorted(strange):
        yield Layer(unit, "", None, 0, "", returned((unit, "")))
    for each in sorted(campaign.strata):
        counted_in = plan.joined.get((each.unit, each.code), each.code)
        back = 0 if each.unit in strange else returned((each.unit, counted_in))
        yield Layer(each.unit, each.code, each.size, each.issued, counted_in, back)
