"""The wire of the Zalo stand-in: requests read strictly, replies written or cut off, webhooks called."""

from __future__ import annotations

import json
import select
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

LARGEST_REQUEST = 1_000_000


class Reply(NamedTuple):
    """What the server says: an HTTP status, a body and headers; status 0 breaks the connection instead."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Sent(NamedTuple):
    """A message of the bot that arrived, and when (monotonic seconds)."""

    chat: str
    text: str
    at: float


def reply(status: int, body: object, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(body, ensure_ascii=False).encode(), named)


def granted(result: object = None) -> Reply:
    return reply(200, {"ok": True} if result is None else {"ok": True, "result": result})


def refused(code: int, description: str, status: int = 200) -> Reply:
    return reply(status, {"ok": False, "error_code": code, "description": description})


class Server(Protocol):
    """Who answers a call: the token and the method of the path, the JSON of the body, whether the caller is there."""

    def answer(self, token: str, method: str, body: dict[str, Any] | None, alive: Callable[[], bool]) -> Reply: ...


class Listener(ThreadingHTTPServer):
    """A server that can hang up on everybody, so that its threads end with it."""

    daemon_threads = False
    request_queue_size = 256

    def __init__(self, port: int, zalo: Server) -> None:
        self.zalo = zalo
        self.open: set[socket.socket] = set()
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self.lock:
            self.open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self.lock:
            self.open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        with self.lock:
            for connection in self.open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other side was faster

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection; it stays open for the next call as the real one's do."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together
    server: Listener

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), LARGEST_REQUEST)
        body = self.rfile.read(length)
        if len(body) < length:  # whoever asked died before the request was whole
            self.close_connection = True
            return
        place, _, method = unquote(urlsplit(self.path).path).removeprefix("/").rpartition("/")
        said = self.server.zalo.answer(place.removeprefix("bot"), method, self.read_json(body), self.alive)
        if said.status == 0:
            self.close_connection = True
            return
        self.send_response(said.status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **said.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(said.body)

    def read_json(self, body: bytes) -> dict[str, Any] | None:
        if not (self.headers.get("Content-Type") or "").startswith("application/json"):
            return None
        try:
            found = json.loads(body or b"{}")
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def alive(self) -> bool:
        """Whether the caller still waits for what it asked."""
        try:
            readable, _, _ = select.select([self.connection], [], [], 0)
            return not readable or self.connection.recv(1, socket.MSG_PEEK) != b""
        except OSError:
            return False

    def log_message(self, *_: object) -> None:
        pass


def post(address: str, secret: str, body: object, timeout_s: float) -> int:
    """Call a webhook; gives the HTTP status, or 0 where there was none in time."""
    place = urlsplit(address)
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    connection = kind(place.hostname or "", place.port, timeout=timeout_s)
    headers = {"Content-Type": "application/json", "X-Bot-Api-Secret-Token": secret}
    try:
        connection.request("POST", place.path or "/", json.dumps(body, ensure_ascii=False).encode(), headers)
        answered = connection.getresponse()
        answered.read()
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
    return answered.status
