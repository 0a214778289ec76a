"""Group commit: what becomes of jobs when the database does not take them, and when the writer is stopped."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError

from store import database as databases
from store.database import Database, open_database


@pytest.fixture
def opened(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A SQLite database that waits 0.3 s for a lock."""
    monkeypatch.setattr(databases, "BUSY_MS", 300)
    shutil.copy(sqlite_template, tmp_path / "hailong.db")
    database = open_database(f"sqlite:///{tmp_path}/hailong.db")
    yield database
    database.close()


def one(connection: Connection) -> int:
    return connection.scalar(text("SELECT 1")) or 0


def outcomes(database: Database, jobs: int, work: Callable[[Connection], int]) -> list[object]:
    """What each of so many threads got: a result or an error."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(database.write(work))
        except OperationalError as error:
            found.append(error)

    threads = [threading.Thread(target=run) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return found


def test_a_locked_database_refuses_a_whole_batch_at_once(opened: Database) -> None:
    begun: list[object] = []
    with opened.writing() as session:
        one(session.connection())
        event.listen(opened.engine, "begin", begun.append)
        found = outcomes(opened, 30, one)
    assert [type(each) for each in found] == [OperationalError] * 30
    assert len(begun) <= 10, "each job waited for the lock by itself"
    assert outcomes(opened, 3, one) == [1, 1, 1]


def test_stopping_writes_what_is_queued(opened: Database) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> int:
        entered.set()
        go_on.wait(timeout=30)
        return one(connection)

    found: list[int] = []
    threads = [threading.Thread(target=lambda work=work: found.append(opened.write(work))) for work in (slow, one, one)]
    threads[0].start()
    assert entered.wait(timeout=30)
    for thread in threads[1:]:
        thread.start()
    stopping = threading.Thread(target=opened.close)
    stopping.start()
    go_on.set()
    for thread in (*threads, stopping):
        thread.join(timeout=30)
        assert not thread.is_alive()
    assert found == [1, 1, 1]


def test_a_job_after_the_stop_is_written_too(opened: Database) -> None:
    assert opened.write(one) == 1
    opened.close()
    assert opened.write(one) == 1
