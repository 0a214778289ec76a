"""What the doctor says of the clock: one that runs, one that died, none; jobs in time, late and failing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from cli.__main__ import hailong
from cli.clock_findings import DIED, NONE, SET_BACK, START, runs
from scheduler.jobs import JOBS
from store.database import Database
from store.models.clock import JobRunRow, JobTroubleRow
from store.queries import leases
from workflows import prepare
from workflows.clock import LEASE, LEASE_LIFE, give_lead_back, take_lead

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def found(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, object]]:
    """Every finding, by its name."""
    for name, value in {"DATABASE_URL": url, "DATA_DIR": str(folder), "LANG": "en_US.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    told = CliRunner().invoke(hailong, ["doctor", "--json"]).stdout
    return {each["name"]: each for each in json.loads(told)["findings"]}


def test_none_runs(database: Database) -> None:
    for needed in (False, True):
        finding = runs(database, needed=needed)
        assert (finding.ok, finding.found, finding.cure) == (not needed, NONE, START)
    take_lead(database, "a")
    give_lead_back(database, "a")
    assert runs(database, needed=True).found == NONE, "it ended as it was told to"


@pytest.mark.parametrize(("ago", "said"), [(timedelta(hours=2), DIED), (-DAY, SET_BACK)], ids=["died", "ahead"])
def test_one_that_died_is_told_of(database: Database, ago: timedelta, said: str) -> None:
    moment = datetime.now(UTC) - ago
    database.write(lambda connection: leases.take(connection, LEASE, "may-1", moment, LEASE_LIFE))
    finding = runs(database, needed=True)
    assert (finding.ok, finding.found, finding.cure) == (False, said, START)
    assert "may-1" in finding.told("vi") or said == SET_BACK


def test_jobs_are_in_time_late_or_failing(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        prepare.keep_instruments(session)
    assert "jobs" not in found(database_url, tmp_path, monkeypatch)
    take_lead(database, "may-1")
    told = found(database_url, tmp_path, monkeypatch)
    assert told["clock runs"]["ok"]
    assert str(told["clock runs"]["found"]).startswith("may-1 leads; its last sign of life was ")
    assert not told["jobs"]["ok"]
    assert "backup (late)" in str(told["jobs"]["found"])
    assert "hailong jobs list" in str(told["jobs"]["cure"])
    dealt_with(database)
    take_lead(database, "may-1")
    told = found(database_url, tmp_path, monkeypatch)
    assert (told["jobs"]["ok"], told["jobs"]["found"]) == (True, f"{len(JOBS)} jobs, none late")
    trouble = {"job": "backup", "period": "x", "attempts": 3, "at": NOW, "again_at": NOW + DAY, "error": "disk_full"}
    with database.writing() as session:
        session.execute(insert(JobTroubleRow).values(trouble))
    take_lead(database, "may-1")
    assert found(database_url, tmp_path, monkeypatch)["jobs"]["found"] == "late or failing: backup (failing: disk_full)"


def dealt_with(database: Database) -> None:
    """Every job was done just now."""
    now = datetime.now(UTC)
    moments = {"due_at": now, "started_at": now, "finished_at": now}
    with database.writing() as session:
        for job in JOBS:
            row = {"job": job.name, "period": "now", "state": "done", "fence": 1, "facts": {}, **moments}
            session.execute(insert(JobRunRow).values(row))
