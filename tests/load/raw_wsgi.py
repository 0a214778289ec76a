"""Bare WSGI apps on the server that the public app runs on: fixed bytes, and one plain insert a request."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from psycopg_pool import ConnectionPool

from tests.load.survey_of_25 import COLUMNS
from webforms.__main__ import THREADS

Start = Callable[[str, list[tuple[str, str]]], object]
Environment = dict[str, Any]
BODY = b"ok"
HEADERS = [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))]
NAMES = [name for name in COLUMNS if name != "folded"]
INSERT = (
    f"INSERT INTO response ({', '.join(NAMES)}) VALUES ({', '.join(['%s'] * len(NAMES))}) ON CONFLICT (id) DO NOTHING"
)


def fixed(environment: Environment, start: Start) -> Iterable[bytes]:
    """The same bytes whatever is asked."""
    environment["wsgi.input"].read()
    start("200 OK", HEADERS)
    return [BODY]


class Inserting:
    """One row a request through psycopg, committed before the answer: the SQL of the public app and nothing else."""

    def __init__(self, address: str) -> None:
        self.pool = ConnectionPool(address, min_size=THREADS, max_size=THREADS, open=True)
        with self.pool.connection() as connection:
            self.place = connection.execute(
                "SELECT campaign.id, questionnaire_id, unit_id, counter.id FROM counter "
                "JOIN campaign ON campaign.id = counter.campaign_id ORDER BY counter.id LIMIT 1"
            ).fetchone()

    def __call__(self, environment: Environment, start: Start) -> Iterable[bytes]:
        environment["wsgi.input"].read()
        if environment["REQUEST_METHOD"] == "POST":
            self.insert()
        start("200 OK", HEADERS)
        return [BODY]

    def insert(self) -> None:
        """The row of a response."""
        assert self.place is not None
        campaign, questionnaire, unit, counter = self.place
        key = os.urandom(16)
        row = (
            key, campaign, questionnaire, unit, counter, 0, "open", "web", "vi", False, date(2025, 5, 5), 60,
            key + key[:9], None, "valid", "", f"R-{key.hex()}",
        )  # fmt: skip
        with self.pool.connection() as connection:
            connection.execute(INSERT, row)


app = Inserting(os.environ["RAW_DATABASE"]) if os.environ.get("RAW_DATABASE") else fixed
