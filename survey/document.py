"""The compact answer document: one fixed-width row of bytes a response, and a JSON object for words and numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from survey.answers import plain
from survey.conditions import Answers, Value
from survey.faults import SurveyError
from survey.questionnaire import NA, OTHER, Item, Questionnaire

NA_BYTE = 255
BITS = 7  # options in one byte of a `several`: the eighth bit stays clear, so 255 can only mean na


class DocumentError(SurveyError):
    """An answer document that does not fit the questionnaire it is said to belong to."""

    code = "document"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where an item's answer stands: `closed` 1 byte, `several` one byte for 7 options, `words` outside the bytes."""

    item: str
    kind: Literal["closed", "several", "words"]
    offset: int
    width: int
    codes: tuple[str, ...]  # option codes; option k of a closed item is byte k+1
    bytes_by_code: Mapping[str, int]  # a closed item: code → byte; na is 255


@dataclass(frozen=True, slots=True)
class Layout:
    """The cells of one questionnaire version in item order, and the width of its documents in bytes."""

    cells: tuple[Cell, ...]
    by_item: Mapping[str, Cell]
    width: int


@lru_cache(maxsize=256)
def layout(questionnaire: Questionnaire) -> Layout:
    """Where each item's answer stands; worked out once a questionnaire.

    >>> from survey.examples import EXAMPLE
    >>> [(cell.item, cell.kind, cell.offset, cell.width) for cell in layout(EXAMPLE).cells][:3]
    [('used', 'closed', 0, 1), ('wait', 'closed', 1, 1), ('visits', 'words', 2, 0)]
    """
    cells: list[Cell] = []
    offset = 0
    for item in questionnaire.items:
        cells.append(cell_of(item, offset))
        offset += cells[-1].width
    return Layout(tuple(cells), {cell.item: cell for cell in cells}, offset)


def cell_of(item: Item, offset: int) -> Cell:
    """The cell of one item."""
    codes = tuple(option.code for option in item.options)
    if item.single:
        places = {code: position for position, code in enumerate(codes, start=1)}
        return Cell(item.code, "closed", offset, 1, codes, places | ({NA: NA_BYTE} if item.na is not None else {}))
    if item.type == "several":
        return Cell(item.code, "several", offset, -(-len(codes) // BITS), codes, {})
    return Cell(item.code, "words", offset, 0, codes, {})


def encode(questionnaire: Questionnaire, answers: Answers) -> tuple[bytes, str | None]:
    """The answers as (bytes, JSON text or None). Blank is 0, option k is byte k, na is 255.

    Give it only kept answers (`survey.journey.kept`). Raises DocumentError for an item or option that is not there.

    >>> from survey.examples import EXAMPLE
    >>> encode(EXAMPLE, {"used": "yes", "wait": "na", "visits": Decimal("2"), "ways": ("desk", "else")})
    (b'\\x01\\xff\\x05', '{"visits":"2"}')
    """
    plan = layout(questionnaire)
    row = bytearray(plan.width)
    words: dict[str, str] = {}
    for code, value in answers.items():
        cell = plan.by_item.get(code)
        try:
            if cell is not None and cell.kind == "closed":
                row[cell.offset] = cell.bytes_by_code[value]  # type: ignore[index]  # another type is not a key either
            elif cell is not None and cell.kind == "several":
                row[cell.offset : cell.offset + cell.width] = mask(cell, value)
            else:
                words[code] = written(questionnaire, code, value)
        except (KeyError, ValueError, TypeError):
            raise DocumentError(
                f"{questionnaire.code} v{questionnaire.version}: {code} cannot hold {value!r}"
            ) from None
    if not words:
        return bytes(row), None
    return bytes(row), json.dumps(words, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def mask(cell: Cell, value: Value) -> bytes:
    """The bytes of a `several`: a bit an option, low bits first; na is 255 and zeros."""
    if value == NA:
        return bytes([NA_BYTE, *([0] * (cell.width - 1))])
    if not isinstance(value, tuple):
        raise TypeError(value)
    row = bytearray(cell.width)
    for code in value:
        place = cell.codes.index(code)
        row[place // BITS] |= 1 << place % BITS
    return bytes(row)


def written(questionnaire: Questionnaire, code: str, value: Value) -> str:
    """A number, day or words as text; raises KeyError for an item that is not there."""
    questionnaire.by_code[code.removesuffix(OTHER)]
    if isinstance(value, Decimal):
        return f"{plain(value):f}"
    if isinstance(value, tuple):
        raise TypeError(value)
    return value.isoformat() if isinstance(value, date) else value


def decode(questionnaire: Questionnaire, codes: bytes, words: str | None) -> dict[str, Value]:
    """The answers of a document, blank items left out; the other way of `encode`. Raises DocumentError.

    >>> from survey.examples import EXAMPLE
    >>> decode(EXAMPLE, b"\\x01\\xff\\x05", '{"visits":"2"}')
    {'used': 'yes', 'wait': 'na', 'ways': ('desk', 'else'), 'visits': Decimal('2')}
    """
    plan = layout(questionnaire)
    if len(codes) != plan.width:
        raise DocumentError(f"{questionnaire.code} v{questionnaire.version}: {len(codes)} bytes, not {plan.width}")
    answers: dict[str, Value] = {}
    try:
        for cell in plan.cells:
            value = chosen(cell, codes[cell.offset : cell.offset + cell.width])
            if value is not None:
                answers[cell.item] = value
        for code, text in (json.loads(words) if words else {}).items():
            answers[code] = value_of(questionnaire, code, text)
    except (KeyError, IndexError, ValueError, ArithmeticError, AttributeError, TypeError) as error:
        raise DocumentError(f"{questionnaire.code} v{questionnaire.version}: {error!r}") from None
    return answers


def chosen(cell: Cell, row: bytes) -> Value | None:
    """What the bytes of one cell say; None for blank."""
    if not any(row):
        return None
    if row[0] == NA_BYTE:
        return NA
    if cell.kind == "closed":
        return cell.codes[row[0] - 1]
    bits = [n * BITS + bit for n, byte in enumerate(row) for bit in range(8) if byte >> bit & 1 and bit < BITS]
    return tuple(cell.codes[place] for place in bits)


def value_of(questionnaire: Questionnaire, code: str, text: str) -> Value:
    """The text of a document as the value that its item holds."""
    kind = "text" if code.endswith(OTHER) else questionnaire.by_code[code].type
    if kind == "text" or text == NA:
        return text
    return Decimal(text) if kind == "number" else date.fromisoformat(text)
