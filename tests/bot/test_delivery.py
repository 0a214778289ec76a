"""The sender: at once, in order within a chat, replies first, gone once arrived, and slow where another was fast."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot import delivery, pace
from bot import running as bot_running
from bot.delivery import A_SECOND_S, Sender, deliver
from bot.leases import Lease, holder_here
from bot.messages import Outbound
from bot.talking import outbox_row
from bot.zalo import ZaloChannel, zalo
from store.database import Database
from store.models.chat import OutboxRow
from store.queries import chats, outbox
from survey.chat_keys import chat_key
from survey.counter_codes import spoken
from tests.bot.running import SECRET, chat_settings, running
from tests.factories import COUNTER, make_campaign
from tests.zalo_server import ZaloServer


@pytest.fixture
def server() -> Iterator[ZaloServer]:
    with ZaloServer(users=1_000) as server:
        yield server


def queue(database: Database, server: ZaloServer, chat: str, words: Sequence[str], kind: str = "reply") -> None:
    """Messages to somebody who has written before."""
    server.known.add(chat)
    key, now = chat_key(SECRET, "zalo", chat), datetime.now(UTC)
    rows = [outbox_row("zalo", key, chat, kind, Outbound(text), now) for text in words]
    database.write(lambda connection: outbox.put(connection, rows))


def unsent(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(OutboxRow)) or 0


def send_all(database: Database, server: ZaloServer, count: int, seconds: float = 20.0) -> list[int]:
    """Send until so many messages have arrived and none is left; gives how many stood in the outbox meanwhile."""

    async def work() -> list[int]:
        channel: ZaloChannel = zalo(server.token, server.address)
        sender = Sender(channel, database, Lease(database, "zalo:send", holder_here()))
        stopping, found = asyncio.Event(), []
        task = asyncio.create_task(deliver(sender, stopping))
        until = time.monotonic() + seconds
        while (len(server.sends) < count or unsent(database)) and time.monotonic() < until:
            await asyncio.sleep(0.1)
            sent = len(server.sends)  # looked at first: what arrives meanwhile may still stand there
            found.append(sent + await asyncio.to_thread(unsent, database))
        stopping.set()
        await task
        await channel.close()
        return found

    return asyncio.run(work())


def test_order_is_kept_within_a_chat_and_nothing_is_sent_twice(
    database: Database, server: ZaloServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "CHAT_EVERY_S", 0.0)
    people = {f"person-{number}": [f"{number}.{turn}" for turn in range(5)] for number in range(4)}
    for chat, words in people.items():
        queue(database, server, chat, words)
    send_all(database, server, 20)
    assert {chat: server.sent(chat) for chat in people} == people
    assert unsent(database) == 0


def test_replies_go_before_pushes(database: Database, server: ZaloServer) -> None:
    for number in range(3):
        queue(database, server, f"quiet-{number}", ["reminded"], "push")
    for number in range(3):
        queue(database, server, f"waiting-{number}", ["answered"])
    send_all(database, server, 6)
    assert [sent.text for sent in server.sends] == ["answered"] * 3 + ["reminded"] * 3


def test_what_has_arrived_leaves_the_outbox_while_others_still_wait(database: Database, server: ZaloServer) -> None:
    for number in range(60):
        queue(database, server, f"person-{number}", ["a question"])
    standing = send_all(database, server, 60)
    assert len(standing) > 10  # two seconds at the pace of the sender
    assert max(standing) <= 60 + 15


def test_who_takes_over_waits_until_the_second_of_the_one_before_is_over(
    database: Database, server: ZaloServer
) -> None:
    async def another_sent() -> None:
        lease = Lease(database, "zalo:send", holder_here())
        assert await lease.held()
        await lease.give_back()

    asyncio.run(another_sent())
    queue(database, server, "person", ["a question"])
    begun = time.monotonic()
    send_all(database, server, 1)
    assert server.sends[0].at - begun >= A_SECOND_S


def test_pause_that_another_process_was_told_to_make_is_kept(database: Database, server: ZaloServer) -> None:
    queue(database, server, "person", ["a question"])
    until = datetime.now(UTC) + timedelta(seconds=2)
    found = {"state": "paused", "reason": "quota", "until": until}
    database.write(lambda connection: chats.note_channel(connection, "zalo", datetime.now(UTC), **found))
    begun = time.monotonic()
    send_all(database, server, 1)
    assert server.sends[0].at - begun >= 1.5


def test_reply_goes_out_though_nobody_looks_for_it(
    database: Database, database_url: str, server: ZaloServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "IDLE_S", 60.0)
    monkeypatch.setattr(bot_running, "IDLE_S", 60.0)
    with database.writing() as session:
        make_campaign(session)
    settings = chat_settings(database_url, tmp_path, zalo_token=server.token, zalo_base_url=server.address)
    with running(settings):
        for number, words in enumerate([f"Gửi mã {spoken(COUNTER)}", "1", "4"], start=1):
            server.say("person", words)
            server.wait_for("person", number)


def test_message_that_failed_for_half_a_day_is_tried_again(database: Database, server: ZaloServer) -> None:
    server.hostility = type(server.hostility)(failing=1.0)
    queue(database, server, "person", ["a question"])
    with database.writing() as session:
        session.execute(update(OutboxRow).values(attempts=80))

    async def work() -> None:
        channel = zalo(server.token, server.address)
        sender, stopping = Sender(channel, database, Lease(database, "zalo:send", holder_here())), asyncio.Event()
        task = asyncio.create_task(deliver(sender, stopping))
        while not server.struck.get("failing") or sender.tasks:
            await asyncio.sleep(0.05)
        stopping.set()
        await task
        assert not sender.under_way
        await channel.close()

    asyncio.run(work())
    with database.reading() as session:
        row = session.scalars(select(OutboxRow)).one()
    assert (row.state, row.attempts) == ("waiting", 81)
    assert timedelta(minutes=9) < row.due_at - datetime.now(UTC) <= timedelta(minutes=10)
