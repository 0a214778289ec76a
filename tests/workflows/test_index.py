"""What the document tells everybody, and what it keeps to the office."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from store.database import Database
from survey.conditions import Value
from survey.counter_codes import counter_code
from tests.factories import definition, make_campaign
from workflows import batches, collect, index, tally
from workflows.collect import Form
from workflows.places import Place, place

NOON = datetime(2026, 5, 5, 5, tzinfo=UTC)
TODAY = date(2026, 5, 5)


def give(database: Database, answers: dict[str, Value], count: int) -> None:
    with database.reading() as session:
        where = place(session, counter_code(1), TODAY)
    assert isinstance(where, Place)
    for number in range(count):
        form = Form(f"key {number} {answers}", "secret", "vi", "web", NOON, NOON, TODAY)
        database.write(lambda connection, form=form: collect.keep(connection, where, form, answers))


def codes(database: Database, *, shown: bool, scope: str) -> set[str]:
    with database.reading() as session:
        found = index.document(session, "thu", NOON, shown=shown)
    return {
        f["item"].partition(":")[2]
        for f in found["figures"]
        if f["item"].startswith("question:") and f["scope"] == scope
    }


def test_sensitive_items_and_traits_of_a_units_people_stay_in_the_office(database: Database) -> None:
    with database.writing() as session:
        days = {"opens": date(2026, 5, 1), "closes": date(2026, 5, 31)}
        make_campaign(session, text=definition("sipas-ho-gia-dinh"), **days)
    give(database, {}, 40)
    tally.fold(database, "thu")
    assert batches.show_batch(database, "thu", NOON, ZoneInfo("Asia/Ho_Chi_Minh"))
    office = codes(database, shown=False, scope="unit")
    everybody = codes(database, shown=True, scope="unit")
    province = codes(database, shown=True, scope="province")
    with database.reading() as session:
        where = place(session, counter_code(1), TODAY)
    assert where is not None
    sensitive = set(where.whole.sensitive)
    assert sensitive
    assert sensitive <= office
    assert not sensitive & (everybody | province)
    chosen = {item.code for item in where.whole.items if item.type in ("single", "several")}
    assert chosen & office
    assert not chosen & everybody
    assert chosen - sensitive <= province
