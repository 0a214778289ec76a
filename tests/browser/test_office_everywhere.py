"""Every page of the office that links lead to: runs nothing from data, breaks no policy, has no finding of axe."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE
from tests.browser.office_site import OfficeSite, office_site
from tests.browser.test_everyone_can_read_it import RULES, TOO_WIDE

MOST_PAGES = 90
ALIKE = 3  # pages of one address pattern, told apart by what stands for a code
ROLES = {"administrator": "vi", "supervisor": "en", "head_of_unit": "vi"}


@pytest.fixture(scope="module")
def canary_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeSite]:
    with office_site(tmp_path_factory.mktemp("canaries"), roles=ROLES, canaries=True) as site:
        yield site


@pytest.fixture(scope="module")
def plain_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeSite]:
    with office_site(tmp_path_factory.mktemp("plain"), roles=ROLES) as site:
        yield site


def pattern(path: str) -> str:
    """An address without its numbers and filters: pages of one pattern are one page with other data."""
    place = urlsplit(path)
    parts = ["*" if any(sign.isdigit() for sign in part) else part for part in place.path.split("/")]
    return "/".join(parts) + ("?" if place.query else "")


def pages_of(page: Page, site: OfficeSite) -> Iterator[str]:
    """Visit every page of the office from the first one on, and stay on it while the caller looks."""
    waiting, seen, met = ["/"], {"/"}, dict[str, int]()
    while waiting and len(met) < MOST_PAGES:
        path = waiting.pop(0)
        if met.get(pattern(path), 0) >= ALIKE:
            continue
        met[pattern(path)] = met.get(pattern(path), 0) + 1
        answer = page.request.get(site.address + path, max_redirects=0)
        if answer.status in (302, 303) or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        assert answer.status == 200, (path, answer.status)
        page.goto(site.address + path)
        yield path
        for link in page.locator("a[href]").evaluate_all("found => found.map(a => a.href)"):
            there = urldefrag(link).url.removeprefix(site.address) or "/"
            if there.startswith("/") and there not in seen:
                seen.add(there)
                waiting.append(there)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_from_data_runs_and_no_page_breaks_its_policy(
    browser: Browser, canary_site: OfficeSite, role: str
) -> None:
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(f"{page.url} {message.text}") if message.type == "error" else None)
    page.on("dialog", lambda dialog: told.append(dialog.message))
    canary_site.sign_in(page, role)
    visited = 0
    for path in pages_of(page, canary_site):
        visited += 1
        assert page.evaluate("window.ran") is None, path
        assert "zqzqzq" not in page.content(), path
    context.close()
    assert visited > 1
    assert told == []


@pytest.mark.parametrize("look", ["phone", "desk", "dark"])
def test_every_page_can_be_used_by_everybody(browser: Browser, plain_site: OfficeSite, look: str) -> None:
    size = {"width": PHONE["width"], "height": PHONE["height"]} if look == "phone" else {"width": 1280, "height": 900}
    context = browser.new_context(
        viewport=size, locale="vi-VN", bypass_csp=True, color_scheme="dark" if look == "dark" else "light"
    )
    page = context.new_page()
    plain_site.sign_in(page, "supervisor" if look == "dark" else "administrator")
    found = []
    for path in pages_of(page, plain_site):
        report = Axe().run(page, options=RULES)
        found += [(path, each["id"], each["nodes"][0]["html"][:160]) for each in report.response["violations"]]
        if page.evaluate(TOO_WIDE) > 0:
            found.append((path, "too wide", look))
    context.close()
    assert found == []
