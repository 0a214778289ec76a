"""Sheets that people send: CSV or XLSX, read into columns of text or refused with everything that is wrong."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path

from reports.sheets import armed_again
from survey.faults import Fault, listed, shown
from workflows.files import beginning
from workflows.workbooks import is_old_excel, is_packed, read_workbook

MAX_BYTES = 50_000_000
MAX_CELL = 10_000
MAX_ROWS = 1_048_576  # as many as a workbook holds
BOM = "\ufeff"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # what no sheet program writes: all but tab and line ends


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that could be read: the text of each cell by column, and the row that each line has in the file."""

    header: tuple[str, ...]
    numbers: Sequence[int]
    columns: Mapping[str, Sequence[str]]  # name in lower case → cells, trimmed and in NFC

    @property
    def size(self) -> int:
        """How many rows there are below the header."""
        return len(self.numbers)


def read_sheet(source: Path | bytes) -> Sheet | tuple[Fault, ...]:
    """The sheet in that file or those bytes, or every fault of the file as a whole; no input makes it raise."""
    data = source if isinstance(source, bytes) else beginning(source, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        size = len(source) if isinstance(source, bytes) else max(len(data), source.stat().st_size)
        return (Fault("sheet_too_large", "file", {"found": f"{size / 1e6:.1f}", "limit": str(MAX_BYTES // 1_000_000)}),)
    if is_old_excel(data):
        return (Fault("sheet_old_excel", "file"),)
    rows = read_workbook(data) if is_packed(data) else read_csv(data)
    if isinstance(rows, tuple):
        return rows
    if len(rows) > MAX_ROWS:
        return (Fault("sheet_too_many_rows", "file", {"limit": f"{MAX_ROWS - 1:,}"}),)
    faults = unprintable(rows) if is_packed(data) else ()
    return faults or arrange(rows)


def unprintable(rows: Iterable[Sequence[str]]) -> tuple[Fault, ...]:
    """Control characters in the cells of a workbook, which can hold them although no keyboard types them."""
    return tuple(
        Fault("sheet_control_character", f"row {number}", {"found": f"U+{ord(control[0]):04X}"})
        for number, row in enumerate(rows, 1)
        if (control := CONTROL.search("".join(row)))
    )


def read_csv(data: bytes) -> list[list[str]] | tuple[Fault, ...]:
    """The cells of a CSV file, or why it is none."""
    try:
        text = data.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return (Fault("sheet_not_utf8", f"line {line}", {"byte": f"0x{data[error.start]:02X}"}),)
    if control := CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        return (Fault("sheet_control_character", f"line {line}", {"found": f"U+{ord(control[0]):04X}"}),)
    csv.field_size_limit(MAX_BYTES)  # longer cells are told apart below, with row and column
    rows: list[list[str]] = []
    try:
        rows.extend(
            islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True), MAX_ROWS + 1)
        )
    except csv.Error:
        return (Fault("sheet_quotes", f"row {len(rows) + 1}"),)
    return rows


def delimiter(text: str) -> str:
    """Comma or semicolon, whichever the header has more of."""
    header = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return ";" if header.count(";") > header.count(",") else ","


def arrange(rows: list[list[str]]) -> Sheet | tuple[Fault, ...]:
    """Columns under their names; the header is row 1, blank rows are passed over."""
    header = [clean(name) for name in rows[0]] if rows else []
    if not any(header):
        return (Fault("sheet_empty", "row 1"),)
    while not header[-1]:
        header.pop()
    faults = list(header_faults(header))
    width, numbers, lines = len(header), [], []
    for number, row in enumerate(rows[1:], 2):
        together = "".join(row)
        if not together or together.isspace():
            continue
        if len(row) != width or len(together) > MAX_CELL:
            faults += row_faults(number, row, header)
            row = (row + [""] * width)[:width]  # noqa: PLW2901 - a short row is filled with blanks
        numbers.append(number)
        lines.append(row)
    if not lines and not faults:
        faults.append(Fault("sheet_without_rows", "row 2"))
    if faults:
        return tuple(faults)
    columns = {name.casefold(): column(lines, place) for place, name in enumerate(header)}
    return Sheet(tuple(header), numbers, columns)


def header_faults(header: Sequence[str]) -> Iterator[Fault]:
    """Names that are missing, twice there or far too long."""
    seen: set[str] = set()
    for place, name in enumerate(header, 1):
        if not name:
            yield Fault("sheet_column_unnamed", f"row 1, column {place}")
        elif name.casefold() in seen:
            yield Fault("sheet_column_double", f"row 1, column {place}", {"column": shown(name)})
        seen.add(name.casefold())


def row_faults(number: int, row: Sequence[str], header: Sequence[str]) -> Iterator[Fault]:
    """Cells beyond the header, and cells that are too long."""
    if any(cell.strip() for cell in row[len(header) :]):
        yield Fault("sheet_row_too_long", f"row {number}", {"found": str(len(row)), "columns": str(len(header))})
    for name, cell in zip(header, row, strict=False):
        if len(cell) > MAX_CELL:
            facts = {"found": str(len(cell)), "limit": str(MAX_CELL)}
            yield Fault("sheet_cell_too_long", f"row {number}, column {shown(name)}", facts)


def column(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    """One column, its cells trimmed, in NFC and without the guard that exports put before formulas."""
    cells = list(map(itemgetter(place), rows))
    changed = {cell: cleaned for cell in set(cells) if (cleaned := clean(cell)) != cell}
    return [changed.get(cell, cell) for cell in cells] if changed else cells


def clean(cell: str) -> str:
    """The text that the cell stands for."""
    return armed_again(unicodedata.normalize("NFC", cell).strip()).strip()


def fit(sheet: Sheet, needed: Iterable[str], optional: Iterable[str] = ()) -> tuple[Fault, ...]:
    """Columns that are missing, and columns that nothing is known about."""
    wanted = tuple(needed)
    known = tuple(dict.fromkeys((*wanted, *optional)))
    missing = [
        Fault("sheet_column_missing", "row 1", {"column": name, "found": listed(list(sheet.header), limit=40)})
        for name in wanted
        if name.casefold() not in sheet.columns
    ]
    names = {name.casefold() for name in known}
    unknown = [
        Fault(
            "sheet_column_unknown",
            f"row 1, column {shown(name)}",
            {"found": shown(name), "columns": listed(list(known), limit=80)},
        )
        for name in sheet.header
        if name.casefold() not in names
    ]
    return (*missing, *unknown)


def in_order(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """The faults by row, those of no row last."""
    rows = {fault.where: re.match(r"row ([0-9]+)", fault.where) for fault in faults}
    return tuple(sorted(faults, key=lambda fault: int(row[1]) if (row := rows[fault.where]) else MAX_ROWS + 1))


def records(sheet: Sheet, names: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Row number and the cells of those columns, row by row; a column that is not there is blank."""
    blank = [""] * sheet.size
    cells = [sheet.columns.get(name.casefold(), blank) for name in names]
    return zip(sheet.numbers, zip(*cells, strict=True), strict=True)
