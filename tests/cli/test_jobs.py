"""`hailong jobs`: how the clock stands, and one of its jobs done now."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from store.database import Database
from tests.factories import make_campaign
from tests.scheduler.test_jobs import give

ROOT = Path(__file__).parent.parent.parent


def hailong(url: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    given = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(folder), "LANG": "en_US.UTF-8", "LC_ALL": ""}
    command = [sys.executable, "-m", "cli", *words]
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=60, check=False)


def test_jobs_are_listed_and_one_is_done_now(database: Database, database_url: str, tmp_path: Path) -> None:
    with database.writing() as session:
        make_campaign(session)
    give(database, "thu", 7)
    listed = json.loads(hailong(database_url, tmp_path, "jobs", "list", "--json").stdout)
    assert {row["state"] for row in listed} <= {"late", "stopped"}
    assert {row["why"] for row in listed} == {"no_clock"}
    refused = hailong(database_url, tmp_path, "jobs", "run", "tally", "--dry-run")
    assert "cannot be rehearsed" in refused.stderr
    done = json.loads(hailong(database_url, tmp_path, "jobs", "run", "tally", "--json").stdout)
    assert (done["outcome"], done["facts"]) == ("done", {"answers": "7"})
    again = json.loads(hailong(database_url, tmp_path, "jobs", "run", "tally", "--json").stdout)
    assert (again["outcome"], again["facts"]) == ("done", {"answers": "0"})
    assert "tally" in hailong(database_url, tmp_path, "jobs", "list").stdout
    assert hailong(database_url, tmp_path, "jobs", "run", "nothing").returncode == 2
