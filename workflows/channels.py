"""How the chat fares: what waits to be read and to be sent, since when, and how each channel does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from store.queries import chats, inbox, outbox
from workflows.updates import NUMBERS

CHANNELS = tuple(NUMBERS)
STATES = ("ok", "paused", "failing")


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, and for how many seconds the oldest has."""

    waiting: int
    oldest_s: int


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """A channel as the process that sends last found it; `until` is the end of a pause."""

    name: str
    state: str
    reason: str
    until: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ChatHealth:
    """Inbox, outbox, the number of messages given up in the last days, and every channel that was ever used."""

    inbox: Queue
    outbox: Queue
    failed: int
    channels: tuple[ChannelHealth, ...]


def health(connection: Connection, now: datetime) -> ChatHealth:
    """How the chat fares at this moment."""
    unread, since = inbox.lag(connection)
    unsent, due, failed = outbox.lag(connection, now)
    rows = [(name, chats.channel(connection, name)) for name in CHANNELS]
    return ChatHealth(
        Queue(unread, age(since, now)),
        Queue(unsent, age(due, now)),
        failed,
        tuple(told(name, row, now) for name, row in rows if row is not None),
    )


def age(since: datetime | None, now: datetime) -> int:
    """Seconds since then; none where nothing waits."""
    return 0 if since is None else max(0, int((now - since).total_seconds()))


def told(name: str, row: Row[*tuple[Any, ...]], now: datetime) -> ChannelHealth:
    """A row of `chats.channel`; a pause that is over is one no more."""
    over = row.state == "paused" and row.until is not None and row.until <= now
    return ChannelHealth(name, "ok" if over else row.state, row.reason, row.until, row.seen_at)
