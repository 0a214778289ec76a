"""Polling: updates are stored, and only then is the channel told that it may forget them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery import AWAY_S, pause
from bot.leases import Lease
from bot.messages import Channel, DeliveryError
from store.database import Database
from store.queries import chats
from workflows import updates

log = structlog.get_logger()
LONGEST_S = 60.0


async def poll(
    channel: Channel, database: Database, lease: Lease, secret: str, stopping: asyncio.Event, fresh: asyncio.Event
) -> None:
    """Ask for updates until told to stop; exactly one process does so for a channel, the one that has the lease."""
    failures = 0
    while not stopping.is_set():
        try:
            if not await lease.held():
                await pause(stopping, 1.0)
                continue
            position = await asyncio.to_thread(database.write, lambda c: position_of(c, channel.name))
            found, onward = await lease.while_held(channel.receive(position))
            if found:
                await asyncio.to_thread(store, database, channel.name, secret, [raw for _, raw in found], onward)
                fresh.set()
            failures = 0
        except DeliveryError as error:
            failures += 1
            log.warning("receive_failed", channel=channel.name, code=error.code)
            await pause(stopping, error.retry_after or min(LONGEST_S, 2.0 ** min(failures, 10)))
        except (SQLAlchemyError, OSError) as error:
            log.error("inbox_away", channel=channel.name, error=type(error).__name__)
            await pause(stopping, AWAY_S)


def position_of(connection: Connection, name: str) -> int:
    """The place to read on from."""
    row = chats.channel(connection, name)
    return row.position if row is not None else 0


def store(database: Database, name: str, secret: str, found: list[str], onward: int) -> None:
    """Keep updates and the place to read on from, in one transaction; what cannot be read is passed over."""

    def work(connection: Connection) -> None:
        now = datetime.now(UTC)
        for raw in found:
            arrived = updates.arrival(name, raw)
            if arrived is None:
                log.warning("update_unreadable", channel=name)
            else:
                updates.take_in(connection, secret, arrived, now)
        chats.note_channel(connection, name, now, position=onward)

    database.write(work)
