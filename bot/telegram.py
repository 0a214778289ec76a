"""Telegram by the requests of python-telegram-bot alone: nothing of a talk is kept in this process."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Awaitable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest
from telegram.request import BaseRequest, HTTPXRequest

from bot.lengths import fit
from bot.messages import Choice, DeliveryError, Outbound, PermanentError, TransientError
from bot.telegram_commands import commands, description, short_description
from bot.telegram_errors import FOREIGN, UNREADABLE, asked
from bot.telegram_updates import event_id_of, read
from runtime.words import LANGUAGES

__all__ = ["BASE_ADDRESS", "LIMIT", "TelegramChannel", "event_id_of", "read", "telegram"]

LOG = structlog.get_logger()
BASE_ADDRESS = "https://api.telegram.org"
LIMIT = 4096  # characters of a message, counted as UTF-16 does
TOAST = 200
POLL_S = 25
PATIENCE_S = 20.0  # for an answer; beyond the long poll's own time
CONNECT_S = 10.0
CONNECTIONS = 32
QUICK_S = 0.5  # a server that does not wait is not asked in a rush
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
UNCHANGED = frozenset({"message_is_not_modified"})
NOT_TO_EDIT = frozenset({"message_to_edit_not_found", "message_cant_be_edited", "message_id_invalid"})


@dataclass(slots=True, repr=False)
class TelegramChannel:
    """One bot on Telegram."""

    bot: Bot
    request: BaseRequest
    polling: BaseRequest
    name: str = "telegram"
    buttons: bool = True
    limit: int = LIMIT
    handed_out: int = 0  # the offset that tells Telegram to forget what was received last

    async def send(self, chat: str, message: Outbound) -> None:
        """Acknowledge the press, then change the message that bore the button, or write a new one."""
        if message.press:
            await self.acknowledge(message.press, message.toast)
        text, keyboard = laid_out(message)
        if text and not await self.edited(chat, message.edit, text, keyboard):
            await delivered(
                self.bot.send_message(
                    int(chat),
                    text,
                    reply_markup=keyboard,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                    # Not `protect_content`: a person may copy the link and show the receipt to whom they like.
                )
            )

    async def acknowledge(self, press: str, toast: str) -> None:
        """Stop the clock on the button; a press that is too old, or was acknowledged before, needs no answer."""

        async def answer() -> None:
            try:
                await self.bot.answer_callback_query(press, fit(toast, TOAST) or None)
            except BadRequest:
                LOG.info("telegram_press_too_old")

        await delivered(answer())

    async def edited(self, chat: str, message: str, text: str, keyboard: InlineKeyboardMarkup | None) -> bool:
        """Whether the message now says this; False where it can be found or changed no more."""
        if not message.isdecimal():
            return False
        preview = LinkPreviewOptions(is_disabled=True)
        try:
            await delivered(
                self.bot.edit_message_text(
                    text, int(chat), int(message), reply_markup=keyboard, link_preview_options=preview
                )
            )
        except PermanentError as error:
            if error.code not in UNCHANGED | NOT_TO_EDIT:
                raise
            return error.code in UNCHANGED
        return True

    async def receive(self, offset: int) -> tuple[list[tuple[str, str]], int]:
        """New updates as they came: one that the library could not read must not hold up the others.

        Only an offset that was handed out here is passed on. After a quiet week Telegram numbers anew, perhaps from
        lower on; to name an old offset then would throw away what has a lower number. Without one nothing is lost.
        """
        began = asyncio.get_running_loop().time()
        wishes = {"timeout": POLL_S, "allowed_updates": json.dumps(ALLOWED)}
        address = f"{self.bot.base_url}/getUpdates?{urlencode(wishes)}"
        if offset and offset == self.handed_out:
            address += f"&offset={offset}"
        try:
            answer = await asked(self.polling.retrieve(address, read_timeout=POLL_S + PATIENCE_S))
        except TransientError as error:
            if error.code != "timeout":
                raise
            return [], offset
        found = updates_in(answer)
        if not found:
            self.handed_out = 0
            await asyncio.sleep(QUICK_S - (asyncio.get_running_loop().time() - began))
            return [], offset
        self.handed_out = max(number for number, _ in found) + 1
        return [(str(number), raw) for number, raw in found], self.handed_out

    async def prepare(self, webhook: str, secret: str) -> None:
        """Set the webhook or take it away; then the commands and descriptions, which some servers do not know."""
        if webhook:
            await asked(self.bot.set_webhook(webhook, allowed_updates=ALLOWED, secret_token=secret or None))
        else:
            await asked(self.bot.delete_webhook())
        for language in LANGUAGES:
            tag = None if language == LANGUAGES[0] else language  # the first one is for everybody else
            bot = self.bot
            await wished(bot.set_my_commands(commands(language), language_code=tag))
            await wished(bot.set_my_description(description(language), language_code=tag))
            await wished(bot.set_my_short_description(short_description(language), language_code=tag))

    async def webhook(self) -> str:
        """The address that updates go to, or nothing."""
        return (await asked(self.bot.get_webhook_info())).url or ""

    async def examine(self) -> str:
        """The bot's name on Telegram."""
        return f"@{(await asked(self.bot.get_me())).username}"

    async def close(self) -> None:
        """Let the connections go."""
        await asyncio.gather(self.request.shutdown(), self.polling.shutdown())


def telegram(token: str, base_address: str = BASE_ADDRESS, proxy: str = "") -> TelegramChannel:
    """The channel of the bot with that token."""
    return channel_of(token, base_address, connections(CONNECTIONS, proxy), connections(2, proxy))


def channel_of(token: str, base_address: str, request: BaseRequest, polling: BaseRequest) -> TelegramChannel:
    """The channel over connections that are made already."""
    os.environ["PTB_TIMEDELTA"] = "1"  # the library's own switch to its later way, without a warning at each 429
    logging.getLogger("telegram").setLevel(logging.CRITICAL)  # its errors print the answers that it could not read
    bot = Bot(token, f"{base_address.rstrip('/')}/bot", request=request, get_updates_request=polling)
    return TelegramChannel(bot, request, polling)


def connections(size: int, proxy: str) -> HTTPXRequest:
    """Connections to Telegram; what is not a setting of ours does not steer where a token goes."""
    return HTTPXRequest(
        size,
        read_timeout=PATIENCE_S,
        write_timeout=PATIENCE_S,
        connect_timeout=CONNECT_S,
        pool_timeout=PATIENCE_S,
        proxy=proxy or None,
        httpx_kwargs={"trust_env": False, "follow_redirects": False},
    )


async def delivered(request: Awaitable[object]) -> None:
    """Ask for a thing to be shown. What was done is done, even where the library cannot read what Telegram tells of it:
    to ask again would show it twice."""
    try:
        await asked(request)
    except TransientError as error:
        if error.code != UNREADABLE:
            raise
        LOG.warning("telegram_answer_unreadable")


async def wished(request: Awaitable[object]) -> None:
    """Ask for something without which the bot can work; only a network that is away is told to the caller."""
    try:
        await asked(request)
    except DeliveryError as error:
        if isinstance(error, TransientError) and error.code not in (FOREIGN, UNREADABLE):
            raise
        LOG.warning("telegram_without_menu", code=error.code)


def updates_in(answer: bytes) -> list[tuple[int, str]]:
    """The updates in an answer to `getUpdates`, each with its number; raises TransientError on another answer."""
    try:
        found = json.loads(answer)["result"]
        return [(int(update["update_id"]), json.dumps(update, ensure_ascii=False)) for update in found]
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    raise TransientError(FOREIGN)


def laid_out(message: Outbound) -> tuple[str, InlineKeyboardMarkup | None]:
    """Text and keyboard as Telegram takes them. A link that it would refuse stands in the text: it refuses the whole
    message with it."""
    links = [choice for row in message.rows for choice in row if choice.url and not is_public(choice.url)]
    text = fit("\n".join([message.text, *(f"{choice.label}: {choice.url}" for choice in links)]), LIMIT)
    rows = [[button(choice) for choice in row if choice not in links] for row in message.rows]
    return text, InlineKeyboardMarkup([row for row in rows if row]) if any(rows) else None


def button(choice: Choice) -> InlineKeyboardButton:
    """One button."""
    if choice.url:
        return InlineKeyboardButton(choice.label, url=choice.url)
    return InlineKeyboardButton(choice.label, callback_data=choice.data)


def is_public(address: str) -> bool:
    """Whether Telegram takes an address for a button: it refuses those that name no host of the wide world.

    >>> is_public("https://khaosat.tinh.gov.vn/f/x"), is_public("http://localhost:8000/f/x")
    (True, False)
    """
    return "." in (urlsplit(address).hostname or "")
