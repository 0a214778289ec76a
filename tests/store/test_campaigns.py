"""A campaign that is held for a while: others who hold it wait, answers do not."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from store.database import Database
from store.models.campaigns import CampaignRow, CounterRow
from store.queries import campaigns
from tests.factories import make_campaign


def test_a_held_campaign_takes_new_rows_of_others(database: Database) -> None:
    """On SQLite one transaction writes at a time whatever it writes, so only PostgreSQL has something to show."""
    if database.engine.dialect.name == "sqlite":
        with database.writing() as session:
            make_campaign(session)
            assert campaigns.held(session, "thu") is campaigns.campaign(session, "thu")
        return
    with database.writing() as session:
        make_campaign(session)
    with database.writing() as holding:
        row = campaigns.held(holding, "thu")
        assert isinstance(row, CampaignRow)
        unit = campaigns.campaign_units(holding, row.id)[0].unit_id
        with database.writing() as session:
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            session.add(CounterRow(campaign_id=row.id, unit_id=unit, code="X", name="X", service=""))
        with database.reading() as session:
            session.execute(text("SET LOCAL lock_timeout = '100ms'"))
            with pytest.raises(OperationalError):
                campaigns.held(session, "thu")
            session.rollback()
