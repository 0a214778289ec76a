"""What people wrote: nothing is public before somebody has decided that it may be."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from store.database import Database
from store.models.campaigns import CampaignRow
from store.models.comments import CommentRow
from survey.rights import Grant, Person
from workflows import comments, demo

PERSON = Person(1, "lan@tinh.example", "Lan", "vi", (Grant("home_affairs"),))


@pytest.fixture
def waiting(database: Database) -> list[str]:
    """The keys of comments of the demonstration, none of which has been decided on."""
    demo.load(database, ZoneInfo("Asia/Ho_Chi_Minh"), answers=400)
    with database.reading() as session:
        return [
            f"{row.id.hex()}.{row.lexicon}" for row in session.scalars(select(CommentRow).where(CommentRow.item != ""))
        ]


def decide(database: Database, keys: list[str], state: str) -> None:
    with database.writing() as session:
        campaign = session.scalars(select(CampaignRow)).one()
        assert comments.decide(session, campaign, PERSON, keys, state, "vì", datetime.now(UTC)) == len(keys)


def test_only_what_was_found_fit_is_public_and_it_can_be_taken_back(
    waiting: list[str], database: Database, client: FlaskClient
) -> None:
    assert "<blockquote" not in client.get("/comments/demo").text
    decide(database, waiting[:3], "shown")
    decide(database, waiting[3:5], "withheld")
    assert 1 <= client.get("/comments/demo").text.count("<blockquote") <= 3
    decide(database, waiting[:3], "waiting")
    assert "<blockquote" not in client.get("/comments/demo").text


def test_pages_and_units_can_be_asked_for_in_any_way(
    waiting: list[str], database: Database, client: FlaskClient
) -> None:
    decide(database, waiting, "shown")
    for query in ("page=0", "page=99999", "page=x", "page=²", "unit=none", "unit=%00", "lang=en&page=2"):
        assert client.get(f"/comments/demo?{query}").status_code == 200, query


def test_nothing_is_told_of_a_campaign_whose_results_are_not_shown(database: Database, client: FlaskClient) -> None:
    assert client.get("/comments/none").status_code == 404
