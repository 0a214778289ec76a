"""`hailong audit …`: whether the record of acts is whole."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from cli.sheets import json_wanted
from cli.terminal import REFUSED, answer, opened, refuse, say
from survey.faults import Fault
from workflows import record


@click.group()
def audit() -> None:
    """The record of acts."""


@audit.command()
@click.option("--head", default="", metavar="NUMBER:DIGEST", help="An end that was noted down earlier.")
@json_wanted
def verify(head: str, as_json: bool) -> None:
    """Look at every row of the record: whether one was changed, taken out, put in or moved.

    That rows at the end were cut off shows only against an end that was noted down: give it with --head.
    """
    with opened() as (database, _), database.snapshot() as session:
        verdict = record.verify(session, head)
    if isinstance(verdict, Fault):
        refuse([verdict])
    whole = not verdict.breaks
    if as_json:
        answer({"ok": whole, **asdict(verdict)})
    elif whole:
        say("The record of acts is whole: {rows} rows. Its end is {head}", rows=verdict.rows, head=verdict.head)
    else:
        for each in verdict.breaks:
            TELL[each.code](each.number)
        say(
            "The record of acts is not whole. Keep the newest backups apart, and tell whoever is responsible for "
            "security."
        )
    sys.exit(0 if whole else REFUSED)


TELL = {
    "changed": lambda number: say("Row {number} is not as it was written.", number=number),
    "missing": lambda number: say("Row {number} is missing.", number=number),
    "moved": lambda number: say("Row {number} does not follow the one before it.", number=number),
    "cut": lambda number: say("Row {number} is gone since its end was noted down.", number=number),
    "rewritten": lambda number: say("Row {number} is another one than when its end was noted down.", number=number),
    "unguarded": lambda number: say("The guards that keep the database itself from changing rows were taken off."),
}
