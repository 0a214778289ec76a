"""Kill web workers at random while people post: `python -m tests.faults.killing [--kills 100]` says what came of it."""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text

from store.database import Database, open_database, upgrade
from store.models.collection import ConversationRow, ResponseRow
from survey.receipt import response_key
from tests.factories import kept_answers, make_campaign
from tests.faults.people import Crowd
from tests.load.web_server import Server, answers, public_app
from tests.servers import execute, postgresql
from workflows import tally

PEOPLE = 12
UNITS: dict[str, dict[str, str]] = {"A": {}, "B": {}, "C": {}}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    kills: int
    begun: int
    acknowledged: int
    stored: int
    lost: int
    doubled: int
    unfinished: int
    counted_alike: bool
    sound: bool
    strange: tuple[str, ...]


def kill_workers(url: str, folder: Path, kills: int, seconds: float) -> Outcome:
    """Let people post while workers die; stops at so many kills or after so long, whichever comes first."""
    database = open_database(url, pool_size=4)
    upgrade(database)
    with database.writing() as session:
        make_campaign(session, units=UNITS, counters=2)
    codes = counter_codes(database)
    chance = random.Random(20240517)
    with public_app(url, folder, WEB_PROCESSES="2") as server:
        crowd = Crowd(server.port, codes)
        crowd.start(PEOPLE)
        done = kill(server, kills, seconds, chance)
        crowd.stop()
    found = looked_at(database, crowd, done)
    database.close()
    return found


def counter_codes(database: Database) -> list[str]:
    """The codes of the campaign's counters."""
    from store.queries import campaigns

    with database.reading() as session:
        row = campaigns.campaign(session, "thu")
        assert row is not None
        return [counter.code for counter, _ in campaigns.counters(session, row.id)]


def kill(server: Server, kills: int, seconds: float, chance: random.Random) -> int:
    """Kill a worker now and then, each time once the server answers again."""
    until, done = time.monotonic() + seconds, 0
    while done < kills and time.monotonic() < until:
        time.sleep(chance.uniform(0.05, 1.5))
        workers = server.workers()
        if workers and answers(server.port):
            os.kill(chance.choice(workers), signal.SIGKILL)
            done += 1
    return done


def looked_at(database: Database, crowd: Crowd, kills: int) -> Outcome:
    """Compare what people were told with what is stored."""
    written = Counter(str(each.get("y_kien")) for each in kept_answers(database))
    tally.fold(database, "thu")
    with database.snapshot() as session:
        keys = set(session.scalars(select(ResponseRow.id)))
        waiting = len(session.scalars(select(ConversationRow.id)).all())
        recount = tally.recount(session, "thu")
        sqlite = session.get_bind().dialect.name == "sqlite"
        sound = session.scalar(text("PRAGMA integrity_check")) == "ok" if sqlite else True
    lost = [words for words, shown in crowd.receipts.items() if response_key(shown) not in keys or not written[words]]
    return Outcome(
        kills=kills,
        begun=len(crowd.begun),
        acknowledged=len(crowd.receipts),
        stored=len(keys),
        lost=len(lost),
        doubled=sum(number - 1 for number in written.values()),
        unfinished=waiting,
        counted_alike=recount.different == () and recount.responses == len(keys),
        sound=sound,
        strange=tuple(crowd.strange[:5]),
    )


@contextmanager
def durable_postgresql() -> Iterator[str]:
    """An empty database on a PostgreSQL that waits for its disk."""
    with (
        tempfile.TemporaryDirectory(prefix="hailong-") as folder,
        postgresql(Path(folder) / "cluster", durable=True) as address,
    ):
        execute(address, "CREATE DATABASE kills")
        yield f"{address}/kills"


def main() -> None:
    """Kill workers as often as is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.killing", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how often, on each database")
    report(parser.parse_args().kills)


def report(kills: int) -> None:
    """Kill workers on both databases and print what came of it."""
    with tempfile.TemporaryDirectory(prefix="hailong-kill-") as folder:
        print("SQLite:", kill_workers(f"sqlite:///{folder}/kills.db", Path(folder), kills, 1_200))
    with tempfile.TemporaryDirectory(prefix="hailong-kill-") as folder, durable_postgresql() as url:
        print("PostgreSQL:", kill_workers(url, Path(folder), kills, 1_200))


if __name__ == "__main__":
    main()
