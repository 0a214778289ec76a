"""Everything that the clock does, as one table."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from scoring.frames import ScoringError
from store.database import Database
from store.queries.campaigns import campaigns
from workflows import batches, retain, tally
from workflows.clock import Effect, Job, Moment, told
from workflows.periods import Every

log = structlog.get_logger()


def fold_answers(database: Database, moment: Moment) -> Effect:
    """Count new answers of every campaign."""
    return told(answers=for_each_campaign(database, lambda code: tally.fold(database, code)))


def show_batches(database: Database, moment: Moment) -> Effect:
    """Bring the public results up to date where enough has come in since they last were."""
    zone = moment.settings.zone
    return told(batches=for_each_campaign(database, lambda code: batches.show_batch(database, code, moment.now, zone)))


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


def forget(database: Database, moment: Moment) -> Effect:
    """Delete what was to be kept for a time only: unfinished forms, and what the chat needs no more."""
    return told(rows=database.write(lambda connection: retain.forget(connection, moment.now)))


JOBS = (
    Job("tally", "Counts new answers into the tallies.", Every(60), "once", fold_answers),
    Job("batch", "Moves the public results on.", Every(300), "once", show_batches),
    Job("expiry", "Forgets what is kept for a time only.", Every(3600), "once", forget),
)
