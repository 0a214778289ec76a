"""Workbooks read back: real numbers, disarmed words, what to read first, pages that print."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from reports.books import Book, Leaf
from reports.papers import Band, Column, Row, Table, rows
from reports.sheets import SheetFullError
from reports.workbook import EMPTY, workbook
from tests.reports.gallery import ranking

COLUMNS = (
    Column("Mã"),
    Column("Đơn vị", meaning="Tên đơn vị tại ngày mở đợt"),
    Column("Số phiếu", "whole", meaning="Số phiếu hợp lệ"),
    Column("2024", "number", group="Chỉ số (%)"),
    Column("Tăng, giảm", "change"),
    Column("Ngày", "day"),
)
CELLS = [
    ["001", "Sở Y tế", 1204, Decimal("81.456"), -0.794, date(2024, 9, 5)],
    ["002", "Sở Xây dựng", 12, None, None, None],
]
TABLE = Table(
    "Xếp hạng", COLUMNS, (*rows(CELLS), Row(("", "Toàn tỉnh", 1216, 80.9, 0.5, None), strong=True)), ("Nguồn: x",)
)
FORMULAS = ("=1+1", "+1", "-1", "@x", "\t=1", "＝1", "=HYPERLINK(1)", "http://example.org/", "{=1}")


def book(*leaves: Leaf, **facts: object) -> Book:
    made: dict[str, object] = {
        "title": "Chỉ số hài lòng năm 2024",
        "facts": (("Đợt khảo sát", "demo"), ("Phương pháp", "M1, G1")),
        "leaves": leaves or (Leaf("T1", TABLE),),
        "warnings": ("Hai luồng không gộp.",),
        "author": "Sở Nội vụ",
        "made": datetime(2024, 9, 5, 8, 30),  # noqa: DTZ001 - as it stands on the file
    }
    return Book(**(made | facts))  # type: ignore[arg-type]


def read(content: bytes, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python(skip_empty_area=False)


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read(name).decode()


def test_numbers_and_days_are_real_and_nothing_is_an_empty_cell() -> None:
    found = read(workbook(book()), "T1")
    assert found[0] == ["Mã", "Đơn vị", "Số phiếu", "Chỉ số (%) – 2024", "Tăng, giảm", "Ngày"]
    assert found[1] == ["001", "Sở Y tế", 1204.0, 81.456, -0.794, date(2024, 9, 5)]
    assert found[2] == ["002", "Sở Xây dựng", 12.0, "", "", ""]
    assert found[3][:4] == ["", "Toàn tỉnh", 1216.0, 80.9]
    assert found[5][0] == "Nguồn: x"


def test_the_first_sheet_says_what_this_is() -> None:
    content = workbook(book())
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == ["Đọc trước", "T1"]
    found = [[cell for cell in row if cell] for row in read(content, "Đọc trước")]
    assert found[0] == ["Chỉ số hài lòng năm 2024"]
    for line in (
        ["Đợt khảo sát", "demo"],
        ["Lưu ý", "Hai luồng không gộp."],
        ["Lưu ý", EMPTY],
        ["T1", "Xếp hạng"],
        ["T1", "Đơn vị", "Tên đơn vị tại ngày mở đợt"],
    ):
        assert line in found


@pytest.mark.parametrize("words", FORMULAS)
def test_words_and_titles_that_a_sheet_would_run_are_disarmed(words: str) -> None:
    table = Table(words, (Column(words, meaning=words), Column("b", group=words)), rows([[words, words]]), (words,))
    content = workbook(book(Leaf("T1", table), title=words, facts=((words, words),), warnings=(words,), author=words))
    for name in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
        assert "<f>" not in part(content, name)
        assert "<f " not in part(content, name)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert not [name for name in file.namelist() if b"TargetMode" in file.read(name)]
    cells = [str(cell) for name in ("Đọc trước", "T1") for row in read(content, name) for cell in row]
    assert not [cell for cell in cells if re.match(r"[=+\-@＝\t]", cell)]
    assert any(words.strip() in cell for cell in cells)


def test_bands_and_groups_become_columns_that_can_be_filtered() -> None:
    found = read(workbook(book(Leaf("T1", ranking()))), "T1")
    assert found[0][:2] == ["Nhóm", "TT"]
    assert found[0][4:6] == ["Chỉ số (%) – 2023", "Chỉ số (%) – 2024"]
    assert {row[0] for row in found[1:13]} == {"Sở, ban, ngành"}
    assert {row[0] for row in found[13:22]} == {"Ủy ban nhân dân huyện, thành phố"}


def test_an_empty_band_ends_a_group() -> None:
    table = Table("x", (Column("a"),), (Band("A"), Row(("1",)), Band(""), Row(("2",), strong=True)))
    assert read(workbook(book(Leaf("T1", table))), "T1")[1:] == [["A", "1"], ["", "2"]]


def test_sheets_keep_their_titles_in_sight_and_print_well() -> None:
    content = workbook(book(Leaf("T1", TABLE), Leaf("T2", Table("Rộng", COLUMNS * 4, rows([[*CELLS[0]] * 4])))))
    sheet, names = part(content, "xl/worksheets/sheet2.xml"), part(content, "xl/workbook.xml")
    assert re.search(r'<pane [^>]*ySplit="1"[^>]*state="frozen"', sheet)
    assert '<autoFilter ref="A1:F3"/>' in sheet  # without the total
    assert 'fitToHeight="0"' in sheet
    assert 'paperSize="9"' in sheet
    assert "landscape" not in sheet
    assert 'orientation="landscape"' in part(content, "xl/worksheets/sheet3.xml")
    assert '<definedName name="_xlnm.Print_Titles" localSheetId="1">\'T1\'!$1:$1</definedName>' in names.replace(
        "T1!", "'T1'!"
    )
    assert names.count("_xlnm.Print_Area") == 3


def test_numbers_are_shown_with_as_many_decimals_as_their_column_has() -> None:
    styles = part(workbook(book()), "xl/styles.xml")
    forms = set(re.findall(r'formatCode="([^"]+)"', styles))
    assert {"+#,##0.00;-#,##0.00;0.00", "dd/mm/yyyy"} <= forms


@pytest.mark.parametrize(
    ("names", "tabs"),
    [
        (("T1", "t1"), ["T1", "t1 (2)"]),
        (("a/b:c*?[d]", ""), ["a b c d", "Bảng 2"]),
        (("Đọc trước", "History"), ["Đọc trước (2)", "History (2)"]),
        (("x" * 40, "x" * 40), ["x" * 31, "x" * 27 + " (2)"]),
        (("'a'", "T\x00\ud8001"), ["a", "T1"]),
    ],
)
def test_names_of_sheets_are_such_as_excel_takes(names: tuple[str, str], tabs: list[str]) -> None:
    content = workbook(book(*(Leaf(name, TABLE) for name in names)))
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names[1:] == tabs


def test_a_text_that_is_too_long_for_a_cell_is_cut_and_says_so() -> None:
    table = Table("x", (Column("a"),), rows([["x" * 40_000]]))
    cell = read(workbook(book(Leaf("T1", table))), "T1")[1][0]
    assert len(str(cell)) == 32_767
    assert str(cell).endswith("…")


def test_a_table_that_no_sheet_holds_is_refused() -> None:
    table = Table("x", (Column("a"),), (Row((1,)),) * 1_048_576)
    with pytest.raises(SheetFullError):
        workbook(book(Leaf("T1", table)))


def test_a_table_without_rows_is_a_sheet_of_titles() -> None:
    assert read(workbook(book(Leaf("T1", Table("x", COLUMNS, ())))), "T1")[0][0] == "Mã"


def test_the_same_book_is_the_same_bytes() -> None:
    assert workbook(book()) == workbook(book())
