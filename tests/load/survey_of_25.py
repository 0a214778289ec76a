"""The survey that is measured: one page with a matrix of 25 rows, asked in 200 units; and answers by the million."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import yaml
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from store.database import open_database, upgrade
from store.models.campaigns import CampaignRow, StratumRow
from store.queries import campaigns
from survey.counter_codes import counter_code
from tests.factories import make_campaign

CODE = "do-tai"
ITEMS = 25
FACTORS = ("TC", "TT", "CC", "KQ", "GY")
POINTS = ("1", "2", "3", "4", "5")
WORDS = {
    "1": ("Rất không hài lòng", "Very dissatisfied"),
    "2": ("Không hài lòng", "Dissatisfied"),
    "3": ("Bình thường", "Neither"),
    "4": ("Hài lòng", "Satisfied"),
    "5": ("Rất hài lòng", "Very satisfied"),
}
SHARES = (0.04, 0.03, 0.05, 0.18, 0.42, 0.25, 0.03)  # blank, 1 … 5, not applicable
CHUNK = 50_000
COLUMNS = (
    "id", "campaign_id", "questionnaire_id", "unit_id", "counter_id", "stratum_id", "stream", "channel", "language",
    "assisted", "day", "duration_s", "codes", "words", "state", "reason", "external_id", "folded",
)  # fmt: skip
INSERT = f"INSERT INTO response ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


def item(number: int) -> str:
    """The code of an item."""
    return f"q{number:02}"


def both(vietnamese: str, english: str) -> dict[str, str]:
    """A text in both languages."""
    return {"vi": vietnamese, "en": english}


def definition() -> str:
    """The questionnaire as its file: five factors of five rows each."""
    options = [
        {"code": point, "score": int(point), "satisfied": point in "45", "text": both(*WORDS[point])}
        for point in POINTS
    ]
    rows = [
        {
            "code": item(number),
            "text": both(f"Tiêu chí thứ {number} về việc phục vụ tại quầy này", f"Criterion {number} of the service"),
            "factor": FACTORS[number % len(FACTORS)],
        }
        for number in range(1, ITEMS + 1)
    ]
    question = {
        "code": "q", "type": "matrix", "text": both("Ông/bà hài lòng thế nào?", "How satisfied are you?"),
        "options": options, "na": True, "rows": rows,
    }  # fmt: skip
    return yaml.safe_dump(
        {
            "code": CODE, "version": 1, "title": both("Phiếu đo tải", "Load form"), "minutes": 3,
            "purpose": both("Phiếu dùng để đo tốc độ.", "A form to measure speed with."), "languages": ["vi", "en"],
            "source": "own wording",
            "factors": [{"code": code, "title": both(f"Yếu tố {code}", f"Factor {code}")} for code in FACTORS],
            "sections": [{"code": "tat_ca", "title": both("Đánh giá", "Rating"), "questions": [question]}],
        },
        allow_unicode=True,
    )  # fmt: skip


def prepare(url: str, units: int, *, basis: str = "open", places: int = 1) -> None:
    """A migrated database with the survey open in that many units, `places` counters and one stratum each."""
    database = open_database(url)
    upgrade(database)
    names = {f"U{number:03}": {"block": ("so", "xa", "phuong")[number % 3]} for number in range(units)}
    with database.writing() as session:
        row = make_campaign(session, text=definition(), units=names, code=CODE, basis=basis, counters=places)
        for unit in campaigns.campaign_units(session, row.id):
            session.add(
                StratumRow(campaign_id=row.id, unit_id=unit.unit_id, code=f"S{unit.code}", size=900_000, issued=50_000)
            )
    database.close()


def counters(units: int) -> list[str]:
    """The codes of the survey's counters."""
    return [counter_code(number) for number in range(1, units + 1)]


def fields(generator: np.random.Generator) -> dict[str, str]:
    """What a person chooses on the one page."""
    chosen = generator.integers(0, len(POINTS), ITEMS)
    return {item(number + 1): POINTS[place] for number, place in enumerate(chosen)}


def documents(count: int, generator: np.random.Generator) -> list[bytes]:
    """Answer documents of `count` people: a good or bad day for all items of one person, and blanks."""
    drawn = generator.choice(np.array([0, 1, 2, 3, 4, 5, 255], dtype=np.uint8), size=(count, ITEMS), p=SHARES)
    pleased = generator.random(count) < 0.5
    drawn[pleased] = np.where(drawn[pleased] == 4, 5, drawn[pleased]).astype(np.uint8)
    raw = drawn.tobytes()
    return [raw[start : start + ITEMS] for start in range(0, len(raw), ITEMS)]


def campaign_row(session: Session) -> CampaignRow:
    """The survey's campaign."""
    row = campaigns.campaign(session, CODE)
    assert row is not None
    return row


def answers(url: str, count: int, *, stream: str, folded: int, seed: int) -> Iterator[list[tuple[object, ...]]]:
    """Rows of `count` responses over all units, in chunks, as the table holds them and in the order of their keys."""
    database = open_database(url)
    with database.reading() as session:
        row = campaign_row(session)
        places = [(counter.unit_id, counter.id) for counter, _ in campaigns.counters(session, row.id)]
        strata = {stratum.unit_id: stratum.id for stratum in campaigns.strata(session, row.id)}
        numbers = row.id, row.questionnaire_id
    database.close()
    generator = np.random.default_rng(seed)
    today = date.today()  # noqa: DTZ011 - the campaign lies wide around any zone's day
    chunks = -(-count // CHUNK)
    for chunk in range(chunks):
        size = min(CHUNK, count - chunk * CHUNK)
        # Keys rise from chunk to chunk, so that five million rows are laid down from one end to the other.
        heads = np.sort(generator.integers(0, 2**32, size, dtype=np.uint64)) // chunks + chunk * (2**32 // chunks)
        tails = generator.bytes(12 * size)
        days = generator.integers(0, 25, size).tolist()
        at = generator.integers(0, len(places), size).tolist()
        rows = []
        for number, codes in enumerate(documents(size, generator)):
            unit, counter = places[at[number]]
            key = int(heads[number]).to_bytes(4, "big") + tails[12 * number : 12 * number + 12]
            sample = stream == "sample"
            rows.append((
                key, *numbers, unit, 0 if sample else counter, strata[unit] if sample else 0, stream, "web", "vi",
                False, (today - timedelta(days=days[number])).isoformat(), 60 + number % 200, codes, None, "valid", "",
                f"R-{key.hex()}", folded,
            ))  # fmt: skip
        yield rows


def fill(url: str, count: int, *, stream: str = "open", folded: int = 0, seed: int = 1) -> None:
    """Put that many responses into an SQLite database."""
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    for rows in answers(url, count, stream=stream, folded=folded, seed=seed):
        connection.execute("BEGIN")
        connection.executemany(INSERT, rows)
        connection.execute("COMMIT")
    connection.close()


def sqlite_url(path: Path) -> str:
    """The address of an SQLite file."""
    return f"sqlite:///{path}"
