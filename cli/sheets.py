"""What the commands that take sheets share: reading the file, refusing it with every fault, telling what changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cli.terminal import answer, opened, refuse, say
from survey.faults import Fault
from workflows.sheets import Sheet, read_sheet
from workflows.units import Changes

ACTOR = "terminal"

sheet_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
dry = click.option("--dry-run", is_flag=True, help="Check everything and tell what would change; keep nothing.")
json_wanted = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def sheet_of(file: Path) -> Sheet:
    """The sheet in that file; leaves with its faults where it cannot be read."""
    sheet = read_sheet(file)
    if isinstance(sheet, tuple):
        refuse(sheet)
    return sheet


Take = Callable[[Session, Sheet, datetime], Changes | tuple[Fault, ...]]


def import_sheet(file: Path, as_json: bool, dry_run: bool, take: Take) -> None:
    """Read the file, let `take` bring it in within one transaction, and tell what changed."""
    sheet = sheet_of(file)
    with opened() as (database, _), database.reading() if dry_run else database.writing(in_turn=True) as session:
        done = take(session, sheet, datetime.now(UTC))
        if isinstance(done, tuple):
            session.rollback()
            refuse(done)
    counts = {"added": len(done.added), "changed": len(done.changed), "unchanged": done.unchanged}
    if as_json:
        answer({"ok": True, "dry_run": dry_run, **counts, "added_rows": done.added, "changed_rows": done.changed})
        return
    for name in done.changed:
        say("Changed: {name}", name=name)
    if dry_run:
        say("Would add {added}, change {changed}, leave {unchanged} as they are; nothing was kept.", **counts)
    else:
        say("Added {added}, changed {changed}, left {unchanged} as they were.", **counts)
