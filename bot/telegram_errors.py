"""What becomes of a request that Telegram refuses: its words are brought down to a code that gives nothing away."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.messages import DeliveryError, PermanentError, TransientError, UnreachableError

Answer = TypeVar("Answer")

FOREIGN = "foreign_answer"  # a page of a filter on the way, or of a server that is none of Telegram's
UNREADABLE = "unreadable_answer"  # done as asked, but the library cannot read what was said of it
GONE = re.compile(r"chat_not_found|peer_id_invalid|user_not_found|deactivated|rights_to_send")
# What Telegram was given it repeats in quotes or behind a colon: that may be a link which lets its reader in.
OWN_WORDS = re.compile(r"(?:(?:Bad Request|Forbidden|Conflict) ?: )?((?:[A-Za-z]|(?<=[a-z])'(?=[a-z])|[ _-])+)")
LONGEST_CODE = 60
CODES: Mapping[type[TelegramError], str] = {TimedOut: "timeout", Conflict: "409"}


async def asked(request: Awaitable[Answer]) -> Answer:
    """What Telegram answers; raises DeliveryError, with nothing of the library's own errors hanging on it."""
    fault: DeliveryError
    try:
        return await request
    except TelegramError as error:
        fault = meant(error)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        fault = TransientError(FOREIGN if error.args == ("result",) else UNREADABLE)
    raise fault  # outside of any `except`: the errors of the network hold addresses, and these hold the token


def meant(error: TelegramError) -> DeliveryError:
    """The error as the sender understands it: whether to wait, to give the message up, or the chat."""
    if isinstance(error, RetryAfter):
        return TransientError("429", seconds(error.retry_after))
    if type(error) is TelegramError or type(error.__cause__) is TelegramError:
        return TransientError(FOREIGN)  # no JSON: a refusal of the network's, not of Telegram's, whatever its number
    code = code_of(error.message)
    if isinstance(error, InvalidToken):
        return PermanentError("401" if code == "unauthorized" else "404")
    if isinstance(error, BadRequest):
        return (UnreachableError if GONE.search(code) else PermanentError)(code)
    if isinstance(error, Forbidden | ChatMigrated):
        return UnreachableError(code)
    return TransientError(CODES.get(type(error), "network" if error.__cause__ else code))


def seconds(found: float | timedelta) -> float:
    """How long Telegram asks to wait; the library is between two ways of telling it."""
    return found.total_seconds() if isinstance(found, timedelta) else float(found)


def code_of(description: str) -> str:
    """Telegram's own words, as a code: without what it was given, numbers of chats among it.

    >>> code_of("Message to edit not found"), code_of("BUTTON_DATA_INVALID")
    ('message_to_edit_not_found', 'button_data_invalid')
    >>> code_of("Inline keyboard button url 'http://localhost/f/secret' is invalid: wrong http url")
    'inline_keyboard_button_url'
    """
    found = OWN_WORDS.match(description)
    words = re.findall(r"[a-z]+", found[1].lower().replace("'", "")) if found else []
    return "_".join(words)[:LONGEST_CODE] or "unknown"
