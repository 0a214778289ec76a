"""What the clock does, on both databases, and that it stops when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

from scheduler.jobs import JOBS
from store.database import Database
from store.models.campaigns import CampaignRow, CounterRow, StratumRow
from store.models.chat import ChatRow, InboxRow, OutboxRow, ParticipantRow
from store.models.collection import NONE, ConversationRow, ResponseRow
from store.models.results import BatchRow
from store.queries import campaigns, chats
from survey.document import encode
from tests.factories import make_campaign
from workflows.campaigns import move
from workflows.clock import Moment
from workflows.periods import Period
from workflows.places import questionnaire_of

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ROOT = Path(__file__).parent.parent.parent


def give(database: Database, code: str, count: int, *, stream: str = "open", stratum: str = "") -> None:
    """So many answers to a campaign."""
    with database.writing() as session:
        row = campaigns.campaign(session, code)
        assert row is not None
        unit = campaigns.campaign_units(session, row.id)[0].unit_id
        strata = {each.code: each.id for each in campaigns.strata(session, row.id)}
        whole = questionnaire_of(campaigns.questionnaire(session, row))
        codes, _ = encode(whole, {whole.items[0].code: whole.items[0].options[0].code})
        for number in range(count):
            session.execute(
                insert(ResponseRow).values(
                    id=f"{code}{number}".encode().ljust(16), campaign_id=row.id,
                    questionnaire_id=row.questionnaire_id, unit_id=unit, counter_id=NONE,
                    stratum_id=strata.get(stratum, NONE), stream=stream, channel="web", language="vi", assisted=False,
                    day=row.opens, duration_s=60, codes=codes, words=None, state="valid", reason="",
                    external_id=f"{code}{number}",
                )
            )  # fmt: skip


def run(database: Database, name: str) -> int:
    """How much a job says that it did."""
    job = next(job for job in JOBS if job.name == name)
    now = datetime.now(UTC)
    effect = job.step(database, Moment(Period(now, "now"), now, SimpleNamespace(zone=ZONE)))
    with database.writing() as session:
        [done] = effect(session).values()
    return int(str(done))


def batches(database: Database) -> list[str]:
    with database.reading() as session:
        statement = select(CampaignRow.code).join(BatchRow, BatchRow.campaign_id == CampaignRow.id)
        return list(session.scalars(statement))


def test_answers_are_folded_and_shown_once(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session)
    give(database, "thu", 25)
    assert [run(database, "tally"), run(database, "tally")] == [25, 0]
    assert [run(database, "batch"), run(database, "batch")] == [1, 0]
    assert batches(database) == ["thu"]


def test_a_campaign_whose_numbers_do_not_fit_holds_no_other_up(database: Database) -> None:
    with database.writing() as session:
        broken = make_campaign(session, code="a-hong", basis="sample", year=2030)
        unit = campaigns.campaign_units(session, broken.id)[0].unit_id
        session.add(StratumRow(campaign_id=broken.id, unit_id=unit, code="s", size=3, issued=3))
        make_campaign(session, code="b-tot", units={"B": {}}, counters=0)
    give(database, "a-hong", 25, stream="sample", stratum="s")
    give(database, "b-tot", 25)
    assert run(database, "tally") == 50
    assert run(database, "batch") == 1
    assert batches(database) == ["b-tot"]


def test_conversations_whose_time_is_up_are_forgotten(database: Database) -> None:
    with database.writing() as session:
        row = make_campaign(session)
        counter = session.scalars(select(CounterRow.id)).one()
        for number, hours in enumerate((-1, 1)):
            session.add(
                ConversationRow(
                    id=bytes([number] * 16), campaign_id=row.id, counter_id=counter, state="{}",
                    questionnaire_id=row.questionnaire_id, expires_at=datetime.now(UTC) + timedelta(hours=hours),
                )
            )  # fmt: skip
    assert [run(database, "expiry"), run(database, "expiry")] == [1, 0]


def test_what_the_chat_needs_no_more_is_forgotten(database: Database) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        for days, state in ((4, "done"), (2, "done"), (4, "waiting"), (4, "failed")):
            session.add(
                InboxRow(
                    channel="zalo", event_id=f"{days}{state}", chat=None, raw=None, state=state, attempts=0,
                    received_at=now - timedelta(days=days), due_at=now,
                )
            )  # fmt: skip
        for days, state in ((8, "failed"), (6, "failed"), (8, "waiting")):
            session.add(
                OutboxRow(
                    channel="zalo", chat=b"c" * 16, address="1", kind="reply", payload="{}", state=state, error="",
                    attempts=0, created_at=now - timedelta(days=days), due_at=now,
                )
            )  # fmt: skip
        for days in (31, 29):
            touched = now - timedelta(days=days)
            session.add(ChatRow(id=bytes([days] * 16), language="vi", misses=0, ticked="", wrong=0, touched_at=touched))
    assert [run(database, "expiry"), run(database, "expiry")] == [4, 0]
    with database.reading() as session:
        assert sorted(session.scalars(select(InboxRow.event_id))) == ["2done", "4waiting"]
        assert sorted(session.scalars(select(OutboxRow.state))) == ["failed", "waiting"]
        assert list(session.scalars(select(ChatRow.id))) == [bytes([29] * 16)]


def participants(database: Database, code: str) -> tuple[bool, int]:
    """Whether the campaign has its secret, and how many have taken part in it by chat."""
    with database.reading() as session:
        row = campaigns.campaign(session, code)
        assert row is not None
        statement = select(func.count()).select_from(ParticipantRow).where(ParticipantRow.campaign_id == row.id)
        return row.chat_secret is not None, session.scalar(statement) or 0


def took_part(database: Database, code: str) -> None:
    """Somebody begins there by chat."""
    with database.writing() as session:
        row = campaigns.campaign(session, code)
        assert row is not None
        chats.campaign_secret(session.connection(), row.id, b"s" * 32)
        assert chats.take_part(session.connection(), f"{code}".encode().ljust(16), row.id)


def test_at_the_close_nothing_tells_any_more_who_took_part_by_chat(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session)
        make_campaign(session, code="khac", units={"B": {}}, counters=0)
    for code in ("thu", "khac"):
        took_part(database, code)
    with database.writing() as session:
        move(session, "thu", "closed", "test")
    assert [participants(database, code) for code in ("thu", "khac")] == [(False, 0), (True, 1)]
    took_part(database, "thu")  # by a process that had not heard of the close yet
    run(database, "expiry")
    assert [participants(database, code) for code in ("thu", "khac")] == [(False, 0), (True, 1)]


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT], ids=lambda told: told.name)
def test_the_clock_works_and_stops_when_told(database: Database, told: signal.Signals, tmp_path: Path) -> None:
    with database.writing() as session:
        make_campaign(session)
    give(database, "thu", 3)
    address = database.engine.url.render_as_string(hide_password=False)
    environment = {**os.environ, "DATABASE_URL": address, "DATA_DIR": str(tmp_path)}
    clock = subprocess.Popen([sys.executable, "-m", "scheduler"], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + 30
        while unfolded(database) and time.monotonic() < until:
            time.sleep(0.1)
        assert unfolded(database) == 0
        clock.send_signal(told)
        clock.send_signal(told)
        _, written = clock.communicate(timeout=30)
    finally:
        clock.kill()
    assert clock.returncode == 0
    assert b"Traceback" not in written


def unfolded(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ResponseRow).where(ResponseRow.folded == 0)) or 0


def test_campaigns_are_closed_a_day_after_their_last(database: Database) -> None:
    today = datetime.now(UTC).astimezone(ZONE).date()
    for number, days in enumerate((-2, -1, 0, 3)):
        with database.writing() as session:
            opens, closes = today - timedelta(days=30), today + timedelta(days=days)
            make_campaign(
                session, code=f"c{days + 9}", opens=opens, closes=closes, units={f"U{number}": {}}, counters=0
            )
    assert [run(database, "close"), run(database, "close")] == [1, 0]
    with database.reading() as session:
        states = {row.code: row.state for row in session.scalars(select(CampaignRow))}
    assert states == {"c7": "closed", "c8": "open", "c9": "open", "c12": "open"}


def test_a_backup_is_written_each_night_and_the_oldest_goes(database: Database, tmp_path: Path) -> None:
    job = next(job for job in JOBS if job.name == "backup")
    settings = SimpleNamespace(zone=ZONE, data_dir=tmp_path, backups_kept=2)
    for night in range(3):
        now = datetime(2026, 11, 20 + night, 19, tzinfo=UTC)
        job.step(database, Moment(Period(now, str(night)), now, settings))
    kept = sorted(path.name for path in (tmp_path / "backups").glob("hailong-*.d*") if "sha256" not in path.name)
    assert [name[8:16] for name in kept] == ["20261121", "20261122"]
