"""Sums of the funnel on both databases: added to, narrowed down, and kept by the migration that moved them."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from alembic import command
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from store.database import Database, differences, migration_config, upgrade
from store.models.campaigns import CampaignRow, CampaignUnitRow
from store.models.funnel import OpenedRow, StoppedRow
from store.queries import funnel
from tests.factories import make_campaign

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 2)


@pytest.fixture
def units(database: Database) -> list[int]:
    """The units A and B of a campaign."""
    with database.writing() as session:
        make_campaign(session, units={"A": {}, "B": {}})
        return list(session.scalars(select(CampaignUnitRow.unit_id).order_by(CampaignUnitRow.code)))


def campaign_of(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(CampaignRow.id)).one()


def add(database: Database, units: list[int]) -> int:
    """Twice the same: in A 2 + 1 at one item, 4 at another, in B 5 by chat; opened 7 + 1 in A; gives the campaign."""
    one, (a, b) = campaign_of(database), units
    stops = Counter({(one, a, "web", FIRST, "q1"): 2, (one, a, "web", LAST, "q1"): 1, (one, a, "web", LAST, "q2"): 4})
    stops[one, b, "chat", FIRST, "q1"] = 5
    for _ in range(2):
        database.write(lambda connection: funnel.add_stopped(connection, stops))
        database.write(lambda connection: funnel.add_opened(connection, {(one, a, FIRST): 7, (one, a, LAST): 1}))
    return one


def test_sums_are_added_up_and_narrowed_down(database: Database, units: list[int]) -> None:
    one, (a, b) = add(database, units), units
    with database.reading() as session:
        told = [funnel.stopped(session, one, *by) for by in ((None, None, None), ([a], None, None), ([b], LAST, None))]
        assert [sorted(map(tuple, rows)) for rows in told] == [
            [("chat", "q1", 10), ("web", "q1", 6), ("web", "q2", 8)],
            [("web", "q1", 6), ("web", "q2", 8)],
            [],
        ]
        assert funnel.stopped(session, one, [], None, None) == []
        assert list(map(tuple, funnel.stopped(session, one, [a], FIRST, FIRST))) == [("web", "q1", 4)]
        assert funnel.opened(session, one, None, None) == {a: 16}
        assert funnel.opened(session, one, LAST, LAST) == {a: 2}
        assert funnel.opened(session, one + 1, None, None) == {}


def test_nothing_to_add_adds_nothing(database: Database) -> None:
    database.write(lambda connection: funnel.add_stopped(connection, Counter()))
    database.write(lambda connection: funnel.add_opened(connection, {}))
    with database.reading() as session:
        assert session.scalars(select(StoppedRow)).all() == session.scalars(select(OpenedRow)).all() == []


def test_a_kind_that_nobody_knows_is_refused(database: Database, units: list[int]) -> None:
    stops = Counter({(campaign_of(database), units[0], "paper", FIRST, "q1"): 1})
    with pytest.raises(IntegrityError):
        database.write(lambda connection: funnel.add_stopped(connection, stops))


def test_the_migration_keeps_the_sums(database: Database, units: list[int]) -> None:
    add(database, units)
    with database.reading() as session:
        before = sorted(map(tuple, session.execute(select(*StoppedRow.__table__.c))))
    with database.writing() as session:
        session.execute(delete(StoppedRow))
        session.execute(text("DROP TABLE stopped"))
        session.execute(text("DROP TABLE opened"))
    with database.engine.execution_options(immediate=True).begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.stamp(config, "0016")
        command.upgrade(config, "0017")
    assert len(before) == 4
    with database.writing() as session:
        session.execute(StoppedRow.__table__.insert().values(list(before)))  # type: ignore[attr-defined]  # a table
    assert upgrade(database)[0] == "0017"
    with database.reading() as session:
        assert sorted(map(tuple, session.execute(select(*StoppedRow.__table__.c)))) == before
        assert differences(session.connection()) == []
