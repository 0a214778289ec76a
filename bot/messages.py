"""What comes in from a chat and what goes out to it, alike for every channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal[
    "text", "press", "picture", "voice", "sticker", "file", "edited", "group", "bot", "left", "came", "other"
]


@dataclass(frozen=True, slots=True)
class Inbound:
    """One update of a channel, read. `kind` says what it is; only `text` and `press` can answer a question.

    `chat` is the channel's own id of the conversation; `text` what was typed, or the data of the button pressed;
    `message` the message that bore the button and `press` the id by which the press is acknowledged; `language` the
    tag that the app gave, for example "vi". `left` and `came` tell that the person blocked or unblocked the bot.
    `bot` is another machine, which is never answered: two that answer each other would not end.
    """

    channel: str
    chat: str
    kind: Kind
    text: str = ""
    message: str = ""
    press: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: its words, and what comes back when it is pressed (64 bytes at most), or the address it opens."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message as worded for a person: plain text, rows of buttons below it, and how it answers a press.

    `edit` is the message to change in place instead of sending a new one; `press` the press to acknowledge, with
    `toast` as the words that flash up (200 characters at most). Without `text` only the press is acknowledged.
    """

    text: str = ""
    rows: tuple[tuple[Choice, ...], ...] = ()
    edit: str = ""
    press: str = ""
    toast: str = ""


class DeliveryError(Exception):
    """A message could not be delivered; `code` is the channel's own word for it, without token, address or text."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class TransientError(DeliveryError):
    """Trying again later may help: network, 5xx, 429; `retry_after` holds the seconds that the channel asks for."""


class QuotaError(TransientError):
    """The channel takes no more messages for a long time: its plan is used up."""


class PermanentError(DeliveryError):
    """Trying again cannot help."""


class UnreachableError(PermanentError):
    """The person blocked the bot or is gone: nothing more is to be sent there."""


class Channel(Protocol):
    """What every chat channel does; the same renderer and sender serve all of them."""

    name: str
    buttons: bool  # whether messages can carry buttons and be edited
    limit: int  # characters of a message

    async def send(self, chat: str, message: Outbound) -> None:
        """Deliver one message; raises TransientError, PermanentError or UnreachableError."""
        ...

    async def receive(self, offset: int) -> tuple[list[tuple[str, str]], int]:
        """New updates as (event id, raw JSON) and the offset to ask with next, once these are stored.

        Waits up to half a minute; asking with the new offset tells the channel that it may forget what came before.
        """
        ...

    async def prepare(self, webhook: str, secret: str) -> None:
        """Set webhook, commands and descriptions; without a webhook address, get ready for `receive`."""
        ...

    async def examine(self) -> str:
        """The bot's own name as the channel knows it; raises DeliveryError where the token does not work."""
        ...

    async def webhook(self) -> str:
        """The address to which the channel sends its updates, or nothing; raises DeliveryError."""
        ...

    async def close(self) -> None:
        """Let the connections go."""
        ...
