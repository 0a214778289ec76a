"""Methods, groupings, means and printing, on cases worked out by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.frames import frame
from scoring.satisfaction import forms, mean, mean_over_units, printed, ratios, recipe, sums, values
from scoring.tallies import tally
from tests.scoring.builders import make_item, make_questionnaire

# factor A: a1, a2 in block I; B: b1 (three levels), general b0, in block I; C: c1 in block II
QUESTIONNAIRE = make_questionnaire(
    [
        make_item("a1", factor="A"),
        make_item("a2", factor="A"),
        make_item("b0"),
        make_item("b1", factor="B", levels=3, satisfied=(3,)),
        make_item("c1", factor="C"),
        make_item("sex", kind="single", levels=2, satisfied=()),
    ],
    [("A", "I", "a1"), ("B", "I", "b0"), ("C", "II", None)],
    ["I", "II"],
)
FRAME = frame(QUESTIONNAIRE)
ANSWERS = {
    "a1": [5, 5, 4, 3, 0],  # 3 of 4, mean 17/4
    "a2": [4, 1, 255, 0, 0],  # 1 of 2, mean 5/2
    "b0": [5, 5, 5, 2, 1],  # 3 of 5, mean 18/5
    "b1": [3, 3, 2, 1, 1],  # 2 of 5, mean 2
    "c1": [4, 0, 255, 0, 1],  # 1 of 2, mean 5/2
    "sex": [1, 2, 1, 2, 0],
}


def worked(measure: str, pooling: str, answers=ANSWERS, shape=FRAME):
    codes = np.array([answers[column.code] for column in shape.columns], dtype=np.uint8).T
    numbers = tally(shape, codes, np.zeros(len(codes), dtype=np.int64), 1, products=False)
    node = sums(shape, numbers[:, 1:], measure)[0]
    found = ratios(shape, node, forms(shape, measure), pooling)
    return values(recipe(shape, [below > 0 for _, below in found], pooling), found)


def percent(*parts) -> Fraction:
    return 100 * sum((Fraction(part) for part in parts), Fraction(0)) / len(parts)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("satisfied_share", {"a1": "3/4", "a2": "1/2", "b0": "3/5", "b1": "2/5", "c1": "1/2"}),
        ("mean_of_top", {"a1": "17/20", "a2": "1/2", "b0": "18/25", "b1": "2/3", "c1": "1/2"}),
        ("mean_between_ends", {"a1": "13/16", "a2": "3/8", "b0": "13/20", "b1": "1/2", "c1": "3/8"}),
    ],
)
@pytest.mark.parametrize("pooling", ["mean_of_items", "pooled_answers", "general_item"])
def test_questions(measure, expected, pooling):
    found = worked(measure, pooling)
    assert {key[9:]: value for key, value in found.items() if key.startswith("question:")} == {
        code: percent(share) for code, share in expected.items()
    }


@pytest.mark.parametrize(
    ("measure", "pooling", "expected"),
    [
        # a factor's general item does not enter the mean of its questions: A is a2 alone, B is b1 alone
        ("satisfied_share", "mean_of_items", {"A": "1/2", "B": "2/5", "C": "1/2"}),
        ("satisfied_share", "general_item", {"A": "3/4", "B": "3/5"}),
        ("mean_of_top", "mean_of_items", {"A": "1/2", "B": "2/3", "C": "1/2"}),
        ("mean_between_ends", "pooled_answers", {"A": "3/8", "B": "1/2", "C": "3/8"}),
    ],
)
def test_factors_blocks_and_overall(measure, pooling, expected):
    found = worked(measure, pooling)
    factors = {code: percent(share) for code, share in expected.items()}
    assert {key[7:]: value for key, value in found.items() if key.startswith("factor:")} == factors
    block = (factors["A"] + factors["B"]) / 2
    assert found["block:I"] == block
    assert found["overall"] == ((block + factors["C"]) / 2 if "C" in factors else block)
    assert ("block:II" in found) == ("C" in factors)


def test_pooled_answers_weigh_alike_even_on_different_scales():
    shape = frame(
        make_questionnaire(
            [make_item("x", factor="F"), make_item("y", factor="F", levels=3, satisfied=(3,))], [("F", None, None)]
        )
    )
    answers = {"x": [5, 4, 1, 0], "y": [3, 2, 1, 1]}
    assert worked("satisfied_share", "pooled_answers", answers, shape)["overall"] == percent("3/7")
    assert worked("mean_of_top", "pooled_answers", answers, shape)["overall"] == percent(
        (Fraction(10, 5) + Fraction(7, 3)) / 7
    )
    assert worked("mean_between_ends", "pooled_answers", answers, shape)["overall"] == percent(
        (Fraction(7, 4) + Fraction(3, 2)) / 7
    )
    assert worked("satisfied_share", "mean_of_items", answers, shape)["overall"] == percent("2/3", "1/4")


def test_question_that_nobody_answered_is_left_out_of_its_factor():
    answers = ANSWERS | {"c1": [0, 0, 255, 255, 0]}
    found = worked("satisfied_share", "mean_of_items", answers)
    assert not {"question:c1", "factor:C", "block:II"} & set(found)
    assert found["overall"] == found["block:I"]


def test_nothing_answered_has_no_value():
    assert worked("satisfied_share", "mean_of_items", {code: [0, 255] for code in ANSWERS}) == {}


def test_questionnaire_without_factors_rests_on_its_rated_questions():
    shape = frame(
        make_questionnaire([make_item("x"), make_item("y", satisfied=()), make_item("z", kind="single", levels=2)])
    )
    assert [shape.columns[at].code for at in shape.indexed] == ["x"]
    found = worked("satisfied_share", "mean_of_items", {"x": [5, 1], "y": [5, 5], "z": [1, 1]}, shape)
    assert found == {"overall": Fraction(50), "question:x": Fraction(50)}


def test_mean_over_units_is_not_the_mean_of_group_means():
    units = [{"overall": Fraction(90)}, {"overall": Fraction(80)}, {"overall": Fraction(40)}]
    assert mean_over_units(units) == {"overall": Fraction(70)}


@given(st.lists(st.fractions(), min_size=1, max_size=20))
def test_mean_is_exact(parts):
    assert mean(parts) == sum(parts) / len(parts)


@pytest.mark.parametrize(
    ("value", "decimals", "language", "words"),
    [
        (Fraction(1, 8), 2, "vi", "0,13"),
        (Fraction(1, 8), 2, "en", "0.13"),
        (Fraction(-1, 8), 2, "en", "-0.13"),
        (Fraction(-1, 1000), 2, "en", "0.00"),
        (Fraction(2, 3), 2, "vi", "0,67"),
        (Fraction(100), 2, "vi", "100,00"),
        (Fraction(199999, 2000), 2, "vi", "100,00"),
        (Fraction(5, 2), 0, "vi", "3"),
        (40.165, 2, "vi", "40,17"),
        (0.285, 2, "en", "0.29"),
        (Decimal("1.005"), 2, "en", "1.01"),
        (1e-9, 2, "en", "0.00"),
    ],
)
def test_printed_half_up(value, decimals, language, words):
    assert printed(value, decimals, language) == words


@given(st.integers(0, 10**7), st.integers(1, 10**5))
def test_printing_a_float_is_printing_the_fraction(top, bottom):
    exact = Fraction(100 * min(top, bottom), bottom)
    assert printed(float(exact), 2, "en") == printed(exact, 2, "en")
    half_up = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert printed(exact, 2, "en") == str(half_up)
