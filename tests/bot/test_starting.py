"""A bot process that is started where something is wrong says what to do, and goes on where it can."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.database import open_database, upgrade
from tests.servers import free_port
from tests.zalo_server import ZaloServer

PATIENCE_S = 40.0
ROOT = Path(__file__).parents[2]


@contextmanager
def started(folder: Path, settings: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """`python -m bot` with these settings, and the file that it tells its events to."""
    told = folder / "told"
    environment = {
        **os.environ,
        "SECRET_KEY": "k" * 40,
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/hailong.db",
        **settings,
    }
    with told.open("wb") as file:
        bot = subprocess.Popen([sys.executable, "-m", "bot"], cwd=ROOT, env=environment, stderr=file)
    try:
        yield bot, told
        if bot.poll() is None:
            bot.terminate()
            assert bot.wait(PATIENCE_S) == 0
        assert "Traceback" not in told.read_text(encoding="utf-8")
    finally:
        bot.kill()
        bot.wait()


def says(told: Path, *words: str) -> None:
    """Wait until it says that."""
    until = time.monotonic() + PATIENCE_S
    while not all(each in told.read_text(encoding="utf-8") for each in words):
        assert time.monotonic() < until, told.read_text(encoding="utf-8")
        time.sleep(0.05)


@pytest.fixture
def zalo() -> Iterator[ZaloServer]:
    with ZaloServer() as server:
        yield server


def on(server: ZaloServer, **others: str) -> dict[str, str]:
    return {"ZALO_TOKEN": server.token, "ZALO_BASE_URL": server.address, **others}


def test_a_database_without_tables_is_waited_for_and_the_command_named(tmp_path: Path, zalo: ZaloServer) -> None:
    with started(tmp_path, on(zalo)) as (_, told):
        says(told, "database_not_prepared", "hailong init")
        zalo.say("u1", "Xin chào")
        assert zalo.polls == 0
        database = open_database(f"sqlite:///{tmp_path}/hailong.db")
        upgrade(database)
        database.close()
        assert "Xin chào Ông/Bà" in zalo.wait_for("u1", 1, PATIENCE_S)[0]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:{free}/x"}, ("database_away", "DATABASE_URL")),
        ({"ZALO_TOKEN": ""}, ("no_chat_configured", "TELEGRAM_TOKEN or ZALO_TOKEN")),
    ],
    ids=["database away", "no token"],
)
def test_what_is_wrong_is_told_with_what_to_do(
    tmp_path: Path, zalo: ZaloServer, settings: dict[str, str], words: tuple[str, ...]
) -> None:
    given = {name: value.format(free=free_port()) for name, value in settings.items()}
    with started(tmp_path, on(zalo, **given)) as (_, told):
        says(told, *words)


def test_a_file_that_cannot_be_made_ends_the_process_with_a_word(tmp_path: Path, zalo: ZaloServer) -> None:
    with started(tmp_path, on(zalo, DATABASE_URL="sqlite:////proc/nowhere/hailong.db")) as (bot, told):
        assert bot.wait(PATIENCE_S) == 1
        says(told, "database_not_opened", "may write to")


@pytest.mark.parametrize("fault", ["port taken", "token wrong", "nobody there"])
def test_trouble_of_one_part_is_told_and_the_others_go_on(tmp_path: Path, zalo: ZaloServer, fault: str) -> None:
    database = open_database(f"sqlite:///{tmp_path}/hailong.db")
    upgrade(database)
    database.close()
    nobody = f"http://127.0.0.1:{free_port()}"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        faults: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
            "port taken": (
                {"METRICS_LISTEN": f"127.0.0.1:{taken.getsockname()[1]}"},
                ("metrics_not_served", "METRICS_LISTEN"),
            ),
            "token wrong": ({"ZALO_TOKEN": "123456789:another"}, ("code=401", "copy it again")),
            "nobody there": (
                {"TELEGRAM_TOKEN": "123456789:abcdefgh", "TELEGRAM_BASE_URL": nobody},
                ("channel=telegram", "code=network", "TELEGRAM_BASE_URL"),
            ),
        }
        settings, words = faults[fault]
        with started(tmp_path, on(zalo, **settings)) as (_, told):
            says(told, *words)
            if fault != "token wrong":
                zalo.say("u1", "Xin chào")
                assert zalo.wait_for("u1", 1, PATIENCE_S)
            assert "123456789" not in told.read_text(encoding="utf-8")
