"""The public app on a real database, and a client that speaks to it as a browser without JavaScript does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from runtime.settings import Settings
from store.database import Database
from tests.factories import COUNTER
from webforms import create_public_app

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([a-z]+)"[^>]*value="([^"]*)"')


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        secret_key="a secret for tests that is long enough", public_url="http://localhost", data_dir=tmp_path
    )


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    return create_public_app(settings, database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@dataclass
class Person:
    """Somebody who fills in a form: follows redirects and keeps the last page."""

    client: FlaskClient
    code: str = COUNTER
    language: str = "vi"
    page: TestResponse | None = None
    hidden: dict[str, str] = field(default_factory=dict)

    def open(self, path: str = "") -> TestResponse:
        """Follow the poster's address, or go to a later page of the form."""
        return self.see(self.client.get(f"/c/{self.code}{path}", headers={"Accept-Language": self.language}))

    def send(self, answers: dict[str, object] | None = None, do: str = "next", step: str | None = None) -> TestResponse:
        """Send the page."""
        fields: dict[str, object] = {**self.hidden, "do": do, **(answers or {})}
        if step is not None:
            fields["step"] = step
        return self.see(self.client.post(f"/c/{self.code}", data=fields))

    def first_missing(self) -> str:
        """The step that the review names first."""
        assert self.page is not None
        found = re.search(rf'href="/c/{self.code}/([a-z0-9_]+)', self.page.text)
        assert found is not None
        return found[1]

    def see(self, response: TestResponse) -> TestResponse:
        """Look at the page, following where it leads."""
        while response.status_code in (302, 303):
            response = self.client.get(response.headers["Location"])
        self.page = response
        found = {name: unescape(value) for name, value in HIDDEN.findall(response.text)}
        self.hidden = found or self.hidden
        return response


@pytest.fixture
def person(client: FlaskClient) -> Person:
    return Person(client)
