"""Whether the web is ready, and what it tells of the chat without being less ready for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from runtime.settings import Settings
from store.database import Database, open_database
from store.models.chat import ChannelRow, InboxRow, LeaseRow, OutboxRow
from webforms import create_public_app


def wait_since(database: Database, seconds: int) -> None:
    """An update and two messages that wait; beside them some that do not: dealt with, not due, a reminder, failed."""
    now = datetime.now(UTC)
    then = now - timedelta(seconds=seconds)
    message = {"channel": "zalo", "chat": b"c" * 16, "address": "1", "payload": "{}", "error": "", "attempts": 0}
    with database.writing() as session:
        session.add(
            InboxRow(
                channel="zalo", event_id="1", chat=b"c" * 16, raw="{}", state="waiting", attempts=0,
                received_at=then, due_at=then,
            )
        )  # fmt: skip
        session.add(InboxRow(channel="zalo", event_id="2", state="done", attempts=0, received_at=then, due_at=then))
        for kind, state, due in (
            ("reply", "waiting", then), ("push", "waiting", now), ("reply", "waiting", now + timedelta(hours=1)),
            ("reminder", "waiting", then), ("reply", "failed", then),
        ):  # fmt: skip
            session.add(OutboxRow(**message, kind=kind, state=state, created_at=then, due_at=due))
        session.add(
            ChannelRow(
                name="zalo", state="paused", reason="quota", until=now + timedelta(hours=1), position=0, seen_at=now
            )
        )


def told(client: FlaskClient) -> tuple[int, Any]:
    found = client.get("/readyz")
    return found.status_code, found.json


def test_without_a_chat_nothing_waits(client: FlaskClient) -> None:
    nothing = {"waiting": 0, "oldest_s": 0}
    assert told(client) == (
        200,
        {"status": "ok", "database": "ok", "migrations": "ok", "inbox": nothing, "outbox": nothing, "channels": {}},
    )


def test_a_chat_that_lags_is_told_and_leaves_the_web_ready(client: FlaskClient, database: Database) -> None:
    wait_since(database, 90)
    status, found = told(client)
    assert (status, found["status"]) == (200, "ok")
    assert (found["inbox"]["waiting"], found["outbox"]["waiting"]) == (1, 2)
    assert 90 <= found["inbox"]["oldest_s"] <= 95
    assert 90 <= found["outbox"]["oldest_s"] <= 95


def test_a_channel_is_told_as_its_sender_last_found_it(settings: Settings, database: Database) -> None:
    now = datetime.now(UTC)
    then, soon = now - timedelta(seconds=1), now + timedelta(seconds=10)
    tokens = {"telegram_token": "1:token", "zalo_token": "2:token"}
    client = create_public_app(settings.model_copy(update=tokens), database).test_client()
    assert told(client)[1]["channels"] == {"telegram": "stopped", "zalo": "stopped"}
    with database.writing() as session:
        session.add(LeaseRow(name="zalo:send", holder="a", fence=1, until=soon))
        session.add(LeaseRow(name="telegram:send", holder="a", fence=1, until=soon))
    assert told(client)[1]["channels"] == {"telegram": "ok", "zalo": "ok"}
    with database.writing() as session:
        session.add(ChannelRow(name="zalo", state="paused", reason="429", until=soon, position=0, seen_at=then))
        session.add(ChannelRow(name="telegram", state="failing", reason="network", position=0, seen_at=then))
    assert told(client)[1]["channels"] == {"telegram": "failing", "zalo": "paused"}
    with database.writing() as session:
        session.execute(update(ChannelRow).where(ChannelRow.name == "zalo").values(until=then))
        session.execute(update(LeaseRow).where(LeaseRow.name == "telegram:send").values(until=then))
    status, found = told(client)
    assert (status, found["channels"]) == (200, {"telegram": "stopped", "zalo": "ok"})


def test_a_database_without_the_tables_of_the_chat_is_behind(settings: Settings, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        connection.exec_driver_sql("DROP TABLE inbox")
    found = told(create_public_app(settings, database).test_client())
    assert found == (503, {"status": "away", "database": "ok", "migrations": "behind"})


def test_a_database_that_is_away_is_told(settings: Settings) -> None:
    away = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert told(create_public_app(settings, away).test_client()) == (503, {"status": "away", "database": "away"})
