"""A person with an old phone and no JavaScript, from the poster to the receipt, whatever happens on the way."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE, Site

FIRST = {"tiep_can": "4", "thu_tuc": "5", "cong_chuc": "na"}
LAST = {"ket_qua": "4", "chung": "5"}
MOST_PAGES = 5


def tap(page: Page, answers: dict[str, str]) -> None:
    """Choose these options by their rows, as a thumb does."""
    for item, option in answers.items():
        found = page.locator(f'input[name="{item}"][value="{option}"]')
        page.locator(f'label[for="{found.get_attribute("id")}"]').tap()
        expect(found).to_be_checked()


def go_on(page: Page, words: str = "Tiếp tục") -> None:
    page.locator("main").get_by_role("button", name=words).tap()


def to_last_page(page: Page, site: Site) -> None:
    page.goto(site.counter())
    tap(page, FIRST)
    go_on(page)
    expect(page.get_by_text("Trang 2/2")).to_be_visible()


def receipt_of(page: Page) -> str:
    shown = page.locator(".receipt").inner_text()
    assert re.fullmatch(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", shown)
    return shown


def test_from_the_poster_to_the_receipt_in_at_most_five_pages(page: Page, site: Site) -> None:
    before, seen = site.responses(), 1
    page.goto(site.counter())
    expect(page.get_by_text("UBND xã OPEN")).to_be_visible()
    expect(page.get_by_text("Không ghi tên. Cán bộ không xem được phiếu của bạn.")).to_be_visible()
    tap(page, FIRST)
    go_on(page)
    seen += 1
    tap(page, LAST)
    page.get_by_label("Ông/Bà muốn cơ quan làm tốt hơn điều gì?").fill("Thêm ghế ngồi chờ")
    go_on(page, "Gửi phiếu")
    seen += 1
    expect(page.get_by_role("heading", name="Cảm ơn Ông/Bà. Phiếu đã được ghi nhận.")).to_be_visible()
    receipt = receipt_of(page)
    assert seen <= MOST_PAGES
    assert site.responses() == before + 1
    page.locator("main").get_by_role("link", name="Kiểm tra mã biên nhận").tap()
    page.get_by_label("Mã biên nhận").fill(receipt.lower())
    go_on(page, "Kiểm tra")
    expect(page.get_by_text("Phiếu có mã biên nhận này đã được ghi nhận.")).to_be_visible()


def test_the_first_page_is_one_small_answer(page: Page, site: Site) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(site.counter())
    assert answer is not None
    assert len(answer.body()) < 25_000
    assert [url for url in asked if not url.startswith("data:")] == [site.counter()]


def test_back_keeps_the_answers(page: Page, site: Site) -> None:
    to_last_page(page, site)
    tap(page, LAST)
    go_on(page, "Quay lại")
    for item, option in FIRST.items():
        expect(page.locator(f'input[name="{item}"][value="{option}"]')).to_be_checked()
    go_on(page)
    for item, option in LAST.items():
        expect(page.locator(f'input[name="{item}"][value="{option}"]')).to_be_checked()


def test_errors_stand_beside_the_question_in_words(page: Page, site: Site) -> None:
    page.goto(site.counter("every_type"))
    page.get_by_label("Đi lại bao nhiêu lần?").fill("99")
    go_on(page)
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Xin sửa các mục sau rồi tiếp tục")
    field = page.locator("#q-so")
    expect(field).to_have_value("99")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#e-so")).to_contain_text("từ 0 đến 50")
    summary.get_by_role("link", name="Đi lại bao nhiêu lần?").tap()
    expect(field).to_be_focused()


def test_what_is_required_is_asked_for_before_sending(page: Page, site: Site) -> None:
    to_last_page(page, site)
    go_on(page, "Gửi phiếu")
    expect(page.get_by_role("heading", name="Sắp xong: còn câu cần trả lời")).to_be_visible()
    page.get_by_role("link", name="Nhìn chung").tap()
    tap(page, LAST)
    go_on(page, "Gửi phiếu")
    receipt_of(page)


def test_another_language_keeps_what_was_chosen(page: Page, site: Site) -> None:
    page.goto(site.counter())
    tap(page, {"tiep_can": "2"})
    page.get_by_role("button", name="English").tap()
    expect(page.get_by_role("heading", name="Quick counter survey")).to_be_visible()
    expect(page.locator('input[name="tiep_can"][value="2"]')).to_be_checked()
    go_on(page, "Continue")
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()


def test_enter_in_a_field_goes_on_and_changes_no_language(page: Page, site: Site) -> None:
    page.goto(site.counter("every_type"))
    tap(page, {"da_den": "yes"})
    page.locator("#q-so").fill("3")
    page.locator("#q-so").press("Enter")
    expect(page.get_by_text("Trang 2/2")).to_be_visible()


def test_sending_twice_from_two_tabs_counts_once(page: Page, phone: BrowserContext, site: Site) -> None:
    to_last_page(page, site)
    twin = phone.new_page()
    twin.goto(page.url)
    before = site.responses()
    tap(page, LAST)
    tap(twin, LAST)
    go_on(page, "Gửi phiếu")
    go_on(twin, "Gửi phiếu")
    assert receipt_of(page) == receipt_of(twin)
    assert site.responses() == before + 1


def test_the_back_button_after_sending_counts_nothing_twice(page: Page, site: Site) -> None:
    to_last_page(page, site)
    tap(page, LAST)
    go_on(page, "Gửi phiếu")
    receipt, before = receipt_of(page), site.responses()
    page.go_back()
    if page.get_by_role("button", name="Gửi phiếu").count():
        tap(page, LAST)
        go_on(page, "Gửi phiếu")
    expect(page.get_by_role("heading", name="Phiếu này đã được ghi nhận trước đó")).to_be_visible()
    assert receipt_of(page) == receipt
    assert site.responses() == before


def test_two_people_at_one_counter_are_two_responses(page: Page, site: Site, browser: Browser) -> None:
    before = site.responses()
    for _ in range(2):
        to_last_page(page, site)
        tap(page, LAST)
        go_on(page, "Gửi phiếu")
        page.get_by_role("link", name="Người khác muốn trả lời tại quầy này").tap()
        expect(page.get_by_text("Trang 1/2")).to_be_visible()
    assert site.responses() == before + 2


def test_a_closed_browser_finds_its_answers_again(
    page: Page, phone: BrowserContext, browser: Browser, site: Site
) -> None:
    to_last_page(page, site)
    kept = phone.storage_state()
    with browser.new_context(storage_state=kept, viewport=PHONE, locale="vi-VN", has_touch=True) as later:
        again = later.new_page()
        again.goto(site.counter())
        expect(again.get_by_role("heading", name="Phiếu này đang làm dở")).to_be_visible()
        assert again.locator("input:checked").count() == 0
        again.get_by_role("link", name="Làm tiếp").tap()
        go_on(again, "Quay lại")
        expect(again.locator('input[name="tiep_can"][value="4"]')).to_be_checked()


def test_a_phone_that_keeps_no_cookie_is_told_what_to_do(page: Page, phone: BrowserContext, site: Site) -> None:
    to_last_page(page, site)
    phone.clear_cookies()
    page.goto(page.url)
    expect(page.get_by_role("heading", name="Không tìm thấy phiếu đang làm dở")).to_be_visible()
    page.get_by_role("link", name="Làm lại từ đầu").tap()
    expect(page.get_by_text("Trang 1/2")).to_be_visible()


def test_a_database_away_keeps_the_page_until_it_is_back(page: Page, site: Site) -> None:
    to_last_page(page, site)
    tap(page, LAST)
    before = site.responses()
    with site.locked():
        go_on(page, "Gửi phiếu")
        expect(page.get_by_role("heading", name="Chưa ghi nhận phiếu của Ông/Bà")).to_be_visible()
    assert site.responses() == before
    go_on(page, "Thử lại")
    receipt_of(page)
    assert site.responses() == before + 1


def test_kind_pages_say_what_is_the_case(page: Page, site: Site) -> None:
    told = {
        "not_yet": "Đợt khảo sát chưa mở",
        "closed": "Đợt khảo sát đã kết thúc",
        "revoked": "Mã này không còn sử dụng",
        "dissolved": "Cơ quan này đã kết thúc hoạt động",
    }
    for kind, words in told.items():
        page.goto(site.counter(kind))
        expect(page.get_by_role("heading", level=1)).to_have_text(words)
    expect(page.locator("main")).to_contain_text("UBND xã CLOSED")
    page.goto(f"{site.address}/c/NOBODY")
    expect(page.get_by_role("heading", level=1)).to_have_text("Không có quầy nào mang mã này")


def test_a_typed_code_opens_the_form(page: Page, site: Site) -> None:
    page.goto(site.address)
    code = site.codes["open"]
    page.get_by_label("Mã quầy").fill(f"{code[:4]}-{code[4:8]}-{code[8:]}".lower())
    go_on(page, "Mở phiếu")
    expect(page.get_by_text("UBND xã OPEN")).to_be_visible()
