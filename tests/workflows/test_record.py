"""The record of acts: whatever is done to it by somebody who owns the database is found."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from store.database import Database, migration_config, open_database, upgrade
from store.models.results import AuditRow
from store.queries import audit
from tests.factories import take_guards_off
from workflows import record
from workflows.record import Break, Verdict

NOON = datetime(2026, 11, 23, 5, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def kept(database: Database) -> Database:
    """Ten acts, written in transactions of one, two and three."""
    for number in range(5):
        with database.writing() as session:
            for part in range(1 + number % 3):
                facts = {"một": f"{number}.{part}", "a": "=1+1"}
                audit.note(session, at=NOON, actor="lan@tinh.example", act="open", subject="đợt 1", facts=facts)
    with database.writing() as session:
        audit.note(session, at=NOON + timedelta(days=1), actor="terminal", act="close", subject="đợt 1")
    return database


def verdict(database: Database, noted: str = "") -> Verdict:
    with database.reading() as session:
        found = record.verify(session, noted)
    assert isinstance(found, Verdict)
    return found


def row(session: Session, number: int) -> AuditRow:
    return session.scalars(select(AuditRow).where(AuditRow.number == number)).one()


def other_words(session: Session) -> None:
    row(session, 3).act = "close"


def other_hour(session: Session) -> None:
    row(session, 3).at = NOON - timedelta(microseconds=1)


def other_fact(session: Session) -> None:
    row(session, 3).facts = {"một": "9"}


def taken_out(session: Session) -> None:
    session.delete(row(session, 3))


def first_taken_out(session: Session) -> None:
    session.delete(row(session, 1))


def taken_out_and_closed_up(session: Session) -> None:
    session.delete(row(session, 3))
    session.flush()
    for number in range(4, 11):
        row(session, number).number = number - 1
        session.flush()


def put_in_again(session: Session) -> None:
    """The last row, written anew as if somebody else had done it, with a digest that fits it and not the chain."""
    found = row(session, 10)
    found.actor, found.previous = "an@tinh.example", row(session, 7).digest
    found.digest = audit.digest_of(found)


def put_in_between(session: Session) -> None:
    for number in range(10, 2, -1):
        row(session, number).number = number + 1
        session.flush()
    here = AuditRow(number=3, previous=row(session, 2).digest, at=NOON, actor="x", act="open", subject="y", facts={})
    here.digest = audit.digest_of(here)
    session.add(here)


def swapped(session: Session) -> None:
    first, second = row(session, 3), row(session, 4)
    first.number = 99
    session.flush()
    second.number = 3
    session.flush()
    first.number = 4


def swapped_with_fitting_digests(session: Session) -> None:
    swapped(session)
    session.flush()
    for number in (3, 4):
        found = row(session, number)
        found.digest = audit.digest_of(found)


TAMPERINGS: dict[Callable[[Session], None], set[str]] = {
    other_words: {"3 changed"},
    other_hour: {"3 changed"},
    other_fact: {"3 changed"},
    taken_out: {"3 missing"},
    first_taken_out: {"1 missing"},
    taken_out_and_closed_up: {f"{number} changed" for number in range(3, 10)},
    put_in_again: {"10 moved"},
    put_in_between: {f"{number} changed" for number in range(4, 12)},
    swapped: {"3 changed", "4 changed", "5 moved"},
    swapped_with_fitting_digests: {"3 moved", "4 moved", "5 moved"},
}


def test_a_record_that_nobody_touched_is_whole(kept: Database) -> None:
    found = verdict(kept)
    assert (found.rows, found.breaks) == (10, ())
    assert found.head.startswith("10:")
    assert verdict(kept, found.head) == found


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_what_is_done_to_the_record_is_found(kept: Database, tamper: Callable[[Session], None]) -> None:
    with kept.writing() as session:
        take_guards_off(session)
        tamper(session)
    assert {f"{each.number} {each.code}" for each in verdict(kept).breaks} == TAMPERINGS[tamper] | {"0 unguarded"}


def test_an_end_that_was_cut_off_is_known_by_a_noted_head(kept: Database) -> None:
    noted = verdict(kept).head
    with kept.writing() as session:
        take_guards_off(session)
        session.execute(text("DELETE FROM audit WHERE number > 8"))
    off = Break(0, "unguarded")
    assert verdict(kept).breaks == (off,), "what is left fits together"
    assert verdict(kept, noted).breaks == (off, Break(10, "cut"))
    for _ in range(2):
        with kept.writing() as session:
            audit.note(session, at=NOON, actor="x", act="open", subject="y")
    assert verdict(kept, noted).breaks == (off, Break(10, "rewritten"))


@pytest.mark.parametrize("column", ["facts = '{'", "facts = '[]'", "at = 'then'", "actor = x'ff'", "previous = ''"])
def test_a_row_that_cannot_be_read_any_more_is_found(tmp_path: Path, sqlite_template: Path, column: str) -> None:
    """SQLite lets anything into any column."""
    path = tmp_path / "hailong.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = open_database(f"sqlite:///{path}")
    with database.writing() as session:
        for _ in range(5):
            audit.note(session, at=NOON, actor="lan@tinh.example", act="open", subject="đợt 1")
    with database.writing() as session:
        take_guards_off(session)
        session.execute(text(f"UPDATE audit SET {column} WHERE number = 3"))
    found = verdict(database)
    database.close()
    assert found.breaks == (Break(0, "unguarded"), Break(3, "changed"))
    assert found.rows == 5


def test_a_head_that_is_none_is_refused(kept: Database) -> None:
    with kept.reading() as session:
        assert getattr(record.verify(session, "10:abc"), "code", "") == "head_form"


@pytest.mark.parametrize(
    "words", ["UPDATE audit SET act = 'x' WHERE number = 1", "DELETE FROM audit", "TRUNCATE audit"]
)
def test_the_database_itself_refuses_to_change_the_record(kept: Database, words: str) -> None:
    with pytest.raises(DBAPIError), kept.writing() as session:
        session.execute(text(words))
    assert verdict(kept).rows == 10


def test_many_who_act_at_once_make_one_chain(database: Database) -> None:
    def act(name: str) -> None:
        for number in range(5):
            with database.writing() as session:
                audit.note(session, at=NOON, actor=name, act="open", subject=str(number))

    threads = [threading.Thread(target=act, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (verdict(database).rows, verdict(database).breaks) == (30, ())


def test_what_was_undone_is_not_written_down(database: Database) -> None:
    with database.writing() as session:
        audit.note(session, at=NOON, actor="x", act="open", subject="y")
        session.rollback()
    with pytest.raises(KeyError), database.writing() as session:  # noqa: PT012 - the transaction ends by it
        audit.note(session, at=NOON, actor="x", act="open", subject="y")
        raise KeyError
    assert verdict(database).rows == 0


def test_rows_of_before_the_chain_are_tied_to_it(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    database = open_database(f"sqlite:///{file}")
    with database.engine.begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
    with closing(sqlite3.connect(file)) as old:
        for number in (4, 7, 9):
            told = (number, "2026-11-23 05:00:00.000000", "terminal", "open", "đợt", '{"b": "2", "a": "1"}')
            old.execute("INSERT INTO audit (id, at, actor, act, subject, facts) VALUES (?, ?, ?, ?, ?, ?)", told)
        old.commit()
    upgrade(database)
    assert (verdict(database).rows, verdict(database).breaks) == (3, ())
    database.close()
