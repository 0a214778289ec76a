"""A crowd at once: people who answer by chat on PostgreSQL, two bots, and a channel that takes 30 messages a second."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import select

from store.database import Database, open_database, upgrade
from store.models.collection import ResponseRow
from survey.receipt import response_key
from tests.factories import kept_answers, make_campaign
from tests.faults.chat_people import ChatCrowd
from tests.faults.chat_servers import ChatServers, chat_servers
from tests.faults.killing import UNITS, counter_codes
from tests.load.figures import Figure, Goal, plain
from tests.load.sizes import Sizes
from tests.servers import execute, postgresql
from tests.zalo_server import ZaloServer

BOTS = 2
ALLOWED = 30  # messages a second
PATIENCE_S = 60.0  # nobody asks what is going on
THINKS_S = 0.2

LONGEST_S = 600.0


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """The crowd, once; what was promised to people is an assertion, what is a speed a figure."""
    with postgresql(folder / "postgresql", durable=True) as address:
        execute(address, "CREATE DATABASE crowd")
        database = open_database(f"{address}/crowd", pool_size=4)
        upgrade(database)
        with database.writing() as session:
            make_campaign(session, units=UNITS, counters=2)
        with (
            ZaloServer(users=10_000, messages=10**6, per_second=ALLOWED) as zalo,
            chat_servers(f"{address}/crowd", folder, zalo, "webhook", BOTS) as servers,
        ):
            crowd = ChatCrowd(zalo, counter_codes(database), PATIENCE_S, THINKS_S, forms_each=1)
            ready(zalo)
            crowd.start(sizes.people)
            crowd.wait(LONGEST_S)
            found = told(crowd, servers)
        complete(database, crowd)
        database.close()
    return found


def ready(zalo: ZaloServer) -> None:
    """Wait until the webhook is set."""
    until = time.monotonic() + 30
    while not zalo.webhook and time.monotonic() < until:
        time.sleep(0.05)
    if not zalo.webhook:
        raise TimeoutError("no webhook was set")


def complete(database: Database, crowd: ChatCrowd) -> None:
    """Every interview came to its end, was stored once, and says what its person meant."""
    with database.reading() as session:
        keys = sorted(session.scalars(select(ResponseRow.id)))
    given = sorted(response_key(form.receipt) for form in crowd.forms if form.receipt)
    if keys != given or len(given) != len(crowd.people) or crowd.strange:
        raise AssertionError(
            f"{len(crowd.people)} people, {len(given)} receipts, {len(keys)} stored; {crowd.strange[:3]}"
        )
    stored = Counter(tuple(sorted(each.items())) for each in kept_answers(database))
    if stored != Counter(tuple(sorted(form.kept().items())) for form in crowd.forms):
        raise AssertionError("what is stored is not what was answered")


def told(crowd: ChatCrowd, servers: ChatServers) -> list[Figure]:
    """Turns a second while there was always somebody to answer, refusals, how soon updates were taken, and memory."""
    zalo = crowd.server
    times = [message.at for message in zalo.sends]
    took = [1000 * each.took for each in zalo.acknowledged]
    if any(each.status != 200 for each in zalo.acknowledged) or zalo.wrong:
        raise AssertionError(f"{Counter(each.status for each in zalo.acknowledged)}; {zalo.wrong[:3]}")
    p50, p99, worst = np.percentile(took, [50, 99, 100])
    return [
        Figure(
            "P13c",
            f"{len(crowd.people)} people at once, PostgreSQL, {BOTS} bots: turns a second that are answered",
            (busy_rate(times),),
            Goal(25, at_least=True),
            unit="/s",
            detail=f"{len(times):,} messages in {times[-1] - times[0]:.0f} s, at most {zalo.most_in_a_second()} in any "
            f"second where {ALLOWED} are taken; {len(crowd.forms)} interviews complete, none twice",
        ),
        Figure("P13d", "messages that were refused with 429", (zalo.struck.get("rate", 0),), Goal(0), unit=""),
        Figure(
            "P13e",
            "an update acknowledged, at the worst",
            (float(worst),),
            Goal(2_000),
            unit="ms",
            detail=f"{len(took):,} updates, p50 {plain(p50)} ms, p99 {plain(p99)} ms",
        ),
        Figure("P13f", "memory of a bot, at its highest", tuple(bot.memory_mb() for bot in servers.bots), unit="MB"),
    ]


def busy_rate(times: Sequence[float]) -> float:
    """Messages a second without the first and the last tenth, when not everybody is at it."""
    tenth = len(times) // 10
    busy = times[tenth : len(times) - tenth]
    return (len(busy) - 1) / (busy[-1] - busy[0])
