"""Sixteen clients in one process of their own: raw sockets and epoll, so that asking costs little beside answering.

`python -m tests.load.clients` reads one JSON line (where to, how many clients, the requests), says "ready", waits for a
line, sends every request once over kept connections and prints what came back as JSON.
"""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its path, and the urlencoded body of a POST or nothing for a GET."""

    path: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What came back: the time from first to last, each latency, and how many answers there were of each kind."""

    seconds: float
    latencies_ms: tuple[float, ...]
    kinds: dict[str, int]  # "303 /c/…/thanks" without the code, or the status alone

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies_ms) / self.seconds


def ask(port: int, host: str, requests: Sequence[Request], clients: int) -> Run:
    """Send the requests from a process of their own."""
    words = {"port": port, "host": host, "clients": clients, "requests": [(each.path, each.body) for each in requests]}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.load.clients"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(words) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        told = json.loads(process.stdout.readline())
    return Run(told["seconds"], tuple(told["latencies_ms"]), told["kinds"])


def written(host: str, path: str, body: str) -> bytes:
    """A request as it goes over the wire."""
    data = body.encode()
    if not data:
        return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Language: vi\r\n\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Language: vi\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


def whole(received: bytes) -> bool:
    """Whether this is a whole answer."""
    head, end, body = received.partition(b"\r\n\r\n")
    if not end:
        return False
    lower = head.lower()
    if b"chunked" in lower:
        return received.endswith(b"0\r\n\r\n")
    at = lower.find(b"content-length:")
    length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return len(body) >= length


def kind(received: bytes) -> str:
    """The status, and for a redirect the last part of where it leads."""
    head = received.partition(b"\r\n\r\n")[0].decode("latin-1")
    status = head.split(" ", 2)[1]
    places = [line for line in head.split("\r\n") if line.lower().startswith("location:")]
    return f"{status} {places[0].rpartition('/')[2].partition('?')[0]}" if places else status


def drive(port: int, clients: int, wires: Sequence[bytes]) -> Run:
    """Keep every connection busy until all requests are answered."""
    poll, due = select.epoll(), iter(wires)
    sockets = {}
    for _ in range(min(clients, len(wires))):
        connection = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[connection.fileno()] = connection
        poll.register(connection, select.EPOLLIN)
    received = dict.fromkeys(sockets, b"")
    sent: dict[int, float] = {}
    latencies: list[float] = []
    kinds: Counter[str] = Counter()
    start = time.perf_counter()
    for number, connection in sockets.items():
        sent[number] = time.perf_counter()
        connection.sendall(next(due))
    while len(latencies) < len(wires):
        ready = poll.poll(TIMEOUT_S)
        if not ready:
            raise TimeoutError(f"no answer within {TIMEOUT_S} s")
        for number, _ in ready:
            data = sockets[number].recv(262_144)
            if not data:
                raise ConnectionError("the server closed a connection")
            received[number] += data
            if not whole(received[number]):
                continue
            now = time.perf_counter()
            latencies.append((now - sent[number]) * 1000)
            kinds[kind(received[number])] += 1
            received[number] = b""
            following = next(due, None)
            if following is not None:
                sent[number] = now
                sockets[number].sendall(following)
    seconds = time.perf_counter() - start
    for connection in sockets.values():
        connection.close()
    return Run(seconds, tuple(latencies), dict(kinds))


def main() -> None:
    """The process of the clients."""
    words = json.loads(sys.stdin.readline())
    wires = [written(words["host"], path, body) for path, body in words["requests"]]
    print("ready", flush=True)
    sys.stdin.readline()
    run = drive(words["port"], words["clients"], wires)
    print(json.dumps({"seconds": run.seconds, "latencies_ms": run.latencies_ms, "kinds": run.kinds}), flush=True)


if __name__ == "__main__":
    main()
