"""Answers by the hundred thousand: the columns of a sheet become answer documents, a distinct cell read only once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from survey.answers import has_other, read_cell, read_other
from survey.conditions import Value, items_of
from survey.document import Cell, layout, mask, written
from survey.faults import Fault, shown
from survey.journey import off_way
from survey.questionnaire import OTHER, Item, Questionnaire
from workflows.sheets import Sheet

Words = dict[int, dict[str, str]]  # row → item code → number, day or words as the document writes them


@dataclass(frozen=True, slots=True)
class Documents:
    """The answer documents of a sheet's rows, and how many answers off the way were left out of them."""

    codes: Sequence[bytes]
    words: Sequence[str | None]
    left_out: int


@dataclass(slots=True)
class Found:
    """Faults so far, each with its row and column so that they can be told in the order of the sheet."""

    placed: list[tuple[int, str, str, Mapping[str, str]]] = field(default_factory=list)

    def add(self, row: int, column: str, code: str, facts: Mapping[str, str]) -> None:
        """Note a fault of one cell."""
        self.placed.append((row, column, code, facts))

    def told(self, order: Sequence[str], limit: int) -> tuple[Fault, ...]:
        """The faults by row and column, and the number of those beyond `limit` as the last one."""
        places = {name: place for place, name in enumerate(order)}
        self.placed.sort(key=lambda fault: (fault[0], places.get(fault[1], len(places))))
        faults = [Fault(code, f"row {row}, column {name}", facts) for row, name, code, facts in self.placed[:limit]]
        if len(self.placed) > limit:
            faults.append(Fault("more_faults", "file", {"more": str(len(self.placed) - limit)}))
        return tuple(faults)


@dataclass(frozen=True, slots=True)
class Draft:
    """The documents while they are made: a byte matrix for closed answers, words by row, what each cell was read as."""

    questionnaire: Questionnaire
    sheet: Sheet
    found: Found
    matrix: NDArray[np.uint8]
    words: Words = field(default_factory=dict)
    values: dict[str, dict[str, Value]] = field(default_factory=dict)


def answer_columns(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The columns that answers stand in: an item each, and beside it the words typed for an option marked `other`."""
    return tuple(
        name
        for item in questionnaire.items
        for name in ((item.code, item.code + OTHER) if item.offers_other else (item.code,))
    )


def read_documents(questionnaire: Questionnaire, sheet: Sheet, found: Found) -> Documents:
    """The documents of all rows; cells that cannot be read are added to `found` and left blank."""
    plan = layout(questionnaire)
    draft = Draft(questionnaire, sheet, found, np.zeros((sheet.size, plan.width), np.uint8))
    for cell in plan.cells:
        if cell.item in sheet.columns:
            draft.values[cell.item] = read_distinct(questionnaire.item(cell.item), cell.item, draft, read_cell)
            keep_column(draft, cell)
    left_out = drop_off_way(draft) + keep_others(draft)
    width, raw = plan.width, draft.matrix.tobytes()
    codes = [raw[start : start + width] for start in range(0, len(raw), width)] if width else [b""] * sheet.size
    return Documents(codes, [written_words(draft.words.get(row)) for row in range(sheet.size)], left_out)


def read_distinct(
    item: Item, name: str, draft: Draft, read: Callable[[Item, str], Value | Fault | None]
) -> dict[str, Value]:
    """What each distinct cell of a column says; blank ones are not among them."""
    cells = draft.sheet.columns[name]
    readings = {cell: read(item, cell) for cell in set(cells)}
    wrong = {cell: reading for cell, reading in readings.items() if isinstance(reading, Fault)}
    if wrong:
        for number, cell in zip(draft.sheet.numbers, cells, strict=True):
            if (fault := wrong.get(cell)) is not None:
                draft.found.add(number, name, fault.code, {"found": shown(cell), **fault.facts})
    return {cell: value for cell, value in readings.items() if value is not None and not isinstance(value, Fault)}


def keep_column(draft: Draft, cell: Cell) -> None:
    """Put one column's answers where the layout wants them."""
    cells, values = draft.sheet.columns[cell.item], draft.values[cell.item]
    if cell.kind == "words":
        texts = {text: written(draft.questionnaire, cell.item, value) for text, value in values.items()}
        for row, text in enumerate(cells):
            if text in texts:
                draft.words.setdefault(row, {})[cell.item] = texts[text]
        return
    if cell.kind == "closed":
        codes = {text: bytes([cell.bytes_by_code[value]]) for text, value in values.items() if isinstance(value, str)}
    else:
        codes = {text: mask(cell, value) for text, value in values.items()}
    blank = bytes(cell.width)
    known = {text: codes.get(text, blank) for text in set(cells)}
    column = np.frombuffer(b"".join(map(known.__getitem__, cells)), np.uint8)
    block(draft, cell)[:] = column.reshape(-1, cell.width)


def block(draft: Draft, cell: Cell) -> NDArray[np.uint8]:
    """The bytes of one item in all rows."""
    return draft.matrix[:, cell.offset : cell.offset + cell.width]


def drop_off_way(draft: Draft) -> int:
    """Blank the answers to questions off the way; gives how many there were.

    The way hangs only on the items that conditions look at, so it is worked out once for each of their combinations.
    """
    conditional = [(each, each.show_if) for each in draft.questionnaire.conditional if each.show_if is not None]
    if not conditional:
        return 0
    looked_at = sorted({code for _, condition in conditional for code in items_of(condition)})
    count = 0
    for combination, rows in combinations(draft.sheet, looked_at):
        said = zip(looked_at, combination, strict=True)
        answers = {code: draft.values[code][text] for code, text in said if text in draft.values.get(code, {})}
        off, _ = off_way(draft.questionnaire, answers)
        gone = [item.code for question, _ in conditional if question.code in off for item in question.items]
        count += sum(blank_item(draft, code, rows) for code in gone)
    return count


def combinations(sheet: Sheet, names: Sequence[str]) -> Iterator[tuple[tuple[str, ...], NDArray[np.int64]]]:
    """Each combination of cells that these columns have, with the rows that have it."""
    blank = [""] * sheet.size
    numbered: dict[tuple[str, ...], int] = {}
    rows = zip(*(sheet.columns.get(name, blank) for name in names), strict=True)
    number = np.fromiter((numbered.setdefault(row, len(numbered)) for row in rows), np.int64, sheet.size)
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[order], np.arange(len(numbered) + 1))
    for combination, place in numbered.items():
        yield combination, order[starts[place] : starts[place + 1]]


def blank_item(draft: Draft, code: str, rows: NDArray[np.int64]) -> int:
    """Blank one item in these rows; gives how many had an answer."""
    cell = layout(draft.questionnaire).by_item[code]
    if cell.kind == "words":
        return sum(draft.words.get(row, {}).pop(code, None) is not None for row in rows.tolist())
    columns = block(draft, cell)
    count = int(np.count_nonzero(columns[rows].any(axis=1)))
    columns[rows] = 0
    return count


def keep_others(draft: Draft) -> int:
    """Keep the words beside options marked `other` where such an option is chosen; gives how many were left out."""
    count = 0
    for item in draft.questionnaire.items:
        name = item.code + OTHER
        if not item.offers_other or name not in draft.sheet.columns:
            continue
        texts = read_distinct(item, name, draft, lambda item, text: read_other(item, (text,)))
        on_way = np.any(block(draft, layout(draft.questionnaire).by_item[item.code]), axis=1)
        chosen = {text for text, value in draft.values.get(item.code, {}).items() if has_other(item, value)}
        choices = draft.sheet.columns.get(item.code, [""] * draft.sheet.size)
        for row, (text, choice) in enumerate(zip(draft.sheet.columns[name], choices, strict=True)):
            if text in texts and choice in chosen and on_way[row]:
                draft.words.setdefault(row, {})[name] = str(texts[text])
            else:
                count += text in texts
    return count


def written_words(words: Mapping[str, str] | None) -> str | None:
    """The words of one row as the document has them."""
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"), sort_keys=True) if words else None
