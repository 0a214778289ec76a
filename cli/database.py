"""`hailong init` and `hailong demo`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from urllib.parse import urlsplit

import click

from cli.sheets import json_wanted
from cli.terminal import answer, opened, progress, refuse, say
from runtime.settings import Settings
from store.database import upgrade
from workflows import demo as demonstration
from workflows import prepare


@click.command()
def init() -> None:
    """Create the database or bring it to the newest version; run it as often as you like."""
    with opened(migrated=False) as (database, settings):
        before, after = upgrade(database)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with database.writing(in_turn=True) as session:
            faults = prepare.keep_instruments(session)
        if faults:
            refuse(faults)
    if before == after:
        say("The database is at version {after} already.", after=after)
    else:
        say("The database is at version {after} now (before: {before}).", after=after, before=before or "–")


@click.command()
@click.option(
    "--answers",
    type=click.IntRange(1, 1_000_000),
    default=demonstration.ANSWERS,
    show_default=True,
    help="How many answers to simulate.",
)
@json_wanted
def demo(answers: int, as_json: bool) -> None:
    """Load units, questionnaires and an open campaign `demo` with simulated answers; loads nothing twice."""
    with opened() as (database, settings), progress("Simulated answers", answers) as advance:
        loaded = demonstration.load(database, settings.zone, answers=answers, advance=advance)
        if stays_here(settings):
            demonstration.add_reader(database, datetime.now(UTC))
    if as_json:
        answer(asdict(loaded))
        return
    say("Campaign demo: {counters} counters in {units} units, {answers} answers.", **asdict(loaded))
    say("Try a counter: {address}", address=f"{settings.public_url}/c/{loaded.first_counter}")
    say("See the results: {address}", address=f"{settings.public_url}/results/demo")


def stays_here(settings: Settings) -> bool:
    """Whether no mail can leave this machine: they become files, or go to a server that runs here."""
    here = not settings.smtp_url or urlsplit(settings.smtp_url).hostname in ("127.0.0.1", "localhost")
    return settings.env == "development" and here
