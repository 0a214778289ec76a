"""A few words with each of the servers that others wrote, through the channel as it is and the real library."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import TypeVar

import httpx
import pytest

from bot.messages import Choice, Inbound, Outbound, TransientError
from bot.telegram import TelegramChannel, event_id_of, read, telegram
from tests.telegram.limits import CHAT_BURST, Counts, limited, with_secret
from tests.telegram_servers import TelegramPerson, TelegramServer

T = TypeVar("T")
SECRET = "a-secret-of-the-webhook"
QUESTION = Outbound(
    "1/12. Ông/Bà có hài lòng không?",
    ((Choice("😠 1. Rất không hài lòng", "a|k7|q1|1"),), (Choice("😄 5. Rất hài lòng", "a|k7|q1|5"),)),
)


def with_channel(token: str, address: str, work: Callable[[TelegramChannel], Awaitable[T]]) -> T:
    """Do a piece of work with a channel that is closed afterwards."""

    async def done() -> T:
        channel = telegram(token, address)
        try:
            return await work(channel)
        finally:
            await channel.close()

    return asyncio.run(done())


@contextmanager
def site() -> Iterator[tuple[str, Queue[tuple[str, str]]]]:
    """A web server that takes webhooks in: gives its address, and secret and body of what came."""
    came: Queue[tuple[str, str]] = Queue()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            came.put((self.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", came
        server.shutdown()
        thread.join(5)


async def talk(channel: TelegramChannel, person: TelegramPerson, next_update: Callable[[], Awaitable[str]]) -> None:
    """A person begins, answers by a button, then by typing, and presses an old button."""
    chat = str(person.chat)

    async def said(act: Callable[[], None]) -> Inbound:
        await asyncio.to_thread(act)
        raw = await next_update()
        assert event_id_of(raw).isdecimal()
        return read(raw)

    begun = await said(lambda: person.say("/start P017"))
    assert (begun.chat, begun.kind, begun.text) == (chat, "text", "/start P017")

    await channel.send(chat, QUESTION)
    (first,) = person.messages()
    assert first.text == QUESTION.text
    assert first.labels == ("😠 1. Rất không hài lòng", "😄 5. Rất hài lòng")

    pressed = await said(lambda: person.press("Rất hài lòng"))
    assert (pressed.chat, pressed.kind, pressed.text, pressed.message) == (chat, "press", "a|k7|q1|5", str(first.id))
    again = Choice("Bỏ qua", "p|k7|q2|"), Choice("Trang web", url="https://khaosat.tinh.gov.vn/f/x")
    await channel.send(
        chat, Outbound("2/12. Ý kiến khác?", (again,), edit=pressed.message, press=pressed.press, toast="Đã ghi nhận")
    )
    (second,) = person.messages()
    assert (second.id, second.text, second.labels) == (first.id, "2/12. Ý kiến khác?", ("Bỏ qua", "Trang web"))
    assert second.buttons[1].url == "https://khaosat.tinh.gov.vn/f/x"
    assert second.edits == 1
    assert person.toasts() == ["Đã ghi nhận"]

    typed = await said(lambda: person.say("５ phút là lâu 😀"))
    assert (typed.kind, typed.text, typed.message) == ("text", "５ phút là lâu 😀", "")
    await channel.send(chat, Outbound("Xin cảm ơn Ông/Bà."))
    await channel.send(chat, Outbound("", edit=str(second.id)))
    assert [message.text for message in person.messages()] == ["2/12. Ý kiến khác?", "Xin cảm ơn Ông/Bà."]
    assert person.newest() is not None
    assert person.newest().buttons == ()

    old = await said(lambda: person.press_data(second.id, "a|k7|q1|1"))
    assert (old.kind, old.text, old.message) == ("press", "a|k7|q1|1", str(second.id))
    await channel.send(chat, Outbound(press=old.press, toast="Câu này đã qua."))
    await channel.send(chat, Outbound("3/12. Xong.", edit=str(second.id)))
    assert [message.text for message in person.messages()] == ["3/12. Xong.", "Xin cảm ơn Ông/Bà."]
    assert person.messages()[0].buttons == ()  # an edit without a keyboard takes the old one away
    assert person.toasts() == ["Đã ghi nhận", "Câu này đã qua."]


@pytest.mark.xdist_group("telemelya")
def test_a_talk_by_webhook(telemelya_server: TelegramServer, new_chat: Callable[[], int]) -> None:
    async def work(channel: TelegramChannel) -> None:
        with site() as (address, came), with_secret(address, SECRET) as hooks:
            await channel.prepare(f"{hooks}/hooks/telegram", SECRET)
            assert await channel.webhook() == f"{hooks}/hooks/telegram"

            async def next_update() -> str:
                secret, raw = await asyncio.to_thread(came.get, True, 10)
                assert secret == SECRET
                return raw

            await talk(channel, telemelya_server.person(new_chat()), next_update)
            await channel.prepare("", "")
            assert await channel.webhook() == ""
            assert (await channel.examine()).startswith("@")

    with_channel(telemelya_server.token, telemelya_server.base_url, work)


@pytest.mark.xdist_group("telegram-test-api")
def test_a_talk_by_polling(telegram_server: TelegramServer, new_chat: Callable[[], int]) -> None:
    async def work(channel: TelegramChannel) -> None:
        await channel.prepare("", "")
        offset, waiting = 0, []

        async def next_update() -> str:
            nonlocal offset
            while not waiting:
                found, offset = await channel.receive(offset)
                waiting.extend(raw for _, raw in found)
            return str(waiting.pop(0))

        await talk(channel, telegram_server.person(new_chat()), next_update)
        assert await channel.examine() == "@TestNameBot"
        assert await channel.webhook() == ""

    with_channel(telegram_server.token, telegram_server.base_url, work)


@pytest.mark.xdist_group("telegram-test-api")
def test_an_update_comes_until_a_later_one_is_asked_for(
    telegram_server: TelegramServer, new_chat: Callable[[], int]
) -> None:
    person = telegram_server.person(new_chat())

    async def work(channel: TelegramChannel) -> None:
        person.say("một")
        first, onward = await channel.receive(0)
        again, same = await channel.receive(0)  # the bot was killed before it had stored them
        assert (again, same) == (first, onward)
        person.say("hai")
        later, _ = await channel.receive(onward)
        assert [read(raw).text for _, raw in later] == ["hai"]

    with_channel(telegram_server.token, telegram_server.base_url, work)


@pytest.mark.xdist_group("telegram-test-api")
def test_a_message_that_is_gone_or_says_the_same_is_no_fault(
    telegram_server: TelegramServer, new_chat: Callable[[], int]
) -> None:
    person = telegram_server.person(new_chat())

    async def work(channel: TelegramChannel) -> None:
        await channel.send(str(person.chat), QUESTION)
        (shown,) = person.messages()
        await channel.send(str(person.chat), Outbound(QUESTION.text, QUESTION.rows, edit=str(shown.id)))
        assert person.messages() == [shown]
        await channel.send(str(person.chat), Outbound("Câu 2", edit="999999", press="gone", toast="Lâu quá rồi"))
        assert [message.text for message in person.messages()] == [QUESTION.text, "Câu 2"]
        assert person.toasts() == []

    with_channel(telegram_server.token, telegram_server.base_url, work)


@pytest.mark.xdist_group("telegram-test-api")
def test_the_wall_lets_through_what_telegram_would(
    telegram_server: TelegramServer, new_chat: Callable[[], int]
) -> None:
    person = telegram_server.person(new_chat())

    async def work(channel: TelegramChannel) -> list[TransientError]:
        found = []
        for number in range(CHAT_BURST + 1):
            try:
                await channel.send(str(person.chat), Outbound(f"Câu {number}"))
            except TransientError as error:
                found.append(error)
        return found

    with limited(telegram_server.base_url) as (address, counts):
        refused = with_channel(telegram_server.token, address, work)
        assert [(error.code, error.retry_after) for error in refused] == [("429", 1.0)]
        assert len(person.messages()) == len(counts.times) == CHAT_BURST
        assert (counts.refused_chat, counts.refused, counts.methods["sendMessage"]) == (1, 0, CHAT_BURST + 1)
        assert (
            httpx.get(f"{address}/bot{telegram_server.token}/getMe", trust_env=False).json()["result"]["is_bot"] is True
        )


def test_the_wall_counts_by_the_second() -> None:
    counts = Counts()
    waits = [counts.wait_s(str(chat), 100 + chat / 100) for chat in range(40)]
    assert waits == [0] * 30 + [1] * 10
    assert [counts.wait_s("late", at) for at in (101.001, 101.001, 101.001, 101.001)] == [0, 1, 1, 1]
    assert (counts.refused, counts.refused_chat, counts.most_in_a_second) == (13, 0, 30)

    one = Counts()
    assert [one.wait_s("a", at) for at in (0, 0, 0, 0.5, 0.9, 1.1, 1.2, 5, 5, 5, 5)] == [
        0,
        0,
        0,
        1,
        1,
        0,
        1,
        0,
        0,
        0,
        1,
    ]
    assert one.chats == ["a"] * 7
    assert one.longest_gap == pytest.approx(3.9)
    assert one.rate == pytest.approx(6 / 5)


def test_the_wall_says_that_the_server_behind_is_away() -> None:
    async def work(channel: TelegramChannel) -> None:
        with pytest.raises(TransientError) as raised:
            await channel.send("1", Outbound("Câu 1"))
        assert raised.value.code == "bad_gateway"

    with limited("http://127.0.0.1:9") as (address, counts):
        with_channel("1:a", address, work)
        assert counts.failed == 1
