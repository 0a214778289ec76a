"""Attempts that come at once are counted as if they had come one after the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from store.database import Database
from store.models.accounts import AccountRow
from survey.faults import Fault
from workflows import passwords, sign_ins
from workflows.sign_ins import MOST_TOGETHER, Whence

NOW = datetime(2026, 11, 23, 5, 0, 10, tzinfo=UTC)


def test_passwords_that_are_tried_at_once_are_counted(database: Database) -> None:
    hashed = passwords.HASHER.hash("một câu đủ dài để nhớ")
    with database.writing() as session:
        session.add(AccountRow(email="lan@tinh.example", name="Lan", language="vi", password=hashed, added_at=NOW))

    def attempt(number: int) -> str:
        with database.writing() as session:
            done = sign_ins.first_step(session, "lan@tinh.example", f"sai {number}", Whence(b"h" * 32), NOW)
        assert isinstance(done, Fault)
        return done.code

    with ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(attempt, range(24)))
    assert codes.count("sign_in_refused") == MOST_TOGETHER
