"""What the pages show: the form in every type of question, the receipt, the start page, and every error in words."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from runtime.settings import Settings
from store.database import Database, is_away, open_database
from survey.counter_codes import counter_code, spoken
from tests.factories import COUNTER, make_campaign
from tests.webforms.conftest import Person
from webforms import create_public_app
from webforms.errors import PAGES

EVERY_TYPE = (Path(__file__).parent / "every_type.yaml").read_text(encoding="utf-8")
LANGUAGES = ("vi", "en")
FIRST_PAGE_BYTES = 25_000


class Controls(HTMLParser):
    """Names, ids and labels of a page's controls, and what would break the policy of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.controls: dict[str, str] = {}
        self.pointed: set[str] = set()
        self.foreign: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "label":
            self.labelled.add(found.get("for", ""))
        if tag in ("input", "textarea") and found.get("type") != "hidden":
            self.controls[found.get("id", "")] = found.get("name", "")
        for name in ("aria-describedby", "aria-labelledby"):
            self.pointed |= set(found.get(name, "").split())
        if found.get("href", "").startswith("#"):
            self.pointed.add(found["href"][1:])
        addresses = (found.get(name, "") for name in ("href", "src", "action"))
        self.foreign += [address for address in addresses if "//" in address]
        self.foreign += [name for name in found if name == "style" or name.startswith("on")]
        self.foreign += [tag] if tag in ("script", "link") and found.get("rel") != "icon" else []


@pytest.fixture
def campaign(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session)


@pytest.fixture
def every_type(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session, text=EVERY_TYPE)


@pytest.fixture
def away(settings: Settings) -> FlaskClient:
    """The app whose database nobody answers for."""
    return create_public_app(settings, open_database("postgresql+psycopg://nobody@127.0.0.1:1/none")).test_client()


def sound(page: TestResponse) -> Controls:
    """The controls of a page that keeps to the rules of every page."""
    found = Controls(page.text)
    assert found.foreign == []
    assert len(found.ids) == len(set(found.ids))
    assert set(found.controls) <= found.labelled
    assert found.pointed <= set(found.ids)
    return found


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_is_small_and_names_where_it_asks(client: FlaskClient, language: str) -> None:
    page = client.get(f"/c/{COUNTER}?lang={language}")
    assert len(page.data) < FIRST_PAGE_BYTES
    for words in ("UBND xã A", "Quầy 1", "Chứng thực"):
        assert words in page.text
    assert f'<html lang="{language}">' in page.text
    assert sound(page).controls


@pytest.mark.usefixtures("campaign")
def test_the_first_page_says_why_how_long_and_how_private(person: Person) -> None:
    text = person.open().text
    assert "Khoảng 1 phút." in text
    assert "Không ghi tên. Cán bộ không xem được phiếu của bạn." in text
    assert "Trang 1/2" in text


@pytest.mark.usefixtures("campaign")
def test_the_policy_allows_the_one_style_sheet_by_its_hash(client: FlaskClient) -> None:
    page = client.get(f"/c/{COUNTER}")
    sheet = page.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    policy = page.headers["Content-Security-Policy"]
    assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


@pytest.mark.usefixtures("every_type")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_type_of_question_has_labelled_controls(client: FlaskClient, language: str) -> None:
    person = Person(client, language=language)
    names = set(sound(person.open()).controls.values())
    person.send({"da_den": "yes", "so": "3"})
    assert person.page is not None
    names |= set(sound(person.page).controls.values())
    assert names == {"da_den", "tuoi", "tuoi.other", "cach", "cach.other", "so", "ngay", "mk", "m1", "m2", "y"}


@pytest.mark.usefixtures("every_type")
def test_what_was_refused_is_told_at_the_top_and_beside_the_question(person: Person) -> None:
    person.open()
    wrong = {"so": "99", "ngay": "31/2/2026", "cach": ["a", "b", "khac"], "cach.other": "hàng xóm", "mk": "9"}
    page = person.send(wrong)
    assert page.status_code == 422
    found = sound(page)
    assert {"e-so", "e-ngay", "e-cach", "e-mk", "summary"} <= set(found.ids)
    assert "<title>Lỗi:" in page.text
    for kept in ('value="99"', 'value="31/2/2026"', 'value="hàng xóm"', "Lịch không có ngày"):
        assert kept in page.text
    assert len(re.findall(r'name="cach" value="[a-z]+" id="[a-z-]+[0-9]*" checked', page.text)) == 3


@pytest.mark.usefixtures("every_type")
def test_numbers_and_days_come_back_as_people_write_them(person: Person) -> None:
    person.open()
    person.send({"da_den": "no", "so": "2,5", "ngay": "5/9/2026"})
    person.send(do="back")
    assert person.page is not None
    assert 'value="2,5"' in person.page.text
    assert 'value="05/09/2026"' in person.page.text


@pytest.mark.usefixtures("every_type")
def test_what_was_typed_is_never_markup(person: Person) -> None:
    person.open()
    page = person.send({"so": '"><script>alert(1)</script>', "cach.other": "<b>", "da_den": "<i>"})
    assert page.status_code == 422
    assert "<script" not in page.text
    assert "<b>" not in re.sub(r"<b>[0-9]</b>|<b>UBND xã A</b>", "", page.text)
    assert "<i>" not in page.text


@pytest.mark.usefixtures("every_type")
def test_a_scale_of_satisfaction_gives_each_level_the_same_room(person: Person) -> None:
    text = person.open().text
    levels = text.partition('<div class="levels">')[2].partition('class="opt apart"')[0]
    own = re.compile(r'[0-9]|<span>.*?</span>|<path.*?/>| (id|for|value)="[^"]*"')
    shapes = {own.sub("", line) for line in levels.splitlines() if 'class="opt"' in line}
    assert len(re.findall("<svg", levels)) == 5
    assert len(shapes) == 1


@pytest.mark.usefixtures("campaign")
def test_a_receipt_tells_that_an_answer_is_held_and_nothing_of_it(person: Person, client: FlaskClient) -> None:
    person.open()
    person.send({"tiep_can": "1"})
    thanks = person.send({"chung": "2", "y_kien": "Chờ quá lâu"})
    receipt = re.search(r'class="receipt"[^>]*>([A-Z2-7-]{19})<', thanks.text)
    assert receipt is not None
    sound(thanks)
    told = client.post("/receipt", data={"receipt": receipt[1].lower().replace("-", " ")})
    assert (told.status_code, "đã được ghi nhận" in told.text) == (200, True)
    for secret in ("Chờ quá lâu", "UBND", "Quầy 1"):
        assert secret not in told.text


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ("L6MJ-X3ZJ-LUV5-2QWV", 200, "Không có phiếu nào mang mã biên nhận này"),
        ("L6MJ", 422, "Đây không phải là mã biên nhận"),
        ("", 422, "Đây không phải là mã biên nhận"),
        (b"\xff\xfe\xed\xa0\x80", 422, "Đây không phải là mã biên nhận"),
        ("<script>\u202e" * 9, 422, "Đây không phải là mã biên nhận"),
    ],
    ids=["unknown", "short", "empty", "no text", "hostile"],
)
def test_a_receipt_that_is_not_held_is_told_apart(
    client: FlaskClient, typed: str | bytes, status: int, words: str
) -> None:
    told = client.post("/receipt", data={"receipt": typed})
    assert (told.status_code, words in told.text, "<script" in told.text) == (status, True, False)
    sound(told)


@pytest.mark.usefixtures("campaign")
def test_the_start_page_names_open_surveys_and_takes_a_typed_code(client: FlaskClient) -> None:
    page = client.get("/?lang=en")
    assert "Trial survey" in page.text
    assert 'href="/results/thu?lang=en"' in page.text
    sound(page)
    there = client.get("/", query_string={"counter": spoken(COUNTER).lower(), "lang": "en"})
    assert (there.status_code, there.headers["Location"]) == (303, f"/c/{COUNTER}?lang=en")


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize("typed", ["abc", counter_code(77), "<script>"], ids=["mistyped", "unknown", "hostile"])
def test_a_code_that_leads_nowhere_is_refused_beside_the_field(client: FlaskClient, typed: str) -> None:
    page = client.get("/", query_string={"counter": typed})
    assert page.status_code == 422
    assert "e-counter" in sound(page).ids
    assert "<script" not in page.text


def test_the_start_page_says_where_nothing_is_open(client: FlaskClient) -> None:
    assert "Hiện không có đợt khảo sát nào đang mở." in client.get("/").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("method", "path", "data", "status"),
    [
        ("GET", "/nowhere", None, 404),
        ("DELETE", "/receipt", None, 405),
        ("POST", "/receipt", b"receipt=" + b"A" * 300_000, 413),
    ],
    ids=["404", "405", "413"],
)
def test_an_error_is_told_in_words(
    client: FlaskClient, method: str, path: str, data: bytes | None, status: int, language: str
) -> None:
    form = "application/x-www-form-urlencoded" if data else None
    page = client.open(f"{path}?lang={language}", method=method, data=data, content_type=form)
    assert page.status_code == status
    assert (PAGES[status][0] in page.text) == (language == "en")
    assert page.headers["Content-Security-Policy"]
    sound(page)
    if status == 405:
        assert "POST" in page.headers["Allow"]


def test_a_fault_of_ours_is_told_kindly_and_logged_without_values(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> str:
        raise RuntimeError("answer=Chờ quá lâu")

    app.add_url_rule("/broken", view_func=broken)
    page = app.test_client().get("/broken")
    assert (page.status_code, "Hệ thống gặp lỗi" in page.text, "Chờ" in page.text) == (500, True, False)
    told = "".join(capsys.readouterr())
    assert "RuntimeError" in told
    assert "Chờ quá lâu" not in told


def test_a_database_away_gives_back_all_that_was_typed(away: FlaskClient) -> None:
    typed = {"form": "a.b.c", "step": "ket_qua", "do": "next", "lang": "vi", "chung": "2", "y_kien": 'Chờ "lâu"\n<b>'}
    page = away.post(f"/c/{COUNTER}", data=typed)
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "Chưa ghi nhận phiếu của Ông/Bà" in page.text
    assert "Cảm ơn" not in page.text
    assert "Thử lại" in page.text
    for kept in ('name="chung" value="2"', 'name="form" value="a.b.c"', "Chờ &#34;lâu&#34;\n&lt;b&gt;"):
        assert kept in page.text
    assert f'action="/c/{COUNTER}"' in page.text
    sound(page)


@pytest.mark.parametrize("path", [f"/c/{COUNTER}", "/"])
def test_a_database_away_on_a_plain_page_offers_to_try_again(away: FlaskClient, path: str) -> None:
    page = away.get(path)
    assert (page.status_code, f'href="{path}"' in page.text) == (503, True)
    sound(page)


def test_only_a_database_that_is_away_asks_for_patience() -> None:
    assert is_away(ConnectionResetError())
    assert not is_away(ValueError())
