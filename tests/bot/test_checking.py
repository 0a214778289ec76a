"""What the check of the channels says: well, or what is wrong and what to do."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from bot import checking
from bot.channels import channels_of
from bot.checking import NOT_REACHED, SET_ANEW, TOKEN, check
from runtime.settings import Settings
from tests.servers import free_port
from tests.zalo_server import TOKEN as GOOD
from tests.zalo_server import ZaloServer

SECRET = "a-secret-of-sixteen-signs"


@pytest.fixture
def server() -> Iterator[ZaloServer]:
    with ZaloServer() as running:
        yield running


def settings(server: ZaloServer, **changed: Any) -> Settings:
    given = {"zalo_token": GOOD, "zalo_base_url": server.address, "public_url": "http://localhost:8000"}
    return Settings(**given | {"webhook_secret": SECRET} | changed)


def told(given: Settings) -> dict[str, Any]:
    return asyncio.run(check(given))


def test_nothing_is_asked_where_nothing_is_configured() -> None:
    assert told(Settings(zalo_token="", telegram_token="")) == {}


def test_a_bot_that_is_polled_is_well(server: ZaloServer) -> None:
    found = told(settings(server))["zalo"]
    assert (found["ok"], found["cure"], found["found"].endswith(", polling")) == (True, "", True)
    assert len(found["found"]) > len(", polling")


def test_a_webhook_is_well_where_it_is_ours_and_wanted(server: ZaloServer) -> None:
    hooked = settings(server, zalo_mode="webhook")
    assert told(hooked)["zalo"] == {"ok": False, "found": told(settings(server))["zalo"]["found"], "cure": SET_ANEW}
    asyncio.run(prepared(hooked))
    found = told(hooked)["zalo"]
    assert (found["ok"], found["cure"]) == (True, "")
    assert found["found"].endswith(", webhook http://localhost:8000/hooks/zalo")
    polled = told(settings(server))["zalo"]
    assert (polled["ok"], polled["cure"]) == (False, SET_ANEW)


async def prepared(given: Settings) -> None:
    (channel,) = channels_of(given)
    await channel.prepare(f"{given.public_url}/hooks/zalo", given.webhook_secret)
    await channel.close()


def test_a_wrong_token_is_told_without_repeating_it(server: ZaloServer) -> None:
    wrong = "1234567890:another-token"
    found = told(settings(server, zalo_token=wrong))
    assert (found["zalo"]["ok"], found["zalo"]["cure"]) == (False, TOKEN)
    assert wrong not in str(found)


def test_a_channel_that_is_not_reached_does_not_hide_another(server: ZaloServer) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    found = told(settings(server, telegram_token="123456:token-of-the-test", telegram_base_url=away))
    assert found["zalo"]["ok"] is True
    assert (found["telegram"]["ok"], found["telegram"]["cure"]) == (False, NOT_REACHED)
    assert "token-of-the-test" not in str(found)


def test_a_channel_that_never_answers_is_given_up(server: ZaloServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "PATIENCE_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found = told(settings(server, zalo_base_url=address))["zalo"]
    assert found == {"ok": False, "found": "timeout", "cure": NOT_REACHED}
