"""People at any of the chats: what a journey's turn is as something typed or pressed, and what the person then sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import func, select

from store.database import Database
from store.models.chat import InboxRow, OutboxRow
from store.models.collection import ConversationRow
from survey.conversation import State
from survey.questionnaire import NA, OTHER, Item, Questionnaire
from survey.state import state_from_json
from tests.bot.running import eventually
from tests.journeys.runner import Turn, raw_of
from tests.telegram_servers import TelegramPerson
from tests.zalo_server import ZaloServer
from workflows.chat import tag_of

LANGUAGES = {"en": "english", "vi": "tiếng việt"}


class Chatting(Protocol):
    """Somebody at a chat of any kind."""

    buttons: bool

    def say(self, text: str) -> None: ...
    def press(self, data: str) -> None: ...
    def sees(self) -> str: ...


@dataclass(frozen=True, slots=True)
class OnZalo:
    """Somebody on Zalo: types, and reads the last message."""

    server: ZaloServer
    chat: str
    buttons: bool = False

    def say(self, text: str) -> None:
        self.server.say(self.chat, text)

    def press(self, data: str) -> None:
        raise AssertionError(f"Zalo has no buttons: {data}")

    def sees(self) -> str:
        return self.server.sent(self.chat)[-1]


@dataclass(frozen=True, slots=True)
class OnTelegram:
    """Somebody on Telegram: presses where there is a button, and reads the message that changed last."""

    person: TelegramPerson
    buttons: bool = True

    def say(self, text: str) -> None:
        self.person.say(text)

    def press(self, data: str) -> None:
        newest = self.person.newest()
        assert newest is not None
        self.person.press_data(newest.id, data)

    def sees(self) -> str:
        newest = self.person.newest()
        return newest.text if newest is not None else ""


def form_of(database: Database) -> tuple[State, str] | None:
    """The state of the one open form as it stands in the database, and its key."""
    with database.reading() as session:
        row = session.execute(select(ConversationRow.state, ConversationRow.form_key)).one_or_none()
    return None if row is None else (state_from_json(row.state), row.form_key)


def done(database: Database) -> int:
    """How many updates are dealt with, once nothing waits to be dealt with or sent."""
    with database.reading() as session:
        waiting = session.scalar(select(func.count()).select_from(InboxRow).where(InboxRow.state == "waiting"))
        unsent = session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.kind != "reminder"))
        handled = session.scalar(select(func.count()).select_from(InboxRow).where(InboxRow.state != "waiting"))
    return -1 if waiting or unsent else handled or 0


def after(database: Database, person: Chatting, text: str = "", data: str = "") -> str:
    """What the person sees once the answer to what was typed or pressed has come."""
    before = eventually(lambda: done(database) + 1) - 1
    if data:
        person.press(data)
    else:
        person.say(text)
    eventually(lambda: done(database) > before)
    return person.sees()


def typed(item: Item, raw: Mapping[str, list[str]], turn: int, language: str) -> str:
    """An answer as somebody types it: by number or by label, in turn; what is no answer as it stands."""
    given = raw.get(item.code, [])
    words = raw.get(item.code + OTHER)
    codes = [option.code for option in item.options] + ([NA] if item.na is not None else [])
    if not item.options or any(code not in codes for code in given):
        return ", ".join(given)
    if turn % 2 and len(given) == 1 and words is None and given[0] != NA:
        return item.by_code[given[0]].text[language]
    numbers = ",".join(str(codes.index(code) + 1) for code in given)
    return f"{numbers}: {words[0]}" if words else numbers


def acted(database: Database, person: Chatting, questionnaire: Questionnaire, turn: Turn, number: int) -> str | None:
    """Do what a turn says, and give what is seen then; None for what cannot be done in a chat without buttons."""
    form = form_of(database)
    if form is None:
        return after(database, person, "tiếp")
    state, key = form
    reply = turn.reply
    tag, step = tag_of(key), state.step
    if "answer" in reply:
        raw, named = raw_of(turn), str(reply.get("step", step))
        item = questionnaire.item(named)
        codes = [option.code for option in item.options]
        [given] = raw.get(item.code, [""]) if item.type != "several" else [""]
        known = given in codes or (given == NA and item.na is not None)
        if (
            person.buttons
            and known
            and item.code + OTHER not in raw
            and not (given in codes and item.by_code[given].other)
        ):
            place = NA if given == NA else codes.index(given) + 1
            return after(database, person, data=f"a|{tag}|{named}|{place}")
        return after(database, person, typed(item, raw, number, state.language)) if named == step else None
    if "back" in reply or "skip" in reply:
        verb, words = ("b", "quay lại") if "back" in reply else ("p", "bỏ qua")
        named = str(reply.get("back", reply.get("skip")))
        if person.buttons:
            return after(database, person, data=f"{verb}|{tag}|{named}|")
        return after(database, person, words) if named == step else None
    if "language" in reply:
        return after(database, person, LANGUAGES.get(str(reply["language"]), "ngôn ngữ"))
    return after(database, person, "tiếp")
