"""The paced sender of one channel: what stands in the outbox goes out in order, and is gone once it has arrived."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from bot.leases import Lease
from bot.messages import Channel, DeliveryError, PermanentError, QuotaError, TransientError, UnreachableError
from bot.outgoing import from_json
from bot.pace import Pace
from store.database import Database
from store.queries import chats, outbox

log = structlog.get_logger()
AT_ONCE = 100
ROUND_S = 0.25  # then what has arrived is written down, and replies that came since go first
IDLE_S = 0.2
AWAY_S = 2.0
A_SECOND_S = 1.0
QUOTA_PAUSE_S = 3_600.0
LONGEST_PAUSE = timedelta(minutes=10)
TOKEN_CODES = frozenset({"401", "unauthorized", "invalid_token"})
TOO_OLD = timedelta(hours=24)  # a question that comes a day late only puzzles
Found = Row[*tuple[Any, ...]]


@dataclass(slots=True)
class Sender:
    """The sender of one channel: its pace, what is on its way, and what has arrived but still stands in the outbox."""

    channel: Channel
    database: Database
    lease: Lease
    pace: Pace = field(default_factory=Pace)
    fence: int = 0  # of the lease by which this process sends
    under_way: set[bytes] = field(default_factory=set)  # chats
    arrived: list[tuple[int, bytes]] = field(default_factory=list)
    noted: tuple[str, str, datetime | None] | None = None  # what was last written down of the channel
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)  # there is something to send, or to write down


async def deliver(sender: Sender, stopping: asyncio.Event) -> None:
    """Send until told to stop; a database that is away is waited for."""
    while not stopping.is_set():
        try:
            idle = await one_round(sender)
        except (SQLAlchemyError, OSError) as error:
            log.error("outbox_away", channel=sender.channel.name, error=type(error).__name__)
            idle = AWAY_S
        if idle:
            await either(sender.woken, stopping, idle)


async def either(first: asyncio.Event, second: asyncio.Event, seconds: float) -> None:
    """Wait for one of two events, for so long at most."""
    waiting = [asyncio.create_task(first.wait()), asyncio.create_task(second.wait())]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait, but not once it is time to stop."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        pass


async def drain(sender: Sender, seconds: float) -> None:
    """Send what is due, for so long at most, and wait for what is on its way."""
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until and (await one_round(sender) == 0 or sender.tasks or sender.arrived):
            await asyncio.sleep(0.05)
        if sender.tasks:
            await asyncio.wait(sender.tasks, timeout=max(0.1, until - time.monotonic()))
        await settle(sender)
    except (SQLAlchemyError, OSError) as error:
        log.error("outbox_away", channel=sender.channel.name, error=type(error).__name__)


async def one_round(sender: Sender) -> float:
    """Write down what has arrived, and start what is due; gives how long there is nothing to do."""
    sender.woken.clear()
    await settle(sender)
    if not await sender.lease.held():
        return 1.0
    if sender.fence != sender.lease.fence:
        await taken_over(sender)
    busy = set(sender.under_way)  # what is read of these may be over by the time that it is looked at
    rows = await asyncio.to_thread(due, sender, datetime.now(UTC))
    until, started = time.monotonic() + ROUND_S, False
    for row in rows:
        if row.chat in busy or not sender.pace.free(row.chat, time.monotonic()):
            continue
        while (wait := sender.pace.wait_s(time.monotonic())) > 0:
            if wait > IDLE_S:
                return min(wait, 1.0)
            if time.monotonic() + wait > until:
                return 0.0
            await asyncio.sleep(wait)
        start(sender, row)
        started = True
    return 0.0 if started else IDLE_S


async def taken_over(sender: Sender) -> None:
    """Sending falls to this process: a pause that the channel asked another one for, or this one before, is kept.

    The other one may have sent until now, as much as the channel takes in a second: so that second goes by first.
    """
    row = await asyncio.to_thread(noted_of, sender)
    if row is not None and row.until is not None and row.until > datetime.now(UTC):
        sender.pace.held_off((row.until - datetime.now(UTC)).total_seconds(), time.monotonic())
    if sender.lease.fence > 1:
        sender.pace.wait_until(time.monotonic() + A_SECOND_S)
    sender.fence = sender.lease.fence


def noted_of(sender: Sender) -> Found | None:
    """How the channel fares, as it was written down last."""
    with sender.database.reading() as session:
        return chats.channel(session.connection(), sender.channel.name)


def start(sender: Sender, row: Found) -> None:
    """Let a message set out; once it has arrived or failed, the sender looks what is next."""
    sender.pace.spend(row.chat, time.monotonic())
    sender.under_way.add(row.chat)
    task = asyncio.create_task(send(sender, row))
    sender.tasks.add(task)
    task.add_done_callback(lambda done: ended(sender, done))


def ended(sender: Sender, task: asyncio.Task[None]) -> None:
    """A message is under way no more."""
    sender.tasks.discard(task)
    sender.woken.set()


def due(sender: Sender, now: datetime) -> list[Found]:
    """What may go out now."""
    with sender.database.reading() as session:
        return list(outbox.due(session.connection(), sender.channel.name, now, AT_ONCE))


async def settle(sender: Sender) -> None:
    """Take what has arrived out of the outbox; until that is done nothing else goes to these chats."""
    arrived = sender.arrived[:]
    if not arrived:
        return
    ids = [number for number, _ in arrived]
    await asyncio.to_thread(sender.database.write, lambda connection: outbox.delivered(connection, ids))
    del sender.arrived[: len(arrived)]
    sender.under_way.difference_update(chat for _, chat in arrived)


async def send(sender: Sender, row: Found) -> None:
    """Send one message, and write down what came of it."""
    name = sender.channel.name
    try:
        await reach(sender, row)
    except DeliveryError as error:
        metrics.refused(name, error.code)
        await failed(sender, row, error)
    except Exception as error:  # noqa: BLE001 - one message must not end the sender
        log.error("send_failed", channel=name, error=type(error).__name__)
        await failed(sender, row, TransientError(type(error).__name__))
    else:
        metrics.sent(name)
        sender.arrived.append((row.id, row.chat))
        await note(sender, "ok", "")


async def reach(sender: Sender, row: Found) -> None:
    """Bring one message to the channel."""
    try:
        await sender.channel.send(row.address, from_json(row.payload))
    finally:
        sender.pace.landed(row.chat, time.monotonic())


async def failed(sender: Sender, row: Found, error: DeliveryError) -> None:
    """Try again later, give the message up, or give the chat up; a pause that the channel asks for is kept."""
    now = datetime.now(UTC)
    if isinstance(error, TransientError) and error.retry_after:
        sender.pace.held_off(error.retry_after, time.monotonic())
    if isinstance(error, QuotaError):
        await note(sender, "paused", error.code, now + timedelta(seconds=error.retry_after or QUOTA_PAUSE_S))
        sender.pace.held_off(error.retry_after or QUOTA_PAUSE_S, time.monotonic())
    elif channel_wide(error) or (isinstance(error, TransientError) and not error.retry_after):
        await note(sender, "failing", error.code)
    await written(sender, row, lambda: put_off_or_give_up(sender, row, error, now))


async def written(sender: Sender, row: Found, work: Callable[[], None]) -> None:
    """Do a piece of writing, however long the database is away; the chat waits for it."""
    while True:
        try:
            await asyncio.to_thread(work)
            break
        except (SQLAlchemyError, OSError) as error:
            log.error("outbox_away", channel=sender.channel.name, error=type(error).__name__)
            await asyncio.sleep(AWAY_S)
    sender.under_way.discard(row.chat)


def put_off_or_give_up(sender: Sender, row: Found, error: DeliveryError, now: datetime) -> None:
    """What becomes of a message that was not delivered."""
    again = now + (timedelta(seconds=error.retry_after) if error.retry_after else backoff(row.attempts))
    if isinstance(error, UnreachableError):
        sender.database.write(lambda connection: unreachable(connection, row, error.code))
    elif (isinstance(error, PermanentError) and not channel_wide(error)) or now - row.created_at > TOO_OLD:
        log.warning("message_given_up", channel=sender.channel.name, number=row.id, code=error.code)
        sender.database.write(lambda connection: outbox.give_up(connection, row.id, error.code))
    else:
        sender.database.write(lambda connection: outbox.put_off(connection, row.id, again, error.code))


def backoff(attempts: int) -> timedelta:
    """How long a message waits after so many failures: a second at first, ten minutes at most.

    >>> backoff(0).total_seconds(), backoff(3).total_seconds(), backoff(1_000).total_seconds()
    (1.0, 8.0, 600.0)
    """
    return min(LONGEST_PAUSE, timedelta(seconds=2 ** min(attempts, 10)))


def channel_wide(error: DeliveryError) -> bool:
    """Whether it is the channel's own trouble, not the message's: a token that does not work any more."""
    return error.code in TOKEN_CODES


def unreachable(connection: Any, row: Found, code: str) -> None:
    """Nobody is there any more: nothing else is sent to this chat, no reminder either."""
    outbox.give_up(connection, row.id, code)
    outbox.cut_off(connection, row.chat)


async def note(sender: Sender, state: str, reason: str, until: datetime | None = None) -> None:
    """Write down how the channel fares, where that has changed."""
    if (state, reason, until) == sender.noted:
        return
    sender.noted = (state, reason, until)
    (log.info if state == "ok" else log.warning)("channel_" + state, channel=sender.channel.name, reason=reason)
    found = {"state": state, "reason": reason, "until": until}
    try:
        await asyncio.to_thread(
            sender.database.write,
            lambda connection: chats.note_channel(connection, sender.channel.name, datetime.now(UTC), **found),
        )
    except (SQLAlchemyError, OSError):
        sender.noted = None  # told at the next occasion
