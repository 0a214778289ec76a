"""Results pages: what is shown, what is held back and in which words, what caches are told, and the files behind it."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from store.database import Database
from store.models.campaigns import CampaignRow
from store.queries import campaigns
from tests.documents import NOBODY, SMALL, UNTOLD, keep, make_figure, named, publish
from tests.factories import definition, make_campaign
from webforms.keeping import Shelf
from workflows import batches, responses, tally, units
from workflows.campaigns import create_from_file, move
from workflows.places import questionnaire_of
from workflows.sheets import Sheet, read_sheet

COPENHAGEN = Path(__file__).parents[2] / "docs" / "examples" / "copenhagen"
OPEN_SENTENCE = (
    "Những người này tự chọn tham gia trả lời. Kết quả chỉ nói về chính họ, không đại diện cho những người khác."
)
VALUE = {"value": 81.234}


class Outline(HTMLParser):
    """What a page is made of, as far as these tests ask: pictures, tables behind them, links, forbidden parts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.unnamed: list[str] = []
        self.forbidden: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tables_in_details = 0
        self.details = 0
        self.inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.forbidden += [name for name in found if name == "style" or name.startswith("on")]
        self.forbidden += [tag] if tag in ("script", "link") and found.get("rel") != "icon" else []
        if tag == "svg" and found.get("aria-hidden") != "true":
            self.unnamed.append(str(found.get("class")))
        if tag == "title" and self.unnamed and "svg" in self.inside:
            self.unnamed.pop()
        if tag == "a":
            self.links.append(found.get("href") or "")
        if "id" in found:
            self.ids.append(found["id"] or "")
        self.details += tag == "details"
        self.tables_in_details += tag == "table" and "details" in self.inside
        if tag not in ("meta", "link", "col", "rect", "line", "circle", "path", "br", "input"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass


def words_of(html: str) -> str:
    """The page's words without markup, one blank between them."""
    body = html.partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace(" .", ".")


def row_of(html: str, name: str) -> str:
    """The words of the table row that names a unit."""
    return next(words for row in html.split("<tr")[1:] if name in (words := words_of("<main " + row.split("</tr>")[0])))


def published(database: Database, found: dict[str, dict[str, object]] | None = None, **plan: object) -> None:
    """A campaign of three communes whose results are shown, each unit with what differs in its figures."""
    with database.writing() as session:
        row = make_campaign(session, units=named(["UBND xã Ân Phú", "UBND xã Đại Từ", "UBND xã An Bình"]), **plan)
        publish(session, row, found or {"U1": {}, "U2": VALUE, "U3": {}})


@pytest.mark.parametrize("path", ["/results/thu", "/results/thu.json", "/results/thu.csv", "/results/thu/U1"])
def test_nobody_is_told_of_a_draft_that_nothing_was_counted_for(
    client: FlaskClient, database: Database, path: str
) -> None:
    assert client.get(path).status_code == 404
    with database.writing() as session:
        row = make_campaign(session, units=named(["A"]), state="draft")
    assert client.get(path).status_code == 404
    with database.writing() as session:
        publish(session, row, {"U1": {}})
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("language", ["vi", "en"])
def test_results_that_wait_for_answers_have_a_kind_page(client: FlaskClient, database: Database, language: str) -> None:
    with database.writing() as session:
        make_campaign(session)
    page = client.get(f"/results/thu?lang={language}")
    assert page.status_code == 200
    assert {"vi": "Chưa có kết quả", "en": "There are no results yet"}[language] in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get("/results/thu.json").status_code == client.get("/results/thu.csv").status_code == 404


def test_withheld_results_are_shown_once_published(client: FlaskClient, database: Database) -> None:
    published(database, results="withheld")
    assert "Kết quả chưa được công bố" in client.get("/results/thu?lang=vi").text
    assert client.get("/results/thu.json").status_code == 404
    set_campaign(database, state="published")
    assert "70,00%" in client.get("/results/thu?lang=vi").text
    assert client.get("/results/thu.json").status_code == 200


def set_campaign(database: Database, **columns: str) -> None:
    with database.writing() as session:
        row = campaigns.campaign(session, "thu")
        assert isinstance(row, CampaignRow)
        for name, value in columns.items():
            setattr(row, name, value)


def test_an_open_campaign_says_who_answered_and_ranks_nobody(client: FlaskClient, database: Database) -> None:
    published(database)
    words = words_of(client.get("/results/thu?lang=vi").text)
    assert OPEN_SENTENCE in words
    assert "5.000 phiếu được tính. 48 phiếu khác đang tạm giữ" in words
    assert "70,00% số câu trả lời ở mức “Hài lòng” hoặc “Rất hài lòng”." in words
    assert "Đây không phải bảng xếp hạng" in words
    assert "Thứ hạng" not in words
    order = [words.index(part) for part in ("5.000", OPEN_SENTENCE, "Theo từng yếu tố", "Từng câu hỏi", "Các đơn vị")]
    assert order == sorted(order)


def test_a_sample_shows_intervals_and_ranges_of_places(client: FlaskClient, database: Database) -> None:
    sure = {"stream": "sample", "low": 78.04, "high": 84.06, "rank": 1, "rank_low": 1, "rank_high": 3}
    with database.writing() as session:
        row = make_campaign(session, units=named(["A", "B"]), basis="sample")
        row.state = "published"
        publish(session, row, {"U1": VALUE, "U2": {"rank_low": 2, "rank_high": 2}}, **sure)
    page = client.get("/results/thu?lang=vi").text
    words = words_of(page)
    assert OPEN_SENTENCE not in words
    assert "từ 78,0% đến 84,1% (khoảng tin cậy 95%)" in words
    assert "Đã phát 1.500 phiếu" in words
    assert "81,23% 78,0–84,1%" in row_of(page, " A ")
    assert "1–3" in row_of(page, " A ")
    assert 'class="reach"' in page


def test_the_other_stream_stands_apart_with_its_sentence(client: FlaskClient, database: Database) -> None:
    with database.writing() as session:
        row = make_campaign(session, units=named(["A"]), basis="sample", results="public")
        document = json.loads(publish(session, row, {"U1": {}}, stream="sample").document)
        beside = make_figure("province", "province", "overall", aggregation="units", value=81.5)
        keep(session, row, {**document, "figures": [*document["figures"], beside]})
    words = words_of(client.get("/results/thu?lang=vi").text)
    apart = words.partition("Ngoài ra: phiếu tự nguyện")[2].partition("Cách tính")[0]
    assert "5.000 phiếu được tính. 81,50% hài lòng" in apart
    assert OPEN_SENTENCE in apart
    assert "70,00% số câu trả lời" in words


@pytest.mark.parametrize(
    ("figures", "told", "never"),
    [
        (UNTOLD, "chưa đủ phiếu để công bố", "%"),
        (SMALL, "chưa đủ 30 phiếu để công bố kết quả 12 phiếu", "%"),
        ({**SMALL, "n": 40}, "sai số quá lớn để công bố kết quả 40 phiếu", "%"),
        ({"state": "flag_small", "value": 99.0, "n": 12}, "12 phiếu", "99"),
    ],
    ids=["suppressed", "small", "wide", "a value that has no business there"],
)
def test_what_may_not_be_shown_is_said_plainly(
    client: FlaskClient, database: Database, figures: dict[str, object], told: str, never: str
) -> None:
    published(database, {"U1": {}, "U2": figures, "U3": {}})
    row = row_of(client.get("/results/thu?lang=vi").text, "Đại Từ")
    assert told in row
    assert never not in row
    own = words_of(client.get("/results/thu/U2?lang=vi").text)
    assert told.partition(" kết quả ")[0] in own.lower()


def test_units_without_answers_are_named_apart(client: FlaskClient, database: Database) -> None:
    published(database, {"U1": {}, "U2": NOBODY, "U3": {}})
    words = words_of(client.get("/results/thu?lang=vi").text)
    assert "Chưa có phiếu: 1 đơn vị UBND xã Đại Từ." in words


def test_units_stand_in_vietnamese_order_or_by_value(client: FlaskClient, database: Database) -> None:
    published(database, {"U1": UNTOLD, "U2": VALUE, "U3": {}})

    def order(query: str) -> list[str]:
        page = client.get(f"/results/thu?lang=vi{query}").text
        return re.findall(r'href="/results/thu/(U\d)', page)

    assert order("") == ["U3", "U1", "U2"]  # An Bình, Ân Phú, Đại Từ
    assert order("&sort=value") == ["U2", "U3", "U1"]
    assert order("&sort=nonsense") == order("")


def test_the_document_is_sent_byte_for_byte(client: FlaskClient, database: Database) -> None:
    with database.writing() as session:
        kept = publish(session, make_campaign(session, units=named(["A"])), {"U1": {}}).document
    found = client.get("/results/thu.json")
    assert found.data == kept.encode()
    assert found.mimetype == "application/json"
    assert found.headers["Cache-Control"] == "public, max-age=60"
    again = client.get("/results/thu.json", headers={"If-None-Match": found.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_sheet_has_a_row_a_figure_and_no_formula(client: FlaskClient, database: Database) -> None:
    with database.writing() as session:
        row = make_campaign(session, units=named(['=HYPERLINK("x")', "B"]))
        document = json.loads(publish(session, row, {"U1": VALUE, "U2": UNTOLD}).document)
    found = client.get("/results/thu.csv?lang=vi")
    assert found.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(found.data.decode("utf-8-sig"))))
    assert len(rows) == len(document["figures"])
    unit = {(each["code"], each["item"]): each for each in rows}
    assert unit["U1", "overall"]["value"] == "81.234"
    assert unit["U1", "overall"]["name"] == '\'=HYPERLINK("x")'
    assert unit["U1", "factor:TC"]["title"] == "Tiếp cận dịch vụ"
    assert (unit["U2", "overall"]["value"], unit["U2", "overall"]["state"]) == ("", "suppressed")


@pytest.mark.parametrize("path", ["/results/thu", "/results/thu?sort=value", "/results/thu/U1", "/results/thu.csv"])
def test_a_browser_that_has_the_page_is_told_so_until_a_new_batch(
    client: FlaskClient, database: Database, path: str
) -> None:
    published(database)
    first = client.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert "Accept-Language" in first.headers["Vary"]
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(path, headers=known).status_code == 304
    assert client.get(path).data == first.data
    other = client.get(path, headers={"Accept-Language": "en", **known})
    assert (other.status_code, other.headers["ETag"] != first.headers["ETag"]) == (200, True)
    with database.writing() as session:
        row = campaigns.campaign(session, "thu")
        assert row is not None
        publish(session, row, {"U1": VALUE, "U2": {}, "U3": {}}, value=55.5)
    newer = client.get(path, headers=known)
    assert newer.status_code == 200
    assert b"55" in newer.data


@pytest.mark.parametrize("unit", ["U9", "..", "<script>", "U1%01", "X" * 3000])
def test_an_unknown_unit_has_no_page(client: FlaskClient, database: Database, unit: str) -> None:
    published(database)
    assert client.get(f"/results/thu/{unit}").status_code == 404


@pytest.mark.parametrize("name", ["sipas-quay", "sipas-dich-vu", "sipas-ho-gia-dinh"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", ["/results/thu", "/results/thu/U1"])
def test_pages_keep_to_the_policy_and_every_picture_has_its_numbers(
    client: FlaskClient, database: Database, name: str, language: str, path: str
) -> None:
    with database.writing() as session:
        row = make_campaign(session, text=definition(name), units=named(["A & B <i>", "C"]))
        publish(session, row, {"U1": VALUE, "U2": UNTOLD})
    page = client.get(f"{path}?lang={language}")
    outline = Outline(page.text)
    assert page.status_code == 200
    assert outline.forbidden == outline.unnamed == []
    assert outline.details >= outline.tables_in_details > 0
    assert len(outline.ids) == len(set(outline.ids))
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)
    assert "<i>" not in page.text
    assert not re.search(r"%\(|\{[a-z]|None|undefined|\bnan\b", words_of(page.text))


def test_sensitive_questions_are_not_on_the_page(client: FlaskClient, database: Database) -> None:
    with database.writing() as session:
        row = make_campaign(session, text=definition("sipas-ho-gia-dinh"), units=named(["A"]))
        publish(session, row, {"U1": {}})
        sensitive = questionnaire_of(campaigns.questionnaire(session, row))
    page = client.get("/results/thu?lang=vi").text
    assert sensitive.sensitive
    for code in sensitive.sensitive:
        assert sensitive.item(code).text["vi"] not in page
    assert next(item for item in sensitive.items if item.factor).text["vi"] in page


def test_points_are_not_called_shares(client: FlaskClient, database: Database) -> None:
    published(database, method={"id": "M3", "grouping": "G2"})
    words = words_of(client.get("/results/thu?lang=vi").text)
    assert "70,00 điểm trên thang 100" in words
    assert "câu hài lòng" not in words


def test_the_list_names_what_is_shown_and_what_will_be(client: FlaskClient, database: Database) -> None:
    assert "Chưa có đợt khảo sát nào" in client.get("/results?lang=vi").text
    published(database)
    with database.writing() as session:
        make_campaign(session, code="sau", title={"vi": "Đợt sau", "en": "Later"}, units={"Z": {}}, counters=0)
        make_campaign(
            session, code="nhap", title={"vi": "Bản nháp", "en": "Draft"}, units={"Y": {}}, counters=0, state="draft"
        )
    page = client.get("/results?lang=vi").text
    assert 'href="/results/thu?lang=vi"' in page
    assert "Cập nhật ngày 22/11/2026" in page
    assert "Đợt sau" in page
    assert 'href="/results/sau' not in page
    assert "Bản nháp" not in page


@pytest.mark.parametrize(("language", "mark"), [("vi", ","), ("en", ".")])
def test_real_answers_give_their_figures_on_page_and_in_files(
    client: FlaskClient, database: Database, language: str, mark: str
) -> None:
    expected = {"TOWER": "50.00", "ATRIUM": "40.17", "APARTMENT": "39.48", "TERRACE": "25.27"}
    copenhagen(database)
    page = client.get(f"/results/copenhagen?lang={language}").text
    held = client.get("/results/copenhagen.json").get_json()
    sheet = csv.DictReader(io.StringIO(client.get("/results/copenhagen.csv").data.decode("utf-8-sig")))
    in_file = {row["code"]: row["value"] for row in sheet if row["scope"] == "unit" and row["item"] == "overall"}
    in_document = {
        each["code"]: each["value"] for each in held["figures"] if each["scope"] == "unit" and each["item"] == "overall"
    }
    for code, value in expected.items():
        assert f"{in_document[code]:.2f}" == f"{float(in_file[code]):.2f}" == value
        assert f"{value.replace('.', mark)}%" in page.partition(f"/{code}?")[2].partition("</tr>")[0]


def copenhagen(database: Database) -> None:
    """The worked example, brought in as its README says."""
    now = datetime(2024, 10, 1, 3, tzinfo=UTC)
    with database.writing() as session:
        units.import_units(session, sheet_of("units.csv"), actor="test", now=now)
        create_from_file(session, COPENHAGEN / "campaign.yaml", "test")
        move(session, "copenhagen", "open", "test")
    responses.import_responses(database, "copenhagen", sheet_of("answers.csv"), actor="test", now=now)
    tally.fold(database, "copenhagen")
    batches.show_batch(database, "copenhagen", now, ZoneInfo("Asia/Ho_Chi_Minh"))


def sheet_of(name: str) -> Sheet:
    """A sheet of the worked example."""
    found = read_sheet(COPENHAGEN / name)
    assert isinstance(found, Sheet)
    return found


def test_many_who_ask_at_once_wait_for_one_rendering() -> None:
    shelf, made = Shelf(), []
    gate = threading.Event()

    def render() -> bytes:
        gate.wait(5)
        made.append(1)
        return b"page"

    askers = [threading.Thread(target=shelf.kept, args=("page", render)) for _ in range(8)]
    for asker in askers:
        asker.start()
    gate.set()
    for asker in askers:
        asker.join()
    assert made == [1]


def test_the_shelf_lets_the_longest_unasked_go() -> None:
    shelf, made = Shelf(room=25), []

    def rendered(name: str) -> bytes:
        return shelf.kept(name, lambda: made.append(name) or name.encode() * 10).body

    assert [rendered(name)[:1] for name in "abab"] == [b"a", b"b", b"a", b"b"]
    assert made == ["a", "b"]
    rendered("c")
    rendered("b")
    rendered("a")
    assert made == ["a", "b", "c", "a"]
