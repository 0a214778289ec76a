"""A web server that is told to stop writes what its processes had counted in memory."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import select

from store.database import Database
from store.models.funnel import OpenedRow
from tests.factories import COUNTER, make_campaign
from tests.servers import free_port

SHOWN, PATIENCE_S = 20, 30


def look(address: str) -> bool:
    """Whether the page was shown."""
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def test_what_was_counted_outlives_a_stop(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        make_campaign(session)
    address = f"http://127.0.0.1:{free_port()}"
    for name, value in {
        "DATABASE_URL": database_url,
        "PUBLIC_URL": address,
        "SECRET_KEY": "s" * 50,
        "DATA_DIR": str(tmp_path),
        "WEB_PROCESSES": "2",
    }.items():
        monkeypatch.setenv(name, value)
    began = time.monotonic()
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "webforms"], stdout=log, stderr=log)
        try:
            while not look(f"{address}/healthz"):
                assert time.monotonic() - began < PATIENCE_S
                assert process.poll() is None
                time.sleep(0.1)
            assert all(look(f"{address}/c/{COUNTER}") for _ in range(SHOWN))
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_S)
    with database.reading() as session:
        assert session.scalars(select(OpenedRow.n)).all() == [SHOWN]
