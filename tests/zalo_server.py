"""A stand-in for Zalo Bot Platform, written from what is known of it: strict about limits, hostile where asked.

One update a call and no offset, gone once handed out; idle is 408, as a status or in the body; webhook and getUpdates
exclude each other; HTTP 200 may carry `ok: false`; texts of 1 to 2000 characters; dates in milliseconds; a plan of 50
people and 3,000 messages a month. `python -m tests.zalo_server` is for playing by hand.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Self

from tests.zalo_methods import METHODS, Alive, Body
from tests.zalo_wire import Listener, Reply, Sent, post, refused, reply

TOKEN = "1234567890:a-token-of-the-stand-in"
WEBHOOK_TRIES = 8
WEBHOOK_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Hostility:
    """How unkind the server is; shares are from 0 to 1 and drawn by the seed.

    Updates come late by up to `late_s` and so fall out of order between chats, though not within one; duplicates come
    as late, after whatever else was said. `cut` is the share of messages that arrive although the connection breaks
    before it is said. `slow_s` is the longest pause before an answer.
    """

    duplicates: float = 0.0
    reorder: float = 0.0
    late_s: float = 0.2
    too_many: float = 0.0
    retry_after_s: float = 1.0
    failing: float = 0.0
    cut: float = 0.0
    slow_s: float = 0.0
    idle_408: Literal["http", "body", "both"] = "both"
    seed: int = 1


CALM = Hostility(idle_408="http")
HOSTILE = Hostility(duplicates=0.1, reorder=0.1, too_many=0.05, failing=0.05, slow_s=0.02)


class Acknowledged(NamedTuple):
    """What a webhook answered (0: nothing in time), and after how many seconds."""

    status: int
    took: float


@dataclass(slots=True, eq=False)
class Waiting:
    """An update on its way: when it is due, whether it came before and so waits for nobody, and is to come twice."""

    due: float
    update: Body
    free: bool = False
    twice: bool = False
    tries: int = 0

    @property
    def chat(self) -> str:
        return str(self.update.get("message", {}).get("chat", {}).get("id"))


@dataclass(slots=True, eq=False, repr=False)
class ZaloServer:
    """The server, and by its methods the people who write to the bot; used in a `with`."""

    hostility: Hostility = CALM
    token: str = TOKEN
    port: int = 0
    users: int = 50
    messages: int = 3000
    per_second: int = 0  # more messages than that within a second are refused; 0 is no such limit
    https_only: bool = False  # the real one takes no other address for a webhook
    bare: bool = False  # webhooks without the envelope, as some have seen them
    no_webhook: Literal["404", "empty"] = "404"
    webhook_timeout_s: float = 5.0
    webhook_tries: int = WEBHOOK_TRIES
    tell: Callable[[Sent], None] | None = None  # called with every message of the bot

    sends: list[Sent] = field(default_factory=list)
    delivered: list[Body] = field(default_factory=list)  # updates, each time one was handed out
    acknowledged: list[Acknowledged] = field(default_factory=list)
    lost: list[Body] = field(default_factory=list)  # updates that no webhook took in all tries
    struck: dict[str, int] = field(default_factory=dict)  # how often which unkindness befell the bot
    wrong: list[str] = field(default_factory=list)  # requests that no client should make
    webhook: str = ""
    secret: str = ""
    most_polls: int = 0  # the most getUpdates at once: more than one is a fault of the bot

    queue: list[Waiting] = field(default_factory=list)
    flying: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    served: set[str] = field(default_factory=set)
    month: int = 0
    numbers: int = 0
    polls: int = 0
    stopping: bool = False
    change: threading.Condition = field(default_factory=threading.Condition)
    chance: random.Random = field(default_factory=random.Random)
    threads: list[threading.Thread] = field(default_factory=list)
    listener: Listener = field(init=False)

    # The server.

    def __enter__(self) -> Self:
        self.chance.seed(self.hostility.seed)
        self.listener = Listener(self.port, self)
        self.port = self.listener.server_address[1]
        work = [lambda: self.listener.serve_forever(0.05), *[self.deliver] * WEBHOOK_WORKERS]
        self.threads = [threading.Thread(target=each, daemon=True) for each in work]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self.change:
            self.stopping = True
            self.change.notify_all()
        self.listener.shutdown()
        self.listener.hang_up()
        for thread in self.threads:
            thread.join(self.webhook_timeout_s + 1)
        self.listener.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # People.

    def say(self, chat: str, text: str, *, group: bool = False) -> str:
        """Somebody types; gives the number of the message."""
        return self.write(chat, "message.text.received", group=group, text=text)

    def send_sticker(self, chat: str) -> str:
        return self.write(chat, "message.sticker.received", sticker="0e078a2fb66a5f34067b", url="https://example.vn/s")

    def send_picture(self, chat: str, caption: str = "") -> str:
        return self.write(chat, "message.image.received", photo="https://example.vn/p.jpg", caption=caption)

    def send_voice(self, chat: str) -> str:
        return self.write(chat, "message.voice.received", voice_url="https://example.vn/v.aac")

    def send_protected(self, chat: str) -> str:
        """Somebody whom Zalo protects types: the bot is told that, and not what."""
        return self.write(chat, "message.unsupported.received")

    def write(self, chat: str, event: str, *, group: bool = False, bot: bool = False, **content: str) -> str:
        """An update of any kind sets out to the bot, perhaps late and perhaps twice."""
        unkind = self.hostility
        with self.change:
            self.numbers += 1
            number = f"{self.numbers:020x}"
            message = {
                "from": {"id": chat, "display_name": "Nguyễn Văn A", "is_bot": bot},
                "chat": {"id": chat, "chat_type": "GROUP" if group else "PRIVATE"},
                "message_id": number,
                "date": int(time.time() * 1000),
                **content,
            }
            update = {"message": message, "event_name": event}
            self.known.add(chat)
            late = self.chance.uniform(0, unkind.late_s) if self.strikes("reorder", unkind.reorder) else 0
            twice = self.strikes("duplicate", unkind.duplicates)
            self.queue.append(Waiting(time.monotonic() + late, update, twice=twice))
            self.change.notify_all()
        return number

    def push(self, *updates: Body) -> None:
        """Put updates on their way as they are, however odd."""
        with self.change:
            self.queue += [Waiting(time.monotonic(), update, free=True) for update in updates]
            self.change.notify_all()

    def redeliver(self, count: int = 1) -> None:
        """The last updates that were handed out come again."""
        self.push(*self.delivered[-count:])

    def block(self, chat: str) -> None:
        with self.change:
            self.blocked.add(chat)

    def new_month(self) -> None:
        """What the plan allows begins anew."""
        with self.change:
            self.served.clear()
            self.month = 0

    def sent(self, chat: str) -> list[str]:
        """What somebody has read from the bot."""
        with self.change:
            return [message.text for message in self.sends if message.chat == chat]

    def wait_for(self, chat: str, count: int, timeout_s: float = 10.0) -> list[str]:
        """What somebody has read, once it is so many messages."""
        until = time.monotonic() + timeout_s
        with self.change:
            if not self.change.wait_for(lambda: len(self.sent(chat)) >= count, until - time.monotonic()):
                raise TimeoutError(f"{chat} waits for {count} messages and has {self.sent(chat)}")
            return self.sent(chat)

    def most_in_a_second(self) -> int:
        """The most messages that arrived within any second."""
        times = [message.at for message in self.sends]
        first, most = 0, 0
        for last, at in enumerate(times):
            while at - times[first] >= 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most

    # Calls of the bot.

    def answer(self, token: str, method: str, body: Body | None, alive: Alive) -> Reply:
        """One call, unless an unkindness comes first."""
        with self.change:
            pause = self.chance.uniform(0, self.hostility.slow_s)
            unkind = self.unkindness()
        time.sleep(pause)
        if token != self.token:
            return self.fault(401, "Unauthorized", "wrong token", status=401)
        if method not in METHODS:
            return self.fault(404, "Not found", f"unknown method {method}", status=404)
        if body is None:
            return self.fault(400, "Bad request", f"{method} without a JSON object", status=400)
        return unkind or METHODS[method](self, body, alive)

    def fault(self, code: int, description: str, wrong: str, status: int = 200) -> Reply:
        """Refuse what no client should ask."""
        with self.change:
            self.wrong.append(wrong)
        return refused(code, description, status)

    def strikes(self, name: str, share: float) -> bool:
        """Whether this unkindness befalls this time."""
        befalls = self.chance.random() < share
        if befalls:
            self.struck[name] = self.struck.get(name, 0) + 1
        return befalls

    def unkindness(self) -> Reply | None:
        """Too many, or a failure, in one of the forms that each is known to take."""
        wait = f"{self.hostility.retry_after_s:g}"
        if self.strikes("too_many", self.hostility.too_many):
            said = {"ok": False, "error_code": 429, "description": "Too many requests"}
            timed = said | {"parameters": {"retry_after": self.hostility.retry_after_s}}
            return self.chance.choice([reply(429, said, Retry_After=wait), reply(200, timed), reply(429, said)])
        if self.strikes("failing", self.hostility.failing):
            return self.chance.choice(
                [
                    refused(500, "Internal server error", 500),
                    refused(500, "Internal server error"),
                    refused(403, "Internal server error"),
                    Reply(502, b"<html><h1>502 Bad Gateway</h1></html>", {"Content-Type": "text/html"}),
                    Reply(503),
                    Reply(0),
                ]
            )
        return None

    def due(self) -> Waiting | None:
        """The first update that may go now: after those of its chat that set out before it."""
        before: set[str] = set(self.flying)
        now = time.monotonic()
        for each in self.queue:
            if each.due <= now and each.chat not in (self.flying if each.free else before):
                return each
            if not each.free:
                before.add(each.chat)
        return None

    def hand_out(self, due: Waiting) -> Body:
        """An update reaches the bot, and perhaps does so again later."""
        self.queue.remove(due)
        self.delivered.append(due.update)
        if due.twice:
            late = self.chance.uniform(0, self.hostility.late_s)
            self.queue.append(Waiting(time.monotonic() + late, due.update, free=True))
        return due.update

    # Webhooks.

    def deliver(self) -> None:
        """Call the webhook with what is due; what it does not take comes again later, in its place."""
        while (flight := self.next_flight()) is not None:
            due, address, secret = flight
            wrapped = due.update if self.bare else {"ok": True, "result": due.update}
            began = time.monotonic()
            status = post(address, secret, wrapped, self.webhook_timeout_s)
            with self.change:
                self.acknowledged.append(Acknowledged(status, time.monotonic() - began))
                self.flying.discard(due.chat)
                self.landed(due, status)
                self.change.notify_all()

    def next_flight(self) -> tuple[Waiting, str, str] | None:
        """The next update for the webhook, with address and secret; None when the server stops."""
        with self.change:
            while not self.stopping:
                due = self.due() if self.webhook else None
                if due is not None:
                    due.due = time.monotonic() + 10 * self.webhook_timeout_s  # nobody else takes it meanwhile
                    self.flying.add(due.chat)
                    return due, self.webhook, self.secret
                now = time.monotonic()
                later = [each.due for each in self.queue if each.due > now] if self.webhook else []
                self.change.wait(min([now + 1.0, *later]) - now)
        return None

    def landed(self, due: Waiting, status: int) -> None:
        """What becomes of an update after the webhook was called."""
        if due not in self.queue:
            return
        if 200 <= status < 300:
            self.hand_out(due)
            return
        due.tries += 1
        due.due = time.monotonic() + 0.05 * 2 ** min(due.tries, WEBHOOK_TRIES)
        if due.tries >= self.webhook_tries:
            self.queue.remove(due)
            self.lost.append(due.update)


def main() -> None:
    """Play by hand: what is typed goes to the bot as one person's messages."""
    words = argparse.ArgumentParser(description="A stand-in for Zalo Bot Platform.")
    words.add_argument("--port", type=int, default=8091)
    words.add_argument("--chat", default="6ede9afa66b88fe6d6a9")
    words.add_argument("--hostile", action="store_true")
    given = words.parse_args()
    unkind = HOSTILE if given.hostile else CALM
    with ZaloServer(unkind, port=given.port, tell=lambda sent: print(f"\n{sent.text}\n", flush=True)) as server:
        print(f"ZALO_BASE_URL={server.address}\nZALO_TOKEN={server.token}")
        print("Type a message; /sticker, /picture, /voice, /protected, /again and /block are other things to do.")
        deeds: dict[str, Callable[[], object]] = {
            "/sticker": lambda: server.send_sticker(given.chat),
            "/picture": lambda: server.send_picture(given.chat),
            "/voice": lambda: server.send_voice(given.chat),
            "/protected": lambda: server.send_protected(given.chat),
            "/again": server.redeliver,
            "/block": lambda: server.block(given.chat),
        }
        for line in map(str.strip, sys.stdin):
            deeds.get(line, lambda line=line: line and server.say(given.chat, line))()


if __name__ == "__main__":
    main()
