"""`hailong run` leaves nothing running behind, however its terminal ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.servers import free_port
from tests.zalo_server import TOKEN, ZaloServer

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


@contextmanager
def started(folder: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`hailong run` in a session of its own, and the address of its public pages."""
    address = f"http://127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'hailong.db'}",
        "DATA_DIR": str(folder),
        "PUBLIC_URL": address,
        "LANG": "en_US.UTF-8",
        **settings,
    }
    command = [sys.executable, "-m", "cli"]
    subprocess.run([*command, "init"], env=environment, check=True, capture_output=True, timeout=60)
    with (folder / "errors").open("wb") as errors:
        running = subprocess.Popen(
            [*command, "run"], env=environment, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
        )
    try:
        yield running, address
    finally:
        if running.stdout is not None:
            running.stdout.close()
        running.kill()


@pytest.mark.parametrize("end", [close_output, hang_up, interrupt])
def test_all_processes_end_with_their_terminal(end: Callable[[subprocess.Popen[bytes]], None], tmp_path: Path) -> None:
    with started(tmp_path) as (running, address):
        assert until(lambda: lives(address))
        end(running)
        running.wait(LONGEST_S)
        assert until(lambda: not lives(address))
    assert "No chat is configured" in (tmp_path / "errors").read_text(encoding="utf-8")


def channels(address: str) -> object:
    """What the public pages tell of the chat."""
    with urlopen(f"{address}/readyz", timeout=5) as answer:
        return json.load(answer)["channels"]


def test_the_chat_runs_and_ends_with_the_others_where_a_token_is_set(tmp_path: Path) -> None:
    with (
        ZaloServer() as zalo,
        started(tmp_path, ZALO_TOKEN=TOKEN, ZALO_BASE_URL=zalo.address, ZALO_MODE="polling") as (running, address),
    ):
        assert until(lambda: lives(address))
        assert until(lambda: channels(address) == {"zalo": "ok"})
        zalo.say("7001", "Xin chào")
        assert zalo.wait_for("7001", 1, LONGEST_S)
        interrupt(running)
        running.wait(LONGEST_S)
        assert until(lambda: not lives(address))
        assert zalo.wrong == []
    assert "Chat: zalo" in (tmp_path / "errors").read_text(encoding="utf-8")
