"""A workbook as XLSX: a sheet to read first, then a sheet a table, with real numbers and filters, ready to print.

Every word and title goes through the gate of `reports.sheets`: nothing from data is a formula or a link.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING

from reports.books import Book, Leaf
from reports.papers import Band, Cell, Column, Row, Table
from reports.plain import plain
from reports.sheets import MAX_CELL, MAX_ROWS, SheetFullError, disarmed

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

FIRST = "Đọc trước"
GROUP = "Nhóm"
EMPTY = "Ô trống là chưa có số liệu hoặc chưa đủ số phiếu để công bố, không phải là số 0."
FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
LINED = FONT | {"border": 1}
HEAD = {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#E8E8E8"}
WIDEST, NARROWEST = 56, 9  # letters of a column
UPRIGHT = 92  # letters that an A4 sheet holds when it stands
FIRST_WIDTHS = (24, 30, 38)
LINE = 16.0  # points of a line in 12 pt
TAB = 31
MADE = datetime(1980, 1, 1)  # noqa: DTZ001 - what a file bears that has no day of its own
Formats = dict[tuple[str, bool], "Format"]


def workbook(book: Book) -> bytes:
    """The workbook as XLSX; the same book is the same bytes. Raises SheetFullError where a sheet cannot hold it."""
    import xlsxwriter

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(made, options) as file:
        file.set_properties(
            {
                "title": plain(book.title),
                "author": plain(book.author),
                "created": book.made.replace(tzinfo=None) if book.made else MADE,
            }
        )
        file.set_size(2400, 1600)
        leaves = [replace(leaf, table=flat(leaf.table)) for leaf in book.leaves]
        names = tabs([leaf.name for leaf in leaves])
        first(file, book, leaves, names)
        formats: Formats = {}
        for leaf, name in zip(leaves, names, strict=True):
            sheet_of(file, leaf.table, name, formats)
    return made.getvalue()


def tabs(names: Sequence[str]) -> list[str]:
    """Names as Excel takes them: short, without its signs, no two alike.

    >>> tabs(["T1: xếp hạng", "T1: xếp hạng", ""])
    ['T1 xếp hạng', 'T1 xếp hạng (2)', 'Bảng 3']
    """
    made: list[str] = []
    taken = {FIRST.casefold(), "history"}
    for at, name in enumerate(names, 1):
        bare = re.sub(r"[\[\]:*?/\\]", " ", plain(name))
        bare = " ".join(bare.split())[:TAB].strip("' ") or f"Bảng {at}"
        count, found = 1, bare
        while found.casefold() in taken:
            count += 1
            tail = f" ({count})"
            found = bare[: TAB - len(tail)] + tail
        taken.add(found.casefold())
        made.append(found)
    return made


def flat(table: Table) -> Table:
    """The table with one row of titles and nothing across: bands become the first column."""
    columns = tuple(
        replace(each, title=f"{each.group} – {each.title}", group="") if each.group else each for each in table.columns
    )
    if not any(isinstance(row, Band) for row in table.rows):
        return replace(table, columns=columns)
    return replace(table, columns=(Column(GROUP), *columns), rows=tuple(unbanded(table.rows)))


def unbanded(rows: Sequence[Row | Band]) -> Iterator[Row]:
    """Every row with the band above it as its first cell."""
    band = ""
    for row in rows:
        if isinstance(row, Band):
            band = row.text
        else:
            yield Row((band, *row.cells), row.strong)


def first(file: Workbook, book: Book, leaves: Sequence[Leaf], names: Sequence[str]) -> None:
    """The sheet to read first."""
    sheet = file.add_worksheet(FIRST)
    sheet.hide_gridlines(2)
    for place, letters in enumerate(FIRST_WIDTHS):
        sheet.set_column(place, place, letters)
    title, strong, text = (
        file.add_format(FONT | {"bold": True, "font_size": 15}),
        file.add_format(FONT | {"bold": True, "text_wrap": True}),
        file.add_format(FONT | {"text_wrap": True}),
    )
    link = file.add_format(FONT | {"underline": 1, "font_color": "#1F3864"})
    put(sheet, 0, 0, book.title, title)
    at = 2
    for name, words in book.facts:
        put(sheet, at, 0, name, strong)
        put(sheet, at, 1, words, text, across=2)
        at += 1
    for words in (*book.warnings, EMPTY):
        put(sheet, at, 0, "Lưu ý", strong)
        put(sheet, at, 1, words, text, across=2)
        at += 1
    at += 1
    put(sheet, at, 0, "Các trang tính", strong)
    for leaf, name in zip(leaves, names, strict=True):
        at += 1
        quoted = name.replace("'", "''")
        sheet.write_url(at, 0, f"internal:'{quoted}'!A1", link, string=safe(name))
        put(sheet, at, 1, leaf.table.caption, text, across=2)
    at += 2
    put(sheet, at, 0, "Ý nghĩa các cột", strong)
    for leaf, name in zip(leaves, names, strict=True):
        for column in leaf.table.columns:
            if column.meaning:
                at += 1
                put(sheet, at, 0, name, text)
                put(sheet, at, 1, column.title, text)
                put(sheet, at, 2, column.meaning, text)
                sheet.set_row(at, LINE * max(lines_of(column.meaning, FIRST_WIDTHS[2] - 4), 1) + 2)
    pages(sheet, UPRIGHT, at, 2, "")


def sheet_of(file: Workbook, table: Table, name: str, formats: Formats) -> None:
    """One table: titles in the first row, kept in sight and on every page."""
    rows = [row for row in table.rows if isinstance(row, Row)]
    if len(rows) + len(table.notes) + 2 > MAX_ROWS:
        raise SheetFullError(f"more than {MAX_ROWS} rows")
    sheet = file.add_worksheet(name)
    head = file.add_format(LINED | HEAD)
    for place, column in enumerate(table.columns):
        put(sheet, 0, place, column.title, head)
    for at, row in enumerate(rows, 1):
        for place, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True)):
            write(sheet, at, place, cell, look(file, formats, column, strong=row.strong))
    note = file.add_format(FONT | {"italic": True})
    for at, words in enumerate(table.notes, len(rows) + 2):
        put(sheet, at, 0, words, note)
    last, right = len(rows), len(table.columns) - 1
    wide = [width(column, place, rows) for place, column in enumerate(table.columns)]
    for place, letters in enumerate(wide):
        sheet.set_column(place, place, letters)
    lines = max(lines_of(column.title, letters - 3) for column, letters in zip(table.columns, wide, strict=True))
    sheet.set_row(0, LINE * lines + 4)
    sheet.freeze_panes(1, 1 if right else 0)
    totals = len(list(takewhile(lambda row: row.strong, reversed(rows))))
    sheet.autofilter(0, 0, max(last - totals, 1), right)
    sheet.repeat_rows(0)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    pages(sheet, sum(wide), last + (1 + len(table.notes) if table.notes else 0), right, table.caption)


def pages(sheet: Worksheet, letters: float, last: int, right: int, title: str) -> None:
    """How the sheet prints: A4, lying where it is wide, as wide as one page, its title above, its pages counted."""
    sheet.set_paper(9)
    if letters > UPRIGHT:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, max(last, 0), right)
    sheet.set_margins(left=0.8, right=0.6, top=0.9, bottom=0.7)
    named = plain(title).replace("&", "&&")[:180]
    sheet.set_header(f'&C&"Times New Roman,Bold"&12 {named}' if named else "")
    sheet.set_footer('&C&"Times New Roman,Regular"&11 Trang &P/&N')


def look(file: Workbook, formats: Formats, column: Column, *, strong: bool) -> Format:
    """The format of a column's cells, made once."""
    form = number_form(column)
    key = (form, strong)
    if key not in formats:
        wrapped = {"text_wrap": True} if form == "@" else {}
        formats[key] = file.add_format(LINED | {"num_format": form, "bold": strong} | wrapped)
    return formats[key]


def number_form(column: Column) -> str:
    """Excel's own form of numbers: it shows commas and points as the reader's computer is set.

    >>> number_form(Column("Chỉ số", "number")), number_form(Column("Tăng, giảm", "change", 1))
    ('#,##0.00', '+#,##0.0;-#,##0.0;0.0')
    """
    tail = "." + "0" * column.decimals if column.decimals and column.kind != "whole" else ""
    forms = {
        "text": "@",
        "whole": "#,##0",
        "number": f"#,##0{tail}",
        "change": f"+#,##0{tail};-#,##0{tail};0{tail}",
        "day": "dd/mm/yyyy",
    }
    return forms[column.kind]


def write(sheet: Worksheet, at: int, place: int, cell: Cell, form: Format) -> None:
    """One cell: words as words, numbers as numbers, nothing as an empty cell."""
    if cell is None:
        sheet.write_blank(at, place, None, form)
    elif isinstance(cell, str):
        put(sheet, at, place, cell, form)
    elif isinstance(cell, date):
        sheet.write_datetime(at, place, datetime(cell.year, cell.month, cell.day), form)  # noqa: DTZ001 - a day has no zone
    else:
        sheet.write_number(at, place, float(cell) if isinstance(cell, Decimal) else cell, form)


def put(sheet: Worksheet, at: int, place: int, words: str, form: Format, *, across: int = 1) -> None:
    """Words, disarmed; over several columns where they are long."""
    if across > 1:
        sheet.merge_range(at, place, at, place + across - 1, "", form)
        sheet.set_row(at, LINE * lines_of(words, FIRST_WIDTHS[1] + FIRST_WIDTHS[2] - 6) + 2)
    sheet.write_string(at, place, safe(words), form)


def safe(words: str) -> str:
    """Words as a cell may hold them."""
    made = disarmed(plain(words))
    return made if len(made) <= MAX_CELL else made[: MAX_CELL - 1] + "…"


def width(column: Column, place: int, rows: Sequence[Row]) -> float:
    """The width of a column in letters: its longest cell, its title over up to three lines."""
    longest = max((printed_length(row.cells[place], column) for row in rows), default=0)
    words = max((len(word) for word in column.title.split()), default=0)
    return min(max(longest + 3, words + 4, len(column.title) / 3 + 4, NARROWEST), WIDEST)


def lines_of(words: str, letters: float) -> int:
    """About how many lines words take in a cell so many letters wide.

    >>> lines_of("Chỉ số (%) – 2024", 9)
    3
    """
    lines, filled = 1, 0
    for word in words.split():
        if filled and filled + 1 + len(word) > letters:
            lines, filled = lines + 1, len(word)
        else:
            filled += bool(filled) + len(word)
    return lines


def printed_length(cell: Cell, column: Column) -> int:
    """About how many letters a cell takes."""
    if isinstance(cell, str):
        return len(cell)
    if isinstance(cell, date):
        return 10
    return 0 if cell is None else len(f"{cell:,.0f}") + 1 + column.decimals * (column.kind != "whole")
