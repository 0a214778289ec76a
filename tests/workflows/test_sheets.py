"""Sheets are read whatever program saved them, refused with everything that is wrong, and leave disarmed."""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.sheets import FORMULA, SheetFullError, armed_again, disarmed, write_sheet
from survey.faults import Fault
from tests.workflows.builders import BROKEN, cases, sheet, told, workbook
from workflows import workbooks
from workflows.prepare import text_of
from workflows.sheets import MAX_BYTES, Sheet, fit, read_sheet

PLAIN = "unit,Ghi chú\nSNV,Hài lòng\nSYT,\n"
SPREADSHEET = [["unit", "Ghi chú"], ["SNV", "Hài lòng"], ["SYT", ""]]


def columns(read: Sheet | tuple[Fault, ...]) -> dict[str, list[str]]:
    assert isinstance(read, Sheet), told(read)
    return {name: list(cells) for name, cells in read.columns.items()}


def codes(read: Sheet | tuple[Fault, ...]) -> list[str]:
    assert not isinstance(read, Sheet)
    return [fault.code for fault in read]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PLAIN.encode(), id="utf-8"),
        pytest.param(("\ufeff" + PLAIN).encode(), id="bom"),
        pytest.param(PLAIN.replace(",", ";").encode(), id="semicolons"),
        pytest.param(PLAIN.replace("\n", "\r\n").encode(), id="windows line ends"),
        pytest.param(PLAIN.replace("\n", "\r").encode(), id="old line ends"),
        pytest.param(unicodedata.normalize("NFD", PLAIN).encode(), id="decomposed letters"),
        pytest.param(
            PLAIN.replace("unit,Ghi chú", " UNIT ,ghi chú\u00a0").encode(), id="header with spaces and capitals"
        ),
        pytest.param(PLAIN.replace("SNV,Hài lòng", ' SNV\t,"Hài lòng "').encode(), id="spaces around cells"),
        pytest.param(PLAIN.replace("SYT,", "SYT").encode(), id="short row"),
        pytest.param(PLAIN.replace("\n", ",,\n").encode(), id="empty columns at the end"),
        pytest.param(workbook(SPREADSHEET), id="workbook"),
    ],
)
def test_the_same_sheet_whatever_program_saved_it(data: bytes) -> None:
    assert columns(read_sheet(data)) == {"unit": ["SNV", "SYT"], "ghi chú": ["Hài lòng", ""]}


def test_rows_keep_their_numbers_past_blank_rows_and_line_breaks_in_cells() -> None:
    read = sheet('a,b\n1,"x\ny"\n\n , \n2,z\n')
    assert read.numbers == [2, 5]
    assert columns(read) == {"a": ["1", "2"], "b": ["x\ny", "z"]}


def test_dates_and_numbers_of_a_workbook_read_as_they_are_written_in_csv() -> None:
    cells = [3.0, 0.1, date(2024, 9, 15), datetime(2024, 9, 15, 13, 5), True, 10**14, -2.5, "007", " 1 "]  # noqa: DTZ001
    read = read_sheet(workbook([[f"c{place}" for place in range(len(cells))], cells]))
    expected = ["3", "0.1", "2024-09-15", "2024-09-15 13:05:00", "TRUE", "100000000000000", "-2.5", "007", "1"]
    assert [cells[0] for cells in columns(read).values()] == expected


@pytest.mark.parametrize(("name", "expected"), cases("sheets"))
def test_a_broken_file_is_refused_with_what_to_do(name: str, expected: list[str]) -> None:
    read = read_sheet(BROKEN / "sheets" / name)
    assert not isinstance(read, Sheet)
    assert told(read) == expected


def test_a_device_without_end_is_read_no_further_than_a_sheet_may_be_long() -> None:
    assert codes(read_sheet(Path("/dev/zero"))) == ["sheet_too_large"]
    too_large = text_of(Path("/dev/zero"))
    assert isinstance(too_large, Fault)
    assert too_large.code == "file_too_large"


def test_columns_that_are_missing_and_columns_that_nobody_knows_are_all_told() -> None:
    faults = fit(sheet("a,x,y\n1,2,3\n"), ("a", "b", "c"), ("d",))
    assert [(fault.code, fault.where) for fault in faults] == [
        ("sheet_column_missing", "row 1"),
        ("sheet_column_missing", "row 1"),
        ("sheet_column_unknown", "row 1, column x"),
        ("sheet_column_unknown", "row 1, column y"),
    ]


def test_a_cell_of_a_megabyte_is_told_with_its_place() -> None:
    read = read_sheet(b"unit,remark\nSNV,ok\nSNV," + b"x" * 1_000_000 + b"\n")
    assert told(read) == ["row 3, column remark: The cell has 1000000 characters and at most 10000 fit; shorten it."]


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert codes(read_sheet(path)) == ["sheet_too_large"]


def test_more_rows_than_a_workbook_holds_are_refused() -> None:
    assert codes(read_sheet(b"a\n" + b"1\n" * 1_048_576)) == ["sheet_too_many_rows"]


# Workbooks that mean harm


def repacked(data: bytes, replace: dict[str, bytes]) -> bytes:
    """The workbook with other parts in the place of its own, or beside them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *replace]):
            new.writestr(name, replace[name] if name in replace else old.read(name))
    return out.getvalue()


def page(rows: str) -> dict[str, bytes]:
    """The first sheet with these rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return {
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    }


HONEST = workbook(SPREADSHEET)
HARMFUL: dict[str, tuple[dict[str, bytes], str]] = {
    "unpacks to a thousandfold": ({"xl/media/a.xml": bytes(20_000_000)}, "sheet_bomb"),
    "macros": ({"xl/vbaProject.bin": b"x"}, "sheet_macros"),
    "far corner": (page('<row><c r="A1"/></row><row><c r="XFD1048576"/></row>'), "sheet_too_many_cells"),
    "cells without places": (page('<row r="9000000"><c><v>1</v></c><c/></row>'), "sheet_too_many_cells"),
    "error of a formula": (page('<row><c r="A1" t="e"><v>#N/A</v></c></row>'), "sheet_formula_error"),
    "no such cell": (page('<row><c r="A-1"/></row>'), "sheet_not_workbook"),
    "torn XML": ({"xl/workbook.xml": b"<workbook"}, "sheet_not_workbook"),
    "entities": ({"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}, "sheet_not_workbook"),
    "no sheets": ({"xl/workbook.xml": b"<x/>"}, "sheet_not_workbook"),
    "control": (page('<row r="1"><c r="A1" t="str"><v>a_x0001_</v></c></row>'), "sheet_control_character"),
}


@pytest.mark.parametrize(("parts", "code"), HARMFUL.values(), ids=HARMFUL)
def test_a_harmful_or_broken_workbook_is_refused(parts: dict[str, bytes], code: str) -> None:
    assert codes(read_sheet(repacked(HONEST, parts))) == [code]


def test_one_long_string_in_very_many_cells_is_refused() -> None:
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + b"x" * 900_000
        + b"</t></si></sst>"
    )
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 2000))
    assert codes(read_sheet(repacked(HONEST, {**page(rows), "xl/sharedStrings.xml": strings}))) == [
        "sheet_too_many_cells"
    ]


def test_a_size_that_lies_does_not_get_past_the_measure() -> None:
    content = b"<a>" + b" " * 30_000_000 + b"</a>"
    data = bytearray(repacked(HONEST, {"xl/lie.xml": content}))
    data = data.replace(struct.pack("<I", len(content)), struct.pack("<I", 100))
    assert codes(read_sheet(bytes(data))) == ["sheet_not_workbook"]


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_raise(data: bytes) -> None:
    for begin in (b"", b"unit,stream\n", b"\xef\xbb\xbfa;b\n", workbooks.PACKED, workbooks.OLD_EXCEL):
        assert isinstance(read_sheet(begin + data), Sheet | tuple)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    read = read_sheet(f"a,b\n{text}".encode())
    assert isinstance(read, Sheet | tuple)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, len(HONEST) - 1), st.binary(min_size=1, max_size=8))
def test_no_damage_to_a_workbook_makes_the_reader_raise(place: int, damage: bytes) -> None:
    assert isinstance(read_sheet(HONEST[:place] + damage + HONEST[place + len(damage) :]), Sheet | tuple)


TAGS = """<row r="1">|<row>|</row>|<c r="A1">|<c r="ZZ9" t="s">|<c t="inlineStr">|<c>|</c>|<v>|</v>|0|-1|1e308
99999999999|<is><t>|</t></is>|<f>|</f>|<c r="B2" t="d">|<c r="A2" s="99">|&lt;"""
FRAGMENTS = st.lists(st.sampled_from(re.split(r"[|\n]", TAGS)), max_size=12)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(FRAGMENTS)
def test_no_sheet_inside_a_workbook_makes_the_reader_raise(fragments: list[str]) -> None:
    assert isinstance(read_sheet(repacked(HONEST, page("".join(fragments)))), Sheet | tuple)


# The gate


@given(st.text())
def test_the_guard_is_taken_off_again_exactly(text: str) -> None:
    assert armed_again(disarmed(text)) == text
    assert not re.match(r"\s*[=+\-@＝＋－]|[\t\r]", disarmed(text))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", " =", "'="])
def test_what_a_spreadsheet_would_run_is_disarmed(start: str) -> None:
    assert FORMULA.match(start)
    assert disarmed(start + "1+1") == f"'{start}1+1"


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_cells_and_headers_leave_disarmed_and_numbers_stay_numbers(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out{ending}"
    count = write_sheet(path, ["=code", "number"], [["@SUM(A1)", -5], ["-7", Decimal("-2.50")], ["+84", None]])
    assert count == 3
    if ending == ".csv":
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        assert lines == ["'=code,number", "'@SUM(A1),-5", "'-7,-2.50", "'+84,"]
    else:
        parts = zipfile.ZipFile(path)
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert b"<v>-2.5</v>" in parts.read("xl/worksheets/sheet1.xml")
    assert list(columns(read_sheet(path))["=code"]) == ["@SUM(A1)", "-7", "+84"]


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=30)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_what_leaves_comes_back(tmp_path: Path, ending: str, rows: list[tuple[str, str]]) -> None:
    path = tmp_path / f"out{ending}"
    write_sheet(path, ["key", "a", "b"], [(str(number), *row) for number, row in enumerate(rows)])
    read = sheet(path.read_bytes())
    expected = [tuple(unicodedata.normalize("NFC", cell).strip() for cell in row) for row in rows]
    assert list(zip(read.columns["a"], read.columns["b"], strict=True)) == expected


def test_a_workbook_that_cannot_hold_a_text_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(SheetFullError):
        write_sheet(path, ["a"], [["x" * 40_000]])
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
