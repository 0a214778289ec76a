"""Every public page in both languages, light and dark: no finding of axe, no sideways scrolling, no small target."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, Site

TARGET_PX = 44
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What can be tapped, apart from links within a sentence; an option's row counts with its mark.
SMALL = """least => [...document.querySelectorAll('button:not(.unseen),.button,.opt>label,.field,nav a,footer a')]
    .map(found => [found.outerHTML.slice(0, 80), found.getBoundingClientRect()])
    .filter(([_, box]) => box.width && (box.height < least || box.width < least)).map(([html]) => html)"""


def visit(path: str) -> Callable[[Page, Site, str], None]:
    """Go to a page of the site."""
    return lambda page, site, language: went(page, f"{site.address}{path}{'&' if '?' in path else '?'}lang={language}")


def counter(kind: str) -> Callable[[Page, Site, str], None]:
    """Go to the first page of a counter."""
    return lambda page, site, language: went(page, f"{site.counter(kind)}?lang={language}")


def went(page: Page, url: str) -> None:
    page.goto(url)


def press(page: Page, do: str = "next") -> None:
    page.locator(f'main [name="do"][value="{do}"]').click()


def refused(page: Page, site: Site, language: str) -> None:
    """A first page with three faults."""
    counter("every_type")(page, site, language)
    page.locator('label[for="q-cach"]').click()
    page.locator('label[for="q-cach-2"]').click()
    page.locator('label[for="q-cach-3"]').click()
    page.locator("#q-so").fill("99")
    page.locator("#q-ngay").fill("31/2/2026")
    press(page)


def every_type_2(page: Page, site: Site, language: str) -> None:
    """The second page of the form with every type of question."""
    counter("every_type")(page, site, language)
    page.locator('label[for="q-da_den"]').click()
    page.locator("#q-so").fill("3")
    press(page)


def quick_2(page: Page, site: Site, language: str) -> None:
    """The last page of the counter's form."""
    counter("open")(page, site, language)
    press(page)


def review(page: Page, site: Site, language: str) -> None:
    """What is required and missing."""
    quick_2(page, site, language)
    press(page)


def thanks(page: Page, site: Site, language: str) -> None:
    """The receipt."""
    quick_2(page, site, language)
    page.locator('label[for="q-chung-5"]').click()
    press(page)


def again(page: Page, site: Site, language: str) -> None:
    """The receipt of a form that was sent before."""
    thanks(page, site, language)
    page.goto(f"{site.counter()}/ket_qua?lang={language}")


def resume(page: Page, site: Site, language: str) -> None:
    """A form that was begun before."""
    quick_2(page, site, language)
    page.goto(f"{site.counter()}?lang={language}")


def held(page: Page, site: Site, language: str) -> None:
    """A receipt whose answers are held."""
    thanks(page, site, language)
    receipt = page.locator(".receipt").inner_text()
    visit("/receipt")(page, site, language)
    page.locator("#receipt").fill(receipt)
    page.locator("main button").click()


def lost(page: Page, site: Site, language: str) -> None:
    """A later page without the cookie."""
    went(page, f"{site.counter()}/ket_qua?lang={language}")


def away(page: Page, site: Site, language: str) -> None:
    """The database away while the form is sent."""
    counter("open")(page, site, language)
    with site.locked():
        press(page)
        page.wait_for_selector("main input[type=hidden]", state="attached")


def unit(page: Page, site: Site, language: str) -> None:
    """The results of the unit that stands first."""
    visit("/results/demo")(page, site, language)
    page.locator('a[href*="/results/demo/"]:not([href*="."])').first.click()


PAGES: Mapping[str, Callable[[Page, Site, str], None]] = {
    "start": visit("/"),
    "start refused": visit("/?counter=abc"),
    "receipt": visit("/receipt"),
    "receipt held": held,
    "results": visit("/results"),
    "results not there yet": visit("/results/thu-open"),
    "results of a campaign": visit("/results/demo"),
    "results of a unit": unit,
    "first page": counter("open"),
    "last page": quick_2,
    "every type 1": counter("every_type"),
    "every type 2": every_type_2,
    "refused": refused,
    "review": review,
    "thanks": thanks,
    "again": again,
    "resume": resume,
    "lost": lost,
    "away": away,
    "not yet": counter("not_yet"),
    "closed": counter("closed"),
    "revoked": counter("revoked"),
    "dissolved": counter("dissolved"),
    "unknown": visit("/c/NOBODY"),
    "not found": visit("/nowhere"),
}


@pytest.fixture
def looked_at(browser: Browser) -> Iterator[Page]:
    """A page that axe may look into; only for this is the policy of the pages put aside."""
    with browser.new_context(viewport=PHONE, bypass_csp=True) as context:
        yield context.new_page()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name: str, language: str, looked_at: Page, site: Site) -> None:
    PAGES[name](looked_at, site, language)
    assert looked_at.locator("html").get_attribute("lang") == language
    for scheme in ("light", "dark"):
        looked_at.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(looked_at, options=RULES)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"
    assert looked_at.evaluate(SMALL, TARGET_PX) == []


@pytest.mark.parametrize("name", ["first page", "every type 2", "refused", "thanks", "start", "review", "receipt"])
@pytest.mark.parametrize("width", [180, 320, 640, 1280])
def test_nothing_is_cut_off_at_any_width(name: str, width: int, browser: Browser, site: Site) -> None:
    with browser.new_context(viewport={"width": width, "height": 600}) as context:
        page = context.new_page()
        PAGES[name](page, site, "vi")
        page.wait_for_load_state()  # a page on its way has no measure yet
        assert page.evaluate(TOO_WIDE) <= 0
