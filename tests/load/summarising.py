"""Make the weekly summary of a survey: as a step of a benchmark, or alone to print the most memory that it takes."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import runtime.threads  # noqa: F401 - as the doors do
from store.database import Database, open_database
from tests.load.counting import count_again
from tests.load.survey_of_25 import CODE
from tests.load.web_server import highest_mb
from workflows.reporting import make_summary, span_of

MANNER = SimpleNamespace(zone=ZoneInfo("Asia/Ho_Chi_Minh"), letterhead="", word_template="")


def documents(database: Database) -> None:
    """The report as the clock makes it: what is new is folded, then facts, index and three documents."""
    now = datetime.now(UTC)
    made = make_summary(database, CODE, span_of("weekly", now.astimezone(MANNER.zone).date()), now, MANNER)
    if [len(each.content) > 10_000 for each in made.attachments] != [True] * 3:
        raise AssertionError("a document is missing")


def everything(database: Database) -> None:
    """All answers tallied from scratch, then the report."""
    count_again(database)
    documents(database)


def main() -> None:
    """Print the peak in MB (10⁶ bytes)."""
    database = open_database(sys.argv[1])
    everything(database)
    database.close()
    print(highest_mb(os.getpid()))


if __name__ == "__main__":
    main()
