"""A server that is told to stop finishes what it was at, and is gone within ten seconds."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from store.database import Database
from survey.receipt import response_key
from tests.factories import kept_answers, responses
from tests.faults.forms import WORDS, begun, own_cluster, prepared
from tests.faults.killing import counter_codes
from tests.faults.people import Crowd
from tests.load.web_server import HOST, Server, public_app

MOST_S = 10.0


def stopped(server: Server) -> float:
    """Seconds from the signal to the end of the server; its workers are gone too."""
    workers, begun_at = server.workers(), time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(MOST_S + 5) == 0
    seconds = time.monotonic() - begun_at
    assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]
    return seconds


@contextmanager
def database_url(kind: str, folder: Path) -> Iterator[str]:
    """An address on either kind of database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/hailong.db"
        return
    with own_cluster() as (_, url):
        yield url


@contextmanager
def held_up(database: Database) -> Iterator[None]:
    """Nobody else can store a response meanwhile."""
    immediate = database.engine.execution_options(immediate=True)
    with immediate.begin() as connection:
        if make_url(str(database.engine.url)).get_backend_name() != "sqlite":
            connection.execute(text("LOCK TABLE response IN EXCLUSIVE MODE"))
        yield


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_answer_under_way_is_finished(kind: str, tmp_path: Path) -> None:
    with database_url(kind, tmp_path) as url:
        database = prepared(url)
        with public_app(url, tmp_path, WEB_PROCESSES="1") as server:
            form = begun(server.port, database)
            found: list[int] = []
            sending = threading.Thread(target=lambda: found.append(form.send()[0]))
            with held_up(database):
                sending.start()
                time.sleep(1)  # the form has arrived and waits for its turn
                server.process.send_signal(signal.SIGTERM)
                time.sleep(1)
                assert found == []
            sending.join(MOST_S)
            assert found == [303]
            assert server.process.wait(MOST_S) == 0
        assert [answers["y_kien"] for answers in kept_answers(database)] == [WORDS]
        database.close()


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_server_that_people_are_using_stops_in_time(kind: str, tmp_path: Path) -> None:
    with database_url(kind, tmp_path) as url:
        database = prepared(url)
        codes = counter_codes(database)
        with public_app(url, tmp_path, WEB_PROCESSES="2") as server:
            crowd = Crowd(server.port, codes)
            crowd.start(6)
            time.sleep(3)
            with idle_connections(server.port, 8):
                seconds = stopped(server)
            crowd.give_up()
        assert seconds < MOST_S
        assert crowd.receipts
        stored = {row.id for row in responses(database)}
        assert {response_key(shown) for shown in crowd.receipts.values()} <= stored
        database.close()


@contextmanager
def idle_connections(port: int, count: int) -> Iterator[None]:
    """Browsers that keep a connection open, and some that never finish what they say."""
    sockets = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(count)]
    for number, connection in enumerate(sockets):
        end = "\r\n" if number % 2 else ""
        connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: {HOST}\r\n{end}".encode())
    yield
    for connection in sockets:
        connection.close()
