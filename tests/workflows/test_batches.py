"""Two pages of results, one after the other, give no few people's answers away, whoever compares them."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from store.database import Database
from survey.conditions import Value
from survey.counter_codes import counter_code
from tests.factories import make_campaign
from workflows import batches, collect, index, tally
from workflows.collect import Form
from workflows.places import Place, place

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 5, 5)
NOON = datetime(2026, 5, 5, 5, tzinfo=UTC)
DAYS = itertools.count()
ALL: dict[str, Value] = {"tiep_can": "5", "gop_y": "5", "chung": "5"}
BUT_ONE: dict[str, Value] = {"tiep_can": "4", "chung": "4"}


@pytest.fixture
def where(database: Database) -> Place:
    with database.writing() as session:
        make_campaign(session, opens=date(2026, 5, 1), closes=date(2026, 5, 31))
    with database.reading() as session:
        found = place(session, counter_code(1), TODAY)
    assert found is not None
    return found


def give(database: Database, where: Place, answers: dict[str, Value], count: int) -> None:
    for _ in range(count):
        form = Form(f"key {next(DAYS)}", "secret", "vi", "web", NOON, NOON, TODAY)
        database.write(lambda connection, form=form: collect.keep(connection, where, form, answers))


def told(database: Database, day: int) -> dict[str, dict[str, int]]:
    """What the page of that day says of the unit's questions."""
    tally.fold(database, "thu")
    assert batches.show_batch(database, "thu", NOON + timedelta(days=day), ZONE)
    with database.reading() as session:
        found = index.document(session, "thu", NOON, shown=True)["figures"]
    return {
        figure["item"].partition(":")[2]: figure["distribution"]
        for figure in found
        if figure["scope"] == "unit" and figure["item"].startswith("question:") and figure["distribution"]
    }


def test_few_answers_more_to_one_question_wait_for_others(database: Database, where: Place) -> None:
    give(database, where, ALL, 40)
    first = told(database, 0)
    give(database, where, BUT_ONE, 29)
    give(database, where, ALL | {"gop_y": "1"}, 1)
    second = told(database, 1)
    assert second["chung"]["4"] - first["chung"]["4"] == 29
    assert second["gop_y"] == first["gop_y"] | {"blank": 30}
    give(database, where, BUT_ONE, 16)
    give(database, where, ALL | {"gop_y": "2"}, 4)
    third = told(database, 2)
    assert (third["gop_y"]["1"], third["gop_y"]["2"], third["gop_y"]["blank"]) == (1, 4, 45)


def test_what_waited_is_counted_for_the_office_at_once(database: Database, where: Place) -> None:
    give(database, where, ALL, 40)
    told(database, 0)
    give(database, where, BUT_ONE, 29)
    give(database, where, ALL | {"gop_y": "1"}, 1)
    told(database, 1)
    with database.snapshot() as session:
        assert tally.recount(session, "thu").different == ()
        office = index.document(session, "thu", NOON)["figures"]
    gop_y = next(each for each in office if each["scope"] == "unit" and each["item"] == "question:gop_y")
    assert gop_y["distribution"]["1"] == 1
