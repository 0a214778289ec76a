"""`hailong quality`, as a person at the terminal uses it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.__main__ import hailong
from store.database import Database
from tests.factories import make_campaign
from tests.workflows.test_quality import FIRST, stuffed, weekdays


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)

    def call(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(hailong, ["quality", *words])
        assert done.exit_code == code, done.output
        return done

    return call


def test_flags_are_found_once_and_dossiers_taken_in(run, database: Database, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with database.writing() as session:
        make_campaign(session, units={"A": {}, "B": {}, "C": {}}, opens=FIRST, closes=date(2026, 12, 31))
    stuffed(database)
    found = json.loads(run("thu", "--json").stdout)
    assert found["new"] == len(found["flags"]) > 0
    assert {flag["rule"] for flag in found["flags"]} >= {"burst", "speed", "unit"}
    assert {(flag["unit"], flag["state"]) for flag in found["flags"]} == {("A", "open")}
    sheet = tmp_path / "dossiers.csv"
    sheet.write_text(f"unit,counter,day,dossiers\nA,,{weekdays()[-1]},30\n", encoding="utf-8")
    more = json.loads(run("thu", "--dossiers", str(sheet), "--json").stdout)
    assert [flag["rule"] for flag in more["flags"] if flag["day"]].count("rate") == 1
    assert more["new"] == 1
    assert run("thu").stdout.startswith("flag\trule\tunit\tcounter\tday\tscore\tthreshold\tstate\n")


def test_what_cannot_be_is_refused_whole(run, database: Database, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with database.writing() as session:
        make_campaign(session)
    assert json.loads(run("nope", "--json", code=1).stdout)["faults"][0]["code"] == "unknown_campaign"
    sheet = tmp_path / "dossiers.csv"
    sheet.write_text("unit,counter,day,dossiers\nA,,2026-11-31,x\n", encoding="utf-8")
    faults = json.loads(run("thu", "--dossiers", str(sheet), "--json", code=1).stdout)["faults"]
    assert [fault["code"] for fault in faults] == ["date_form", "whole_number_form"]
