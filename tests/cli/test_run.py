"""`hailong run` leaves nothing running behind, however its terminal ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.servers import free_port

LONGEST_S = 30


def lives(address: str) -> bool:
    """Whether the public pages answer."""
    try:
        with urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def until(fact: Callable[[], bool]) -> bool:
    """Wait until it is so; false where it takes too long."""
    end = time.monotonic() + LONGEST_S
    while not fact():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def close_output(running: subprocess.Popen[bytes]) -> None:
    """Nobody reads any more, and a line is on its way."""
    assert running.stdout is not None
    running.stdout.close()
    running.send_signal(signal.SIGTERM)


def hang_up(running: subprocess.Popen[bytes]) -> None:
    """The terminal is closed: all of its processes are told."""
    os.killpg(running.pid, signal.SIGHUP)


def interrupt(running: subprocess.Popen[bytes]) -> None:
    """Ctrl-C."""
    os.killpg(running.pid, signal.SIGINT)


@pytest.mark.parametrize("end", [close_output, hang_up, interrupt])
def test_all_processes_end_with_their_terminal(end: Callable[[subprocess.Popen[bytes]], None], tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'hailong.db'}",
        "DATA_DIR": str(tmp_path),
        "PUBLIC_URL": address,
    }
    command = [sys.executable, "-m", "cli"]
    subprocess.run([*command, "init"], env=environment, check=True, capture_output=True, timeout=60)
    running = subprocess.Popen(
        [*command, "run"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert until(lambda: lives(address))
        end(running)
        running.wait(LONGEST_S)
        assert until(lambda: not lives(address))
    finally:
        if running.stdout is not None:
            running.stdout.close()
        running.kill()
