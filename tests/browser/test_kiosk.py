"""A tablet at a counter, in a real browser: people in a hurry, a network that goes, a page that is killed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from store.database import open_database
from tests.browser.conftest import SECRET, Site
from tests.browser.test_everyone_can_read_it import RULES
from workflows import kiosks

TABLET = {"width": 1280, "height": 800}
QUIET_MS = 1_100
SHOWN_MS = 15_000


@pytest.fixture
def tablet(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport=TABLET, has_touch=True, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh") as opened:
        yield opened


@pytest.fixture
def kiosk(tablet: BrowserContext, site: Site) -> Page:
    """The resting screen of a registered tablet, with its tokens and its copy for opening it without a network."""
    page = tablet.new_page()
    register(page, site)
    ready(page)
    return page


def register(page: Page, site: Site) -> None:
    """Type the code that the office tells of a new tablet; then the questions are there."""
    database = open_database(f"sqlite:///{site.path}")
    with database.writing() as session:
        now = datetime.now(UTC)
        made = kiosks.add(session, site.codes["open"], "", secret=SECRET, actor="test", now=now)
    database.close()
    assert isinstance(made, kiosks.Added)
    page.goto(f"{site.address}/k/{site.codes['open']}")
    page.get_by_role("link", name="Dành cho cán bộ").click()
    page.get_by_label("Mã").fill(made.code)
    page.get_by_role("button", name="Đăng ký").click()
    expect(page.get_by_role("link", name="Bắt đầu")).to_be_visible()


def ready(page: Page) -> None:
    """Wait until the script has what it needs to work without a network."""
    until(
        page,
        "async () => !!(await caches.match(document.body.dataset.address))"
        " && !!(await navigator.serviceWorker.ready).active && !!navigator.serviceWorker.controller",
    )


def until(page: Page, said: str, wanted: object = True) -> None:
    """Wait until the page says so; a promise is waited for each time."""
    for _ in range(120):
        if page.evaluate(said) == wanted:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"never {wanted}: {said}")


def settle(page: Page) -> None:
    """As long as it takes a person to look at a new screen."""
    page.wait_for_timeout(QUIET_MS)


def level(page: Page, number: int) -> None:
    """Touch a level of the question that is shown, and see the next one."""
    shown = page.locator(".step.on")
    before = shown.get_attribute("data-step")
    shown.locator(f'.opt:has(input[value="{number}"]) label').tap()
    expect(page.locator(f'.step.on:not([data-step="{before}"])')).to_be_visible()
    settle(page)


def begin(page: Page) -> None:
    expect(page.get_by_role("link", name="Bắt đầu")).to_be_visible()
    settle(page)
    page.get_by_role("link", name="Bắt đầu").tap()
    expect(page.locator(".step.on")).to_be_visible()
    settle(page)


def answer(page: Page, overall: int = 5, words: str = "") -> None:
    """One person, from the resting screen to the last tap."""
    begin(page)
    for number in (4, 5, 3, 4, 4, overall):
        level(page, number)
    if words:
        page.locator(".step.on textarea").fill(words)
    page.get_by_role("button", name="Gửi phiếu").tap()


def stored(site: Site) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(site.path)) as rows:
        return rows.execute("SELECT channel, state, day FROM response").fetchall()


def kiosk_answers(site: Site) -> int:
    """How many came from registered tablets."""
    return sum(channel == "kiosk" for channel, *_ in stored(site))


def test_a_person_answers_and_leaves_nothing_behind(kiosk: Page, site: Site) -> None:
    before, by_tablets = len(stored(site)), kiosk_answers(site)
    answer(kiosk, words="Thêm ghế ngồi chờ")
    expect(kiosk.get_by_role("heading", name="Cảm ơn Ông/Bà. Phiếu đã được ghi nhận.")).to_be_visible()
    assert re.fullmatch(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", kiosk.locator("[data-receipt]:visible").inner_text())
    assert len(stored(site)) == before + 1
    assert kiosk_answers(site) == by_tablets + 1
    expect(kiosk.get_by_text("Màn hình này tự đóng sau")).to_be_visible()
    expect(kiosk.get_by_role("link", name="Bắt đầu")).to_be_visible(timeout=SHOWN_MS)
    assert "ghế" not in kiosk.content()
    assert kiosk.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])") == '[{},{},""]'
    begin(kiosk)
    assert kiosk.locator("input:checked").count() == 0
    assert kiosk.evaluate("[...document.querySelectorAll('textarea')].every(each => each.value === '')")


def test_a_double_tap_answers_one_question_only(kiosk: Page) -> None:
    begin(kiosk)
    first = kiosk.locator(".step.on").get_attribute("data-step")
    box = kiosk.locator(".step.on .opt").nth(3).bounding_box()
    assert box is not None
    for pause in (0, 80, 250, 400, 250):
        kiosk.wait_for_timeout(pause)
        kiosk.touchscreen.tap(box["x"] + 40, box["y"] + 40)
    kiosk.wait_for_timeout(1_500)
    assert kiosk.locator("[data-way]:visible").inner_text() == "Câu 2/7"
    assert kiosk.locator(".step.on input:checked").count() == 0
    assert kiosk.locator(f'.step[data-step="{first}"] input:checked').get_attribute("value") == "4"


def test_double_taps_on_the_buttons_skip_nothing_and_send_once(kiosk: Page, site: Site) -> None:
    before = len(stored(site))
    begin(kiosk)
    kiosk.get_by_role("button", name="Bỏ qua câu này").dblclick()
    kiosk.wait_for_timeout(QUIET_MS)
    assert kiosk.locator("[data-way]:visible").inner_text() == "Câu 2/7"
    for number in (5, 5, 5, 5, 5):
        level(kiosk, number)
    kiosk.get_by_role("button", name="Gửi phiếu").dblclick()
    expect(kiosk.locator("[data-receipt]:visible")).to_be_visible()
    kiosk.wait_for_timeout(QUIET_MS)
    assert kiosk.locator("[data-receipt]:visible").count() == 1
    assert len(stored(site)) == before + 1


def test_two_people_without_a_network_are_sent_once_each_when_it_is_back(
    kiosk: Page, tablet: BrowserContext, site: Site
) -> None:
    before = len(stored(site))
    tablet.set_offline(True)
    receipts = []
    for overall in (5, 1):
        answer(kiosk, overall, words="bí mật của người này")
        expect(kiosk.get_by_role("heading", name="Phiếu đã lưu trên máy này và đang chờ gửi.")).to_be_visible()
        receipts.append(kiosk.locator("[data-receipt]:visible").inner_text())
        kiosk.get_by_role("button", name="Xong").tap()
        settle(kiosk)
    expect(kiosk.locator("[data-waiting]:visible")).to_have_text("Đang chờ gửi: 2")
    assert len(stored(site)) == before
    kiosk.reload()  # the worker shows the page, and what waits is still there
    expect(kiosk.locator("[data-waiting]:visible")).to_have_text("Đang chờ gửi: 2")
    assert "bí mật" not in kept_on_the_device(kiosk)
    tablet.set_offline(False)
    expect(kiosk.locator("[data-waiting]:visible")).to_have_count(0)
    assert len(stored(site)) == before + 2
    assert len(set(receipts)) == 2
    assert all(is_held(site, each) for each in receipts)
    assert kiosk.evaluate(QUEUE) == 0


QUEUE = """() => new Promise(done => { const asked = indexedDB.open("kiosk " + document.body.dataset.address);
    asked.onsuccess = () => { const all = asked.result.transaction("queue").objectStore("queue").count();
    all.onsuccess = () => { asked.result.close(); done(all.result); } } })"""
KEPT = """async () => { const found = [];
    for (const name of await caches.keys()) for (const key of await (await caches.open(name)).keys())
        found.push(await (await caches.match(key)).text());
    const shelf = await new Promise(done => { const asked = indexedDB.open("kiosk " + document.body.dataset.address);
        asked.onsuccess = () => done(asked.result); });
    for (const name of shelf.objectStoreNames) {
        const rows = await new Promise(done => { const all = shelf.transaction(name).objectStore(name).getAll();
            all.onsuccess = () => done(all.result); });
        for (const row of rows) {
            found.push(JSON.stringify(row));
            if (row.sealed) found.push(new TextDecoder().decode(row.sealed), row.key.extractable ? "bí mật" : "");
        }
    }
    shelf.close();
    found.push(JSON.stringify([{...localStorage}, {...sessionStorage}]), document.documentElement.outerHTML);
    return found.join("\\n");
}"""


def kept_on_the_device(page: Page) -> str:
    """Everything that the page's origin keeps, as text."""
    return str(page.evaluate(KEPT))


def is_held(site: Site, receipt: str) -> bool:
    from survey.receipt import response_key

    with closing(sqlite3.connect(site.path)) as rows:
        return rows.execute("SELECT count(*) FROM response WHERE id = ?", (response_key(receipt),)).fetchone()[0] == 1


def test_a_page_that_is_killed_before_the_server_answers_sends_exactly_once(
    kiosk: Page, tablet: BrowserContext, site: Site
) -> None:
    """The server has stored the form, and the page dies before it hears of it."""
    before = len(stored(site))
    sent: list[str] = []

    def swallow(route) -> None:  # type: ignore[no-untyped-def]
        if route.request.method != "POST":
            return route.continue_()
        route.fetch()
        sent.append(route.request.post_data or "")
        return route.abort()

    tablet.route("**/k/*", swallow)
    answer(kiosk)
    expect(kiosk.get_by_role("heading", name="Phiếu đã lưu trên máy này và đang chờ gửi.")).to_be_visible()
    assert len(stored(site)) == before + 1
    kiosk.close()
    tablet.unroute("**/k/*")
    again = tablet.new_page()
    again.goto(f"{site.address}/k/{site.codes['open']}")
    until(again, QUEUE, 0)
    assert sent
    assert len(stored(site)) == before + 1


def test_a_page_that_is_killed_in_the_middle_keeps_nothing(kiosk: Page, tablet: BrowserContext, site: Site) -> None:
    before = len(stored(site))
    begin(kiosk)
    for number in (1, 2, 3):
        level(kiosk, number)
    kiosk.close()
    again = tablet.new_page()
    again.goto(f"{site.address}/k/{site.codes['open']}")
    ready(again)
    expect(again.get_by_role("link", name="Bắt đầu")).to_be_visible()
    assert again.evaluate(QUEUE) == 0
    assert again.locator("input:checked").count() == 0
    assert len(stored(site)) == before


def test_two_windows_of_one_tablet_never_share_a_form(kiosk: Page, tablet: BrowserContext, site: Site) -> None:
    before = len(stored(site))
    other = tablet.new_page()
    other.goto(f"{site.address}/k/{site.codes['open']}")
    ready(other)
    tablet.set_offline(True)
    for page, overall in ((kiosk, 2), (other, 3)):
        page.bring_to_front()
        answer(page, overall)
        expect(page.get_by_role("heading", name="đang chờ gửi")).to_be_visible()
    tablet.set_offline(False)
    until(kiosk, QUEUE, 0)
    assert len(stored(site)) == before + 2


def test_going_back_in_the_history_shows_nothing_of_the_last_person(kiosk: Page, site: Site) -> None:
    begin(kiosk)
    level(kiosk, 1)
    kiosk.goto(f"{site.address}/k/{site.codes['open']}/leave")
    kiosk.go_back()
    expect(kiosk.get_by_role("link", name="Bắt đầu")).to_be_visible()
    assert kiosk.locator("input:checked").count() == 0
    kiosk.go_forward()
    kiosk.go_back()
    expect(kiosk.get_by_role("link", name="Bắt đầu")).to_be_visible()


def test_who_walks_away_is_asked_for_and_then_wiped(kiosk: Page) -> None:
    kiosk.clock.install()
    kiosk.reload()
    ready(kiosk)
    kiosk.clock.run_for(QUIET_MS)
    kiosk.get_by_role("link", name="Bắt đầu").tap()
    expect(kiosk.locator(".step.on")).to_be_visible()
    kiosk.clock.run_for(QUIET_MS)
    kiosk.locator(".step.on .opt label").nth(0).tap()
    kiosk.clock.run_for(2_000)
    kiosk.clock.run_for(61_000)
    expect(kiosk.get_by_role("heading", name="Ông/Bà còn ở đây không?")).to_be_visible()
    expect(kiosk.get_by_text("Câu trả lời sẽ được xóa sau")).to_be_visible()
    kiosk.clock.run_for(QUIET_MS)
    kiosk.get_by_role("button", name="Tôi vẫn đang trả lời").tap()
    expect(kiosk.locator("[data-way]:visible")).to_have_text("Câu 2/7")
    kiosk.clock.run_for(85_000)
    expect(kiosk.get_by_role("link", name="Bắt đầu")).to_be_visible()
    assert kiosk.locator("input:checked").count() == 0


def test_the_language_changes_in_the_middle_and_the_answers_stay(kiosk: Page, site: Site) -> None:
    begin(kiosk)
    level(kiosk, 2)
    kiosk.get_by_role("button", name="English").tap()
    expect(kiosk.get_by_text("How satisfied or dissatisfied are you with the procedure")).to_be_visible()
    settle(kiosk)
    kiosk.get_by_role("button", name="Back").tap()
    expect(kiosk.locator(".step.on input:checked")).to_have_value("2")
    settle(kiosk)
    for number in (2, 5, 5, 5, 5, 5):
        level(kiosk, number)
    kiosk.get_by_role("button", name="Send my answers").tap()
    expect(kiosk.get_by_role("heading", name="Thank you. Your answers are recorded.")).to_be_visible()
    expect(kiosk.get_by_role("link", name="Bắt đầu")).to_be_visible(timeout=SHOWN_MS)


def test_what_is_required_is_asked_for(kiosk: Page) -> None:
    begin(kiosk)
    for _ in range(5):
        kiosk.get_by_role("button", name="Bỏ qua câu này").tap()
        settle(kiosk)
    kiosk.get_by_role("button", name="Tiếp tục").tap()
    expect(kiosk.locator(".step.on .error")).to_have_text("Câu này cần có câu trả lời.")
    assert kiosk.locator("[data-way]:visible").inner_text() == "Câu 6/7"


def test_a_database_that_is_away_makes_a_form_wait(kiosk: Page, site: Site) -> None:
    before = len(stored(site))
    begin(kiosk)
    for _ in range(6):
        level(kiosk, 5)
    with site.locked():
        kiosk.get_by_role("button", name="Gửi phiếu").tap()
        expect(kiosk.get_by_role("heading", name="đang chờ gửi")).to_be_visible()
    until(kiosk, QUEUE, 0)
    assert len(stored(site)) == before + 1


def test_without_javascript_a_plain_form_serves(browser: Browser, site: Site) -> None:
    before = len(stored(site))
    with browser.new_context(viewport=TABLET, java_script_enabled=False, locale="vi-VN") as context:
        page = context.new_page()
        page.goto(f"{site.address}/k/{site.codes['open']}")
        page.get_by_role("link", name="Bắt đầu").click()
        page.locator('.opt:has(input[name="chung"][value="4"]) label').click()
        page.locator("textarea").fill("Chờ lâu")
        page.get_by_role("button", name="Gửi phiếu").click()
        expect(page.locator(".receipt")).to_be_visible()
        receipt = page.locator(".receipt").inner_text()
        assert len(stored(site)) == before + 1
        expect(page.get_by_role("link", name="Bắt đầu")).to_be_visible(timeout=SHOWN_MS)
        for _ in range(2):
            page.go_back()
            assert receipt not in page.content()
            assert "Chờ lâu" not in page.content()
            assert page.locator("input:checked").count() == 0


SMALL = """least => [...document.querySelectorAll('button,a,.opt>label,.field')]
    .map(found => [found.outerHTML.slice(0, 80), found.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.height < least || box.width < least))"""
SIZES = """() => [...document.querySelectorAll('.step.on .levels .opt>label')]
    .map(found => found.getBoundingClientRect())
    .map(box => [Math.round(box.width), Math.round(box.height)].join('x'))"""
SMALLEST_TYPE = """() => Math.min(...[...document.querySelectorAll('#kiosk *')].filter(each => each.offsetParent &&
    [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(each => parseFloat(getComputedStyle(each).fontSize)))"""


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280)], ids=["across", "upright"])
def test_every_screen_is_large_even_and_whole(browser: Browser, site: Site, size: tuple[int, int]) -> None:
    width, height = size
    violations: list[str] = []
    with browser.new_context(viewport={"width": width, "height": height}, has_touch=True, locale="vi-VN") as context:
        page = context.new_page()
        page.on("console", lambda said: violations.append(said.text) if said.type == "error" else None)
        page.goto(f"{site.address}/k/{site.codes['open']}")
        ready(page)
        looked(page, width, height)
        begin(page)
        for _ in range(6):
            looked(page, width, height)
            assert len(set(page.evaluate(SIZES))) == 1
            level(page, 4)
        looked(page, width, height)
        page.get_by_role("button", name="Gửi phiếu").tap()
        expect(page.locator("[data-receipt]:visible")).to_be_visible()
        looked(page, width, height)
    assert violations == []


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280)], ids=["across", "upright"])
def test_axe_finds_nothing_on_a_tablet(browser: Browser, site: Site, size: tuple[int, int]) -> None:
    screen = {"width": size[0], "height": size[1]}
    with browser.new_context(viewport=screen, has_touch=True, locale="vi-VN", bypass_csp=True) as context:
        page = context.new_page()
        register(page, site)
        ready(page)
        faultless(page)
        begin(page)
        faultless(page)
        for _ in range(6):
            level(page, 4)
        faultless(page)
        page.get_by_role("button", name="Gửi phiếu").tap()
        expect(page.locator("[data-receipt]:visible")).to_be_visible()
        faultless(page)
        page.goto(f"{site.address}/k/{site.codes['open']}/leave")
        faultless(page)
        page.get_by_label("PIN").fill("000000x")
        page.get_by_role("button", name="Mở khóa").click()
        expect(page.get_by_role("alert")).to_be_visible()
        faultless(page)


def faultless(page: Page) -> None:
    """Axe finds nothing, light or dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"


def looked(page: Page, width: int, height: int) -> None:
    """Nothing is cut off or has to be scrolled for, nothing is small."""
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        width,
        height,
    ]
    assert page.evaluate(SMALL, 44) == []
    assert page.evaluate(SMALLEST_TYPE) >= 20
