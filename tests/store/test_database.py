"""The database keeps what it promised, on both kinds."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from store.database import Database, differences, open_database, upgrade
from store.models.accounts import FailedSignInRow


def note(subject: str) -> dict[str, object]:
    return {"at": datetime.now(UTC), "digest": subject.encode()}


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(FailedSignInRow)) or 0


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.begin() as connection:
        assert differences(connection) == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    before, after = upgrade(database)
    assert before == after


def test_sqlite_is_durable(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        with database.reading() as session:
            assert session.scalar(text("SHOW synchronous_commit")) == "on"
        return
    with database.reading() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA synchronous")) == 2
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA secure_delete")) == 1


def test_a_new_file_is_not_for_everybody_on_the_machine(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        database = open_database(f"sqlite:///{tmp_path / 'new' / 'hailong.db'}")
        upgrade(database)
        modes = {path.name: path.stat().st_mode & 0o007 for path in (tmp_path / "new").iterdir()}
        database.close()
    finally:
        os.umask(before)
    assert set(modes) == {"hailong.db", "hailong.db-wal", "hailong.db-shm"}
    assert set(modes.values()) == {0}


def test_what_many_threads_write_is_all_there(database: Database) -> None:
    def write(number: int) -> None:
        database.write(
            lambda connection: connection.execute(insert(FailedSignInRow).values(note(str(number)))) and None
        )

    threads = [threading.Thread(target=write, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(database) == 100


def test_a_job_that_fails_takes_no_other_with_it(database: Database) -> None:
    errors: list[BaseException] = []

    def bad(connection: Connection) -> None:
        connection.execute(insert(FailedSignInRow).values(note("bad")))
        raise ValueError("bad job")

    def good(connection: Connection) -> None:
        connection.execute(insert(FailedSignInRow).values(note("good")))

    def run(work: object) -> None:
        try:
            database.write(work)  # type: ignore[arg-type]
        except ValueError as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(bad if number % 3 == 0 else good,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(errors) == 10
    assert count(database) == 20


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="time zone"), database.writing() as session:
        session.execute(insert(FailedSignInRow).values(note("x") | {"at": datetime(2024, 1, 1)}))  # noqa: DTZ001


def test_what_looks_before_it_adds_goes_in_turn(database: Database) -> None:
    def add_once() -> None:
        with database.writing(in_turn=True) as session:
            if not session.scalar(select(func.count()).select_from(FailedSignInRow)):
                time.sleep(0.05)
                session.execute(insert(FailedSignInRow).values(note("once")))

    threads = [threading.Thread(target=add_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(database) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_empty_database_may_be_prepared_by_several_at_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    address = f"sqlite:///{tmp_path / 'empty.db'}"
    if kind == "postgresql":
        cluster = request.getfixturevalue("postgresql_address")
        engine = create_engine(f"{cluster}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE empty"))
        engine.dispose()
        address = f"{cluster}/empty"
    found: list[tuple[str | None, str | None]] = []

    def prepare() -> None:
        database = open_database(address, pool_size=1)
        found.append(upgrade(database))
        database.close()

    threads = [threading.Thread(target=prepare) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert [before for before, _ in found].count(None) == 1
    assert len({after for _, after in found}) == 1


def test_errors_of_the_database_repeat_no_values(database: Database) -> None:
    with pytest.raises(DBAPIError) as error, database.writing() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "Chờ quá lâu"})
    assert "Chờ" not in str(error.value)
