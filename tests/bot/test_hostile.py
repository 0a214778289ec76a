"""People and machines that mean no good, or mean well and do it oddly: what they cost; others do not notice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from bot.outgoing import from_json
from bot.running import desk_of
from bot.talking import work_off
from bot.typed import meaning
from store.database import Database
from store.models.chat import InboxRow, OutboxRow
from survey.counter_codes import counter_code
from tests.bot.running import SECRET, chat_settings
from tests.bot.talks import make_talk, shipped
from tests.factories import COUNTER, make_campaign
from workflows import updates
from workflows.callers import Desk
from workflows.updates import MOST_WAITING

SERVICE = shipped("sipas-dich-vu")
ALLOWED_S = 0.5  # of the processor's time; before there was a bound, these took from 1 s to 22 s
ENDLESS: dict[str, str] = {
    "colons": "3:" + ":" * 4_094,
    "commas": "1," * 2_048,
    "one word": "d" * 60_000,
    "code after code": "mã " + "0" * 60_000,
    "one sign that is eighteen": "\ufdfa" * 4_096,
    "marks": "a\u0301\u0302" * 20_000,
    "courtesies": "dạ " * 20_000,
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
@pytest.mark.parametrize("step", ["-", "", "biet_qua", "nghe_nghiep"])
def test_a_text_without_end_costs_no_more_than_a_long_one(step: str, text: str) -> None:
    talk = None if step == "-" else make_talk(SERVICE, step)
    began = time.process_time()
    meaning(text, talk, "vi")
    assert time.process_time() - began < ALLOWED_S


ODD = ("%s %(count)s %%", "{0} {x} {{}}", "<b>1</b> *2* [3](http://x)", "\u202eab\u202c \u2066", "😀" * 4_000)


@dataclass
class Room:
    """A chat without a channel: updates are put into the inbox and worked off at once."""

    database: Database
    desk: Desk
    number: int = 0
    read: list[str] = field(default_factory=list)  # what the last update was answered with

    def bring(self, channel: str, body: dict[str, Any]) -> bool:
        """Whether an update is taken in; if so it is worked off too."""
        arrived = updates.arrival(channel, json.dumps(body))
        assert arrived is not None
        if not self.database.write(lambda c: updates.take_in(c, SECRET, arrived, datetime.now(UTC))):
            return False
        while work_off(self.database, self.desk):
            pass
        return True

    def answers(self) -> list[str]:
        """What waits to be sent, which then is."""
        replies = OutboxRow.kind != "reminder"
        with self.database.writing() as session:
            found = [from_json(row.payload or "").text for row in session.scalars(select(OutboxRow).where(replies))]
            session.execute(delete(OutboxRow).where(replies))
            assert set(session.scalars(select(InboxRow.state))) <= {"done"}
        return found

    def zalo(self, text: str, chat: str = "u1", kind: str = "PRIVATE", bot: bool = False) -> bool:
        """Somebody writes on Zalo."""
        self.number += 1
        sender = {"id": chat, "display_name": "A", "is_bot": bot}
        told = {"from": sender, "chat": {"id": chat, "chat_type": kind}, "message_id": f"m{self.number}", "text": text}
        return self.bring("zalo", {"event_name": "message.text.received", "message": told})

    def telegram(self, **kind: Any) -> bool:
        """Something happens on Telegram."""
        self.number += 1
        return self.bring("telegram", {"update_id": self.number, **kind})


@pytest.fixture
def room(database: Database, database_url: str, tmp_path: Path) -> Room:
    with database.writing() as session:
        make_campaign(session, counters=2)
    return Room(database, desk_of(chat_settings(database_url, tmp_path), database))


def telegram_message(text: str, kind: str = "private", bot: bool = False) -> dict[str, Any]:
    author = {"id": 7, "is_bot": bot, "first_name": "A"}
    return {"message_id": 1, "date": 1, "chat": {"id": 7, "type": kind, "title": "a"}, "from": author, "text": text}


MACHINES: dict[str, Callable[[Room], bool]] = {
    "on Zalo": lambda room: room.zalo("Xin chào", bot=True),
    "in a group on Zalo": lambda room: room.zalo("Xin chào", kind="GROUP", bot=True),
    "on Telegram": lambda room: room.telegram(message=telegram_message("Xin chào", bot=True)),
}


@pytest.mark.parametrize("speaks", MACHINES.values(), ids=MACHINES)
def test_another_bot_is_not_answered_for_two_of_them_would_not_end(speaks: Callable[[Room], bool], room: Room) -> None:
    assert speaks(room)
    assert room.answers() == []


def test_who_writes_on_without_reading_is_not_written_to_without_end(room: Room) -> None:
    taken = sum(room.zalo(f"câu {number}") for number in range(100))
    assert taken == MOST_WAITING
    assert room.zalo("xin chào", chat="u2"), "others are served"
    assert len(room.answers()) == MOST_WAITING + 1
    assert room.zalo("xin chào"), "who has read is heard again"


def test_erasing_does_not_begin_the_count_of_wrong_codes_anew(room: Room) -> None:
    for number in range(12):
        room.zalo(f"mã {counter_code(500 + number)}")
        room.zalo("/xoa")
        room.answers()
    room.zalo(f"mã {COUNTER}")
    assert "Quầy 1" not in room.answers()[-1]
    room.zalo(f"mã {COUNTER}", chat="u2")
    assert "Quầy 1" in room.answers()[-1]


def test_ten_thousand_characters_and_odd_ones_leave_the_room_as_it_was(room: Room) -> None:
    room.zalo(f"mã {COUNTER}")
    room.zalo("1")
    room.answers()
    for text in ODD:
        room.zalo(text)
        (said,) = room.answers()
        assert "Câu 1/" in said, text
        assert len(said.encode("utf-16-le")) <= 4_000, text
    with room.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(InboxRow).where(InboxRow.raw.is_not(None))) == 0
