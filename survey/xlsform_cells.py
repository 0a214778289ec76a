"""Cells of an XLSForm's rows: codes, words by language, yes and no; what cannot be taken over is noted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from survey.faults import Fault, shown
from survey.xlsform_logic import Known
from survey.xlsform_sheets import Line

Found = dict[str, object]
Placed = list[tuple[Found, Line]]
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
YES, NO = ("yes", "true", "true()", "1", "có", "x"), ("no", "false", "false()", "0", "không")
NOT_APPLICABLE = "na"
# How a question looks on a phone; it looks as it does here whatever is written, but for tables.
LOOKS = re.compile(
    r"(field-list|table-list|likert|label|list-nolabel|list|minimal|compact|quick|quickcompact|horizontal|"
    r"horizontal-compact|columns(-[0-9]+|-pack)?|no-buttons|multiline|numbers|thousands-sep|autocomplete|search|"
    r"no-calendar|month-year|year|w[0-9]{1,2}|h[1-6]|summary|intro)"
)
PIPED = re.compile(r"\$\{[^}]*\}")


@dataclass(slots=True)
class Group:
    """A group that is open, with what it asks for and what stands in it."""

    line: Line
    shows: list[Found]
    questions: Placed = field(default_factory=list)
    table: bool = False


@dataclass(slots=True)
class Making:
    """What has been read so far."""

    lists: Mapping[str, Sequence[Line]]
    title: Mapping[str, str]
    languages: tuple[str, ...]
    faults: list[Fault] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)
    codes: dict[str, Line] = field(default_factory=dict)
    used: dict[str, bool] = field(default_factory=dict)  # list → whether "other" stands at its end
    alone: dict[str, set[str]] = field(default_factory=dict)  # list → options that stand alone
    groups: list[Group] = field(default_factory=list)
    loose: Placed = field(default_factory=list)  # questions outside of any group
    sections: list[tuple[Found, Line, Placed]] = field(default_factory=list)

    def wrong(self, code: str, line: Line, at: str, **facts: str) -> None:
        """Note a fault of that cell."""
        self.faults.append(Fault(code, line.place(at), facts))


def code_of(making: Making, line: Line) -> str:
    """The code of a row by its name: in lower case, as columns of sheets are; each one once."""
    name = line.cells.get("name", "")
    code = plain_code(name)
    if not name:
        making.wrong("xlsform_cell_missing", line, "name", name="name")
    elif not CODE.fullmatch(code):
        making.wrong("xlsform_name", line, "name", found=shown(name))
    elif code in making.codes:
        making.wrong("xlsform_name_twice", line, "name", found=shown(name), row=str(making.codes[code].row))
    else:
        making.codes[code] = line
    return code


def plain_code(name: str) -> str:
    """A name as our codes are written."""
    return name.lower().replace("-", "_").replace(".", "_")


def words_of(making: Making, line: Line, column: str) -> dict[str, str]:
    """The words of a cell by language; words that quote another answer cannot be taken over."""
    words = line.said(column)
    if not words:
        making.wrong("xlsform_cell_missing", line, column, name=column)
    for language in making.languages if words else ():
        if language not in words:
            making.wrong("xlsform_words_missing", line, f"{column}::{language}", name=column, language=language)
    for language, text in words.items():
        if piped := PIPED.search(text):
            making.wrong("xlsform_piped", line, f"{column}::{language}", found=shown(piped[0]))
    return words


def looks_of(making: Making, line: Line) -> list[str]:
    """The words of the appearance, all of which must be known."""
    looks = line.cells.get("appearance", "").split()
    for look in looks:
        if not LOOKS.fullmatch(look):
            making.wrong("xlsform_look", line, "appearance", found=shown(look))
    return looks


def yes_or_no(making: Making, line: Line, column: str) -> bool:
    """Whether a cell says yes; a condition there cannot be taken over."""
    text = line.cells.get(column, "")
    if text and text.lower() not in (*YES, *NO):
        making.wrong("xlsform_yes_or_no", line, column, found=shown(text))
    return said_yes(text)


def said_yes(text: str) -> bool:
    """Whether the text says yes."""
    return text.lower() in YES
