"""`hailong run`: every process of the Procfile in one terminal."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from honcho.environ import parse_procfile
from honcho.manager import Manager

from cli.terminal import opened, say
from store.queries.campaigns import campaigns, counters

PROCFILE = Path(__file__).parent.parent / "Procfile"


@click.command()
def run() -> None:
    """Start the public web and the clock, print the addresses, and stop all of them with Ctrl-C."""
    with opened() as (database, settings):
        public_url = settings.public_url
        with database.reading() as session:
            first = [
                (row.code, found[0][0].code if (found := counters(session, row.id)) else None)
                for row in campaigns(session)
                if row.state == "open"
            ]
    say("Public pages: {address}", address=f"{public_url}/")
    for code, counter in first:
        if counter:
            say("A counter of {code}: {address}", code=code, address=f"{public_url}/c/{counter}")
        say("Results of {code}: {address}", code=code, address=f"{public_url}/results/{code}")
    say("Stop with Ctrl-C.")
    manager = Manager()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
    }
    for name, command in parse_procfile(PROCFILE.read_text(encoding="utf-8")).processes.items():
        manager.add_process(name, command, env=environment)
    manager.loop()
    sys.exit(manager.returncode)
