"""`hailong run` leaves nothing running behind, however its terminal ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import httpx
import pytest

from store.database import open_database
from tests.factories import COUNTER, kept_answers, make_campaign, responses
from tests.servers import free_port
from tests.webforms.test_one_page import ONE_PAGE
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
        "OFFICE_URL": f"http://127.0.0.1:{free_port()}",
        "LANG": "en_US.UTF-8",
        **settings,
    }
    command = [sys.executable, "-m", "cli"]
    subprocess.run([*command, "init"], env=environment, check=True, capture_output=True, timeout=60)
    heeded = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests may run under `nohup`, which would be handed on
    with (folder / "errors").open("wb") as errors:
        running = subprocess.Popen(
            [*command, "run"], env=environment, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
        )
    signal.signal(signal.SIGHUP, heeded)
    try:
        yield running, address
    finally:
        if running.poll() is None:
            interrupt(running)  # killed, it would leave its processes behind
            running.wait(LONGEST_S)
        if running.stdout is not None:
            running.stdout.close()


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


def read_on(zalo: ZaloServer, words: str) -> str:
    """Write to the bot, and read what it answers."""
    before = len(zalo.sent("7001"))
    zalo.say("7001", words)
    return zalo.wait_for("7001", before + 1, LONGEST_S)[-1]


def test_a_person_begins_in_zalo_and_ends_in_the_browser(tmp_path: Path) -> None:
    secret = {"ZALO_MODE": "webhook", "WEBHOOK_SECRET": "a-secret-of-the-two-ends"}
    with (
        ZaloServer() as zalo,
        started(tmp_path, ZALO_TOKEN=TOKEN, ZALO_BASE_URL=zalo.address, **secret) as (_, address),
        closing(open_database(f"sqlite:///{tmp_path / 'hailong.db'}", pool_size=1)) as database,
    ):
        with database.writing() as session:
            make_campaign(session, text=ONE_PAGE)
        assert until(lambda: lives(address) and zalo.webhook == f"{address}/hooks/zalo")
        assert "Phiếu một trang" in read_on(zalo, f"Gửi mã {COUNTER}")
        assert "1/2" in read_on(zalo, "1")
        assert "2/2" in read_on(zalo, "có")
        link = re.search(rf"{address}/c/{COUNTER}/on/[^\s]+", read_on(zalo, "web"))
        assert link is not None
        with httpx.Client(follow_redirects=True, trust_env=False) as browser:
            page = browser.get(link[0]).text
            assert 'value="yes" id="q-hoi" checked' in page
            fields = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', page))
            thanks = browser.post(f"{address}/c/{COUNTER}", data=fields | {"hoi": "yes", "y": "Tốt", "do": "next"}).text
        assert 'class="receipt"' in thanks
        assert kept_answers(database) == [{"hoi": "yes", "y": "Tốt"}]
        assert [row.channel for row in responses(database)] == ["web"]
        assert zalo.wrong == []
