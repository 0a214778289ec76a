"""Places are remembered for a moment; what cannot be a counter's code never is."""

from __future__ import annotations

from datetime import date

from sqlalchemy import event

from store.database import Database
from survey.counter_codes import counter_code
from tests.factories import COUNTER, make_campaign
from webforms.places import Places


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
