"""What is left of a conversation once it is over: no answer beside the hash of a chat, whatever way it ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import select

from store.database import Database
from store.models.chat import ChatRow, InboxRow
from store.queries import collection, inbox
from tests.factories import COUNTER, make_campaign, responses
from tests.workflows.test_turns import ZONE, Chatter
from workflows import chat, retain, updates

ENDS_WITH_SEVERAL = """
code: thu
version: 1
title: {vi: Thử, en: Trial}
purpose: {vi: Thử., en: A trial.}
minutes: 1
languages: [vi, en]
source: own wording, for tests
sections:
  - code: a
    title: {vi: Phần, en: Part}
    questions:
      - code: benh
        type: several
        text: {vi: Ông/Bà có bệnh nào?, en: Which illness do you have?}
        options:
          - {code: tim, text: {vi: Tim mạch, en: Heart}}
          - {code: phoi, text: {vi: Phổi, en: Lungs}}
          - {code: khac, other: true, text: {vi: Bệnh khác, en: Another}}
"""


@pytest.fixture
def ticking(database: Database) -> Chatter:
    """Somebody at the last question, with two boxes ticked, one of which words are to go with."""
    with database.writing() as session:
        make_campaign(session, text=ENDS_WITH_SEVERAL)
    person = Chatter(database)
    person.does(chat.Come(COUNTER))
    person.does(chat.Begin())
    person.does(chat.Tick("benh", "tim"))
    person.does(chat.Tick("benh", "khac"))
    return person


def sent(person: Chatter) -> None:
    assert isinstance(person.does(chat.Done("benh")), chat.WordsWanted)
    assert isinstance(person.does(chat.Pass("benh")), chat.Thanked)
    assert len(responses(person.database)) == 1


def run_out(person: Chatter) -> None:
    late = person.now + timedelta(days=8)
    assert len(person.database.write(lambda connection: collection.let_expired_go(connection, late))) == 1


def nothing_yet(person: Chatter) -> None:
    assert person.does(chat.Show()).talk.ticked == ("tim", "khac")


@pytest.mark.parametrize("end", [sent, run_out, nothing_yet], ids=lambda end: end.__name__)
def test_what_was_ticked_stands_with_the_form_and_never_with_the_chat(
    ticking: Chatter, end: Callable[[Chatter], None]
) -> None:
    end(ticking)
    with ticking.database.reading() as session:
        [row] = session.scalars(select(ChatRow)).all()
        kept = {column.name: getattr(row, column.name) for column in ChatRow.__table__.columns}
    assert not [name for name, value in kept.items() for code in ("tim", "khac", "benh") if code in str(value)], kept


@pytest.mark.parametrize("act", [chat.Show(), chat.Speak("en"), chat.GoBack("benh"), chat.Say("xyz", {"xyz": ["1"]})])
def test_ticks_outlast_whatever_is_no_answer(ticking: Chatter, act: chat.Act) -> None:
    ticking.does(act)
    assert ticking.does(chat.Stop()).place is not None
    assert ticking.does(chat.Show()).talk.ticked == ("tim", "khac")
    assert isinstance(ticking.does(chat.Done("benh")), chat.WordsWanted)
    assert ticking.does(chat.GoBack("benh")).talk.wants_words == ""
    assert ticking.does(chat.Tick("benh", "khac")).talk.ticked == ("tim",)


def test_a_form_whose_time_is_up_bars_nobody_while_the_clock_has_not_come_round(ticking: Chatter) -> None:
    ticking.now += timedelta(days=8)
    assert isinstance(ticking.does(chat.Show()), chat.Lost)
    assert isinstance(ticking.does(chat.Come(COUNTER)), chat.Welcomed)
    sent_anew = [ticking.does(act) for act in (chat.Begin(), chat.Tick("benh", "phoi"), chat.Done("benh"))]
    assert isinstance(sent_anew[-1], chat.Thanked)
    assert isinstance(ticking.does(chat.Come(COUNTER)), chat.Already)


def test_no_hour_stands_beside_a_person_or_an_update_that_is_dealt_with(ticking: Chatter) -> None:
    ticking.now = ticking.now.replace(hour=13, minute=7)
    ticking.does(chat.Speak("en"))
    sent(ticking)
    arrived = updates.Arrival("zalo", "m1", "7001", "{}")
    ticking.database.write(lambda connection: updates.take_in(connection, "s" * 40, arrived, ticking.now))
    with ticking.database.writing() as session:
        inbox.finish(session.connection(), session.scalars(select(InboxRow.id)).all())
    with ticking.database.reading() as session:
        [person] = session.scalars(select(ChatRow))
        [update] = session.scalars(select(InboxRow))
    times = [person.touched_at, update.received_at, update.due_at]
    assert {moment.time() for moment in times} == {time(0)}
    again = ticking.database.write(lambda connection: updates.take_in(connection, "s" * 40, arrived, ticking.now))
    assert again is False


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_erased_is_gone_from_every_file_of_the_database(ticking: Chatter, tmp_path: Path) -> None:
    ticking.does(chat.Erase())
    files = {file.name: file.read_bytes() for file in tmp_path.glob("hailong.db*")}
    assert b'"ticked":' in files["hailong.db-wal"], "else this test would see nothing"
    retain.clean_up(ticking.database, ticking.now, ZONE)
    files = {file.name: file.read_bytes() for file in tmp_path.glob("hailong.db*")}
    assert set(files) >= {"hailong.db", "hailong.db-wal"}
    for trace in (b'"ticked":', b"~chat", b"7001"):
        assert not [name for name, held in files.items() if trace in held], trace


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_reads_for_long_holds_cleaning_up_off_and_is_not_held_up(ticking: Chatter, tmp_path: Path) -> None:
    with ticking.database.snapshot() as session:
        before = session.scalars(select(ChatRow.language)).all()
        ticking.does(chat.Erase())
        began = monotonic()
        retain.clean_up(ticking.database, ticking.now, ZONE)
        assert monotonic() - began < 4
        assert session.scalars(select(ChatRow.language)).all() == before
    retain.clean_up(ticking.database, ticking.now, ZONE)
    assert (tmp_path / "hailong.db-wal").stat().st_size == 0
