"""`hailong backup` and `hailong restore`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from cli.findings import Finding
from cli.sheets import json_wanted
from cli.terminal import answer, language, opened, refuse, say
from runtime.settings import Settings, read_settings
from runtime.words import translate
from store.database import Database
from store.queries import campaigns
from survey.faults import Fault
from workflows import backups

SURE = "Restore {file} into the database {database}?"
OLDEST = timedelta(hours=48)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_wanted
def backup(file: Path, as_json: bool) -> None:
    """Write a whole copy of the database into the new FILE, and its checksum beside it; nothing need be stopped."""
    with opened() as (database, _):
        made = backups.backup(database, file, datetime.now(UTC))
    if isinstance(made, Fault):
        refuse([made])
    if as_json:
        answer({"ok": True, **asdict(made), "file": str(made.file)})
    else:
        say("{file} holds the whole database: {size} bytes, SHA-256 {sha256}.", **asdict(made))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_wanted
def restore(file: Path, yes: bool, as_json: bool) -> None:
    """Bring the backup FILE back into the database of the settings, which must hold nothing."""
    settings = read_settings()
    if not yes:
        place = settings.database_url.rpartition("@")[2]
        click.confirm(translate(SURE, language()).format(file=file, database=place), abort=True, err=True)
    done = backups.restore(settings.database_url, file)
    if isinstance(done, Fault):
        refuse([done])
    if as_json:
        answer({"ok": True, **asdict(done)})
        return
    say("The database holds {campaigns} campaigns and {responses} responses again.", **asdict(done))
    if not done.checked:
        say("No checksum lay beside the file, so that it was only looked at as a database.")
    if done.version != done.wanted:
        say("The backup is of version {version}. Run `hailong init` to bring it to {wanted}.", **asdict(done))


def last_backup(settings: Settings, database: Database) -> Finding:
    """How old the last backup is; in production a database that holds a campaign has one of the last two days."""
    at = backups.newest_backup(database)
    with database.reading() as session:
        holds = bool(campaigns.campaigns(session))
    old = holds and (at is None or datetime.now(UTC) - at > OLDEST)
    well = settings.env != "production" or not old
    cure = "" if well else "Run `hailong backup FILE`, and see that the nightly backup runs."
    if at is None:
        return Finding("backup", well, "never", cure)
    hours = int((datetime.now(UTC) - at).total_seconds() // 3600)
    return Finding("backup", well, "{hours} hours old", cure, {"hours": str(hours)})
