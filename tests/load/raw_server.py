"""Serve `tests.load.raw_wsgi` as the public app is served: `python -m tests.load.raw_server PORT PROCESSES`."""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import Interfaces

from webforms.__main__ import THREADS


def main() -> None:
    """Serve until told to end."""
    port, processes = sys.argv[1:3]
    Granian(
        "tests.load.raw_wsgi:app",
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(processes),
        blocking_threads=THREADS,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
