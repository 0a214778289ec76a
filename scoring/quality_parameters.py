"""The declared parameters of data quality: thresholds of every rule with their sources; read from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Annotated

from pydantic import Field

from survey.definitions import Row, load, shape
from survey.faults import Fault, shown


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its family, whether it counts towards a unit's flag, and its numbers by name."""

    name: str
    family: str
    counts: bool
    numbers: Mapping[str, float] = field(hash=False)
    source: str

    def __getitem__(self, number: str) -> float:
        return self.numbers[number]


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When offices are open: the span of a day, its weekdays (1 is Monday), and how many hours of it are worked."""

    begins: time
    ends: time
    days: tuple[int, ...]
    hours: float

    def within(self, day: date, at: time) -> bool:
        """Whether somebody who answers then may be standing at a counter.

        >>> WorkingTime(time(7), time(17, 30), (1, 2), 8).within(date(2026, 11, 23), time(17, 30))
        False
        """
        return day.isoweekday() in self.days and self.begins <= at < self.ends


@dataclass(frozen=True, slots=True)
class Quality:
    """The whole file; `version` is kept with every flag."""

    version: int
    families: int
    working: WorkingTime
    syllables: Mapping[str, float] = field(hash=False)
    rules: Mapping[str, Rule] = field(hash=False)


class UnitFlagRow(Row):
    """How many families of indicators make a unit's flag."""

    families: Annotated[int, Field(ge=1, le=5)]
    source: str


class WorkingRow(Row):
    """Office hours in the file."""

    begins: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    ends: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    days: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1, max_length=7)]
    hours_a_day: Annotated[float, Field(ge=1, le=24)]
    source: str


class RuleRow(Row):
    """What every rule of the file has."""

    family: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    counts: bool = True
    fewest: Annotated[int, Field(ge=1, le=10_000)]
    since: date
    source: Annotated[str, Field(min_length=1)]


Small = Annotated[float, Field(gt=0, lt=1)]
Deviations = Annotated[float, Field(ge=1, le=10)]


class BurstRow(RuleRow):
    """Answers that come all at once."""

    p_below: Small
    history_days: Annotated[int, Field(ge=1, le=60)]


class RepeatedBurstsRow(RuleRow):
    """Bursts day after day."""

    days: Annotated[int, Field(ge=2, le=7)]


class OutsideRow(RuleRow):
    """Answers at night or on days off."""

    share_above: Small


class SurgeRow(RuleRow):
    """Many more answers than before."""

    z_above: Deviations
    days: Annotated[int, Field(ge=1, le=31)]
    history_days: Annotated[int, Field(ge=2, le=366)]


class UptakeRow(SurgeRow):
    """Many more answers of as many dossiers."""

    fewest_units: Annotated[int, Field(ge=2, le=1_000)]  # whose scatter tells what is usual


class RateRow(RuleRow):
    """Answers against dossiers."""

    p_below: Small
    cap: Small


class StraightRow(RuleRow):
    """The same level throughout."""

    z_above: Deviations
    fewest_items: Annotated[int, Field(ge=2, le=100)]


class SpeedRow(RuleRow):
    """Faster than anybody reads."""

    z_above: Deviations
    fewest_for_median: Annotated[int, Field(ge=1, le=10_000)]
    of_median: Small
    milliseconds_a_word: Annotated[float, Field(ge=0, le=5_000)]
    syllables_a_word: dict[str, float]


class RepeatedRow(RuleRow):
    """The same form over and over."""

    p_below: Small


class ComparisonRow(RuleRow):
    """The open stream against the sample."""

    z_above: Deviations


class RulesRow(Row):
    """All rules."""

    burst: BurstRow
    repeated_bursts: RepeatedBurstsRow
    burst_days: ComparisonRow
    outside_hours: OutsideRow
    surge: SurgeRow
    uptake: UptakeRow
    rate: RateRow
    straight_line: StraightRow
    speed: SpeedRow
    quick_forms: ComparisonRow
    repeated_pattern: RepeatedRow
    open_against_sample: ComparisonRow


class QualityRow(Row):
    """The file."""

    version: Annotated[int, Field(ge=1, le=10_000)]
    unit_flag: UnitFlagRow
    working_time: WorkingRow
    rules: RulesRow


def read_quality(text: str) -> Quality | tuple[Fault, ...]:
    """The parameters that a file of quality rules (YAML) declares, or everything that is wrong with it; never raises.

    >>> [fault.code for fault in read_quality("version: one")][:2]
    ['not_a_whole_number', 'missing_key']
    """
    found = load(text)
    if isinstance(found, tuple):
        return found
    row = shape(QualityRow, found)
    if isinstance(row, tuple):
        return row
    return tuple(faults(row)) or quality_of(row)


def faults(row: QualityRow) -> list[Fault]:
    """What the file says that cannot be meant."""
    found: list[Fault] = []
    if row.working_time.begins >= row.working_time.ends:
        facts = {"found": shown(row.working_time.ends), "limit": shown(row.working_time.begins)}
        found.append(Fault("number_too_small", "working_time.ends", facts))
    for language, number in row.rules.speed.syllables_a_word.items():
        if number < 1:
            facts = {"found": str(number), "limit": "1"}
            found.append(Fault("number_too_small", f"rules.speed.syllables_a_word.{language}", facts))
    return found


def quality_of(row: QualityRow) -> Quality:
    """The parameters of a row without faults."""
    rules = {}
    for name in RulesRow.model_fields:
        each: RuleRow = getattr(row.rules, name)
        told = each.model_dump(exclude={"family", "counts", "since", "source", "syllables_a_word"})
        numbers = {key: float(value) for key, value in told.items()}
        rules[name] = Rule(name, each.family, each.counts, numbers, " ".join(each.source.split()))
    hours = row.working_time
    working = WorkingTime(
        time.fromisoformat(hours.begins), time.fromisoformat(hours.ends), tuple(hours.days), hours.hours_a_day
    )
    return Quality(row.version, row.unit_flag.families, working, dict(row.rules.speed.syllables_a_word), rules)
