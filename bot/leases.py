"""A lease as a process holds it: prolonged in time, asked for now and then while another has it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from store.database import Database
from store.queries import leases

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
        self.fence = await asyncio.to_thread(self.take)
        self.asked_at = now
        return self.fence > 0

    def take(self) -> int:
        """Take or prolong it; gives the fencing number, 0 where another holds it."""
        now = datetime.now(UTC)
        return self.database.write(lambda c: leases.take(c, self.name, self.holder, now, LIFE)) or 0

    async def give_back(self) -> None:
        """Let another process have it at once."""
        if self.fence:
            self.fence = 0
            await asyncio.to_thread(self.database.write, lambda c: leases.give_back(c, self.name, self.holder))
