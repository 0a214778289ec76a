"""The processes of a chat as a supervisor runs them: bots that are started anew when they die, and the public web."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from tests.load.web_server import ROOT, Server, end, environment, highest_mb, public_app
from tests.servers import free_port
from tests.zalo_server import ZaloServer

WEBHOOK_SECRET = "a-secret-of-the-webhooks-of-the-tests"
GROWN_S = 2.5  # a process that was started so long ago is at work


@dataclass(slots=True, eq=False)
class Supervised:
    """One process that is started again at once whenever it ends."""

    words: list[str]
    settings: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    ended: list[int] = field(default_factory=list)  # how it ended, each time
    stopping: bool = False
    thread: threading.Thread = field(init=False)

    def start(self) -> None:
        """Run it, again and again."""
        self.spawn()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def spawn(self) -> None:
        """Start the process."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.words, cwd=ROOT, env=dict(self.settings), stdout=log, stderr=log, start_new_session=True
            )
        self.started_at = time.monotonic()

    def watch(self) -> None:
        """Start it again when it ends."""
        while self.process is not None:
            self.ended.append(self.process.wait())
            if self.stopping:
                return
            self.spawn()

    def at_work(self) -> bool:
        """Whether it has been running for a while."""
        running = self.process is not None and self.process.poll() is None
        return running and time.monotonic() - self.started_at > GROWN_S

    def kill(self) -> None:
        """Kill it."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self.stopping = True
        assert self.process is not None
        end(self.process)
        self.thread.join(20)

    def memory_mb(self) -> float:
        """The most memory that it has held since it was started last."""
        assert self.process is not None
        return highest_mb(self.process.pid)


@dataclass(slots=True, eq=False)
class ChatServers:
    """The bots of one installation and, where updates come by webhook, its public web."""

    bots: list[Supervised]
    web: Server | None
    folder: Path

    def logs(self) -> str:
        """All that the processes have said."""
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*.log")))


@contextmanager
def chat_servers(
    url: str, folder: Path, zalo: ZaloServer, mode: str, bots: int, **others: str
) -> Iterator[ChatServers]:
    """So many bots, and in webhook mode the web; what they say lies in the folder. Ended by asking."""
    port = free_port()
    told = chat_settings(zalo, mode, port) | others
    run = [
        Supervised([sys.executable, "-m", "bot"], environment(url, port, folder) | told, folder / f"bot-{number}.log")
        for number in range(bots)
    ]
    with public_app(url, folder, port, **told) if mode == "webhook" else nullcontext() as web:
        for each in run:
            each.start()
        try:
            yield ChatServers(run, web, folder)
        finally:
            for each in run:
                each.stop()


def chat_settings(zalo: ZaloServer, mode: str, port: int) -> dict[str, str]:
    """What an installation on this machine is told of its one channel, that Zalo server."""
    return {
        "HAILONG_ENV": "development",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ZALO_TOKEN": zalo.token,
        "ZALO_BASE_URL": zalo.address,
        "ZALO_MODE": mode,
        "WEBHOOK_SECRET": WEBHOOK_SECRET,
    }
