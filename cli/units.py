"""`hailong units …`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from cli.sheets import ACTOR, dry, import_sheet, json_wanted, sheet_file
from cli.terminal import answer, opened, table
from store.queries import units as queries
from workflows.units import import_units

COLUMNS = ("code", "name", "level", "block", "parent", "valid_from", "valid_to")


@click.group()
def units() -> None:
    """Units of administration and what became of them."""


@units.command("import")
@sheet_file
@dry
@json_wanted
def import_file(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take in FILE, a sheet of units or of links between them; the same FILE again changes nothing."""
    import_sheet(
        file,
        as_json,
        dry_run,
        lambda session, sheet, now: import_units(session, sheet, actor=ACTOR, now=now, dry_run=dry_run),
    )


@units.command("list")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Only units that exist on this day, as 2024-05-01.")
@json_wanted
def list_all(on: datetime | None, as_json: bool) -> None:
    """Every unit with its level, block and days."""
    with opened() as (database, _), database.reading() as session:
        rows = queries.units_on(session, on.date()) if on else queries.units(session)
        found = [
            {
                "code": row.code,
                "name": row.name,
                "short_name": row.short_name,
                "level": row.level,
                "block": row.block,
                "parent": row.parent,
                "valid_from": row.valid_from.isoformat(),
                "valid_to": row.valid_to.isoformat() if row.valid_to else None,
                "legal_basis": row.legal_basis,
            }
            for row in rows
        ]
    if as_json:
        answer(found)
    else:
        table(COLUMNS, ([row[name] for name in COLUMNS] for row in found))
