"""The clock's one way to do a job: what is due stands in the database, and each period takes effect once.

A step works something out, however long that takes, and gives its effect: the piece of writing that goes into one
transaction with the note that the period is dealt with. Whoever was stopped for a while and is no longer the leader, or
comes second, writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from store.database import Database
from store.queries import job_runs, leases
from workflows.periods import CatchUp, Period, When, due_periods, period_at

LEASE = "clock"
LEASE_LIFE = timedelta(seconds=30)
TRY_AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
GRACE = timedelta(hours=20)
AT_ONCE = 10  # periods of a job that are made up for in one go; then it is asked anew who leads, and what is due

Facts = Mapping[str, object]
Effect = Callable[[Session], Facts]


@dataclass(frozen=True, slots=True)
class Moment:
    """What a step is told: the period that it is for, the moment that it is, and what the door knows.

    `leads` asks anew whether this process may go on: a step that works outside the database asks before each act.
    """

    period: Period
    now: datetime
    settings: Any  # the door's own; steps that are written out in the door's table know its type
    leads: Callable[[], bool] = lambda: True


Step = Callable[[Database, Moment], Effect]


@dataclass(frozen=True, slots=True)
class Job:
    """One thing that the clock does: its name, when, what becomes of periods that were missed, and its step.

    `about` says in one sentence what it is for; `writes_itself`, that its step writes as it goes, harmlessly if twice.
    """

    name: str
    about: str
    when: When
    catch_up: CatchUp
    step: Step
    writes_itself: bool = False


@dataclass(frozen=True, slots=True)
class Leader:
    """Who does the jobs: the holder of the lease, with its fencing number, or a person, who needs no lease.

    `life` is how long the lease lasts when it is not prolonged.
    """

    holder: str
    fence: int
    life: timedelta = LEASE_LIFE


BY_HAND = Leader("hand", -1)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a period: done, skipped, again (another had done it) or fenced (another leads now)."""

    job: str
    period: str
    outcome: str
    facts: Facts


class OwnWritingError(Exception):
    """A job that writes as it goes cannot be rehearsed."""

    code = "own_writing"


def take_lead(database: Database, holder: str, life: timedelta = LEASE_LIFE) -> Leader | None:
    """Take or prolong the lease of the clock; None while another process has it."""

    def work(connection: Any) -> int | None:
        return leases.take(connection, LEASE, holder, job_runs.now_there(connection), life)

    fence = database.write(work)
    return None if fence is None else Leader(holder, fence, life)


def give_lead_back(database: Database, holder: str) -> None:
    """Let another process lead at once."""
    database.write(lambda connection: leases.give_back(connection, LEASE, holder))


def run_due(database: Database, job: Job, leader: Leader, settings: Any) -> list[Ran]:
    """Do what is due of one job; raises what the step raises, once that is written down as trouble."""
    with database.reading() as session:
        connection = session.connection()
        now = job_runs.now_there(connection)
        last = job_runs.last_due(connection, job.name, now)
        trouble = job_runs.trouble(connection, job.name)
    if trouble is not None and now < trouble.again_at <= now + TRY_AGAIN[-1]:  # later ones: by a clock that was ahead
        return []
    due, passed = due_periods(job.when, job.catch_up, last, now, settings.zone, GRACE)
    found = [ran for ran in (skip(database, job, period, leader, now) for period in passed) if ran.outcome == "skipped"]
    for period in due[:AT_ONCE]:
        try:
            found.append(run(database, job, period, leader, settings))
        except Exception as error:
            note_trouble(database, job, period, leader, trouble.attempts if trouble else 0, error)
            raise
        if found[-1].outcome == "fenced":
            break
    return found


def run(database: Database, job: Job, period: Period, leader: Leader, settings: Any) -> Ran:
    """Do one period: work it out, then write effect and note together; with them goes what troubled the job."""
    with database.reading() as session:
        started = job_runs.now_there(session.connection())
    effect = job.step(database, Moment(period, started, settings, lambda: leads(database, leader)))
    with database.writing() as session:
        connection = session.connection()
        job_runs.end_if_silent(connection, 2 * leader.life)
        if leader != BY_HAND and not job_runs.still_leads(connection, LEASE, leader.fence):
            return Ran(job.name, period.name, "fenced", {})
        finished = job_runs.now_there(connection)
        row = row_of(job, period, leader, started, finished, "done", {})
        job_runs.no_trouble(connection, job.name)
        if not job_runs.note(connection, row):
            return Ran(job.name, period.name, "again", {})
        facts = {name: str(value) for name, value in effect(session).items()}
        if facts:
            job_runs.tell(connection, job.name, period.name, facts)
    return Ran(job.name, period.name, "done", facts)


def leads(database: Database, leader: Leader) -> bool:
    """Whether that leader still leads."""
    if leader == BY_HAND:
        return True
    with database.reading() as session:
        return job_runs.still_leads(session.connection(), LEASE, leader.fence)


def skip(database: Database, job: Job, period: Period, leader: Leader, now: datetime) -> Ran:
    """Note that a period is passed over."""
    with database.writing() as session:
        connection = session.connection()
        fresh = job_runs.still_leads(connection, LEASE, leader.fence) and job_runs.note(
            connection, row_of(job, period, leader, now, now, "skipped", {})
        )
    return Ran(job.name, period.name, "skipped" if fresh else "again", {})


def row_of(
    job: Job, period: Period, leader: Leader, started: datetime, finished: datetime, state: str, facts: Facts
) -> dict[str, Any]:
    """The note of a period."""
    return {
        "job": job.name,
        "period": period.name,
        "due_at": period.due_at,
        "started_at": started,
        "finished_at": finished,
        "state": state,
        "fence": leader.fence,
        "facts": dict(facts),
    }


def note_trouble(database: Database, job: Job, period: Period, leader: Leader, attempts: int, error: Exception) -> None:
    """Write down that a try failed, and when it is tried again; the error's kind only, for values may be private.

    Whoever leads no more holds up nobody who does.
    """

    def work(connection: Any) -> None:
        if not job_runs.still_leads(connection, LEASE, leader.fence):
            return
        now = job_runs.now_there(connection)
        row = {
            "job": job.name,
            "period": period.name,
            "attempts": attempts + 1,
            "at": now,
            "again_at": now + TRY_AGAIN[min(attempts, len(TRY_AGAIN) - 1)],
            "error": getattr(error, "code", "") or type(error).__name__,
        }
        job_runs.note_trouble(connection, row)

    database.write(work)


def thin_out(database: Database, jobs: Sequence[str], before: datetime) -> int:
    """Forget what jobs that beat all day long have done before that moment; gives how many periods."""
    return database.write(lambda connection: job_runs.thin_out(connection, jobs, before))


def nothing(_: Session) -> Facts:
    """The effect of a step that has done all its writing itself, harmlessly if twice."""
    return {}


def told(**facts: object) -> Effect:
    """The effect of such a step that tells how much it did."""
    return lambda _: facts


def run_by_hand(database: Database, job: Job, settings: Any) -> Ran:
    """Do a job now: the period that is due, or once more under a name of its own where that is done already."""
    with database.reading() as session:
        connection = session.connection()
        now = job_runs.now_there(connection)
        last = job_runs.last_due(connection, job.name, now)
    newest = period_at(job.when, now, settings.zone)
    if last is not None and newest.due_at <= last:
        newest = Period(now, f"{newest.name} {now:%Y-%m-%dT%H:%M:%S.%fZ}")
    return run(database, job, newest, BY_HAND, settings)


def rehearse(database: Database, job: Job, settings: Any) -> Facts:
    """What a job would do now; nothing of it is kept. Raises OwnWritingError where its step writes by itself."""
    if job.writes_itself:
        raise OwnWritingError(job.name)
    with database.reading() as session:
        now = job_runs.now_there(session.connection())
    effect = job.step(database, Moment(period_at(job.when, now, settings.zone), now, settings))
    with database.writing() as session:
        found = dict(effect(session))
        session.rollback()
    return found
