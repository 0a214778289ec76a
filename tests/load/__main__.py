"""`python -m tests.load [--quick] [P1 …]`: figures as ratios of this run.

`kill` and `killchat` kill processes 100 times while people answer on the web, and by chat, and say what came of it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import runtime.threads  # noqa: F401 - as the doors do
from tests.faults import chat_killing, killing
from tests.load import (
    chat_crowd,
    p1_post_sqlite,
    p2_post_postgresql,
    p3_form_page,
    p5_tallies,
    p7_import,
    p8_posters,
    p11_summary,
    p13_chat,
    p14_office,
)
from tests.load.figures import Figure, table
from tests.load.sizes import FULL, QUICK, Sizes

Measure = Callable[[Sizes, Path], list[Figure]]
BENCHMARKS: Mapping[tuple[str, ...], Measure] = {
    ("P1", "P4", "P9"): p1_post_sqlite.measure,
    ("P2",): p2_post_postgresql.measure,
    ("P3", "P10"): p3_form_page.measure,
    ("P5", "P6", "P12"): p5_tallies.measure,
    ("P7",): p7_import.measure,
    ("P8",): p8_posters.measure,
    ("P11",): p11_summary.measure,
    ("P13",): p13_chat.measure,
    ("P13", "CROWD"): chat_crowd.measure,
    ("P14",): p14_office.measure,
}
FAULTS: Mapping[str, Callable[[bool], None]] = {
    "KILL": lambda quick: killing.report(20 if quick else 100),
    "KILLCHAT": lambda quick: chat_killing.report(*((200, 10) if quick else (2_000, 100))),
}


def main() -> None:
    """Measure what is asked for, everything by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes: under two minutes in all")
    parser.add_argument("figures", nargs="*", metavar="P1", help="only these; or `kill`, `killchat`")
    asked = parser.parse_args()
    wanted = {name.upper() for name in asked.figures}
    if wanted and wanted <= FAULTS.keys():
        for name in sorted(wanted):
            FAULTS[name](asked.quick)
        return
    sizes = QUICK if asked.quick else FULL
    found: list[Figure] = []
    begun = time.monotonic()
    for names, measure in BENCHMARKS.items():
        if wanted and not wanted & set(names):
            continue
        sys.stderr.write(f"{', '.join(names)} … ")
        sys.stderr.flush()
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hailong-bench-") as folder:
            found += measure(sizes, Path(folder))
        sys.stderr.write(f"{time.monotonic() - start:.0f} s\n")
    print(table(found))
    missed = [each.id for each in found if each.verdict == "MISSED"]
    print(
        f"\n{sizes.rounds} interleaved rounds, {time.monotonic() - begun:.0f} s. Missed: {', '.join(missed) or 'none'}."
    )


if __name__ == "__main__":
    main()
