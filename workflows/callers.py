"""Who writes in a chat, what stands of the chat between two turns, and which form is open."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from store.queries import chats
from survey.conversation import Resume, advance
from survey.journey import Page, plan
from survey.questionnaire import Item
from survey.receipt import conversation_key
from survey.state import state_from_json, state_to_json
from workflows.chat import Talk, tag_of
from workflows.known_places import Places
from workflows.places import Place

CHAT_LIFE = timedelta(days=7)
WRONG_FOR = timedelta(hours=1)
TOUCH_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who writes: the channel and its own number of the chat, the language of the app, and the moment."""

    channel: str
    chat: str
    language: str
    now: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Desk:
    """What every turn needs of the process: the server's secret, places, languages, and how a form goes on the web."""

    secret: str
    places: Places
    languages: tuple[str, ...]
    url_of: Callable[[str, str], str]  # counter code and form key → address
    zone: ZoneInfo

    def day_of(self, moment: datetime) -> date:
        """The day that it is in the province at that moment."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Known:
    """What stands of a chat between two turns."""

    language: str
    misses: int = 0
    stopped: bool = False
    wrong: int = 0
    touched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn while it is taken."""

    connection: Connection
    desk: Desk
    caller: Caller
    key: bytes
    known: Known
    talk: Talk | None


def known_of(connection: Connection, desk: Desk, caller: Caller, key: bytes) -> Known:
    """What stands of this chat, or what a new one begins with."""
    row = chats.chat(connection, key)
    if row is None:
        spoken = caller.language.partition("-")[0]
        return Known(spoken if spoken in desk.languages else desk.languages[0])
    between = json.loads(row.ticked) if row.ticked else {}
    wrong = row.wrong if caller.now - row.touched_at < WRONG_FOR else 0
    return Known(row.language, row.misses, between.get("stopped", False), wrong, row.touched_at)


def remember(turn: Turn, **changed: Any) -> None:
    """Keep what stands of the chat where it has changed. No answer is among it: it outlives the form."""
    fresh: dict[str, Any] = {"misses": 0, "stopped": False}
    now = replace(turn.known, **(fresh | changed))
    old = turn.known.touched_at
    if now == turn.known and old is not None and turn.caller.now - old < TOUCH_AFTER:
        return
    row = {
        "id": turn.key,
        "language": now.language,
        "misses": now.misses,
        "ticked": json.dumps({"stopped": True}) if now.stopped else "",
        "wrong": now.wrong,
        "touched_at": turn.caller.now if now.wrong else day_only(turn.caller.now),
    }
    chats.touch(turn.connection, row)


def day_only(moment: datetime) -> datetime:
    """The beginning of that day: the hour would tell beside a response's length who gave it.

    >>> day_only(datetime.fromisoformat("2026-11-22T10:05:23+00:00")).isoformat()
    '2026-11-22T00:00:00+00:00'
    """
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def open_talk(connection: Connection, desk: Desk, caller: Caller, key: bytes, known: Known) -> Talk | None:
    """The form that the chat was last at."""
    row = chats.form(connection, key, caller.now)
    return None if row is None else talk_of(desk, caller, known, row)


def talk_of(desk: Desk, caller: Caller, known: Known, row: Any) -> Talk | None:
    """The form of a row of `chats.form`; its open step is one of the chat's, wherever the web form has left it."""
    where = desk.places.find(row.code, caller.today)
    if where is None:
        return None
    state = state_from_json(row.state)
    if state.step and page_of(where, state.step) is None:
        state = advance(where.questionnaire, state, Resume(), "question")[0]
    talk = Talk(where, state, row.form_key, tag_of(row.form_key), row.begun_at, known.misses)
    return replace(talk, **chosen_in(row.state, talk))


def chosen_in(row: str, talk: Talk) -> dict[str, Any]:
    """What was chosen at the open step and is no answer yet; the web form drops it when it goes on."""
    found = json.loads(row)
    if "ticked" not in found or found["step"] != talk.state.step:
        return {"ticked": chosen_before(talk)}
    return {"ticked": tuple(found["ticked"]), "wants_words": found["wants"]}


def chosen_before(talk: Talk) -> tuple[str, ...]:
    """What was chosen at the open question of several choices when the person was there before."""
    item = item_of(talk)
    found = talk.state.answers.get(item.code) if item is not None and item.type == "several" else None
    return found if isinstance(found, tuple) else ()


def page_of(where: Place, step: str) -> Page | None:
    """The step of a chat by its name."""
    return next((page for page in plan(where.questionnaire, "question") if page.step == step), None)


def item_of(talk: Talk) -> Item | None:
    """The item that the open step asks for."""
    page = page_of(talk.place, talk.state.step) if talk.state.step else None
    return page.items[0] if page is not None and page.items else None


def keep(turn: Turn, talk: Talk) -> None:
    """Keep where the form has come to, with what is chosen and not yet said to be all; its time begins anew."""
    until, row = turn.caller.now + CHAT_LIFE, state_to_json(talk.state)
    if talk.wants_words or talk.ticked != chosen_before(talk):
        row = json.dumps(json.loads(row) | {"ticked": talk.ticked, "wants": talk.wants_words}, ensure_ascii=False)
    chats.hold(turn.connection, conversation_key(talk.key), row, until)
