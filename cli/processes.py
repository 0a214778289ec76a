"""`hailong run`: every process of the Procfile in one terminal."""

from __future__ import annotations

import os
import signal
import sys
from io import TextIOBase
from pathlib import Path
from typing import TextIO

import click
from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer

from cli.terminal import opened, say
from store.queries.accounts import accounts
from store.queries.campaigns import campaigns, counters

PROCFILE = Path(__file__).parent.parent / "Procfile"
CHAT = "bot"  # the process of the Procfile that needs a token


class Outlet(TextIOBase):
    """Where the processes' lines go; once nobody reads them any more, the processes are stopped instead of orphaned."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._gone = False

    def isatty(self) -> bool:
        """Whether colours can be shown."""
        return self._stream.isatty()

    def write(self, text: str, /) -> int:
        """Write, or stop all processes where that fails for the first time."""
        if not self._gone:
            try:
                self._stream.write(text)
                self._stream.flush()
            except OSError:
                self._gone = True
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())  # nothing is left to fail at the end
                stop()
        return len(text)


def stop() -> None:
    """Stop the processes in the way that `kill` does."""
    os.kill(os.getpid(), signal.SIGTERM)


@click.command()
def run() -> None:
    """Start public web, clock and configured chat, print the addresses, and stop all of them with Ctrl-C."""
    with opened() as (database, settings):
        public_url, office_url, chats = settings.public_url, settings.office_url, settings.chats
        with database.reading() as session:
            staff = bool(accounts(session))
            first = [
                (row.code, found[0][0].code if (found := counters(session, row.id)) else None)
                for row in campaigns(session)
                if row.state == "open"
            ]
    say("Public pages: {address}", address=f"{public_url}/")
    say("Office: {address}", address=f"{office_url}/")
    if not staff:
        say("Nobody can sign in there yet: hailong user add ADDRESS --name NAME --role administrator")
    for code, counter in first:
        if counter:
            say("A counter of {code}: {address}", code=code, address=f"{public_url}/c/{counter}")
        say("Results of {code}: {address}", code=code, address=f"{public_url}/results/{code}")
    if chats:
        say("Chat: {channels}", channels=", ".join(chats))
    else:
        say("No chat is configured: set TELEGRAM_TOKEN or ZALO_TOKEN to answer there.")
    say("Stop with Ctrl-C.")
    manager = Manager(Printer(Outlet(sys.stdout)))
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # `nohup` lets them outlive the terminal
        signal.signal(signal.SIGHUP, lambda *_: stop())
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
    }
    for name, command in parse_procfile(PROCFILE.read_text(encoding="utf-8")).processes.items():
        if name != CHAT or chats:
            manager.add_process(name, command, env=environment)
    manager.loop()
    sys.exit(manager.returncode)
