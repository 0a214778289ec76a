"""A lease as a process holds it: prolonged in time, asked for now and then while another has it."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database
from store.queries import leases

T = TypeVar("T")
log = structlog.get_logger()
LIFE = timedelta(seconds=15)
PROLONG_S = 5.0
ASK_S = 2.0


@dataclass(slots=True)
class Lease:
    """A lease of that name for that holder; `fence` is 0 while another has it."""

    database: Database
    name: str
    holder: str
    fence: int = 0
    asked_at: float = -PROLONG_S

    async def held(self) -> bool:
        """Whether this process holds the lease now."""
        now = time.monotonic()
        if now - self.asked_at < (PROLONG_S if self.fence else ASK_S):
            return self.fence > 0
        self.fence = await asyncio.to_thread(self.database.write, self.take)
        self.asked_at = now
        return self.fence > 0

    def take(self, connection: Connection) -> int:
        """Take or prolong it; gives the fencing number, 0 where another holds it."""
        fence = leases.take(connection, self.name, self.holder, datetime.now(UTC), LIFE)
        if fence is None and ended(other := leases.holder(connection, self.name)):
            leases.give_back(connection, self.name, other)
            fence = leases.take(connection, self.name, self.holder, datetime.now(UTC), LIFE)
        return fence or 0

    async def while_held(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something that may take longer than a lease lives, prolonging it meanwhile."""
        task = asyncio.create_task(work)
        try:
            while not (await asyncio.wait({task}, timeout=PROLONG_S))[0]:
                await self.prolonged()
        finally:
            task.cancel()
            await asyncio.wait({task})
        return task.result()

    async def prolonged(self) -> None:
        """Prolong it where the database can be reached: what is waited for goes on in any case."""
        try:
            await self.held()
        except (SQLAlchemyError, OSError) as error:
            log.error("lease_away", lease=self.name, error=type(error).__name__)

    async def give_back(self) -> None:
        """Let another process have it at once."""
        if self.fence:
            self.fence = 0
            await asyncio.to_thread(self.database.write, lambda c: leases.give_back(c, self.name, self.holder))


def holder_here() -> str:
    """A name for a holder in this process, by which others on this machine can see whether it still runs."""
    number = os.getpid()
    return f"{room_of_numbers()}/{number}/{begun_at(number)}/{secrets.token_hex(4)}"


def ended(holder: str) -> bool:
    """Whether the process of that holder ran on this machine and is gone; where that cannot be told, no.

    A killed process gives nothing back. Whoever starts it anew need not be silent until its lease is over.
    """
    room, _, rest = holder.rpartition("/")[0].partition("/")
    number, _, begun = rest.partition("/")
    if not room or room != room_of_numbers() or not number.isdecimal() or not begun:
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False  # it is there, and another user's
    return begun_at(int(number)) not in (begun, "")


@cache
def room_of_numbers() -> str:
    """What this start of this machine, or this container on it, numbers its processes in; "" where that is not told."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}-{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def begun_at(number: int) -> str:
    """When the process of that number began, in the machine's own count: numbers are used again. "" where not told."""
    try:
        found = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return found.rpartition(")")[2].split()[19]
