"""Periods of the clock's jobs: which are dealt with, and which job is in trouble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, text, tuple_, update

from store.models.chat import LeaseRow
from store.models.clock import JobRunRow, JobTroubleRow
from store.queries.collection import INSERT

T = JobRunRow


def now_there(connection: Connection) -> datetime:
    """The time by the one clock that all processes share: that of a database server, or else this machine's."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found.astimezone(UTC)


def last_due(connection: Connection, job: str, now: datetime) -> datetime | None:
    """When the newest period of a job that is dealt with fell due.

    Periods that are still to come, done while the clock was ahead, hold up none that falls due before them; and what
    such a clock passed over falls due after all.
    """
    told = (T.state == "done") | (T.finished_at <= now)
    return connection.scalar(select(func.max(T.due_at)).where(T.job == job, T.due_at <= now, told))


def last_done(connection: Connection, job: str) -> Row[*tuple[Any, ...]] | None:
    """The newest period of a job that was done."""
    columns = (T.period, T.due_at, T.started_at, T.finished_at, T.facts)
    return connection.execute(
        select(*columns).where(T.job == job, T.state == "done").order_by(T.due_at.desc()).limit(1)
    ).one_or_none()


def note(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Write down that a period is dealt with; False where it was already, so that nothing else may be done for it.

    One that was passed over at a moment still to come, by a clock that was ahead, is not dealt with.
    """
    statement = INSERT[connection.dialect.name](JobRunRow)
    statement = statement.on_conflict_do_update(
        index_elements=["job", "period"],
        set_={name: statement.excluded[name] for name in row},
        where=(T.state == "skipped") & (T.finished_at > statement.excluded.finished_at),
    )
    return connection.scalar(statement.returning(T.job), dict(row)) is not None


def still_leads(connection: Connection, name: str, fence: int) -> bool:
    """Whether the holder of that fencing number is still the newest; nobody else leads until the transaction ends."""
    statement = select(LeaseRow.fence).where(LeaseRow.name == name).with_for_update(read=True)
    return connection.scalar(statement) == fence


def end_if_silent(connection: Connection, after: timedelta) -> None:
    """Let PostgreSQL end this transaction where its process says nothing more for so long: it was stopped meanwhile.

    The lease is held until the transaction ends, so nobody else could lead. SQLite's only lock cannot be taken away.
    """
    if connection.dialect.name == "postgresql":
        milliseconds = int(after.total_seconds() * 1000)
        connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {milliseconds}")


def thin_out(connection: Connection, jobs: Sequence[str], before: datetime) -> int:
    """Forget old periods of jobs that beat all day long, but for the last of each; gives how many."""
    older = (T.job.in_(jobs)) & (T.due_at < before)
    last = select(T.job, func.max(T.due_at)).where(older).group_by(T.job)
    return connection.execute(delete(T).where(older, tuple_(T.job, T.due_at).not_in(last))).rowcount


def trouble(connection: Connection, job: str) -> Row[*tuple[Any, ...]] | None:
    """What troubles a job."""
    columns = (
        JobTroubleRow.period,
        JobTroubleRow.attempts,
        JobTroubleRow.at,
        JobTroubleRow.again_at,
        JobTroubleRow.error,
    )
    return connection.execute(select(*columns).where(JobTroubleRow.job == job)).one_or_none()


def note_trouble(connection: Connection, row: Mapping[str, Any]) -> None:
    """Write down that a try failed."""
    statement = INSERT[connection.dialect.name](JobTroubleRow)
    newer = {name: statement.excluded[name] for name in ("period", "attempts", "at", "again_at", "error")}
    connection.execute(statement.on_conflict_do_update(index_elements=["job"], set_=newer), dict(row))


def no_trouble(connection: Connection, job: str) -> None:
    """The job is well again."""
    connection.execute(delete(JobTroubleRow).where(JobTroubleRow.job == job))


def leases(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Who holds what, and until when."""
    return connection.execute(select(LeaseRow.name, LeaseRow.holder, LeaseRow.fence, LeaseRow.until)).all()


def tell(connection: Connection, job: str, period: str, facts: Mapping[str, str]) -> None:
    """Add what a period came to."""
    connection.execute(update(T).where(T.job == job, T.period == period).values(facts=dict(facts)))
