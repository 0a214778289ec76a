"""What the doctor says of the chat, on both databases, with a bot on a stand-in for Zalo."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from cli.__main__ import hailong
from store.database import Database
from store.models.chat import ChannelRow, InboxRow, LeaseRow, OutboxRow
from tests.servers import free_port
from tests.zalo_server import TOKEN, ZaloServer

Doctor = Callable[..., dict[str, Any]]


@pytest.fixture
def server() -> Iterator[ZaloServer]:
    with ZaloServer() as running:
        yield running


@pytest.fixture
def doctor(database: Database, database_url: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """What the doctor finds, by name, with these settings."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    CliRunner().invoke(hailong, ["init"])

    def look(well: bool, **settings: str) -> dict[str, Any]:
        for name, value in settings.items():
            monkeypatch.setenv(name.upper(), value)
        done = CliRunner().invoke(hailong, ["doctor", "--json"])
        told = json.loads(done.stdout)
        assert (done.exit_code, told["ok"]) == ((0, True) if well else (1, False)), told
        return {found.pop("name"): found for found in told["findings"]}

    return look


def sending(database: Database) -> None:
    """A process that sends for Zalo."""
    with database.writing() as session:
        soon = datetime.now(UTC) + timedelta(minutes=5)
        session.add(LeaseRow(name="zalo:send", holder="a", fence=1, until=soon))


def test_a_chat_that_is_not_configured_is_off_and_well(doctor: Doctor) -> None:
    found = doctor(well=True)
    off = {"ok": True, "found": "off", "cure": ""}
    assert (found["telegram"], found["zalo"]) == (off, off)
    assert "inbox" not in found


def test_a_bot_at_work_is_well(doctor: Doctor, database: Database, server: ZaloServer) -> None:
    sending(database)
    found = doctor(well=True, zalo_token=TOKEN, zalo_base_url=server.address)
    assert found["zalo"]["found"].endswith(", polling")
    assert found["zalo sending"]["found"] == "messages go out"
    assert found["inbox"]["found"] == "0 waiting, the oldest for 0 s"
    assert found["messages given up"]["found"] == "none in 7 days"
    assert found["telegram"]["found"] == "off"


def test_what_is_wrong_with_a_chat_has_its_cure(doctor: Doctor, database: Database, server: ZaloServer) -> None:
    now = datetime.now(UTC)
    late = now - timedelta(seconds=90)
    message = {"channel": "zalo", "chat": b"c" * 16, "address": "4711", "kind": "reply", "payload": "{}", "attempts": 0}
    with database.writing() as session:
        session.add(
            InboxRow(
                channel="zalo", event_id="1", chat=b"c" * 16, raw="{}", state="waiting", attempts=0,
                received_at=late, due_at=late,
            )
        )  # fmt: skip
        for state, error in (("waiting", ""), ("failed", "403"), ("failed", "403"), ("failed", "400")):
            session.add(OutboxRow(**message, state=state, error=error, created_at=late, due_at=late))
    found = doctor(well=False, zalo_token="1234567890:wrong", zalo_base_url=server.address)
    wrong = {name: each["cure"] for name, each in found.items() if not each["ok"]}
    assert wrong.keys() == {"zalo", "zalo sending", "inbox", "outbox"}
    assert all(wrong.values())
    assert found["zalo sending"]["found"] == "no process sends"
    assert found["inbox"]["found"].startswith("1 waiting, the oldest for 9")
    assert found["messages given up"]["found"] == "in 7 days: zalo 403 × 2, zalo 400 × 1"
    assert "1234567890:wrong" not in str(found)
    assert "4711" not in str(found)


def test_a_channel_that_pauses_or_fails_says_why_and_until_when(
    doctor: Doctor, database: Database, server: ZaloServer
) -> None:
    sending(database)
    until = datetime(2099, 11, 22, 5, tzinfo=UTC)
    with database.writing() as session:
        row = ChannelRow(name="zalo", state="paused", reason="quota", until=until, position=0, seen_at=until)
        session.add(row)
    found = doctor(well=False, zalo_token=TOKEN, zalo_base_url=server.address)
    assert found["zalo sending"]["found"] == "paused until 12:00 22/11/2099 (quota)"
    assert "plan" in found["zalo sending"]["cure"]
    with database.writing() as session:
        session.execute(update(ChannelRow).values(state="failing", reason="network", until=None))
    assert doctor(well=False)["zalo sending"]["found"] == "failing (network)"


def test_a_channel_that_is_not_reached_is_told_in_the_persons_language(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor(well=False, zalo_token=TOKEN, zalo_base_url=f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    told = CliRunner().invoke(hailong, ["doctor"]).stderr
    assert "✗ zalo: network → Hãy kiểm tra đường ra Internet" in told
    assert "✗ zalo sending: không có tiến trình nào đang gửi tin → Hãy khởi động" in told
    assert "✓ telegram: tắt" in told
    assert TOKEN not in told
