"""The facts of a summary report: gathered from tallies and an index of days, all as of one moment."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from reports.figures import NOTHING, Figure
from reports.names import words_of
from reports.summary_facts import (
    Arrived,
    BlockFacts,
    Earlier,
    How,
    Index,
    Span,
    SummaryFacts,
    Task,
    UnitFacts,
    Watch,
    told,
)
from scoring.figure import as_dict
from scoring.parameters import Rules
from scoring.places import PROVINCE
from store.models.campaigns import CampaignUnitRow
from store.queries import campaigns, progress
from survey.definitions import Row, load, shape
from workflows.index import Counted, Document, counted, document_of, strata
from workflows.index import told as figures_of
from workflows.methods import methods
from workflows.places import BrokenInstrumentError, questionnaire_of
from workflows.summary_numbers import Numbers, days_of, numbers_of, summed
from workflows.tasks import near

LANGUAGE = "vi"  # documents of the administration are written in Vietnamese
FIGURES = "so-lieu.json"  # the name under which a report's figures are kept, for the next one to compare with
COMPARED = {"days": "weekly"}  # a report on demand is compared with the last weekly one

Figures = Mapping[tuple[str, str, str, str | None], Figure]  # by scope, code, item and aggregation
Tasks = Callable[[Session, date], Sequence[Task]]


class WatchRow(Row):
    """The file of thresholds."""

    version: Annotated[int, Field(ge=1)]
    silent_days: Annotated[int, Field(ge=1, le=90)]
    rise_times: Annotated[int, Field(ge=2, le=100)]
    rise_least: Annotated[int, Field(ge=1, le=100_000)]
    behind_points: Annotated[int, Field(ge=1, le=100)]
    closing_days: Annotated[int, Field(ge=0, le=365)]
    source: str


@cache
def watch() -> Watch:
    """When a unit is named; the shipped file, read once a process."""
    found = load((files("instruments") / "reports" / "summary.yaml").read_text(encoding="utf-8"))
    row = found if isinstance(found, tuple) else shape(WatchRow, found)
    if isinstance(row, tuple):
        raise BrokenInstrumentError(f"summary.yaml: {row[0]}")
    return Watch(row.silent_days, row.rise_times, row.rise_least, row.behind_points, row.closing_days)


def summary_facts(
    session: Session, code: str, span: Span, made_at: datetime, tasks: Tasks = near
) -> tuple[SummaryFacts, Document]:
    """What the report says, and the index document that its figures come from.

    `session` is a snapshot; `made_at` is in local time. Raises UnknownCampaignError.
    """
    found = counted(session, code)
    figures = figures_of(found)
    document = document_of(session, found, [], made_at)
    rows = [as_dict(each) for each in figures if each.item == "overall" or each.scope == "province"]
    document["figures"] = [row for row in rows if row["scope"] != "counter"]
    numbers = numbers_of(session, found.row.id, found.row.basis, span, watch().silent_days)
    return facts_of(session, found, document, numbers, span, made_at, tuple(tasks(session, made_at.date()))), document


def facts_of(
    session: Session,
    found: Counted,
    document: Document,
    numbers: Numbers,
    span: Span,
    made_at: datetime,
    tasks: tuple[Task, ...],
) -> SummaryFacts:
    """All of it put together."""
    row, answers = found.row, document["answers"]
    main, aside = answers[row.basis], answers["open" if row.basis == "sample" else "sample"]
    figures = {
        (each["scope"], each["code"], each["item"], each["aggregation"]): told(each)
        for each in document["figures"]
        if each["stream"] == row.basis
    }
    working, revoked = counters_of(session, row.id, span, made_at)
    issued, pinned = issued_of(session, row.id), campaigns.campaign_units(session, row.id)
    above = named_apart(pinned)
    units = tuple(unit_facts(unit, numbers, working, issued, figures, above[unit.code]) for unit in pinned)
    return SummaryFacts(
        campaign=row.code,
        title=words_of(row.title, LANGUAGE),
        basis=row.basis,
        state=row.state,
        opens=row.opens,
        closes=row.closes,
        minimum=row.disclosure_minimum,
        small=row.disclosure_small,
        span=span,
        made_at=made_at,
        how=how(found.rules),
        watch=watch(),
        arrived=Arrived(summed(numbers.fresh).total(), summed(numbers.before).total(), main["valid"]),
        issued=answers["sample"]["issued"],
        received=main["received"],
        quarantined=main.get("quarantined", 0),
        aside=aside["valid"],
        counters=working.total(),
        revoked=revoked,
        channels=channels_of(numbers),
        by_day=tuple((day, numbers.by_day[day]) for day in days_of(span)),
        units=units,
        index=index_of(
            found, figures, tuple(block_facts(code, units, numbers, pinned, figures) for code in blocks(units))
        ),
        earlier=earlier_of(session, document, span, made_at),
        tasks=tasks,
    )


def how(rules: Rules) -> How:
    """How the index is worked out."""
    method, grouping = (rules.method.id, rules.method.name), (rules.grouping.id, rules.grouping.name)
    return How(method, grouping, methods().version, methods().sentences)


def index_of(found: Counted, figures: Figures, of_blocks: tuple[BlockFacts, ...]) -> Index:
    """The index of the province and of its parts."""

    def province(item: str, aggregation: str) -> Figure:
        return figures.get(("province", PROVINCE, item, aggregation), NOTHING)

    factors = questionnaire_of(found.version).factors
    return Index(
        province=province("overall", "units"),
        pooled=province("overall", "pooled"),
        weighted=province("overall", "weighted"),
        factors=tuple((words_of(each.title, LANGUAGE), province(f"factor:{each.code}", "units")) for each in factors),
        blocks=of_blocks,
    )


def blocks(units: Sequence[UnitFacts]) -> list[str]:
    """The blocks of the units, each once."""
    return list(dict.fromkeys(unit.block for unit in units))


def named_apart(units: Sequence[CampaignUnitRow]) -> dict[str, str]:
    """Code → what stands behind a unit's name, which is nothing but where several units bear that name."""
    names, short = Counter(unit.name for unit in units), {unit.code: unit.short_name for unit in units}
    return {
        unit.code: f" ({short.get(unit.parent or '', unit.code)})" if names[unit.name] > 1 else "" for unit in units
    }


def issued_of(session: Session, campaign_id: int) -> Counter[str]:
    """Unit → forms issued to its sample."""
    found: Counter[str] = Counter()
    for stratum in strata(session, campaign_id):
        found[stratum.unit] += stratum.issued
    return found


def counters_of(session: Session, campaign_id: int, span: Span, made_at: datetime) -> tuple[Counter[int], int]:
    """Unit → counters in use, and how many were revoked in these days."""
    rows = progress.counters_of(session, campaign_id)
    gone = [at.astimezone(made_at.tzinfo).date() for _, at in rows if at is not None]
    return Counter(unit for unit, at in rows if at is None), sum(span.first <= day <= span.last for day in gone)


def channels_of(numbers: Numbers) -> dict[str, Arrived]:
    """Channel → its answers, the busiest first."""
    total, fresh, before = summed(numbers.total), summed(numbers.fresh), summed(numbers.before)
    return {name: Arrived(fresh[name], before[name], number) for name, number in total.most_common() if number}


def unit_facts(
    unit: CampaignUnitRow,
    numbers: Numbers,
    working: Mapping[int, int],
    issued: Mapping[str, int],
    figures: Figures,
    above: str,
) -> UnitFacts:
    """What is told of one unit; nothing of its counts where its figure is suppressed."""
    figure = figures.get(("unit", unit.code, "overall", None), NOTHING)
    hidden = figure.state == "suppressed"
    total, fresh, before = (
        part.get(unit.unit_id, Counter()) for part in (numbers.total, numbers.fresh, numbers.before)
    )
    return UnitFacts(
        code=unit.code,
        name=f"{unit.name}{above}",
        short_name=f"{unit.short_name}{above}",
        level=unit.level,
        block=unit.block,
        issued=issued.get(unit.code, 0),
        counters=working.get(unit.unit_id, 0),
        arrived=None if hidden else Arrived(fresh.total(), before.total(), total.total()),
        channels={} if hidden else {channel: number for channel, number in total.items() if number},
        recent=numbers.recent[unit.unit_id],
        last_day=numbers.last_day.get(unit.unit_id),
        figure=figure,
    )


def block_facts(
    code: str, units: Sequence[UnitFacts], numbers: Numbers, pinned: Sequence[CampaignUnitRow], figures: Figures
) -> BlockFacts:
    """What is told of a block of units."""
    figure = figures.get(("block", code, "overall", "units"), NOTHING)
    inside = {row.unit_id for row in pinned if row.block == code}
    total, fresh, before = (
        summed({unit: part for unit, part in each.items() if unit in inside}).total()
        for each in (numbers.total, numbers.fresh, numbers.before)
    )
    issued = sum(unit.issued for unit in units if unit.block == code)
    return BlockFacts(code, issued, None if figure.state == "suppressed" else Arrived(fresh, before, total), figure)


def kept_figures(facts: SummaryFacts, document: Document) -> bytes:
    """The figures of a report as they are kept for the next one."""
    span = {"kind": facts.span.kind, "first": facts.span.first.isoformat(), "last": facts.span.last.isoformat()}
    told_of = {"made_at": facts.made_at.isoformat(), "span": span, "counters": facts.counters, "index": document}
    return json.dumps(told_of, ensure_ascii=False, allow_nan=False).encode()


def earlier_of(session: Session, document: Document, span: Span, made_at: datetime) -> Earlier | None:
    """What the last report of that kind told: the newest one that was made before the last day of this one.

    Figures of another method, questionnaire or stream are not compared with.
    """
    before = datetime.combine(span.last, time(), made_at.tzinfo)
    row = progress.newest_paper(session, COMPARED.get(span.kind, span.kind), document["campaign"], FIGURES, before)
    if row is None:
        return None
    held = json.loads(row.content)
    index, days = held["index"], held["span"]
    alike = all(index[name] == document[name] for name in ("basis", "questionnaire", "method"))
    return Earlier(
        made_at=datetime.fromisoformat(held["made_at"]),
        span=Span(days["kind"], date.fromisoformat(days["first"]), date.fromisoformat(days["last"])),
        valid=index["answers"][document["basis"]]["valid"],
        counters=held["counters"],
        figures={
            (each["scope"], each["code"]): told(each)
            for each in index["figures"]
            if alike
            and (each["item"], each["stream"]) == ("overall", index["basis"])
            and each["aggregation"] in (None, "units")
        },
    )
