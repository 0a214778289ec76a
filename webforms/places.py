"""Places remembered for a moment, so that a queue of people at one counter asks the database once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from datetime import date

from store.database import Database
from survey.counter_codes import read_counter_code
from workflows.places import Place, place

FRESH_S = 2.0
REMEMBERED = 5_000


class Places:
    """The places that this process has seen lately; two seconds old at most."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[float, Place | None]] = OrderedDict()

    def find(self, code: str, today: date) -> Place | None:
        """The place of a counter's code, None where no counter bears it."""
        now = time.monotonic()
        seen = self._seen.get(code)
        if seen is not None and now - seen[0] < FRESH_S:
            return seen[1]
        if read_counter_code(code) != code:
            return None  # nor remembered: anybody may send thousands of long ones
        with self._database.reading() as session:
            found = place(session, code, today)
        with self._lock:
            self._seen[code] = (now, found)
            self._seen.move_to_end(code)
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        return found
