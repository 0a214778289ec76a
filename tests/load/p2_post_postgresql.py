"""P2: posts through the whole public app on PostgreSQL, beside a bare WSGI app with the same SQL through psycopg."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg

from tests.load import survey_of_25
from tests.load.clients import ask
from tests.load.figures import Figure, Goal, middles, plain, ratios, rounds
from tests.load.p1_post_sqlite import WARM, posts, sent
from tests.load.sizes import Sizes
from tests.load.web_server import HOST, bare_app, public_app
from tests.servers import execute, postgresql


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """P2, both sides on one cluster with fsync, as many processes and threads on either."""
    processes = os.cpu_count() or 1
    with postgresql(folder / "postgresql", durable=True) as address:
        urls = [f"{address}/{name}" for name in ("served", "bare")]
        for url in urls:
            execute(address, f"CREATE DATABASE {url.rpartition('/')[2]}")
            survey_of_25.prepare(url, sizes.units)
        plain_url = urls[1].replace("postgresql+psycopg", "postgresql")
        with (
            public_app(urls[0], folder, WEB_PROCESSES=str(processes)) as server,
            bare_app(folder, processes, {"RAW_DATABASE": plain_url}) as bare,
        ):
            sent(server, posts(WARM, sizes.units, 0), sizes.clients)
            ask(bare.port, HOST, posts(WARM, sizes.units, 0), sizes.clients)
            seeds = iter(range(1, 1_000))
            measured = rounds(
                sizes.rounds,
                lambda: sent(server, posts(sizes.posts, sizes.units, next(seeds)), sizes.clients).rate,
                lambda: ask(bare.port, HOST, posts(sizes.posts, sizes.units, next(seeds)), sizes.clients).rate,
            )
        with psycopg.connect(urls[0].replace("+psycopg", "")) as connection:
            row = connection.execute("SELECT count(*) FROM response").fetchone()
    if row is None or row[0] != WARM + sizes.posts * sizes.rounds:
        raise AssertionError("not every acknowledged form is stored exactly once")
    app, raw = middles(measured)
    return [
        Figure(
            "P2",
            f"{sizes.posts:,} posts of 25 answers, PostgreSQL, {sizes.clients} clients ÷ bare WSGI with the same SQL",
            ratios(measured),
            Goal(0.40, at_least=True),
            detail=f"app {plain(app)}/s, bare {plain(raw)}/s, {processes} processes each",
        )
    ]
