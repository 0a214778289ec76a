"""The figures that Prometheus sees: counts and ages as they are, and nobody's number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from store.database import Database, open_database
from store.models.chat import ChannelRow, InboxRow, LeaseRow, OutboxRow
from tests.servers import free_port

CHAT = "4711471147114711"


@pytest.fixture
def address(database: Database) -> Iterator[str]:
    yield from served(database)


def served(database: Database) -> Iterator[str]:
    address = f"127.0.0.1:{free_port()}"
    server, thread = metrics.serve(address, database)
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


def seen(address: str) -> dict[str, float]:
    """Every figure by its name and labels."""
    with urlopen(f"http://{address}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return {
        f"{sample.name}{{{','.join(f'{name}={value}' for name, value in sorted(sample.labels.items()))}}}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_what_waits_is_seen_as_it_stands_in_the_database(address: str, database: Database) -> None:
    before = seen(address)
    assert before["hailong_chat_inbox_waiting{}"] == before["hailong_chat_outbox_waiting{}"] == 0
    now = datetime.now(UTC)
    then = now - timedelta(seconds=50)
    with database.writing() as session:
        session.add(
            InboxRow(
                channel="zalo", event_id=CHAT, chat=CHAT.encode(), raw=CHAT, state="waiting", attempts=0,
                received_at=then, due_at=then,
            )
        )  # fmt: skip
        for state in ("waiting", "failed"):
            session.add(
                OutboxRow(
                    channel="zalo", chat=CHAT.encode(), address=CHAT, kind="reply", payload=CHAT, state=state, error="",
                    attempts=0, created_at=then, due_at=then,
                )
            )  # fmt: skip
        session.add(LeaseRow(name="zalo:send", holder=CHAT, fence=1, until=now + timedelta(seconds=15)))
        session.add(ChannelRow(name="zalo", state="failing", reason="network", position=0, seen_at=then))
    found = seen(address)
    assert found["hailong_chat_database_up{}"] == 1
    for queue in ("inbox", "outbox"):
        assert found[f"hailong_chat_{queue}_waiting{{}}"] == 1
        assert 50 <= found[f"hailong_chat_{queue}_oldest_seconds{{}}"] < 60
    assert found["hailong_chat_outbox_failed{}"] == 1
    states = {name: value for name, value in found.items() if name.startswith("hailong_chat_channel_state")}
    assert {name for name, value in states.items() if value} == {
        "hailong_chat_channel_state{channel=zalo,state=failing}"
    }
    assert len(states) == 4
    assert not any(CHAT in name for name in found)


def test_what_happens_is_counted(address: str) -> None:
    before = seen(address)

    def more(name: str) -> float:
        return after[name] - before.get(name, 0)

    metrics.updates_done("zalo", 3)
    metrics.updates_done("zalo", 1, "failed")
    metrics.sent("zalo")
    metrics.sent("telegram")
    metrics.refused("zalo", "429")
    metrics.refused("zalo", "số 4711" * 20)
    metrics.turn_took("zalo", 0.3)
    after = seen(address)
    assert more("hailong_chat_updates_total{channel=zalo,outcome=handled}") == 3
    assert more("hailong_chat_updates_total{channel=zalo,outcome=failed}") == 1
    assert more("hailong_chat_messages_sent_total{channel=telegram}") == 1
    assert more("hailong_chat_messages_refused_total{channel=zalo,reason=429}") == 1
    assert more("hailong_chat_messages_refused_total{channel=zalo,reason=other}") == 1
    assert more("hailong_chat_turn_seconds_bucket{channel=zalo,le=0.25}") == 0
    assert more("hailong_chat_turn_seconds_bucket{channel=zalo,le=0.5}") == 1


def test_a_database_that_is_away_is_one_more_figure() -> None:
    away = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    for address in served(away):
        found = seen(address)
        assert found["hailong_chat_database_up{}"] == 0
        assert "hailong_chat_inbox_waiting{}" not in found
