"""Everything that the clock does, as one table. A step can run twice harmlessly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import structlog

from scoring.frames import ScoringError
from store.database import Database
from store.queries.campaigns import campaigns
from workflows import batches, retain, tally

log = structlog.get_logger()
Step = Callable[[Database, ZoneInfo], int]


@dataclass(frozen=True, slots=True)
class Job:
    """One thing that the clock does: its name, how often, and the workflow step, which gives how much it did."""

    name: str
    every_s: int
    step: Step


def fold_answers(database: Database, zone: ZoneInfo) -> int:
    """Count new answers of every campaign."""
    return for_each_campaign(database, lambda code: tally.fold(database, code))


def show_batches(database: Database, zone: ZoneInfo) -> int:
    """Bring the public results up to date where enough has come in since they last were."""
    now = datetime.now(UTC)

    return for_each_campaign(database, lambda code: batches.show_batch(database, code, now, zone))


def for_each_campaign(database: Database, step: Callable[[str], int]) -> int:
    """How much the step did for all campaigns; one whose numbers do not fit together holds no other up."""
    with database.reading() as session:
        codes = [row.code for row in campaigns(session)]
    done = 0
    for code in codes:
        try:
            done += step(code)
        except ScoringError as error:
            log.error("campaign_not_counted", campaign=code, error=error.code)
    return done


def forget(database: Database, zone: ZoneInfo) -> int:
    """Delete what was to be kept for a time only: unfinished forms, and what the chat needs no more."""
    return database.write(lambda connection: retain.forget(connection, datetime.now(UTC)))


JOBS = (
    Job("tally", 60, fold_answers),
    Job("batch", 300, show_batches),
    Job("expiry", 3600, forget),
)
