"""Zalo Bot Platform: a thin client of its HTTP interface, and its updates read. Text only: no buttons, no editing."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote

import httpx
import structlog
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from bot.lengths import LIMIT, fit, units
from bot.messages import DeliveryError, Inbound, Kind, Outbound, PermanentError, TransientError
from bot.reading import UpdateError
from bot.zalo_answers import Answer, result_of

LOG = structlog.get_logger()
BASE_ADDRESS = "https://bot-api.zaloplatforms.com"
POLL_S = 30
PATIENCE_S = 20.0  # for an answer; beyond the long poll's own time
CONNECT_S = 10.0
CONNECTIONS = 64  # a long poll, and 25 messages a second that each take two seconds
LARGEST_ANSWER = 1_000_000  # bytes
SECRET_LENGTHS = range(8, 257)


@dataclass(slots=True, repr=False)
class ZaloChannel:
    """One bot on Zalo. The token stands only in the client's base address, where no log or traceback shows it."""

    client: httpx.AsyncClient
    poll_s: float
    patience_s: float
    shorten: bool  # a message that is too long is shortened; without it, it is a fault of ours
    name: str = "zalo"
    buttons: bool = False
    limit: int = LIMIT
    kept: list[tuple[str, str]] = field(default_factory=list)  # handed out by Zalo, perhaps not yet stored
    kept_until: int = 0  # the offset that says that they are

    async def call(self, method: str, body: Mapping[str, object], beyond_s: float = 0.0) -> object:
        """What a method of Zalo's gives; raises DeliveryError."""
        answer = await asked(self.client, method, body, self.patience_s + beyond_s)
        if isinstance(answer, DeliveryError):
            raise answer  # outside of any `except`: an exception of httpx would carry the address with it
        return result_of(method, answer)

    async def send(self, chat: str, message: Outbound) -> None:
        """Deliver the words of a message. Rows and toasts are left out: the words already say what can be typed."""
        text = fit(message.text)
        if not text:
            return
        assert self.shorten or units(message.text) <= LIMIT, f"{units(message.text)} characters are too many"
        await self.call("sendMessage", {"chat_id": chat, "text": text})

    async def receive(self, offset: int) -> tuple[list[tuple[str, str]], int]:
        """The next update, if one comes in time.

        Zalo knows no offset: once handed out, an update is gone there. So it is kept here and given again until the
        offset that came with it shows that it is stored.
        """
        if not self.kept or offset == self.kept_until:
            self.kept = await self.updates()
        if not self.kept:
            return [], offset
        self.kept_until = max(offset + 1, time.time_ns() // 1000)  # a number that no other process gives
        return self.kept, self.kept_until

    async def updates(self) -> list[tuple[str, str]]:
        """What Zalo hands out: one update at most, though several would be taken too."""
        began = time.monotonic()
        try:
            found = await self.call("getUpdates", {"timeout": f"{self.poll_s:g}"}, self.poll_s)
        except TransientError as error:
            if error.code != "408":
                raise
            found = None  # idle
        if not found:
            rest = min(1.0, self.poll_s) - (time.monotonic() - began)
            await asyncio.sleep(max(0.0, rest))  # a server that does not wait is not asked in a rush
            return []
        updates = [json.dumps(update) for update in (found if isinstance(found, list) else [found])]
        return [(number, raw) for raw in updates if (number := number_or_none(raw)) is not None]

    async def prepare(self, webhook: str, secret: str) -> None:
        """Set the webhook, always anew since Zalo does not show its secret; or take away one that stands."""
        if webhook and len(secret) not in SECRET_LENGTHS:
            raise PermanentError("secret_length")
        if webhook:
            await self.call("setWebhook", {"url": webhook, "secret_token": secret})
        elif await self.webhook():
            await self.call("deleteWebhook", {})

    async def webhook(self) -> str:
        """The address that updates go to, or nothing."""
        try:
            found = await self.call("getWebhookInfo", {})
        except PermanentError as error:
            if error.code != "404":
                raise
            return ""
        return str(found.get("url") or "") if isinstance(found, dict) else ""

    async def examine(self) -> str:
        """The bot's name on Zalo."""
        found = await self.call("getMe", {})
        if not isinstance(found, dict):
            raise TransientError("without_result")
        return next((str(found[key]) for key in ("display_name", "account_name", "name", "id") if found.get(key)), "")

    async def close(self) -> None:
        """Let the connections go."""
        await self.client.aclose()


def zalo(
    token: str,
    base_address: str = BASE_ADDRESS,
    *,
    proxy: str = "",
    poll_s: float = POLL_S,
    patience_s: float = PATIENCE_S,
    shorten: bool = True,
) -> ZaloChannel:
    """The channel of the bot with that token."""
    client = httpx.AsyncClient(
        base_url=f"{base_address.rstrip('/')}/bot{quote(token, safe=':')}/",
        proxy=proxy or None,
        trust_env=False,  # what is not a setting of ours does not steer where a token goes
        follow_redirects=False,
        limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
        headers={"Accept-Encoding": "identity"},
    )
    return ZaloChannel(client, poll_s, patience_s, shorten)


async def asked(
    client: httpx.AsyncClient, method: str, body: Mapping[str, object], patience_s: float
) -> Answer | DeliveryError:
    """The answer to a request, or why there is none; in twice the patience at most, however slowly it drips."""
    timeout = httpx.Timeout(patience_s, connect=min(CONNECT_S, patience_s))
    try:
        async with (
            asyncio.timeout(2 * patience_s),
            client.stream("POST", method, json=body, timeout=timeout) as response,
        ):
            read = await read_whole(response)
            if read is None:
                return TransientError("too_large")
            return Answer(response.status_code, response.headers.get("Retry-After", ""), read)
    except (TimeoutError, httpx.TimeoutException):
        return TransientError("timeout")
    except (httpx.HTTPError, httpx.InvalidURL):
        return TransientError("network")


async def read_whole(response: httpx.Response) -> bytes | None:
    """The body, unless it is larger than any that makes sense."""
    read = bytearray()
    async for part in response.aiter_bytes():
        read += part
        if len(read) > LARGEST_ANSWER:
            return None
    return bytes(read)


def clean(found: object) -> object:
    """Words without what no database keeps: NUL and halves of letters."""
    if not isinstance(found, str):
        return "" if found is None else found
    return found.replace("\0", "").encode("utf-8", "ignore").decode()


Id = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,64}$")]
Words = Annotated[str, BeforeValidator(clean)]


class Part(BaseModel):
    """A part of an update; more may stand in it than is read."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class Sender(Part):
    """Who wrote."""

    is_bot: bool = False


class Chat(Part):
    """Where it was written."""

    id: Id
    chat_type: str = "PRIVATE"


class Message(Part):
    """What was written."""

    message_id: Id
    chat: Chat
    sender: Sender | None = Field(None, alias="from")
    text: Words = ""


class Update(Part):
    """One update: the name of an event and its message."""

    event_name: Words = ""
    message: Message


KINDS: Mapping[str, Kind] = {
    "message.text.received": "text",
    "message.link.received": "text",  # an address that was typed or shared
    "message.image.received": "picture",
    "message.sticker.received": "sticker",
    "message.voice.received": "voice",
}


def read(raw: str) -> Inbound:
    """One update, from a webhook's body or from `receive`; raises UpdateError on what Zalo would not send."""
    update = update_of(raw)
    kind = kind_of(update)
    return Inbound("zalo", update.message.chat.id, kind, update.message.text if kind == "text" else "")


def kind_of(update: Update) -> Kind:
    """What an update is. Zalo names a text `unsupported` where it protects the person who wrote it: that is `other`."""
    message = update.message
    if message.sender is not None and message.sender.is_bot:
        return "bot"
    if message.chat.chat_type.upper() != "PRIVATE":
        return "group"
    kind = KINDS.get(update.event_name, "other")
    return "other" if kind == "text" and not message.text.strip() else kind


def event_id_of(raw: str) -> str:
    """By what an update is known when it comes again: the number of its message. Raises UpdateError."""
    return update_of(raw).message.message_id


def number_or_none(raw: str) -> str | None:
    """The number of an update; one without a message has nobody to answer to, and is told of in the log."""
    try:
        return event_id_of(raw)
    except UpdateError as error:
        LOG.warning("zalo_update_left_out", code=error.code)
        return None


def update_of(raw: str) -> Update:
    """The update in a text, bare or in the envelope of a webhook."""
    code = "not_json"
    try:
        body = json.loads(raw)
        code = "shape"
        return Update.model_validate(body.get("result", body))
    except (ValueError, AttributeError, RecursionError):
        pass  # what is wrong would repeat what somebody wrote
    raise UpdateError(code)
