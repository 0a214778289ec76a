"""Stand-ins for Telegram that others wrote, and the people who use them: `telemelya` (webhook), `telegram-test-api`.

Both give a `TelegramServer`; its people say and press things, and see what the bot has sent, changes included.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import httpx
from telemelya.client.client import TelegramTestClient

from tests.servers import free_port

NUMBERS = itertools.count(123_456_789)
KEY = "key-of-the-tests"
FOLDER = Path(__file__).parent / "telegram"
START_S = 60.0
LOOK_EVERY_S = 0.03
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a person sees it, with what it stands for."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot as a person sees it now."""

    id: int
    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    edits: int = 0  # how often it was changed

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for row in self.rows for button in row)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(button.label for button in self.buttons)


class Desk(Protocol):
    """How one of the servers is spoken to on behalf of the people who use one bot."""

    token: str

    def of(self, token: str) -> Desk: ...
    def write(self, chat: int, text: str) -> None: ...
    def press(self, chat: int, message: int, data: str) -> None: ...
    def shown(self, chat: int) -> list[Shown]: ...
    def toasts(self, chat: int) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class TelegramPerson:
    """Somebody who uses Telegram."""

    chat: int
    desk: Desk

    def say(self, text: str) -> None:
        """Type a message, or a command such as `/start P017…`."""
        self.desk.write(self.chat, text)

    def press(self, label_or_data: str) -> None:
        """Press the button on the newest message that bears it, by its label, a part of it, or its data."""
        for same in (lambda b: label_or_data in (b.label, b.data), lambda b: label_or_data in b.label):
            for message in reversed(self.messages()):
                for button in message.buttons:
                    if button.data and same(button):
                        self.press_data(message.id, button.data)
                        return
        raise AssertionError(f"no button “{label_or_data}”; there are {[m.labels for m in self.messages()]}")

    def press_data(self, message: int, data: str) -> None:
        """Press a button of an old message, whether it is still there or not."""
        self.desk.press(self.chat, message, data)

    def messages(self) -> list[Shown]:
        """What the person sees now of what the bot has sent, the oldest first."""
        return self.desk.shown(self.chat)

    def newest(self) -> Shown | None:
        """The lowest message on the screen."""
        return next(reversed(self.messages()), None)

    def toasts(self) -> list[str]:
        """The words that flashed up on presses; one that was only acknowledged is empty."""
        return self.desk.toasts(self.chat)

    def wait_for(self, predicate: Callable[[list[Shown]], object], seconds: float = 10.0) -> list[Shown]:
        """What the person sees once that is true of it."""
        until = time.monotonic() + seconds
        while not predicate(found := self.messages()):
            if time.monotonic() > until:
                raise AssertionError(f"not within {seconds} s; the person sees {found}")
            time.sleep(LOOK_EVERY_S)
        return found


@dataclass(frozen=True, slots=True)
class TelegramServer:
    """A server that is up: its address and token are for the bot."""

    base_url: str
    desk: Desk

    @property
    def token(self) -> str:
        return self.desk.token

    def another_bot(self) -> TelegramServer:
        """The same server for a bot of its own: no update, message or webhook of another one is seen."""
        return TelegramServer(self.base_url, self.desk.of(new_token()))

    def person(self, chat_id: int) -> TelegramPerson:
        return TelegramPerson(chat_id, self.desk)


@dataclass(slots=True)
class Telemelya:
    """The people of telemelya. It numbers updates by the millisecond, so two are never written at once."""

    base_url: str
    token: str
    clients: dict[tuple[str, int], TelegramTestClient] = field(default_factory=dict)
    last: list[int] = field(default_factory=lambda: [0])
    turn: threading.Lock = field(default_factory=threading.Lock)

    def of(self, token: str) -> Telemelya:
        return replace(self, token=token)

    def client(self, chat: int) -> TelegramTestClient:
        whose = self.token, chat
        if whose not in self.clients:
            self.clients[whose] = TelegramTestClient(self.base_url, KEY, self.token, session_id=f"{self.token}-{chat}")
        return self.clients[whose]

    def write(self, chat: int, text: str) -> None:
        with self.turn:
            self.arrived(self.client(chat).send_message(chat, text))

    def press(self, chat: int, message: int, data: str) -> None:
        with self.turn:
            self.arrived(self.client(chat).send_callback_query(chat, data, message))

    def arrived(self, answer: Record) -> None:
        """The bot's webhook must have taken the update."""
        time.sleep(0.001)
        status = answer["delivery"]["status_code"]
        assert status == 200, f"the webhook answered {status}: {answer['delivery']['response_body'][:300]}"
        assert answer["update"]["update_id"] != self.last[0]
        self.last[0] = answer["update"]["update_id"]

    def shown(self, chat: int) -> list[Shown]:
        found: dict[int, Shown] = {}
        for record in self.client(chat).get_responses():
            if record["method"] in ("sendMessage", "editMessageText"):
                edits = found[record["message_id"]].edits + 1 if record["method"] == "editMessageText" else 0
                rows = rows_of(record["raw"].get("reply_markup"))
                found[record["message_id"]] = Shown(record["message_id"], words(record["raw"]["text"]), rows, edits)
        return list(found.values())

    def toasts(self, chat: int) -> list[str]:
        found = self.client(chat).get_responses()
        return [words(each["text"] or "") for each in found if each["method"] == "answerCallbackQuery"]

    def close(self) -> None:
        for client in self.clients.values():
            client.close()


@dataclass(slots=True)
class TestApi:
    """The people of telegram-test-api."""

    __test__ = False

    client: httpx.Client
    token: str

    def of(self, token: str) -> TestApi:
        return replace(self, token=token)

    def ask(self, path: str, body: Record) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def write(self, chat: int, text: str) -> None:
        command = {"entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]}
        message = {"botToken": self.token, "from": person(chat), "chat": {"id": chat, "type": "private"}}
        message |= {"date": int(time.time()), "text": text}
        is_command = text.startswith("/")
        self.ask("/sendCommand" if is_command else "/sendMessage", message | (command if is_command else {}))

    def press(self, chat: int, message: int, data: str) -> None:
        shown = {"message_id": message, "date": int(time.time()), "chat": {"id": chat, "type": "private"}}
        self.ask("/sendCallback", {"botToken": self.token, "from": person(chat), "message": shown, "data": data})

    def shown(self, chat: int) -> list[Shown]:
        found = self.ask("/shown", {"token": self.token, "chat": chat})["messages"]
        return [
            Shown(each["messageId"], message["text"], rows_of(message.get("reply_markup")), message.get("edits", 0))
            for each in found
            if (message := each["message"])
        ]

    def toasts(self, chat: int) -> list[str]:
        return list(self.ask("/shown", {"token": self.token, "chat": chat})["toasts"])


def new_token() -> str:
    """A token of the shape that BotFather gives."""
    return f"{next(NUMBERS)}:AAErSatzTokenOfTheTests-0123456789abc"


def person(chat: int) -> Record:
    """A user of Telegram."""
    return {"id": chat, "is_bot": False, "first_name": "Lan", "language_code": "vi"}


def words(found: object) -> str:
    """A text as it was sent; telemelya takes “5” or “true” for JSON."""
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def rows_of(markup: Record | None) -> tuple[tuple[Button, ...], ...]:
    """The buttons of a keyboard."""
    rows = (markup or {}).get("inline_keyboard", [])
    return tuple(
        tuple(Button(words(b["text"]), b.get("callback_data", ""), b.get("url", "")) for b in row) for row in rows
    )


@contextmanager
def telemelya() -> Iterator[TelegramServer]:
    """telemelya as published, with the redis and the stand-in for S3 that it needs. It wants a webhook set."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="telemelya-")))
        redis, storage, port = free_port(), free_port(), free_port()
        no_files = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        kept = [program("redis-server"), "--port", str(redis), "--bind", "127.0.0.1", *no_files]
        stack.enter_context(running(kept, folder, "redis"))
        moto = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(storage)]
        files = stack.enter_context(running(moto, folder, "moto"))
        answers(f"http://127.0.0.1:{storage}/moto-api/", files)
        told = {
            "REDIS_URL": f"redis://127.0.0.1:{redis}",
            "MINIO_ENDPOINT": f"127.0.0.1:{storage}",
            "AUTH_KEYS": KEY,
            "NO_PROXY": "*",
        }
        uvicorn = [sys.executable, "-m", "uvicorn", "telemelya.server.app:app", "--host", "127.0.0.1"]
        quiet = ["--port", str(port), "--log-level", "warning", "--no-access-log"]
        server = stack.enter_context(running([*uvicorn, *quiet], folder, "telemelya", told))
        answers(f"http://127.0.0.1:{port}/", server)
        desk = Telemelya(f"http://127.0.0.1:{port}", new_token())
        stack.callback(desk.close)
        yield TelegramServer(desk.base_url, desk)


@contextmanager
def telegram_test_api() -> Iterator[TelegramServer]:
    """telegram-test-api behind the start file that lets python-telegram-bot understand it. For polling."""
    if not (FOLDER / "node_modules" / "telegram-test-api").is_dir():
        raise RuntimeError("no telegram-test-api under tests/telegram; run `make test-tools`")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="telegram-")))
        address = f"http://127.0.0.1:{(port := free_port())}"
        node = [program("node"), str(FOLDER / "start.js"), str(port)]
        server = stack.enter_context(running(node, folder, "telegram-test-api", {"NODE_ENV": "production"}))
        answers(f"{address}/bot1:a/getMe", server)
        client = stack.enter_context(httpx.Client(base_url=address, timeout=30, trust_env=False))
        yield TelegramServer(address, TestApi(client, new_token()))


def program(name: str) -> str:
    """Where a program is; `make test-tools` installs it."""
    for folder in os.get_exec_path():
        if (found := Path(folder) / name).exists():
            return str(found)
    raise RuntimeError(f"no {name}; run `make test-tools`")


@contextmanager
def running(
    command: Sequence[str], folder: Path, name: str, told: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs in that folder and writes to a log there; it is ended by its process id."""
    with (folder / f"{name}.log").open("wb") as log:
        place = {**os.environ, **(told or {})}
        process = subprocess.Popen(
            command, cwd=folder, env=place, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.returncode not in (0, -15, 143):
                sys.stderr.write(
                    f"{name} ended with {process.returncode}:\n{(folder / f'{name}.log').read_text()[-2000:]}"
                )


def answers(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers at that address."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(address, timeout=2, trust_env=False).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"{process.args} does not answer")
