"""How the chat fares: what waits to be read and to be sent, since when, and how each channel does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from store.queries import chats, inbox, leases, outbox
from workflows.updates import NUMBERS

CHANNELS = tuple(NUMBERS)
STOPPED = "stopped"
STATES = ("ok", "paused", "failing", STOPPED)


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, and for how many seconds the oldest has."""

    waiting: int
    oldest_s: int


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """A channel as the process that sends last found it, or `stopped` where none does; `until` is a pause's end."""

    name: str
    state: str
    reason: str = ""
    until: datetime | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChatHealth:
    """Inbox, outbox, the number of messages given up in the last days, and every channel that was ever used."""

    inbox: Queue
    outbox: Queue
    failed: int
    channels: tuple[ChannelHealth, ...]

    def state_of(self, name: str) -> str:
        """The state of a channel; one that was never used is stopped."""
        return next((channel.state for channel in self.channels if channel.name == name), STOPPED)


def health(connection: Connection, now: datetime) -> ChatHealth:
    """How the chat fares at this moment."""
    unread, since = inbox.lag(connection)
    unsent, due, failed = outbox.lag(connection, now)
    channels = (channel(connection, name, now) for name in CHANNELS)
    return ChatHealth(
        Queue(unread, age(since, now)),
        Queue(unsent, age(due, now)),
        failed,
        tuple(found for found in channels if found is not None),
    )


def age(since: datetime | None, now: datetime) -> int:
    """Seconds since then; none where nothing waits."""
    return 0 if since is None else max(0, int((now - since).total_seconds()))


def channel(connection: Connection, name: str, now: datetime) -> ChannelHealth | None:
    """How a channel fares: a pause that is over is one no more, and without a process that sends nothing is well."""
    row = chats.channel(connection, name)
    sending = leases.until(connection, f"{name}:send")
    if sending is None and row is None:
        return None
    if sending is None or sending <= now:
        return ChannelHealth(name, STOPPED)
    if row is None or (row.state == "paused" and row.until is not None and row.until <= now):
        return ChannelHealth(name, "ok")
    return ChannelHealth(name, row.state, row.reason, row.until, row.seen_at)
