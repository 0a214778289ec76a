"""Folding counts each response once, whatever happens, and a count from scratch says the same."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from scoring.tallies import Tally
from store.database import Database
from store.models.campaigns import CampaignRow
from store.models.results import TallyRow
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire
from tests.factories import definition, make_campaign
from workflows import batches, collect, index, tally
from workflows.collect import Form
from workflows.places import Place, place

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 5, 5)
NOON = datetime(2026, 5, 5, 5, tzinfo=UTC)
UNITS = {"A": {}, "B": {}, "C": {}}


def version() -> Questionnaire:
    found = read_questionnaire(definition())
    assert isinstance(found, Questionnaire)
    return found


def places(database: Database) -> list[Place]:
    from survey.counter_codes import counter_code

    with database.reading() as session:
        found = [place(session, counter_code(number), TODAY) for number in range(1, len(UNITS) + 1)]
    return [each for each in found if each is not None]


def give(database: Database, where: Place, count: int, level: str = "5", *, quick: bool = False) -> None:
    """So many people answer at that place."""

    def keep(connection: object) -> None:
        for number in range(count):
            key = f"{where.code}-{level}-{number}-{datetime.now(UTC).timestamp()}"
            begun = NOON - timedelta(seconds=0 if quick else 60)
            form = Form(key, "secret", "vi", "web", begun, NOON, TODAY)
            collect.keep(connection, where, form, {"tiep_can": level, "chung": level})  # type: ignore[arg-type]

    database.write(keep)


@pytest.fixture(autouse=True)
def campaign(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session, units=UNITS, fill={"minimum_s": 3}, opens=date(2026, 5, 1), closes=date(2026, 5, 31))


def shown(database: Database) -> dict[str, int]:
    with database.reading() as session:
        found = index.document(session, "thu", NOON, shown=True)
    return {f["code"]: f["n"] for f in found["figures"] if f["scope"] == "unit" and f["item"] == "question:chung"}


def test_every_response_is_counted_once(database: Database) -> None:
    for where in places(database):
        give(database, where, 10)
    assert tally.fold(database, "thu") == 30
    assert tally.fold(database, "thu") == 0
    give(database, places(database)[0], 5, "1")
    assert tally.fold(database, "thu") == 5
    with database.snapshot() as session:
        assert tally.recount(session, "thu") == tally.Recount(35, 3, ())


def test_many_who_fold_at_once_count_each_response_once(database: Database) -> None:
    for where in places(database):
        give(database, where, 40)
    done: list[int] = []
    threads = [threading.Thread(target=lambda: done.append(tally.fold(database, "thu"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 120
    with database.snapshot() as session:
        assert tally.recount(session, "thu").different == ()


def test_a_fold_that_fails_half_way_leaves_nothing_behind(database: Database) -> None:
    give(database, places(database)[0], 10)
    with pytest.raises(RuntimeError):
        fold_and_fail(database)
    assert tally.fold(database, "thu") == 10
    with database.snapshot() as session:
        assert tally.recount(session, "thu") == tally.Recount(10, 1, ())


def fold_and_fail(database: Database) -> None:
    with database.writing() as session:
        tally.fold_some(session, "thu")
        raise RuntimeError("the power went")


def test_a_tally_that_was_tampered_with_is_found(database: Database) -> None:
    give(database, places(database)[0], 10)
    tally.fold(database, "thu")
    with database.writing() as session:
        row = session.query(TallyRow).one()
        numbers = Tally.from_bytes(row.live).numbers.copy()
        numbers[3] += 1
        row.live = Tally(numbers).to_bytes()
    with database.snapshot() as session:
        assert len(tally.recount(session, "thu").different) == 1


def test_answers_set_apart_are_counted_apart(database: Database) -> None:
    give(database, places(database)[0], 8)
    give(database, places(database)[0], 2, quick=True)
    tally.fold(database, "thu")
    with database.reading() as session:
        found = index.document(session, "thu", NOON)
    assert found["answers"]["open"] == {"received": 10, "valid": 8, "quarantined": 2}


def test_the_public_page_waits_for_enough_answers_and_for_its_day(database: Database) -> None:
    first, *_ = places(database)

    def show(now: datetime, *, at_once: bool = False) -> bool:
        tally.fold(database, "thu")
        return batches.show_batch(database, "thu", now, ZONE, at_once=at_once)

    give(database, first, 19)
    assert not show(NOON)
    give(database, first, 1, "4")
    assert show(NOON)
    give(database, first, 30, "3")
    assert not show(NOON + timedelta(hours=2))
    assert show(NOON + timedelta(days=1))
    give(database, first, 20, "2")
    assert show(NOON + timedelta(days=1, hours=1), at_once=True)


def test_the_public_page_never_moves_by_fewer_answers_of_a_unit_than_may_be_shown(database: Database) -> None:
    one, two, three = places(database)
    for where in (one, two, three):
        give(database, where, 40)
    move(database, NOON)
    assert shown(database) == {"A": 40, "B": 40, "C": 40}
    give(database, one, 30, "1")
    give(database, two, 4, "1")
    move(database, NOON + timedelta(days=1))
    assert shown(database) == {"A": 70, "B": 40, "C": 40}
    give(database, two, 20, "2")
    move(database, NOON + timedelta(days=2))
    assert shown(database) == {"A": 70, "B": 64, "C": 40}


def move(database: Database, now: datetime) -> None:
    tally.fold(database, "thu")
    assert batches.show_batch(database, "thu", now, ZONE)


def test_a_campaign_that_shows_hourly_moves_hourly(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(CampaignRow).values(batch_every="hour"))
    give(database, places(database)[0], 20)
    move(database, NOON)
    give(database, places(database)[0], 20, "4")
    move(database, NOON + timedelta(hours=1))
