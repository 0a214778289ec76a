"""Which counters get posters, and what their posters say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qr_templates.posters import ChatRoad, Poster
from store.database import Database
from store.models.campaigns import CounterRow
from survey.faults import Fault
from tests.factories import COUNTER, make_campaign
from workflows.counters import revoke_counter
from workflows.posters import Chats, posters_of

SITE = "https://hailong.example.vn"


def drawn(
    database: Database, site: str = SITE, unit: str | None = None, code: str = "thu"
) -> tuple[Poster, ...] | Fault:
    with database.reading() as session:
        return posters_of(session, code, site, unit_code=unit)


def prepared(database: Database, **plan: object) -> None:
    with database.writing() as session:
        make_campaign(session, units={"A": {}, "B": {}}, counters=2, **plan)  # type: ignore[arg-type]


def test_every_counter_in_use_gets_a_poster_by_unit_and_name(database: Database) -> None:
    prepared(database)
    posters = drawn(database)
    assert isinstance(posters, tuple)
    assert [poster.unit_code for poster in posters] == ["A", "A", "B", "B"]
    assert len({poster.code for poster in posters}) == 4
    with database.writing() as session:
        assert isinstance(revoke_counter(session, COUNTER, actor="test", now=datetime.now(UTC)), CounterRow)
    left = drawn(database)
    assert isinstance(left, tuple)
    assert [poster.code for poster in left] == [poster.code for poster in posters if poster.code != COUNTER]


def test_one_unit_s_counters_may_be_drawn_alone(database: Database) -> None:
    prepared(database)
    posters = drawn(database, unit="B")
    assert isinstance(posters, tuple)
    assert [poster.unit_code for poster in posters] == ["B", "B"]


@pytest.mark.parametrize(
    ("site", "address", "words"),
    [
        ("https://hailong.example.vn", "https://hailong.example.vn/c/", "hailong.example.vn/c/"),
        ("https://hailong.example.vn/", "https://hailong.example.vn/c/", "hailong.example.vn/c/"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/c/", "127.0.0.1:8000/c/"),
        ("https://a.vn/khao-sat", "https://a.vn/khao-sat/c/", "a.vn/khao-sat/c/"),
    ],
)
def test_the_address_leads_to_the_counter_and_is_told_in_groups(
    database: Database, site: str, address: str, words: str
) -> None:
    prepared(database)
    posters = drawn(database, site)
    assert isinstance(posters, tuple)
    poster = next(poster for poster in posters if poster.code == COUNTER)
    assert poster.address == address + COUNTER
    assert poster.address_words == f"{words}{COUNTER[:4]}-{COUNTER[4:8]}-{COUNTER[8:]}"


def test_a_poster_bears_the_campaign_s_title_languages_and_minutes(database: Database) -> None:
    prepared(database)
    posters = drawn(database)
    assert isinstance(posters, tuple)
    assert {poster.campaign_title for poster in posters} == {"Khảo sát thử"}
    assert {poster.languages for poster in posters} == {("vi", "en")}
    assert {poster.minutes for poster in posters} == {1}


def test_what_cannot_be_printed_is_refused_with_its_reason(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session, units={"A": {}, "B": {}}, counters=0)
    assert told(drawn(database, code="no")) == ("unknown_campaign", "no")
    assert told(drawn(database, unit="C")) == ("unit_not_in_campaign", "C")
    assert drawn(database) == Fault("no_counters_to_print", "campaign", {"campaign": "thu"})


@pytest.mark.parametrize("site", ["https://hài-lòng.vn", "https://" + "a" * 210 + ".vn"])
def test_an_address_that_no_code_holds_is_refused(database: Database, site: str) -> None:
    prepared(database)
    assert told(drawn(database, site))[0] == "address_unprintable"


def told(fault: tuple[Poster, ...] | Fault) -> tuple[str, str]:
    assert isinstance(fault, Fault)
    return fault.code, fault.facts["found"]


def test_a_poster_says_how_to_come_to_each_chat(database: Database) -> None:
    prepared(database)
    with database.reading() as session:
        chats = Chats(zalo_name="Khảo sát", zalo_link="https://zalo.me/1", telegram_name="hailong_bot")
        posters = posters_of(session, "thu", "https://hailong.example.vn", chats=chats)
    assert isinstance(posters, tuple)
    poster = next(poster for poster in posters if poster.code == COUNTER)
    words = f"{COUNTER[:4]}-{COUNTER[4:8]}-{COUNTER[8:]}"
    assert poster.chats == (
        ChatRoad("Zalo", "Khảo sát", words, "https://zalo.me/1"),
        ChatRoad("Telegram", "@hailong_bot", words, f"https://t.me/hailong_bot?start={COUNTER}", names_counter=True),
    )
