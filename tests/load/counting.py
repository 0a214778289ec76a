"""Count a survey's responses again in a process of its own and print the most memory that it held, in 10⁶ bytes."""

from __future__ import annotations

import resource
import sys

import runtime.threads  # noqa: F401 - as the doors do
from store.database import open_database
from tests.load.p5_tallies import count_again

if __name__ == "__main__":
    database = open_database(sys.argv[1])
    count_again(database)
    database.close()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)
