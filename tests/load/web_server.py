"""Web servers that are measured: the public app as production starts it, and bare WSGI apps on the same server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers import free_port

ROOT = Path(__file__).parent.parent.parent
HOST = "hailong.example"
SECRET = "a secret of the benchmark, long enough to be taken"
START_S = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its port and the process that started it."""

    port: int
    process: subprocess.Popen[bytes]
    host: str = HOST  # the one that its links name

    def answers(self) -> bool:
        """Whether it answers."""
        return answers(self.port, self.host)

    def workers(self) -> list[int]:
        """The processes that answer: the children of the one that was started."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return [int(number) for number in children.split() if is_worker(int(number))]

    def memory_mb(self) -> float:
        """The most memory that any one worker has held."""
        return max(highest_mb(number) for number in self.workers())


def is_worker(number: int) -> bool:
    """Whether that child is a web worker and not the helper that Python's multiprocessing starts."""
    try:
        return b"resource_tracker" not in Path(f"/proc/{number}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def highest_mb(number: int) -> float:
    """The high-water mark of a process's memory, in MB (10⁶ bytes)."""
    for line in Path(f"/proc/{number}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise LookupError(number)


def environment(url: str, port: int, folder: Path) -> dict[str, str]:
    """The environment of a production server behind a proxy on this machine."""
    return os.environ | {
        "HAILONG_ENV": "production",
        "DATABASE_URL": url,
        "PUBLIC_URL": f"https://{HOST}",
        "OFFICE_URL": f"https://office.{HOST}",
        "PUBLIC_LISTEN": f"127.0.0.1:{port}",
        "SECRET_KEY": SECRET,
        "DATA_DIR": str(folder),
        "LOG_FORMAT": "json",
    }


@contextmanager
def public_app(url: str, folder: Path, port: int = 0, **settings: str) -> Iterator[Server]:
    """The public app as `python -m webforms` starts it."""
    port = port or free_port()
    with running([sys.executable, "-m", "webforms"], port, environment(url, port, folder) | settings, folder) as server:
        yield server


@contextmanager
def bare_app(folder: Path, processes: int, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """The bare WSGI app on the same server with as many processes and threads."""
    port = free_port()
    words = [sys.executable, "-m", "tests.load.raw_server", str(port), str(processes)]
    with running(words, port, os.environ | dict(settings or {}), folder) as server:
        yield server


@contextmanager
def running(words: list[str], port: int, settings: Mapping[str, str], folder: Path) -> Iterator[Server]:
    """A server process in a session of its own, ended by its number; what it says lies in the folder."""
    with (folder / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=settings, stdout=log, stderr=log, start_new_session=True)
    host = urlsplit(settings.get("PUBLIC_URL", "")).netloc or HOST
    try:
        wait_for(port, process, host)
        yield Server(port, process, host)
    finally:
        end(process)


def wait_for(port: int, process: subprocess.Popen[bytes], host: str) -> None:
    """Return once the port answers an HTTP request."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it answered")
        if answers(port, host):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port} after {START_S} s")


def answers(port: int, host: str = HOST) -> bool:
    """Whether something on that port answers an HTTP request."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.settimeout(2)
            connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            return connection.recv(12).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server as a supervisor does; one that does not go is killed with all that it started."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)
