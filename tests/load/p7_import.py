"""P7: responses imported from a CSV file, beside the driver inserting the same rows."""

from __future__ import annotations

import csv
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from store.database import open_database
from survey.document import decode
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire
from tests.load import survey_of_25
from tests.load.figures import Figure, Goal, middles, plain, ratios, rounds
from tests.load.sizes import Sizes
from workflows.responses import Imported, import_responses
from workflows.sheets import Sheet, read_sheet

HEADER = ("external_id", "unit", "counter", "stream", "finished_on", "duration_s")


def write_csv(path: Path, url: str, count: int, units: int) -> None:
    """A sheet of that many responses as an office would send it."""
    version = read_questionnaire(survey_of_25.definition())
    assert isinstance(version, Questionnaire)
    items = [survey_of_25.item(number) for number in range(1, survey_of_25.ITEMS + 1)]
    codes = survey_of_25.counters(units)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*HEADER, *items))
        at = 0
        for rows in survey_of_25.answers(url, count, stream="open", folded=0, seed=5):
            for row in rows:
                given = decode(version, bytes(row[12]), None)  # type: ignore[call-overload]
                place = at % units
                where = (f"U{place:03}", codes[place], "open", row[10], row[11])
                writer.writerow((f"P-{at}", *where, *(given.get(code, "") for code in items)))
                at += 1


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """P7: reading, checking and storing the file ÷ `executemany` of the rows that it gave."""
    empty, sheet = folder / "empty.db", folder / "answers.csv"
    survey_of_25.prepare(survey_of_25.sqlite_url(empty), sizes.units)
    write_csv(sheet, survey_of_25.sqlite_url(empty), sizes.imported, sizes.units)
    copies = (folder / f"{number}.db" for number in range(1_000))

    def imported() -> float:
        path = copy_of(empty, next(copies))
        database = open_database(survey_of_25.sqlite_url(path))
        begun = time.perf_counter()
        read = read_sheet(sheet)
        assert isinstance(read, Sheet), read
        done = import_responses(database, survey_of_25.CODE, read, actor="bench", now=datetime.now(UTC))
        seconds = time.perf_counter() - begun
        database.close()
        assert isinstance(done, Imported), done
        if done.stored != sizes.imported:
            raise AssertionError(f"{done.stored} of {sizes.imported} responses were stored")
        rows_of.setdefault("rows", stored_rows(path))
        path.unlink()
        return seconds

    def inserted() -> float:
        path = copy_of(empty, next(copies))
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")
            begun = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(survey_of_25.INSERT, rows_of["rows"])
            connection.execute("COMMIT")
            seconds = time.perf_counter() - begun
        path.unlink()
        return seconds

    rows_of: dict[str, list[tuple[object, ...]]] = {}
    imported()  # gives the rows that the other side inserts
    measured = rounds(sizes.rounds, imported, inserted)
    ours, raw = middles(measured)
    return [
        Figure(
            "P7",
            f"import of {sizes.imported:,} responses from CSV ÷ raw bulk insert of the same rows",
            ratios(measured),
            Goal(4),
            detail=f"{plain(ours)} s, {plain(raw)} s; the file has {sheet.stat().st_size / 1e6:.1f} MB",
        )
    ]


def copy_of(empty: Path, path: Path) -> Path:
    """A fresh database with the survey in it."""
    with closing(sqlite3.connect(empty)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    return path


def stored_rows(path: Path) -> list[tuple[object, ...]]:
    """The rows of the response table, in the order of their keys."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {', '.join(survey_of_25.COLUMNS)} FROM response ORDER BY id").fetchall()
