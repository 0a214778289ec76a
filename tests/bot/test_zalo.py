"""The client of Zalo: what it sends, how it reads, and what becomes of every way in which a server can fail."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.lengths import LIMIT, fit, units
from bot.messages import (
    Channel,
    Choice,
    DeliveryError,
    Inbound,
    Outbound,
    PermanentError,
    QuotaError,
    TransientError,
    UnreachableError,
)
from bot.reading import UpdateError
from bot.zalo import ZaloChannel, event_id_of, read, zalo
from tests.servers import free_port
from tests.zalo_server import Hostility, ZaloServer
from workflows.updates import arrival

ROOT = Path(__file__).parent.parent.parent
TOKEN = "987654321:a-secret-that-nobody-may-read"
SECRET = "a-secret-of-the-webhook"
HELLO = "words-to-somebody"
HOOK = "https://khaosat.example.vn/hooks/zalo"


def use(server: ZaloServer | str, work: Callable[[ZaloChannel], Awaitable[Any]], **options: Any) -> Any:
    """Do something with a channel to that server, and close it."""

    async def whole() -> Any:
        address = server if isinstance(server, str) else server.address
        token = TOKEN if isinstance(server, str) else server.token
        channel = zalo(token, address, **{"poll_s": 1, "patience_s": 5, **options})
        try:
            return await work(channel)
        finally:
            await channel.close()

    return asyncio.run(whole())


def refusal(server: ZaloServer | str, work: Callable[[ZaloChannel], Awaitable[Any]], **options: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        use(server, work, **options)
    return raised.value


async def greet(channel: ZaloChannel) -> None:
    await channel.send("u1", Outbound(HELLO))


async def poll(channel: ZaloChannel) -> list[tuple[str, str]]:
    """What comes next; what came before is said to be stored."""
    return (await channel.receive(channel.kept_until))[0]


@contextmanager
def answering(*parts: bytes, pause_s: float = 0.0) -> Iterator[tuple[str, list[str]]]:
    """A server that answers everything with these bytes, one after another; gives its address and the paths asked."""
    asked: list[str] = []

    class Raw(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            try:
                for part in parts:
                    self.wfile.write(part)
                    self.wfile.flush()
                    time.sleep(pause_s)
            except OSError:
                pass  # whoever asked has heard enough
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Raw)
    listener.daemon_threads = False
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}", asked
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def http(status: int, body: object, **headers: str) -> bytes:
    """An answer as bytes; a body that is no bytes is JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def failing(code: object = None, description: str = "", **more: object) -> Mapping[str, object]:
    return {"ok": False, "description": description, **({} if code is None else {"error_code": code}), **more}


# Sending.


def test_a_message_arrives_as_its_words_alone() -> None:
    with ZaloServer() as server:
        server.say("u1", "Xin chào")
        rows = ((Choice("1. Rất hài lòng", "a|tag|1|1"),),)
        use(
            server, lambda channel: channel.send("u1", Outbound("Câu 1/12\n1. Rất hài lòng", rows, edit="7", toast="✓"))
        )
        assert server.sent("u1") == ["Câu 1/12\n1. Rất hài lòng"]
        assert not server.wrong


def test_a_message_without_words_is_not_sent() -> None:
    with ZaloServer() as server:
        server.say("u1", "Xin chào")
        use(server, lambda channel: channel.send("u1", Outbound(press="7", toast="Đã ghi")))
        use(server, lambda channel: channel.send("u1", Outbound(" \n")))
        assert server.sends == []
        assert not server.wrong


def test_a_text_that_is_too_long_is_shortened_or_a_fault_of_ours() -> None:
    long = "Ông/Bà hãy trả lời giúp câu hỏi sau đây. " * 60
    with ZaloServer() as server:
        server.say("u1", "Xin chào")
        use(server, lambda channel: channel.send("u1", Outbound(long)))
        assert len(server.sent("u1")[0]) <= LIMIT
        assert server.sent("u1")[0].endswith("…")
        with pytest.raises(AssertionError, match="too many"):
            use(server, lambda channel: channel.send("u1", Outbound(long)), shorten=False)
        use(server, lambda channel: channel.send("u1", Outbound("ạ" * LIMIT)), shorten=False)
        assert not server.wrong


@given(st.text(max_size=80), st.integers(2, 40))
def test_a_fitted_text_is_never_too_long_and_begins_as_it_was(text: str, limit: int) -> None:
    fitted = fit(text, limit)
    assert units(fitted) <= limit
    fitted.encode()
    whole = text.replace("\0", "").strip()
    assert fitted == whole or whole.startswith(fitted.removesuffix("…"))
    assert (fitted == whole) is (units(whole) <= limit)


@given(st.lists(st.text("abcăâđêôơưạ", min_size=1, max_size=6), min_size=10, max_size=40).map(" ".join))
def test_a_text_is_shortened_at_the_end_of_a_word(text: str) -> None:
    fitted = fit(text, 18)
    assert fitted == text or text.startswith(fitted.removesuffix("…") + " ")


def test_halves_of_letters_and_nul_do_not_stop_a_message() -> None:
    with ZaloServer() as server:
        server.say("u1", "Xin chào")
        use(server, lambda channel: channel.send("u1", Outbound("Cảm ơn \ud83d Ông/Bà\0")))
        assert server.sent("u1") == ["Cảm ơn  Ông/Bà"]


# Faults.


FAULTS: list[tuple[bytes, type[DeliveryError], str, float | None]] = [
    (http(200, failing(400, "Bad request")), PermanentError, "400", None),
    (http(400, failing(400, "Bad request")), PermanentError, "400", None),
    (http(401, b"<html>Unauthorized"), PermanentError, "401", None),
    (http(200, failing(401, "Unauthorized")), PermanentError, "401", None),
    (http(200, failing(403, "Forbidden")), PermanentError, "403", None),
    (http(200, failing(404, "Not found")), PermanentError, "404", None),
    (http(404, b""), PermanentError, "404", None),
    (http(426, failing(426)), PermanentError, "426", None),
    (http(200, failing(-235, "Not allowed")), TransientError, "-235", None),
    (http(200, failing(403, "Forbidden: bot was blocked by the user")), UnreachableError, "403", None),
    (http(403, failing(403, "User has blocked this bot")), UnreachableError, "403", None),
    (http(200, failing(400, "Bad Request: chat not found")), UnreachableError, "400", None),
    (http(200, failing(404, "User not found")), UnreachableError, "404", None),
    (http(200, failing(400, "chat_id is invalid")), UnreachableError, "400", None),
    (http(200, failing(403, "Bot has been blocked for breaking the rules")), PermanentError, "403", None),
    (http(200, failing(403, "Internal server error")), TransientError, "403", None),
    (http(200, failing(403)), TransientError, "403", None),
    (http(403, b"<html>blocked by the firewall"), TransientError, "403", None),
    (http(408, failing(408, "Request timeout")), TransientError, "408", None),
    (http(200, failing(408, "Request timeout")), TransientError, "408", None),
    (http(500, failing(500)), TransientError, "500", None),
    (http(200, failing(500)), TransientError, "500", None),
    (http(502, b"<html>Bad gateway"), TransientError, "502", None),
    (http(503, b"", Retry_After="7"), TransientError, "503", 7.0),
    (http(429, b"", Retry_After="3"), TransientError, "429", 3.0),
    (http(429, b""), TransientError, "429", None),
    (http(429, failing(429, "Too many requests"), Retry_After="soon"), TransientError, "429", None),
    (http(429, failing(429, "Too many requests"), Retry_After="-1"), TransientError, "429", None),
    (http(429, failing(429, "Too many requests"), Retry_After="nan"), TransientError, "429", None),
    (http(200, failing(429, "Too many", parameters={"retry_after": 2}), Retry_After="9"), TransientError, "429", 2.0),
    (http(200, failing(429, "Too many", retry_after="2.5")), TransientError, "429", 2.5),
    (http(429, failing(429, "Quota exceeded"), Retry_After="5"), TransientError, "429", 5.0),
    (http(429, failing(429, "Quota exceeded")), QuotaError, "quota", 600.0),
    (http(200, failing(429, "Vượt hạn mức gói cước")), QuotaError, "quota", 600.0),
    (http(429, failing(429, "Too many"), Retry_After="86000"), QuotaError, "quota", 86000.0),
    (http(429, failing(429, "Too many", retry_after=10**9)), QuotaError, "quota", 86400.0),
    (http(429, failing(429, "Too many", parameters="x", retry_after=["1"])), TransientError, "429", None),
    (http(200, failing()), TransientError, "without_code", None),
    (http(200, failing(True)), TransientError, "without_code", None),
    (http(200, failing("400")), TransientError, "without_code", None),
    (http(500, {"ok": True, "result": {}}), TransientError, "500", None),
    (http(200, {"ok": "true", "result": {}}), TransientError, "without_code", None),
    (http(200, b"<html>log in to this network"), TransientError, "not_json", None),
    (http(200, b""), TransientError, "not_json", None),
    (http(200, b"[]"), TransientError, "not_json", None),
    (http(200, b"[" * 200_000), TransientError, "not_json", None),
    (http(200, b'{"ok": true, "n": ' + b"9" * 5000 + b"}"), TransientError, "not_json", None),
    (http(200, b"\xff\xfe{"), TransientError, "not_json", None),
    (http(200, b" " * 2_000_000), TransientError, "too_large", None),
    (http(302, b"", Location="/elsewhere"), TransientError, "redirect", None),
    (http(301, {"ok": True, "result": {}}, Location="/elsewhere"), TransientError, "redirect", None),
    (b"HTTP/1.1 200 X\r\nContent-Length: 500\r\n\r\n{", TransientError, "network", None),
    (b"not HTTP at all\r\n\r\n", TransientError, "network", None),
    (b"", TransientError, "network", None),
]


@pytest.mark.parametrize(("said", "kind", "code", "wait"), FAULTS, ids=range(len(FAULTS)))
def test_every_failure_has_its_kind_and_nothing_else(
    said: bytes, kind: type[DeliveryError], code: str, wait: float | None
) -> None:
    with answering(said) as (address, asked):
        error = refusal(address, greet)
    assert type(error) is kind
    assert (error.code, error.retry_after) == (code, wait)
    assert len(asked) == 1  # neither tried again nor followed
    assert_secret(error)


def assert_secret(error: DeliveryError) -> None:
    """Nothing that hangs on an error tells the token or what was written."""
    assert error.__cause__ is None
    assert error.__context__ is None
    told = "".join(traceback.format_exception(error)) + repr(error)
    assert TOKEN not in told
    assert HELLO not in told


def test_a_redirect_is_not_followed_to_another_server() -> None:
    with answering(http(200, {"ok": True, "result": {}})) as (elsewhere, asked_there):
        for status in (301, 302, 303, 307, 308):
            with answering(http(status, b"", Location=f"{elsewhere}/bot/sendMessage")) as (address, _):
                assert refusal(address, greet).code == "redirect"
        assert asked_there == []


def test_a_server_that_drips_or_says_nothing_is_left() -> None:
    began = time.monotonic()
    with answering(b"HTTP/1.1 200 X\r\nContent-Length: 90\r\n\r\n", *[b" "] * 90, pause_s=0.1) as (address, _):
        error = refusal(address, greet, patience_s=0.3)
    assert (type(error), error.code) == (TransientError, "timeout")
    assert time.monotonic() - began < 5
    with answering(b"", pause_s=1.0) as (address, _):
        error = refusal(address, greet, patience_s=0.2)
    assert (type(error), error.code) == (TransientError, "timeout")
    assert_secret(error)


def test_a_server_that_is_away_is_a_matter_of_the_network() -> None:
    error = refusal(f"http://127.0.0.1:{free_port()}", greet)
    assert (type(error), error.code) == (TransientError, "network")
    assert_secret(error)


def test_a_wrong_token_is_told() -> None:
    with ZaloServer(token="1:other") as server:
        for work in (greet, poll, lambda channel: channel.examine()):
            error = refusal(server.address, work)
            assert (type(error), error.code) == (PermanentError, "401")
            assert_secret(error)


def test_a_token_cannot_lead_elsewhere() -> None:
    with answering(http(401, failing(401))) as (address, asked):

        async def examine() -> None:
            channel = zalo("1:a/../../x?y#z ă", address)
            try:
                await channel.examine()
            finally:
                await channel.close()

        with pytest.raises(PermanentError):
            asyncio.run(examine())
    assert asked == ["/bot1:a%2F..%2F..%2Fx%3Fy%23z%20%C4%83/getMe"]


def test_the_plan_the_rate_and_the_person_are_told_apart() -> None:
    with ZaloServer(users=1) as server:
        server.say("u1", "Xin chào")
        server.say("u2", "Xin chào")
        use(server, greet)
        error = refusal(server, lambda channel: channel.send("u2", Outbound("Xin chào")))
        assert isinstance(error, QuotaError)
        server.block("u1")
        assert isinstance(refusal(server, greet), UnreachableError)
        assert isinstance(refusal(server, lambda channel: channel.send("u9", Outbound("a"))), UnreachableError)
    with ZaloServer(per_second=1) as server:
        server.say("u1", "Xin chào")
        use(server, greet)
        error = refusal(server, greet)
        assert (type(error), error.retry_after) == (TransientError, 1.0)


def test_the_environment_does_not_steer_where_a_token_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with ZaloServer() as server:
        assert use(server, lambda channel: channel.examine()) == "bot.HaiLong"


def test_a_proxy_is_used_where_it_is_set() -> None:
    with answering(http(200, {"ok": True, "result": {"id": "7"}})) as (proxy, asked):
        assert use("http://zalo.invalid", lambda channel: channel.examine(), proxy=proxy) == "7"
    assert asked == [f"http://zalo.invalid/bot{TOKEN}/getMe"]


LOGGING = """
import asyncio, logging, sys
import structlog
from bot.messages import DeliveryError, Outbound
from bot.zalo import zalo
from runtime.logs import set_up_logs

async def main(form, token, address, chat, text):
    set_up_logs(form)
    logging.getLogger().setLevel(logging.DEBUG)
    channel = zalo(token, address, patience_s=1)
    try:
        await channel.send(chat, Outbound(text))
    except DeliveryError:
        structlog.get_logger().exception("failed", channel=repr(channel))
    await channel.close()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("said", [http(200, failing(400, "Bad request")), b""], ids=["refused", "broken off"])
def test_no_log_holds_the_token_or_what_was_said(form: str, said: bytes) -> None:
    with answering(said) as (address, _):
        words = [sys.executable, "-c", LOGGING, form, TOKEN, address, "chat-of-somebody", HELLO]
        done = subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert "Error: " in done.stderr
    assert "ZaloChannel" in done.stderr
    for word in (TOKEN, "chat-of-somebody", HELLO):
        assert word not in done.stdout + done.stderr


# Receiving.


def test_an_update_is_received_read_and_known_again() -> None:
    with ZaloServer() as server:
        number = server.say("u1", "Gửi mã P017")

        async def work(channel: ZaloChannel) -> None:
            updates, onward = await channel.receive(5)
            assert [name for name, _ in updates] == [number]
            assert onward > 5
            raw = updates[0][1]
            assert read(raw) == Inbound("zalo", "u1", "text", "Gửi mã P017")
            arrived = arrival("zalo", raw)
            assert arrived is not None
            assert (arrived.event_id, arrived.chat) == (number, "u1")
            server.redeliver()
            assert await poll(channel) == updates

        use(server, work)


def test_an_update_that_could_not_be_stored_is_given_again() -> None:
    """Zalo would not hand it out a second time."""
    with ZaloServer() as server:
        server.say("u1", "một")
        server.say("u1", "hai")

        async def work(channel: ZaloChannel) -> None:
            first, onward = await channel.receive(7)
            assert (await channel.receive(7))[0] == first  # the database was away
            again, onward = await channel.receive(onward + 10**9)  # another process has polled meanwhile
            assert again == first
            second, onward = await channel.receive(onward)
            assert [read(raw).text for _, raw in first + second] == ["một", "hai"]
            assert await channel.receive(onward) == ([], onward)

        use(server, work, poll_s=0.1)
        assert len(server.delivered) == 2


@pytest.mark.parametrize("form", ["http", "body"])
def test_idle_is_no_error_in_either_form(form: Any) -> None:
    with ZaloServer(Hostility(idle_408=form)) as server:
        assert use(server, poll, poll_s=0.2) == []


def test_a_server_that_does_not_wait_is_not_asked_in_a_rush() -> None:
    with answering(http(200, failing(408))) as (address, asked):

        async def work(channel: ZaloChannel) -> None:
            until = time.monotonic() + 1.0
            while time.monotonic() < until:
                assert await poll(channel) == []

        use(address, work, poll_s=0.4)
    assert 2 <= len(asked) <= 4


def test_a_poll_that_takes_its_time_is_not_cut_off() -> None:
    """What is read waits longer than the long poll, however impatient other calls are."""
    with ZaloServer() as server:
        threading.Timer(0.6, server.say, ("u1", "Xin chào")).start()
        assert len(use(server, poll, poll_s=2, patience_s=0.3)) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"event_name": "message.unsupported.received"},
        {"event_name": "message.text.received", "message": None},
        {"event_name": "message.text.received", "message": {"text": "a", "chat": {"id": "u1"}}},
        {"event_name": "message.text.received", "message": {"text": "a", "message_id": "1"}},
        {"message": {"message_id": "1", "chat": {"id": {"x": 1}}}},
        {"message": {"message_id": "1 2", "chat": {"id": "u1"}}},
        {"message": {"message_id": "1", "chat": {"id": "u" * 65}}},
        ["no update"],
        "no update",
    ],
)
def test_an_update_that_cannot_be_answered_is_left_out(said: Any) -> None:
    body = http(200, {"ok": True, "result": said})
    with answering(body) as (address, _), capture_logs() as logs:
        assert use(address, poll) == []
    assert logs == [{"event": "zalo_update_left_out", "code": "shape", "log_level": "warning"}]


def test_several_updates_at_once_would_be_taken_too() -> None:
    updates = [{"message": {"message_id": str(n), "chat": {"id": "u1"}}, "event_name": "x"} for n in range(3)]
    with answering(http(200, {"ok": True, "result": updates})) as (address, _):
        assert [name for name, _ in use(address, poll)] == ["0", "1", "2"]


def test_a_poll_while_a_webhook_is_set_is_told_by_its_name() -> None:
    with ZaloServer() as server:
        use(server, lambda channel: channel.prepare(HOOK, SECRET))
        error = refusal(server, poll)
        assert (type(error), error.code) == (PermanentError, "webhook_set")


# Setting up.


def test_getting_ready_can_be_done_again() -> None:
    with ZaloServer() as server:

        async def work(channel: ZaloChannel) -> None:
            for _ in range(2):
                await channel.prepare(HOOK, SECRET)
                assert (server.webhook, server.secret) == (HOOK, SECRET)
            await channel.prepare(HOOK, "another-secret")
            assert server.secret == "another-secret"
            for _ in range(2):
                await channel.prepare("", "")
                assert server.webhook == ""
            server.say("u1", "Xin chào")
            assert len(await poll(channel)) == 1

        use(server, work)
        assert not server.wrong


@pytest.mark.parametrize("form", ["404", "empty"])
def test_no_webhook_is_known_in_both_forms(form: Any) -> None:
    with ZaloServer(no_webhook=form) as server:
        use(server, lambda channel: channel.prepare("", ""))
        assert not server.wrong


@pytest.mark.parametrize("secret", ["", "1234567", "x" * 257])
def test_a_secret_that_zalo_would_not_take_is_refused_here(secret: str) -> None:
    with ZaloServer() as server:
        assert refusal(server, lambda channel: channel.prepare(HOOK, secret)).code == "secret_length"
        assert not server.wrong


def test_the_bots_own_name_is_found() -> None:
    with ZaloServer() as server:
        assert use(server, lambda channel: channel.examine()) == "bot.HaiLong"
    with answering(http(200, {"ok": True, "result": None})) as (address, _):
        assert refusal(address, lambda channel: channel.examine()).code == "without_result"


def test_it_is_a_channel_without_buttons() -> None:
    async def work() -> None:
        channel: Channel = zalo(TOKEN)
        assert (channel.name, channel.buttons, channel.limit) == ("zalo", False, 2000)
        assert TOKEN not in repr(channel) + str(channel)
        await channel.close()

    asyncio.run(work())


# Reading.


def told(event: str, chat_type: str | None = "PRIVATE", bot: bool = False, **content: object) -> dict[str, Any]:
    chat = {"id": "u1"} | ({} if chat_type is None else {"chat_type": chat_type})
    sender = {"id": "u1", "display_name": "Ted", "is_bot": bot}
    message = {"from": sender, "chat": chat, "message_id": "m1", "date": 1750316131602}
    return {"message": {**message, **content}, "event_name": event}


KINDS: list[tuple[dict[str, Any], str, str]] = [
    (told("message.text.received", text="Xin chào"), "text", "Xin chào"),
    (told("message.text.received", text=" １ \n"), "text", " １ \n"),
    (told("message.text.received", text="a\0\ud83db"), "text", "ab"),
    (told("message.link.received", text="https://example.vn"), "text", "https://example.vn"),
    (told("message.text.received", text="  "), "other", ""),
    (told("message.text.received"), "other", ""),
    (told("message.text.received", text=None), "other", ""),
    (told("message.image.received", photo="https://example.vn/p.jpg", caption="1"), "picture", ""),
    (told("message.sticker.received", sticker="s"), "sticker", ""),
    (told("message.voice.received", voice_url="https://example.vn/v.aac"), "voice", ""),
    (told("message.unsupported.received"), "other", ""),
    (told("message.unsupported.received", text="1"), "other", ""),
    (told("message.dance.received", text="1"), "other", ""),
    (told("message.text.received", None, text="1"), "text", "1"),
    (told("message.text.received", "private", text="1"), "text", "1"),
    (told("message.text.received", "GROUP", text="1"), "group", ""),
    (told("message.sticker.received", "GROUP"), "group", ""),
    (told("message.text.received", "CHANNEL", text="1"), "group", ""),
    (told("message.text.received", bot=True, text="1"), "bot", ""),
    (told("message.text.received", "GROUP", bot=True, text="1"), "bot", ""),
    (told("message.text.received", text="1") | {"more": [1]}, "text", "1"),
]


@pytest.mark.parametrize(("update", "kind", "text"), KINDS, ids=range(len(KINDS)))
@pytest.mark.parametrize("wrapped", [False, True])
def test_every_kind_of_update_is_read(update: dict[str, Any], kind: str, text: str, wrapped: bool) -> None:
    raw = json.dumps({"ok": True, "result": update} if wrapped else update)
    assert read(raw) == Inbound("zalo", "u1", kind, text)
    assert event_id_of(raw) == "m1"


def test_numbers_as_ids_are_read_as_words() -> None:
    update = told("message.text.received", text="1")
    update["message"] |= {"message_id": 7, "chat": {"id": 8, "chat_type": "PRIVATE"}}
    assert (event_id_of(json.dumps(update)), read(json.dumps(update)).chat) == ("7", "8")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "not_json"),
        ("{", "not_json"),
        ("[" * 100_000, "not_json"),
        ("[]", "shape"),
        ("7", "shape"),
        ("{}", "shape"),
        ('{"ok": true, "result": null}', "shape"),
        ('{"ok": true, "result": {"event_name": "message.unsupported.received"}}', "shape"),
        (json.dumps(told("message.text.received", text=["1"])), "shape"),
        (json.dumps(told("message.text.received", text="1", chat={"id": ""})), "shape"),
        (json.dumps(told("message.text.received", text="1", message_id="\ud83d")), "shape"),
        (json.dumps(told("message.text.received", text="1") | {"event_name": 7, "message": "1"}), "shape"),
    ],
)
def test_what_is_no_update_is_refused_without_a_word_of_it(raw: str, code: str) -> None:
    for reading in (read, event_id_of):
        with pytest.raises(UpdateError) as refused:
            reading(raw)
        assert refused.value.code == code
        assert refused.value.__context__ is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["result", "message", "chat", "id", "from", "is_bot", "text", "message_id", "event_name"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@given(JSON)
def test_anything_is_read_or_refused(body: Any) -> None:
    raw = json.dumps(body)
    try:
        found = read(raw)
    except UpdateError:
        return
    assert found.channel == "zalo"
    found.text.encode()
    assert event_id_of(raw)


# All of it, on a bad day.


def test_on_a_bad_day_everybody_is_answered_once() -> None:
    """Duplicates, disorder, 429, failures and 408: each message is answered, none twice."""
    unkind = Hostility(0.2, 0.3, 0.1, too_many=0.1, retry_after_s=0.05, failing=0.1, slow_s=0.005, seed=11)
    people = [f"u{number}" for number in range(25)]

    async def again(work: Callable[[], Awaitable[Any]]) -> Any:
        while True:
            try:
                return await work()
            except QuotaError:
                raise
            except TransientError as error:
                await asyncio.sleep(min(error.retry_after or 0.01, 0.05))

    async def work(channel: ZaloChannel) -> None:
        seen: set[str] = set()
        while len(seen) < 5 * len(people):
            for number, raw in await again(lambda: poll(channel)):
                if number not in seen:
                    seen.add(number)
                    inbound = read(raw)
                    await again(lambda inbound=inbound: channel.send(inbound.chat, Outbound(f"Đã nhận {inbound.text}")))
        while await again(lambda: poll(channel)):
            pass

    with ZaloServer(unkind) as server:
        for turn in range(5):
            for person in people:
                server.say(person, str(turn))
        use(server, work, poll_s=0.3)
        for person in people:
            assert server.sent(person) == [f"Đã nhận {turn}" for turn in range(5)]
        assert min(server.struck[name] for name in ("duplicate", "reorder", "too_many", "failing")) > 5
        assert len(server.delivered) > 5 * len(people)
        assert not server.wrong
        assert server.most_polls == 1
