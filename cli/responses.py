"""`hailong responses …`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.sheets import ACTOR, dry, json_wanted, sheet_file, sheet_of
from cli.terminal import answer, opened, progress, refuse, say
from workflows.batches import show_batch
from workflows.responses import Imported, count_responses, export_responses, import_responses
from workflows.tally import fold


@click.group()
def responses() -> None:
    """Responses in and out of sheets."""


@responses.command("import")
@click.argument("campaign")
@sheet_file
@dry
@json_wanted
def import_file(campaign: str, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take in the responses of FILE for CAMPAIGN: all of them, or none and every fault.

    A response whose external_id is stored already is not stored again.
    """
    sheet = sheet_of(file)
    now = datetime.now(UTC)
    with opened() as (database, settings):
        with progress("Responses", sheet.size) as advance:
            done = import_responses(database, campaign, sheet, actor=ACTOR, now=now, dry_run=dry_run, advance=advance)
        if isinstance(done, tuple):
            refuse(done)
        if not dry_run:
            fold(database, campaign)
            show_batch(database, campaign, now, settings.zone, at_once=True)
    tell(done, dry_run, as_json)


def tell(done: Imported, dry_run: bool, as_json: bool) -> None:
    """What was done, or would be."""
    if as_json:
        answer({"ok": True, "dry_run": dry_run, **asdict(done)})
        return
    if dry_run:
        say("{stored} responses could be stored; {already_there} are there already. Nothing was kept.", **asdict(done))
    else:
        say("{stored} responses were stored; {already_there} were there already.", **asdict(done))
    if done.differing:
        say(
            "Of those already there, {differing} say something else in the file; they stay as they are.", **asdict(done)
        )
    if done.left_out:
        say("{left_out} answers to questions that were not on the way were left out.", **asdict(done))
    if done.without_external_id and not dry_run:
        say(
            "{without_external_id} rows have no external_id; the same file again would store them again.",
            **asdict(done),
        )


@responses.command()
@click.argument("campaign")
@click.option("--out", "file", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@json_wanted
def export(campaign: str, file: Path, as_json: bool) -> None:
    """Write every response of CAMPAIGN to a .csv or .xlsx file that can be imported again."""
    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise click.BadParameter(f"{file.name}: .csv / .xlsx", param_hint="--out")
    if not file.parent.is_dir():
        raise click.BadParameter(f"{file.parent}", param_hint="--out")
    with opened() as (database, _), database.reading() as session:
        with progress("Responses", count_responses(session, campaign)) as advance:
            written = export_responses(session, campaign, file, advance)
        if isinstance(written, tuple):
            refuse(written)
    if as_json:
        answer({"ok": True, "responses": written, "file": str(file)})
    else:
        say("{count} responses were written to {file}.", count=written, file=file)
