"""Processes of the clock on a machine whose time can be set: started, killed, stopped for a while, misled."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from tests.load.web_server import ROOT
from tests.servers import execute, postgresql, postgresql_control, postgresql_programs, run_as_postgres

END_S = 30.0
SHARED = Path("/dev/shm")  # where libfaketime lays its semaphores


def faketime_library() -> Path:
    """libfaketime for programs of many threads; `make test` installs it."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        raise RuntimeError("no libfaketime under /usr/lib; run `make test-tools`")
    return found[0]


@dataclass(slots=True)
class SetTime:
    """The time that processes are told: the true one and so many seconds, which may be changed while they run."""

    file: Path
    ahead_s: int = 0

    def __post_init__(self) -> None:
        """Begin with the true time."""
        self.set(0)

    def set(self, ahead_s: int) -> None:
        """Let it be so far ahead; whoever reads meanwhile finds the old or the new."""
        draft = self.file.with_suffix(".new")
        draft.write_text(f"{ahead_s:+d}\n", encoding="ascii")
        draft.chmod(0o644)
        draft.replace(self.file)
        self.ahead_s = ahead_s

    def now(self) -> datetime:
        """The time there."""
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s)

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to be told that time; how long something lasts it measures truly."""
        return {
            "LD_PRELOAD": str(faketime_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


@dataclass(slots=True)
class Clocks:
    """So many processes of the clock, each with its time, and what was done to them."""

    settings: Mapping[str, str]
    times: list[SetTime]  # one for all, or one each
    log: Path
    number: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    ended_well: bool = True

    def start(self) -> None:
        """Start those that do not run."""
        for place in range(self.number):
            if place == len(self.processes):
                self.processes.append(self.spawn(place))
            elif self.processes[place].poll() is not None:
                self.processes[place] = self.spawn(place)

    def spawn(self, place: int) -> subprocess.Popen[bytes]:
        """Start one."""
        told = self.times[place % len(self.times)].environment
        with self.log.open("ab") as log:
            found = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.short_clock"],
                cwd=ROOT,
                env={**os.environ, **self.settings, **told},
                stdout=log,
                stderr=log,
            )
        self.numbers.append(found.pid)
        return found

    def running(self) -> list[subprocess.Popen[bytes]]:
        """Those that run."""
        return [each for each in self.processes if each.poll() is None]

    def led_by(self, holder: str) -> bool:
        """Whether that holder is one of those that run."""
        return any(f"-{each.pid}-" in holder for each in self.running())

    def one(self, holder: str, chance: random.Random) -> subprocess.Popen[bytes] | None:
        """One that runs, most often the one that leads."""
        found = self.running()
        leading = [each for each in found if f"-{each.pid}-" in holder]
        return chance.choice(leading if leading and chance.random() < 0.7 else found) if found else None

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill one at once; a stopped one too."""
        process.kill()
        process.wait()
        self.count("kills")

    def halt(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        """Stop one for so long, as a machine that sleeps, and let it go on."""
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)
        self.count("stops")

    def jump(self, ahead_s: int) -> None:
        """Set every time so far ahead."""
        for each in self.times:
            each.set(ahead_s)
        self.count("jumps")

    def count(self, what: str) -> None:
        """One more of these."""
        self.done[what] = self.done.get(what, 0) + 1

    def forget(self) -> None:
        """Delete what libfaketime leaves behind of processes that were killed."""
        for number in self.numbers:
            for path in SHARED.glob(f"*faketime_*_{number}"):
                path.unlink(missing_ok=True)

    def kill_all(self) -> None:
        """Kill all that run, as a power cut does."""
        for each in self.running():
            self.kill(each)

    def end(self) -> None:
        """Ask all to end and wait; whoever does not is killed, and that is no good end."""
        until = time.monotonic() + END_S
        while not all(map(listens, self.running())) and time.monotonic() < until:
            time.sleep(0.1)
        for each in self.running():
            each.send_signal(signal.SIGTERM)
        until = time.monotonic() + END_S
        for each in self.processes:
            try:
                self.ended_well &= each.wait(max(0.1, until - time.monotonic())) in (0, -signal.SIGKILL)
            except subprocess.TimeoutExpired:
                self.ended_well = False
                each.kill()
                each.wait()


def listens(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process is far enough to be told to end; before that, it just ends."""
    told = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    caught = next(line for line in told.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) & 1 << signal.SIGTERM - 1)


@contextmanager
def place_of(kind: str, folder: Path) -> Iterator[tuple[str, SetTime]]:
    """An empty database that waits for its disk, and the time that decides there: the machine's, or the server's."""
    told = SetTime(folder / "time")
    if kind == "sqlite":
        yield f"sqlite:///{folder}/clock.db", told
        return
    with TemporaryDirectory(prefix="hailong-") as name:
        cluster = Path(name) / "cluster"
        with postgresql(cluster, durable=True) as address:
            told = SetTime(Path(name) / "time")
            restart(cluster, urlsplit(address).port or 0, told)
            execute(address, "CREATE DATABASE clock")
            yield f"{address}/clock", told


def restart(cluster: Path, port: int, told: SetTime) -> None:
    """Start a database server anew with a time of its own; the program that lays out its files cannot have one."""
    postgresql_control(cluster, port, "stop", durable=True)
    control = [str(postgresql_programs() / "pg_ctl"), "-w", "-D", str(cluster / "data"), "-l", str(cluster / "log")]
    options = ["-o", f"-p {port} -k {cluster} -h 127.0.0.1 -c max_connections=80"]
    run_as_postgres(
        cluster, "env", *(f"{name}={value}" for name, value in told.environment.items()), *control, *options, "start"
    )
