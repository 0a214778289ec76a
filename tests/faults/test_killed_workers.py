"""Web workers die while people post: every receipt that was shown is stored, nothing is stored twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.killing import durable_postgresql, kill_workers

KILLS = 20
SECONDS = 45.0


def check(url: str, folder: Path) -> None:
    found = kill_workers(url, folder, KILLS, SECONDS)
    assert found.kills >= 5, found
    assert found.acknowledged >= 5, found
    assert found.strange == (), found
    assert (found.lost, found.doubled, found.unfinished) == (0, 0, 0), found
    assert found.stored == found.begun == found.acknowledged, found
    assert found.counted_alike, found
    assert found.sound, found


@pytest.mark.xdist_group("killing")
def test_nothing_is_lost_or_doubled_on_sqlite(tmp_path: Path) -> None:
    check(f"sqlite:///{tmp_path}/kills.db", tmp_path)


@pytest.mark.xdist_group("killing")
def test_nothing_is_lost_or_doubled_on_postgresql(tmp_path: Path) -> None:
    with durable_postgresql() as url:
        check(url, tmp_path)
