"""The guided way: a draft is begun and each step kept; a function changes the rows, or says what keeps it from that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow, CampaignUnitRow, CounterRow, QuestionnaireRow
from store.models.units import UnitRow
from store.queries import audit, campaigns, questionnaires, units
from survey.faults import Fault, listed
from survey.questionnaire import Questionnaire
from workflows.campaign_forms import STEPS, Asked, Counted, Days, Named, code_of
from workflows.campaigns import pinned
from workflows.counters import new_code
from workflows.places import questionnaire_of, shortened

USUAL = {"sipas": "sipas-quay", "officials": "", "other": ""}  # kind → the questionnaire that is proposed
DAYS_AHEAD, DAYS_LONG = 14, 60
COPIED = (
    "questionnaire_id", "short_form", "languages", "basis", "method", "grouping", "disclosure_minimum",
    "disclosure_small", "results", "batch_minimum", "batch_every", "minimum_fill_s", "chat_once", "chat_offered",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    """A questionnaire version as it is chosen: how long it is, whole and short."""

    id: int
    name: str
    title: str
    questions: int
    minutes: int
    short_questions: int
    short_minutes: int
    languages: tuple[str, ...]


def draft_of(session: Session, code: str) -> CampaignRow | Fault:
    """The campaign, while it may still be changed: until it opens."""
    row = campaigns.held(session, code)
    if row is None:
        return Fault("unknown_campaign", "campaign", {"found": code, "known": "–"})
    return row if row.state == "draft" else Fault("step_of_draft", "campaign", {"state": row.state})


def begin(
    session: Session, named: Named, copied: str, *, today: date, actor: str, now: datetime
) -> CampaignRow | Sequence[Fault]:
    """A draft with safe proposals for all that is not known yet, or with what an earlier campaign had."""
    before = campaigns.campaign(session, copied) if copied else None
    if copied and before is None:
        return [Fault("choice_missing", "copied")]
    version = proposed(session, named.kind)
    if version is None:
        return [Fault("no_questionnaire", "kind")]
    opens = today + timedelta(days=DAYS_AHEAD)
    row = CampaignRow(
        code=free_code(session, code_of(named.title["vi"])),
        title=named.title,
        year=named.year,
        kind=named.kind,
        state="draft",
        opens=opens,
        closes=opens + timedelta(days=DAYS_LONG),
        awaited=list(STEPS[1:]),
        **(columns_of(before) if before else proposal(version)),
    )
    session.add(row)
    session.flush()
    if before is not None:
        copy_places(session, before, row)
        row.awaited = ["days"]
    facts = {"copied": before.code} if before else {}
    audit.note(session, at=now, actor=actor, act="created", subject=row.code, facts=facts)
    return row


def proposed(session: Session, kind: str) -> QuestionnaireRow | None:
    """The questionnaire that is proposed for that kind of campaign."""
    usual = questionnaires.newest(session, USUAL.get(kind, "")) if USUAL.get(kind) else None
    known = questionnaires.questionnaires(session)
    return usual or (known[-1] if known else None)


def proposal(version: QuestionnaireRow) -> dict[str, object]:
    """What a campaign has that nobody has thought about: the safe choice each time."""
    return {
        "questionnaire_id": version.id,
        "short_form": False,
        "languages": list(questionnaire_of(version).languages),
        "basis": "open",
        "method": "M1",
        "grouping": "G1",
        "disclosure_minimum": 5,
        "disclosure_small": 30,
        "results": "public",
        "batch_minimum": 20,
        "batch_every": "day",
        "minimum_fill_s": 3,
        "chat_once": True,
        "chat_offered": True,
    }


def columns_of(before: CampaignRow) -> dict[str, object]:
    """What is taken over from an earlier campaign."""
    return {name: getattr(before, name) for name in COPIED}


def copy_places(session: Session, before: CampaignRow, row: CampaignRow) -> None:
    """Take over the units that exist on the first day, and their counters, with codes of their own."""
    there = {unit.id: unit for unit in units.units_on(session, row.opens)}
    for mine in campaigns.campaign_units(session, before.id):
        if mine.unit_id in there:
            session.add(pinned(row.id, there[mine.unit_id]))
    session.flush()
    for counter, unit in campaigns.counters(session, before.id):
        if unit.unit_id in there and counter.revoked_at is None:
            words = {"name": counter.name, "service": counter.service}
            session.add(CounterRow(campaign_id=row.id, unit_id=unit.unit_id, code=new_code(), **words))
    session.flush()


def free_code(session: Session, wished: str) -> str:
    """The code, or with the next free number behind it where another campaign bears it."""
    names = (wished if number == 1 else f"{wished}-{number}" for number in count(1))
    return next(name for name in names if campaigns.campaign(session, name) is None)


def versions(session: Session, language: str) -> list[Version]:
    """Every version that can be asked, the newest of each questionnaire first."""
    rows = reversed(questionnaires.questionnaires(session))
    return [version_of(row, questionnaire_of(row), language) for row in rows]


def version_of(row: QuestionnaireRow, whole: Questionnaire, language: str) -> Version:
    """How long that version is."""
    short = shortened(whole)
    title = whole.title.get(language) or whole.title["vi"]
    name = f"{row.code} v{row.version}"
    return Version(
        row.id, name, title, len(whole.items), whole.minutes, len(short.items), short.minutes, tuple(whole.languages)
    )


def done(row: CampaignRow, step: str) -> None:
    """Somebody has looked at that step."""
    row.awaited = [each for each in row.awaited if each != step]


def keep_name(row: CampaignRow, named: Named) -> None:
    """The name, kind and year; the code stays, for it stands in addresses."""
    row.title, row.kind, row.year = named.title, named.kind, named.year
    done(row, "name")


def keep_asked(session: Session, row: CampaignRow, asked: Asked) -> None:
    """The questionnaire version; languages that it does not speak go."""
    version = session.get_one(QuestionnaireRow, asked.version)
    spoken = questionnaire_of(version).languages
    if version.id != row.questionnaire_id:
        row.languages = list(spoken)
    row.questionnaire_id, row.short_form = version.id, asked.short
    done(row, "questionnaire")


def keep_units(
    session: Session, row: CampaignRow, looked_at: Collection[str], ticked: Collection[str]
) -> Sequence[Fault]:
    """Of the units that were looked at, those that are ticked are asked; a unit that has counters stays."""
    there = {unit.code: unit for unit in units.units_on(session, row.opens)}
    mine = {unit.code: unit for unit in campaigns.campaign_units(session, row.id)}
    busy = {unit.code for _, unit in campaigns.counters(session, row.id)}
    leaving = [code for code in mine if code in looked_at and code not in ticked]
    if held := [mine[code].short_name or mine[code].name for code in leaving if code in busy]:
        return [Fault("units_with_counters", "unit", {"units": listed(held)})]
    for code in leaving:
        session.delete(mine[code])
    session.add_all(pinned(row.id, there[code]) for code in ticked if code in there and code not in mine)
    session.flush()
    done(row, "units")
    return ()


def keep_days(session: Session, row: CampaignRow, days: Days) -> None:
    """The days and whom it asks; units are pinned as they are on its first day."""
    row.opens, row.closes, row.basis = days.opens, days.closes, days.basis
    row.languages, row.chat_offered, row.chat_once = list(days.languages), days.by_chat, days.once
    pin_again(session, row)
    done(row, "days")


def pin_again(session: Session, row: CampaignRow) -> None:
    """The names of its units as they are on its first day; units that do not exist then are told by the check list."""
    there = {unit.id: unit for unit in units.units_on(session, row.opens)}
    for unit in campaigns.campaign_units(session, row.id):
        if unit.unit_id in there:
            as_of(unit, there[unit.unit_id])


def as_of(mine: CampaignUnitRow, unit: UnitRow) -> None:
    """The snapshot of a unit, taken anew."""
    mine.code, mine.name, mine.short_name = unit.code, unit.name, unit.short_name
    mine.level, mine.block, mine.parent = unit.level, unit.block, unit.parent


def keep_counted(row: CampaignRow, counted: Counted) -> None:
    """How it is counted and shown."""
    row.method, row.grouping = counted.method, counted.grouping
    row.disclosure_minimum, row.disclosure_small = counted.minimum, counted.small
    row.results, row.batch_minimum, row.batch_every = counted.results, counted.batch_minimum, counted.every
    row.minimum_fill_s = counted.fill_s
    done(row, "method")


def missing_units(session: Session, row: CampaignRow) -> list[str]:
    """Its units that do not exist on its first day."""
    there = {unit.id for unit in units.units_on(session, row.opens)}
    return [
        unit.short_name or unit.name for unit in campaigns.campaign_units(session, row.id) if unit.unit_id not in there
    ]
