"""What `hailong doctor` finds of the clock: whether one runs, and whether its jobs are done in time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from cli.findings import Finding
from runtime.settings import Settings
from store.database import Database
from workflows.clock_standing import heartbeat

ASK_S = 30
START = "Start the clock: `hailong run`, or `systemctl start hailong@scheduler`."
RUNS = "{holder} leads; its last sign of life was {seconds} s ago"
DIED = "none runs; the last one, {holder}, gave its last sign of life {minutes} minutes ago"
NONE = "none runs"
SET_BACK = "none runs; the last one told a time that is still to come"
IN_TIME = "{number} jobs, none late"
BEHIND = "late or failing: {jobs}"
LOOK = "Look at `hailong jobs list` and at the log of `python -m scheduler`."


@dataclass(frozen=True, slots=True)
class Behind:
    """A job that is late or failing, and why."""

    name: str
    state: str
    why: str

    def __str__(self) -> str:
        """As it is told."""
        return f"{self.name} ({self.state}{': ' + self.why if self.why else ''})"


def of_clock(settings: Settings, database: Database) -> Iterator[Finding]:
    """Every finding of the clock. Where nobody is served yet, it need not run; its jobs are asked for if it does."""
    found = runs(database, needed=settings.env == "production")
    yield found
    if found.ok and found.found == RUNS:
        yield jobs()


def runs(database: Database, *, needed: bool) -> Finding:
    """Whether a clock runs, and when it was heard of last."""
    beat = heartbeat(database)
    if beat is None:
        return Finding("clock runs", not needed, NONE, START)
    seconds = round(beat.ago.total_seconds())
    if beat.runs:
        return Finding("clock runs", True, RUNS, facts={"holder": beat.holder, "seconds": str(max(0, seconds))})
    facts = {"holder": beat.holder, "minutes": str(seconds // 60)}
    return Finding("clock runs", not needed, DIED if seconds >= 0 else SET_BACK, START, facts)


def jobs() -> Finding:
    """Whether any job is late or failing, asked by a process of the clock: doors do not know each other."""
    command = [sys.executable, "-m", "scheduler", "--list"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ASK_S, check=True)  # noqa: S603 - our own words
        rows = json.loads(done.stdout)
        behind = [Behind(row["job"], row["state"], row["why"]) for row in rows if row["state"] != "ok"]
    except (OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError) as error:
        return Finding("jobs", ok=False, found=type(error).__name__, cure=LOOK)
    if behind:
        return Finding("jobs", False, BEHIND, LOOK, {"jobs": ", ".join(map(str, behind))})
    return Finding("jobs", True, IN_TIME, facts={"number": str(len(rows))})
