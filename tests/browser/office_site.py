"""The office as staff reach it: a real server, with a canary in whatever somebody could have written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.database import Database, open_database, upgrade
from store.models.accounts import AccountGrantRow, AccountRow
from store.models.campaigns import CampaignRow, CampaignUnitRow, CounterRow
from store.models.comments import CommentRow
from store.models.units import UnitRow
from store.queries import audit
from tests.servers import free_port, serving
from workflows import accounts, demo, mail

CANARY = "\"'><img src=x onerror=window.ran=1><script>window.ran=1</script>{{'zq'*3}}"
PASSWORD = "một câu đủ dài để nhớ"
PATIENCE_S = 30


@dataclass(frozen=True)
class OfficeSite:
    """A served office: its address, and the file behind it."""

    address: str
    path: Path

    def sign_in(self, page: Page, role: str = "administrator") -> None:
        """Sign in as whoever holds that role."""
        page.goto(f"{self.address}/sign-in")
        page.locator("#email").fill(f"{role}@tinh.example")
        page.locator("#password").fill(PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)


@contextmanager
def office_site(folder: Path, *, roles: Mapping[str, str], canaries: bool = False) -> Iterator[OfficeSite]:
    """An office with the demonstration and an account in each of these roles, which speaks that language."""
    path, address = folder / "office.db", f"http://127.0.0.1:{free_port()}"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    demo.load(database, ZoneInfo("Asia/Ho_Chi_Minh"), answers=900)
    with database.writing() as session:
        for role, language in roles.items():
            add_person(session, role, language)
    if canaries:
        set_canaries(database)
    database.close()
    settings = {
        "DATABASE_URL": f"sqlite:///{path}",
        "PUBLIC_URL": f"http://127.0.0.1:{free_port()}",
        "OFFICE_URL": address,
        "SECRET_KEY": "a secret for tests that is long enough",
        "DATA_DIR": str(folder),
    }
    with serving("webforms.office", address, settings, folder / "log"):
        yield OfficeSite(address, path)


def add_person(session: Session, role: str, language: str) -> None:
    """Somebody of the office; unit roles are held for the first unit of the demonstration."""
    row = AccountRow(
        email=f"{role}@tinh.example",
        name=f"Trần Thị {role}",
        language=language,
        password=accounts.HASHER.hash(accounts.plain(PASSWORD)),
        added_at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    of_unit = role in ("unit_officer", "head_of_unit")
    unit = session.scalars(select(CampaignUnitRow.unit_id)).first() if of_unit else 0
    session.add(AccountGrantRow(account_id=row.id, role=role, unit_id=unit or 0))


def set_canaries(database: Database) -> None:
    """Write the canary wherever a person, a sheet or a file could have brought it."""
    with database.writing() as session:
        for campaign in session.scalars(select(CampaignRow)):
            campaign.title = {"vi": f"Đợt {CANARY}", "en": f"Round {CANARY}"}
        for unit in [*session.scalars(select(UnitRow)), *session.scalars(select(CampaignUnitRow))]:
            unit.name, unit.short_name = f"{unit.name} {CANARY}", f"{unit.short_name} {CANARY}"
        for counter in session.scalars(select(CounterRow)):
            counter.name, counter.service = f"{counter.name} {CANARY}", f"{counter.service} {CANARY}"
        for number, comment in enumerate(session.scalars(select(CommentRow))):
            comment.words = f"{CANARY} {comment.words}"
            if number % 3 == 0:
                comment.state, comment.reason, comment.decided_by = "withheld", CANARY, CANARY
        for person in session.scalars(select(AccountRow)):
            person.name = f"{person.name} {CANARY}"
        mail.add_recipient(session, "summary", "a@tinh.example", CANARY, "vi", datetime.now(UTC), "test")
        audit.note(session, at=datetime.now(UTC), actor=CANARY, act=CANARY, subject=CANARY, facts={CANARY: CANARY})
