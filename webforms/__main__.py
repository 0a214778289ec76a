"""Serve the public app: `python -m webforms`."""

from __future__ import annotations

import os
import sys

from granian import Granian
from granian.constants import Interfaces

from runtime.settings import SettingsError, read_settings

THREADS = 16


def main() -> None:
    """One process of sixteen threads on SQLite; as many as cores on PostgreSQL, or WEB_PROCESSES."""
    try:
        settings = read_settings()
    except SettingsError as error:
        for name, reason in error.faults:
            sys.stderr.write(f"{name}: {reason}\n")
        sys.exit(1)
    address, port = settings.listen
    one = settings.database_url.startswith("sqlite")  # SQLite has one writer: a second process would wait for the first
    Granian(
        "webforms.serving:app",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=1 if one else settings.web_processes or os.cpu_count() or 1,
        blocking_threads=THREADS,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()


if __name__ == "__main__":
    main()
