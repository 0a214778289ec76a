"""From chat to web and back: the same form, its answers so far, one response and one receipt."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from runtime.settings import Settings
from store.database import Database, open_database
from store.models.campaigns import CampaignRow, CounterRow
from store.models.chat import OutboxRow
from store.models.collection import ConversationRow
from survey.counter_codes import counter_code
from tests.factories import COUNTER, kept_answers, make_campaign, responses
from tests.journeys.runner import HERE
from tests.webforms.chatting import Chatter, followed
from tests.webforms.conftest import Person
from tests.webforms.test_one_page import ONE_PAGE
from workflows import chat
from workflows.tokens import form_signer, new_chat_key, new_token, token_of

VISIT = (HERE / "questionnaires" / "visit.yaml").read_text(encoding="utf-8")
RECEIPT = re.compile(r'class="receipt"[^>]*>([A-Z2-7-]{19})<')
BACK_TO_CHAT = "quay lại cuộc trò chuyện"
GONE = "chỉ dùng được trong một ngày"

# what is said in the chat, question by question: with pages of one to five of them, every hand-over lies between two
SAID = (
    ("den", "yes"), ("so_lan", "2"), ("tiep_cho", "4"), ("tiep_loi", "5"), ("tiep_gio", "na"),
    ("giay_to", "cccd", "anh"), ("ngay", "5/9/2024"), ("hen", "yes"),
)  # fmt: skip
KEPT: dict[str, Any] = {
    "den": "yes", "so_lan": 2, "tiep_cho": "4", "tiep_loi": "5", "tiep_gio": "na", "giay_to": ("cccd", "anh"),
    "ngay": date(2024, 9, 5), "hen": "yes", "y_kien": "Tốt",
}  # fmt: skip


@pytest.fixture
def visit(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session, text=VISIT)


@pytest.fixture
def one_page(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session, text=ONE_PAGE)


@pytest.fixture
def chatter(settings: Settings, database: Database) -> Chatter:
    return Chatter(settings, database)


def rows(database: Database) -> list[tuple[str, datetime]]:
    with database.reading() as session:
        return [(row.state, row.expires_at) for row in session.scalars(select(ConversationRow))]


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def receipt_in(page: Any) -> str:
    found = RECEIPT.search(page.text)
    assert found is not None, page.text
    return found[1]


def held_on(page: str) -> dict[str, list[str]]:
    """What the page's fields hold, as a browser would send it."""
    held: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="([a-z_.]+)" value="([^"]*)"[^>]* checked', page):
        held.setdefault(name, []).append(value)
    for name, value in re.findall(r'type="text"[^>]*name="([a-z_.]+)"[^>]*value="([^"]+)"', page):
        held[name] = [value]
    return held


def finish(person: Person, address: str) -> Any:
    """Send every page as it is filled in already, or as the answers of this file go on, to the receipt."""
    person.see(person.client.get(address))
    for _ in range(12):
        assert person.page is not None
        if RECEIPT.search(person.page.text):
            return person.page
        asked = set(re.findall(r'name="([a-z_]+)"', person.page.text))
        fields = {code: list(values) for code, *values in SAID if code in asked} | held_on(person.page.text)
        person.send(dict(fields) | ({"y_kien": "Tốt"} if "y_kien" in asked else {}))
    raise AssertionError("no receipt")


@pytest.mark.usefixtures("visit")
@pytest.mark.parametrize("said", range(len(SAID) + 1))
def test_a_form_begun_by_chat_ends_on_the_web_whole(
    said: int, chatter: Chatter, person: Person, database: Database
) -> None:
    chatter.begins()
    for step, *codes in SAID[:said]:
        chatter.says(step, *codes)
    thanks = finish(person, chatter.link())
    assert kept_answers(database) == [KEPT]
    assert [row.channel for row in responses(database)] == ["web"]
    assert count(database, ConversationRow) == 0
    assert "đã được ghi nhận" in person.client.post("/receipt", data={"receipt": receipt_in(thanks)}).text


@pytest.mark.usefixtures("visit")
def test_the_link_opens_the_page_of_the_open_question_and_shows_what_was_answered(
    chatter: Chatter, client: FlaskClient, database: Database
) -> None:
    chatter.begins()
    for step, *codes in SAID[:5]:
        chatter.says(step, *codes)
    before = rows(database)
    there = client.get(chatter.link())
    assert (there.status_code, there.headers["Location"]) == (303, f"/c/{COUNTER}/tiep")
    for part in ("HttpOnly", "SameSite=Lax", f"Path=/c/{COUNTER}", "Max-Age=86400"):
        assert part in there.headers["Set-Cookie"]
    page = client.get(there.headers["Location"])
    assert held_on(page.text) == {"tiep_cho": ["4"], "tiep_loi": ["5"], "tiep_gio": ["na"]}
    assert BACK_TO_CHAT in page.text
    assert rows(database) == before


@pytest.mark.usefixtures("visit")
def test_opening_the_link_uses_nothing_up(chatter: Chatter, app: Flask, person: Person, database: Database) -> None:
    chatter.begins()
    chatter.says("den", "yes")
    link, before = chatter.link(), rows(database)
    for _ in range(5):  # the chat's server looks at the link, and other people's do
        assert app.test_client().get(link).status_code == 303
        assert app.test_client().head(link).status_code == 303
    assert rows(database) == before
    receipt_in(finish(person, link))


@pytest.mark.usefixtures("visit")
def test_a_form_not_yet_agreed_to_opens_at_its_first_page(chatter: Chatter, client: FlaskClient) -> None:
    chatter.does(chat.Come(COUNTER))
    page = followed(client, chatter.link())
    assert (page.status_code, page.request.path) == (200, f"/c/{COUNTER}/chao")


@pytest.mark.usefixtures("visit")
def test_back_in_the_chat_it_goes_on_after_the_page_that_was_sent(chatter: Chatter, person: Person) -> None:
    chatter.begins()
    chatter.says("den", "yes")
    person.see(person.client.get(chatter.link()))
    person.send({"so_lan": "2"})
    again = chatter.does(chat.Show())
    assert again.talk.state.step == "tiep_cho"
    assert chatter.answers() == {"den": "yes", "so_lan": 2}
    chatter.says("tiep_cho", "1")
    person.open()  # the address of the poster, in the browser that has the form under way
    assert person.page is not None
    assert f'href="/c/{COUNTER}/tiep' in person.page.text
    person.open("/tiep")
    assert held_on(person.page.text) == {"tiep_cho": ["1"]}


@pytest.mark.usefixtures("visit")
def test_other_language_and_back_work_on_a_form_begun_by_chat(chatter: Chatter, person: Person) -> None:
    chatter.begins()
    chatter.says("den", "yes")
    person.see(person.client.get(chatter.link()))
    page = person.send({"so_lan": "3"}, do="lang:en")
    assert "You can return to the chat" in page.text
    assert held_on(page.text) == {"so_lan": ["3"]}
    person.send({"so_lan": "3"})
    assert person.page is not None
    assert person.page.request.path == f"/c/{COUNTER}/vi_sao"
    person.send(do="back")
    assert held_on(person.page.text) == {"so_lan": ["3"]}


@pytest.mark.usefixtures("one_page")
def test_the_only_page_of_a_form_shows_the_answers_of_the_chat(
    chatter: Chatter, person: Person, database: Database
) -> None:
    chatter.begins()
    chatter.says("hoi", "yes")
    person.see(person.client.get(chatter.link()))
    assert person.page is not None
    assert held_on(person.page.text) == {"hoi": ["yes"]}
    assert BACK_TO_CHAT in person.page.text
    refused = person.send({"hoi": "yes", "y": "dài" * 20})
    assert (refused.status_code, 'id="e-y"' in refused.text, BACK_TO_CHAT in refused.text) == (422, True, True)
    assert count(database, ConversationRow) == 1
    thanks = person.send({"hoi": "yes", "y": "Tốt"})
    assert kept_answers(database) == [{"hoi": "yes", "y": "Tốt"}]
    assert count(database, ConversationRow) == 0
    assert receipt_in(person.see(person.client.get(f"/c/{COUNTER}/hoi"))) == receipt_in(thanks)


@pytest.mark.usefixtures("one_page")
def test_a_plain_form_says_nothing_of_a_chat_after_one_that_did(chatter: Chatter, app: Flask, person: Person) -> None:
    chatter.begins()
    assert BACK_TO_CHAT in person.see(person.client.get(chatter.link())).text
    assert BACK_TO_CHAT not in Person(app.test_client()).open().text


@pytest.mark.usefixtures("one_page")
def test_the_time_that_it_took_began_in_the_chat(settings: Settings, database: Database, person: Person) -> None:
    chatter = Chatter(settings, database, now=datetime.now(UTC) - timedelta(hours=2))
    chatter.begins()
    with database.writing() as session:
        session.execute(update(CampaignRow).values(minimum_fill_s=60))
    chatter.now = datetime.now(UTC)
    person.see(person.client.get(chatter.link()))
    person.send({"hoi": "yes"})
    (kept,) = responses(database)
    assert kept.state == "valid"
    assert kept.duration_s is not None
    assert 7_200 <= kept.duration_s < 7_300


@pytest.mark.usefixtures("one_page")
def test_sent_on_the_web_nothing_waits_to_remind_in_the_chat(
    chatter: Chatter, person: Person, database: Database
) -> None:
    chatter.begins()
    assert count(database, OutboxRow) == 1
    person.see(person.client.get(chatter.link()))
    person.send({"hoi": "yes"})
    assert count(database, OutboxRow) == 0


@pytest.mark.usefixtures("one_page")
def test_what_was_deleted_in_the_chat_does_not_come_back_from_the_web(
    chatter: Chatter, person: Person, database: Database
) -> None:
    chatter.begins()
    link = chatter.link()
    person.see(person.client.get(link))
    old = dict(person.hidden)
    chatter.does(chat.Erase())
    page = person.send({"hoi": "yes", "y": "Tốt"})
    assert (page.status_code, held_on(page.text), BACK_TO_CHAT in page.text) == (422, {"hoi": ["yes"]}, False)
    assert person.hidden["form"] != old["form"]
    assert (count(database, ConversationRow), responses(database)) == (0, [])
    assert GONE in followed(person.client, link).text


@pytest.mark.usefixtures("visit")
def test_a_finished_form_leads_to_its_receipt_by_either_door(
    chatter: Chatter, client: FlaskClient, database: Database
) -> None:
    chatter.begins()
    link = chatter.link()
    for step, *codes in SAID:
        chatter.says(step, *codes)
    thanked = chatter.says("y_kien", "Tốt")
    assert isinstance(thanked, chat.Thanked)
    assert receipt_in(client.get(link)) == thanked.receipt
    with database.writing() as session:
        session.execute(update(CampaignRow).values(state="closed"))
    client.application.extensions["door"].places._seen.clear()
    assert receipt_in(client.get(link)) == thanked.receipt
    assert len(responses(database)) == 1


def token(settings: Settings, code: str = COUNTER, *, key: str = "", hours: int = 0) -> str:
    """A token of a chat's form, as old as that."""
    signer = form_signer(settings.secret_key)
    if hours:
        signer.get_timestamp = lambda: int(datetime.now(UTC).timestamp()) - hours * 3600  # type: ignore[method-assign]
    return token_of(signer, key or new_chat_key(code))


@pytest.mark.usefixtures("visit")
def test_a_link_that_leads_nowhere_is_told_kindly_and_stores_nothing(
    settings: Settings, client: FlaskClient, database: Database
) -> None:
    good = token(settings)
    other = Settings(secret_key="another secret that is long enough too")
    links = {
        "unknown to us": good,
        "forged": f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}",
        "signed by others": token(other),
        "of another counter": token(settings, counter_code(2)),
        "of a web form": new_token(form_signer(settings.secret_key), COUNTER),
        "no token": "%01..%F0%9F%98%80",
        "long": "a" * 5_000,
        "too old": token(settings, hours=25),
    }
    for why, link in links.items():
        page = client.get(f"/c/{COUNTER}/on/{link}")
        assert (page.status_code, GONE in page.text) == (200, True), why
        assert "Set-Cookie" not in page.headers, why
    assert client.get(f"/c/{counter_code(99)}/on/{good}").status_code == 404
    assert count(database, ConversationRow) == 0


@pytest.mark.usefixtures("visit")
def test_an_expired_link_of_a_live_form_asks_for_a_new_one(
    settings: Settings, chatter: Chatter, client: FlaskClient, database: Database
) -> None:
    chatter.begins()
    with database.reading() as session:
        key = session.scalars(select(ConversationRow.form_key)).one()
    assert key is not None
    assert GONE in client.get(f"/c/{COUNTER}/on/{token(settings, key=key, hours=25)}").text
    assert client.get(f"/c/{COUNTER}/on/{token(settings, key=key, hours=23)}").status_code == 303


@pytest.mark.usefixtures("visit")
@pytest.mark.parametrize("ended", ["closed", "revoked"])
def test_a_form_whose_counter_takes_no_more_answers_says_so(
    ended: str, chatter: Chatter, client: FlaskClient, database: Database
) -> None:
    chatter.begins()
    link = chatter.link()
    with database.writing() as session:
        if ended == "closed":
            session.execute(update(CampaignRow).values(state="closed"))
        else:
            session.execute(update(CounterRow).values(revoked_at=datetime.now(UTC)))
    page = client.get(link)
    assert (page.status_code, "Set-Cookie" in page.headers) == (410, False)


def at_once(*acts: Callable[[], None]) -> None:
    """Do all of them at the same moment."""
    start = threading.Barrier(len(acts))

    def wait_and(act: Callable[[], None]) -> None:
        start.wait()
        act()

    threads = [threading.Thread(target=wait_and, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


@pytest.fixture
def elsewhere(database_url: str) -> Iterator[Database]:
    """The same database as another process has it open."""
    opened = open_database(database_url, pool_size=2)
    yield opened
    opened.close()


@pytest.mark.usefixtures("visit")
def test_chat_and_web_that_finish_at_once_store_one_response_with_one_receipt(
    app: Flask, settings: Settings, database: Database, elsewhere: Database
) -> None:
    """Eight forms, each finished by its chat and by three browsers at the same moment."""
    for number in range(8):
        chatter = Chatter(settings, elsewhere, name=f"person {number}")
        chatter.begins()
        for step, *codes in SAID:
            chatter.says(step, *codes)
        people = [Person(app.test_client()) for _ in range(3)]
        receipts: list[str] = []

        def by_chat(chatter: Chatter = chatter, receipts: list[str] = receipts) -> None:
            said = chatter.says("y_kien", "Tốt")
            receipts.append(said.receipt if isinstance(said, chat.Thanked) else "came after")

        def by_web(person: Person, receipts: list[str] = receipts) -> None:
            assert person.page is not None
            receipts.append(receipt_in(person.send({**held_on(person.page.text), "y_kien": "Tốt"})))

        for person in people:
            person.see(person.client.get(chatter.link()))
        at_once(by_chat, *(partial(by_web, person) for person in people))
        assert len(receipts) == 4
        assert len(set(receipts) - {"came after"}) == 1
        assert len(responses(database)) == number + 1
    assert kept_answers(database) == [KEPT] * 8
    assert count(database, ConversationRow) == 0


@pytest.mark.usefixtures("visit")
def test_chat_and_web_that_answer_at_once_both_keep_what_they_were_told(
    settings: Settings, person: Person, database: Database, elsewhere: Database
) -> None:
    for number in range(8):
        chatter = Chatter(settings, elsewhere, name=f"person {number}")
        chatter.begins()
        for step, *codes in SAID[:3]:
            chatter.says(step, *codes)
        person.see(person.client.get(chatter.link()))
        person.open("/kenh")
        at_once(partial(chatter.says, "tiep_loi", "2"), partial(person.send, {"so_lan": "1"}))
        assert chatter.answers() == {"den": "yes", "so_lan": 1, "tiep_cho": "4", "tiep_loi": "2"}


@pytest.mark.usefixtures("one_page")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_chat_that_hangs_in_a_turn_holds_no_other_form_up(
    chatter: Chatter, app: Flask, person: Person, database: Database
) -> None:
    chatter.begins()
    person.see(person.client.get(chatter.link()))
    others = [Person(app.test_client()) for _ in range(3)]
    for other in others:
        other.open()
    told: list[int] = []
    with database.engine.begin() as hanging:
        hanging.execute(select(ConversationRow).with_for_update())
        began = time.monotonic()
        at_once(
            lambda: told.append(person.send({"hoi": "yes"}).status_code),
            *(partial(other.send, {"hoi": "no"}) for other in others),
        )
        assert time.monotonic() - began < 8
    assert told == [503]
    assert kept_answers(database) == [{"hoi": "no"}] * 3
    assert person.page is not None
    assert 'name="hoi" value="yes"' in person.page.text
    receipt_in(person.send({"hoi": "yes"}))
    assert len(responses(database)) == 4
