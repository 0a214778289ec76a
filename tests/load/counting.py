"""Count a survey's responses again: as a step of a benchmark, or alone to print the most memory that it takes."""

from __future__ import annotations

import os
import sys

import runtime.threads  # noqa: F401 - as the doors do
from store.database import Database, open_database
from tests.load.survey_of_25 import CODE
from tests.load.web_server import highest_mb
from workflows.tally import recount


def count_again(database: Database) -> None:
    """Every response counted from its document, with the cross-products that composite precision is made of."""
    with database.snapshot() as session:
        found = recount(session, CODE)
    if found.different or not found.responses:
        raise AssertionError(f"{len(found.different)} cells differ after {found.responses} responses")


def main() -> None:
    """Print the peak in MB (10⁶ bytes)."""
    database = open_database(sys.argv[1])
    count_again(database)
    database.close()
    print(highest_mb(os.getpid()))  # not ru_maxrss: a child is born with its parent's


if __name__ == "__main__":
    main()
