"""P11: the weekly summary with all that it rests on, beside a bare scan that counts the same answers."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np

from store.database import open_database
from tests.load import survey_of_25
from tests.load.figures import Figure, Goal, middles, plain, ratios, rounds
from tests.load.p5_tallies import file_of, filled, timed
from tests.load.sizes import Sizes
from tests.load.summarising import documents, everything

SCAN = "SELECT unit_id, codes FROM response WHERE state = 'valid'"
SCAN_ROWS = 50_000
CODES = 256


def bare_count(path: Path) -> int:
    """Every answer to every question counted by unit and option: the rows by the driver, the counts by numpy."""
    total = np.zeros(0, dtype=np.int64)
    with closing(sqlite3.connect(path)) as connection:
        cursor = connection.execute(SCAN)
        while rows := cursor.fetchmany(SCAN_ROWS):
            units = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
            codes = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.uint8).reshape(len(rows), -1)
            places = (units[:, None] * codes.shape[1] + np.arange(codes.shape[1])) * CODES + codes
            counted = np.bincount(places.ravel())
            total = np.pad(total, (0, max(len(counted) - len(total), 0)))
            total[: len(counted)] += counted
    return int(total.sum())


def peak_mb(url: str) -> float:
    """The most memory that a process holds which makes the report, interpreter and libraries included."""
    words = [sys.executable, "-m", "tests.load.summarising", url]
    told = subprocess.run(words, check=True, capture_output=True, text=True, timeout=600)
    peak: float = json.loads(told.stdout)
    return peak


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """P11: tally, index and three documents of a sample of 200 units."""
    url = filled(folder, sizes.units, sizes.summarised)
    database = open_database(url)
    documents(database)  # fonts and libraries are read once a process
    measured = rounds(
        sizes.rounds, lambda: timed(lambda: everything(database)), lambda: timed(lambda: check(url, sizes))
    )
    made = [timed(lambda: documents(database)) for _ in range(sizes.rounds)]
    database.close()
    ours, bare = middles(measured)
    detail = (
        f"{plain(ours)} s with every answer tallied anew, of which the report {plain(sorted(made)[len(made) // 2])} s"
    )
    what = (
        f"summary of {sizes.summarised:,} answers, {sizes.units} units: tally, index, DOCX, PDF, XLSX ÷ scan and count"
    )
    return [
        Figure("P11", what, ratios(measured), Goal(10), detail=f"{detail}; scan and count {plain(bare)} s"),
        Figure("P11a", "memory of the process that makes the report", (peak_mb(url),), Goal(400), unit="MB"),
    ]


def check(url: str, sizes: Sizes) -> None:
    """Count, and see that nothing was left out."""
    if bare_count(file_of(url)) != sizes.summarised * survey_of_25.ITEMS:
        raise AssertionError("the bare count has not seen every answer")
