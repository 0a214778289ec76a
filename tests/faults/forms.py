"""One person's form on a running server: the first page is sent, the last one lies ready to be sent."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from store.database import Database, open_database, upgrade
from tests.factories import make_campaign
from tests.faults.killing import counter_codes
from tests.faults.people import PAGES, RECEIPT, TOKEN, Crowd
from tests.servers import execute, postgresql

WORDS = "Chờ hơi lâu ở quầy số 2"


@dataclass(slots=True)
class Form:
    """A form whose first page was taken."""

    crowd: Crowd
    code: str
    token: str
    cookie: str

    def send(self, words: str = WORDS) -> tuple[int, str]:
        """Send the last page once: the status and the page."""
        step, answers = PAGES[-1]
        fields = {"form": self.token, "step": step, "lang": "vi", "do": "next", **answers, "y_kien": words}
        status, text, _ = self.crowd.ask("POST", f"/c/{self.code}", fields, self.cookie)
        return status, text

    def receipt(self) -> str:
        """What the thank-you page shows."""
        _, text, _ = self.crowd.ask("GET", f"/c/{self.code}/thanks", {}, self.cookie)
        found = RECEIPT.search(text)
        return found[0] if found else ""


@contextmanager
def own_cluster() -> Iterator[tuple[Path, str]]:
    """A PostgreSQL of its own, where its user may enter: its folder, and the address of an empty database on it."""
    with tempfile.TemporaryDirectory(prefix="hailong-") as folder:
        cluster = Path(folder) / "cluster"
        with postgresql(cluster) as address:
            execute(address, "CREATE DATABASE faults")
            yield cluster, f"{address}/faults"


def prepared(url: str) -> Database:
    """A database with an open campaign."""
    database = open_database(url, pool_size=2)
    upgrade(database)
    with database.writing() as session:
        make_campaign(session)
    return database


def begun(port: int, database: Database) -> Form:
    """A form on that server, its first page sent."""
    (code,) = counter_codes(database)
    crowd = Crowd(port, [code])
    _, page, _ = crowd.ask("GET", f"/c/{code}", {}, "")
    found = TOKEN.search(page)
    assert found is not None
    step, answers = PAGES[0]
    fields = {"form": unescape(found[1]), "step": step, "lang": "vi", "do": "next", **answers}
    status, _, cookie = crowd.ask("POST", f"/c/{code}", fields, "")
    assert status == 303
    return Form(crowd, code, fields["form"], cookie)
