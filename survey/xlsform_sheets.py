"""The sheets of an XLSForm workbook: rows under named columns, words by language, and what no column here takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from survey.faults import Fault, listed, shown

Grid = Sequence[Sequence[str]]
MOST_ROWS = 5_000
FIRST_LANGUAGE = "vi"
TAG = re.compile(r"\(([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\)\s*$")
CODE = re.compile(r"[A-Za-z]{2,3}")
NAMES = {"tiếng việt": "vi", "vietnamese": "vi", "tieng viet": "vi", "english": "en", "tiếng anh": "en"}
SPOKEN = ("label", "hint", "constraint_message", "required_message", "form_title", "purpose")
OWN_NOTES = ("$", "_", "#")  # what form builders write for themselves, and an author's own remarks

# The columns of each sheet that are taken over, and those that mean nothing here and may stand.
SURVEY = ("type", "name", "label", "hint", "required", "relevant", "constraint", "appearance", "disabled", "factor")
ABOVE = ("form_title", "form_id", "version", "default_language", "purpose", "minutes", "source")
SERVED = ("style", "instance_name", "submission_url", "public_key", "auto_send", "auto_delete", "namespaces")
TAKEN: Mapping[str, frozenset[str]] = {
    "survey": frozenset((*SURVEY, "short", "constraint_message", "required_message")),
    "choices": frozenset(("list_name", "name", "label", "score", "satisfied", "exclusive", "other")),
    "settings": frozenset((*ABOVE, *SERVED, "allow_choice_duplicates")),
    "factors": frozenset(("name", "label")),
}
SPELLINGS = {
    "list name": "list_name", "relevance": "relevant", "id_string": "form_id", "title": "form_title",
    "constraint message": "constraint_message", "required message": "required_message", "caption": "label",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet: its cells by column, and its words by column and language."""

    sheet: str
    row: int
    cells: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    headers: Mapping[str, str] = field(
        repr=False, compare=False
    )  # column, or column::language → as the author wrote it

    def place(self, column: str = "") -> str:
        """Where a cell stands, as people look it up."""
        where = f"{self.sheet}: row {self.row}"
        return f"{where}, column {shown(self.headers.get(column, column))}" if column else where

    def said(self, column: str) -> dict[str, str]:
        """The words of a column in the languages that have any."""
        return dict(self.words.get(column, {}))


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a workbook as lines, the languages that their labels speak, and what is wrong so far."""

    lines: Mapping[str, tuple[Line, ...]]
    languages: tuple[str, ...]
    faults: tuple[Fault, ...]


def book_of(sheets: Mapping[str, Grid]) -> Book:
    """The sheets as lines, with every fault of their headers."""
    grids = {name.strip().lower(): grid for name, grid in sheets.items()}
    first = default_language(grids.get("settings", ()))
    faults: list[Fault] = []
    for name in ("survey", "settings"):
        if not grids.get(name):
            faults.append(Fault("xlsform_no_sheet", "file", {"sheet": name, "found": listed(list(sheets)) or "–"}))
    for name in ("external_choices", "entities"):
        if len(grids.get(name, ())) > 1:
            faults.append(Fault("xlsform_strange_sheet", name, {"sheet": name}))
    lines: dict[str, tuple[Line, ...]] = {}
    for name in TAKEN:
        found = tuple(lines_of(name, grids.get(name, ()), first, faults))
        lines[name] = found
    return Book(lines, languages_of(lines, first), tuple(faults))


def default_language(settings: Grid) -> str:
    """The language of columns that name none."""
    if len(settings) < 2:
        return FIRST_LANGUAGE
    cells = dict(zip(map(header_of, settings[0]), settings[1], strict=False))
    return language_of(cells.get("default_language", "")) or FIRST_LANGUAGE


def header_of(cell: str) -> str:
    """A header in lower case with its usual spelling."""
    plain = " ".join(unicodedata.normalize("NFC", cell).split()).lower()
    return SPELLINGS.get(plain, plain)


def language_of(words: str) -> str:
    """The code of a language as authors of forms name it; "" where it cannot be told.

    >>> language_of("Tiếng Việt (vi)"), language_of("en"), language_of("English"), language_of("Français")
    ('vi', 'en', 'en', '')
    """
    plain = " ".join(unicodedata.normalize("NFC", words).split())
    if tag := TAG.search(plain):
        return tag[1].lower()
    return NAMES.get(plain.lower(), plain.lower() if CODE.fullmatch(plain) else "")


def lines_of(sheet: str, grid: Grid, first: str, faults: list[Fault]) -> Iterator[Line]:
    """The rows below the header that hold anything."""
    if not grid:
        return
    if len(grid) > MOST_ROWS:
        faults.append(Fault("sheet_too_many_rows", sheet, {"limit": str(MOST_ROWS)}))
        return
    columns = columns_of(sheet, grid, first, faults)
    headers: dict[str, str] = {}
    for place, (column, language) in columns.items():
        headers.setdefault(column, grid[0][place].strip())
        headers[f"{column}::{language}"] = grid[0][place].strip()
    for number, row in enumerate(grid[1:], start=2):
        cells: dict[str, str] = {}
        words: dict[str, dict[str, str]] = {}
        for place, (column, language) in columns.items():
            text = unicodedata.normalize("NFC", row[place]).strip() if place < len(row) else ""
            if text and language:
                words.setdefault(column, {})[language] = text
            elif text:
                cells[column] = text
        if cells or words:
            yield Line(sheet, number, cells, words, headers)


def columns_of(sheet: str, grid: Grid, first: str, faults: list[Fault]) -> dict[int, tuple[str, str]]:
    """Place → column and language; columns that are not taken over are faults where they hold anything."""
    found: dict[int, tuple[str, str]] = {}
    for place, cell in enumerate(grid[0]):
        filled = [n for n, row in enumerate(grid[1:], start=2) if place < len(row) and row[place].strip()]
        name, _, tongue = cell.partition("::")
        column = header_of(name)
        if not filled or column.startswith(OWN_NOTES):
            continue
        where = f"{sheet}: row 1, column {shown(cell.strip()) or place + 1}"
        if column not in TAKEN[sheet] or (tongue and column not in SPOKEN):
            facts = {"column": shown(cell.strip()), "rows": listed([str(n) for n in filled])}
            faults.append(Fault("xlsform_column", where, facts))
            continue
        language = (language_of(tongue) if tongue else first) if column in SPOKEN else ""
        if column in SPOKEN and not language:
            faults.append(Fault("xlsform_language", where, {"found": shown(tongue.strip()), "column": column}))
        elif (column, language) in found.values():
            faults.append(Fault("sheet_column_double", where, {"column": shown(cell.strip())}))
        else:
            found[place] = (column, language)
    return found


def languages_of(lines: Mapping[str, Sequence[Line]], first: str) -> tuple[str, ...]:
    """The languages that labels speak, the default one first."""
    spoken = [
        language for sheet in ("survey", "choices") for line in lines[sheet] for language in line.words.get("label", {})
    ]
    return tuple(dict.fromkeys([first, *spoken] if first in spoken or not spoken else spoken))
