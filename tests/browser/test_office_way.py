"""Somebody who has never seen the office opens a campaign for three units, prints, sees answers come, and closes it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, BrowserContext, Page, expect

from store.database import open_database, upgrade
from tests.browser import office_site
from tests.servers import free_port, serving
from workflows import demo
from workflows.known_places import FRESH_S

DESK = {"width": 1280, "height": 900}
NAMES = ("Đồng Hỷ", "Phú Bình", "Đại Từ")
TITLE = "Khảo sát ba xã"
HERE = "/campaigns/khao-sat-ba-xa"


@dataclass(frozen=True)
class Town:
    """The public pages and the office on one database, and where pictures go."""

    public: str
    office: office_site.OfficeSite
    pictures: Path
    settings: dict[str, str]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Both apps as they run, ended by their process ids."""
    folder = tmp_path_factory.mktemp("way")
    path = folder / "hailong.db"
    public, office = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    demo.load(database, ZoneInfo("Asia/Ho_Chi_Minh"), answers=30)
    with database.writing() as session:
        office_site.add_person(session, "home_affairs", "vi")
    database.close()
    settings = {
        "DATABASE_URL": f"sqlite:///{path}",
        "PUBLIC_URL": public,
        "OFFICE_URL": office,
        "SECRET_KEY": "a secret for tests that is long enough",
        "DATA_DIR": str(folder),
    }
    with (
        serving("webforms", public, settings, folder / "public.log"),
        serving("webforms.office", office, settings, folder / "office.log"),
    ):
        yield Town(public, office_site.OfficeSite(office, path), folder, settings)


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """A browser on a desk, in Vietnamese, without JavaScript."""
    opened = browser.new_context(viewport=DESK, locale="vi-VN", java_script_enabled=False, accept_downloads=True)
    yield opened
    opened.close()


def press(page: Page, words: str) -> None:
    """Press what bears these words."""
    page.get_by_role("button", name=words, exact=True).last.click()


def look(page: Page, town: Town, name: str) -> None:
    """Keep a picture of the page, at the desk and on a phone; nothing may stick out sideways."""
    page.screenshot(path=town.pictures / f"{name}-1280.png", full_page=True)
    width = png_width(town.pictures / f"{name}-1280.png")
    assert width == DESK["width"], f"{name} is {width} pixels wide"
    page.set_viewport_size({"width": 360, "height": 740})
    page.screenshot(path=town.pictures / f"{name}-360.png", full_page=True)
    width = png_width(town.pictures / f"{name}-360.png")
    assert width == 360, f"{name} is {width} pixels wide on a phone"
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def png_width(file: Path) -> int:
    """How wide a picture is: a page that sticks out sideways makes it wider than the window."""
    return int.from_bytes(file.read_bytes()[16:20], "big")


def test_from_nothing_to_posters_to_an_answer_to_closed(
    town: Town, desk: BrowserContext, phone: BrowserContext
) -> None:
    page = desk.new_page()
    town.office.sign_in(page, "home_affairs")
    look(page, town, "home")
    made(page, town)
    codes = printed(page, town)
    assert len(codes) == 3
    assert all(code.startswith(f"{town.public}/c/") for code in codes)
    page.goto(f"{town.office.address}{HERE}")
    page.get_by_role("link", name="Mở đợt khảo sát").click()
    look(page, town, "opening")
    press(page, "Mở đợt khảo sát")
    expect(page.get_by_text("Các quầy đang nhận phiếu.")).to_be_visible()
    answered(phone.new_page(), sorted(codes)[0], town)
    page.reload()
    assert page.locator("#answers").inner_text() == "1"
    look(page, town, "campaign")
    watched(page, town)
    page.goto(f"{town.office.address}{HERE}")
    closed(page, town)
    visitor = phone.new_page()
    visitor.wait_for_timeout(FRESH_S * 1000)  # so long may a process still tell what it knew of a counter
    visitor.goto(sorted(codes)[0])
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("kết thúc")


def made(page: Page, town: Town) -> None:
    """Every step, as the buttons lead."""
    page.get_by_role("link", name="Đợt khảo sát mới").click()
    page.get_by_label("Tên bằng tiếng Việt").fill(TITLE)
    look(page, town, "name")
    press(page, "Lưu và tiếp tục")
    look(page, town, "questionnaire")
    page.locator("input[name=form][value=short]").check()
    press(page, "Lưu và tiếp tục")
    for name in NAMES:
        page.get_by_label("Tìm đơn vị").fill(name)
        press(page, "Lưu dấu chọn và tìm")
        page.locator("fieldset.units input[type=checkbox]").first.check()
    look(page, town, "units")
    press(page, "Lưu và tiếp tục")
    look(page, town, "days")
    page.locator("#opens").fill(office_day(0))
    page.locator("#closes").fill(office_day(30))
    press(page, "Lưu và tiếp tục")
    press(page, "Tạo cho mỗi đơn vị một quầy")
    look(page, town, "counters")
    page.get_by_role("link", name="Làm tiếp").click()
    look(page, town, "method")
    page.locator("#fill_s").fill("0")
    press(page, "Lưu và tiếp tục")
    look(page, town, "reports")
    press(page, "Lưu và tiếp tục")
    expect(page.get_by_text("Sẵn sàng mở")).to_be_visible()
    look(page, town, "check")


def office_day(ahead: int) -> str:
    """A day as the field takes it."""
    return (datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date() + timedelta(days=ahead)).isoformat()


def printed(page: Page, town: Town) -> set[str]:
    """The addresses that stand in the codes of the printed posters."""
    page.get_by_role("link", name="In áp phích").first.click()
    look(page, town, "posters")
    with page.expect_download() as waiting:
        press(page, "Tải tệp PDF")
    file = town.pictures / "posters.pdf"
    waiting.value.save_as(file)
    document = pypdfium2.PdfDocument(file)
    pictures = [document[number].render(scale=200 / 72).to_numpy() for number in range(len(document))]
    document.close()
    return {found.text for picture in pictures for found in zxingcpp.read_barcodes(picture)}


def answered(phone: Page, address: str, town: Town) -> None:
    """A person with an old phone answers at that counter."""
    phone.goto(address)
    for _ in range(12):
        if phone.locator("output.receipt").count():
            break
        for group in phone.locator("main fieldset").all():
            if group.locator("input[type=radio]").count():
                group.locator("input[type=radio]").first.check(force=True)
        with phone.expect_navigation():
            phone.locator(".button").first.click()
    expect(phone.locator("output.receipt")).to_be_visible()


def watched(page: Page, town: Town) -> None:
    """The board knows of it: how many, through which channel, and where."""
    page.locator("main").get_by_role("link", name="Bảng theo dõi thu thập").click()
    expect(page.locator("main")).to_contain_text("đồng hồ đếm năm phút một lần")
    for job in ("tally", "board"):
        command = [sys.executable, "-m", "cli", "jobs", "run", job]
        subprocess.run(command, env=os.environ | town.settings, check=True, capture_output=True)
    page.reload()
    look(page, town, "board")
    expect(page.get_by_text("1 trên 3 đã có phiếu")).to_be_visible()
    assert "1 trong 7 ngày" in page.locator("section[aria-labelledby=units]").inner_text()


def closed(page: Page, town: Town) -> None:
    """It is closed, with a reason."""
    page.get_by_role("link", name="Đóng đợt khảo sát").click()
    page.get_by_label("Lý do").fill("Đã đủ phiếu")
    look(page, town, "closing")
    press(page, "Đóng đợt khảo sát")
    expect(page.locator(".state.closed").first).to_be_visible()


def test_a_rehearsal_says_plainly_that_it_is_one(town: Town, desk: BrowserContext, phone: BrowserContext) -> None:
    page = desk.new_page()
    town.office.sign_in(page, "home_affairs")
    page.goto(f"{town.office.address}/campaigns/new")
    page.get_by_label("Tên bằng tiếng Việt").fill("Chạy thử")
    press(page, "Lưu và tiếp tục")
    press(page, "Lưu và tiếp tục")
    page.get_by_label("Tìm đơn vị").fill(NAMES[0])
    press(page, "Lưu dấu chọn và tìm")
    page.locator("fieldset.units input[type=checkbox]").first.check()
    press(page, "Lưu và tiếp tục")
    press(page, "Lưu và tiếp tục")
    press(page, "Tạo cho mỗi đơn vị một quầy")
    page.get_by_role("link", name="Danh sách kiểm tra").click()
    press(page, "Bắt đầu chạy thử")
    page.goto(f"{town.office.address}/campaigns/chay-thu/counters")
    page.locator("table a").first.click()
    look(page, town, "counter")
    visitor = phone.new_page()
    visitor.goto(page.locator("#link").get_attribute("href") or "")
    expect(visitor.locator(".trial")).to_contain_text("THỬ")
    visitor.screenshot(path=town.pictures / "trial-360.png")
    page.goto(f"{town.office.address}/campaigns/chay-thu/check")
    look(page, town, "rehearsal")
