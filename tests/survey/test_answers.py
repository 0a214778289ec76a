"""What is posted, typed or imported for an item becomes a value, nothing, or a fault."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answers import OTHER_LENGTH, read, read_cell, read_other
from survey.faults import Fault
from survey.questionnaire import Item
from tests.survey.builders import make_item, visit

SCALE = make_item("scale", "12345", na=True)
SEVERAL = make_item("several", "abcdef", na=True, exclusive="f", other="e", max_choices=3)
NUMBER = make_item("number", minimum=Decimal(-5), maximum=Decimal("1000.5"), decimals=2)
AMOUNT = make_item("number", minimum=Decimal(0))
DATE = make_item("date", minimum=date(2024, 1, 1), maximum=date(2024, 12, 31), na=True)
TEXT = make_item("text", max_length=20)

VALUES: list[tuple[str, Item, list[str], object]] = [
    ("code", SCALE, ["4"], "4"),
    ("code with blanks around it", SCALE, [" 4\n"], "4"),
    ("not applicable", SCALE, ["na"], "na"),
    ("nothing posted", SCALE, [], None),
    ("only blanks", SCALE, ["", "  "], None),
    ("blank beside a code", SCALE, ["", "2"], "2"),
    ("several in file order", SEVERAL, ["c", "a"], ("a", "c")),
    ("several with one given twice", SEVERAL, ["a", "a"], ("a",)),
    ("exclusive alone", SEVERAL, ["f"], ("f",)),
    ("several not applicable", SEVERAL, ["na"], "na"),
    ("decimal comma", NUMBER, ["3,5"], Decimal("3.5")),
    ("decimal point", NUMBER, ["3.50"], Decimal("3.5")),
    ("negative", NUMBER, ["-5"], Decimal(-5)),
    ("negative zero", NUMBER, ["-0,00"], Decimal(0)),
    ("leading zeros", NUMBER, ["007"], Decimal(7)),
    ("upper bound", NUMBER, ["1000,5"], Decimal("1000.5")),
    ("hundreds keep their zeros", AMOUNT, ["1200"], Decimal(1200)),
    ("iso day", DATE, ["2024-05-01"], date(2024, 5, 1)),
    ("day of the country", DATE, ["1/5/2024"], date(2024, 5, 1)),
    ("day with points", DATE, ["01.05.2024"], date(2024, 5, 1)),
    ("leap day", DATE, ["29-2-2024"], date(2024, 2, 29)),
    ("day not applicable", DATE, ["na"], "na"),
    ("words", TEXT, ["  Tốt "], "Tốt"),
    ("words decomposed", TEXT, [unicodedata.normalize("NFD", "Hài lòng")], "Hài lòng"),
    ("line ends", TEXT, ["a\r\nb\rc"], "a\nb\nc"),
    ("bell becomes a blank", TEXT, ["a\x07b"], "a b"),
    ("na is a word like others", TEXT, ["na"], "na"),
    ("exactly as long as it may be", TEXT, ["ế" * 20], "ế" * 20),
    ("emoji", TEXT, ["👍🏽"], "👍🏽"),
]

FAULTS: list[tuple[str, Item, list[str], str]] = [
    ("unknown code", SCALE, ["9"], "unknown_option"),
    ("label instead of code", SCALE, ["Hài lòng"], "unknown_option"),
    ("number with decimals as code", SCALE, ["4.0"], "unknown_option"),
    ("full-width digit", SCALE, ["４"], "unknown_option"),
    ("na where it is not offered", make_item("scale"), ["na"], "unknown_option"),
    ("two values for one", SCALE, ["1", "2"], "too_many_values"),
    ("the same value twice for one", SCALE, ["1", "1"], "too_many_values"),
    ("unknown among several", SEVERAL, ["a", "z"], "unknown_option"),
    ("exclusive with others", SEVERAL, ["a", "f"], "exclusive_with_others"),
    ("na with others", SEVERAL, ["na", "a"], "exclusive_with_others"),
    ("too many choices", SEVERAL, ["a", "b", "c", "d"], "too_many_choices"),
    ("word for a number", NUMBER, ["ba"], "number_form"),
    ("thousands and decimals", NUMBER, ["1.234,5"], "number_form"),
    ("thousands separator", AMOUNT, ["1.000"], "too_many_decimals"),
    ("too many decimals", NUMBER, ["1,234"], "too_many_decimals"),
    ("exponent", NUMBER, ["1e3"], "number_form"),
    ("not a number", NUMBER, ["NaN"], "number_form"),
    ("infinity", NUMBER, ["inf"], "number_form"),
    ("Arabic digits", NUMBER, ["٣"], "number_form"),
    ("twenty digits", NUMBER, ["1" * 20], "number_form"),
    ("na where no number may be na", NUMBER, ["na"], "number_form"),
    ("below both bounds", NUMBER, ["-6"], "out_of_range"),
    ("above both bounds", NUMBER, ["1000,51"], "out_of_range"),
    ("below the only bound", AMOUNT, ["-1"], "below_minimum"),
    ("above the only bound", make_item("number", maximum=Decimal(9)), ["10"], "above_maximum"),
    ("not a day", DATE, ["hôm qua"], "date_form"),
    ("two-digit year", DATE, ["1/5/24"], "date_form"),
    ("month first", DATE, ["5/31/2024"], "no_such_day"),
    ("no leap day", DATE, ["29/2/2023"], "no_such_day"),
    ("year nought", DATE, ["1/1/0000"], "no_such_day"),
    ("day too late", DATE, ["1/1/2025"], "out_of_range"),
    ("too long", TEXT, ["ế" * 21], "words_too_long"),
    ("a megabyte", TEXT, ["x" * 1_000_000], "words_too_long"),
    ("two texts", TEXT, ["a", "b"], "too_many_values"),
    ("NUL in words", TEXT, ["a\0b"], "bad_character"),
    ("NUL in a code", SCALE, ["4\0"], "bad_character"),
    ("lone surrogate in words", TEXT, ["a\ud800"], "bad_character"),
    ("lone surrogate in a code", SEVERAL, ["a", "\udfff"], "bad_character"),
    ("stacked marks", TEXT, ["a" + "\u0301" * 9], "too_many_marks"),
    ("stacked enclosing marks", TEXT, ["a" + "\u20dd" * 9], "too_many_marks"),
    ("NUL beyond the first letters", TEXT, ["ế\0"], "bad_character"),
]


@pytest.mark.parametrize(("item", "raw", "value"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])
def test_what_is_given_becomes_its_value(item: Item, raw: list[str], value: object) -> None:
    found = read(item, raw)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("item", "raw", "code"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_what_cannot_be_is_a_fault(item: Item, raw: list[str], code: str) -> None:
    found = read(item, raw)

    assert isinstance(found, Fault)
    assert (found.code, found.where) == (code, "q")


def test_fault_of_an_unknown_option_names_the_choices_and_cuts_what_was_found() -> None:
    found = read(SCALE, ["x" * 1000])

    assert isinstance(found, Fault)
    assert found.facts["options"] == "1, 2, 3, 4, 5, na"
    assert len(found.facts["found"]) < 100


CELLS = [
    ("several options", SEVERAL, "c|a", ("a", "c")),
    ("blanks round the bar", SEVERAL, " c | a ", ("a", "c")),
    ("empty cell", SEVERAL, "", None),
    ("only bars", SEVERAL, "||", None),
    ("one option", SCALE, "3", "3"),
    ("bar in words", TEXT, "a|b", "a|b"),
]


@pytest.mark.parametrize(("item", "text", "value"), [row[1:] for row in CELLS], ids=[row[0] for row in CELLS])
def test_cell_of_a_sheet_becomes_its_value(item: Item, text: str, value: object) -> None:
    assert read_cell(item, text) == value


def test_words_beside_an_option_have_their_own_length() -> None:
    assert read_other(SEVERAL, ["x" * OTHER_LENGTH]) == "x" * OTHER_LENGTH
    found = read_other(SEVERAL, ["x" * (OTHER_LENGTH + 1)])
    assert isinstance(found, Fault)
    assert found.code == "words_too_long"


@given(raw=st.lists(st.text(st.characters(), max_size=30), max_size=4), place=st.integers(0, 10))
def test_reading_never_raises_and_its_values_read_back_as_themselves(raw: list[str], place: int) -> None:
    item = visit().items[place]

    found = read(item, raw)

    if found is not None and not isinstance(found, Fault):
        again = list(found) if isinstance(found, tuple) else [str(found)]
        assert read(item, again) == found
