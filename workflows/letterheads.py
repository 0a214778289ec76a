"""The province's letterhead: the shipped one, or the file that LETTERHEAD names."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import Field

from reports.letterheads import Letterhead
from survey.definitions import CONTROL, Row, load, shape
from survey.faults import Fault
from workflows.places import BrokenInstrumentError
from workflows.prepare import text_of

Words = Annotated[str, Field(min_length=1, max_length=300)]


class LetterheadRow(Row):
    """The file."""

    superior: Annotated[str, Field(max_length=300)]
    body: Words
    mark: Words
    place: Words
    authority: Annotated[list[Words], Field(min_length=1, max_length=6)]
    signer: Annotated[str, Field(max_length=300)]
    report_to: Words
    recipients: Annotated[list[Words], Field(min_length=1, max_length=30)]
    sources: list[str]


def read_letterhead(text: str) -> Letterhead | tuple[Fault, ...]:
    """The letterhead that a file (YAML) declares, or everything that is wrong with it; never raises."""
    found = load(text)
    if isinstance(found, tuple):
        return found
    row = shape(LetterheadRow, found)
    if isinstance(row, tuple):
        return row
    wrong = tuple(
        Fault("bad_character", name, {}) for name, words in row.model_dump().items() if CONTROL.search(str(words))
    )
    return wrong or letterhead_of(row)


def letterhead_of(row: LetterheadRow) -> Letterhead:
    """The letterhead of a row without faults."""
    return Letterhead(
        superior=tidied(row.superior),
        body=tidied(row.body),
        mark=tidied(row.mark),
        place=tidied(row.place),
        authority=tuple(map(tidied, row.authority)),
        signer=tidied(row.signer),
        report_to=tidied(row.report_to),
        recipients=tuple(map(tidied, row.recipients)),
    )


def tidied(words: str) -> str:
    """Composed words without blanks around them."""
    return unicodedata.normalize("NFC", words.strip())


def letterhead(path: Path | None = None) -> Letterhead | tuple[Fault, ...]:
    """The shipped letterhead, or that of a file, or what is wrong with the file."""
    if path is None:
        return shipped_letterhead()
    try:
        text = text_of(path)
    except OSError as error:
        facts = {"file": str(path), "reason": error.strerror or type(error).__name__}
        return (Fault("file_unreadable", "LETTERHEAD", facts),)
    read = (text,) if isinstance(text, Fault) else read_letterhead(text)
    if isinstance(read, Letterhead):
        return read
    return tuple(Fault(fault.code, f"{path.name}: {fault.where}", fault.facts) for fault in read)


@cache
def shipped_letterhead() -> Letterhead:
    """The letterhead that is shipped, read once a process."""
    read = read_letterhead((files("instruments") / "reports" / "letterhead.yaml").read_text(encoding="utf-8"))
    if isinstance(read, tuple):
        raise BrokenInstrumentError(f"letterhead.yaml: {read[0]}")
    return read
