"""Rows of data quality: half hours, dossiers, flags and decisions, and responses as the rules read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from store.models.campaigns import CampaignUnitRow, CounterRow
from store.models.collection import ResponseRow
from store.models.quality import ArrivalRow, DossierDayRow, FlagDecisionRow, FlagRow, SensitivityRow
from store.models.results import AuditRow
from store.queries.collection import INSERT
from store.queries.responses import SCAN_ROWS, Found, cells, driver_rows

T = ResponseRow.__table__.c
READ = (T.unit_id, T.counter_id, T.day, T.duration_s, T.channel, T.language, T.codes)  # what the rules read of each


def count_arrivals(session: Session, campaign_id: int, at: datetime, numbers: Mapping[int, int]) -> None:
    """Add to how many answers came in at each counter in the half hour that begins then."""
    rows = [{"campaign_id": campaign_id, "counter_id": key, "at": at, "n": n} for key, n in sorted(numbers.items())]
    if rows:
        statement = INSERT[session.connection().dialect.name](ArrivalRow)
        more = {"n": ArrivalRow.n + statement.excluded.n}
        keys = ["campaign_id", "counter_id", "at"]
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_=more), rows)


def arrivals(session: Session, campaign_id: int) -> Sequence[Row[int, datetime, int]]:
    """Counter, beginning of the half hour, and how many answers came in."""
    columns = (ArrivalRow.counter_id, ArrivalRow.at, ArrivalRow.n)
    return session.execute(select(*columns).where(ArrivalRow.campaign_id == campaign_id).order_by(ArrivalRow.at)).all()


def forget_arrivals(connection: Connection, before: datetime) -> int:
    """Delete the counts of half hours that began before then; gives how many."""
    return connection.execute(delete(ArrivalRow).where(ArrivalRow.at < before)).rowcount


def imported_since(session: Session, campaign: str, since: datetime) -> bool:
    """Whether a sheet of responses was taken in for that campaign since then."""
    mine = (AuditRow.act == "import") & (AuditRow.subject == campaign) & (AuditRow.at >= since)
    return session.scalar(select(AuditRow.id).where(mine).limit(1)) is not None


def keep_dossiers(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep finished dossiers of days; a later number takes the place of an earlier one."""
    if rows:
        statement = INSERT[session.connection().dialect.name](DossierDayRow)
        keys = ["campaign_id", "unit_id", "counter_id", "day"]
        session.execute(
            statement.on_conflict_do_update(index_elements=keys, set_={"n": statement.excluded.n}), list(rows)
        )


def dossiers(session: Session, campaign_id: int) -> Sequence[DossierDayRow]:
    """Finished dossiers by unit, counter and day."""
    return session.scalars(select(DossierDayRow).where(DossierDayRow.campaign_id == campaign_id)).all()


def daily(session: Session, campaign_id: int, unit_id: int | None = None) -> Sequence[Row[int, int, date, int]]:
    """Unit, counter, day, and how many open answers there are that were not found invalid."""
    statement = select(T.unit_id, T.counter_id, T.day, func.count()).where(
        T.campaign_id == campaign_id, T.stream == "open", T.state != "invalid"
    )
    if unit_id is not None:
        statement = statement.where(T.unit_id == unit_id)
    return session.execute(statement.group_by(T.unit_id, T.counter_id, T.day)).all()


def documents(session: Session, campaign_id: int, questionnaire_id: int, stream: str) -> Iterator[Sequence[Found]]:
    """What the rules read of each response of a stream that was not found invalid, in chunks."""
    mine = (T.campaign_id == campaign_id, T.questionnaire_id == questionnaire_id, T.stream == stream)
    statement = select(*READ).where(*mine, T.state != "invalid")
    with session.connection().execute(statement, execution_options={"yield_per": SCAN_ROWS}) as result:
        yield from result.partitions(SCAN_ROWS)


def keep_flags(session: Session, rows: Sequence[Mapping[str, object]]) -> int:
    """Keep flags that are not kept yet; gives how many that were."""
    statement = INSERT[session.connection().dialect.name](FlagRow).on_conflict_do_nothing(
        index_elements=["campaign_id", "rule", "unit_id", "counter_id", "on_day"]
    )
    ours = statement.returning(FlagRow.id)
    return sum(session.connection().scalar(ours, dict(row)) is not None for row in rows)


def flags(
    session: Session, campaign_id: int, units: Collection[int] | None = None, number: int | None = None
) -> Sequence[Row[FlagRow, CampaignUnitRow, str]]:
    """The flags of a campaign, the newest first, with their units and the names of their counters ("" for all)."""
    statement = (
        select(FlagRow, CampaignUnitRow, func.coalesce(CounterRow.name, ""))
        .join(
            CampaignUnitRow,
            (CampaignUnitRow.campaign_id == FlagRow.campaign_id) & (CampaignUnitRow.unit_id == FlagRow.unit_id),
        )
        .outerjoin(CounterRow, CounterRow.id == FlagRow.counter_id)
        .where(FlagRow.campaign_id == campaign_id)
        .order_by(FlagRow.at.desc(), CampaignUnitRow.code, FlagRow.rule, FlagRow.on_day, FlagRow.counter_id)
    )
    if units is not None:
        statement = statement.where(FlagRow.unit_id.in_(units))
    if number is not None:
        statement = statement.where(FlagRow.id == number)
    return session.execute(statement).all()


def flag(session: Session, number: int) -> FlagRow | None:
    """The flag of that number."""
    return session.get(FlagRow, number)


def decisions(session: Session, flags: Collection[int]) -> Sequence[FlagDecisionRow]:
    """What was said of these flags, the oldest first."""
    statement = select(FlagDecisionRow).where(FlagDecisionRow.flag_id.in_(flags))
    return session.scalars(statement.order_by(FlagDecisionRow.id)).all()


def in_scope(flag: FlagRow) -> tuple[ColumnElement[bool], ...]:
    """The condition for the open responses that a flag is about."""
    found: list[ColumnElement[bool]] = [
        T.campaign_id == flag.campaign_id,
        T.stream == "open",
        T.unit_id == flag.unit_id,
    ]
    if flag.counter_id:
        found.append(T.counter_id == flag.counter_id)
    if flag.on_day:
        found.append(T.day == date.fromisoformat(flag.on_day))
    return tuple(found)


def folded_in_scope(session: Session, flag: FlagRow, state: str, reason: str | None = None) -> Sequence[Found]:
    """The columns of `responses.cells` of what a flag is about, in that state, as far as the tallies count it."""
    statement = cells(flag.campaign_id).where(*in_scope(flag), *standing(state, reason), T.folded == 1)
    with session.connection().execute(statement) as result:
        return driver_rows(result).fetchall()


def standing(state: str, reason: str | None) -> tuple[ColumnElement[bool], ...]:
    """The condition for responses in that state, for that reason where one is given."""
    return (T.state == state,) if reason is None else (T.state == state, T.reason == reason)


def move(session: Session, flag: FlagRow, before: tuple[str, str | None], after: tuple[str, str]) -> int:
    """Give what a flag is about another state and reason; gives how many responses that were."""
    statement = update(ResponseRow).where(*in_scope(flag), *standing(*before))
    values: dict[str, Any] = {"state": after[0], "reason": after[1]}
    done: int = session.connection().execute(statement.values(values)).rowcount
    return done


def valid_in_scopes(session: Session, flags: Sequence[FlagRow]) -> Sequence[Found]:
    """The columns of `responses.cells` of the valid responses that any of these flags is about, each once."""
    if not flags:
        return ()
    days = {flag: date.fromisoformat(flag.on_day) for flag in flags if flag.on_day}
    scopes = or_(
        T.unit_id.in_([flag.unit_id for flag in flags if not flag.counter_id and not flag.on_day]),
        T.counter_id.in_([flag.counter_id for flag in flags if flag.counter_id and not flag.on_day]),
        tuple_(T.unit_id, T.day).in_([(flag.unit_id, day) for flag, day in days.items() if not flag.counter_id]),
        tuple_(T.counter_id, T.day).in_([(flag.counter_id, day) for flag, day in days.items() if flag.counter_id]),
    )
    statement = cells(flags[0].campaign_id).where(T.stream == "open", T.state == "valid", T.folded == 1, scopes)
    with session.connection().execute(statement) as result:
        return driver_rows(result).fetchall()


def concerned(session: Session, flag: FlagRow) -> Mapping[tuple[str, str], int]:
    """How many responses a flag is about, by state and reason."""
    statement = select(T.state, T.reason, func.count()).where(*in_scope(flag)).group_by(T.state, T.reason)
    return {(state, reason): n for state, reason, n in session.execute(statement)}


def sensitivity(session: Session, campaign_id: int) -> SensitivityRow | None:
    """The figures with and without what is flagged that are kept of a campaign."""
    return session.get(SensitivityRow, campaign_id)


def keep_sensitivity(session: Session, campaign_id: int, at: datetime, basis: str, figures: str) -> None:
    """Keep such figures in place of the ones before."""
    session.merge(SensitivityRow(campaign_id=campaign_id, worked_out_at=at, basis=basis, figures=figures))
