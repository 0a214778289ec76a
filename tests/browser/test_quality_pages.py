"""Flags in a real browser: two people decide, nothing that somebody wrote runs, axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from store.database import open_database
from store.models.campaigns import CampaignRow, CounterRow
from store.models.collection import ResponseRow
from store.models.quality import ArrivalRow, FlagRow
from tests.browser.conftest import PHONE
from tests.browser.office_site import CANARY, OfficeSite, office_site
from tests.browser.test_everyone_can_read_it import RULES, TOO_WIDE

ROLES = {"administrator": "vi", "home_affairs": "vi", "supervisor": "en"}


@pytest.fixture(scope="module")
def flagged_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeSite]:
    with office_site(tmp_path_factory.mktemp("flags"), roles=ROLES, canaries=True) as site:
        flag_a_counter(site.path)
        yield site


def flag_a_counter(path: Path) -> None:
    """A burst at a counter on the last day that it has answers of, and a unit's flag with it."""
    database = open_database(f"sqlite:///{path}")
    now = datetime.now(UTC)
    with database.writing() as session:
        last = session.scalars(select(ResponseRow).order_by(ResponseRow.day.desc()).limit(1)).one()
        counter = session.get_one(CounterRow, last.counter_id)
        campaign = session.get_one(CampaignRow, last.campaign_id)
        campaign.state = "open"
        noon = datetime.combine(last.day, datetime.min.time(), UTC) + timedelta(hours=5)
        session.add(ArrivalRow(campaign_id=last.campaign_id, counter_id=counter.id, at=noon, n=40))
        told = {"campaign_id": last.campaign_id, "rule_version": 1, "unit_id": counter.unit_id, "threshold": 0.001}
        facts = {
            "burst": {"k": 40.0, "usual": 0.5, "slots": 16.0, "answers": 48.0},
            "speed": {"hits": 40.0, "answers": 160.0, "usual": 0.03},
            "unit": {"burst": 1.0, "speed": 1.0},
        }
        for rule, numbers in facts.items():
            place = (counter.id, last.day.isoformat()) if rule == "burst" else (0, "")
            where = dict(zip(("counter_id", "on_day"), place, strict=True))
            session.add(FlagRow(rule=rule, score=2, facts=numbers, at=now, **where, **told))
            session.flush()
    database.close()


def test_two_people_set_a_burst_aside(browser: Browser, flagged_site: OfficeSite) -> None:
    for role, state in (("home_affairs", "Chờ quyết định"), ("administrator", "Tạm giữ")):
        page = browser.new_context(locale="vi-VN").new_page()
        told: list[str] = []
        page.on("console", lambda message, told=told: told.append(message.text) if message.type == "error" else None)
        flagged_site.sign_in(page, role)
        page.goto(f"{flagged_site.address}/quality/demo?state=all")
        page.get_by_role("link", name="Nhiều phiếu đến cùng lúc").click()
        page.get_by_label("Tạm giữ: phiếu").check()
        page.get_by_label("Lý do", exact=True).fill(f"Đã xem sổ trực {CANARY}")
        page.get_by_role("button", name="Ghi ý kiến").click()
        expect(page.locator("#said ~ p .state")).to_have_text(state)
        assert page.evaluate("window.ran") is None
        assert told == []
        page.context.close()


@pytest.mark.parametrize("look", ["phone", "desk", "dark"])
def test_pages_of_flags_can_be_used_by_everybody(browser: Browser, flagged_site: OfficeSite, look: str) -> None:
    size = {"width": PHONE["width"], "height": PHONE["height"]} if look == "phone" else {"width": 1280, "height": 900}
    scheme = "dark" if look == "dark" else "light"
    page = browser.new_context(viewport=size, bypass_csp=True, color_scheme=scheme).new_page()
    flagged_site.sign_in(page, "supervisor" if look == "dark" else "administrator")
    found = []
    for path in ("demo?state=all", "demo/figures", "demo/1", "demo/2", "demo/3"):
        page.goto(f"{flagged_site.address}/quality/{path}")
        for each in Axe().run(page, options=RULES).response["violations"]:
            found.append((path, each["id"], each["nodes"][0]["html"][:160]))
        if page.evaluate(TOO_WIDE) > 0:
            found.append((path, "too wide", look))
    page.context.close()
    assert found == []
