"""The one gate through which CSV and XLSX files leave: what a spreadsheet would run as a formula is disarmed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO

from survey.faults import SurveyError

Cell = str | int | float | Decimal | None
FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r])")  # how a cell begins that a spreadsheet would run
GUARD = "'"
BOM = "\ufeff"
MAX_ROWS = 1_048_576  # of an XLSX sheet, header included
MAX_CELL = 32_767


class SheetFullError(SurveyError):
    """More rows or longer cells than an XLSX sheet can hold; CSV has no such limit."""

    code = "sheet_full"


def disarmed(text: str) -> str:
    """The text with a guard before what a spreadsheet would take for a formula.

    >>> disarmed("=1+1"), disarmed("2024-09-15"), disarmed("'=1")
    ("'=1+1", '2024-09-15', "''=1")
    """
    return GUARD + text if FORMULA.match(text) else text


def armed_again(text: str) -> str:
    """The text without the guard that `disarmed` put before it, and unchanged where there is none.

    >>> armed_again("'=1+1"), armed_again("'tis"), armed_again(disarmed("'=1"))
    ('=1+1', "'tis", "'=1")
    """
    return text[1:] if text.startswith(GUARD) and FORMULA.match(text, 1) else text


def outgoing(cell: Cell) -> Cell:
    """The cell as it may leave: text disarmed, numbers as they are, nothing as an empty cell."""
    if isinstance(cell, str):
        return disarmed(cell)
    return "" if cell is None else cell


def write_sheet(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write header and rows, one after another, as the name of the file says; gives the number of rows.

    The file appears under its name when it is complete; where writing fails, one that was there before stays.

    Raises KeyError for a name that is neither .csv nor .xlsx, SheetFullError where a workbook cannot hold them.
    """
    write = WRITERS[path.suffix.lower()]
    unfinished = path.with_name(f".{path.stem}.unfinished{path.suffix}")
    try:
        with unfinished.open("wb") as file:
            count = write(file, header, rows)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def write_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """CSV in UTF-8 with the mark at its beginning that lets Excel see the accents."""
    count = 0
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow([outgoing(name) for name in header])
    for row in rows:
        writer.writerow([f"{cell:f}" if isinstance(cell, Decimal) else outgoing(cell) for cell in row])
        count += 1
    text.detach()  # flushes; the file stays open for whoever gave it
    return count


def write_xlsx(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """A workbook of one sheet; text is written as text, so that nothing is a formula even without its guard."""
    import xlsxwriter

    count = 0
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        write_row(sheet, 0, header)
        for count, row in enumerate(rows, 1):
            if count >= MAX_ROWS:
                raise SheetFullError(f"more than {MAX_ROWS - 1} rows")
            write_row(sheet, count, row)
    return count


def write_row(sheet: object, number: int, row: Sequence[Cell]) -> None:
    """One row of the workbook."""
    for place, cell in enumerate(row):
        exact = not isinstance(cell, Decimal) or Decimal(repr(float(cell))) == cell
        safe = outgoing(cell) if exact else f"{cell:f}"  # a workbook keeps 15 digits of a number
        if isinstance(safe, str):
            if len(safe) > MAX_CELL:
                raise SheetFullError(f"a cell of {len(safe)} characters")
            if safe:
                sheet.write_string(number, place, safe)  # type: ignore[attr-defined]  # the library has no types
        else:
            sheet.write_number(number, place, float(safe))  # type: ignore[attr-defined,arg-type]  # as above


WRITERS: dict[str, Callable[[IO[bytes], Sequence[str], Iterable[Sequence[Cell]]], int]] = {
    ".csv": write_csv,
    ".xlsx": write_xlsx,
}
