"""P5, P6 and P12: the index from kept tallies, all responses counted again, and new ones folded in."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from store.database import Database, open_database
from tests.load import survey_of_25
from tests.load.counting import count_again
from tests.load.figures import Figure, Goal, middles, plain, ratios, rounds
from tests.load.sizes import Sizes
from workflows.index import document
from workflows.tally import fold

SCAN = "SELECT questionnaire_id, stream, unit_id, counter_id, stratum_id, state, codes FROM response"
SCAN_ROWS = 50_000


def filled(folder: Path, units: int, count: int) -> str:
    """The address of a sample survey with that many folded responses."""
    url = survey_of_25.sqlite_url(folder / f"{count}.db")
    survey_of_25.prepare(url, units, basis="sample")
    survey_of_25.fill(url, count, stream="sample")
    database = open_database(url)
    fold(database, survey_of_25.CODE)
    database.close()
    return url


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def index(database: Database) -> None:
    """The whole index document with composite precision, from the kept tallies."""
    with database.reading() as session:
        found = document(session, survey_of_25.CODE, datetime.now(UTC))
    if not found["figures"]:
        raise AssertionError("the index has no figures")


def scan(path: Path) -> None:
    """The plain scan: every row's cell and document fetched by the driver and looked at no further."""
    with closing(sqlite3.connect(path)) as connection:
        cursor = connection.execute(SCAN)
        while cursor.fetchmany(SCAN_ROWS):
            pass


def file_of(url: str) -> Path:
    """The file of an SQLite address."""
    return Path(url.removeprefix("sqlite:///"))


def peak_mb(url: str) -> float:
    """The most memory that a process holds which counts everything again, interpreter and libraries included."""
    words = [sys.executable, "-m", "tests.load.counting", url]
    told = subprocess.run(words, check=True, capture_output=True, text=True, timeout=600)
    peak: float = json.loads(told.stdout)
    return peak


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """P5, P6 and P12 on one sample survey with cross-products in its tallies."""
    few, many = filled(folder, sizes.units, sizes.few_answers), filled(folder, sizes.units, sizes.answers)
    small, large = open_database(few), open_database(many)
    indexed = rounds(
        sizes.rounds + 2, lambda: timed(lambda: index(large)) * 1000, lambda: timed(lambda: index(small)) * 1000
    )
    counted = rounds(
        sizes.rounds, lambda: timed(lambda: count_again(large)), lambda: timed(lambda: scan(file_of(many)))
    )
    whole = middles(counted)[0]
    folds = tuple(fold_seconds(many, large, sizes.new_answers, seed) / whole for seed in range(2, 2 + sizes.rounds))
    small.close()
    large.close()
    return [
        Figure(
            "P5",
            f"index from tallies, {sizes.answers:,} answers ÷ {sizes.few_answers:,}",
            ratios(indexed),
            Goal(1.2),
            detail=" ms, ".join(plain(each) for each in middles(indexed)) + f" ms; {sizes.units} units, sample stream",
        ),
        Figure(
            "P6",
            f"full recount of {sizes.answers:,} with composite precision ÷ one plain scan of the rows",
            ratios(counted),
            Goal(2),
            detail=" s, ".join(plain(each) for each in middles(counted)) + " s",
        ),
        *memory(sizes, folder, many),
        Figure(
            "P12",
            f"fold of {sizes.new_answers:,} new responses ÷ full recount at {sizes.answers:,}",
            folds,
            Goal(0.15),
            detail=f"{plain(folds[len(folds) // 2] * whole * 1000)} ms",
        ),
    ]


def memory(sizes: Sizes, folder: Path, many: str) -> list[Figure]:
    """The memory of a recount, and how it grows with the number of answers."""
    peak = peak_mb(many)
    most = filled(folder, sizes.units, sizes.many_answers)
    larger = peak_mb(most)
    file_of(most).unlink()
    return [
        Figure("P6a", f"memory of the process that recounts {sizes.answers:,}", (peak,), Goal(250), unit="MB"),
        Figure(
            "P6b",
            f"the same at {sizes.many_answers:,} ÷ at {sizes.answers:,}",
            (larger / peak,),
            Goal(1.1),
            detail=f"{plain(larger)} MB",
        ),
    ]


def fold_seconds(url: str, database: Database, count: int, seed: int) -> float:
    """Seconds to fold new responses, and no response twice."""
    survey_of_25.fill(url, count, stream="sample", seed=seed)
    begun = time.perf_counter()
    done = fold(database, survey_of_25.CODE)
    seconds = time.perf_counter() - begun
    if done != count:
        raise AssertionError(f"{done} of {count} new responses were folded")
    return seconds
