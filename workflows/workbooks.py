"""XLSX workbooks: unpacked and measured under guard, then read by calamine into text."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from xml.parsers import expat

from survey.faults import Fault

PACKED = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED = 300_000_000
MAX_RATIO = 60  # a sheet of answers packs to a tenth; nothing honest packs to a sixtieth once it is large
SMALL = 10_000_000
MAX_CELLS = 10_000_000
MAX_CHARACTERS = 1_000_000_000
LETTERS = re.compile(r"[A-Za-z]{1,4}")
DIGITS = "0123456789"
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
)  # fmt: skip

Cell = int | float | str | bool | time | date | datetime | timedelta


def is_packed(data: bytes) -> bool:
    """True for what begins as a zip archive, as XLSX does."""
    return data.startswith(PACKED)


def is_old_excel(data: bytes) -> bool:
    """True for .xls, and for a workbook under a password, which comes in the same wrapping."""
    return data.startswith(OLD_EXCEL)


def read_workbook(data: bytes) -> list[list[str]] | tuple[Fault, ...]:
    """The cells of the first sheet as text, or why they cannot be had."""
    found = read_sheets(data, first=True)
    return found if isinstance(found, tuple) else next(iter(found.values()))


def read_sheets(data: bytes, *, first: bool = False) -> dict[str, list[list[str]]] | tuple[Fault, ...]:
    """The cells of every sheet as text, by the sheet's name, or why they cannot be had; only the `first` if asked."""
    try:
        parts = unpack(data)
        faults = (parts,) if isinstance(parts, Fault) else excess(parts.values())
    except UNREADABLE:
        return (Fault("sheet_not_workbook", "file"),)
    return faults if faults or isinstance(parts, Fault) else read_cells(packed_again(parts), first=first)


def unpack(data: bytes) -> dict[str, bytes] | Fault:
    """The XML parts of the workbook; stops before they take more room than a sheet of answers can need."""
    parts: dict[str, bytes] = {}
    total, limit = 0, max(SMALL, min(MAX_UNPACKED, MAX_RATIO * len(data)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any("vbaproject" in name.lower() or "macrosheets/" in name.lower() for name in archive.namelist()):
            return Fault("sheet_macros", "file")
        for entry in archive.infolist():
            if not entry.filename.lower().endswith((".xml", ".rels")):
                continue
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise zipfile.BadZipFile(f"compressed by method {entry.compress_type}")
            with archive.open(entry) as part:
                parts[entry.filename] = content = part.read(limit - total + 1)
            total += len(content)
            if total > limit:
                return Fault("sheet_bomb", "file", {"packed": megabytes(len(data)), "limit": megabytes(limit)})
    return parts


def megabytes(size: int) -> str:
    """A size as people read it."""
    return f"{size / 1e6:.1f}"


@dataclass(slots=True)
class Extent:
    """What a part would take up once its cells are laid out side by side."""

    row: int = 0
    rows: int = 0
    letters: set[str] = field(default_factory=set)  # of the columns that cells name
    unnamed: int = 0  # cells of this row that do not say where they are
    most_unnamed: int = 0
    cells: int = 0
    string_from: int = 0
    longest: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def columns(self) -> int:
        """As many as there can be at most."""
        return max(map(column_number, self.letters), default=0) + self.most_unnamed


def excess(parts: Iterable[bytes]) -> tuple[Fault, ...]:
    """A workbook that would fill the memory although it is small, and cells that show an error."""
    extents = [measure(part) for part in parts]
    cells = max((max(extent.rows * extent.columns, extent.cells) for extent in extents), default=0)
    longest = max((extent.longest for extent in extents), default=0)
    if cells > MAX_CELLS or sum(extent.cells for extent in extents) * longest > MAX_CHARACTERS:
        return (Fault("sheet_too_many_cells", "file", {"limit": f"{MAX_CELLS:,}"}),)
    return tuple(Fault("sheet_formula_error", f"cell {place}") for extent in extents for place in extent.errors)


def measure(part: bytes) -> Extent:
    """Rows, columns, cells and longest shared string of a part; raises ExpatError or ValueError where it is no XML."""
    extent = Extent()
    parser = expat.ParserCreate()

    def begin(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2] if ":" in name else name
        if local == "c":
            count_cell(extent, attributes)
        elif local == "row":
            extent.row, extent.unnamed = int(attributes.get("r", extent.row + 1)), 0
        elif local == "si":
            extent.longest = max(extent.longest, parser.CurrentByteIndex - extent.string_from)
            extent.string_from = parser.CurrentByteIndex

    def refuse(*_: object) -> None:
        raise ValueError("a workbook declares no document type")

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(part, True)
    if extent.string_from:
        extent.longest = max(extent.longest, len(part) - extent.string_from)
    return extent


def count_cell(extent: Extent, attributes: dict[str, str]) -> None:
    """Let the extent reach the cell."""
    extent.cells += 1
    place = attributes.get("r")
    if place:
        letters = place.rstrip(DIGITS)
        extent.letters.add(letters)
        extent.row = int(place[len(letters) :])
    else:
        extent.unnamed += 1
        extent.most_unnamed = max(extent.most_unnamed, extent.unnamed)
    extent.rows = max(extent.rows, extent.row)
    if attributes.get("t") == "e":
        extent.errors.append(place or f"row {extent.row}")


def column_number(letters: str) -> int:
    """The number of a column by its letters: A is 1, AA is 27. Raises ValueError for what names no column."""
    if not LETTERS.fullmatch(letters):
        raise ValueError(letters)
    total = 0
    for letter in letters.upper():
        total = total * 26 + ord(letter) - 64
    return total


def packed_again(parts: dict[str, bytes]) -> bytes:
    """A workbook of just those parts, so that what is read is what was measured."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def read_cells(data: bytes, *, first: bool) -> dict[str, list[list[str]]] | tuple[Fault, ...]:
    """The sheets through calamine, every cell as text."""
    from python_calamine import CalamineError, CalamineWorkbook

    unreadable = (Fault("sheet_not_workbook", "file"),)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not workbook.sheet_names:
            return unreadable
        names = workbook.sheet_names[:1] if first else workbook.sheet_names
        found = {
            name: workbook.get_sheet_by_index(place).to_python(skip_empty_area=False)
            for place, name in enumerate(names)
        }
    except (CalamineError, OSError, ValueError, OverflowError):
        return unreadable
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the Rust library says that it gave up
            raise
        return unreadable
    return {name: [[cell_text(cell) for cell in row] for row in rows] for name, rows in found.items()}


def cell_text(cell: Cell) -> str:
    """A cell as it would stand in a CSV file: 3.0 is 3, a date is 2024-09-15."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
