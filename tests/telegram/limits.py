"""A wall in front of a Telegram server that lets through what the real one would, and counts what it sees.

More than 30 messages a second over all, or more than one a second to a chat once three have gone out at once, are
answered with 429 and the seconds to wait, and what breaks a rule of Telegram's with 400; everything else goes through
as it came.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from tests.telegram.rules import broken

A_SECOND = 30
CHAT_BURST = 3
CHAT_EVERY_S = 1.0
COUNTED = frozenset({"sendMessage", "editMessageText"})
LEFT_OUT = frozenset({"host", "connection", "content-length", "transfer-encoding", "keep-alive", "date", "server"})


@dataclass(slots=True)
class Counts:
    """What came in. Times are seconds of `time.monotonic`."""

    times: list[float] = field(default_factory=list)  # of messages that were let through
    chats: list[str] = field(default_factory=list)  # whom they went to
    refused: int = 0  # 429 over all
    refused_chat: int = 0  # 429 of one chat
    methods: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)  # rules that a request broke
    failed: int = 0  # requests that the server behind did not answer
    recent: deque[float] = field(default_factory=deque)
    paid: dict[str, float] = field(default_factory=dict)  # when a chat's burst is paid off
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_s(self, chat: str, now: float) -> int:
        """How long a message must wait; 0 lets it through and counts it."""
        with self.lock:
            while self.recent and self.recent[0] <= now - 1:
                self.recent.popleft()
            paid = max(now, self.paid.get(chat, now))
            if paid - now > CHAT_EVERY_S * (CHAT_BURST - 1) + 1e-6:
                self.refused_chat += 1
                return math.ceil(paid - now - CHAT_EVERY_S * (CHAT_BURST - 1))
            if len(self.recent) >= A_SECOND:
                self.refused += 1
                return math.ceil(self.recent[0] + 1 - now)
            self.paid[chat] = paid + CHAT_EVERY_S
            self.recent.append(now)
            self.times.append(now)
            self.chats.append(chat)
            return 0

    @property
    def rate(self) -> float:
        """Messages a second from the first to the last."""
        took = self.times[-1] - self.times[0] if self.times else 0.0
        return (len(self.times) - 1) / took if took else 0.0

    @property
    def most_in_a_second(self) -> int:
        """The most messages in any one second."""
        most, first = 0, 0
        for last, at in enumerate(self.times):
            while self.times[first] <= at - 1:
                first += 1
            most = max(most, last - first + 1)
        return most

    @property
    def longest_gap(self) -> float:
        """The longest time between two messages."""
        return max((later - earlier for earlier, later in pairwise(self.times)), default=0.0)


class Forwarding(BaseHTTPRequestHandler):
    """One connection: each request goes on to the server behind, and its answer back."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet an answer
    server: Wall
    upstream: HTTPConnection | None = None

    def setup(self) -> None:
        super().setup()
        self.upstream = HTTPConnection(self.server.upstream, timeout=60)

    def finish(self) -> None:
        if self.upstream is not None:
            self.upstream.close()
        super().finish()

    def do_GET(self) -> None:
        self.forward()

    def do_POST(self) -> None:
        self.forward()

    def forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        method = urlsplit(self.path).path.rpartition("/")[2]
        given = given_in(self.path, self.headers.get("Content-Type", ""), body)
        counts = self.server.counts
        counts.methods[method] += 1
        if wrong := broken(method, given):
            counts.wrong += wrong
            self.fail(400, f"Bad Request: {wrong[0]}")
            return
        if method in COUNTED and (wait := counts.wait_s(given["chat_id"], time.monotonic())):
            self.fail(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() not in LEFT_OUT}
        try:
            status, answered, answer = self.ask(body, headers | self.server.added)
        except (OSError, HTTPException):
            counts.failed += 1
            self.fail(502, "Bad Gateway")
            return
        self.answer(status, answered, answer)

    def ask(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """The answer of the server behind; a connection that it closed meanwhile is opened anew."""
        assert self.upstream is not None
        try:
            self.upstream.request(self.command, self.path, body, headers)
            found = self.upstream.getresponse()
        except (ConnectionError, HTTPException):
            self.upstream.close()
            self.upstream.request(self.command, self.path, body, headers)
            found = self.upstream.getresponse()
        kept = {name: value for name, value in found.getheaders() if name.lower() not in LEFT_OUT}
        return found.status, kept, found.read()

    def fail(self, code: int, words: str, parameters: dict[str, int] | None = None) -> None:
        said = {"ok": False, "error_code": code, "description": words}
        self.answer(code, {}, json.dumps(said | ({"parameters": parameters} if parameters else {})).encode())

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        try:
            self.send_response_only(status)
            for name, value in ({"Content-Type": "application/json"} | headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # the bot was killed meanwhile

    def log_message(self, *_: object) -> None:
        """Nothing is told."""


class Wall(ThreadingHTTPServer):
    """The listener of the wall."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, upstream: str, added: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Forwarding)
        self.upstream, self.added, self.counts = upstream, added, Counts()

    def handle_error(self, *_: object) -> None:
        """A connection that breaks is no news: bots are killed on purpose."""


def given_in(path: str, kind: str, body: bytes) -> dict[str, str]:
    """The parameters of a request to Telegram; those of a webhook are none."""
    if "json" in kind:
        return {}
    found = parse_qs(urlsplit(path).query) | parse_qs(body.decode(), keep_blank_values=True)
    return {name: values[0] for name, values in found.items()}


@contextmanager
def forwarding(upstream_url: str, added: dict[str, str]) -> Iterator[tuple[str, Counts]]:
    """An address behind which the server is, each request with some more headers."""
    wall = Wall(urlsplit(upstream_url).netloc, added)
    thread = threading.Thread(target=wall.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{wall.server_address[1]}", wall.counts
    finally:
        wall.shutdown()
        thread.join(5)
        wall.server_close()


@contextmanager
def limited(upstream_url: str) -> Iterator[tuple[str, Counts]]:
    """The address of a wall in front of that Telegram server, for TELEGRAM_BASE_URL, and what it counts."""
    with forwarding(upstream_url, {}) as found:
        yield found


@contextmanager
def with_secret(site: str, secret: str) -> Iterator[str]:
    """An address that hands webhooks on to a site with the secret header that telemelya does not send."""
    with forwarding(site, {"X-Telegram-Bot-Api-Secret-Token": secret}) as (address, _):
        yield address
