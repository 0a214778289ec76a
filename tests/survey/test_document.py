"""The compact answer document keeps every answer in bytes whose places are fixed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.conditions import Value
from survey.document import NA_BYTE, Cell, DocumentError, cell_of, chosen, decode, encode, layout, mask
from survey.questionnaire import Questionnaire
from tests.survey.builders import INSTRUMENTS, make_item, read_file, visit
from tests.survey.strategies import answers_of

VISIT = visit()
LONG = "abcdefghijklmnopqrstu"  # 21 options: three bytes


@given(answers=answers_of(VISIT))
def test_answers_of_every_type_come_back_from_their_document(answers: dict[str, Value]) -> None:
    assert decode(VISIT, *encode(VISIT, answers)) == answers


@given(answers=answers_of(VISIT))
def test_document_has_the_width_of_its_version_whatever_the_answers_are(answers: dict[str, Value]) -> None:
    assert len(encode(VISIT, answers)[0]) == layout(VISIT).width == 7


@given(found=st.sets(st.sampled_from(LONG), min_size=1))
def test_several_options_come_back_and_never_look_like_not_applicable(found: set[str]) -> None:
    cell = cell_of(make_item("several", LONG, na=True), 0)
    value = tuple(code for code in LONG if code in found)

    row = mask(cell, value)

    assert len(row) == cell.width == 3
    assert NA_BYTE not in row
    assert chosen(cell, row) == value


WIDTHS = [("one", "a", 1), ("seven", LONG[:7], 1), ("eight", LONG[:8], 2), ("fourteen", LONG[:14], 2), ("all", LONG, 3)]


@pytest.mark.parametrize(("codes", "width"), [row[1:] for row in WIDTHS], ids=[row[0] for row in WIDTHS])
def test_one_byte_holds_seven_options_of_several(codes: str, width: int) -> None:
    assert cell_of(make_item("several", codes), 4).width == width


def test_not_applicable_of_several_is_255_and_zeros() -> None:
    cell = cell_of(make_item("several", LONG, na=True), 0)

    assert mask(cell, "na") == bytes([255, 0, 0])
    assert chosen(cell, bytes([255, 0, 0])) == "na"


def test_bytes_are_places_in_file_order() -> None:
    answers: dict[str, Value] = {
        "den": "no",
        "kenh": "khac",
        "kenh.other": "Qua thôn",
        "so_lan": Decimal("12"),
        "tiep_cho": "5",
        "tiep_loi": "na",
        "giay_to": ("anh", "don"),
        "ngay": date(2024, 5, 1),
        "hen": "yes",
    }

    codes, words = encode(VISIT, answers)

    assert list(codes) == [2, 3, 5, 255, 0, 0b110, 1]
    assert words == '{"kenh.other":"Qua thôn","ngay":"2024-05-01","so_lan":"12"}'


def test_nothing_answered_is_zeros_and_no_words() -> None:
    assert encode(VISIT, {}) == (bytes(7), None)
    assert decode(VISIT, bytes(7), None) == {}


UNFIT: list[tuple[str, dict[str, Value]]] = [
    ("unknown item", {"nowhere": "1"}),
    ("unknown other", {"nowhere.other": "words"}),
    ("unknown option", {"den": "maybe"}),
    ("unknown option of several", {"giay_to": ("bang_lai",)}),
    ("na where it is not offered", {"den": "na"}),
    ("several for one", {"den": ("yes", "no")}),
    ("one for several", {"giay_to": "anh"}),
    ("several for words", {"y_kien": ("a",)}),
]


@pytest.mark.parametrize("answers", [row[1] for row in UNFIT], ids=[row[0] for row in UNFIT])
def test_answers_that_do_not_fit_are_refused(answers: dict[str, Value]) -> None:
    with pytest.raises(DocumentError):
        encode(VISIT, answers)


DAMAGED = [
    ("too short", bytes(6), None),
    ("too long", bytes(8), None),
    ("no such option", bytes([9, 0, 0, 0, 0, 0, 0]), None),
    ("no such option of several", bytes([0, 0, 0, 0, 0, 0b1000000, 0]), None),
    ("words that are no JSON", bytes(7), "{"),
    ("words that are no object", bytes(7), "[]"),
    ("unknown item in words", bytes(7), '{"nowhere": "1"}'),
    ("number that is none", bytes(7), '{"so_lan": "x"}'),
    ("day that is none", bytes(7), '{"ngay": "2024-02-30"}'),
]


@pytest.mark.parametrize(("codes", "words"), [row[1:] for row in DAMAGED], ids=[row[0] for row in DAMAGED])
def test_damaged_documents_are_refused(codes: bytes, words: str | None) -> None:
    with pytest.raises(DocumentError):
        decode(VISIT, codes, words)


@pytest.mark.parametrize("path", sorted(INSTRUMENTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_cells_of_an_instrument_follow_one_another_without_gaps(path: Path) -> None:
    questionnaire: Questionnaire = read_file(path)
    cells: tuple[Cell, ...] = layout(questionnaire).cells

    assert [cell.item for cell in cells] == [item.code for item in questionnaire.items]
    assert [cell.offset for cell in cells] == [sum(before.width for before in cells[:n]) for n in range(len(cells))]
