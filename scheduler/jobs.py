"""Everything that the clock does, as one table. A step can run twice harmlessly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from store.database import Database
from store.queries import collection
from store.queries.campaigns import campaigns
from workflows import index, tally

Step = Callable[[Database, ZoneInfo], int]


@dataclass(frozen=True, slots=True)
class Job:
    """One thing that the clock does: its name, how often, and the workflow step, which gives how much it did."""

    name: str
    every_s: int
    step: Step


def fold_answers(database: Database, zone: ZoneInfo) -> int:
    """Count new answers of every campaign."""
    return sum(tally.fold(database, code) for code in codes(database))


def show_batches(database: Database, zone: ZoneInfo) -> int:
    """Bring the public results up to date where enough has come in since they last were."""
    now = datetime.now(UTC)
    shown = 0
    for code in codes(database):
        with database.writing() as session:
            shown += index.show_batch(session, code, now, zone) is not None
    return shown


def forget_conversations(database: Database, zone: ZoneInfo) -> int:
    """Delete unfinished forms whose time is up."""
    return database.write(lambda connection: collection.let_expired_go(connection, datetime.now(UTC)))


def codes(database: Database) -> list[str]:
    """The codes of all campaigns."""
    with database.reading() as session:
        return [row.code for row in campaigns(session)]


JOBS = (
    Job("tally", 60, fold_answers),
    Job("batch", 300, show_batches),
    Job("expiry", 3600, forget_conversations),
)
