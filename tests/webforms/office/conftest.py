"""The office on a real database, and browsers in which somebody has signed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from runtime.settings import Settings
from store.database import Database
from store.models.accounts import AccountGrantRow, AccountRow
from survey.rights import OF_UNIT
from workflows import accounts

PASSWORD = "một câu đủ dài để nhớ"
HASHED = accounts.HASHER.hash(accounts.plain(PASSWORD))
CSRF = re.compile(r'name="csrf" value="([^"]*)"')


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(secret_key="a secret for tests that is long enough", data_dir=tmp_path)


@pytest.fixture
def office(settings: Settings, database: Database) -> Flask:
    from webforms import create_office_app

    return create_office_app(settings, database)


@dataclass
class Desk:
    """A browser without JavaScript that brings each form's hidden token along."""

    client: FlaskClient
    page: TestResponse | None = None
    token: str = ""

    def open(self, path: str) -> TestResponse:
        """Go to an address and follow where it leads."""
        return self.see(self.client.get(path, base_url="http://127.0.0.1:8001"))

    def send(self, path: str, data: dict[str, object] | None = None, follow: bool = True) -> TestResponse:
        """Send a form as the page at hand would."""
        response = self.client.post(path, data={"csrf": self.token, **(data or {})}, base_url="http://127.0.0.1:8001")
        return self.see(response) if follow else response

    def see(self, response: TestResponse) -> TestResponse:
        """Look at a page, following redirects."""
        while response.status_code in (302, 303):
            response = self.client.get(response.headers["Location"], base_url="http://127.0.0.1:8001")
        self.page = response
        if response.content_type.startswith("text/html") and (found := CSRF.search(response.text)):
            self.token = unescape(found[1])
        return response


def make_account(database: Database, role: str, unit_id: int = 0, email: str = "", language: str = "en") -> AccountRow:
    """An account with that role and the tests' password."""
    with database.writing() as session:
        row = AccountRow(
            email=email or f"{role}-{unit_id}@tinh.example",
            name=f"Nguyễn Văn {role}",
            language=language,
            password=HASHED,
            added_at=datetime.now(UTC),
        )
        session.add(row)
        session.flush()
        session.add(AccountGrantRow(account_id=row.id, role=role, unit_id=unit_id if role in OF_UNIT else 0))
    return row


@pytest.fixture
def signed_in(office: Flask, database: Database) -> Callable[..., Desk]:
    """A function from role (and id of the unit) to a desk at which somebody with that role has signed in."""

    def sit_down(role: str, unit_id: int = 0, email: str = "", language: str = "en") -> Desk:
        row = make_account(database, role, unit_id, email, language)
        desk = Desk(office.test_client())
        desk.open("/sign-in")
        desk.send("/sign-in", {"email": row.email, "password": PASSWORD})
        assert desk.page is not None
        assert desk.page.status_code == 200, desk.page.text
        return desk

    return sit_down
