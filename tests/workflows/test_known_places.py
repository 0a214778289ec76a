"""Places are remembered for a moment; what cannot be a counter's code never is."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from store.database import Database
from store.models.campaigns import CounterRow
from survey.counter_codes import counter_code
from tests.factories import COUNTER, make_campaign
from workflows.known_places import FRESH_S, Places


def test_a_queue_at_one_counter_asks_the_database_once(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session)
    asked: list[object] = []
    event.listen(database.engine, "begin", asked.append)
    places = Places(database)
    found = [places.find(COUNTER, date(2024, 1, 1)) for _ in range(3)]
    assert [place.code for place in found if place] == [COUNTER] * 3
    assert len(asked) == 1
    assert [places.find(counter_code(99), date(2024, 1, 1)) for _ in range(3)] == [None] * 3
    assert len(asked) == 2
    assert [places.find(code, date(2024, 1, 1)) for code in ("", "x" * 60_000, COUNTER.lower() + "0")] == [None] * 3
    assert len(asked) == 2


def test_counters_in_use_are_asked_for_together(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.writing() as session:
        make_campaign(session, counters=3)
    moment = [0.0]
    monkeypatch.setattr("workflows.known_places.time.monotonic", lambda: moment[0])
    asked: list[object] = []
    event.listen(database.engine, "begin", asked.append)
    places, codes = Places(database), [counter_code(number) for number in (1, 2, 3)]
    for code in codes * 2:
        assert places.find(code, date(2024, 1, 1)) is not None
    assert len(asked) == 3
    moment[0] += FRESH_S + 0.1
    with database.writing() as session:
        session.execute(update(CounterRow).values(name=CounterRow.name + " mới"))
    asked.clear()
    found = [places.find(code, date(2024, 1, 1)) for code in codes]
    assert [place.counter for place in found if place] == ["Quầy 1 mới", "Quầy 2 mới", "Quầy 3 mới"]
    assert len(asked) == 1


def test_a_database_that_is_away_is_asked_again_by_the_next_who_comes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        make_campaign(session)
    moment = [0.0]
    monkeypatch.setattr("workflows.known_places.time.monotonic", lambda: moment[0])
    places = Places(database)
    assert places.find(COUNTER, date(2024, 1, 1)) is not None
    moment[0] += FRESH_S + 0.1

    def fail(*_: object) -> None:
        raise OperationalError("BEGIN", None, Exception("away"))

    event.listen(database.engine, "begin", fail)
    for _ in range(2):
        with pytest.raises(OperationalError):
            places.find(COUNTER, date(2024, 1, 1))
    event.remove(database.engine, "begin", fail)
    assert places.find(COUNTER, date(2024, 1, 1)) is not None
