"""Papers with their numbers set: what the decree prescribes of words, numbers and order."""

from __future__ import annotations

import doctest
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports import columns, decree, numerals, papers, workbook
from reports import plain as plain_text
from reports import typeset as setting
from reports.columns import header, widths
from reports.nodes import SetChart, SetHeading, SetTable, SetText
from reports.numerals import lettered, numeral, roman, whole_day
from reports.papers import Band, Bullets, Cell, Column, Heading, Note, Paragraph, Row, Table, example, mention
from reports.plain import plain
from reports.typeset import printed, typeset
from tests.reports.gallery import PAPERS, charts, decision, head, letter, report


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2024, 1, 1), "ngày 01 tháng 01 năm 2024"),
        (date(2024, 2, 29), "ngày 29 tháng 02 năm 2024"),
        (date(2024, 3, 9), "ngày 09 tháng 3 năm 2024"),
        (date(2024, 12, 10), "ngày 10 tháng 12 năm 2024"),
    ],
    ids=str,
)
def test_days_and_months_bear_a_nought_where_the_decree_wants_it(day: date, words: str) -> None:
    assert whole_day(day) == words


@pytest.mark.parametrize(
    ("number", "line"),
    [(5, "Số: 05/BC-SNV"), (15, "Số: 15/BC-SNV"), (1205, "Số: 1205/BC-SNV"), (None, "Số: " + decree.GAP + "/BC-SNV")],
)
def test_the_number_below_ten_bears_a_nought_and_a_missing_one_leaves_room(number: int | None, line: str) -> None:
    assert decree.number_line(head(number=number)) == line


@pytest.mark.parametrize(
    ("cell", "column", "words"),
    [
        (81.456, Column("x", "number"), "81,46"),
        (81.445, Column("x", "number"), "81,45"),
        (Decimal("0.125"), Column("x", "number"), "0,13"),
        (0.5, Column("x", "whole"), "1"),
        (1234567, Column("x", "whole"), "1.234.567"),
        (1.206, Column("x", "change"), "+1,21"),
        (-0.794, Column("x", "change"), "−0,79"),
        (-0.001, Column("x", "change"), "0,00"),
        (0, Column("x", "change", 1), "0,0"),
        (None, Column("x", "number"), "–"),
        (None, Column("x"), "–"),
        (0, Column("x", "whole"), "0"),
        (7, Column("x"), "7"),
        (date(2024, 9, 5), Column("x", "day"), "05/09/2024"),
        ("Sở\x00 Y tế", Column("x"), "Sở Y tế"),
    ],
    ids=str,
)
def test_cells_are_printed_in_vietnamese_and_no_value_is_never_a_nought(cell: Cell, column: Column, words: str) -> None:
    assert printed(cell, column) == words


def test_a_half_is_rounded_up_from_what_is_written_and_not_from_its_binary() -> None:
    assert [numeral(value) for value in (1.005, 2.675, 0.015, 80.905)] == ["1,01", "2,68", "0,02", "80,91"]


def test_points_are_counted_by_the_vietnamese_alphabet() -> None:
    assert "".join(lettered(at) for at in range(1, 9)) == "abcdđegh"
    assert lettered(23) + lettered(24) + lettered(46) + lettered(47) == "yaaayba"


def test_annexes_are_counted_in_roman_numerals() -> None:
    assert [roman(at) for at in (1, 2, 3, 4, 5, 8, 9, 10, 14, 40)] == [
        "I",
        "II",
        "III",
        "IV",
        "V",
        "VIII",
        "IX",
        "X",
        "XIV",
        "XXXX",
    ]


def numbers(paper: object) -> list[str]:
    return [f"{node.number} {node.text}" for node in typeset(paper).nodes if isinstance(node, SetHeading)]  # type: ignore[arg-type]


def test_headings_are_numbered_anew_under_each_higher_one() -> None:
    levels = (1, 2, 3, 3, 2, 3, 1, 2)
    blocks = tuple(Heading(level, "x") for level in levels)  # type: ignore[arg-type]
    found = numbers(replace(example(), blocks=blocks))
    assert [each.split()[0] for each in found] == ["I.", "1.", "a)", "b)", "2.", "a)", "II.", "1."]


def test_headings_of_an_annex_begin_at_one_and_its_tables_go_on() -> None:
    annexes = typeset(report()).annexes
    assert [node.number for node in annexes[1].nodes if isinstance(node, SetHeading)] == ["I.", "II."]
    assert [node.number for node in annexes[0].nodes if isinstance(node, SetTable)] == ["Bảng 2"]


def test_text_mentions_what_bears_a_key_by_its_number() -> None:
    texts = [node.text for node in typeset(report()).nodes if isinstance(node, SetText)]
    assert "Kết quả chi tiết tại Bảng\u00a01, Biểu\u00a0đồ\u00a01 và Phụ\u00a0lục\u00a0I." in texts


def test_a_mention_of_nothing_stays_as_its_words() -> None:
    paper = replace(example(), blocks=(Paragraph(f"Xem {mention('none')}."), Paragraph("a\ue000units\ue001b\ue000")))
    texts = [node.text for node in typeset(paper).nodes]  # type: ignore[union-attr]
    assert texts == ["Xem none.", "aunitsb./."]


def test_one_annex_bears_no_number_and_several_do() -> None:
    assert [annex.number for annex in typeset(decision()).annexes] == ["Phụ lục"]
    assert [annex.number for annex in typeset(report()).annexes] == ["Phụ lục I", "Phụ lục II"]


def test_an_annex_says_what_it_belongs_to() -> None:
    assert typeset(decision()).annexes[0].line == (
        "(Kèm theo Quyết định số 1205/QĐ-UBND ngày 14 tháng 3 năm 2025 của Ủy ban nhân dân tỉnh Thái Nguyên)"
    )


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_the_end_mark_stands_once_at_the_end_of_the_main_part(paper) -> None:
    texts = [node for node in typeset(paper()).nodes if isinstance(node, SetText)]
    assert [node.text.endswith("./.") for node in texts] == [False] * (len(texts) - 1) + [True]
    assert [node.last for node in texts] == [False] * (len(texts) - 1) + [True]


@pytest.mark.parametrize(
    "last", [Note("Ghi chú."), Heading(1, "x"), charts()[0], example().blocks[2]], ids=lambda b: type(b).__name__
)
def test_after_what_is_no_sentence_the_end_mark_stands_alone(last) -> None:
    (end,) = typeset(replace(example(), blocks=(Paragraph("Một."), last))).nodes[2:]
    assert end == SetText("body", "./.", last=True)


@pytest.mark.parametrize("text", ["Hết", "Hết.", "Hết;", "Hết./.", "Hết ."])
def test_the_end_mark_replaces_the_stop(text: str) -> None:
    assert decree.ended(text) == "Hết./."


def test_recipients_end_with_semicolons_and_the_last_with_a_stop() -> None:
    assert typeset(example()).foot.recipients == ("UBND tỉnh (báo cáo);", "Các sở, ban, ngành;", "Lưu: VT, CCHC.")


def test_grounds_end_with_semicolons_and_the_last_with_a_stop() -> None:
    grounds = [
        node.text[-1] for node in typeset(decision()).nodes if isinstance(node, SetText) and node.style == "basis"
    ]
    assert grounds == [";", ";", "."]


def test_articles_are_counted() -> None:
    leads = [node.lead for node in typeset(decision()).nodes if isinstance(node, SetText) and node.style == "article"]
    assert leads == ["Điều 1.", "Điều 2.", "Điều 3."]


def test_a_letter_has_no_type_and_its_summary_under_the_number() -> None:
    found = typeset(letter())
    assert (found.head.kind, found.head.draft) == ("", "DỰ THẢO")
    assert found.head.to == ("Sở Y tế;", "Ủy ban nhân dân huyện Định Hóa.")
    assert found.title == "thông báo kết quả và đề nghị xây dựng kế hoạch khắc phục"


@pytest.mark.parametrize(
    "name", ["Sở Nội vụ", "Ủy ban nhân dân tỉnh Thái Nguyên", "Sở Nông nghiệp và Phát triển nông thôn"]
)
def test_the_line_under_a_body_is_a_third_to_a_half_of_its_name(name: str) -> None:
    lines = decree.body_lines(name)
    longest = max(decree.measured(line, 13) for line in lines)
    assert longest / 3 <= decree.rule(lines, 13, decree.MM["left_part"]) <= longest / 2
    assert all(decree.measured(line, 13) <= decree.MM["left_part"] / 25.4 * 72 for line in lines)


def test_measures_are_those_of_the_decree() -> None:
    mm, pt = decree.MM, decree.PT
    assert (mm["width"], mm["height"]) == (210, 297)
    assert 20 <= mm["top"] <= 25
    assert 20 <= mm["bottom"] <= 25
    assert 30 <= mm["left"] <= 35
    assert 15 <= mm["right"] <= 20
    assert 10 <= mm["indent"] <= 12.7
    assert all(12 <= pt[name] <= 13 for name in ("motto_state", "body_name", "subject"))
    assert all(13 <= pt[name] <= 14 for name in ("motto", "day", "title", "text", "page"))
    assert (pt["number"], pt["recipients"], pt["recipient"], pt["after"]) == (13, 12, 11, 6)
    assert 1 <= decree.LINES <= 1.5


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Sở \t Y\r\n tế ", "Sở Y tế"),
        ("a\x00b\x0b\x1fc\x7f\x85d", "abcd"),
        ("Tie\u0302\u0301ng", "Tiếng"),
        ("\ud800x\ufffe\uffff\ufdd0", "x"),
        ("a\u202eb", "a\u202eb\u202c"),
        ("\u2067\u202ax\u202c", "\u2067\u202ax\u202c\u2069"),
        ("\u05e9\u05dc\u05d5\u05dd \u200f!", "\u05e9\u05dc\u05d5\u05dd \u200f!"),
        ("<w:p>&amp;{{ x }}", "<w:p>&amp;{{ x }}"),
        ("", ""),
    ],
)
def test_text_from_data_keeps_its_words_and_loses_what_no_document_may_hold(text: str, clean: str) -> None:
    assert plain(text) == clean


def test_columns_of_one_group_share_a_title() -> None:
    upper, lower = header(
        (Column("Tên"), Column("2023", group="Chỉ số"), Column("2024", group="Chỉ số"), Column("Hạng"))
    )
    assert [(cell.text, cell.column, cell.across, cell.down) for cell in upper] == [
        ("Tên", 0, 1, 2), ("Chỉ số", 1, 2, 1), ("Hạng", 3, 1, 2),
    ]  # fmt: skip
    assert [(cell.text, cell.column) for cell in lower] == [("2023", 1), ("2024", 2)]


def test_widths_fill_the_table_and_long_text_gets_most() -> None:
    columns = (Column("TT", "whole"), Column("Đơn vị"), Column("Chỉ số", "number"))
    found = widths(columns, [["1", "Sở Nông nghiệp và Phát triển nông thôn", "81,46"]], 12, 450)
    assert sum(found) == pytest.approx(100)
    assert found[1] > found[2] > found[0]


def test_widths_that_are_given_are_kept() -> None:
    assert widths((Column("a", width=1), Column("b", width=3)), [], 12, 450) == (25, 75)


def test_a_row_of_another_length_than_its_table_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        typeset(replace(example(), blocks=(Table("x", (Column("a"), Column("b")), (Row(("1",)),)),)))


def test_an_empty_band_is_not_printed() -> None:
    paper = replace(example(), blocks=(Table("x", (Column("a"),), (Band("A"), Row(("1",)), Band(""), Row(("2",)))),))
    (found,) = (node for node in typeset(paper).nodes if isinstance(node, SetTable))
    assert [row.kind for row in found.rows] == ["band", "plain", "plain"]


def test_every_chart_has_its_words_and_no_value_stays_empty() -> None:
    found = [node for node in typeset(report()).nodes if isinstance(node, SetChart)]
    assert [node.number for node in found] == [f"Biểu đồ {at}" for at in range(1, 8)]
    assert [node.drawn["kind"] for node in found] == ["bars", "bars", "stacks", "dots", "slope", "heat", "steps"]
    rows = found[5].drawn["rows"]
    assert rows[3]["cells"][2] == {"at": None, "words": "–"}  # type: ignore[index]


def test_lists_are_bullets_of_their_own() -> None:
    found = typeset(replace(example(), blocks=(Bullets(("a;", "b.")), Paragraph("c")))).nodes
    assert [(node.style, node.text) for node in found] == [("bullet", "a;"), ("bullet", "b."), ("body", "c./.")]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "module", [columns, decree, numerals, papers, plain_text, setting, workbook], ids=lambda m: m.__name__
)
def test_examples_of_the_code_are_so(module) -> None:
    tried = doctest.testmod(module)
    assert tried.attempted
    assert not tried.failed
