"""Processes of the clock die, stop and are misled about the time: each period takes effect once, each mail arrives.

A short version; `python -m tests.faults.clock_faults` is the long one.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scheduler.jobs import BEATS_LIFE, JOBS
from store.database import Database
from store.models.clock import JobRunRow, JobTroubleRow
from store.queries import job_runs, leases
from tests.faults.clock_faults import die_everywhere, suffer
from tests.faults.clock_traces import Outcome
from tests.workflows.weeks import ZONE
from workflows.clock import LEASE, LEASE_LIFE, Effect, Facts, Job, Leader, Moment, run_due, take_lead
from workflows.clock_standing import heartbeat
from workflows.periods import Daily, Period, period_at

DAY = timedelta(days=1)
SETTINGS = SimpleNamespace(zone=ZONE)


def check(found: Outcome, *, again: int) -> None:
    """Nothing twice, nothing missing; `again`: how often a sender may have died with a mail that had been taken."""
    assert (found.twice, found.missing, found.without_note, found.out_of_turn) == (0, 0, 0, 0), found
    assert found.lost == 0, found
    assert found.again <= again, found
    assert found.counted_alike, found
    assert (found.sound, found.ended_well, found.strange) == (True, True, ()), found


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whatever_happens_each_period_takes_effect_once(kind: str) -> None:
    found = suffer("anything", kind, 2, periods=60, seconds=15, seed=3)
    check(found, again=found.done["kills"] + found.done["stops"])
    assert found.written >= 15, found
    assert found.mails >= 2, found
    assert min(found.done[what] for what in ("kills", "stops", "jumps")) >= 1, found


@pytest.mark.xdist_group("faults")
def test_a_job_that_is_killed_at_any_point_is_absent_or_done_once() -> None:
    found = die_everywhere("sqlite", ("effect:slow", "taken"))
    check(found, again=found.done["kills"])
    assert found.again >= 1, "the mail that was taken came again, under its number"


@pytest.mark.xdist_group("faults")
def test_three_days_of_downtime_bring_no_storm() -> None:
    found = suffer("downtime", "sqlite", 1, periods=1_000, seconds=60)
    check(found, again=1)
    assert found.mails <= 2 + 3, "each day's letter, and no more"
    assert found.written <= 40, found
    assert found.passed_over > 1_000, found


@pytest.mark.parametrize("days", [1, 400])
def test_a_lease_that_was_taken_while_the_clock_was_ahead_holds_nobody_up(database: Database, days: float) -> None:
    now = datetime.now(UTC)

    def take(holder: str, moment: datetime) -> int | None:
        return database.write(lambda connection: leases.take(connection, LEASE, holder, moment, LEASE_LIFE))

    assert take("a", now + days * DAY) == 1
    assert take("b", now + days * DAY) is None, "it is held by that clock"
    assert take("b", now) == 2, "and by no clock that is right"
    assert take("a", now) is None
    assert take("a", now + 3 * LEASE_LIFE) == 3, "nobody prolonged it"


def test_who_leads_while_the_clock_is_set_back_goes_on(database: Database) -> None:
    now = datetime.now(UTC)
    for moment in (now + DAY, now, now + LEASE_LIFE / 2):
        assert database.write(lambda connection, at=moment: leases.take(connection, LEASE, "a", at, LEASE_LIFE)) == 1
    with database.reading() as session:
        until = leases.until(session.connection(), LEASE)
    assert until == now + LEASE_LIFE * 1.5, "nobody waits longer for one who dies now"
    beat = heartbeat(database)
    assert beat is not None
    assert beat.runs


@pytest.mark.parametrize("lives", [0.5, 1.9])
def test_small_steps_of_the_clock_cost_two_lives_of_the_lease_at_most(database: Database, lives: float) -> None:
    now = datetime.now(UTC)
    database.write(
        lambda connection: leases.take(connection, LEASE, "gone", now + (lives - 1) * LEASE_LIFE, LEASE_LIFE)
    )
    later = now + 2 * LEASE_LIFE + timedelta(seconds=1)
    assert database.write(lambda connection: leases.take(connection, LEASE, "b", later, LEASE_LIFE)) == 2


def keep(database: Database, job: str, due_at: datetime, state: str, finished_at: datetime) -> None:
    """A note that is already there."""
    row = {
        "job": job, "period": period_at(DAILY, due_at, ZONE).name if job == "beat" else due_at.isoformat(),
        "due_at": due_at, "started_at": finished_at, "finished_at": finished_at, "state": state, "fence": 1,
        "facts": {},
    }  # fmt: skip
    with database.writing() as session:
        session.execute(insert(JobRunRow).values(row))


DAILY = Daily(time(7, 30))


def beating(done: list[str], *, fails: bool = False) -> Job:
    """A daily job that writes down which periods took effect."""

    def step(_: Database, moment: Moment) -> Effect:
        def effect(_: Session) -> Facts:
            if fails:
                raise RuntimeError
            done.append(moment.period.name)
            return {}

        return effect

    return Job("beat", "Beats.", DAILY, "once", step)


def test_what_a_clock_that_was_ahead_passed_over_is_done_when_its_day_comes(database: Database) -> None:
    """Ten days ago the clock was a month ahead for a minute: today's period was passed over then, the last one done."""
    leader, done = lead(database), []
    today = period_at(DAILY, datetime.now(UTC), ZONE)
    keep(database, "beat", today.due_at - DAY, "done", today.due_at - DAY)
    keep(database, "beat", today.due_at, "skipped", today.due_at + 20 * DAY)
    keep(database, "beat", today.due_at + 20 * DAY, "done", today.due_at + 20 * DAY)
    assert [ran.outcome for ran in run_due(database, beating(done), leader, SETTINGS)] == ["done"]
    assert done == [today.name]
    assert run_due(database, beating(done), leader, SETTINGS) == []


def test_what_was_passed_over_in_time_stays_so(database: Database) -> None:
    leader, done = lead(database), []
    today = period_at(DAILY, datetime.now(UTC), ZONE)
    keep(database, "beat", today.due_at, "skipped", today.due_at)
    assert run_due(database, beating(done), leader, SETTINGS) == []
    assert done == []


def test_trouble_ends_with_the_effect(database: Database) -> None:
    leader, done = lead(database), []
    with pytest.raises(RuntimeError):
        run_due(database, beating(done, fails=True), leader, SETTINGS)
    with database.writing() as session:
        session.scalars(select(JobTroubleRow)).one().again_at = datetime.now(UTC) - DAY
    assert [ran.outcome for ran in run_due(database, beating(done), leader, SETTINGS)] == ["done"]
    with database.reading() as session:
        assert session.scalars(select(JobTroubleRow)).all() == []


def test_trouble_of_a_clock_that_was_ahead_holds_nothing_up(database: Database) -> None:
    leader, done = lead(database), []
    with pytest.raises(RuntimeError):
        run_due(database, beating(done, fails=True), leader, SETTINGS)
    with database.writing() as session:
        session.scalars(select(JobTroubleRow)).one().again_at = datetime.now(UTC) + 30 * DAY
    assert [ran.outcome for ran in run_due(database, beating(done), leader, SETTINGS)] == ["done"]


def test_notes_of_beats_are_thinned_out_and_nothing_is_done_again(database: Database) -> None:
    now = datetime.now(UTC)
    for hours in (0, 1, 30, 31, 70):
        keep(database, "tally", now - timedelta(hours=hours), "done", now)
    for hours in (50, 60):
        keep(database, "batch", now - timedelta(hours=hours), "done", now)
    for days in (1, 30, 300):
        keep(database, "weekly", now - days * DAY, "done", now)
    expiry = next(job for job in JOBS if job.name == "expiry")
    moment = Moment(Period(now, "now"), now, SETTINGS)
    for rows in (3, 0):
        with database.writing() as session:
            assert dict(expiry.step(database, moment)(session)) == {"rows": rows}
    assert ages(database, now) == {"tally": [0, 1, 30], "batch": [50], "weekly": [24, 720, 7200]}
    assert timedelta(hours=24) == BEATS_LIFE
    with database.reading() as session:
        assert job_runs.last_due(session.connection(), "batch", now) == now - timedelta(hours=50)


def ages(database: Database, now: datetime) -> dict[str, list[int]]:
    """How many hours old the notes of each job are."""
    found: dict[str, list[int]] = {}
    with database.reading() as session:
        for row in session.execute(select(JobRunRow.job, JobRunRow.due_at).order_by(JobRunRow.due_at.desc())):
            found.setdefault(row.job, []).append(round((now - row.due_at).total_seconds() / 3600))
    return found


def lead(database: Database) -> Leader:
    found = take_lead(database, "a")
    assert found is not None
    return found
