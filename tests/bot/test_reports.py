"""Reports into a chat: bound by a code that works once, told once, ended by /xoa; on the real bot and a real server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from scheduler.jobs import JOBS
from store.database import Database
from store.models.mail import PaperRow, RecipientRow
from store.models.results import AuditRow
from survey.faults import Fault
from tests.bot.people import OnZalo, after, done
from tests.bot.running import chat_settings, eventually, running
from tests.workflows.weeks import make_week
from tests.zalo_server import ZaloServer
from workflows import bound_chats, kept_papers
from workflows.clock import run_by_hand

CHAT = "7001"


@pytest.fixture
def person(database: Database, tmp_path: Path) -> Iterator[OnZalo]:
    """Somebody on Zalo, and a bot that serves them."""
    today = datetime.now(UTC).date()
    make_week(database, [], opens=today - timedelta(days=30), closes=today + timedelta(days=30))
    url = database.engine.url.render_as_string(hide_password=False)
    with ZaloServer() as server:
        settings = chat_settings(url, tmp_path, zalo_token=server.token, zalo_base_url=server.address)
        with running(settings):
            yield OnZalo(server, CHAT)


def code_for(database: Database, report: str, now: datetime | None = None) -> str:
    with database.writing() as session:
        code = bound_chats.invite(session, report, "Giám đốc", now or datetime.now(UTC), "test")
    assert isinstance(code, str)
    return code


def lists(database: Database) -> list[str]:
    """The lists on which the chat is."""
    with database.reading() as session:
        return list(session.scalars(select(RecipientRow.report).where(RecipientRow.address == f"zalo:{CHAT}")))


def weekly(database: Database, folder: Path) -> dict[str, str]:
    """The clock makes the weekly report once more."""
    url = database.engine.url.render_as_string(hide_password=False)
    job = next(each for each in JOBS if each.name == "weekly")
    return dict(run_by_hand(database, job, chat_settings(url, folder)).facts)


def test_a_chat_is_bound_told_and_let_go(database: Database, person: OnZalo, tmp_path: Path) -> None:
    code = code_for(database, "summary")
    assert "Từ nay, số liệu chính của báo cáo" in after(database, person, f" {code.lower()} ")
    assert lists(database) == ["summary"]
    before = len(person.server.sent(CHAT))
    assert weekly(database, tmp_path)["chats"] == "1"
    [told] = eventually(lambda: person.server.sent(CHAT)[before:])
    assert told.startswith("Báo cáo tuần ")
    assert "• Phiếu hợp lệ mới: 0" in told
    assert "Số liệu nội bộ, chưa công bố" in told
    assert "http://localhost/results/thu" in told
    eventually(lambda: done(database) > 0)
    after(database, person, "/xoa")
    assert lists(database) == []
    assert "chats" not in weekly(database, tmp_path)
    with database.reading() as session:
        acts = session.scalars(select(AuditRow.act).order_by(AuditRow.id)).all()
    assert [act for act in acts if act in ("chat_invited", "recipient_added", "recipient_left")] == [
        "chat_invited", "recipient_added", "recipient_left",
    ]  # fmt: skip


def test_a_code_works_once_and_for_an_hour(database: Database, person: OnZalo) -> None:
    used, old = code_for(database, "sipas"), code_for(database, "daily", datetime.now(UTC) - timedelta(hours=1.1))
    after(database, person, used)
    for code in (used, old, "BC-AAAA-AAAA"):
        assert "Mã này không đúng hoặc đã hết hạn" in after(database, person, code)
    assert lists(database) == ["sipas"]
    again = code_for(database, "sipas")
    assert "Từ nay" in after(database, person, again), "a chat that is on the list stays on it"
    assert lists(database) == ["sipas"]
    assert "Mã này không đúng" not in after(database, person, f"mã của tôi là {used}"), "words about a code are words"


def test_codes_that_nobody_typed_are_forgotten(database: Database) -> None:
    now = datetime.now(UTC)
    code_for(database, "summary", now - timedelta(hours=2))
    code_for(database, "summary", now)
    assert database.write(lambda connection: kept_papers.forget(connection, now)) == 1
    with database.reading() as session:
        [left] = session.scalars(select(RecipientRow.address))
    assert left.startswith("code:")
    assert "BC-" not in left


def test_one_subject_is_told_to_a_chat_once(database: Database) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        session.add(RecipientRow(report="sipas", address="zalo:1", name="", language="vi", added_at=now, left_at=None))
        code = bound_chats.invite(session, "sipas", "", now, "test")
        assert isinstance(code, str)
        assert bound_chats.push(session, "sipas", "a", "x", "secret", now) == 1, "a code that waits is no chat"
        assert bound_chats.push(session, "sipas", "a", "x", "secret", now) == 0
        assert bound_chats.push(session, "sipas", "b", "x", "secret", now) == 1
        assert session.scalar(select(func.count()).select_from(PaperRow)) == 2


def test_lists_with_reminders_of_tasks_are_not_for_chats(database: Database) -> None:
    with database.writing() as session:
        refused = bound_chats.invite(session, "tasks", "", datetime.now(UTC), "test")
    assert isinstance(refused, Fault)
    assert refused.code == "unknown_report"
