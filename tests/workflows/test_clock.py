"""Jobs of the clock take effect once, whoever else tries, whenever it comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.database import Database
from store.models.clock import JobRunRow, JobTroubleRow
from store.models.results import AuditRow
from store.queries import audit, job_runs, leases
from workflows.clock import LEASE, Effect, Job, Leader, Moment, run, run_due, take_lead
from workflows.periods import CatchUp, Daily, Every, Monthly, Period, Weekly, due_periods, next_period, period_at

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SETTINGS = SimpleNamespace(zone=ZONE)
DAY = timedelta(days=1)


def noting(database: Database, moment: Moment) -> Effect:
    """A step whose effect is one row."""

    def effect(session: Session) -> dict[str, object]:
        audit.note(session, at=moment.now, actor="clock", act="beat", subject=moment.period.name)
        return {"rows": 1}

    return effect


def job(step: Callable[[Database, Moment], Effect] = noting, catch_up: CatchUp = "once") -> Job:
    return Job("beat", "Beats.", Daily(time(7, 30)), catch_up, step)


def effects(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AuditRow.subject).where(AuditRow.act == "beat").order_by(AuditRow.id)))


def lead(database: Database, holder: str = "a") -> Leader:
    found = take_lead(database, holder)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("when", "moment", "name", "following"),
    [
        (Daily(time(7, 30)), "2026-11-23T07:29:59+07:00", "2026-11-22", "2026-11-23"),
        (Daily(time(7, 30)), "2026-11-23T07:30:00+07:00", "2026-11-23", "2026-11-24"),
        (Weekly(1, time(7, 30)), "2026-11-29T23:00:00+07:00", "2026-W48", "2026-W49"),
        (Weekly(7, time(0)), "2027-01-03T00:00:00+07:00", "2026-W53", "2027-W01"),
        (Monthly(1, time(8)), "2026-12-31T23:59:00+07:00", "2026-12", "2027-01"),
        (Every(300), "2026-11-23T07:29:59+07:00", "2026-11-23T00:25:00Z", "2026-11-23T00:30:00Z"),
    ],
)
def test_periods_follow_the_local_calendar(when: Daily, moment: str, name: str, following: str) -> None:
    at = datetime.fromisoformat(moment)
    assert (period_at(when, at, ZONE).name, next_period(when, at, ZONE).name) == (name, following)


@pytest.mark.parametrize(
    ("catch_up", "due", "passed"),
    [
        ("once", ["2026-11-23"], ["2026-11-21", "2026-11-22"]),
        ("each", ["2026-11-21", "2026-11-22", "2026-11-23"], []),
        ("skip", [], ["2026-11-21", "2026-11-22", "2026-11-23"]),
    ],
)
def test_three_days_of_downtime_bring_no_storm(catch_up: CatchUp, due: list[str], passed: list[str]) -> None:
    last = datetime.fromisoformat("2026-11-20T07:30:00+07:00")
    now = datetime.fromisoformat("2026-11-23T21:00:00+07:00")
    found = due_periods(Daily(time(7, 30)), catch_up, last, now, ZONE, timedelta(hours=12))
    assert [[each.name for each in part] for part in found] == [due, passed]


def test_a_clock_that_was_set_back_finds_nothing_due() -> None:
    last = datetime.fromisoformat("2026-11-23T07:30:00+07:00")
    assert due_periods(Daily(time(7, 30)), "each", last, last - DAY, ZONE, DAY) == ([], [])


def test_effect_and_note_stand_or_fall_together(database: Database) -> None:
    leader = lead(database)
    assert [ran.outcome for ran in run_due(database, job(), leader, SETTINGS)] == ["done"]
    assert run_due(database, job(), leader, SETTINGS) == []
    assert len(effects(database)) == 1

    def falls(_: Database, moment: Moment) -> Effect:
        def effect(session: Session) -> dict[str, object]:
            audit.note(session, at=moment.now, actor="clock", act="beat", subject="half done")
            raise RuntimeError

        return effect

    other = Job("other", "Falls.", Daily(time(7, 30)), "once", falls)
    with pytest.raises(RuntimeError):
        run_due(database, other, leader, SETTINGS)
    assert len(effects(database)) == 1
    with database.reading() as session:
        trouble = session.scalars(select(JobTroubleRow)).one()
        assert (trouble.job, trouble.attempts, trouble.error) == ("other", 1, "RuntimeError")
    assert run_due(database, other, leader, SETTINGS) == [], "it is not tried again at once"


def test_one_who_lost_the_lead_writes_nothing(database: Database) -> None:
    old = lead(database, "a")

    def meanwhile(inner: Database, moment: Moment) -> Effect:
        """The process is stopped for long here; another takes the lead."""
        inner.write(lambda connection: leases.give_back(connection, LEASE, "a"))
        assert lead(inner, "b").fence == old.fence + 1
        return noting(inner, moment)

    assert [ran.outcome for ran in run_due(database, job(meanwhile), old, SETTINGS)] == ["fenced"]
    assert effects(database) == []
    assert take_lead(database, "a") is None


def test_a_period_that_another_has_done_is_not_done_again(database: Database) -> None:
    leader, period = lead(database), Period(datetime.now(UTC), "2026-11-23")
    assert run(database, job(), period, leader, SETTINGS).outcome == "done"
    assert run(database, job(), period, leader, SETTINGS).outcome == "again"
    assert effects(database) == ["2026-11-23"]


def test_periods_of_downtime_are_noted_as_passed_over(database: Database) -> None:
    leader, each = lead(database), job()
    past = period_at(each.when, datetime.now(UTC) - 3 * DAY, ZONE)
    run(database, each, past, leader, SETTINGS)
    outcomes = [ran.outcome for ran in run_due(database, each, leader, SETTINGS)]
    assert outcomes == ["skipped", "skipped", "done"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(JobRunRow)) == 4
        assert job_runs.last_done(session.connection(), "beat") is not None
