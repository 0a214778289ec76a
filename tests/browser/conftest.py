"""A real server with campaigns of every kind, and a real browser that may reach nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.database import Database, open_database, upgrade
from store.models.campaigns import CounterRow
from store.models.units import UnitLinkRow, UnitRow
from survey.counter_codes import counter_code
from tests.factories import make_campaign
from tests.servers import free_port, serving
from workflows import demo

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
PHONE = {"width": 360, "height": 740}
EVERY_TYPE = Path(__file__).parent.parent / "webforms" / "every_type.yaml"
SECRET = "a secret for tests that is long enough"
KINDS = ("open", "every_type", "not_yet", "closed", "revoked", "dissolved")
CODES = {kind: counter_code(1_000 + number) for number, kind in enumerate(KINDS)}
PATIENCE_S = 30


@dataclass(frozen=True)
class Site:
    """The public app as a person reaches it: address, counters by kind, and the file behind it."""

    address: str
    path: Path
    codes: dict[str, str]

    def counter(self, kind: str = "open") -> str:
        """The poster's address of a counter of that kind."""
        return f"{self.address}/c/{self.codes[kind]}"

    def responses(self) -> int:
        """How many responses are stored."""
        with closing(sqlite3.connect(self.path)) as rows:
            return int(rows.execute("SELECT count(*) FROM response").fetchone()[0])

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the database's write lock, so that no answer can be taken."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as rows:
            rows.execute("BEGIN IMMEDIATE")
            yield
            rows.execute("ROLLBACK")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served public app on a database of its own; ended by its process id."""
    folder = tmp_path_factory.mktemp("site")
    path, address = folder / "hailong.db", f"http://127.0.0.1:{free_port()}"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    demo.load(database, ZoneInfo("Asia/Ho_Chi_Minh"), answers=600)
    furnish(database)
    database.close()
    settings = {
        "DATABASE_URL": f"sqlite:///{path}",
        "PUBLIC_URL": address,
        "SECRET_KEY": SECRET,
        "DATA_DIR": str(folder),
    }
    with serving("webforms", address, settings, folder / "log"):
        yield Site(address, path, CODES)


def furnish(database: Database) -> None:
    """One campaign with one counter for every way that a counter's page can be met."""
    today = datetime.now(UTC).date()
    plans: dict[str, dict[str, object]] = {
        "every_type": {"text": EVERY_TYPE.read_text(encoding="utf-8")},
        "not_yet": {"opens": today + timedelta(days=20), "closes": today + timedelta(days=50)},
        "closed": {"state": "closed"},
    }
    with database.writing() as session:
        for kind in KINDS:
            code = f"thu-{kind.replace('_', '-')}"
            row = make_campaign(session, code=code, units={kind.upper(): {}}, **plans.get(kind, {}))  # type: ignore[arg-type]
            counter = session.scalars(select(CounterRow).where(CounterRow.campaign_id == row.id)).one()
            counter.code = CODES[kind]
            session.flush()
        spoil(session)


def spoil(session: Session) -> None:
    """A code that was withdrawn, and a unit that has ended and was followed by two others."""
    counters = {row.code: row for row in session.scalars(select(CounterRow))}
    counters[CODES["revoked"]].revoked_at = datetime.now(UTC)
    ended = session.scalars(select(UnitRow).where(UnitRow.code == "DISSOLVED")).one()
    ended.valid_to = datetime.now(UTC).date() - timedelta(days=10)
    for kind in ("OPEN", "CLOSED"):
        follower = session.scalars(select(UnitRow).where(UnitRow.code == kind)).one()
        session.add(
            UnitLinkRow(predecessor_id=ended.id, successor_id=follower.id, on=ended.valid_to + timedelta(days=1))
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium that may reach this machine only."""
    expect.set_options(timeout=PATIENCE_S * 1000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """An old phone: small, touched, in Vietnamese, without JavaScript."""
    opened = browser.new_context(
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        java_script_enabled=False,
    )
    yield opened
    opened.close()


@pytest.fixture
def page(phone: BrowserContext) -> Page:
    return phone.new_page()
