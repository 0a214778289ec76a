"""The commands as a person at the terminal runs them, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from cli.__main__ import hailong
from runtime.settings import Settings
from store.database import Database, open_database
from tests.factories import COUNTER, make_campaign
from webforms import create_public_app

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "copenhagen"
EXPECTED = {"TOWER": 20000 / 400, "ATRIUM": 9600 / 239, "APARTMENT": 30200 / 765, "TERRACE": 7000 / 277}


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)

    def call(*words: str, code: int = 0, typed: str | None = None) -> Result:
        done = CliRunner().invoke(hailong, words, input=typed)
        assert done.exit_code == code, done.output
        return done

    return call


def documents(result: Result) -> dict:  # type: ignore[type-arg]
    return json.loads(result.stdout)


def copenhagen(run) -> None:  # type: ignore[no-untyped-def]
    run("init")
    run("units", "import", str(EXAMPLE / "units.csv"))
    run("campaign", "create", str(EXAMPLE / "campaign.yaml"))
    run("responses", "import", "copenhagen", str(EXAMPLE / "answers.csv"))


def test_the_copenhagen_answers_give_their_published_shares(run, database_url: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    copenhagen(run)
    found = documents(run("index", "copenhagen", "--json"))
    units = {f["code"]: f for f in found["figures"] if f["scope"] == "unit" and f["item"] == "overall"}
    assert {code: figure["value"] for code, figure in units.items()} == pytest.approx(EXPECTED)
    assert {code: figure["n"] for code, figure in units.items()} == {
        "TOWER": 400,
        "ATRIUM": 239,
        "APARTMENT": 765,
        "TERRACE": 277,
    }
    assert found["answers"]["open"] == {"received": 1681, "valid": 1681, "quarantined": 0}
    client, close = public(database_url, tmp_path)
    shown = client.get("/results/copenhagen.json").get_json()
    assert [f for f in shown["figures"] if f["scope"] == "unit"] == [
        f for f in found["figures"] if f["scope"] == "unit"
    ]
    page = client.get("/results/copenhagen?lang=vi").text
    sheet = client.get("/results/copenhagen.csv").text
    for printed in ("50,00", "40,17", "39,48", "25,27"):
        assert printed in page
    assert "TOWER" in sheet
    assert "40.1673640167364" in sheet
    close()


def public(database_url: str, folder: Path) -> tuple[FlaskClient, Callable[[], None]]:
    settings = Settings(secret_key="k" * 40, public_url="http://localhost", data_dir=folder)
    database = open_database(database_url, pool_size=2)
    return create_public_app(settings, database).test_client(), database.close


def test_counting_again_from_scratch_gives_the_kept_tallies(run) -> None:  # type: ignore[no-untyped-def]
    copenhagen(run)
    assert "the same numbers" in run("index", "copenhagen", "--recount").stderr


def test_the_same_file_twice_stores_nothing_twice(run) -> None:  # type: ignore[no-untyped-def]
    copenhagen(run)
    again = documents(run("responses", "import", "copenhagen", str(EXAMPLE / "answers.csv"), "--json"))
    assert (again["stored"], again["already_there"]) == (0, 1681)


def test_an_export_comes_back_as_it_went(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    copenhagen(run)
    for name in ("out.csv", "out.xlsx"):
        run("responses", "export", "copenhagen", "--out", str(tmp_path / name))
        again = documents(run("responses", "import", "copenhagen", str(tmp_path / name), "--json"))
        assert (again["already_there"], again["differing"]) == (1681, 0)


def test_the_demonstration_is_loaded_once(run) -> None:  # type: ignore[no-untyped-def]
    run("init")
    first = documents(run("demo", "--json"))
    assert first["counters"] >= 40
    assert first["units"] >= 30
    assert first["answers"] == 5000
    assert documents(run("demo", "--json")) == first
    found = documents(run("index", "demo", "--json"))
    assert found["answers"]["open"]["received"] == 5000
    assert "the same numbers" in run("index", "demo", "--recount").stderr
    assert len(documents(run("questionnaire", "list", "--json"))) == 3


def test_a_campaign_is_opened_and_closed(run) -> None:  # type: ignore[no-untyped-def]
    copenhagen(run)
    assert documents(run("campaign", "show", "copenhagen", "--json"))["state"] == "draft"
    run("campaign", "close", "copenhagen", "--yes", code=1)
    run("campaign", "open", "copenhagen")
    run("campaign", "close", "copenhagen", code=1, typed="n\n")
    run("campaign", "close", "copenhagen", code=0, typed="y\n")
    assert [row["state"] for row in documents(run("campaign", "list", "--json"))] == ["closed"]


def test_a_campaign_closed_early_ends_that_day_and_opens_again_with_a_new_last_day(run) -> None:  # type: ignore[no-untyped-def]
    copenhagen(run)
    later = (date.today() + timedelta(days=30)).isoformat()  # noqa: DTZ011 - the province's day is at most the next one
    assert "was 30/09/2024; give it a new one" in run("campaign", "open", "copenhagen").stderr
    run("campaign", "close", "copenhagen", "--yes")
    refused = run("campaign", "open", "copenhagen", "--until", "2020-01-01", code=1).stderr
    assert "01/01/2020 does not fit" in refused
    run("campaign", "open", "copenhagen", "--until", later)
    assert documents(run("campaign", "show", "copenhagen", "--json"))["closes"] == later
    earlier = (date.today() + timedelta(days=9)).isoformat()  # noqa: DTZ011
    run("campaign", "open", "copenhagen", "--until", earlier)
    assert documents(run("campaign", "show", "copenhagen", "--json"))["closes"] == earlier, "moved while it is open"
    run("campaign", "close", "copenhagen", "--yes")
    closed = documents(run("campaign", "show", "copenhagen", "--json"))
    assert (closed["state"], closed["closes"] < earlier) == ("closed", True)
    run("campaign", "open", "copenhagen", "--until", later)
    again = documents(run("campaign", "show", "copenhagen", "--json"))
    assert (again["state"], again["closes"]) == ("open", later)


def test_a_dry_run_keeps_nothing(run) -> None:  # type: ignore[no-untyped-def]
    run("init")
    run("units", "import", str(EXAMPLE / "units.csv"), "--dry-run")
    assert documents(run("units", "list", "--json", "--on", "2024-09-01")) == []
    run("units", "import", str(EXAMPLE / "units.csv"))
    run("campaign", "create", str(EXAMPLE / "campaign.yaml"), "--dry-run")
    assert documents(run("campaign", "list", "--json")) == []
    run("campaign", "create", str(EXAMPLE / "campaign.yaml"))
    run("responses", "import", "copenhagen", str(EXAMPLE / "answers.csv"), "--dry-run")
    assert documents(run("index", "copenhagen", "--json"))["answers"]["open"]["received"] == 0


def test_a_refused_campaign_names_every_fault_and_keeps_nothing(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("init")
    plan = tmp_path / "campaign.yaml"
    plan.write_text(
        "code: x1\ntitle: {vi: A, en: A}\nyear: 2024\nkind: sipas\nbasis: open\n"
        "questionnaire: {code: sipas-quay, version: 1}\nlanguages: [vi, en]\n"
        "opens: 2024-05-01\ncloses: 2024-05-31\nunits: [NOBODY, NOWHERE]\n",
        encoding="utf-8",
    )
    told = run("campaign", "create", str(plan), code=1).stderr
    assert "NOBODY" in told
    assert "NOWHERE" in told
    assert documents(run("campaign", "list", "--json")) == []


def test_a_questionnaire_can_be_tried_to_its_end(run) -> None:  # type: ignore[no-untyped-def]
    run("init")
    told = run("questionnaire", "try", "sipas-quay", "--language", "en", typed="4\n9\n5\n<\n5\n5\n4\n-\n4\nGood\n")
    assert "Finished" in told.stderr


def test_every_shipped_questionnaire_passes_its_own_check(run) -> None:  # type: ignore[no-untyped-def]
    for path in sorted(Path("instruments/questionnaires").glob("*.yaml")):
        assert documents(run("questionnaire", "check", str(path), "--json"))["ok"] is True
    assert documents(run("questionnaire", "schema"))["type"] == "object"


def test_the_doctor_says_what_is_wrong(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    run("init")
    assert documents(run("doctor", "--json"))["ok"] is True
    monkeypatch.setenv("HAILONG_ENV", "production")
    found = documents(run("doctor", "--json", code=1))
    assert {finding["name"] for finding in found["findings"] if not finding["ok"]} >= {"SECRET_KEY", "PUBLIC_URL"}


def test_a_database_that_was_never_prepared_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    monkeypatch.setenv("LANG", "en")
    done = CliRunner().invoke(hailong, ["campaign", "list"])
    assert done.exit_code == 1
    assert "hailong init" in done.stderr


def test_wrong_usage_leaves_with_two(run) -> None:  # type: ignore[no-untyped-def]
    run("index", code=2)
    run("nothing", code=2)
    run("units", "import", "no-such-file.csv", code=2)


def test_posters_are_printed_for_every_counter(run, database: Database, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with database.writing() as session:
        make_campaign(session, units={"A": {}, "B": {}}, counters=2)
    out = tmp_path / "posters"
    run("qr", "thu", "--out", str(out), "--design", "a4")
    assert len(list(out.glob("*.pdf"))) == 5
    run("qr", "thu", "--out", str(tmp_path / "one"), "--unit", "B", "--format", "svg")
    assert len(list((tmp_path / "one").glob("*.svg"))) == 2
    assert "NOWHERE" in run("qr", "thu", "--out", str(out), "--unit", "NOWHERE", code=1).stderr
    assert COUNTER
