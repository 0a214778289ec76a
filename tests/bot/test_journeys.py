"""The journeys of `tests/journeys` as people take them in a chat: on Zalo, and on two Telegrams that others wrote.

A whole bot process runs: it polls or is called, keeps updates, answers and sends. Between any two turns the state is
read from the database, and what the person sees must name the place on the way that the journey names.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot import delivery, pace
from bot import running as bot_running
from store.database import Database
from survey.counter_codes import spoken
from tests.bot.pages import WEBHOOK_SECRET, public_pages
from tests.bot.people import Chatting, OnTelegram, OnZalo, acted, after, form_of
from tests.bot.running import chat_settings, eventually, running
from tests.factories import COUNTER, kept_answers, make_campaign
from tests.journeys.runner import Journey, load_journeys, questionnaire_of, value_words
from tests.telegram_servers import TelegramServer
from tests.zalo_server import ZaloServer

JOURNEYS = load_journeys("question")
NUMBERS = itertools.count(70_001)


@pytest.fixture(scope="module")
def zalo() -> Iterator[ZaloServer]:
    with ZaloServer(users=10_000, messages=1_000_000) as server:
        yield server


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here reads: one chat need not be written to once a second only, and nobody waits to save power."""
    monkeypatch.setattr(pace, "CHAT_EVERY_S", 0.0)
    monkeypatch.setattr(delivery, "IDLE_S", 0.02)
    monkeypatch.setattr(bot_running, "IDLE_S", 0.02)


def take(journey: Journey, database: Database, person: Chatting, begin: str) -> None:
    """The whole way of a journey."""
    questionnaire = questionnaire_of(journey)
    after(database, person, begin)
    if journey.language != "vi" and journey.language in questionnaire.languages:
        after(database, person, "english")
    seen = after(database, person, "1")
    assert place_of(journey.begins) in seen
    for number, turn in enumerate(journey.turns):
        before = form_of(database)
        told = acted(database, person, questionnaire, turn, number)
        if told is None:  # without buttons nothing names an old question
            assert not turn.expected[0].startswith("accepted"), turn
            continue
        if before is not None and turn.expected[-1] == "finished":
            assert form_of(database) is None
            continue
        assert place_of(turn.expected) in told, (turn, told)
        if turn.expected[0].startswith(("rejected", "stale")):
            assert form_of(database) == before
    stored = [{code: value_words(value) for code, value in answers.items()} for answers in kept_answers(database)]
    assert stored == ([dict(journey.kept)] if journey.kept is not None else [])


def place_of(expected: tuple[str, ...]) -> str:
    """The place on the way that the last event names; nothing once it is finished."""
    last = expected[-1].split()
    return last[2] if last[0] == "asked" else ""


def prepare(journey: Journey, database: Database) -> None:
    with database.writing() as session:
        form = "short" if journey.short else "whole"
        make_campaign(session, text=journey.definition, questionnaire={"file": "q.yaml", "form": form})


@pytest.mark.xdist_group("chat")
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_journey_on_zalo(
    journey: Journey, database: Database, database_url: str, zalo: ZaloServer, tmp_path: Path
) -> None:
    prepare(journey, database)
    settings = chat_settings(database_url, tmp_path, zalo_token=zalo.token, zalo_base_url=zalo.address)
    with running(settings):
        take(journey, database, OnZalo(zalo, str(next(NUMBERS))), f"Gửi mã {spoken(COUNTER)}")
    assert zalo.wrong == []
    assert zalo.most_polls == 1


@pytest.mark.xdist_group("chat")
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_journey_on_telegram_by_polling(
    journey: Journey, database: Database, database_url: str, telegram_server: TelegramServer, tmp_path: Path
) -> None:
    prepare(journey, database)
    settings = chat_settings(
        database_url, tmp_path, telegram_token=telegram_server.token, telegram_base_url=telegram_server.base_url
    )
    with running(settings):
        take(journey, database, OnTelegram(telegram_server.person(next(NUMBERS))), f"/start {COUNTER}")


@pytest.mark.xdist_group("chat")
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_journey_on_telegram_by_webhook(
    journey: Journey, database: Database, database_url: str, telemelya_server: TelegramServer, tmp_path: Path
) -> None:
    prepare(journey, database)
    given = {
        "telegram_token": telemelya_server.token,
        "telegram_base_url": telemelya_server.base_url,
        "telegram_mode": "webhook",
    }
    settings = chat_settings(database_url, tmp_path, **given, webhook_secret=WEBHOOK_SECRET)
    with public_pages(settings, database) as served, running(served):
        eventually(lambda: webhook_of(telemelya_server) == f"{served.public_url}/hooks/telegram")
        take(journey, database, OnTelegram(telemelya_server.person(next(NUMBERS))), f"/start {COUNTER}")


def webhook_of(server: TelegramServer) -> str:
    """The address that updates of the bot go to."""
    found = httpx.post(f"{server.base_url}/bot{server.token}/getWebhookInfo", trust_env=False).json()
    return str(found["result"]["url"])
