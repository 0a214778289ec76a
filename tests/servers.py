"""Real servers for tests: started on a free port in a temporary folder, ended by their process id."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

PATIENCE_S = 30


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(module: str, address: str, settings: Mapping[str, str], log: Path) -> Iterator[None]:
    """A web app as it runs, from the moment that it is ready at its address; ended by its process id."""
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", module], env=os.environ | settings, stdout=written, stderr=written
        )
        try:
            wait_until_ready(address, process)
            yield
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_S)


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return once the app at that address can do its work."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"nothing is ready at {address}")


def postgresql_programs() -> Path:
    """The folder of the newest PostgreSQL server programs; `make test` installs them."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not folders:
        raise RuntimeError("no PostgreSQL server programs under /usr/lib/postgresql; run `make test-tools`")
    return folders[-1].parent


@contextmanager
def postgresql(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL cluster of its own; gives the address without a database name."""
    programs, port = postgresql_programs(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        folder.parent.chmod(0o755)
        shutil.chown(folder, "postgres", "postgres")
    run_as_postgres(
        folder,
        str(programs / "initdb"),
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-A",
        "trust",
        "-U",
        "hailong",
        "-D",
        str(folder / "data"),
    )
    postgresql_control(folder, port, "start", durable=durable)
    try:
        yield f"postgresql+psycopg://hailong@127.0.0.1:{port}"
    finally:
        postgresql_control(folder, port, "stop")


def postgresql_control(folder: Path, port: int, act: str, *, durable: bool = False) -> None:
    """Start or stop the cluster in that folder; stopping cuts every connection at once."""
    settings = f"-p {port} -k {folder} -h 127.0.0.1 -c max_connections=80" + ("" if durable else " -c fsync=off")
    words = ["-o", settings] if act == "start" else ["-m", "immediate"]
    control = [str(postgresql_programs() / "pg_ctl"), "-w", "-D", str(folder / "data"), "-l", str(folder / "log")]
    run_as_postgres(folder, *control, *words, act)


def run_as_postgres(folder: Path, *words: str) -> None:
    """Run a program of PostgreSQL, which refuses to serve as root."""
    person = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run([*person, *words], check=True, stdout=subprocess.DEVNULL, cwd=folder, timeout=60)


def execute(address: str, statement: str) -> None:
    """Run one statement on the cluster itself."""
    engine = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
