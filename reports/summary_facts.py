"""What a summary report says, as plain values: gathered from the database in one moment, laid out in another place.

What may not be shown is None in here already: nothing that lays these facts out can show it by mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import numpy as np

from reports.figures import NOTHING, Figure
from scoring.disclosure import told_apart
from survey.questionnaire import Words

Kind = Literal["daily", "weekly", "monthly", "days"]
Trend = Literal["up", "down", "unclear", "unsure", "withheld"]


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a report is about, both included."""

    kind: Kind
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Span:
        """As many days right before; before one day, the same day of the week before, for offices rest at weekends."""
        if self.kind == "daily":
            return Span(self.kind, self.first - timedelta(days=7), self.last - timedelta(days=7))
        return Span(self.kind, self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Watch:
    """When a unit is named as silent, unusual or behind; see instruments/reports/summary.yaml."""

    silent_days: int
    rise_times: int
    rise_least: int
    behind_points: int
    closing_days: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """Valid answers: in the days of the report, in as many days before, and since the campaign opened."""

    fresh: int
    before: int
    total: int


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """One unit. `arrived` is None where its figure is suppressed: then its count is not told either.

    `issued` is its sample, 0 without one; `counters` those in use; `channels` its valid answers by channel; `recent`
    those of the last days that silence is judged by, and `last_day` the day of its last answer.
    """

    code: str
    name: str
    short_name: str
    level: str
    block: str
    issued: int
    counters: int
    arrived: Arrived | None
    channels: Mapping[str, int]
    recent: int
    last_day: date | None
    figure: Figure

    @property
    def expected(self) -> bool:
        """Whether anybody is asked there, so that silence means something."""
        return self.counters > 0 or self.issued > 0


@dataclass(frozen=True, slots=True)
class BlockFacts:
    """A block of units; `arrived` is None where its figure is suppressed."""

    code: str
    issued: int
    arrived: Arrived | None
    figure: Figure


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the plan that is late or soon due."""

    title: str
    lead: str
    due: date
    late: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the last report of the same kind told. `figures` holds overall figures by scope and code."""

    made_at: datetime
    span: Span
    valid: int
    counters: int
    figures: Mapping[tuple[str, str], Figure]


@dataclass(frozen=True, slots=True, eq=False)
class How:
    """How the index is worked out: ids and names of the rules, their version, sentences that go with figures."""

    method: tuple[str, Words]
    grouping: tuple[str, Words]
    version: int
    sentences: Mapping[str, Words]


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """The index of the province: the mean of the units, all answers `pooled` in one heap, `weighted` by dossiers where
    there is a sample; of every factor by its title; of every block of units."""

    province: Figure
    pooled: Figure
    weighted: Figure
    factors: tuple[tuple[str, Figure], ...]
    blocks: tuple[BlockFacts, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SummaryFacts:
    """Everything that a summary report says. `made_at` is in local time; shares and indices are in percent.

    `aside` is how many valid answers came in the stream that the index does not rest on.
    """

    campaign: str
    title: str
    basis: str
    state: str
    opens: date
    closes: date
    minimum: int
    small: int
    span: Span
    made_at: datetime
    how: How
    watch: Watch
    arrived: Arrived
    issued: int
    received: int
    quarantined: int
    aside: int
    counters: int
    revoked: int
    channels: Mapping[str, Arrived]
    by_day: tuple[tuple[date, int], ...]
    units: tuple[UnitFacts, ...]
    index: Index
    earlier: Earlier | None
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved since the last report, in points.

    The trend is "up" or "down" where intervals do not meet, "unclear" where they do, "unsure" where there are none;
    where too few people make the difference it is "withheld".
    """

    points: float | None
    trend: Trend


def told(row: Mapping[str, Any]) -> Figure:
    """A figure of the index document as the office may read it: with its value where the document has one."""
    ranks = (row["rank_low"], row["rank_high"])
    return Figure(
        row["code"], row["state"], row["value"], row["n"], row["low"], row["high"], *ranks, row["distribution"] or {}
    )


def change(now: Figure, then: Figure, minimum: int) -> Change | None:
    """What became of a figure; None where one of the two has no value.

    Figures of one place whose people differ by fewer than `minimum` would give these few away.

    >>> from dataclasses import replace
    >>> now = replace(NOTHING, value=82.5, n=120, low=75.0, high=88.0)
    >>> change(now, replace(now, value=80.0, n=100, low=72.0, high=86.0), 5)
    Change(points=2.5, trend='unclear')
    >>> change(now, replace(now, value=80.0, n=117), 5)
    Change(points=None, trend='withheld')
    """
    if now.value is None or then.value is None or now.n is None or then.n is None:
        return None
    if told_apart(np.array([now.n]), np.array([then.n]), minimum).any():
        return Change(None, "withheld")
    points = now.value - then.value
    if now.low is None or now.high is None or then.low is None or then.high is None:
        return Change(points, "unsure")
    if now.low > then.high:
        return Change(points, "up")
    return Change(points, "down" if now.high < then.low else "unclear")


def unit_change(facts: SummaryFacts, unit: UnitFacts) -> Change | None:
    """What became of a unit's index since the last report."""
    return changed(facts, "unit", unit.code, unit.figure)


def province_change(facts: SummaryFacts) -> Change | None:
    """What became of the province's index since the last report."""
    return changed(facts, "province", facts.index.province.code, facts.index.province)


def changed(facts: SummaryFacts, scope: str, code: str, now: Figure) -> Change | None:
    """What became of the overall figure of a place since the last report."""
    if facts.earlier is None:
        return None
    return change(now, facts.earlier.figures.get((scope, code), NOTHING), facts.minimum)


def listed(facts: SummaryFacts) -> tuple[UnitFacts, ...]:
    """Units that the report is about: where people are asked, or have answered."""
    return tuple(unit for unit in facts.units if unit.expected or unit.arrived is None or unit.arrived.total)


def silent(facts: SummaryFacts) -> tuple[UnitFacts, ...]:
    """Units where people are asked and nobody has answered of late, once the campaign has been open for as long."""
    if (facts.span.last - facts.opens).days + 1 < facts.watch.silent_days:
        return ()
    return tuple(unit for unit in facts.units if unit.expected and not unit.recent)


def rising(facts: SummaryFacts) -> tuple[UnitFacts, ...]:
    """Units with far more answers than in the days before, once there were such days."""
    if facts.opens > facts.span.before.first:
        return ()
    watch = facts.watch
    return tuple(
        unit
        for unit in facts.units
        if unit.arrived
        and unit.arrived.fresh >= watch.rise_least
        and unit.arrived.fresh >= watch.rise_times * max(unit.arrived.before, 1)
    )


def behind(facts: SummaryFacts) -> tuple[UnitFacts, ...]:
    """Units whose sample comes in more slowly than time goes by."""
    whole = (facts.closes - facts.opens).days + 1
    gone = min(max((facts.span.last - facts.opens).days + 1, 0), whole) / whole * 100
    return tuple(
        unit
        for unit in facts.units
        if unit.issued and unit.arrived and gone - 100 * unit.arrived.total / unit.issued > facts.watch.behind_points
    )


def small(facts: SummaryFacts) -> tuple[UnitFacts, ...]:
    """Units whose index rests on too few answers to be published."""
    return tuple(unit for unit in facts.units if unit.figure.state in ("flag_small", "suppressed"))


def rated(facts: SummaryFacts) -> tuple[UnitFacts, ...]:
    """Units whose index rests on enough answers to be set beside others, the highest first."""
    found = [unit for unit in facts.units if unit.figure.state == "ok" and unit.figure.value is not None]
    return tuple(sorted(found, key=lambda unit: unit.figure.value or 0.0, reverse=True))
