"""Tallies hold what a plain count of the answers gives, and merge to the same integers in any order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scoring import tallies
from scoring.frames import ScoringError, frame
from scoring.tallies import Tally, empty, moment_sums, product_matrix, tally
from survey.document import encode
from tests.scoring.builders import make_item, make_questionnaire

QUESTIONNAIRE = make_questionnaire(
    [
        make_item("a", factor="F"),
        make_item("ways", kind="several", levels=9),
        make_item("b", factor="F", levels=3, satisfied=(3,)),
        make_item("sex", kind="single", levels=2, satisfied=()),
        make_item("few", kind="several", levels=7),
    ],
    [("F", None, None)],
)
FRAME = frame(QUESTIONNAIRE)
LEVELS = {"a": 5, "b": 3, "sex": 2}


@st.composite
def answers(draw):
    """What somebody answered, blanks left out."""
    found = {}
    for code, levels in LEVELS.items():
        value = draw(st.sampled_from([None, "na", *(str(k) for k in range(1, levels + 1))]))
        if value is not None:
            found[code] = value
    for code, size in (("ways", 9), ("few", 7)):
        value = draw(st.sampled_from([None, "na", "some"]))
        if value == "some":
            chosen = draw(st.sets(st.integers(1, size), min_size=1))
            found[code] = tuple(str(k) for k in sorted(chosen))
        elif value is not None:
            found[code] = value
    return found


def documents(people) -> np.ndarray:
    joined = b"".join(encode(QUESTIONNAIRE, each)[0] for each in people)
    return np.frombuffer(joined, dtype=np.uint8).reshape(len(people), FRAME.width)


def z_of(each) -> list[int]:
    """satisfied, score, valid of the two indexed items, as the definition says."""
    found = []
    for code, lowest in (("a", 4), ("b", 3)):
        score = int(each[code]) if each.get(code, "na") != "na" else 0
        found += [int(score >= lowest), score, int(score > 0)]
    return found


@given(st.lists(answers(), max_size=30))
def test_tally_is_what_a_plain_count_gives(people):
    numbers = tally(FRAME, documents(people), np.zeros(len(people), dtype=np.int64), 1, products=True)
    assert numbers[0, 0] == len(people)
    counts = numbers[0, 1 : FRAME.open_length]
    for column in FRAME.columns:
        expected = dict.fromkeys(column.labels, 0)
        for each in people:
            value = each.get(column.code, "blank")
            for code in value if isinstance(value, tuple) else (value,):
                expected[code] += 1
        assert counts[column.slot : column.slot + len(column.labels)].tolist() == list(expected.values())
    z = np.array([z_of(each) for each in people], dtype=np.int64).reshape(len(people), 6)
    assert moment_sums(FRAME, counts).tolist() == z.sum(axis=0).tolist()
    assert product_matrix(FRAME, numbers)[0].tolist() == (z.T @ z).tolist()


@given(st.lists(answers(), min_size=1, max_size=40), st.data())
def test_shards_merge_to_the_whole_in_any_order(people, data):
    codes = documents(people)
    cells = data.draw(arrays.arrays(np.int64, len(people), elements=st.integers(0, 2)))
    shard = data.draw(arrays.arrays(np.int64, len(people), elements=st.integers(0, 3)))
    whole = [Tally(row) for row in tally(FRAME, codes, cells, 3, products=True)]
    merged = [empty(FRAME, "sample") for _ in range(3)]
    for number in data.draw(st.permutations(range(4))):
        part = tally(FRAME, codes[shard == number], cells[shard == number], 3, products=True)
        merged = [total + Tally(row) for total, row in zip(merged, part, strict=True)]
    assert [each.to_bytes() for each in merged] == [each.to_bytes() for each in whole]


@given(st.lists(answers(), min_size=1, max_size=20), st.lists(answers(), max_size=20))
def test_subtracting_undoes_adding(some, more):
    one, two = (
        Tally(tally(FRAME, documents(part), np.zeros(len(part), dtype=np.int64), 1, products=True)[0])
        for part in (some, more)
    )
    assert ((one + two) - two).to_bytes() == one.to_bytes()
    assert Tally.from_bytes(one.to_bytes(), FRAME) == one


def test_chunks_do_not_show(monkeypatch):
    random = np.random.default_rng(7)
    codes = np.zeros((1000, FRAME.width), dtype=np.uint8)
    codes[:, FRAME.by_code["a"].offset] = random.choice([0, 1, 2, 3, 4, 5, 255], 1000)
    codes[:, FRAME.by_code["b"].offset] = random.choice([0, 1, 2, 3, 255], 1000)
    cells = random.integers(0, 7, 1000)
    whole = tally(FRAME, codes, cells, 7, products=True)
    monkeypatch.setattr(tallies, "CHUNK", 64)
    assert np.array_equal(tally(FRAME, codes, cells, 7, products=True), whole)


@pytest.mark.parametrize("top", [5, 17, 100, 1000])
def test_products_of_large_scores_are_exact(top):
    made = make_questionnaire([make_item("q", levels=2)])
    shape = frame(made)
    column = shape.columns[0]
    scored = type(column)(column.code, 0, 1, False, ("1", "2"), (1, top), (False, True), 0)
    shape = type(shape)((scored,), (0,), (), (), 1, {"q": scored})
    numbers = tally(shape, np.full((70_001, 1), 2, dtype=np.uint8), np.zeros(70_001, dtype=np.int64), 1, products=True)
    assert product_matrix(shape, numbers)[0, 1].tolist() == [70_001 * top, 70_001 * top * top, 70_001 * top]


def test_open_cells_need_no_products():
    numbers = tally(FRAME, documents([{}]), np.array([0]), 1, products=False)
    assert numbers.shape == (1, FRAME.open_length)
    assert empty(FRAME, "open") + Tally(numbers[0]) == Tally(numbers[0])


@pytest.mark.parametrize(
    ("codes", "cells", "code"),
    [
        (np.zeros((2, FRAME.width + 1), dtype=np.uint8), np.zeros(2, dtype=int), "bad_shape"),
        (np.zeros((2, FRAME.width), dtype=np.int64), np.zeros(2, dtype=int), "bad_shape"),
        (np.zeros((2, FRAME.width), dtype=np.uint8), np.zeros(3, dtype=int), "bad_shape"),
        (np.zeros((2, FRAME.width), dtype=np.uint8), np.array([0, 1]), "bad_cell"),
        (np.zeros((2, FRAME.width), dtype=np.uint8), np.array([0, -1]), "bad_cell"),
        (np.full((2, FRAME.width), 6, dtype=np.uint8), np.zeros(2, dtype=int), "bad_code"),
    ],
)
def test_what_does_not_fit_is_refused(codes, cells, code):
    with pytest.raises(ScoringError) as raised:
        tally(FRAME, codes, cells, 1, products=True)
    assert raised.value.code == code


def test_option_that_a_several_item_does_not_have_is_refused():
    codes = np.zeros((1, FRAME.width), dtype=np.uint8)
    codes[0, FRAME.by_code["ways"].offset + 1] = 0b100  # the tenth of nine options
    with pytest.raises(ScoringError, match="ways has only 9 options"):
        tally(FRAME, codes, np.array([0]), 1, products=False)


def test_tally_of_another_questionnaire_is_refused():
    one = empty(FRAME, "open")
    with pytest.raises(ScoringError):
        one + empty(FRAME, "sample")
    with pytest.raises(ScoringError):
        Tally.from_bytes(one.to_bytes() + b"\0" * 8, FRAME)
    with pytest.raises(ScoringError):
        Tally.from_bytes(b"\0" * 7)


def test_more_cannot_be_taken_out_than_is_in():
    full = Tally(tally(FRAME, documents([{"a": "1"}]), np.array([0]), 1, products=False)[0])
    with pytest.raises(ScoringError, match="1 responses cannot be taken out of 0"):
        empty(FRAME, "open") - full
