"""`hailong counters …`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from cli.sheets import ACTOR, dry, import_sheet, json_wanted, sheet_file
from cli.terminal import answer, opened, refuse, say, table
from survey.faults import Fault
from workflows.counters import import_counters, list_counters, revoke_counter


@click.group()
def counters() -> None:
    """Counters of a campaign, each with the code that its poster carries."""


@counters.command("import")
@click.argument("campaign")
@sheet_file
@dry
@json_wanted
def import_file(campaign: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take in FILE (unit, name, service, code) for CAMPAIGN; a counter without a code is given one."""
    import_sheet(
        file,
        as_json,
        dry_run,
        lambda session, sheet, now: import_counters(session, campaign, sheet, actor=ACTOR, now=now, dry_run=dry_run),
    )


@counters.command("list")
@click.argument("campaign")
@json_wanted
def list_all(campaign: str, as_json: bool) -> None:
    """The counters of CAMPAIGN with their codes and addresses."""
    with opened() as (database, settings), database.reading() as session:
        rows = list_counters(session, campaign)
        if isinstance(rows, Fault):
            refuse([rows])
        found = [
            {
                "code": counter.code,
                "unit": unit.code,
                "name": counter.name,
                "service": counter.service,
                "revoked": counter.revoked_at is not None,
                "address": f"{settings.public_url.rstrip('/')}/c/{counter.code}",
            }
            for counter, unit in rows
        ]
    if as_json:
        answer(found)
    else:
        shown = (row | {"revoked": "✓" if row["revoked"] else ""} for row in found)
        table(("code", "unit", "name", "service", "revoked", "address"), ((*row.values(),) for row in shown))


@counters.command()
@click.argument("code")
def revoke(code: str) -> None:
    """Revoke CODE: from now on its poster leads to a page that says so. Answers already given stay."""
    with opened() as (database, _), database.writing(in_turn=True) as session:
        row = revoke_counter(session, code, actor=ACTOR, now=datetime.now(UTC))
        if isinstance(row, Fault):
            refuse([row])
        found = row.code
    say("The code {code} is revoked.", code=found)
