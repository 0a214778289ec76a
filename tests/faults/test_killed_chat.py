"""Bots and web workers die while people answer by chat: every receipt that was shown is stored, nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.chat_killing import Outcome, kill_chat
from tests.faults.killing import durable_postgresql

UPDATES = 130
KILLS = 8
SECONDS = 60.0


def check(found: Outcome) -> None:
    assert found.killed_bots + found.killed_web >= KILLS // 2, found
    assert found.acknowledged >= 5, found
    assert found.strange == (), found
    assert (found.lost, found.doubled, found.altered, found.amiss) == (0, 0, 0, 0), found
    assert (found.waiting, found.failed, found.disordered) == (0, 0, 0), found
    assert found.updates_lost <= found.killed_bots, found  # only while polling, see below
    assert found.counted_alike, found
    assert found.sound, found
    assert found.traces == (), found


@pytest.mark.xdist_group("faults")
def test_chat_by_webhook_loses_nothing_on_sqlite(tmp_path: Path) -> None:
    found = kill_chat(f"sqlite:///{tmp_path}/kills.db", tmp_path, "webhook", UPDATES, KILLS, SECONDS)
    check(found)
    assert (found.updates_lost, found.said_again, found.went_back) == (0, 0, 0), found


@pytest.mark.xdist_group("faults")
def test_chat_by_polling_loses_no_answer_that_was_acknowledged_on_postgresql(tmp_path: Path) -> None:
    with durable_postgresql() as url:
        check(kill_chat(url, tmp_path, "polling", UPDATES, KILLS, SECONDS))
