"""The clock's reports: made for every campaign that there is something to tell of, and mailed to their lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import structlog

from reports.summary_facts import Kind, Span
from scoring.frames import ScoringError
from store.database import Database
from workflows import announcements, reporting
from workflows.clock import Effect, Moment, Step

log = structlog.get_logger()


def report(kind: Kind) -> Step:
    """The step that makes the reports of a kind; its effect keeps them and queues their mails."""

    def step(database: Database, moment: Moment) -> Effect:
        span = reporting.span_of(kind, local_day(moment))
        made = list(reports(database, moment, span))
        return lambda session: reporting.keep(session, made, kind, moment.period.name, moment.now, moment.settings)

    return step


def tell_of_publications(database: Database, moment: Moment) -> Effect:
    """Tell the list of the yearly report of what was published, with its documents, each recipient once."""
    return lambda session: announcements.announce(session, moment.now, moment.settings)


def local_day(moment: Moment) -> date:
    """The day in the province on which the period fell due."""
    return moment.period.due_at.astimezone(moment.settings.zone).date()


def reports(database: Database, moment: Moment, span: Span) -> Iterator[reporting.Made]:
    """The report of every campaign; one whose numbers do not fit together holds no other up."""
    with database.reading() as session:
        codes = reporting.reported(session, span, moment.settings.zone)
    for code in codes:
        if not reporting.worth_a_report(database, code, span):
            continue
        try:
            yield reporting.make_summary(database, code, span, moment.now, moment.settings)
        except ScoringError as error:
            log.error("report_not_made", campaign=code, kind=span.kind, error=error.code)
