"""Do to the clock what can happen to a machine, and count effects: `python -m tests.faults.clock_faults`.

Two and four processes share a database and a mail server. They are killed, stopped for longer than the lease and go on,
and their time jumps ahead and back; the database server's too. Every period is to take effect once.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from store.database import Database, open_database, upgrade
from store.queries import leases
from tests.factories import make_campaign
from tests.faults.clock_traces import SLACK, Outcome, Work, give, looked_at, settled, waiting, written
from tests.faults.clocks import Clocks, SetTime, place_of
from tests.faults.short_clock import LIFE_S, REPORT
from tests.mail_server import Inbox, mail_server
from tests.workflows.weeks import ZONE
from workflows import mail
from workflows.clock import LEASE

TABLE = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgresql": "BIGSERIAL PRIMARY KEY"}
DAY = timedelta(days=1)
SETTLE_S = 240.0


@dataclass(slots=True)
class Place:
    """A database, the time that decides there, the processes at work on it, and the mail server."""

    database: Database
    told: SetTime
    clocks: Clocks
    inbox: Inbox
    chance: random.Random
    since: datetime
    given: int = 0

    def holder(self) -> str:
        """Who leads."""
        with self.database.reading() as session:
            return leases.holder(session.connection(), LEASE)

    def move_on(self, seconds: int) -> None:
        """Let the time that decides be so much later, or earlier; each process has its own on PostgreSQL."""
        self.told.set(self.told.ahead_s + seconds)
        self.clocks.count("jumps")


def kill(place: Place) -> None:
    """Kill one and start it again a little later."""
    found = place.clocks.one(place.holder(), place.chance)
    if found is not None:
        place.clocks.kill(found)
        time.sleep(place.chance.uniform(0.0, 1.0))
    place.clocks.start()
    led(place)
    time.sleep(place.chance.uniform(0.5, 4.0))


def led(place: Place) -> None:
    """Wait until one that runs leads."""
    until = time.monotonic() + 20
    while not place.clocks.led_by(place.holder()) and time.monotonic() < until:
        time.sleep(0.1)


def stop(place: Place) -> None:
    """Stop one for longer than the lease lasts."""
    found = place.clocks.one(place.holder(), place.chance)
    if found is not None:
        place.clocks.halt(found, place.chance.uniform(1.1, 2.2) * LIFE_S)
    time.sleep(place.chance.uniform(0.2, 2.0))


def jump(place: Place) -> None:
    """Let the time be wrong for a while, and right again; on PostgreSQL that of each process too, by itself."""
    wrong = place.chance.choice((-70, -20, -4, 4, 20, 70))
    for each in place.clocks.times:
        if each is not place.told:
            each.set(place.chance.choice((-86_400, -90, 0, 90, 86_400)))
    place.move_on(wrong)
    time.sleep(place.chance.uniform(0.5, 4.0))
    place.move_on(-wrong)
    time.sleep(place.chance.uniform(0.5, 3.0))


def anything(place: Place) -> None:
    """Each of these, in any order."""
    for fault in place.chance.sample((kill, stop, jump), 3):
        fault(place)


def next_day(place: Place) -> None:
    """Let a day pass, now and then with a fault; sometimes the time is wrong by days for a while."""
    place.move_on(86_400)
    fault = place.chance.choice((None, None, None, None, kill, stop, days_ahead))
    if fault is not None:
        fault(place)
    place.clocks.start()
    time.sleep(1.0)
    lived_through(place)


def days_ahead(place: Place) -> None:
    """Let the time be days ahead for a while, and right again."""
    days = place.chance.randrange(2, 9)
    place.move_on(days * 86_400)
    time.sleep(place.chance.uniform(1.0, 4.0))
    place.move_on(-days * 86_400)


def lived_through(place: Place) -> None:
    """Wait until the day is dealt with."""
    until = time.monotonic() + 30
    while not settled(place.database, place_work(place), place.told.now()) and time.monotonic() < until:
        time.sleep(0.2)


def downtime(place: Place) -> None:
    """Let all run, cut the power for three days, and let all run again."""
    lived_through(place)
    place.clocks.kill_all()
    place.move_on(3 * 86_400)
    place.clocks.start()
    time.sleep(8.0)


@dataclass(frozen=True, slots=True)
class Case:
    """What happens: the set of jobs, one fault after another, and how many of these at the most."""

    jobs: str
    fault: Callable[[Place], None]
    most: int = 10_000


CASES = {
    "nothing": Case("beats", lambda _: time.sleep(1.0)),
    "kills": Case("beats", kill),
    "stops": Case("beats", stop),
    "jumps": Case("beats", jump),
    "anything": Case("beats", anything),
    "calendar": Case("calendar", next_day),
    "downtime": Case("downtime", downtime, most=1),
}
POINTS = (
    "step:slow",
    "effect:slow",
    "committed:slow",
    "effect:letters",
    "committed:letters",
    "claimed",
    "taken",
    "effect:tally",
)


def place_work(place: Place) -> Work:
    """What the processes are to do, from when on."""
    return Work(place.clocks.settings["CLOCK_JOBS"], place.since)


@contextmanager
def made(kind: str, jobs: str, number: int, folder: Path, seed: int) -> Iterator[Place]:
    """A place with an open campaign, one reader of reports, and processes that are still to be started."""
    with ExitStack() as stack:
        url, told = stack.enter_context(place_of(kind, folder))
        inbox = stack.enter_context(mail_server())
        if jobs != "beats":  # the daily jobs are due half an hour earlier
            nine = datetime.now(ZONE).replace(hour=9, minute=0, second=0) + DAY
            told.set(round((nine - datetime.now(UTC)).total_seconds()))
        database = open_database(url, pool_size=4)
        stack.callback(database.close)
        upgrade(database)
        with database.writing() as session:
            make_campaign(session)
            mail.add_recipient(session, REPORT, "so.noivu@example.vn", "", "vi", datetime.now(UTC), "test")
            session.execute(text(f"CREATE TABLE clock_effect (id {TABLE[kind]}, job TEXT, period TEXT, process INT)"))
        settings = {
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "SMTP_URL": inbox.url,
            "LOG_FORMAT": "json",
            "CLOCK_JOBS": jobs,
        }
        own = [SetTime(folder / f"time-{place}") for place in range(number)]
        clocks = Clocks(settings, [told] if kind == "sqlite" else own, folder / "log", number)
        try:
            yield Place(database, told, clocks, inbox, random.Random(seed), told.now())
        finally:
            clocks.kill_all()
            clocks.forget()


def suffer(name: str, kind: str, number: int, periods: int, seconds: float, seed: int = 1) -> Outcome:
    """Let faults happen until so many periods took effect, or for so long; then let all settle, and count."""
    case = CASES[name]
    with TemporaryDirectory(prefix="hailong-clock-") as folder, made(kind, case.jobs, number, Path(folder), seed) as at:
        begun, faults = time.monotonic(), 0
        start(at)
        until = time.monotonic() + seconds
        while faults < case.most and written(at.database) < periods and (not faults or time.monotonic() < until):
            with suppress(OperationalError):  # who was stopped while writing may hold SQLite's only lock for long
                at.given += give(at.database, at.given)
            if case.jobs == "beats":
                working(at)
            case.fault(at)
            faults += 1
        return counted(at, f"{name}, {kind}, {number} processes", begun)


def die_everywhere(kind: str, points: Sequence[str] = POINTS) -> Outcome:
    """Let one process after another die at each point of its work; the next one takes over."""
    with TemporaryDirectory(prefix="hailong-clock-") as folder, made(kind, "beats", 1, Path(folder), 1) as at:
        begun = time.monotonic()
        start(at)
        at.clocks.kill_all()
        for point in points:
            at.given += give(at.database, at.given)
            at.clocks.settings = {**at.clocks.settings, "CLOCK_DIES_AT": f"{point}@{folder}"}
            at.clocks.start()
            at.clocks.processes[0].wait(60)
            at.clocks.count("kills")
        at.clocks.settings = {**at.clocks.settings, "CLOCK_DIES_AT": ""}
        return counted(at, f"death at each of {len(points)} points, {kind}", begun)


def working(place: Place) -> None:
    """Wait until a few more periods took effect: where the machine is busy, a fault at rest would show little."""
    until, before = time.monotonic() + 30, written(place.database)
    while written(place.database) < before + 4 and time.monotonic() < until:
        time.sleep(0.1)


def start(place: Place) -> None:
    """Start all, and wait until every job has begun; from then on each period counts."""
    place.clocks.start()
    until = time.monotonic() + 60
    while not written(place.database) and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(3.0)
    place.since = place.told.now()


def counted(place: Place, name: str, begun: float) -> Outcome:
    """What came of it, once all that is due is dealt with."""
    place.clocks.start()
    until, work = time.monotonic() + SETTLE_S, place_work(place)
    while not settled(place.database, work, place.told.now()) and time.monotonic() < until:
        time.sleep(0.3)
    ends = place.told.now() - SLACK
    place.clocks.end()
    drain(place)
    return looked_at(name, place.database, work, ends, place.inbox, place.clocks, time.monotonic() - begun)


def drain(place: Place) -> None:
    """Let what waits be sent, with nothing new coming."""
    if not waiting(place.database):
        return
    place.clocks.number, place.clocks.settings = 1, {**place.clocks.settings, "CLOCK_JOBS": "post"}
    place.clocks.start()
    until = time.monotonic() + SETTLE_S
    while waiting(place.database) and time.monotonic() < until:
        time.sleep(0.2)
    place.clocks.end()


def main() -> None:
    """Let everything happen, on both databases, to two processes and to four."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.clock_faults", description=__doc__)
    parser.add_argument("--periods", type=int, default=300, help="how many periods take effect, in each case")
    parser.add_argument("--case", choices=[*CASES, "points"], action="append", help="only this one")
    parser.add_argument("--database", choices=TABLE, action="append", help="only on this one")
    parser.add_argument("--processes", type=int, action="append", help="2 and 4 unless told")
    parser.add_argument("--seconds", type=float, default=1_200, help="how long faults happen, in each case, at most")
    asked = parser.parse_args()
    for kind in asked.database or TABLE:
        for name in asked.case or [*CASES, "points"]:
            for number in asked.processes or (2, 4):
                if name != "points":
                    print(suffer(name, kind, number, asked.periods, asked.seconds), flush=True)
            if name == "points":
                print(die_everywhere(kind), flush=True)


if __name__ == "__main__":
    main()
