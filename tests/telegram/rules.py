"""What Telegram takes of a bot: https://core.telegram.org/bots/api, as far as this bot goes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

Given = Mapping[str, str]  # parameters as they stand in the form
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
TEXT, TOAST, DATA, BUTTONS, IN_A_ROW = 4096, 200, 64, 100, 8


def broken(method: str, given: Given) -> list[str]:
    """Every rule that a request breaks."""
    return list(RULES.get(method, no_rules)(given))


def no_rules(_: Given) -> Iterator[str]:
    yield from ()


def units(text: str) -> int:
    """The length of a text in UTF-16 units, by which Telegram counts where it counts most."""
    return len(text.encode("utf-16-le")) // 2


def length(name: str, text: str, least: int, most: int) -> Iterator[str]:
    if not least <= units(text) <= most:
        yield f"{name} has {units(text)} characters, not {least} to {most}"


def message(given: Given) -> Iterator[str]:
    text = given.get("text", "")
    yield from length("text", text.strip(), 1, TEXT)
    yield from length("text", text, 1, TEXT)
    if not re.fullmatch(r"-?[0-9]+", given.get("chat_id", "")):
        yield "chat_id is no number"
    if "parse_mode" in given:
        yield "parse_mode makes markup of what people wrote"
    if "reply_markup" in given:
        yield from keyboard(json.loads(given["reply_markup"]))


def edit(given: Given) -> Iterator[str]:
    yield from message(given)
    if not re.fullmatch(r"[1-9][0-9]*", given.get("message_id", "")):
        yield "message_id is no number"


def keyboard(markup: Mapping[str, Any]) -> Iterator[str]:
    rows = markup["inline_keyboard"]
    if not rows or not all(rows):
        yield "an empty row of buttons"
    if max(map(len, rows), default=0) > IN_A_ROW:
        yield f"more than {IN_A_ROW} buttons in a row"
    if sum(map(len, rows)) > BUTTONS:
        yield f"more than {BUTTONS} buttons"
    for row in rows:
        for button in row:
            yield from wrong_with(button)


def wrong_with(button: Mapping[str, Any]) -> Iterator[str]:
    if not button["text"].strip():
        yield "a button without words"
    if len(button.keys() & {"callback_data", "url"}) != 1:
        yield f"the button “{button['text']}” does not do one thing"
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= DATA:
        yield f"the data “{button['callback_data']}” are not 1 to {DATA} bytes"
    place = urlsplit(button.get("url", "https://example.vn"))
    if place.scheme not in ("http", "https") or "." not in (place.hostname or ""):
        yield "the link of a button leads nowhere"


def acknowledgement(given: Given) -> Iterator[str]:
    yield from length("text", given.get("text", ""), 0, TOAST)
    if not given.get("callback_query_id"):
        yield "no callback_query_id"


def menu(given: Given) -> Iterator[str]:
    for command in json.loads(given["commands"]):
        if not COMMAND.fullmatch(command["command"]):
            yield f"“{command['command']}” is no command"
        yield from length("description", command["description"], 1, 256)


def hook(given: Given) -> Iterator[str]:
    if not SECRET.fullmatch(given.get("secret_token", "x")):
        yield "secret_token has other signs than letters, digits, _ and -"


RULES: Mapping[str, Callable[[Given], Iterator[str]]] = {
    "sendMessage": message,
    "editMessageText": edit,
    "answerCallbackQuery": acknowledgement,
    "setMyCommands": menu,
    "setMyDescription": lambda given: length("description", given.get("description", ""), 1, 512),
    "setMyShortDescription": lambda given: length("short_description", given.get("short_description", ""), 1, 120),
    "setWebhook": hook,
}
