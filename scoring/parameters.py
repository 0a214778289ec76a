"""The declared parameters of scoring: methods, groupings, rounding, thresholds, fixed sentences; read from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from scoring.frames import ScoringError
from survey.definitions import Row, load, shape, tidy, words_faults
from survey.faults import Fault, shown

Measure = Literal["satisfied_share", "mean_of_top", "mean_between_ends"]
Pooling = Literal["mean_of_items", "pooled_answers", "general_item"]
Words = Mapping[str, str]
LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Method:
    """How an item is measured: `measure` names the rule, the words are printed beside every figure."""

    id: str
    measure: Measure
    name: Words = field(hash=False)
    formula: Words = field(hash=False)
    missing: Words = field(hash=False)
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """How items are gathered into a factor: `pooling` names the rule."""

    id: str
    pooling: Pooling
    name: Words = field(hash=False)
    formula: Words = field(hash=False)
    missing: Words = field(hash=False)
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Fewest people of a cell that is shown at all; fewest whose figure is published and ranked."""

    minimum: int
    small: int


@dataclass(frozen=True, slots=True)
class IntervalRules:
    """How intervals are made: confidence (a share), and the widest, in points, beside which a figure is given."""

    name: str
    confidence: Fraction
    widest: Fraction


@dataclass(frozen=True, slots=True)
class Methods:
    """The whole file. `version` is kept with every result; years are compared only under one version of a method."""

    version: int
    methods: tuple[Method, ...]
    groupings: tuple[Grouping, ...]
    overall: Words = field(hash=False)
    aggregation: Words = field(hash=False)
    rounding: Words = field(hash=False)
    decimals: int
    interval_decimals: int
    disclosure: Disclosure
    interval: IntervalRules
    sentences: Mapping[str, Words] = field(hash=False)

    def method(self, code: str) -> Method:
        """The method of that id; raises ScoringError `unknown_method`."""
        found = {method.id: method for method in self.methods}
        if code not in found:
            raise ScoringError("unknown_method", f"{code!r} is none of {', '.join(found)}")
        return found[code]

    def grouping(self, code: str) -> Grouping:
        """The grouping of that id; raises ScoringError `unknown_grouping`."""
        found = {grouping.id: grouping for grouping in self.groupings}
        if code not in found:
            raise ScoringError("unknown_grouping", f"{code!r} is none of {', '.join(found)}")
        return found[code]


@dataclass(frozen=True, slots=True)
class Rules:
    """What figures follow: method, grouping, thresholds, and whether everybody (`public`) or the office reads them.

    The office also sees figures of 5 … 29 answers, marked `flag_small`; the public sees only their number.
    """

    method: Method
    grouping: Grouping
    disclosure: Disclosure
    interval: IntervalRules
    public: bool = True


class MethodRow(Row):
    """One method in the file."""

    id: Annotated[str, Field(pattern=r"^[A-Z][0-9]$")]
    measure: Measure
    name: dict[str, str]
    formula: dict[str, str]
    missing: dict[str, str]
    since: date
    source: str


class GroupingRow(Row):
    """One grouping in the file."""

    id: Annotated[str, Field(pattern=r"^[A-Z][0-9]$")]
    pooling: Pooling
    name: dict[str, str]
    formula: dict[str, str]
    missing: dict[str, str]
    since: date
    source: str


class RoundingRow(Row):
    """How numbers are printed."""

    decimals: Annotated[int, Field(ge=0, le=6)]
    interval_decimals: Annotated[int, Field(ge=0, le=6)]
    wording: dict[str, str]
    source: str


class DisclosureRow(Row):
    """Thresholds of what may be shown."""

    minimum: Annotated[int, Field(ge=2, le=1000)]
    small: Annotated[int, Field(ge=2, le=100_000)]
    source: str


class IntervalRow(Row):
    """Parameters of intervals; the confidence in per cent, the widest in points."""

    name: str
    confidence: Annotated[int, Field(ge=50, le=99)]
    widest: Annotated[int, Field(ge=1, le=100)]
    source: str


class SentencesRow(Row):
    """Sentences that always stand beside certain figures."""

    open: dict[str, str]
    take_all: dict[str, str]
    hidden: dict[str, str]
    small: dict[str, str]


class MethodsRow(Row):
    """The file."""

    version: Annotated[int, Field(ge=1, le=10_000)]
    methods: Annotated[list[MethodRow], Field(min_length=1)]
    groupings: Annotated[list[GroupingRow], Field(min_length=1)]
    overall: dict[str, str]
    aggregation: dict[str, str]
    rounding: RoundingRow
    disclosure: DisclosureRow
    interval: IntervalRow
    sentences: SentencesRow


def read_methods(text: str) -> Methods | tuple[Fault, ...]:
    """The parameters that a methods file (YAML) declares, or everything that is wrong with it; never raises.

    >>> [fault.code for fault in read_methods("version: one")][:2]
    ['not_a_whole_number', 'missing_key']
    """
    found = load(text)
    if isinstance(found, tuple):
        return found
    row = shape(MethodsRow, found)
    if isinstance(row, tuple):
        return row
    return tuple(faults(row)) or methods_of(row)


def faults(row: MethodsRow) -> list[Fault]:
    """What the file says that cannot be meant."""
    found: list[Fault] = []
    for name, ids in (("methods", [m.id for m in row.methods]), ("groupings", [g.id for g in row.groupings])):
        for at, code in enumerate(ids):
            if code in ids[:at]:
                found.append(Fault("duplicate_code", f"{name}[{at + 1}].id", {"code": shown(code)}))
    for at, method in enumerate(row.methods, 1):
        found += entry_faults(method, f"methods[{at}]")
    for at, grouping in enumerate(row.groupings, 1):
        found += entry_faults(grouping, f"groupings[{at}]")
    for key, words in (("overall", row.overall), ("aggregation", row.aggregation), ("rounding", row.rounding.wording)):
        found += words_faults(words, LANGUAGES, key)
    for key, words in sentences(row.sentences).items():
        found += words_faults(words, LANGUAGES, f"sentences.{key}")
    if row.disclosure.small < row.disclosure.minimum:
        facts = {"found": str(row.disclosure.small), "limit": str(row.disclosure.minimum)}
        found.append(Fault("number_too_small", "disclosure.small", facts))
    return found


def entry_faults(entry: MethodRow | GroupingRow, where: str) -> list[Fault]:
    """What is wrong with the words of one entry."""
    texts = (("name", entry.name), ("formula", entry.formula), ("missing", entry.missing))
    return [fault for key, words in texts for fault in words_faults(words, LANGUAGES, f"{where}.{key}")]


def sentences(row: SentencesRow) -> dict[str, dict[str, str]]:
    """The fixed sentences by name."""
    return {"open": row.open, "take_all": row.take_all, "hidden": row.hidden, "small": row.small}


def methods_of(row: MethodsRow) -> Methods:
    """The parameters of a row without faults."""
    return Methods(
        version=row.version,
        methods=tuple(
            Method(m.id, m.measure, tidy(m.name), tidy(m.formula), tidy(m.missing), m.since, m.source)
            for m in row.methods
        ),
        groupings=tuple(
            Grouping(g.id, g.pooling, tidy(g.name), tidy(g.formula), tidy(g.missing), g.since, g.source)
            for g in row.groupings
        ),
        overall=tidy(row.overall),
        aggregation=tidy(row.aggregation),
        rounding=tidy(row.rounding.wording),
        decimals=row.rounding.decimals,
        interval_decimals=row.rounding.interval_decimals,
        disclosure=Disclosure(row.disclosure.minimum, row.disclosure.small),
        interval=IntervalRules(
            row.interval.name, Fraction(row.interval.confidence, 100), Fraction(row.interval.widest)
        ),
        sentences={name: tidy(words) for name, words in sentences(row.sentences).items()},
    )
