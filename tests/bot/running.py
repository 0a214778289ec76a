"""A bot process inside the test: the real parts on a thread of their own, stopped as a signal would stop them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.running import run
from runtime.settings import Settings

SECRET = "a secret for tests that is long enough"
PATIENCE_S = 15.0


def chat_settings(database_url: str, folder: Path, **others: Any) -> Settings:
    """Settings of a bot process on that database."""
    given = {"database_url": database_url, "secret_key": SECRET, "public_url": "http://localhost", "data_dir": folder}
    return Settings(**(given | others))


@contextmanager
def running(settings: Settings) -> Iterator[None]:
    """A bot process; what ends it early fails the test."""
    ready, fallen = threading.Event(), []
    held: dict[str, Any] = {}

    async def serve() -> None:
        held["loop"], held["stopping"] = asyncio.get_running_loop(), asyncio.Event()
        ready.set()
        await run(settings, held["stopping"])

    def main() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:  # noqa: BLE001 - told to the test
            fallen.append(error)

    thread = threading.Thread(target=main, daemon=True)
    thread.start()
    assert ready.wait(PATIENCE_S)
    try:
        yield
    finally:
        if thread.is_alive():
            held["loop"].call_soon_threadsafe(held["stopping"].set)
        thread.join(30)
    assert not fallen, fallen
    assert not thread.is_alive()


def eventually(found: Callable[[], Any], seconds: float = PATIENCE_S) -> Any:
    """What `found` gives once it is something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := found():
            return value
        time.sleep(0.02)
    raise AssertionError(f"nothing after {seconds} s")
