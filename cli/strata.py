"""`hailong strata …`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.sheets import ACTOR, dry, import_sheet, json_wanted, sheet_file
from workflows.strata import import_strata


@click.group()
def strata() -> None:
    """Strata of a campaign's sample."""


@strata.command("import")
@click.argument("campaign")
@sheet_file
@dry
@json_wanted
def import_file(campaign: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take in FILE (stratum, unit, N, issued) for CAMPAIGN; the same FILE again changes nothing."""
    import_sheet(
        file,
        as_json,
        dry_run,
        lambda session, sheet, now: import_strata(session, campaign, sheet, actor=ACTOR, now=now, dry_run=dry_run),
    )
