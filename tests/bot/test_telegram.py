"""Telegram through the real library, only the wire replaced: what goes out, and what is made of what comes back."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import TimedOut
from telegram.request import BaseRequest, RequestData

from bot.messages import (
    Choice,
    DeliveryError,
    Inbound,
    Outbound,
    PermanentError,
    TransientError,
    UnreachableError,
)
from bot.reading import UpdateError
from bot.telegram import LIMIT, TelegramChannel, channel_of, event_id_of, read, telegram
from runtime.words import LANGUAGES
from tests.servers import free_port
from tests.telegram.rules import broken, units
from workflows.updates import arrival

T = TypeVar("T")
ROOT = Path(__file__).parent.parent.parent
TOKEN = "123456789:AAE-a-token_of-the-tests-0123456789a"
CHAT = "5012345678"
WORDS = "Tôi ở số 12 phố Hàng Bạc"
WEB = "https://khaosat.tinh.gov.vn/f/x7"
PRESSED = Outbound("2/12. Câu hai", edit="7", press="77", toast="Đã ghi nhận")

Answer = tuple[int, bytes] | Exception


def good(result: object = True) -> Answer:
    return 200, json.dumps({"ok": True, "result": result}).encode()


def bad(code: int, description: str, **parameters: object) -> Answer:
    said = {"ok": False, "error_code": code, "description": description}
    return code, json.dumps(said | ({"parameters": parameters} if parameters else {})).encode()


SHOWN = {"message_id": 7, "date": 1, "chat": {"id": int(CHAT), "type": "private"}, "text": "…"}
UNREADABLE = good({"message_id": 7})  # sent, but told of in a way that the library does not know
GOOD: Mapping[str, Answer] = {"sendMessage": good(SHOWN), "editMessageText": good(SHOWN), "getUpdates": good([])}


class Wire(BaseRequest):
    """The wire: keeps what goes out, which must be within Telegram's rules, and answers by a table."""

    def __init__(self, *answers: tuple[str, Answer]) -> None:
        self.answers = list(answers)  # each is given once
        self.sent: list[tuple[str, dict[str, str]]] = []
        self.patience: list[object] = []

    @property
    def read_timeout(self) -> float | None:
        return 20.0

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        self.sent.append(("closed", {}))

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        place = urlsplit(url)
        assert f"{place.scheme}://{place.netloc}" == "https://api.telegram.org"
        bot, _, name = place.path.removeprefix("/").partition("/")
        assert bot == f"bot{TOKEN}"
        given = dict(parse_qsl(place.query)) | (request_data.json_parameters if request_data else {})
        assert broken(name, given) == []
        self.sent.append((name, given))
        self.patience.append(read_timeout)
        found = next((each for each in self.answers if each[0] == name), None)
        if found is not None:
            self.answers.remove(found)
        answer = found[1] if found is not None else GOOD.get(name, good())
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.sent]


def channel_on(wire: Wire) -> TelegramChannel:
    return channel_of(TOKEN, "https://api.telegram.org/", wire, wire)


def sent(message: Outbound, *answers: tuple[str, Answer]) -> Wire:
    """Send a message; gives the wire, as it was then."""
    wire = Wire(*answers)
    asyncio.run(channel_on(wire).send(CHAT, message))
    return wire


def refused(work: Callable[[TelegramChannel], Awaitable[object]], *answers: tuple[str, Answer]) -> DeliveryError:
    """The error that a piece of work ends in; nothing that was given to Telegram hangs on it."""

    async def done() -> None:
        await work(channel_on(Wire(*answers)))

    with pytest.raises(DeliveryError) as raised:
        asyncio.run(done())
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    assert not [each for each in (TOKEN, CHAT, WORDS, WEB, "httpx.") if each in told]
    return raised.value


# What goes out.


def test_a_message_is_plain_text_without_a_preview() -> None:
    wire = sent(Outbound(WORDS, ((Choice("Một", "a|k7|q1|1"), Choice("Hai", "a|k7|q1|2")), (Choice("Web", url=WEB),))))
    ((name, given),) = wire.sent
    assert name == "sendMessage"
    assert json.loads(given.pop("reply_markup"))["inline_keyboard"] == [
        [{"text": "Một", "callback_data": "a|k7|q1|1"}, {"text": "Hai", "callback_data": "a|k7|q1|2"}],
        [{"text": "Web", "url": WEB}],
    ]
    assert json.loads(given.pop("link_preview_options")) == {"is_disabled": True}
    assert given == {"chat_id": CHAT, "text": WORDS}


def test_a_press_is_acknowledged_and_its_message_becomes_the_next_question() -> None:
    wire = sent(Outbound(PRESSED.text, ((Choice("Một", "a|k7|q2|1"),),), "7", "77", PRESSED.toast))
    assert wire.names == ["answerCallbackQuery", "editMessageText"]
    assert wire.sent[0][1] == {"callback_query_id": "77", "text": "Đã ghi nhận"}
    given = wire.sent[1][1]
    assert (given["chat_id"], given["message_id"], given["text"]) == (CHAT, "7", PRESSED.text)
    assert "Một" in json.loads(given["reply_markup"])["inline_keyboard"][0][0]["text"]


def test_a_press_may_be_acknowledged_alone() -> None:
    assert sent(Outbound(press="77")).sent == [("answerCallbackQuery", {"callback_query_id": "77"})]


def test_what_is_too_long_is_shortened() -> None:
    wire = sent(Outbound("ạ😀" * 3000, press="77", toast="lời " * 100))
    toast, text = wire.sent[0][1]["text"], wire.sent[1][1]["text"]
    assert units(text) <= LIMIT
    assert text.endswith("…")
    assert toast.endswith("…")


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Bad Request: message to edit not found", ["editMessageText", "sendMessage"]),
        ("Bad Request: message can't be edited", ["editMessageText", "sendMessage"]),
        ("Bad Request: MESSAGE_ID_INVALID", ["editMessageText", "sendMessage"]),
        (
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message",
            ["editMessageText"],
        ),
    ],
)
def test_a_message_that_cannot_be_changed_is_written_anew(description: str, expected: list[str]) -> None:
    wire = sent(Outbound(WORDS, edit="7"), ("editMessageText", bad(400, description)))
    assert wire.names == expected
    assert wire.sent[-1][1]["text"] == WORDS


def test_a_change_that_is_refused_for_another_reason_is_not_sent_as_new() -> None:
    error = refused(
        lambda channel: channel.send(CHAT, Outbound(WORDS, edit="7")),
        ("editMessageText", bad(400, "Bad Request: message is too long")),
    )
    assert (type(error), error.code) == (PermanentError, "message_is_too_long")


@pytest.mark.parametrize("message", ["", "x", "-1", "٣x"])
def test_without_the_number_of_a_message_a_new_one_is_written(message: str) -> None:
    assert sent(Outbound(WORDS, edit=message)).names == ["sendMessage"]


def test_a_press_that_is_too_old_does_not_hold_up_the_answer() -> None:
    gone = bad(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    assert sent(PRESSED, ("answerCallbackQuery", gone)).names == ["answerCallbackQuery", "editMessageText"]


@pytest.mark.parametrize("name", ["sendMessage", "editMessageText", "answerCallbackQuery"])
def test_what_was_done_is_not_done_twice_because_the_library_cannot_read_the_answer(name: str) -> None:
    edit = "7" if name == "editMessageText" else ""
    wire = sent(Outbound(WORDS, edit=edit, press="77"), (name, UNREADABLE))
    assert wire.names == ["answerCallbackQuery", "editMessageText" if edit else "sendMessage"]


@pytest.mark.parametrize("address", ["http://localhost:8000/f/x7", "http://intern/f/x7"])
def test_a_link_that_telegram_refuses_stands_in_the_text(address: str) -> None:
    rows = ((Choice("Một", "a|k7|q1|1"),), (Choice("Trang web", url=address),))
    given = sent(Outbound(WORDS, rows)).sent[0][1]
    assert given["text"] == f"{WORDS}\nTrang web: {address}"
    assert len(json.loads(given["reply_markup"])["inline_keyboard"]) == 1


def test_the_text_remains_where_no_button_does() -> None:
    given = sent(Outbound(WORDS, ((Choice("Trang web", url="http://localhost/f"),),))).sent[0][1]
    assert "reply_markup" not in given


# What Telegram refuses.

HTML = b"<html><body>Trang bi chan. </body></html>"
REFUSALS: Mapping[str, tuple[Answer, type[DeliveryError], str, float | None]] = {
    "too much": (bad(429, "Too Many Requests: retry after 17", retry_after=17), TransientError, "429", 17.0),
    "too much, no time": (bad(429, "Too Many Requests"), TransientError, "too_many_requests", None),
    "server": (bad(500, "Internal Server Error: restart"), TransientError, "internal_server_error", None),
    "gateway": ((502, HTML), TransientError, "foreign_answer", None),
    "blocked": (
        bad(403, "Forbidden: bot was blocked by the user"),
        UnreachableError,
        "bot_was_blocked_by_the_user",
        None,
    ),
    "gone": (bad(403, "Forbidden: user is deactivated"), UnreachableError, "user_is_deactivated", None),
    "never wrote": (
        bad(403, "Forbidden: bot can't initiate conversation with a user"),
        UnreachableError,
        "bot_cant_initiate_conversation_with_a_user",
        None,
    ),
    "no chat": (bad(400, "Bad Request: chat not found"), UnreachableError, "chat_not_found", None),
    "no peer": (bad(400, "Bad Request: PEER_ID_INVALID"), UnreachableError, "peer_id_invalid", None),
    "moved": (
        bad(400, f"Bad Request: group chat {CHAT} was upgraded", migrate_to_chat_id=-1001),
        UnreachableError,
        "group_migrated_to_supergroup",
        None,
    ),
    "data": (bad(400, "Bad Request: BUTTON_DATA_INVALID"), PermanentError, "button_data_invalid", None),
    "repeats a link": (
        bad(400, f"Bad Request: inline keyboard button URL '{WEB}' is invalid: Wrong HTTP URL"),
        PermanentError,
        "inline_keyboard_button_url",
        None,
    ),
    "repeats the words": (bad(400, f"Bad Request: wrong text: {WORDS}"), PermanentError, "wrong_text", None),
    "repeats the chat": (bad(400, f"Bad Request: chat {CHAT} is odd"), PermanentError, "chat", None),
    "says nothing": (bad(400, ""), PermanentError, "bad_request", None),
    "token": (bad(401, "Unauthorized"), PermanentError, "401", None),
    "token of no shape": (bad(404, "Not Found"), PermanentError, "404", None),
    "two pollers": (bad(409, "Conflict: terminated by other getUpdates request"), TransientError, "409", None),
    "a filter says 403": ((403, HTML), TransientError, "foreign_answer", None),
    "a filter says 404": ((404, HTML), TransientError, "foreign_answer", None),
    "a filter says 200": ((200, HTML), TransientError, "foreign_answer", None),
    "a filter leads away": ((302, HTML), TransientError, "foreign_answer", None),
    "no result": ((200, b'{"ok":false}'), TransientError, "foreign_answer", None),
    "no time": (TimedOut(), TransientError, "timeout", None),
    "no network": (OSError(f"https://api.telegram.org/bot{TOKEN}"), TransientError, "network", None),
}


@pytest.mark.parametrize(("answer", "kind", "code", "wait"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_says_what_to_do(answer: Answer, kind: type[DeliveryError], code: str, wait: float | None) -> None:
    error = refused(lambda channel: channel.send(CHAT, Outbound(WORDS)), ("sendMessage", answer))
    assert (type(error), error.code, error.retry_after) == (kind, code, wait)
    later = refused(lambda channel: channel.send(CHAT, Outbound(WORDS, edit="7")), ("editMessageText", answer))
    assert (type(later), later.code) == (kind, code)


@pytest.mark.parametrize(
    ("answer", "code"),
    [(REFUSALS[name][0], REFUSALS[name][2]) for name in ("too much", "server", "no network", "blocked")],
)
def test_a_press_that_cannot_be_acknowledged_is_tried_again_as_a_whole(answer: Answer, code: str) -> None:
    assert refused(lambda channel: channel.send(CHAT, PRESSED), ("answerCallbackQuery", answer)).code == code


# What comes in.


def person(**more: object) -> dict[str, object]:
    return {"id": int(CHAT), "is_bot": False, "first_name": "Lan", **more}


def update(number: int = 41, /, **parts: object) -> dict[str, Any]:
    return {"update_id": number, **parts}


def message(
    chat: Mapping[str, object] | None = None, author: Mapping[str, object] | None = None, **parts: object
) -> Any:
    found = {"message_id": 9, "date": 1, "chat": chat or {"id": int(CHAT), "type": "private"}, **parts}
    return found | {"from": author or person(language_code="vi")}


def press(**parts: object) -> dict[str, object]:
    return {"id": "77", "from": person(language_code="en"), "chat_instance": "1", "data": "a|k7|q1|5", **parts}


def moved(before: str, after: str, chat: Mapping[str, object] | None = None) -> dict[str, object]:
    bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
    return {
        "chat": chat or {"id": int(CHAT), "type": "private"},
        "from": person(),
        "date": 1,
        "old_chat_member": {"user": bot, "status": before, "until_date": 0},
        "new_chat_member": {"user": bot, "status": after, "until_date": 0},
    }


FILE = {"file_id": "x", "file_unique_id": "x"}
SIZED = {**FILE, "width": 1, "height": 1}
GROUP = {"id": -100123, "type": "supergroup", "title": "Tổ dân phố"}
CHANNEL = {"id": -100124, "type": "channel", "title": "Kênh"}


def said(
    kind: str, text: str = "", *, chat: str = CHAT, language: str = "vi", message: str = "", press: str = ""
) -> Inbound:
    return Inbound("telegram", chat, kind, text, message, press, language)  # type: ignore[arg-type]


READ: Mapping[str, tuple[dict[str, Any], Inbound]] = {
    "text": (update(message=message(text="  1,３ ")), said("text", "  1,３ ")),
    "deep link": (update(message=message(text="/start P017K")), said("text", "/start P017K")),
    "no language": (update(message=message(text="1", author=person())), said("text", "1", language="")),
    "reply": (update(message=message(text="1", reply_to_message=message(text="?"))), said("text", "1")),
    "NUL and half a letter": (update(message=message(text="a\0b\ud800c")), said("text", "abc")),
    "photo": (update(message=message(photo=[SIZED], caption="5")), said("picture")),
    "video": (update(message=message(video={**SIZED, "duration": 1})), said("picture")),
    "animation": (update(message=message(animation={**SIZED, "duration": 1}, document=FILE)), said("picture")),
    "voice": (update(message=message(voice={**FILE, "duration": 3})), said("voice")),
    "round video": (update(message=message(video_note={**FILE, "length": 1, "duration": 1})), said("voice")),
    "audio": (update(message=message(audio={**FILE, "duration": 1})), said("voice")),
    "sticker": (
        update(message=message(sticker={**SIZED, "is_animated": False, "is_video": False, "type": "regular"})),
        said("sticker"),
    ),
    "document": (update(message=message(document=FILE)), said("file")),
    "place": (update(message=message(location={"longitude": 1.0, "latitude": 2.0})), said("other")),
    "contact": (update(message=message(contact={"phone_number": "0", "first_name": "A"})), said("other")),
    "dice": (update(message=message(dice={"emoji": "🎲", "value": 3})), said("other")),
    "new kind": (update(message=message(hologram={"depth": 3})), said("other")),
    "another bot": (update(message=message(text="1", author=person(is_bot=True))), said("bot", language="")),
    "edited": (update(edited_message=message(text="2", edit_date=2)), said("edited")),
    "group": (update(message=message(GROUP, text="1")), said("group", chat="-100123", language="")),
    "edited in a group": (update(edited_message=message(GROUP, text="1")), said("group", chat="-100123", language="")),
    "anonymous in a group": (
        update(message={"message_id": 9, "date": 1, "chat": GROUP, "sender_chat": GROUP, "text": "1"}),
        said("group", chat="-100123", language=""),
    ),
    "channel": (
        update(channel_post={"message_id": 9, "date": 1, "chat": CHANNEL, "text": "1"}),
        said("group", chat="-100124", language=""),
    ),
    "press": (
        update(callback_query=press(message=message(text="?"))),
        said("press", "a|k7|q1|5", language="en", message="9", press="77"),
    ),
    "press of an old message": (
        update(
            callback_query=press(message={"message_id": 9, "date": 0, "chat": {"id": int(CHAT), "type": "private"}})
        ),
        said("press", "a|k7|q1|5", language="en", message="9", press="77"),
    ),
    "press in a group": (
        update(callback_query=press(message=message(GROUP, text="?"))),
        said("group", chat="-100123", language="", press="77"),
    ),
    "press of another bot's message": (
        update(callback_query=press(inline_message_id="x")),
        said("other", language="", press="77"),
    ),
    "blocked": (update(my_chat_member=moved("member", "kicked")), said("left", language="")),
    "unblocked": (update(my_chat_member=moved("kicked", "member")), said("came", language="")),
    "put into a group": (
        update(my_chat_member=moved("left", "member", GROUP)),
        said("group", chat="-100123", language=""),
    ),
}


@pytest.mark.parametrize(("found", "expected"), READ.values(), ids=READ)
def test_an_update_is_read(found: dict[str, Any], expected: Inbound) -> None:
    raw = json.dumps(found)
    assert read(raw) == expected
    assert event_id_of(raw) == "41"


@pytest.mark.parametrize(("found", "expected"), READ.values(), ids=READ)
def test_the_inbox_knows_an_update_by_the_same_numbers(found: dict[str, Any], expected: Inbound) -> None:
    arrived = arrival("telegram", json.dumps(found))
    assert arrived is not None
    assert (arrived.event_id, arrived.chat) == (event_id_of(arrived.raw), expected.chat)
    assert read(arrived.raw) == expected


BROKEN: Mapping[str, tuple[str, str]] = {
    "nothing": ("", "not_json"),
    "words": ("Xin chào", "not_json"),
    "cut off": ('{"update_id":1,"message":{"me', "not_json"),
    "too deep": ("[" * 100_000, "not_json"),
    "a list": ("[]", "shape"),
    "a number": ("7", "shape"),
    "null": ("null", "shape"),
    "no number": (json.dumps({"message": message(text="1")}), "shape"),
    "number in words": (json.dumps({"update_id": "1", "message": message(text="1")}), "shape"),
    "truth for a number": (json.dumps({"update_id": True, "message": message(text="1")}), "shape"),
    "message in words": (json.dumps(update(message=WORDS)), "shape"),
    "no chat": (json.dumps(update(message={"message_id": 9, "date": 1, "text": WORDS})), "shape"),
    "chat in words": (json.dumps(update(message=message({"id": WORDS, "type": "private"}, text="1"))), "shape"),
    "text is a list": (json.dumps(update(message=message(text=[WORDS]))), "shape"),
    "a day beyond all calendars": (json.dumps(update(message=message(text="1", date=10**18))), "shape"),
    "data is a number": (json.dumps(update(callback_query=press(message=message(text="?"), data=5))), "shape"),
    "nobody": (json.dumps(update()), "kind"),
    "unknown kind": (json.dumps(update(hologram={"id": 1})), "kind"),
}


@pytest.mark.parametrize(("raw", "code"), BROKEN.values(), ids=BROKEN)
def test_what_telegram_would_not_send_is_told_apart_without_repeating_it(raw: str, code: str) -> None:
    with pytest.raises(UpdateError) as raised:
        read(raw)
    assert raised.value.code == code
    assert WORDS not in "".join(traceback.format_exception(raised.value))


PATHS = st.lists(st.integers(0, 20), min_size=1, max_size=5)
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "type", "chat"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(start=st.sampled_from([found for found, _ in READ.values()]), path=PATHS, odd=ODD)
def test_whatever_is_odd_in_an_update_is_read_or_refused(start: dict[str, Any], path: list[int], odd: object) -> None:
    changed = json.loads(json.dumps(start))
    place: Any = changed
    for step in path[:-1]:
        inner = [value for value in place.values() if isinstance(value, dict)]
        place = inner[step % len(inner)] if inner else place
    place[sorted(place)[path[-1] % len(place)]] = odd
    try:
        found = read(json.dumps(changed))
    except UpdateError:
        return
    assert found.chat.lstrip("-").isdecimal()
    assert all(isinstance(each, str) for each in (found.text, found.message, found.press, found.language))


# Polling.


def test_updates_are_given_as_they_came_and_then_forgotten_there() -> None:
    odd = update(43, message={"hologram": WORDS})  # the library cannot read it; the others come all the same
    wire = Wire(("getUpdates", good([update(42, message=message(text="một")), odd])))
    channel = channel_on(wire)

    async def done() -> None:
        found, onward = await channel.receive(7)
        assert [(number, json.loads(raw)) for number, raw in found] == [
            ("42", update(42, message=message(text="một"))),
            ("43", odd),
        ]
        assert onward == 44
        assert await channel.receive(onward) == ([], 44)
        await channel.receive(44)

    asyncio.run(done())
    assert [given.get("offset") for _, given in wire.sent] == [None, "44", None]
    assert json.loads(wire.sent[0][1]["allowed_updates"]) == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]
    assert set(wire.patience) == {int(wire.sent[0][1]["timeout"]) + 20}


def test_updates_that_were_not_stored_are_asked_for_again() -> None:
    wire = Wire(("getUpdates", good([update(42)])), ("getUpdates", good([update(42)])))
    channel = channel_on(wire)

    async def done() -> None:
        assert await channel.receive(40) == await channel.receive(40)

    asyncio.run(done())
    assert [given.get("offset") for _, given in wire.sent] == [None, None]


def test_a_poll_that_ends_without_an_answer_is_an_empty_one() -> None:
    wire = Wire(("getUpdates", good([update(42)])), ("getUpdates", TimedOut()))
    channel = channel_on(wire)

    async def done() -> None:
        _, onward = await channel.receive(0)
        assert await channel.receive(onward) == ([], 43)
        await channel.receive(onward)  # whether it was forgotten there is not known: say it again

    asyncio.run(done())
    assert [given.get("offset") for _, given in wire.sent] == [None, "43", "43"]


def test_a_server_that_does_not_wait_is_not_asked_in_a_rush() -> None:
    async def done() -> float:
        channel = channel_on(Wire())
        began = asyncio.get_running_loop().time()
        await channel.receive(0)
        return asyncio.get_running_loop().time() - began

    assert 0.4 < asyncio.run(done()) < 5


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, HTML), "foreign_answer"),
        ((200, b"[]"), "foreign_answer"),
        (good({"update_id": 1}), "foreign_answer"),
        (good([{"update_id": "x"}]), "foreign_answer"),
        (good(None), "foreign_answer"),
        ((200, b"[" * 100_000), "foreign_answer"),
        (bad(409, "Conflict: can't use getUpdates method while webhook is active"), "409"),
        (bad(401, "Unauthorized"), "401"),
    ],
)
def test_a_poll_that_fails_says_why(answer: Answer, code: str) -> None:
    assert refused(lambda channel: channel.receive(0), ("getUpdates", answer)).code == code


# Being set up.


def prepared(*answers: tuple[str, Answer], webhook: str = "", secret: str = "") -> Wire:
    wire = Wire(*answers)
    asyncio.run(channel_on(wire).prepare(webhook, secret))
    return wire


def test_the_menu_is_set_in_every_language() -> None:
    wire = prepared()
    assert wire.names == [
        "deleteWebhook",
        *["setMyCommands", "setMyDescription", "setMyShortDescription"] * len(LANGUAGES),
    ]
    for name in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
        tongues = [given.get("language_code") for each, given in wire.sent if each == name]
        assert tongues == [None, "en"]  # Vietnamese for everybody who has no English app
    menus = [json.loads(given["commands"]) for name, given in wire.sent if name == "setMyCommands"]
    assert [each["command"] for each in menus[0]] == [each["command"] for each in menus[1]]
    assert [each["command"] for each in menus[0]] == [
        *("start", "tiep", "quaylai", "web"),
        *("ngonngu", "trogiup", "dung", "xoa"),
    ]
    words = [{each["description"] for each in menu} for menu in menus]
    assert len(words[0]) == len(words[1]) == 8
    assert not words[0] & words[1]


def test_a_webhook_is_set_with_its_secret() -> None:
    name, given = prepared(webhook="https://khaosat.tinh.gov.vn/hooks/telegram", secret="s" * 40).sent[0]
    assert name == "setWebhook"
    assert (given["url"], given["secret_token"]) == ("https://khaosat.tinh.gov.vn/hooks/telegram", "s" * 40)
    assert "edited_message" in json.loads(given["allowed_updates"])
    assert "drop_pending_updates" not in given  # what people wrote meanwhile is not thrown away


@pytest.mark.parametrize(
    "answer", [bad(404, "Not Found"), (404, HTML), bad(400, "Bad Request: BOT_COMMAND_INVALID"), good(7)]
)
def test_a_server_without_a_menu_does_not_stop_the_bot(answer: Answer) -> None:
    assert len(prepared(("setMyCommands", answer), ("setMyDescription", answer)).sent) == 7


@pytest.mark.parametrize("name", ["deleteWebhook", "setMyCommands", "setMyShortDescription"])
def test_a_network_that_is_away_is_told_so_that_it_is_tried_again(name: str) -> None:
    error = refused(lambda channel: channel.prepare("", ""), (name, REFUSALS["no network"][0]))
    assert (type(error), error.code) == (TransientError, "network")


def test_a_webhook_that_is_refused_is_told() -> None:
    error = refused(
        lambda channel: channel.prepare("http://x", ""),
        ("setWebhook", bad(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")),
    )
    assert (type(error), error.code) == (PermanentError, "bad_webhook")


def test_the_bot_is_asked_who_it_is_and_where_its_updates_go() -> None:
    info = {"url": "https://x.vn/hooks/telegram", "has_custom_certificate": False, "pending_update_count": 3}
    wire = Wire(
        ("getMe", good({"id": 1, "is_bot": True, "first_name": "Hài lòng", "username": "hailong_bot"})),
        ("getWebhookInfo", good(info)),
        ("getWebhookInfo", good(info | {"url": ""})),
    )
    channel = channel_on(wire)

    async def done() -> None:
        assert await channel.examine() == "@hailong_bot"
        assert await channel.webhook() == "https://x.vn/hooks/telegram"
        assert await channel.webhook() == ""
        await channel.close()

    asyncio.run(done())
    assert wire.names[-2:] == ["closed", "closed"]  # both ways: for requests and for polling


def test_a_wrong_token_is_told_without_it() -> None:
    assert refused(lambda channel: channel.examine(), ("getMe", bad(401, "Unauthorized"))).code == "401"


# The network itself.


@contextmanager
def server_with(answer: tuple[int, bytes], seen: list[str]) -> Iterator[str]:
    """A server that always says the same."""

    class Saying(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append(self.path)
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(answer[1])))
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(answer[1])

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Saying) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(5)


def over_the_network(address: str, work: Callable[[TelegramChannel], Awaitable[T]], proxy: str = "") -> T:
    async def done() -> T:
        channel = telegram(TOKEN, address, proxy)
        try:
            return await work(channel)
        finally:
            await channel.close()

    return asyncio.run(done())


def test_a_redirect_is_not_followed_with_the_token() -> None:
    seen: list[str] = []
    with server_with((302, b""), seen) as address, pytest.raises(TransientError):
        over_the_network(address, lambda channel: channel.send(CHAT, Outbound(WORDS)))
    assert seen == [f"/bot{TOKEN}/sendMessage"]


def test_a_proxy_is_used_where_one_is_set_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    me = json.dumps({"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "A", "username": "hai"}}).encode()
    seen: list[str] = []
    with server_with((200, me), seen) as proxy:
        away = f"http://127.0.0.1:{free_port()}"
        assert over_the_network(away, lambda channel: channel.examine(), proxy) == "@hai"
        assert seen == [f"{away}/bot{TOKEN}/getMe"]
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.setenv("ALL_PROXY", proxy)
        with pytest.raises(TransientError) as raised:
            over_the_network(away, lambda channel: channel.examine())
        assert raised.value.code == "network"


SCRIPT = """
import asyncio, logging, sys
import structlog
from bot.messages import DeliveryError, Outbound
from bot.telegram import telegram
from runtime.logs import set_up_logs

set_up_logs("text")

async def main(token, chat, text, *addresses):
    for address in addresses:
        channel = telegram(token, address)
        for work in (
            lambda: channel.send(chat, Outbound(text, edit="7", press="77")), lambda: channel.receive(0),
            lambda: channel.prepare("", ""), channel.examine, channel.webhook,
        ):
            try:
                await work()
            except DeliveryError:
                structlog.get_logger().exception("refused")
            except Exception:
                structlog.get_logger().exception("unexpected")
        await channel.close()

asyncio.run(main(*sys.argv[1:]))
"""


def test_nothing_that_is_logged_holds_token_words_or_chat() -> None:
    echo = json.dumps({"ok": True, "result": {"text": WORDS, "chat": CHAT}}).encode()[:-3]  # no JSON: cut off
    shown = json.dumps({"ok": False, "error_code": 400, "description": f"Bad Request: {WORDS} in {CHAT}"}).encode()
    with server_with((200, echo), []) as cut, server_with((400, shown), []) as refusing:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, TOKEN, CHAT, WORDS, cut, refusing, f"http://127.0.0.1:{free_port()}"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONWARNINGS": "error"},
            check=True,
        )
    told = done.stdout + done.stderr
    assert told.count("refused") >= 12
    assert "unexpected" not in told
    assert not [each for each in (TOKEN, TOKEN.partition(":")[2], WORDS, CHAT) if each in told], told
