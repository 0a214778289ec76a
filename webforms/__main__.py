"""Serve the public app: `python -m webforms`."""

from __future__ import annotations

import os
import sys
import time

from granian import Granian
from granian.constants import Interfaces

from runtime.settings import Settings, SettingsError, read_settings

THREADS = 16
PAUSE_S = 0.5


def main() -> None:
    """One process of sixteen threads on SQLite; as many as cores on PostgreSQL, or WEB_PROCESSES."""
    try:
        settings = read_settings()
    except SettingsError as error:
        for name, reason in error.faults:
            sys.stderr.write(f"{name}: {reason}\n")
        sys.exit(1)
    while not served(settings):
        sys.stderr.write("The web server ended by itself and is started again.\n")
        time.sleep(PAUSE_S)


def served(settings: Settings) -> bool:
    """Serve until somebody asks to stop, which gives True; False where the server gave itself up.

    It does so when two workers die within a few seconds, and would leave people at the counters without a form.
    """
    address, port = settings.listen
    one = settings.database_url.startswith("sqlite")  # SQLite has one writer: a second process would wait for the first
    server = Granian(
        "webforms.serving:app",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=1 if one else settings.web_processes or os.cpu_count() or 1,
        blocking_threads=THREADS,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    try:
        server.serve()
    except SystemExit:
        if not server.interrupt_signal and not server.interrupt_children:
            raise  # it could not start: another process has the port, or the settings do not fit
    return bool(server.interrupt_signal)


if __name__ == "__main__":
    main()
