"""`hailong user` and `hailong audit`, as a person at the terminal uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from cli.__main__ import hailong
from store.database import Database
from tests.factories import take_guards_off

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)

    def call(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(hailong, words)
        assert done.exit_code == code, done.output
        return done

    return call


def test_somebody_is_added_gets_a_new_link_and_is_listed(run: Run) -> None:
    first = json.loads(run("user", "add", "an@t.vn", "--name", "An", "--role", "administrator", "--json").stdout)
    second = json.loads(run("user", "reset", "AN@t.vn", "--json").stdout)
    assert first["link"].startswith("http://127.0.0.1:8001/welcome/")
    assert first["link"] != second["link"]
    assert "/welcome/" in run("user", "reset", "an@t.vn").stdout
    assert (
        json.loads(run("user", "reset", "no@t.vn", "--json", code=1).stdout)["faults"][0]["code"] == "unknown_account"
    )
    assert json.loads(run("user", "list", "--json").stdout)[0]["roles"] == ["administrator"]


def test_the_record_is_looked_at(run: Run, database: Database) -> None:
    run("init")
    for name in ("a", "b", "c"):
        run("user", "add", f"{name}@t.vn", "--name", name, "--role", "supervisor")
    found = json.loads(run("audit", "verify", "--json").stdout)
    assert (found["ok"], found["rows"], found["breaks"]) == (True, 3, [])
    assert found["head"] in run("audit", "verify", "--head", found["head"]).output
    with database.writing() as session:
        take_guards_off(session)
        session.execute(text("DELETE FROM audit WHERE number = 3"))
    cut = json.loads(run("audit", "verify", "--head", found["head"], "--json", code=1).stdout)
    assert cut["breaks"] == [{"number": 0, "code": "unguarded"}, {"number": 3, "code": "cut"}]
    with database.writing() as session:
        session.execute(text("UPDATE audit SET actor = 'x' WHERE number = 2"))
    assert "Row 2 is not as it was written." in run("audit", "verify", code=1).output
    assert (
        json.loads(run("audit", "verify", "--head", "x", "--json", code=1).stdout)["faults"][0]["code"] == "head_form"
    )
    doctor = json.loads(CliRunner().invoke(hailong, ["doctor", "--json"]).stdout)
    assert [each["ok"] for each in doctor["findings"] if each["name"] == "record"] == [False]
