"""The kiosk's pages and what a tablet sends: once, late, twice, forged, from strangers, with a clock gone wrong."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from runtime.settings import Settings
from store.base import Base
from store.database import Database
from store.models.campaigns import CampaignRow, CounterRow
from store.models.collection import ConversationRow
from store.models.kiosks import KioskRow
from store.models.results import AuditRow
from survey.counter_codes import counter_code
from tests.factories import COUNTER, kept_answers, make_campaign, responses
from webforms import kiosk as kiosk_door
from workflows import kiosks

ANSWERS = {"tiep_can": "4", "thu_tuc": "5", "cong_chuc": "3", "ket_qua": "4", "gop_y": "na", "chung": "5"}
WORDS = {"y_kien": "Thêm ghế ngồi chờ"}
EVERY_TYPE = (Path(__file__).parent / "every_type.yaml").read_text(encoding="utf-8")
JSON = {"Accept": "application/json"}
MORNING = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # nine o'clock in the province
CLOSES = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def campaign(database: Database) -> None:
    with database.writing() as session:
        make_campaign(
            session,
            units={"A": {}, "B": {}},
            opens=date(2026, 11, 1),
            closes=CLOSES,
            year=2026,
            fill={"minimum_s": 5},
        )


class Clock:
    """The server's clock, which the test sets."""

    def __init__(self) -> None:
        self.at = MORNING

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        """The same since 1970."""
        return self.at.timestamp()

    def later(self, **span: float) -> None:
        """Time passes; places that were remembered are asked for anew."""
        self.at += timedelta(**span)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(kiosk_door, "now", found)
    monkeypatch.setattr("itsdangerous.timed.time.time", found.seconds)
    monkeypatch.setattr("workflows.known_places.FRESH_S", -1.0)
    return found


class Tablet:
    """A tablet at the counter, as our script speaks for it."""

    def __init__(self, client: FlaskClient, code: str = COUNTER) -> None:
        self.client, self.address = client, f"/k/{code}"

    def keys(self) -> list[dict[str, str]]:
        return self.client.get(f"{self.address}/keys").get_json()["keys"]  # type: ignore[no-any-return]

    def send(
        self, key: str, answers: Mapping[str, object] | None = None, *, age: object = 0, took: object = 30
    ) -> TestResponse:
        fields = {"form": key, "lang": "vi", "took": took, "age": age, **(ANSWERS if answers is None else answers)}
        return self.client.post(self.address, data=fields, headers=JSON)


def added(database: Database, settings: Settings, now: datetime = MORNING, counter: str = COUNTER) -> kiosks.Added:
    with database.writing() as session:
        found = kiosks.add(session, counter, "Máy 1", secret=settings.secret_key, actor="test", now=now)
    assert isinstance(found, kiosks.Added)
    return found


@pytest.fixture
def stranger(app: Flask, clock: Clock) -> Tablet:
    return Tablet(app.test_client())


@pytest.fixture
def kiosk(app: Flask, clock: Clock, database: Database, settings: Settings) -> kiosks.Added:
    return added(database, settings)


@pytest.fixture
def tablet(app: Flask, kiosk: kiosks.Added) -> Tablet:
    found = Tablet(app.test_client())
    done = found.client.post(f"{found.address}/leave", data={"code": kiosk.code.lower()})
    assert done.status_code == 303
    return found


# ── What is stored ──


def test_a_form_is_stored_by_the_kiosk_and_its_receipt_was_known_before(
    tablet: Tablet, database: Database, clock: Clock
) -> None:
    key = tablet.keys()[0]
    clock.later(minutes=3)
    said = tablet.send(key["form"], ANSWERS | WORDS).get_json()
    assert said == {"state": "stored", "receipt": key["receipt"]}
    assert kept_answers(database) == [ANSWERS | WORDS]
    row = responses(database)[0]
    assert (row.channel, row.stream, row.state, row.day, row.duration_s) == ("kiosk", "open", "valid", CLOSES, 30)
    with database.reading() as session:
        assert session.scalars(select(ConversationRow)).all() == []


def test_twenty_times_at_once_is_once_with_one_receipt(app: Flask, tablet: Tablet, database: Database) -> None:
    key = tablet.keys()[0]
    said: list[object] = []

    def send() -> None:
        said.append(Tablet(app.test_client()).send(key["form"]).get_json())

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [{"state": "stored", "receipt": key["receipt"]}] * 20
    assert len(responses(database)) == 1


def test_the_same_key_with_other_answers_changes_nothing(tablet: Tablet, database: Database) -> None:
    key = tablet.keys()[0]["form"]
    first = tablet.send(key).get_json()
    assert tablet.send(key, ANSWERS | {"chung": "1"}).get_json() == first
    assert kept_answers(database) == [ANSWERS]


@pytest.mark.parametrize("key", ["", "x", "a~b~c", "0" * 32 + f"~{COUNTER}.aaaa.bbbb", "é" * 40, "\x00", "x" * 5000])
def test_a_key_that_we_did_not_give_stores_nothing(stranger: Tablet, database: Database, key: str) -> None:
    assert stranger.send(key).get_json()["state"] == "refused"
    assert responses(database) == []


def test_a_key_of_another_counter_stores_nothing(app: Flask, stranger: Tablet, database: Database) -> None:
    with database.reading() as session:
        other = next(row.code for row in session.scalars(select(CounterRow)) if row.code != COUNTER)
    assert stranger.send(Tablet(app.test_client(), other).keys()[0]["form"]).get_json()["state"] == "refused"
    assert responses(database) == []


def test_a_key_that_was_tampered_with_stores_nothing(stranger: Tablet, database: Database) -> None:
    key = stranger.keys()[0]["form"]
    for at in range(0, len(key), 7):
        forged = key[:at] + ("A" if key[at] != "A" else "B") + key[at + 1 :]
        assert stranger.send(forged).get_json()["state"] == "refused"
    assert responses(database) == []


def test_every_fault_is_told_at_once_and_the_key_is_still_good(tablet: Tablet, database: Database) -> None:
    key = tablet.keys()[0]["form"]
    refused = tablet.send(key, {"tiep_can": "9", "thu_tuc": "8", "y_kien": "x" * 1001})
    assert refused.status_code == 422
    assert refused.get_json()["faults"].keys() == {"tiep_can", "thu_tuc", "y_kien", "chung"}
    assert responses(database) == []
    assert tablet.send(key).get_json()["state"] == "stored"


@pytest.mark.parametrize("words", ["a\x00b", "a" + "\u0301" * 20])
def test_signs_that_no_database_keeps_are_refused(tablet: Tablet, database: Database, words: str) -> None:
    assert tablet.send(tablet.keys()[0]["form"], ANSWERS | {"y_kien": words}).status_code == 422
    assert responses(database) == []


# ── How long it took ──


@pytest.mark.parametrize(
    ("took", "waited", "state", "duration"),
    [
        (30, 60, "valid", 30),
        (2, 60, "quarantined", 2),
        (9_999_999, 3, "quarantined", 3),
        ("-5", 60, "valid", 60),
        ("nan", 60, "valid", 60),
        ("1e9", 60, "valid", 60),
    ],
    ids=["as told", "too quick", "longer than the key is old", "negative", "no number", "another way of writing"],
)
def test_a_tablet_tells_how_long_it_took_within_what_can_be(
    tablet: Tablet, clock: Clock, database: Database, took: object, waited: int, state: str, duration: int
) -> None:
    key = tablet.keys()[0]["form"]
    clock.later(seconds=waited)
    assert tablet.send(key, took=took).get_json()["state"] == "stored"
    row = responses(database)[0]
    assert (row.state, row.duration_s) == (state, duration)


# ── Which day it counts for, and until when it is taken ──


@pytest.mark.parametrize(
    ("waits", "age", "said"),
    [
        (timedelta(hours=20), timedelta(hours=19), "stored"),
        (timedelta(hours=20), timedelta(minutes=5), "refused"),
        (timedelta(hours=25), timedelta(hours=24, minutes=30), "refused"),
        (timedelta(hours=20), timedelta(days=20_000), "stored"),
        (timedelta(hours=20), None, "stored"),
    ],
    ids=["short loss", "finished after the end", "too late", "clock gone mad", "clock set back"],
)
def test_what_a_known_tablet_finished_before_the_end_is_taken_for_a_day_after_it(
    tablet: Tablet, clock: Clock, database: Database, waits: timedelta, age: timedelta | None, said: str
) -> None:
    key = tablet.keys()[0]["form"]
    clock.at += waits
    told = tablet.send(key, age="99999999999" if age is None else age.total_seconds()).get_json()
    assert told["state"] == said
    assert [row.day for row in responses(database)] == ([CLOSES] if said == "stored" else [])


def test_a_stranger_sends_nothing_after_the_end(stranger: Tablet, clock: Clock, database: Database) -> None:
    key = stranger.keys()[0]["form"]
    clock.later(hours=25)
    assert stranger.send(key, age=24 * 3600).get_json()["state"] == "refused"
    assert responses(database) == []


def test_a_campaign_that_was_closed_early_takes_what_was_under_way(
    tablet: Tablet, clock: Clock, database: Database
) -> None:
    one, two, three = (key["form"] for key in tablet.keys()[:3])
    change(database, update(CampaignRow).values(state="closed"))
    clock.later(hours=2)
    assert tablet.send(one, age=7000).get_json()["state"] == "stored"
    assert Tablet(tablet.client.application.test_client()).send(two, age=7000).get_json()["state"] == "refused"
    change(database, update(CampaignRow).values(state="locked"))
    assert tablet.send(three, age=7000).get_json()["state"] == "refused"
    assert len(responses(database)) == 1


def test_over_a_long_weekend_an_answer_counts_for_its_day(tablet: Tablet, clock: Clock, database: Database) -> None:
    change(database, update(CampaignRow).values(closes=date(2026, 12, 31)))
    key, late = (each["form"] for each in tablet.keys()[:2])
    clock.later(days=4)
    assert tablet.send(key, age=4 * 86400 - 3600).get_json()["state"] == "stored"
    assert responses(database)[0].day == CLOSES
    clock.later(days=11)
    assert tablet.send(late, age=15 * 86400 - 3600).get_json()["state"] == "refused"


def test_an_answer_of_a_stranger_counts_for_the_day_it_comes(
    stranger: Tablet, clock: Clock, database: Database
) -> None:
    change(database, update(CampaignRow).values(closes=date(2026, 12, 31)))
    key = stranger.keys()[0]["form"]
    clock.later(hours=20)
    assert stranger.send(key, age=20 * 3600 - 60).get_json()["state"] == "stored"
    assert responses(database)[0].day == date(2026, 11, 21)


def test_a_revoked_tablet_is_a_stranger_and_a_revoked_counter_takes_nothing(
    tablet: Tablet, kiosk: kiosks.Added, clock: Clock, database: Database
) -> None:
    one, two = (key["form"] for key in tablet.keys()[:2])
    with database.writing() as session:
        kiosks.revoke(session, kiosk.number, actor="test", now=clock.at)
    change(database, update(CampaignRow).values(state="closed"))
    assert tablet.send(one).get_json()["state"] == "refused"
    change(database, update(CampaignRow).values(state="open"))
    change(database, update(CounterRow).values(revoked_at=clock.at))
    assert tablet.send(two).get_json() == {"state": "refused", "why": "revoked"}


# ── Registration and PIN ──


def test_a_code_registers_one_tablet_once(app: Flask, tablet: Tablet, kiosk: kiosks.Added, database: Database) -> None:
    again = app.test_client().post(f"/k/{COUNTER}/leave", data={"code": kiosk.code})
    assert again.status_code == 422
    with database.reading() as session:
        assert [row.act for row in session.scalars(select(AuditRow)) if row.act.startswith("kiosk")] == [
            "kiosk_add",
            "kiosk_register",
        ]


def test_a_code_is_good_for_a_day(stranger: Tablet, kiosk: kiosks.Added, clock: Clock) -> None:
    clock.later(hours=25)
    assert stranger.client.post(f"{stranger.address}/leave", data={"code": kiosk.code}).status_code == 422


def test_codes_cannot_be_tried_out(stranger: Tablet, kiosk: kiosks.Added) -> None:
    tried = [
        stranger.client.post(f"{stranger.address}/leave", data={"code": code}).status_code
        for code in (*["AAAA"] * 5, kiosk.code)
    ]
    assert tried == [422] * 5 + [429]


def test_the_cookie_of_a_tablet_is_seen_by_the_kiosk_only(stranger: Tablet, kiosk: kiosks.Added) -> None:
    done = stranger.client.post(f"{stranger.address}/leave", data={"code": kiosk.code})
    cookie = done.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", f"Path=/k/{COUNTER}"} <= set(cookie.split("; "))


def test_only_the_pin_opens_the_way_out(tablet: Tablet, kiosk: kiosks.Added, database: Database) -> None:
    pages = [tablet.client.get(f"{tablet.address}{path}").text for path in ("", "/form", "/leave")]
    assert all(re.findall(r'href="/(?!k/)', page) == [] for page in pages)
    wrong = tablet.client.post(f"{tablet.address}/leave", data={"pin": f"{(int(kiosk.pin) + 1) % 10**6:06}"})
    assert (wrong.status_code, 'href="/"' in wrong.text) == (422, False)
    right = tablet.client.post(f"{tablet.address}/leave", data={"pin": kiosk.pin})
    assert (right.status_code, 'href="/"' in right.text) == (200, True)
    assert right.headers["Cache-Control"] == "no-store"
    with database.reading() as session:
        assert kiosk.pin not in session.scalars(select(KioskRow)).one().pin


def test_pins_cannot_be_tried_out_by_hand_nor_all_at_once(
    app: Flask, tablet: Tablet, kiosk: kiosks.Added, clock: Clock
) -> None:
    cookie = tablet.client.get_cookie("may", path=tablet.address)
    assert cookie is not None
    wrong, codes = f"{(int(kiosk.pin) + 1) % 10**6:06}", []

    def attempt() -> None:
        client = app.test_client()
        client.set_cookie("may", cookie.value, path=tablet.address)
        codes.append(client.post(f"{tablet.address}/leave", data={"pin": wrong}).status_code)

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [422] * 5 + [429] * 7
    assert tablet.client.post(f"{tablet.address}/leave", data={"pin": kiosk.pin}).status_code == 429
    clock.later(minutes=2)
    assert tablet.client.post(f"{tablet.address}/leave", data={"pin": kiosk.pin}).status_code == 200


def test_a_tablet_of_another_counter_is_a_stranger(tablet: Tablet, database: Database) -> None:
    with database.reading() as session:
        other = next(row.code for row in session.scalars(select(CounterRow)) if row.code != COUNTER)
    cookie = tablet.client.get_cookie("may", path=tablet.address)
    assert cookie is not None
    tablet.client.set_cookie("may", cookie.value, path=f"/k/{other}")
    assert 'name="code"' in tablet.client.get(f"/k/{other}/leave").text
    assert 'name="pin"' in tablet.client.get(f"{tablet.address}/leave").text


# ── Without JavaScript ──


def plain(client: FlaskClient, answers: Mapping[str, str], page: TestResponse | None = None) -> TestResponse:
    page = page or client.get(f"/k/{COUNTER}/form")
    token = re.search(r'name="form" value="([^"]+)"', page.text)
    assert token is not None
    return client.post(f"/k/{COUNTER}", data={"form": token[1], "lang": "vi", **answers})


def test_without_a_script_the_receipt_is_shown_once(stranger: Tablet, database: Database) -> None:
    client = stranger.client
    sent = plain(client, ANSWERS)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/k/{COUNTER}/thanks?lang=vi")
    thanks = client.get(sent.headers["Location"])
    assert re.search(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", thanks.text)
    assert 'content="10;url=/k/' in thanks.text
    assert client.get(sent.headers["Location"]).headers["Location"] == f"/k/{COUNTER}"
    assert [row.channel for row in responses(database)] == ["web"]


def test_only_a_registered_tablet_counts_as_one(stranger: Tablet, tablet: Tablet, database: Database) -> None:
    for client in (stranger.client, tablet.client):
        assert plain(client, ANSWERS).status_code == 303
    assert sorted(row.channel for row in responses(database)) == ["kiosk", "web"]


def test_without_a_script_a_refused_form_comes_back_but_not_to_somebody_later(stranger: Tablet, clock: Clock) -> None:
    page = stranger.client.get(f"/k/{COUNTER}/form")
    refused = plain(stranger.client, WORDS, page)
    assert refused.status_code == 422
    assert WORDS["y_kien"] in refused.text
    clock.later(minutes=16)
    later = plain(stranger.client, WORDS, page)
    assert (later.status_code, later.headers["Location"]) == (303, f"/k/{COUNTER}")


def test_without_a_script_pages_go_back_by_themselves(stranger: Tablet) -> None:
    assert f'content="300;url=/k/{COUNTER}"' in stranger.client.get(f"/k/{COUNTER}/form").text


# ── Pages ──


@pytest.mark.parametrize("path", ["", "/form", "/leave", "/keys", "/thanks", "/nowhere"])
def test_the_policy_allows_our_one_script_and_this_host(stranger: Tablet, path: str) -> None:
    page = stranger.client.get(f"/k/{COUNTER}{path}")
    found = page.headers.getlist("Content-Security-Policy")
    assert len(found) == 1
    if path == "/nowhere":
        assert "script-src" not in found[0]
        return
    parts = dict(part.split(" ", 1) for part in found[0].split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["connect-src"] == parts["worker-src"] == parts["form-action"] == "'self'"
    assert parts["base-uri"] == parts["frame-ancestors"] == "'none'"
    assert "unsafe" not in found[0]
    for kind, tag in (("script-src", "script"), ("style-src", "style")):
        for text in re.findall(rf"<{tag}>(.*?)</{tag}>", page.text, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in parts[kind].split()


def test_public_pages_run_no_script(stranger: Tablet) -> None:
    for path in (f"/c/{COUNTER}", "/", "/results", "/receipt", "/nowhere"):
        policy = stranger.client.get(path).headers["Content-Security-Policy"]
        assert "script-src" not in policy
        assert "connect-src" not in policy


def test_the_worker_may_only_speak_with_this_host(stranger: Tablet) -> None:
    worker = stranger.client.get("/k/worker.js")
    assert worker.content_type.startswith("text/javascript")
    assert worker.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"


def test_every_level_costs_the_same_and_none_is_chosen(stranger: Tablet) -> None:
    text = stranger.client.get(f"/k/{COUNTER}").text
    assert " checked" not in text
    steps = re.findall(r'<section class="step"[^>]*data-kind="levels".*?</section>', text, re.DOTALL)
    assert len(steps) == 12  # six in each language
    for step in steps:
        labels = re.findall(r"<div class=\"opt\">.*?</div>", step, re.DOTALL)
        assert [re.findall(r"<b>(\d)</b>", label) for label in labels] == [["1"], ["2"], ["3"], ["4"], ["5"]]
        assert all("<svg" in label and "<span>" in label for label in labels)


def test_a_form_with_every_type_of_question_is_taken(app: Flask, database: Database, stranger: Tablet) -> None:
    change(database, update(CounterRow).where(CounterRow.code == COUNTER).values(code=counter_code(1_000)))
    days = {"opens": date(2026, 11, 1), "closes": CLOSES, "year": 2026}
    with database.writing() as session:
        make_campaign(session, code="moi", text=EVERY_TYPE, units={"C": {}}, **days)
    found = Tablet(app.test_client())
    text = found.client.get(found.address).text
    assert {"levels", "options", "several", "number", "date", "text"} <= set(re.findall(r'data-kind="(\w+)"', text))
    answers = {"da_den": "yes", "tuoi": "khac", "tuoi.other": "Không rõ", "cach": ["a", "b"], "so": "2,5", "m1": "4"}
    assert found.send(found.keys()[0]["form"], answers).get_json()["state"] == "stored"


@pytest.mark.parametrize(("code", "status"), [("AAAAAAAAA", 404), ("nobody", 404), (COUNTER, 410)])
def test_a_tablet_rests_where_no_answers_are_taken(
    stranger: Tablet, database: Database, code: str, status: int
) -> None:
    change(database, update(CampaignRow).values(state="closed"))
    page = stranger.client.get(f"/k/{code}")
    assert page.status_code == status
    assert 'http-equiv="refresh" content="60"' in page.text
    assert stranger.client.get(f"/k/{code}/keys").get_json()["state"] == "refused"


def test_looking_writes_nothing(tablet: Tablet, database: Database) -> None:
    def everything() -> list[object]:
        with database.engine.connect() as connection:
            return [connection.execute(table.select()).all() for table in Base.metadata.sorted_tables]

    before = everything()
    for path in ("", "/form", "/keys", "/thanks", "/leave"):
        tablet.client.get(f"{tablet.address}{path}")
    assert everything() == before


def change(database: Database, statement: object) -> None:
    with database.writing() as session:
        session.execute(statement)  # type: ignore[call-overload]
