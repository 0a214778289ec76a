"""P1, P4 and P9: posts through the whole public app on SQLite, beside raw durable inserts of the same row."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from tests.load import survey_of_25
from tests.load.clients import Request, Run, ask
from tests.load.figures import Figure, Goal, middles, plain, ratios, rounds
from tests.load.sizes import Sizes
from tests.load.web_server import HOST, SECRET, Server, bare_app, public_app
from workflows.tokens import form_signer, new_token

NAMES = [name for name in survey_of_25.COLUMNS if name != "folded"]
INSERT = f"INSERT INTO response ({', '.join(NAMES)}) VALUES ({', '.join('?' * len(NAMES))}) ON CONFLICT (id) DO NOTHING"
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=60000")
WARM = 300


def posts(count: int, units: int, seed: int) -> list[Request]:
    """Whole forms with keys of their own, spread over the counters."""
    generator = np.random.default_rng(seed)
    signer, codes = form_signer(SECRET), survey_of_25.counters(units)
    made = []
    for number in range(count):
        code = codes[number % len(codes)]
        hidden = {"form": new_token(signer, code), "step": "q", "lang": "vi", "do": "next"}
        made.append(Request(f"/c/{code}", urlencode(hidden | survey_of_25.fields(generator))))
    return made


def sent(server: Server, requests: Sequence[Request], clients: int) -> Run:
    """All forms sent, and each of them led to the receipt."""
    run = ask(server.port, HOST, requests, clients)
    if run.kinds != {"303 thanks": len(requests)}:
        raise AssertionError(f"not every form led to a receipt: {run.kinds}")
    return run


def stored(path: Path) -> int:
    """Responses in the file."""
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute("SELECT count(*) FROM response").fetchone()[0]
    return found


def raw_rows(path: Path, count: int) -> list[tuple[object, ...]]:
    """The rows that as many forms would store."""
    with closing(sqlite3.connect(path)) as connection:
        campaign, questionnaire = connection.execute("SELECT id, questionnaire_id FROM campaign").fetchone()
        places = connection.execute("SELECT unit_id, id FROM counter").fetchall()
    documents = survey_of_25.documents(count, np.random.default_rng(count))
    day = date.today().isoformat()  # noqa: DTZ011 - any day will do
    return [
        (
            os.urandom(16), campaign, questionnaire, *places[number % len(places)], 0, "open", "web", "vi", False, day,
            60, documents[number], None, "valid", "", f"R-{os.urandom(13).hex()}",
        )
        for number in range(count)
    ]  # fmt: skip


def insert_one_by_one(path: Path, rows: Sequence[tuple[object, ...]]) -> None:
    """A durable transaction a row through the driver."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        for row in rows:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(INSERT, row)
            connection.execute("COMMIT")


def raw_rate(path: Path, count: int, writers: int) -> float:
    """Rows a second with one transaction each, from that many writers with connections of their own."""
    rows = raw_rows(path, count)
    parts = [rows[start::writers] for start in range(writers)]
    threads = [threading.Thread(target=insert_one_by_one, args=(path, part)) for part in parts]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count / (time.perf_counter() - start)


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """P1, P4 and P9 in one run of the public app."""
    served, raw = folder / "served.db", folder / "raw.db"
    for path in (served, raw):
        survey_of_25.prepare(survey_of_25.sqlite_url(path), sizes.units)
    runs: list[Run] = []
    with public_app(survey_of_25.sqlite_url(served), folder) as server, bare_app(folder, 1) as fixed:
        sent(server, posts(WARM, sizes.units, 0), sizes.clients)

        def app_rate() -> float:
            runs.append(sent(server, posts(sizes.posts, sizes.units, len(runs)), sizes.clients))
            return runs[-1].rate

        def fixed_rate() -> float:
            return ask(fixed.port, HOST, posts(sizes.posts, sizes.units, 9), sizes.clients).rate

        one, many = partial(raw_rate, raw, sizes.posts, 1), partial(raw_rate, raw, sizes.posts, sizes.clients)
        measured = rounds(sizes.rounds, app_rate, one, many, fixed_rate)
        memory = server.memory_mb()
    if stored(served) != WARM + sizes.posts * sizes.rounds:
        raise AssertionError("not every acknowledged form is stored exactly once")
    return told(sizes, measured, runs, memory)


def told(sizes: Sizes, measured: list[tuple[float, ...]], runs: Sequence[Run], memory: float) -> list[Figure]:
    """The figures of these rounds."""
    app, one, many, fixed = (plain(rate) for rate in middles(measured))
    tails = tuple(float(np.percentile(run.latencies_ms, 99) / np.percentile(run.latencies_ms, 50)) for run in runs)
    middle = plain(float(np.median([np.median(run.latencies_ms) for run in runs])))
    return [
        Figure(
            "P1",
            f"{sizes.posts:,} posts of 25 answers, SQLite FULL, {sizes.clients} clients ÷ as many raw writers",
            ratios([(each[0], each[2]) for each in measured]),
            Goal(0.40, at_least=True),
            detail=f"app {app}/s, raw with {sizes.clients} writers {many}/s, with one alone {one}/s",
        ),
        Figure("P1a", "the same ÷ one raw writer alone, whom nobody disturbs", ratios(measured)),
        Figure(
            "P1b",
            "the same ÷ the same server answering fixed bytes",
            ratios([(each[0], each[3]) for each in measured]),
            detail=f"fixed bytes {fixed}/s: what the server and the clients leave room for",
        ),
        Figure("P4", "posts at saturation: p99 ÷ p50", tails, Goal(5), detail=f"p50 {middle} ms"),
        Figure("P4a", "worst single stall", tuple(max(run.latencies_ms) for run in runs), Goal(250), unit="ms"),
        Figure("P9", "memory of the web process under load, at its highest", (memory,), Goal(130), unit="MB"),
    ]
