"""The way in of a chat: an update is kept as it came, once, before the channel is told that it has arrived."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from store.queries import inbox, outbox
from survey.chat_keys import chat_key

LARGEST = 64 * 1024  # characters; a text message of the greatest length with all that surrounds it has a fifth of that
MOST_WAITING = 30  # of one chat, here and on its way back; whoever sends on before that is read answers no questions
Body = Mapping[str, Any]  # JSON of others, whose shape is looked at before it is used


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update that can be told from others and has a chat to answer to."""

    channel: str
    event_id: str
    chat: str
    raw: str


def arrival(channel: str, raw: str | bytes) -> Arrival | None:
    """What arrived, or None for what is no update of that channel or has no person behind it."""
    if len(raw) > LARGEST:
        return None
    try:
        text = raw if isinstance(raw, str) else raw.decode()
        body = json.loads(text)
        event_id, chat = NUMBERS[channel](body)
        if "\\u0000" in text:
            text = json.dumps(without_nul(body))
        text.encode()  # a lone surrogate cannot be kept
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return Arrival(channel, event_id, chat, text) if event_id and chat else None


def without_nul(found: Any) -> Any:
    """JSON of others without the sign that no database keeps; whoever sent it is answered all the same."""
    if isinstance(found, str):
        return found.replace("\0", "")
    if isinstance(found, list):
        return [without_nul(each) for each in found]
    return {key: without_nul(value) for key, value in found.items()} if isinstance(found, dict) else found


def numbers_of_telegram(body: Body) -> tuple[str, str]:
    """The number of an update, and of the chat that any of its kinds names."""
    kinds = [value for key, value in body.items() if key != "update_id" and isinstance(value, dict)]
    kind = kinds[0]
    holder = kind if "chat" in kind else kind.get("message") or {"chat": kind["from"]}
    return number(body["update_id"]), number(holder["chat"]["id"])


def numbers_of_zalo(body: Body) -> tuple[str, str]:
    """The number of a message and of its chat; a webhook's body wraps the update."""
    inner = body.get("result", body)
    message = inner["message"]
    return number(message["message_id"]), number(message["chat"]["id"])


def number(found: object) -> str:
    """A number or word of another system as short text."""
    if isinstance(found, bool) or not isinstance(found, int | str) or len(str(found)) > 64:
        raise ValueError("no number")
    str(found).encode()  # half of a letter, written as an escape, cannot be kept either
    return str(found)


NUMBERS: Mapping[str, Callable[[Body], tuple[str, str]]] = {
    "telegram": numbers_of_telegram,
    "zalo": numbers_of_zalo,
}


def take_in(connection: Connection, secret: str, arrived: Arrival, now: datetime) -> bool:
    """Keep an update; False where it is known already or its chat has too many waiting."""
    key = chat_key(secret, arrived.channel, arrived.chat)
    if inbox.waiting_of(connection, key) + outbox.waiting_of(connection, key) >= MOST_WAITING:
        return False
    row = {
        "channel": arrived.channel,
        "event_id": arrived.event_id,
        "chat": key,
        "raw": arrived.raw,
        "state": "waiting",
        "attempts": 0,
        "received_at": now,
        "due_at": now,
    }
    return inbox.keep(connection, row)
