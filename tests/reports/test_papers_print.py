"""PDF read back: the decree's page, fonts inside, told to screen readers, black and grey."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.papers import Bullets, Column, Heading, Paragraph, Row, Table, example
from reports.pictures import Bar, Bars, Chart, Dots, Heat, Line, Slope, Stack, Stacks, Steps
from reports.print import pdf
from tests.qr_templates.reading import fonts_of, is_tagged, page_sizes
from tests.reports.gallery import LEVELS, PAPERS, decision, head, report
from tests.reports.paper_files import colours, ink_box, page_count, tags, text_in, text_of

HOSTILE = "<w:p>#set text(red) *x* _y_ $z$ @a <b> \\u{1} ]]> {{ 7*7 }} \x00\x1f= // /* `code` ~ -- \u202eabc"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {name: pdf(paper()) for name, paper in PAPERS.items()}


@pytest.mark.parametrize("name", PAPERS)
def test_pages_are_a4_and_margins_stay_white(files: dict[str, bytes], name: str) -> None:
    for page, (wide, high) in enumerate(page_sizes(files[name])):
        assert sorted((wide, high)) == [210, 297]
        left, _, right, bottom = ink_box(files[name], page)
        assert left >= 29.5
        assert right >= 19.5
        assert bottom >= 19.5


@pytest.mark.parametrize("name", PAPERS)
def test_pages_are_counted_in_the_middle_of_the_top_from_the_second_on(files: dict[str, bytes], name: str) -> None:
    starts = {"report": [1, 2, 3, 4, 5, 6, 1, 2, 1], "letter": [1], "decision": [1, 1]}[name]
    sizes = page_sizes(files[name])
    for page, number in enumerate(starts):
        wide = sizes[page][0]
        middle = 30 + (wide - 50) / 2
        found = text_in(files[name], page, middle - 10, 8, middle + 10, 18)
        assert found == ("" if number == 1 else str(number))
        assert text_in(files[name], page, 0, 0, wide, 19) == found
    assert len(sizes) == len(starts)


@pytest.mark.parametrize("name", PAPERS)
def test_all_letters_are_in_the_file(files: dict[str, bytes], name: str) -> None:
    for page in range(page_count(files[name])):
        found = fonts_of(files[name], page)
        assert all(inside for _, inside in found)
        assert {font.split("+")[-1].split("-")[0] for font, _ in found} == {"LiberationSerif"}


@pytest.mark.parametrize("name", PAPERS)
def test_documents_are_accessible_and_vietnamese(files: dict[str, bytes], name: str) -> None:
    assert is_tagged(files[name])
    assert b"pdfuaid" in files[name]
    assert b"/Lang(vi-VN)" in files[name]


def test_screen_readers_are_told_headings_tables_and_what_charts_show(files: dict[str, bytes]) -> None:
    found = [each for page in range(page_count(files["report"])) for each in tags(files["report"], page)]
    kinds = {kind for kind, _ in found}
    assert {"H1", "H2", "H3", "P", "Table", "THead", "TH", "TD", "Figure", "Caption"} <= kinds
    told = {words for kind, words in found if kind == "Figure"}
    assert {"Cao nhất: Sở Nội vụ 92,40 %.", "Từ 210 đến 360 phiếu một tuần."} <= told


def test_the_first_page_is_laid_out_as_the_decree_says(files: dict[str, bytes]) -> None:
    page = files["decision"]
    left, right = text_in(page, 0, 28, 18, 93, 40), text_in(page, 0, 93, 18, 195, 40)
    assert left.startswith("ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN")
    assert left.endswith("Số: 1205/QĐ-UBND")
    assert right.startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc")
    assert right.endswith("Thái Nguyên, ngày 14 tháng 3 năm 2025")
    whole = text_of(page, 0)
    order = (
        "QUYẾT ĐỊNH Công bố",
        "CHỦ TỊCH ỦY BAN",
        "Căn cứ Kế hoạch",
        "QUYẾT ĐỊNH:",
        "Điều 1.",
        "Quyết định này./.",
        "Nơi nhận:",
    )
    places = [whole.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize("name", PAPERS)
def test_nothing_is_coloured(files: dict[str, bytes], name: str) -> None:
    for page in range(page_count(files[name])):
        assert all(max(each) - min(each) <= 2 for each in colours(files[name], page))


def test_the_header_of_a_table_is_repeated(files: dict[str, bytes]) -> None:
    assert "Số phiếu hợp lệ" in text_of(files["report"], 1)
    assert "Số phiếu hợp lệ" in text_of(files["report"], 2)


def test_words_from_data_are_printed_as_they_are() -> None:
    table = Table(
        HOSTILE, (Column(HOSTILE, group=HOSTILE), Column("b", "number")), (Row((HOSTILE, 1.5)),), notes=(HOSTILE,)
    )
    blocks = (Heading(1, HOSTILE), Paragraph(HOSTILE, lead=HOSTILE), Bullets((HOSTILE,)), table)
    made = pdf(replace(example(), head=head(body=HOSTILE, summary=HOSTILE, place=HOSTILE), blocks=blocks))
    assert is_tagged(made)
    found = " ".join(text_of(made, page) for page in range(page_count(made)))
    assert "#set text(red) *x* _y_ $z$ @a <b> \\u{1} ]]> {{ 7*7 }} = // /* `code` ~ --" in found


def test_letters_that_no_font_shows_do_not_stop_the_document() -> None:
    made = pdf(replace(example(), blocks=(Paragraph("Ý kiến: 漢字 \U0001f600 rất tốt."),)))
    assert "rất tốt" in text_of(made, 0)


def test_a_word_without_end_stays_on_the_page() -> None:
    made = pdf(replace(example(), blocks=(Paragraph("a" * 900),)))
    left, _, right, _ = ink_box(made, 0)
    assert left >= 29.5
    assert right >= 19.5


EMPTY = {
    "bars": Bars(()),
    "bars without values": Bars((Bar("Sở Y tế", None),), mean=None, top=None),
    "stacks": Stacks(LEVELS, ()),
    "stacks of seven": Stacks(tuple("abcdefg"), (Stack("x", (10, 10, 10, 10, 20, 20, 20)),)),
    "dots": Dots(()),
    "slope": Slope("2023", "2024", ()),
    "slope of one": Slope("2023", "2024", (Line("x", None, 5.0),)),
    "heat": Heat((), ()),
    "steps": Steps(()),
    "steps of noughts": Steps((("Tuần 1", 0), ("Tuần 2", None))),
}


@pytest.mark.parametrize("picture", EMPTY.values(), ids=EMPTY)
def test_charts_without_values_are_drawn_empty(picture) -> None:
    made = pdf(replace(example(), blocks=(Chart("Tên", "Không có số liệu.", picture), Paragraph("Hết"))))
    assert "Biểu đồ 1. Tên" in text_of(made, 0)


def test_a_document_of_nothing_but_its_head_is_one_page() -> None:
    made = pdf(replace(example(), blocks=(), annexes=()))
    assert page_count(made) == 1
    assert "./." in text_of(made, 0)


def test_the_same_paper_is_the_same_bytes(files: dict[str, bytes]) -> None:
    assert pdf(decision()) == files["decision"]
    assert pdf(report()) == files["report"]
