"""A web app served by processes that are started again when they die."""

from __future__ import annotations

import os
import sys
import time

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from runtime.settings import Settings

THREADS = 16
PAUSE_S = 0.5
STOP_S = 8  # a worker that was told to stop finishes what it is at; after so long it is killed
HEADERS_MS = 5_000  # a request whose headers do not come whole is dropped: one alone would keep a worker from stopping


def serve(target: str, place: tuple[str, int], settings: Settings) -> None:
    """One process of sixteen threads on SQLite; as many as cores on PostgreSQL, or WEB_PROCESSES."""
    while not served(target, place, settings):
        sys.stderr.write("The web server ended by itself and is started again.\n")
        time.sleep(PAUSE_S)


def served(target: str, place: tuple[str, int], settings: Settings) -> bool:
    """Serve until somebody asks to stop, which gives True; False where the server gave itself up.

    It does so when two workers die within a few seconds, and would leave people at the counters without a form.
    """
    address, port = place
    one = settings.database_url.startswith("sqlite")  # SQLite has one writer: a second process would wait for the first
    server = Granian(
        target,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=1 if one else settings.web_processes or os.cpu_count() or 1,
        blocking_threads=THREADS,
        log_access=False,
        respawn_failed_workers=True,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_MS),
        workers_kill_timeout=STOP_S,
    )
    try:
        server.serve()
    except SystemExit:
        if not server.interrupt_signal and not server.interrupt_children:
            raise  # it could not start: another process has the port, or the settings do not fit
    return bool(server.interrupt_signal)
