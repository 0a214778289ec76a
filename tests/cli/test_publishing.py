"""Publish, correct, back up and restore as a person at the terminal does."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.__main__ import hailong

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "copenhagen"
Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A terminal that speaks English, with the worked example in its database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)

    def call(*words: object, code: int = 0, typed: str | None = None) -> Result:
        done = CliRunner().invoke(hailong, [str(word) for word in words], input=typed)
        assert done.exit_code == code, done.output
        return done

    call("init")
    call("units", "import", EXAMPLE / "units.csv")
    call("campaign", "create", EXAMPLE / "campaign.yaml")
    call("campaign", "open", "copenhagen")
    call("responses", "import", "copenhagen", EXAMPLE / "answers.csv")
    return call


def locked(run: Run) -> None:
    run("campaign", "close", "copenhagen", "--yes")
    run("campaign", "lock", "copenhagen", "--yes")


def test_a_campaign_is_published_after_a_look_and_a_yes(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "close it, lock it" in run("publish", "copenhagen", "--out", out, "--yes", code=1).stderr
    locked(run)
    plan = json.loads(run("publish", "copenhagen", "--out", out, "--dry-run", "--json").stdout)
    assert (plan["dry_run"], plan["number"], out.exists()) == (True, 1, False)
    asked = run("publish", "copenhagen", "--out", out, code=1, typed="n\n")
    assert "Publish number 1 of copenhagen" in asked.stderr
    assert not out.exists()
    assert json.loads(run("campaign", "show", "copenhagen", "--json").stdout)["state"] == "locked"
    told = run("publish", "copenhagen", "--out", out, typed="y\n").stderr
    digest = told.split("SHA-256 for the minutes: ")[1].split()[0]
    words = [sys.executable, "-I", str(out / "verify.py"), "--expect", digest]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0
    assert json.loads(run("campaign", "show", "copenhagen", "--json").stdout)["state"] == "published"
    assert "Faults: 2" in run("publish", "copenhagen", "--out", tmp_path / "again", "--yes", code=1).stderr


def test_a_correction_is_published_with_its_reason(run: Run, tmp_path: Path) -> None:
    locked(run)
    run("publish", "copenhagen", "--out", tmp_path / "one", "--yes")
    run("campaign", "unlock", "copenhagen", code=2)
    run("campaign", "unlock", "copenhagen", "--reason", "A file was left out")
    assert "published" in run("campaign", "open", "copenhagen", code=1).stderr
    run("campaign", "lock", "copenhagen", "--yes")
    words = ("publish", "copenhagen", "--out", tmp_path / "two", "--yes", "--json")
    refused = json.loads(run(*words, code=1).stdout)
    assert [fault["code"] for fault in refused["faults"]] == ["reason_needed"]
    done = json.loads(run(*words, "--reason", "A file was left out", "--embargo", "2999-01-02 08:00").stdout)
    assert (done["number"], done["embargo_until"]) == (2, "2999-01-02T08:00+07:00")
    method = json.loads((tmp_path / "two" / "method.json").read_text(encoding="utf-8"))
    assert method["publication"]["reason"] == "A file was left out"
    assert [each["number"] for each in method["publication"]["earlier"]] == [1]


def test_a_folder_with_something_in_it_is_refused_before_anybody_is_asked(run: Run, tmp_path: Path) -> None:
    locked(run)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x").write_text("x")
    assert "holds something already" in run("publish", "copenhagen", "--out", tmp_path / "out", code=1).stderr


def test_the_doctor_tells_the_age_of_the_last_backup(run: Run, tmp_path: Path) -> None:
    def last() -> dict[str, object]:
        done = CliRunner().invoke(hailong, ["doctor", "--json"])
        found: list[dict[str, object]] = json.loads(done.stdout)["findings"]
        return next(each for each in found if each["name"] == "backup")

    assert (last()["ok"], last()["found"]) == (True, "never")
    done = json.loads(run("backup", tmp_path / "copy", "--json").stdout)
    assert Path(done["file"]).stat().st_size == done["size"]
    assert last()["found"] == "0 hours old"


def test_a_backup_is_restored_into_an_empty_place_only(
    run: Run, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "copy"
    run("backup", file)
    assert "already" in run("backup", file, code=1).stderr
    assert "holds tables already" in run("restore", file, "--yes", code=1).stderr
    if not database_url.startswith("sqlite"):
        return
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "new.db").exists()
    run("restore", file, code=1, typed="n\n")
    assert not (tmp_path / "new.db").exists()
    assert "1 campaigns and 1681 responses" in run("restore", file, typed="y\n").stderr
    assert "the same numbers" in run("index", "copenhagen", "--recount").stderr
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        assert connection.execute("SELECT count(*) FROM response").fetchone() == (1681,)
