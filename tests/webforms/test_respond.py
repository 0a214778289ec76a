"""What happens to a form when people do what people do: twice, in two tabs, late, backwards, to a closed door."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from runtime.settings import Settings
from store.database import Database
from store.models.campaigns import CampaignRow, CounterRow
from store.models.collection import ConversationRow
from store.models.units import UnitLinkRow, UnitRow
from tests.factories import COUNTER, kept_answers, make_campaign, make_unit, responses
from tests.webforms.conftest import Person
from webforms import create_public_app
from webforms import door as web_door
from workflows.tokens import LIFE_S

FIRST = {"tiep_can": "4", "thu_tuc": "5", "cong_chuc": "3"}
LAST = {"ket_qua": "4", "gop_y": "na", "chung": "5", "y_kien": "Cảm ơn cán bộ"}


@pytest.fixture(autouse=True)
def campaign(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session, units={"A": {}, "B": {}}, counters=2)


def change(database: Database, statement: object) -> None:
    with database.writing() as session:
        session.execute(statement)  # type: ignore[call-overload]


def test_a_person_gets_from_the_poster_to_the_receipt(person: Person, database: Database) -> None:
    assert "UBND xã A" in person.open().text
    person.send(FIRST)
    thanks = person.send(LAST)
    assert thanks.request.path.endswith("/thanks")
    assert kept_answers(database) == [FIRST | LAST]
    row = responses(database)[0]
    assert (row.stream, row.channel, row.language, row.state, row.reason) == ("open", "web", "vi", "valid", "")


def test_sending_the_last_page_twice_gives_one_response_and_one_receipt(person: Person, database: Database) -> None:
    person.open()
    person.send(FIRST)
    page = dict(person.hidden)
    first = person.send(LAST).text
    person.hidden = page
    second = person.send(LAST | {"chung": "1"}).text
    assert kept_answers(database) == [FIRST | LAST]
    receipt = first.partition('class="receipt"')[2][:60]
    assert receipt
    assert receipt in second


def test_going_back_after_sending_shows_the_receipt_and_sends_nothing(person: Person, database: Database) -> None:
    person.open()
    first = dict(person.hidden)
    person.send(FIRST)
    person.send(LAST)
    person.hidden = first
    assert person.send(FIRST).request.path.endswith("/thanks")
    assert person.open("/ket_qua").status_code == 200
    assert len(responses(database)) == 1


def test_two_tabs_are_two_forms(app: Flask, database: Database) -> None:
    client = app.test_client()
    one, two = Person(client), Person(client)
    one.open()
    two.see(client.get(f"/c/{COUNTER}?new=1"))
    one.send(FIRST)
    two.send(FIRST | {"tiep_can": "1"})
    one.send(LAST)
    two.send(LAST)
    assert sorted(str(answers["tiep_can"]) for answers in kept_answers(database)) == ["1", "4"]


def test_many_at_once_with_one_key_store_one_response(app: Flask, database: Database) -> None:
    person = Person(app.test_client())
    person.open()
    person.send(FIRST)
    fields = {**person.hidden, "do": "next", **LAST}
    codes: list[int] = []

    def send() -> None:
        codes.append(app.test_client().post(f"/c/{COUNTER}", data=fields).status_code)

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [303] * 20
    assert len(responses(database)) == 1


def test_a_closed_browser_finds_its_answers_again(person: Person, database: Database) -> None:
    person.open()
    person.send(FIRST)
    again = Person(person.client)
    assert 'href="/c/' in again.open().text
    assert FIRST["tiep_can"] not in again.hidden.values()
    again.open("/ket_qua")
    again.send(LAST)
    assert kept_answers(database) == [FIRST | LAST]


def test_back_keeps_what_the_page_held(person: Person, database: Database) -> None:
    person.open()
    person.send(FIRST)
    person.send({"ket_qua": "2", "y_kien": "Chờ lâu"}, do="back")
    assert person.page is not None
    assert 'value="4" id="q-tiep_can-4" checked' in person.page.text
    person.send(FIRST)
    assert "Chờ lâu" in person.page.text
    person.send({"ket_qua": "2", "chung": "3", "y_kien": "Chờ lâu"})
    assert kept_answers(database)[0]["ket_qua"] == "2"


def test_another_language_keeps_what_was_typed(person: Person, database: Database) -> None:
    person.open()
    page = person.send({"tiep_can": "2"}, do="lang:en")
    assert page.status_code == 200
    assert '<html lang="en"' in page.text
    assert 'value="2" id="q-tiep_can-2" checked' in page.text
    person.send(FIRST)
    person.send(LAST)
    assert responses(database)[0].language == "en"


def test_a_refused_page_keeps_what_was_typed_and_stores_nothing(person: Person, database: Database) -> None:
    person.open()
    page = person.send({"tiep_can": "9", "thu_tuc": "5"})
    assert page.status_code == 422
    assert 'id="e-tiep_can"' in page.text
    assert 'value="5" id="q-thu_tuc-5" checked' in page.text
    assert responses(database) == []


def test_what_is_required_is_reviewed_before_sending(person: Person, database: Database) -> None:
    person.open()
    person.send({})
    page = person.send({"ket_qua": "4"})
    assert page.request.path.endswith("/review")
    assert responses(database) == []
    person.open(f"/{person.first_missing()}")
    person.send({"ket_qua": "4", "chung": "4"})
    assert kept_answers(database) == [{"ket_qua": "4", "chung": "4"}]


def test_a_form_whose_time_is_up_is_begun_anew_with_what_was_typed(
    person: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.open()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: datetime.now(UTC).timestamp() + LIFE_S + 60)
    old = person.hidden["form"]
    page = person.send(FIRST)
    assert page.status_code == 422
    assert 'value="4" id="q-tiep_can-4" checked' in page.text
    assert person.hidden["form"] != old
    person.send(FIRST)
    person.send(LAST)
    assert kept_answers(database) == [FIRST | LAST]


def test_a_form_that_was_sent_and_comes_again_after_its_time_counts_once(
    person: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.open()
    person.send(FIRST)
    page = dict(person.hidden)
    receipt = person.send(LAST).text.partition('class="receipt"')[2][:60]
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: datetime.now(UTC).timestamp() + LIFE_S + 60)
    person.hidden = page
    again = person.send(LAST)
    assert (again.status_code, receipt in again.text) == (200, True)
    assert person.hidden["form"] == page["form"]
    assert len(responses(database)) == 1


def test_answers_whose_conversation_is_gone_are_not_typed_twice(person: Person, database: Database) -> None:
    person.open()
    person.send(FIRST)
    change(database, delete(ConversationRow))
    person.send(LAST)
    assert person.hidden["step"] == "tiep_can"
    person.send(FIRST)
    assert person.page is not None
    assert "Cảm ơn cán bộ" in person.page.text
    person.send(LAST)
    assert kept_answers(database) == [FIRST | LAST]


def test_a_forged_key_stores_nothing(person: Person, database: Database) -> None:
    person.open()
    person.hidden["form"] = person.hidden["form"][:-3] + "abc"
    assert person.send(FIRST).status_code == 422
    person.see(person.client.get(f"/c/{COUNTER}"))
    other = Person(person.client, code=other_code(database))
    other.hidden = dict(person.hidden)
    assert other.send(FIRST).status_code == 422
    assert responses(database) == []


@pytest.mark.parametrize("more", ["=\r\nSet-Cookie: a=b", "\r\n", "=; Path=/", "=\0", "=đ", "\ud800", "=" + "A" * 9000])
def test_a_key_with_anything_added_is_no_key_and_stands_in_no_header(
    person: Person, database: Database, more: str
) -> None:
    person.open()
    fields = urlencode({**person.hidden, "form": person.hidden["form"] + more, **FIRST}, errors="surrogatepass")
    page = person.client.post(f"/c/{COUNTER}", data=fields, content_type="application/x-www-form-urlencoded")
    assert (page.status_code, "Set-Cookie" in page.headers) == (422, False)
    assert 'value="4" id="q-tiep_can-4" checked' in page.text


def other_code(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(CounterRow.code).where(CounterRow.code != COUNTER)).first() or ""


LAST_WEEK = datetime.now(UTC).date() - timedelta(days=7)
NEXT_WEEK = datetime.now(UTC).date() + timedelta(days=7)
STANDINGS = [
    pytest.param(update(CampaignRow).values(state="draft"), 403, "chưa", id="not yet open"),
    pytest.param(update(CampaignRow).values(opens=NEXT_WEEK), 403, "chưa", id="before its day"),
    pytest.param(update(CampaignRow).values(state="closed"), 410, "kết thúc", id="closed"),
    pytest.param(update(CampaignRow).values(closes=LAST_WEEK), 410, "kết thúc", id="after its day"),
    pytest.param(update(CounterRow).values(revoked_at=datetime.now(UTC)), 410, "mã", id="revoked"),
    pytest.param(update(UnitRow).values(valid_to=LAST_WEEK), 410, "UBND xã A", id="dissolved"),
]


@pytest.mark.parametrize(("statement", "status", "words"), STANDINGS)
def test_a_closed_door_has_its_own_kind_page(
    statement: object, status: int, words: str, app: Flask, database: Database
) -> None:
    change(database, statement)
    person = Person(app.test_client())
    page = person.open()
    assert page.status_code == status
    assert words in page.text
    person.hidden = {"form": "x", "step": "tiep_can", "lang": "vi"}
    assert person.send(FIRST).status_code == status
    assert responses(database) == []


def test_a_dissolved_unit_names_who_took_over(app: Flask, database: Database) -> None:
    gone = LAST_WEEK
    with database.writing() as session:
        old = session.scalars(select(UnitRow).where(UnitRow.code == "A")).one()
        old.valid_to = gone
        new = make_unit(session, "C", name="UBND phường Tích Lương", valid_from=gone)
        session.add(UnitLinkRow(predecessor_id=old.id, successor_id=new.id, on=gone, share=None))
    assert "UBND phường Tích Lương" in Person(app.test_client()).open().text


def test_a_code_that_nobody_bears_is_not_found(client: FlaskClient) -> None:
    assert client.get("/c/ABCDEFGHJ").status_code == 404
    assert client.post("/c/ABCDEFGHJ", data={"form": "x"}).status_code == 404


def test_a_code_typed_by_hand_leads_to_its_counter(client: FlaskClient) -> None:
    typed = f"{COUNTER[:4]}-{COUNTER[4:8]}-{COUNTER[8:]}".lower().replace("0", "o")
    assert client.get(f"/c/{typed}").headers["Location"] == f"/c/{COUNTER}"


def test_a_form_opened_before_the_last_day_ended_is_still_taken(person: Person, database: Database) -> None:
    person.open()
    person.send(FIRST)
    change(database, update(CampaignRow).values(closes=web_day(person)))
    assert person.send(LAST).request.path.endswith("/thanks")


def test_an_answer_sent_after_the_last_midnight_is_one_of_the_last_day(
    person: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.open()
    person.send(FIRST)
    last = web_day(person)
    change(database, update(CampaignRow).values(closes=last))
    monkeypatch.setattr("workflows.known_places.FRESH_S", 0.0)
    monkeypatch.setattr("webforms.respond.now", lambda: datetime.now(UTC) + timedelta(days=1))
    person.send(LAST)
    assert [row.day for row in responses(database)] == [last]


def web_day(person: Person) -> date:
    with person.client.application.app_context():
        return web_door.today()


def test_answers_that_came_too_quickly_are_kept_and_set_apart(person: Person, database: Database) -> None:
    change(database, update(CampaignRow).values(minimum_fill_s=60))
    person.open()
    person.send(FIRST)
    assert person.send(LAST).request.path.endswith("/thanks")
    row = responses(database)[0]
    assert (row.state, row.reason) == ("quarantined", "quick")


def test_another_host_and_another_site_are_refused(client: FlaskClient) -> None:
    assert client.get(f"/c/{COUNTER}", headers={"Host": "evil.example"}).status_code == 400
    crossed = client.post(f"/c/{COUNTER}", data={"form": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert crossed.status_code == 403


def test_no_address_is_made_of_what_the_request_says_of_itself(
    settings: Settings, database: Database, person: Person
) -> None:
    behind = create_public_app(settings.model_copy(update={"trusted_proxies": 1}), database).test_client()
    forged = {"X-Forwarded-Proto": "evil", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    for path in (f"/c//{COUNTER}", f"/c/{COUNTER.lower()}", f"/?counter={COUNTER}", f"/c/{COUNTER}"):
        page = behind.get(path, headers=forged)
        assert "evil" not in page.text + str(page.headers)


def test_a_response_says_nothing_of_who_answered(person: Person, database: Database, settings: Settings) -> None:
    person.open()
    key = person.hidden["form"]
    person.send(FIRST)
    person.send(LAST)
    row = responses(database)[0]
    told = {name: getattr(row, name) for name in row.__table__.columns.keys()}  # noqa: SIM118
    assert isinstance(told["day"], date)
    assert not isinstance(told["day"], datetime)
    assert key.partition("~")[0] not in repr(told)
    assert not [name for name in told if any(word in name for word in ("ip", "agent", "time", "at_"))]
