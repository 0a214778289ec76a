"""Webhooks on both databases: kept once, then acknowledged; what is forged, too large or no update stores nothing."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from runtime.settings import Settings
from store.database import Database, open_database
from store.models.chat import InboxRow
from survey.chat_keys import chat_key
from webforms import create_public_app
from webforms.hooks import SECRET_HEADERS
from workflows.updates import LARGEST, MOST_WAITING

SECRET = "a secret that both ends know"
SETTINGS: Mapping[str, Any] = {
    "telegram_token": "1:token",
    "telegram_mode": "webhook",
    "zalo_token": "token",
    "zalo_mode": "webhook",
    "webhook_secret": SECRET,
}
CHANNELS = tuple(SECRET_HEADERS)
CHAT = 4711
Body = dict[str, Any]


def telegram(number: int = 1, chat: int = CHAT, text: str = "Xin chào") -> Body:
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": text}
    return {"update_id": number, "message": message}


def zalo(number: int = 1, chat: int = CHAT, text: str = "Xin chào") -> Body:
    sender = {"id": str(chat), "display_name": "Bà", "is_bot": False}
    where = {"id": str(chat), "chat_type": "PRIVATE"}
    message = {"from": sender, "chat": where, "text": text, "message_id": str(number), "date": 1}
    return {"ok": True, "result": {"event_name": "message.text.received", "message": message}}


UPDATES = {"telegram": telegram, "zalo": zalo}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(secret_key="k" * 40, public_url="http://localhost", data_dir=tmp_path, **SETTINGS)


def post(client: FlaskClient, channel: str, body: bytes | Body, **headers: str) -> TestResponse:
    """What the channel's server sends; the right secret unless `headers` says otherwise."""
    brought = headers or {SECRET_HEADERS[channel]: SECRET}
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return client.post(f"/hooks/{channel}", data=data, headers=brought, content_type="application/json")


def kept(database: Database) -> list[InboxRow]:
    with database.reading() as session:
        return list(session.scalars(select(InboxRow)))


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_update_is_kept_as_it_came_and_acknowledged(
    channel: str, client: FlaskClient, database: Database, settings: Settings
) -> None:
    body = UPDATES[channel](7)
    answer = post(client, channel, body)
    assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (200, b"", "no-store")
    (row,) = kept(database)
    assert (row.channel, row.event_id, row.state, row.attempts) == (channel, "7", "waiting", 0)
    assert json.loads(row.raw or "") == body
    assert row.chat == chat_key(settings.secret_key, channel, str(CHAT))


WRONG: Mapping[str, str | None] = {
    "missing": None,
    "empty": "",
    "wrong": "wrong",
    "shorter": SECRET[:-1],
    "longer": SECRET + "x",
    "other case": SECRET.upper(),
    "accented": "sécrèt",
    "bytes": "\xff" * len(SECRET),
    "long": "a" * 5_000,
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_wrong_secret_stores_nothing(
    channel: str, client: FlaskClient, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    for why, brought in WRONG.items():
        headers = {"X-Other": "1"} if brought is None else {SECRET_HEADERS[channel]: brought}
        assert post(client, channel, UPDATES[channel](), **headers).status_code == 403, why
        assert post(client, channel, b"x" * 1_000_000, **headers).status_code == 403, why
    assert kept(database) == []
    assert "Xin chào" not in "".join(capfd.readouterr())


def test_the_secret_in_the_other_channels_header_does_not_count(client: FlaskClient, database: Database) -> None:
    for channel, other in (("telegram", "zalo"), ("zalo", "telegram")):
        assert post(client, channel, UPDATES[channel](), **{SECRET_HEADERS[other]: SECRET}).status_code == 403
    assert kept(database) == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"zalo_mode": "polling"}, 404), ({"zalo_token": ""}, 404), ({"webhook_secret": ""}, 403)],
    ids=["polled", "off", "no secret"],
)
def test_a_channel_that_is_not_awaited_is_refused(
    changed: dict[str, Any], status: int, database: Database, settings: Settings
) -> None:
    client = create_public_app(settings.model_copy(update=changed), database).test_client()
    for brought in (SECRET, "", "x"):
        assert post(client, "zalo", zalo(), **{SECRET_HEADERS["zalo"]: brought}).status_code == status
    assert client.post("/hooks/viber", data=b"{}").status_code == 404
    assert client.get("/hooks/telegram").status_code == 405
    assert kept(database) == []


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_megabyte_is_refused_before_it_is_read(channel: str, client: FlaskClient, database: Database) -> None:
    assert post(client, channel, UPDATES[channel](text="a" * 1_000_000)).status_code == 413
    assert kept(database) == []


def deep(channel: str) -> bytes:
    """A good update with something that no parser walks down."""
    body = json.dumps(UPDATES[channel]())
    return body.replace('"Xin ch\\u00e0o"', "[" * 30_000 + "]" * 30_000).encode()


GARBAGE: Mapping[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "list": b"[]",
    "number": b"1",
    "empty": b"{}",
    "no json": b"update_id=1&message=2",
    "no text": b"\xff\xfe\x00{",
    "raw surrogate": json.dumps(telegram()).encode().replace(b"Xin", b"\xed\xa0\x80"),
    "deep list": b"[" * 60_000,
    "deep telegram": deep("telegram"),
    "deep zalo": deep("zalo"),
    "too large": json.dumps(telegram(text="a" * LARGEST)).encode(),
    "number without end": b'{"update_id": %s, "message": {"chat": {"id": 1}}}' % (b"9" * 5_000),
    "infinite number": b'{"update_id": 1e999, "message": {"chat": {"id": 1}}, "result": {}}',
    "number of truth": b'{"update_id": true, "message": {"chat": {"id": 1}}}',
    "number of objects": b'{"update_id": {}, "message": {"message_id": {}, "chat": {"id": 1}}}',
    "long number": json.dumps({"update_id": "a" * 65, "message": {"message_id": "a" * 65, "chat": {"id": 1}}}).encode(),
    "number of half a letter": b'{"update_id": "\\ud800", "message": {"message_id": "\\ud800", "chat": {"id": 1}}}',
    "chat of half a letter": b'{"update_id": 1, "message": {"message_id": 1, "chat": {"id": "\\ud800"}}}',
    "no chat": b'{"update_id": 1, "message": {"message_id": 1}}',
    "chat of nobody": b'{"update_id": 1, "message": {"message_id": 1, "chat": {"id": ""}}}',
    "only a number": b'{"update_id": 1}',
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_is_no_update_is_acknowledged_and_dropped(
    channel: str, client: FlaskClient, database: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    for why, body in GARBAGE.items():
        answer = post(client, channel, body)
        assert (answer.status_code, answer.data) == (200, b""), why
        assert kept(database) == [], why
        told = re.sub("\x1b[^m]*m", "", "".join(capfd.readouterr()))
        assert "update_dropped" in told, why
        assert f"size={len(body)}" in told, why
        assert "Xin" not in told, why


@pytest.mark.parametrize("channel", CHANNELS)
def test_half_a_letter_in_what_was_typed_is_no_reason_to_lose_it(
    channel: str, client: FlaskClient, database: Database
) -> None:
    body = json.dumps(UPDATES[channel](text="??")).replace("??", "\\ud83d")
    assert post(client, channel, body.encode()).status_code == 200
    assert [row.raw for row in kept(database)] == [body]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("typed", ["a\0b", "\\u0000"], ids=["NUL", "its escape"])
def test_a_sign_that_no_database_keeps_is_no_reason_to_lose_the_rest(
    typed: str, channel: str, client: FlaskClient, database: Database
) -> None:
    assert post(client, channel, json.dumps(UPDATES[channel](text=typed)).encode()).status_code == 200
    assert [json.loads(row.raw or "") for row in kept(database)] == [UPDATES[channel](text=typed.replace("\0", ""))]


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_same_update_forty_times_at_once_is_kept_once(channel: str, app: Flask, database: Database) -> None:
    start = threading.Barrier(40)
    statuses: list[int] = []

    def bring() -> None:
        client = app.test_client()
        start.wait()
        statuses.append(post(client, channel, UPDATES[channel](3)).status_code)

    threads = [threading.Thread(target=bring) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert statuses == [200] * 40
    assert [row.event_id for row in kept(database)] == ["3"]


def test_the_numbers_of_two_channels_do_not_meet(client: FlaskClient, database: Database) -> None:
    for channel in CHANNELS:
        assert post(client, channel, UPDATES[channel](5)).status_code == 200
    assert sorted(row.channel for row in kept(database)) == ["telegram", "zalo"]


def test_who_floods_the_inbox_floods_only_its_own_chat(client: FlaskClient, database: Database) -> None:
    for number in range(MOST_WAITING + 5):
        assert post(client, "telegram", telegram(number)).status_code == 200
    assert post(client, "telegram", telegram(999, chat=2)).status_code == 200
    assert [row.event_id for row in kept(database)] == [*map(str, range(MOST_WAITING)), "999"]


def test_while_the_database_is_away_nothing_is_acknowledged(settings: Settings) -> None:
    away = open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    client = create_public_app(settings, away).test_client()
    for channel in CHANNELS:
        answer = post(client, channel, UPDATES[channel]())
        assert (answer.status_code, bool(answer.headers["Retry-After"])) == (503, True)
        assert "Xin chào" not in answer.text


def test_what_was_not_acknowledged_is_kept_when_it_comes_again(client: FlaskClient, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO inbox_away")
    assert post(client, "zalo", zalo()).status_code in (500, 503)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox_away RENAME TO inbox")
    assert post(client, "zalo", zalo()).status_code == 200
    assert len(kept(database)) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_update_waits_for_a_worker_that_writes_and_is_answered_in_time(
    client: FlaskClient, database: Database, tmp_path: Path
) -> None:
    assert post(client, "zalo", zalo(1)).status_code == 200
    locked, release = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(tmp_path / "hailong.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            locked.set()
            release.wait(1.0)
            other.execute("ROLLBACK")

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(5)
    began = time.monotonic()
    assert post(client, "zalo", zalo(2)).status_code == 200
    took = time.monotonic() - began
    holder.join()
    assert 0.8 < took < 2.0
    assert [row.event_id for row in kept(database)] == ["1", "2"]


def test_a_webhook_is_for_our_own_host_and_for_no_browser(client: FlaskClient, database: Database) -> None:
    given = {"data": json.dumps(zalo()), "headers": {SECRET_HEADERS["zalo"]: SECRET}}
    assert client.post("/hooks/zalo", base_url="http://elsewhere.example", **given).status_code == 400
    given["headers"] = {SECRET_HEADERS["zalo"]: SECRET, "Sec-Fetch-Site": "cross-site"}
    assert client.post("/hooks/zalo", **given).status_code == 403
    assert kept(database) == []
