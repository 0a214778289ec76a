"""The channels that the settings name."""

from __future__ import annotations

from bot import telegram, zalo
from bot.messages import Channel
from runtime.settings import Settings


def channels_of(settings: Settings) -> tuple[Channel, ...]:
    """Every channel that has a token."""
    found: list[Channel] = []
    if settings.zalo_token:
        found.append(zalo.zalo(settings.zalo_token, settings.zalo_base_url))
    if settings.telegram_token:
        found.append(telegram.telegram(settings.telegram_token, settings.telegram_base_url, settings.telegram_proxy))
    return tuple(found)


def webhook_of(settings: Settings, name: str) -> str:
    """The address that a channel sends its updates to, or "" where it is polled."""
    modes = {"telegram": settings.telegram_mode, "zalo": settings.zalo_mode}
    return f"{settings.public_url}/hooks/{name}" if modes[name] == "webhook" else ""
