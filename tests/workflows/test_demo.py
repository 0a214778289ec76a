"""The demonstration is loaded once, whoever loads it and however often."""

from __future__ import annotations

import threading
from zoneinfo import ZoneInfo

from store.database import Database
from workflows import demo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def test_two_who_load_the_demonstration_at_once_load_it_once(database: Database) -> None:
    loaded: list[demo.Demo] = []

    def load() -> None:
        loaded.append(demo.load(database, ZONE, answers=40))

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.answers for each in loaded] == [40, 40]
