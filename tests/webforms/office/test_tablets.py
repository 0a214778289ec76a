"""Tablets in the office: added, told once, registered with what was told, trusted no more; units see their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from runtime.settings import Settings
from store.database import Database
from store.models.campaigns import CounterRow
from store.models.kiosks import KioskRow
from store.models.results import AuditRow
from survey.counter_codes import counter_code, read_counter_code
from tests.factories import COUNTER, make_campaign
from tests.webforms.office.conftest import Desk
from workflows import kiosks

PAGE = f"/campaigns/thu/counters/{COUNTER}/tablets"
SECRETS = re.compile(r"<b><code>([^<]+)</code></b>")
Open = Callable[..., Desk]


@pytest.fixture(autouse=True)
def campaign(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session, units={"A": {}, "B": {}})


def tablets(database: Database) -> list[KioskRow]:
    with database.reading() as session:
        return list(session.scalars(select(KioskRow).order_by(KioskRow.id)))


def added(desk: Desk) -> tuple[str, str]:
    """The code and the PIN of a new tablet."""
    desk.open(PAGE)
    code, pin = SECRETS.findall(desk.send(PAGE, {"name": "Máy <1>"}).text)
    return code, pin


def test_a_tablet_is_registered_with_what_the_office_told_once(
    signed_in: Open, database: Database, settings: Settings
) -> None:
    desk = signed_in("home_affairs", language="vi")
    assert "Chưa có máy tính bảng" in desk.open(PAGE).text
    code, pin = added(desk)
    again = desk.open(PAGE).text
    assert not SECRETS.findall(again)
    assert "Máy &lt;1&gt;" in again
    assert "Chờ đăng ký" in again
    (row,) = tablets(database)
    with database.writing() as session:
        own = kiosks.register(session, row.counter_id, code, secret=settings.secret_key, now=row.added_at)
    assert isinstance(own, str)
    assert read_counter_code(code)
    assert kiosks.is_pin(row, pin, settings.secret_key)
    assert "Đang dùng" in desk.open(PAGE).text


def test_one_whose_code_is_too_old_says_so(signed_in: Open, database: Database) -> None:
    desk = signed_in("home_affairs", language="vi")
    added(desk)
    with database.writing() as session:
        session.execute(update(KioskRow).values(expires_at=datetime.now(UTC) - timedelta(minutes=1)))
    assert "không còn hiệu lực" in desk.open(PAGE).text


def test_it_is_trusted_no_more_with_a_reason_only(signed_in: Open, database: Database) -> None:
    desk = signed_in("home_affairs", language="vi")
    added(desk)
    (row,) = tablets(database)
    refused = desk.send(f"{PAGE}/{row.id}/revoke", {"reason": " "})
    assert refused.status_code == 422
    assert f'id="reason-{row.id}"' in refused.text
    assert tablets(database)[0].revoked_at is None
    assert desk.send(f"{PAGE}/{row.id}/revoke", {"reason": "Mất máy"}).status_code == 200
    assert tablets(database)[0].revoked_at is not None
    assert "Không còn được tin cậy" in desk.open(PAGE).text
    with database.reading() as session:
        facts = {row.act: row.facts for row in session.scalars(select(AuditRow))}
    assert facts["kiosk_revoke"] == {"why": "Mất máy"}


def test_a_unit_touches_no_tablet_of_another_through_its_own_counter(signed_in: Open, database: Database) -> None:
    other = counter_code(2)
    signed_in("home_affairs", language="vi").send(f"/campaigns/thu/counters/{other}/tablets", {"name": ""})
    (row,) = tablets(database)
    with database.reading() as session:
        unit = session.scalars(select(CounterRow.unit_id).where(CounterRow.code == COUNTER)).one()
    officer = signed_in("unit_officer", unit)
    assert officer.send(f"{PAGE}/{row.id}/revoke", {"reason": "x"}).status_code == 404
    assert officer.open(f"/campaigns/thu/counters/{other}/tablets").status_code == 404
    assert tablets(database)[0].revoked_at is None
    assert len(SECRETS.findall(officer.send(PAGE, {"name": ""}).text)) == 2
