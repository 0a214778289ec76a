"""How the clock fares: whether one runs, and how each of its jobs stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from store.database import Database
from store.queries import job_runs
from workflows.clock import GRACE, LEASE, LEASE_LIFE, Facts, Job
from workflows.periods import due_periods, next_period

LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a job stands: `state` is ok, late, failing or stopped (no clock runs); `why` is the code of what keeps it."""

    job: str
    about: str
    last: str | None
    finished_at: datetime | None
    took_s: float | None
    facts: Facts
    next_at: datetime
    state: str
    why: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Who led last, and how long ago that was told; `runs` says whether a clock leads now."""

    holder: str
    ago: timedelta
    runs: bool


def heartbeat(database: Database) -> Heartbeat | None:
    """The last sign of life of the clock; None where none leads, and none died leading."""
    with database.reading() as session:
        connection = session.connection()
        now = job_runs.now_there(connection)
        lease = next((each for each in job_runs.leases(connection) if each.name == LEASE), None)
    if lease is None or not lease.holder:
        return None
    return Heartbeat(lease.holder, now - (lease.until - LEASE_LIFE), now < lease.until <= now + 2 * LEASE_LIFE)


def standings(database: Database, jobs: Sequence[Job], settings: Any) -> list[Standing]:
    """How each job stands: last and next, how long it took, and why it is late if it is."""
    beat = heartbeat(database)
    runs = beat is not None and beat.runs
    with database.reading() as session:
        connection = session.connection()
        now = job_runs.now_there(connection)
        return [standing_of(connection, job, settings, now, runs=runs) for job in jobs]


def standing_of(connection: Connection, job: Job, settings: Any, now: datetime, *, runs: bool) -> Standing:
    """How one job stands."""
    done, trouble = job_runs.last_done(connection, job.name), job_runs.trouble(connection, job.name)
    last = job_runs.last_due(connection, job.name, now)
    due, _ = due_periods(job.when, job.catch_up, last, now, settings.zone, GRACE)
    late = bool(due) and now - due[0].due_at > LATE_AFTER
    why = trouble.error if trouble is not None else "" if runs else "no_clock"
    return Standing(
        job=job.name,
        about=job.about,
        last=done.period if done else None,
        finished_at=done.finished_at if done else None,
        took_s=(done.finished_at - done.started_at).total_seconds() if done else None,
        facts=done.facts if done else {},
        next_at=trouble.again_at
        if trouble
        else due[0].due_at
        if due
        else next_period(job.when, now, settings.zone).due_at,
        state="failing" if trouble is not None else "late" if late else "ok" if runs else "stopped",
        why=why,
        attempts=trouble.attempts if trouble else 0,
    )
