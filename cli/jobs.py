"""`hailong jobs …`: what the clock does, and doing one thing now. Doors do not know each other, so it is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from cli.sheets import json_wanted
from cli.terminal import REFUSED, answer, language, opened, say, table
from runtime.words import translate

WHY = {
    "": "",
    "no_clock": "No clock runs: start `hailong run`, or `systemctl start hailong@scheduler`.",
}
OUTCOMES = {
    "done": "Done: {facts}.",
    "again": "Another process has just done it.",
    "rehearsed": "It would do: {facts}. Nothing was changed.",
    "own_writing": "This job writes as it goes and cannot be rehearsed; it does no harm to run it.",
}


@click.group()
def jobs() -> None:
    """What the clock does, and when."""


@jobs.command("list")
@json_wanted
def list_jobs(as_json: bool) -> None:
    """Every job: what was done last, when it is due next, and why it is late if it is."""
    with opened() as (_, settings):
        found = asked("--list")
    if as_json:
        answer(found)
        return
    header = ("job", "last", "seconds", "next", "state", "why")
    table(header, ((row["job"], *told(row, settings.zone)) for row in found))


def told(row: dict[str, Any], zone: ZoneInfo) -> tuple[str, ...]:
    """How one job stands, in the columns of the table."""
    took = "" if row["took_s"] is None else f"{row['took_s']:.1f}"
    why = translate(WHY.get(row["why"], row["why"]), language())
    tries = f" ({row['attempts']})" if row["attempts"] else ""
    due = f"{datetime.fromisoformat(row['next_at']).astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return (row["last"] or "–", took, due, translate(row["state"], language()) + tries, why)


@jobs.command("run")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Only say what it would do.")
@json_wanted
def run_job(name: str, dry_run: bool, as_json: bool) -> None:
    """Do the job NAME now; `hailong jobs list` names them all."""
    with opened():
        known = [row["job"] for row in asked("--list")]
        if name not in known:
            raise click.BadParameter(f"{name!r}: {', '.join(known)}", param_hint="NAME")
        found = asked("--run", name, *(["--dry-run"] if dry_run else []))
    if as_json:
        answer(found)
        return
    facts = ", ".join(f"{key} {value}" for key, value in found["facts"].items()) or "–"
    say(OUTCOMES[found["outcome"]], facts=facts)


def asked(*words: str) -> Any:
    """What the clock says, by a process of its own."""
    command = [sys.executable, "-m", "scheduler", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - words of our own table
    if done.returncode:
        sys.stderr.write(done.stderr)
        sys.exit(REFUSED)
    return json.loads(done.stdout)
