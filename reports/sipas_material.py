"""What the yearly report and its companions are made of: facts of one campaign, and nothing that may not be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from reports.figures import NOTHING, Figure
from reports.findings import Counted
from reports.names import alphabetical, words_of
from reports.unit_groups import LADDER, Unit
from scoring.parameters import Grouping, Method, Methods
from survey.questionnaire import Item, Questionnaire

Key = tuple[str, str, str, str | None]  # scope, code, item, aggregation
PROVINCE = "province"
BLOCKS = {
    "so-ban-nganh": "Các sở, ban, ngành",
    "huyen": "UBND các huyện, thành phố",
    "xa": "UBND các xã, phường, thị trấn",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that the survey's owner decides: grounds, purpose, recipients, who signs."""

    grounds: tuple[str, ...]
    purpose: tuple[str, ...]
    demands: tuple[str, ...]
    decision_grounds: tuple[str, ...]
    decision_recipients: tuple[str, ...]
    letter_recipients: tuple[str, ...]
    letter_room: str
    decision_sign: str
    decision_authority: tuple[str, ...]
    decision_head: str
    remedy_days: int


@dataclass(frozen=True, slots=True)
class Sampled:
    """Forms of one stratum or unit (`stratum` ""): dossiers and forms issued, None where no sample was declared; those
    that came back and count, None where they are too few to be told."""

    unit: str
    stratum: str
    size: int | None
    issued: int | None
    received: int | None
    valid: int | None


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """How answers came in; a count is None where it is too small to be told, or would give such a one away."""

    sampled: tuple[Sampled, ...]
    channels: tuple[tuple[str, int | None], ...]
    weeks: tuple[tuple[date, int | None], ...]
    set_aside: tuple[tuple[str, str, int], ...]  # state, reason, how many
    assisted: int | None
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Group:
    """One group of people: its words and figures by item."""

    words: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The index by the groups of one trait."""

    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """The campaign of the year before: its year, title, and figures under the codes that units bear this year."""

    year: int
    title: str
    figures: Mapping[Key, Figure]
    without: tuple[str, ...]  # units of this year that it did not have


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Everything that the documents of a campaign tell; `incomparable` says why there is no year before."""

    code: str
    kind: str
    title: str
    year: int
    basis: str
    state: str
    opens: date
    closes: date
    computed_at: datetime
    province: str
    place: str
    minimum: int
    small: int
    wording: Wording
    questionnaire: Questionnaire
    sha256: str
    method: Method
    grouping: Grouping
    methods: Methods
    units: Mapping[str, Unit]
    figures: Mapping[Key, Figure]
    answers: Counted
    aside: Counted
    fieldwork: Fieldwork
    before: Before | None
    incomparable: str
    groups: tuple[Breakdown, ...]

    @property
    def sampled(self) -> bool:
        """Whether the index rests on a random sample, so that it has intervals and ranks."""
        return self.basis == "sample"


def overall(facts: Facts, scope: str, code: str, aggregation: str | None = None) -> Figure:
    """The overall figure of a place."""
    return figure_at(facts.figures, scope, code, "overall", aggregation)


def figure_at(
    figures: Mapping[Key, Figure], scope: str, code: str, item: str, aggregation: str | None = None
) -> Figure:
    """A figure; `aggregation` of a province or block is the mean over its units unless told otherwise."""
    wanted = aggregation or (None if scope == "unit" else "units")
    return figures.get((scope, code, item, wanted), NOTHING)


def of_province(facts: Facts, item: str) -> Figure:
    """The province's figure: the mean over its units."""
    return figure_at(facts.figures, PROVINCE, PROVINCE, item)


def of_question(facts: Facts, code: str) -> Figure:
    """All answers to a question in one heap, so that its levels and its share are of the same answers."""
    return figure_at(facts.figures, PROVINCE, PROVINCE, f"question:{code}", "pooled")


def of_unit(facts: Facts, code: str, item: str = "overall") -> Figure:
    """A unit's figure."""
    return figure_at(facts.figures, "unit", code, item)


def earlier(facts: Facts, scope: str, code: str, item: str = "overall") -> Figure:
    """The same figure of the year before; nothing where there is none."""
    return NOTHING if facts.before is None else figure_at(facts.before.figures, scope, code, item)


def asked(facts: Facts, code: str) -> bool:
    """Whether a unit has a sample or any answer; a campaign may pin units about which nobody was asked."""
    found = of_unit(facts, code)
    issued = any(each.unit == code and each.issued for each in facts.fieldwork.sampled)
    return facts.units[code].level != PROVINCE and (issued or bool(found.n) or found.state != "undefined")


def silent(facts: Facts) -> list[Unit]:
    """Units of the campaign that were not asked about."""
    return [unit for unit in facts.units.values() if unit.level != PROVINCE and not asked(facts, unit.code)]


def blocks(facts: Facts) -> list[tuple[str, str]]:
    """Blocks of units with their names, from the province's own down to the communes."""
    first: dict[str, int] = {}
    for unit in facts.units.values():
        if asked(facts, unit.code):
            first[unit.block] = min(first.get(unit.block, len(LADDER)), LADDER.index(unit.level))
    return [(block, BLOCKS.get(block, block or "Các đơn vị khác")) for block in sorted(first, key=lambda b: first[b])]


def members(facts: Facts, block: str) -> list[Unit]:
    """Asked units of a block, those with an index first and from the highest down, then the others by name."""
    inside = [unit for unit in facts.units.values() if unit.block == block and asked(facts, unit.code)]
    return sorted(inside, key=lambda unit: (-(of_unit(facts, unit.code).value or -1.0), alphabetical(unit.name)))


def told(facts: Facts, block: str | None = None) -> list[Unit]:
    """Units whose index may be told, in the order of `members`."""
    wanted = [block] if block is not None else [code for code, _ in blocks(facts)]
    return [
        unit for each in wanted for unit in members(facts, each) if of_unit(facts, unit.code).value is not None
    ]  # fmt: skip


def factors(facts: Facts) -> list[tuple[str, str]]:
    """Items of all factors with their titles; of the rated questions where there are no factors."""
    if facts.questionnaire.factors:
        return [(f"factor:{each.code}", words_of(each.title, "vi")) for each in facts.questionnaire.factors]
    return [(f"question:{item.code}", words_of(item.text, "vi")) for item in rated(facts)]


def rated(facts: Facts, factor: str | None = None) -> list[Item]:
    """Questions that carry an index, of one factor or all."""
    general = {each.general for each in facts.questionnaire.factors}
    return [
        item
        for item in facts.questionnaire.items
        if (item.factor is not None or item.code in general or not facts.questionnaire.factors)
        and item.type in ("scale", "yes_no", "matrix")
        and any(option.satisfied for option in item.options)
        and (factor is None or item.factor == factor)
    ]


def short(facts: Facts, code: str) -> str:
    """A unit's short name, told apart by the unit above it where it is a commune."""
    unit = facts.units[code]
    above = facts.units.get(unit.parent or "")
    return f"{unit.short_name} ({above.short_name})" if unit.level == "commune" and above else unit.short_name


def named(facts: Facts, code: str) -> str:
    """A unit's name without the province's, which every one of them bears."""
    return facts.units[code].name.removesuffix(f" {facts.province}")


def options_of(items: list[Item]) -> Iterator[tuple[str, ...]]:
    """The words of the levels of each item, the lowest first."""
    for item in items:
        scored = sorted((each for each in item.options if each.score is not None), key=lambda each: each.score or 0)
        yield tuple(words_of(each.text, "vi") for each in scored)
