"""Places remembered for a moment, so that a queue of people at one counter asks the database once."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from store.database import Database
from survey.counter_codes import read_counter_code
from workflows.places import Place, places

FRESH_S = 2.0
REMEMBERED = 5_000
TOGETHER = 499


@dataclass(slots=True)
class Seen:
    """What a code stands for, since when that is known, and whether anybody has asked since."""

    place: Place | None
    at: float
    used: bool = False

    def fresh(self, now: float) -> bool:
        """Whether it may be told without asking the database."""
        return now - self.at < FRESH_S


class Places:
    """The places that this process has seen lately; two seconds old at most.

    Those in use are asked for together: with two hundred counters one by one they cost more than the forms.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._seen: dict[str, Seen] = {}

    def find(self, code: str, today: date) -> Place | None:
        """The place of a counter's code, None where no counter bears it."""
        now = time.monotonic()
        seen = self._seen.get(code)
        if seen is not None and seen.fresh(now):
            seen.used = True
            return seen.place
        if read_counter_code(code) != code:
            return None  # nor remembered: anybody may send thousands of long ones
        due = self._claim(code, now)
        try:
            with self._database.reading() as session:
                found = places(session, due, today)
        except BaseException:
            self._give_back(due)
            raise
        self._keep(due, found, now)
        return found.get(code)

    def _claim(self, code: str, now: float) -> list[str]:
        """This code and all that are in use and no longer fresh; meanwhile others are told what was known of them."""
        with self._lock:
            due = [each for each, seen in self._seen.items() if seen.used and not seen.fresh(now) and each != code]
            due = [code, *due[:TOGETHER]]
            for each in due:
                if each in self._seen:
                    self._seen[each].at = now
        return due

    def _give_back(self, due: list[str]) -> None:
        """The database could not be asked: the next who comes asks again."""
        with self._lock:
            for each in due:
                if each in self._seen:
                    self._seen[each].at = -FRESH_S

    def _keep(self, due: list[str], found: Mapping[str, Place], now: float) -> None:
        """Remember what was found, and forget what was asked for longest ago."""
        with self._lock:
            for each in due:
                self._seen.pop(each, None)
                self._seen[each] = Seen(found.get(each), now)
            for oldest in list(self._seen)[: len(self._seen) - REMEMBERED]:
                del self._seen[oldest]
