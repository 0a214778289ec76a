"""Responses in and out of sheets: an import stores all of them in one transaction or none, an export can come back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from reports.sheets import Cell, SheetFullError, write_sheet
from store.database import Database
from store.models.campaigns import CampaignRow, CampaignUnitRow, CounterRow, QuestionnaireRow, StratumRow
from store.models.collection import ResponseRow
from store.queries import audit, campaigns
from store.queries.bulk import insert_many
from survey.conditions import Value
from survey.document import decode
from survey.faults import Fault
from survey.questionnaire import Questionnaire
from workflows.answer_columns import answer_columns
from workflows.places import questionnaire_of
from workflows.response_rows import COLUMNS, KEPT_COLUMNS, RESPONSE_COLUMNS, Row, Target, find_target, prepare
from workflows.sheets import Sheet

TAKING = ("draft", "open", "closed")  # a locked or published campaign takes no more responses
CHUNK = 10_000
CONTENT = slice(2, 14)  # of a row: what the response says and where it belongs
TABLE = ResponseRow.__table__
Advance = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do: numbers of responses, and of answers that were left out."""

    rows: int
    stored: int
    already_there: int
    differing: int  # of those already there, how many say something else in the sheet; they stay as they are
    left_out: int  # answers to questions off the way, and words beside an option that was not chosen
    without_external_id: int


def import_responses(
    database: Database,
    campaign_code: str,
    sheet: Sheet,
    *,
    actor: str,
    now: datetime,
    dry_run: bool = False,
    advance: Advance = lambda _: None,
) -> Imported | tuple[Fault, ...]:
    """Store the sheet's responses, or give every fault and store none; `advance` hears of rows as they are stored."""
    with database.reading() as session:
        target = find_target(session, campaign_code)
    if isinstance(target, Fault):
        return (target,)
    if target.state not in TAKING:
        return (Fault("campaign_frozen", "campaign", {"campaign": target.code, "state": target.state}),)
    prepared = prepare(target, sheet)
    if isinstance(prepared, tuple):
        return prepared
    with database.reading() if dry_run else database.writing() as session:
        if not dry_run:
            campaigns.held(session, campaign_code)  # two imports of one sheet must not both find nothing stored
        there = stored_as(session, target.campaign_id, {row[-1] for row in prepared.rows})
        new = [row for row in prepared.rows if row[-1] not in there]
        differing = sum(row[-1] in there and there[row[-1]] != row[CONTENT] for row in prepared.rows)
        known = len(prepared.rows) - len(new)
        done = Imported(sheet.size, len(new), known, differing, prepared.left_out, prepared.without_external_id)
        if not dry_run:
            store(session, new, advance)
            audit.note(session, at=now, actor=actor, act="import", subject=campaign_code, facts=asdict(done))
    return done


def stored_as(session: Session, campaign_id: int, names: Collection[str]) -> dict[str, Row]:
    """What the campaign's responses of these names say, by external_id."""
    mine = TABLE.c.campaign_id == campaign_id
    some = session.execute(select(TABLE.c.id).where(mine).limit(1)).first()
    if some is None:
        return {}
    statement = select(TABLE.c.external_id, TABLE.c.id).where(mine)
    keys = [key for name, key in session.execute(statement).yield_per(CHUNK) if name in names]
    content = [TABLE.c[name] for name in RESPONSE_COLUMNS[CONTENT]]
    found: dict[str, Row] = {}
    for start in range(0, len(keys), 500):
        rows = session.execute(select(TABLE.c.external_id, *content).where(TABLE.c.id.in_(keys[start : start + 500])))
        found |= {row[0]: tuple(row[1:]) for row in rows}
    return found


def store(session: Session, rows: Sequence[Row], advance: Advance) -> None:
    """Insert the rows by key: the order of the sheet is not kept, and the table is filled from one end to the other."""
    ordered = sorted(rows)
    table = TABLE
    assert isinstance(table, Table)
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        insert_many(session.connection(), table, RESPONSE_COLUMNS, chunk)
        advance(len(chunk))


def export_responses(
    session: Session, campaign_code: str, path: Path, advance: Advance = lambda _: None
) -> int | tuple[Fault, ...]:
    """Write every response of the campaign as a sheet that can be imported again; gives how many there are."""
    target = find_target(session, campaign_code)
    if isinstance(target, Fault):
        return (target,)
    versions = versions_of(session, target)
    questions = list(dict.fromkeys(name for each in versions.values() for name in answer_columns(each)))
    header = (*COLUMNS, *questions, *KEPT_COLUMNS)
    try:
        return write_sheet(path, header, outgoing_rows(session, target.campaign_id, versions, questions, advance))
    except SheetFullError as error:
        return (Fault(error.code, path.name),)


def count_responses(session: Session, campaign_code: str) -> int:
    """How many responses the campaign has; none where there is no such campaign."""
    statement = select(func.count()).select_from(TABLE).join(CampaignRow, CampaignRow.id == TABLE.c.campaign_id)
    return session.scalar(statement.where(CampaignRow.code == campaign_code)) or 0


def versions_of(session: Session, target: Target) -> dict[int, Questionnaire]:
    """The questionnaire versions that the campaign's responses were given under, the campaign's own first."""
    used = session.scalars(select(TABLE.c.questionnaire_id).where(TABLE.c.campaign_id == target.campaign_id).distinct())
    others = sorted(set(used) - {target.questionnaire_id})
    rest = {number: questionnaire_of(session.get_one(QuestionnaireRow, number)) for number in others}
    return {target.questionnaire_id: target.questionnaire} | rest


def outgoing_rows(
    session: Session,
    campaign_id: int,
    versions: Mapping[int, Questionnaire],
    questions: Sequence[str],
    advance: Advance,
) -> Iterator[list[Cell]]:
    """A row a response, in the order of the external_id: the order of the keys would lead from a receipt to a row."""
    units = codes_by_id(
        session, CampaignUnitRow.unit_id, CampaignUnitRow.code, CampaignUnitRow.campaign_id, campaign_id
    )
    counters = codes_by_id(session, CounterRow.id, CounterRow.code, CounterRow.campaign_id, campaign_id)
    strata = codes_by_id(session, StratumRow.id, StratumRow.code, StratumRow.campaign_id, campaign_id)
    statement = select(TABLE).where(TABLE.c.campaign_id == campaign_id).order_by(TABLE.c.external_id)
    options = {"stream_results": True, "yield_per": CHUNK}
    for chunk in session.connection().execute(statement, execution_options=options).partitions(CHUNK):
        for row in chunk:
            version = versions[row.questionnaire_id]
            answers = decode(version, row.codes, row.words)
            yield [
                row.external_id,
                units[row.unit_id],
                counters.get(row.counter_id, ""),
                strata.get(row.stratum_id, ""),
                row.stream,
                row.channel,
                row.language,
                row.day.isoformat(),
                row.duration_s,
                *(outgoing(answers.get(name)) for name in questions),
                version.version,
                row.state,
                row.reason,
                "yes" if row.assisted else "no",
            ]
        advance(len(chunk))


def codes_by_id(session: Session, number: Any, code: Any, campaign: Any, campaign_id: int) -> dict[int, str]:
    """The codes of a campaign's units, counters or strata."""
    return {row[0]: row[1] for row in session.execute(select(number, code).where(campaign == campaign_id))}


def outgoing(value: Value | None) -> Cell:
    """An answer as a cell: several options with a bar between them, a day as 2024-05-01."""
    if isinstance(value, tuple):
        return "|".join(value)
    return value.isoformat() if isinstance(value, date) else value
