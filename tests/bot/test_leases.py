"""Leases of the bot: one process at a time, the next one at once where that can be told, and held while it waits."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot import leases as held_leases
from bot.leases import Lease, begun_at, ended, holder_here, room_of_numbers
from store.database import Database

NAME = "zalo:send"
HOLD = """
import asyncio, sys, time
from bot.leases import Lease, holder_here
from store.database import open_database
print(asyncio.run(Lease(open_database(sys.argv[1]), sys.argv[2], holder_here()).held()), flush=True)
time.sleep(60)
"""


def asked(database: Database, name: str = NAME) -> bool:
    """Whether a holder in this process gets the lease."""
    return asyncio.run(Lease(database, name, holder_here()).held())


def test_lease_of_a_killed_process_is_free_at_once(database: Database, database_url: str) -> None:
    words = [sys.executable, "-c", HOLD, database_url, NAME]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"True\n"
            assert not asked(database)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert asked(database)
        assert not asked(database)


def test_lease_is_given_back(database: Database) -> None:
    async def work() -> tuple[bool, bool, int]:
        first, second = Lease(database, NAME, holder_here()), Lease(database, NAME, holder_here())
        assert await first.held()
        refused = await second.held()
        await first.give_back()
        second.asked_at = -held_leases.PROLONG_S
        return refused, await second.held(), second.fence

    assert asyncio.run(work()) == (False, True, 2)


@pytest.mark.parametrize(
    "holder",
    [
        "",
        "host-17-a1b2c3d4",
        f"another-start-of-the-machine/{2**30}/5/a1b2c3d4",
        f"{room_of_numbers()}/{os.getpid()}/{begun_at(os.getpid())}/a1b2c3d4",
        f"{room_of_numbers()}/1/{begun_at(1)}/a1b2c3d4",
        f"{room_of_numbers()}/x/5/a1b2c3d4",
    ],
    ids=["nobody", "another-form", "another-machine", "this-process", "another-user", "no-number"],
)
def test_holder_that_may_still_run(holder: str) -> None:
    assert not ended(holder)


@pytest.mark.parametrize("number", [2**22 + 1, os.getpid()], ids=["no-such-process", "number-used-again"])
def test_holder_whose_process_is_gone(number: int) -> None:
    assert ended(f"{room_of_numbers()}/{number}/5/a1b2c3d4")


def test_lease_lives_on_while_its_holder_waits(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_leases, "LIFE", held_leases.LIFE / 15)
    monkeypatch.setattr(held_leases, "PROLONG_S", 0.2)
    monkeypatch.setattr(held_leases, "ASK_S", 0.1)

    async def work() -> list[bool]:
        first, second = Lease(database, NAME, holder_here()), Lease(database, NAME, holder_here())
        assert await first.held()
        waiting = asyncio.create_task(first.while_held(asyncio.sleep(2.0, "an update")))
        found = []
        while not waiting.done():
            found.append(await second.held())
            await asyncio.sleep(0.1)
        assert await waiting == "an update"
        return found

    found = asyncio.run(work())
    assert len(found) > 5
    assert not any(found)


def test_what_fails_or_is_cut_short_while_the_lease_is_held_says_so(database: Database) -> None:
    async def fails() -> None:
        raise LookupError("update")

    async def work() -> bool:
        lease, cut = Lease(database, NAME, holder_here()), asyncio.Event()
        assert await lease.held()
        with pytest.raises(LookupError):
            await lease.while_held(fails())

        async def waits() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                cut.set()

        task = asyncio.create_task(lease.while_held(waits()))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return cut.is_set()

    assert asyncio.run(work())
