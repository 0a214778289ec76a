"""How far forms come: what was opened, begun, sent and given up, counted by hand, by web and by chat."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from store.database import Database
from store.models.campaigns import CampaignRow, QuestionnaireRow
from store.models.collection import ConversationRow
from store.models.funnel import OpenedRow, StoppedRow
from survey.rights import Grant, Person
from tests.factories import COUNTER, make_campaign
from tests.webforms import conftest
from tests.webforms.test_respond import FIRST, LAST
from tests.workflows.test_turns import Chatter
from webforms.door import Door
from workflows import board, chat, funnel, retain, tally
from workflows.board import Wanted
from workflows.openings import Openings

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LAN = Person(1, "lan@tinh.example", "Lan", "vi", (Grant("home_affairs"),))
LATER = timedelta(days=8)  # every unfinished form is given up by then


@pytest.fixture(autouse=True)
def campaign(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session, units={"A": {}, "B": {}})


@pytest.fixture
def openings(app: Flask) -> Openings:
    door: Door = app.extensions["door"]
    return door.openings


def at_hand(app: Flask) -> conftest.Person:
    """Somebody with a browser of their own."""
    return conftest.Person(app.test_client())


def told(database: Database, wanted: Wanted = Wanted(), person: Person = LAN) -> dict[str, funnel.Funnel]:  # noqa: B008 - frozen
    tally.fold(database, "thu")
    board.count(database, "thu", datetime.now(UTC))
    with database.reading() as session:
        row = session.scalars(select(CampaignRow)).one()
        return {each.kind: each for each in funnel.funnels(session, row, person, wanted, datetime.now(UTC))}


def clean_up(database: Database) -> None:
    retain.clean_up(database, datetime.now(UTC) + LATER, ZONE)


def filled_in(app: Flask) -> None:
    """Four people at one counter: one only looks, one stops at the second page, one corrects and sends, one sends."""
    at_hand(app).open()
    stops = at_hand(app)
    stops.open()
    stops.send(FIRST)
    corrects = at_hand(app)
    corrects.open()
    corrects.send(FIRST | {"tiep_can": "9"})  # refused: the same page again
    corrects.send(FIRST)
    corrects.send(LAST)
    sends = at_hand(app)
    sends.open()
    sends.send(FIRST)
    sends.send(LAST)


def test_a_funnel_is_what_people_did(app: Flask, database: Database, openings: Openings) -> None:
    filled_in(app)
    openings.write()
    assert told(database) == {"web": funnel.Funnel("web", 4, 3, 1, 2, ())}
    clean_up(database)
    assert told(database) == {"web": funnel.Funnel("web", 4, 3, 0, 2, (("ket_qua", 1),))}
    clean_up(database)
    assert told(database)["web"].stops == (("ket_qua", 1),)


def test_chats_are_counted_from_the_greeting_on(database: Database) -> None:
    greeted, begun, sent = (Chatter(database, chat=str(number)) for number in range(3))
    for person in (greeted, begun, sent):
        person.does(chat.Come(COUNTER))
    begun.does(chat.Begin())
    begun.answers({"tiep_can": ["4"]})
    sent.does(chat.Begin())
    sent.answers(*({code: [value]} for code, value in {**FIRST, **LAST}.items()))
    assert told(database) == {"chat": funnel.Funnel("chat", 3, 2, 1, 1, ())}
    clean_up(database)
    assert told(database) == {"chat": funnel.Funnel("chat", 3, 2, 0, 1, (("thu_tuc", 1),))}
    assert told(database, Wanted(channel="web")) == {}
    assert told(database, Wanted(channel="zalo"))["chat"].sent == 1
    assert told(database, Wanted(counter=COUNTER)) == {}


def test_units_see_their_own(app: Flask, database: Database, openings: Openings) -> None:
    filled_in(app)
    openings.write()
    clean_up(database)
    with database.reading() as session:
        unit = session.scalars(select(OpenedRow.unit_id)).one()
    mine = Person(2, "a@tinh.example", "A", "vi", (Grant("unit_officer", frozenset({unit})),))
    other = Person(3, "b@tinh.example", "B", "vi", (Grant("unit_officer", frozenset({unit + 1})),))
    assert told(database, person=mine) == told(database) == told(database, Wanted(unit="A"))
    assert told(database, person=other) == told(database, Wanted(unit="B")) == {}


def test_days_narrow_it_down(app: Flask, database: Database, openings: Openings) -> None:
    filled_in(app)
    openings.write()
    clean_up(database)
    today = datetime.now(ZONE).date()
    assert told(database, Wanted(first=today, last=today)) == told(database)
    assert told(database, Wanted(last=today - timedelta(days=1))) == {}


def test_who_only_looks_writes_nothing_and_machines_that_ask_for_headers_are_not_counted(
    app: Flask, database: Database, openings: Openings
) -> None:
    written: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: written.append(str(told[2]).split()[0]))
    app.test_client().head(f"/c/{COUNTER}")
    app.test_client().get(f"/c/{COUNTER}")
    app.test_client().get(f"/c/{COUNTER}")
    assert set(written) - {"BEGIN"} == {"SELECT"}
    openings.write()
    with database.reading() as session:
        assert session.scalars(select(OpenedRow.n)).all() == [2]
    app.test_client().get(f"/c/{COUNTER}")
    openings.write()
    with database.reading() as session:
        assert session.scalars(select(OpenedRow.n)).all() == [3]


def test_while_the_database_is_away_openings_stay_counted(
    app: Flask, database: Database, openings: Openings, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.test_client().get(f"/c/{COUNTER}")

    def refuse(*_: object) -> None:
        raise OperationalError("UPSERT", {}, Exception("the disk is full"))

    monkeypatch.setattr("store.queries.funnel.add_opened", refuse)
    openings.write()
    monkeypatch.undo()
    openings.write()
    with database.reading() as session:
        assert session.scalars(select(OpenedRow.n)).all() == [1]


def test_a_stop_is_counted_with_the_deletion_or_not_at_all(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled_in(app)

    def refuse(*_: object) -> None:
        raise OperationalError("UPSERT", {}, Exception("the disk is full"))

    monkeypatch.setattr("store.queries.funnel.add_stopped", refuse)
    with pytest.raises(OperationalError):
        clean_up(database)
    monkeypatch.undo()
    with database.reading() as session:
        assert len(session.scalars(select(ConversationRow.id)).all()) == 1
        assert session.scalars(select(StoppedRow)).all() == []


def test_chats_are_told_together_whichever_is_looked_at(database: Database) -> None:
    for number, channel in enumerate(("zalo", "telegram", "telegram")):
        person = Chatter(database, chat=str(number), channel=channel)
        person.does(chat.Come(COUNTER))
        person.does(chat.Begin())
        person.answers({"tiep_can": ["4"]}, *([{"thu_tuc": ["4"]}] if number else []))
    sent = Chatter(database, chat="9", channel="telegram")
    sent.does(chat.Come(COUNTER))
    sent.does(chat.Begin())
    sent.answers(*({code: [value]} for code, value in {**FIRST, **LAST}.items()))
    clean_up(database)
    both = {"chat": funnel.Funnel("chat", 4, 4, 0, 1, (("thu_tuc", 1), ("cong_chuc", 2)))}
    assert (
        told(database) == told(database, Wanted(channel="zalo")) == told(database, Wanted(channel="telegram")) == both
    )


@pytest.mark.parametrize(
    ("table", "damaged"),
    [(ConversationRow, {"state": "{"}), (QuestionnaireRow, {"definition": "-", "sha256": "0" * 64})],
    ids=["state", "questionnaire"],
)
def test_a_form_that_cannot_be_read_is_deleted_in_time_all_the_same(
    app: Flask, database: Database, table: type, damaged: dict[str, str]
) -> None:
    filled_in(app)
    with database.writing() as session:
        session.execute(update(table).values(damaged))
    clean_up(database)
    with database.reading() as session:
        assert session.scalars(select(ConversationRow.id)).all() == []
        assert [(row.item, row.n) for row in session.scalars(select(StoppedRow))] == [("", 1)]


def test_two_who_write_at_once_lose_and_double_nothing(app: Flask, database: Database) -> None:
    door: Door = app.extensions["door"]
    place, day = door.places.find(COUNTER, datetime.now(ZONE).date()), datetime.now(ZONE).date()
    assert place is not None
    for _ in range(3):
        filled_in(app)

    def count(process: Openings) -> None:
        for _ in range(10):
            process.note(place, day)
            process.write()
        clean_up(database)

    workers = [threading.Thread(target=count, args=(Openings(database),)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with database.reading() as session:
        assert session.scalars(select(OpenedRow.n)).all() == [30]
        assert [(row.item, row.n) for row in session.scalars(select(StoppedRow))] == [("ket_qua", 3)]


def test_of_a_rehearsal_nothing_is_counted(app: Flask, database: Database, openings: Openings) -> None:
    with database.writing() as session:
        session.execute(update(CampaignRow).values(state="draft", rehearsing=True))
    filled_in(app)
    assert told(database) == {}
    openings.write()
    clean_up(database)
    with database.reading() as session:
        assert session.scalars(select(OpenedRow)).all() == session.scalars(select(StoppedRow)).all() == []
        assert session.scalars(select(ConversationRow.id)).all() == []
