"""The figures of a campaign: every index of every place with its count, precision, state, rank and distribution."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from scoring.disclosure import Mask, hidden, state
from scoring.estimates import Estimates, Returned, measuring, open_estimates, sample_estimates
from scoring.figure import Aggregation, Figure
from scoring.frames import Frame, ScoringError
from scoring.intervals import (
    UNDEFINED,
    Interval,
    better,
    competition_ranks,
    interval,
    quantiles,
    rank_interval,
)
from scoring.items import distribution, item_lines, item_names, people
from scoring.parameters import Rules
from scoring.places import Campaign, Places, Scope, places
from scoring.precision import Precision, mean_precision
from scoring.satisfaction import HUNDRED, Values, mean_over_units
from scoring.tallies import Cell, Integers, Stream, Tally, length

STREAMS: tuple[Stream, ...] = ("sample", "open")
SCOPES: tuple[Scope, ...] = ("province", "block", "unit", "counter")
NOTHING = Interval(None, None, "", None)


def figures(
    frame: Frame,
    tallies: Mapping[Cell, Tally],
    campaign: Campaign,
    rules: Rules,
    streams: Sequence[Stream] = (),
    scopes: Collection[Scope] = SCOPES,
) -> tuple[Figure, ...]:
    """Every figure of the campaign, the province first, from tallies of one questionnaire version.

    `streams` adds streams without any answer; `scopes` leaves out places of others, whose answers count all the same.
    Tallies of the sample stream must carry cross-products. Raises
    ScoringError where cells belong to units, strata or questionnaires that are not of this campaign.

    >>> from survey.examples import EXAMPLE
    >>> from scoring.examples import RULES
    >>> from scoring.frames import frame
    >>> from scoring.tallies import tally
    >>> f = frame(EXAMPLE)
    >>> answers = np.array([[1, 3, 0]] * 30 + [[1, 1, 0]] * 10, dtype=np.uint8)
    >>> numbers = tally(f, answers, np.zeros(40, dtype=np.int64), 1, products=False)
    >>> found = figures(f, {Cell("open", "u"): Tally(numbers[0])}, Campaign({"u": "I"}, {}), RULES)
    >>> [(each.scope, each.value, each.n) for each in found if each.item == "overall" and not each.aggregation]
    [('unit', Fraction(75, 1), 40)]
    """
    found: list[Figure] = []
    for stream in STREAMS:
        mine = {cell: tallies[cell] for cell in sorted(tallies) if cell.stream == stream}
        if mine or stream in streams:
            found += stream_figures(frame, stream, mine, campaign, rules, scopes)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Board:
    """All numbers of one stream that its figures are read from; `people` and `mask` are (places, items)."""

    frame: Frame
    stream: Stream
    rules: Rules
    tree: Places
    items: tuple[str, ...]
    counts: Integers
    people: Integers
    mask: Mask
    found: Estimates
    rated: frozenset[str]  # items that carry an index


def stream_figures(
    frame: Frame,
    stream: Stream,
    tallies: Mapping[Cell, Tally],
    campaign: Campaign,
    rules: Rules,
    scopes: Collection[Scope],
) -> list[Figure]:
    """The figures of one stream."""
    board = board_of(frame, stream, tallies, campaign, rules)
    there = [at for at, code in enumerate(board.tree.codes) if code and board.tree.scopes[at] in scopes]
    found = {at: place_figures(board, at) for at in there}
    if stream == "sample":
        for block in set(board.tree.parents):
            units = [at for at in found if board.tree.scopes[at] == "unit" and board.tree.parents[at] == block]
            ranks(board, units, found)
    return [figure for at in found for figure in found[at]]


def board_of(frame: Frame, stream: Stream, tallies: Mapping[Cell, Tally], campaign: Campaign, rules: Rules) -> Board:
    """Everything worked out that figures of this stream need."""
    cells = list(tallies)
    numbers = stacked(frame, stream, tallies)
    tree = places(cells, campaign)
    total = tree.summed(numbers[:, : frame.open_length])
    responses, counts = total[:, 0], total[:, 1:]
    pooling = rules.grouping.pooling
    items = item_names(frame)
    answered = people(frame, responses, counts, pooling)
    mask = hidden(answered, rules.disclosure.minimum, tree.lines(), item_lines(frame, pooling))
    asked = {frame.columns[at].code for at in frame.indexed}
    rated = frozenset(item for item in items if item.partition(":")[2] in asked or not item.startswith("question:"))
    how = measuring(frame, rules.method, rules.grouping)
    if stream == "sample":
        found = sample_estimates(how, tree, counts, Returned(cells, numbers, campaign.strata), items)
    else:
        found = open_estimates(how, counts)
    return Board(frame, stream, rules, tree, items, counts, answered, mask, found, rated)


def stacked(frame: Frame, stream: Stream, tallies: Mapping[Cell, Tally]) -> Integers:
    """The tallies as one matrix (cells, length); raises ScoringError `foreign_tally` for one of another length."""
    size = length(frame, stream)
    rows = [each.numbers for each in tallies.values()]
    if any(len(row) != size for row in rows):
        raise ScoringError("foreign_tally", f"tallies of the {stream} stream must hold {size} numbers")
    return np.array(rows, dtype=np.int64).reshape(len(rows), size)


class Row(NamedTuple):
    """What one place has to show: `people` and `mask` (items,), `counts` (counted,), values and their precision."""

    people: Integers
    mask: Mask
    counts: Integers
    values: Values
    precision: Precision | None
    aggregation: Aggregation | None = None


def place_figures(board: Board, at: int) -> list[Figure]:
    """The figures of one place; of the province or a block: mean of units, pooled and, for a known sample, weighted."""
    plain = Row(board.people[at], board.mask[at], board.counts[at], board.found.values[at], board.found.precision[at])
    if board.tree.scopes[at] in ("unit", "counter"):
        return row_figures(board, at, plain)
    pooled = plain._replace(values=board.found.pooled[at], precision=None, aggregation="pooled")
    rows = [units_row(board, at), pooled]
    if plain.precision is not None:
        rows.append(plain._replace(aggregation="weighted"))
    return [figure for row in rows for figure in row_figures(board, at, row)]


def units_row(board: Board, at: int) -> Row:
    """Plain means over the units below a place whose figures are shown: a hidden one would show through the mean."""
    units = np.array(board.tree.units(at), dtype=np.intp)
    shown = ~board.mask[units] & (board.people[units] > 0)
    place = {item: column for column, item in enumerate(board.items)}
    means = mean_over_units(
        {item: value for item, value in board.found.values[unit].items() if seen[place[item]]}
        for unit, seen in zip(units.tolist(), shown.tolist(), strict=True)
    )
    counts = board.counts[at].copy()
    for column in np.flatnonzero(board.mask[units].any(axis=0)).tolist():
        asked = board.frame.by_code.get(board.items[column].removeprefix("question:"))
        if asked is not None and board.items[column].startswith("question:"):
            part = slice(asked.slot, asked.slot + len(asked.labels))
            counts[part] = board.counts[units[shown[:, column]], part].sum(axis=0)
    answered = np.where(shown, board.people[units], 0).sum(axis=0)
    sure = [board.found.precision[unit] for unit in units.tolist()]
    parts = [part for part in sure if part is not None]
    precise = mean_precision(parts, shown[[part is not None for part in sure]]) if parts else None
    return Row(answered, (answered == 0) & (board.people[at] > 0), counts, means, precise, "units")


def row_figures(board: Board, at: int, row: Row) -> list[Figure]:
    """A figure an item."""
    return [figure_of(board, at, row, column) for column in range(len(board.items))]


def figure_of(board: Board, at: int, row: Row, column: int) -> Figure:
    """One figure: what is known of it, cut down to what may be shown."""
    item, rules = board.items[column], board.rules
    value, answered = row.values.get(item), int(row.people[column])
    sure = NOTHING
    if row.precision is not None and value is not None:
        share = rules.method.measure == "satisfied_share"
        sure = interval(float(value / HUNDRED), row.precision, column, float(rules.interval.confidence), share=share)
    standing = state(answered, rules.disclosure.small, suppressed=bool(row.mask[column]), effective=sure.effective)
    asked = board.frame.by_code[item.removeprefix("question:")] if item.startswith("question:") else None
    if standing in ("ok", "flag_small") and value is None and item in board.rated:
        standing = "undefined"
    wide = sure.low is not None and sure.high is not None and HUNDRED * (sure.high - sure.low) > rules.interval.widest
    if standing == "ok" and (wide or sure.kind == UNDEFINED):
        standing = "flag_small"
    figure = Figure(
        scope=board.tree.scopes[at],
        code=board.tree.codes[at],
        item=item,
        stream=board.stream,
        aggregation=row.aggregation,
        value=value,
        n=answered,
        se=percent(float(row.precision.variance[column]) ** 0.5) if row.precision and value is not None else None,
        low=percent(sure.low),
        high=percent(sure.high),
        interval=sure.kind or None,
        state=standing,
        rank=None,
        rank_low=None,
        rank_high=None,
        distribution=None if asked is None else distribution(asked, row.counts),
    )
    return shown_of(figure, rules, wide=wide)


def percent(share: float | None) -> float | None:
    """A share in percent; nothing for nothing or NaN."""
    return None if share is None or np.isnan(share) else HUNDRED * share


def shown_of(figure: Figure, rules: Rules, *, wide: bool) -> Figure:
    """The figure without what its state forbids to show."""
    if figure.state in ("suppressed", "undefined"):
        n = 0 if figure.n == 0 else None
        bare = replace(figure, value=None, se=None, low=None, high=None, interval=None)
        return bare if figure.state == "undefined" and figure.n else replace(bare, n=n, distribution=None)
    if figure.state == "flag_small" and (rules.public or wide):
        held = replace(figure, value=None, se=None, low=None, high=None, interval=None)
        return replace(held, distribution=None) if rules.public else held
    return figure


def ranks(board: Board, units: Sequence[int], found: dict[int, list[Figure]]) -> None:
    """Give the units of one block their ranks and rank intervals, item by item, in place; only those that are ok."""
    sure = {at: precision for at in units if (precision := board.found.precision[at]) is not None}
    everyone = list(sure)
    if len(everyone) < 2:
        return
    freedoms = np.array([sure[at].freedom[0] for at in everyone], dtype=np.int64)
    t = quantiles(freedoms, float(board.rules.interval.confidence))
    for column in range(len(board.items)):
        here = [row for row, at in enumerate(everyone) if found[at][column].state == "ok"]
        values = [value for row in here if (value := found[everyone[row]][column].value) is not None]
        if len(values) < 2 or len(values) < len(here):
            continue
        variances = np.array([sure[everyone[row]].variance[column] for row in here])
        clear = better(np.array(values, dtype=np.float64) / HUNDRED, variances, t[np.ix_(here, here)])
        for row, rank, low, high in zip(here, competition_ranks(values), *rank_interval(clear), strict=True):
            place = found[everyone[row]]
            place[column] = replace(place[column], rank=rank, rank_low=low, rank_high=high)
