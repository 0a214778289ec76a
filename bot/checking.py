"""Whether each configured channel works: its token is asked after, and where its updates go."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bot.channels import channels_of, webhook_of
from bot.messages import Channel, DeliveryError
from runtime.settings import Settings

PATIENCE_S = 10.0

# what the channel says → what to do about it; everything else is told in the last words
NOT_REACHED = "Check this machine's way to the internet, and TELEGRAM_BASE_URL, TELEGRAM_PROXY or ZALO_BASE_URL."
TOKEN = "The token is not taken: copy it again from where the bot was made."  # noqa: S105 - a sentence
CURES: Mapping[str, str] = {
    "401": TOKEN,
    "404": TOKEN,
    "network": NOT_REACHED,
    "timeout": NOT_REACHED,
    "redirect": NOT_REACHED,
    "not_json": NOT_REACHED,
    "too_large": NOT_REACHED,
    "foreign_answer": NOT_REACHED,
}
LATER = "Try again in a few minutes; if it stays so, see “Chat” in docs/operating.md."
SET_ANEW = "Start `python -m bot` anew: it sets the webhook, or takes it away where updates are polled."


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a channel, and what to do about it where it is not well."""

    ok: bool
    found: str
    cure: str = ""


async def check(settings: Settings) -> dict[str, dict[str, object]]:
    """Every configured channel by its name; each is given ten seconds."""
    channels = channels_of(settings)
    found = await asyncio.gather(*(checked(each, webhook_of(settings, each.name)) for each in channels))
    return {channel.name: asdict(each) for channel, each in zip(channels, found, strict=True)}


async def checked(channel: Channel, wanted: str) -> Checked:
    """Ask a channel who the bot is and where its updates go; `wanted` is the webhook's address, or "" for polling."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            name, webhook = await channel.examine(), await channel.webhook()
    except TimeoutError:
        return Checked(ok=False, found="timeout", cure=NOT_REACHED)
    except DeliveryError as error:
        return Checked(ok=False, found=error.code, cure=CURES.get(error.code, LATER))
    finally:
        await channel.close()
    ways = {True: f"webhook {webhook}", False: "polling"}
    return Checked(webhook == wanted, f"{name}, {ways[bool(webhook)]}", "" if webhook == wanted else SET_ANEW)
