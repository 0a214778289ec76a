"""Stand-ins for Telegram: one of each is started for a whole run, and each test has a bot and people of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from tests.telegram_servers import TelegramServer, telegram_test_api, telemelya

CHATS = itertools.count(5_000_000_000)  # beyond 32 bits, as chats on Telegram are today


@pytest.fixture(scope="session")
def telemelya_running() -> Iterator[TelegramServer]:
    """telemelya, for every test of the run."""
    with telemelya() as server:
        yield server


@pytest.fixture(scope="session")
def telegram_running() -> Iterator[TelegramServer]:
    """telegram-test-api, for every test of the run."""
    with telegram_test_api() as server:
        yield server


@pytest.fixture
def telemelya_server(telemelya_running: TelegramServer) -> TelegramServer:
    """Telegram in webhook mode, with a bot of the test's own, which must set its webhook before anybody writes."""
    return telemelya_running.another_bot()


@pytest.fixture
def telegram_server(telegram_running: TelegramServer) -> TelegramServer:
    """Telegram in polling mode, with a bot of the test's own."""
    return telegram_running.another_bot()


@pytest.fixture
def new_chat() -> Callable[[], int]:
    """Numbers of chats that nobody has used."""
    return lambda: next(CHATS)
