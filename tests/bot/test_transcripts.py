"""The conversations in docs/chat are what the bot says today."""

from __future__ import annotations

import pytest

from tests.bot.transcripts import FOLDER, document, on_telegram, on_zalo
from tests.telegram_servers import TelegramServer


@pytest.mark.xdist_group("chat")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_conversation_on_zalo_is_as_documented(language: str) -> None:
    written = (FOLDER / f"zalo-{language}.md").read_text(encoding="utf-8")
    assert document("zalo", on_zalo(language)) == written, "run python -m tests.bot.transcripts and read it"


@pytest.mark.xdist_group("chat")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_conversation_on_telegram_is_as_documented(language: str, telegram_server: TelegramServer) -> None:
    written = (FOLDER / f"telegram-{language}.md").read_text(encoding="utf-8")
    found = document("telegram", on_telegram(language, telegram_server))
    assert found == written, "run python -m tests.bot.transcripts and read it"
