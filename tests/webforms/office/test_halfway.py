"""Who has given the password has ten minutes for the code, whatever else is looked at meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from store.database import Database
from store.models.accounts import AccountRow
from tests.webforms.office.conftest import PASSWORD, Desk, make_account

BASE = "http://127.0.0.1:8001"


@pytest.fixture
def halfway(office: Flask, database: Database) -> Desk:
    row = make_account(database, "supervisor", email="an@tinh.example")
    with database.writing() as session:
        session.get_one(AccountRow, row.id).totp = b"s" * 16
    desk = Desk(office.test_client())
    desk.open("/sign-in")
    desk.send("/sign-in", {"email": "an@tinh.example", "password": PASSWORD})
    return desk


@pytest.mark.parametrize(
    "look",
    [
        lambda desk: desk.client.get("/sign-in/code", base_url=BASE),
        lambda desk: desk.client.get("/sign-in", base_url=BASE),
        lambda desk: desk.client.get("/welcome/x", base_url=BASE),
        lambda desk: desk.send("/sign-in/code", {"code": "000000"}, follow=False),
    ],
    ids=["code", "sign-in", "welcome", "wrong code"],
)
def test_looking_at_a_page_gives_no_more_time(halfway: Desk, look: Callable[[Desk], TestResponse]) -> None:
    before = halfway.client.get_cookie("office", domain="127.0.0.1")
    assert before is not None
    answer = look(halfway)
    assert "Set-Cookie" not in answer.headers
