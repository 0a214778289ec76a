"""Precision agrees with R's survey package (fixtures/make_fixtures.R) and with cases worked out by hand."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from scoring.design import Stratum, design, weighted
from scoring.frames import ScoringError, frame
from scoring.intervals import better, competition_ranks, interval, quantiles, rank_interval
from scoring.precision import difference, mean_precision, mixing, precision, sample
from scoring.satisfaction import forms, ratios, recipe, sums, values
from scoring.tallies import Cell, tally
from tests.scoring.builders import make_item, make_questionnaire

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED = json.loads((FIXTURES / "stratified.json").read_text())
SCHOOLS = json.loads((FIXTURES / "apistrat.json").read_text())
MEASURES = {"M1": "satisfied_share", "M2": "mean_of_top", "M3": "mean_between_ends"}
POOLINGS = {"G1": "mean_of_items", "G2": "pooled_answers", "G3": "general_item"}
ITEMS = ["q1", "q2", "q3", "q4", "q5"]
CLOSE = 1e-9


def read_rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / name).open(newline="") as file:
        return list(csv.DictReader(file))


def counted(shape, rows, key, columns):
    cells = sorted({key(row) for row in rows})
    codes = np.array([[int(row[column]) for column in columns] for row in rows], dtype=np.uint8)
    return cells, tally(shape, codes, np.array([cells.index(key(row)) for row in rows]), len(cells), products=True)


@pytest.fixture(scope="module")
def stratified():
    made = [make_item(code, factor="A" if code in ITEMS[:3] else "B") for code in ITEMS]
    rows = read_rows("answers.csv")
    cells_numbers = {}
    for grouping, general in (("items", (None, None)), ("general", ("q1", "q4"))):
        shape = frame(make_questionnaire(made, [("A", None, general[0]), ("B", None, general[1])]))
        key = lambda row: Cell("sample", row["unit"], row["counter"], row["stratum"])  # noqa: E731
        cells_numbers[grouping] = (shape, *counted(shape, rows, key, ITEMS))
    strata = [Stratum(each["stratum"], each["unit"], each["N"]) for each in EXPECTED["strata"]]
    return cells_numbers, strata


def estimated(stratified, measure, pooling, items, inside):
    """Values (percent) and standard errors (percent) of `items` in the cells that `inside` picks."""
    shapes, strata = stratified
    shape, cells, numbers = shapes["general" if pooling == "general_item" else "items"]
    plan = design(cells, numbers[:, 0], strata)
    chosen = np.array([inside(cell) for cell in cells])
    each = sums(shape, numbers[:, 1 : shape.open_length], measure)
    how = forms(shape, measure)
    found = ratios(shape, weighted(plan, np.flatnonzero(chosen).tolist(), each), how, pooling)
    made = recipe(shape, [below > 0 for _, below in found], pooling)
    known = sample(shape, plan, numbers, how, pooling)
    sure = precision(known, chosen, mixing(made, items, len(found)))
    exact = values(made, found)
    return [float(exact[item]) for item in items], sure, (known, made)


def domain(name):
    if name == "province":
        return lambda cell: True
    return lambda cell: name in (cell.unit, cell.counter)


@pytest.mark.parametrize("place", sorted(EXPECTED["figures"]))
@pytest.mark.parametrize("method", sorted(MEASURES))
def test_questions_agree_with_r(stratified, place, method):
    items = [f"question:{code}" for code in ITEMS]
    value, sure, _ = estimated(stratified, MEASURES[method], "mean_of_items", items, domain(place))
    expected = [EXPECTED["figures"][place][f"{method}/{item}"] for item in items]
    assert value == pytest.approx([each["value"] for each in expected], rel=CLOSE)
    assert 100 * np.sqrt(sure.variance) == pytest.approx([each["se"] for each in expected], rel=CLOSE)


@pytest.mark.parametrize("place", sorted(EXPECTED["figures"]))
@pytest.mark.parametrize("method", sorted(MEASURES))
@pytest.mark.parametrize("grouping", sorted(POOLINGS))
def test_composites_agree_with_r(stratified, place, method, grouping):
    items = ["factor:A", "factor:B", "overall"]
    value, sure, _ = estimated(stratified, MEASURES[method], POOLINGS[grouping], items, domain(place))
    expected = [EXPECTED["figures"][place][f"{method}/{grouping}/{item}"] for item in items]
    assert value == pytest.approx([each["value"] for each in expected], rel=CLOSE)
    assert 100 * np.sqrt(sure.variance) == pytest.approx([each["se"] for each in expected], rel=CLOSE)


@pytest.mark.parametrize("place", sorted(EXPECTED["intervals"]))
def test_intervals_agree_with_r(stratified, place):
    items = [f"question:{code}" for code in ITEMS]
    value, sure, _ = estimated(stratified, "satisfied_share", "mean_of_items", items, domain(place))
    checked = 0
    for at, code in enumerate(ITEMS):
        expected = EXPECTED["intervals"][place][code]
        assert sure.freedom[at] == expected["df"]
        if sure.floored[at] == sure.variance[at]:  # R knows no floor for strata whose answers are all alike
            found = interval(value[at] / 100, sure, at, 0.95, share=True)
            ends = [100 * found.low, 100 * found.high]
            assert ends == pytest.approx([expected["low"], expected["high"]], rel=CLOSE)
            checked += 1
    assert checked


@pytest.mark.parametrize(
    ("name", "one", "other"), [("u1-c1 less u1-c2", "u1-c1", "u1-c2"), ("u1 less province", "u1", "province")]
)
def test_difference_of_two_domains_agrees_with_r(stratified, name, one, other):
    first, _, (known, made) = estimated(stratified, "satisfied_share", "mean_of_items", ["factor:A"], domain(one))
    second, _, _ = estimated(stratified, "satisfied_share", "mean_of_items", ["factor:A"], domain(other))
    _, cells, _ = stratified[0]["items"]
    inside = [np.array([domain(place)(cell) for cell in cells]) for place in (one, other)]
    variance, _ = difference(known, *inside, mixing(made, ["factor:A"], len(known.above)))
    assert first[0] - second[0] == pytest.approx(EXPECTED["differences"][name]["value"], rel=CLOSE)
    assert 100 * variance[0] ** 0.5 == pytest.approx(EXPECTED["differences"][name]["se"], rel=CLOSE)


def test_mean_over_units_agrees_with_r(stratified):
    parts = [
        estimated(stratified, "satisfied_share", "mean_of_items", ["overall"], domain(unit))
        for unit in ("u1", "u2", "u3")
    ]
    sure = mean_precision([part[1] for part in parts], np.ones((3, 1), dtype=bool))
    assert sum(part[0][0] for part in parts) / 3 == pytest.approx(EXPECTED["mean_of_units"]["value"], rel=CLOSE)
    assert 100 * sure.variance[0] ** 0.5 == pytest.approx(EXPECTED["mean_of_units"]["se"], rel=CLOSE)


def test_california_schools_agree_with_r():
    columns = ["sch_wide", "comp_imp", "both", "awards"]
    shape = frame(
        make_questionnaire([make_item(c, levels=2, satisfied=(2,), factor="F") for c in columns], [("F", None, None)])
    )
    rows = [row | {column: str(int(row[column]) + 1) for column in columns} for row in read_rows("apistrat.csv")]
    cells, numbers = counted(shape, rows, lambda row: Cell("sample", "ca", "", row["stype"]), columns)
    strata = [Stratum(stype, "ca", int(size)) for stype, size in {(row["stype"], row["fpc"]) for row in rows}]
    plan = design(cells, numbers[:, 0], strata)
    how = forms(shape, "satisfied_share")
    known = sample(shape, plan, numbers, how, "mean_of_items")
    made = recipe(shape, [True] * 4, "mean_of_items")
    items = [*(f"question:{column}" for column in columns), "factor:F"]
    everybody = precision(known, np.full(3, True), mixing(made, items, 4))
    elementary = precision(known, np.array([cell.stratum == "E" for cell in cells]), mixing(made, items, 4))
    assert 100 * np.sqrt(everybody.variance[:4]) == pytest.approx(SCHOOLS["all"]["se"], rel=CLOSE)
    assert 100 * np.sqrt(elementary.variance[:4]) == pytest.approx(SCHOOLS["E"]["se"], rel=CLOSE)
    assert 100 * everybody.variance[4] ** 0.5 == pytest.approx(SCHOOLS["mean"]["se"], rel=CLOSE)
    each = sums(shape, numbers[:, 1 : shape.open_length], "satisfied_share")
    exact = values(made, ratios(shape, weighted(plan, [0, 1, 2], each), how, "mean_of_items"))
    assert [float(exact[item]) for item in items[:4]] == pytest.approx(SCHOOLS["all"]["value"], rel=CLOSE)
    assert float(exact["factor:F"]) == pytest.approx(SCHOOLS["mean"]["value"], rel=CLOSE)


def one_question(counts: list[tuple[int, int]], sizes: list[int]):
    """A sample of one yes/no-like question: (satisfied, dissatisfied) a stratum, and the sizes of the strata."""
    shape = frame(make_questionnaire([make_item("q", levels=2, satisfied=(2,))]))
    answers = [(h, 2) for h, (yes, _) in enumerate(counts) for _ in range(yes)]
    answers += [(h, 1) for h, (_, no) in enumerate(counts) for _ in range(no)]
    codes = np.array([[code] for _, code in answers], dtype=np.uint8)
    numbers = tally(shape, codes, np.array([h for h, _ in answers]), len(counts), products=True)
    cells = [Cell("sample", "u", "", f"h{h}") for h in range(len(counts))]
    plan = design(cells, numbers[:, 0], [Stratum(f"h{h}", "u", size) for h, size in enumerate(sizes)])
    known = sample(shape, plan, numbers, forms(shape, "satisfied_share"), "mean_of_items")
    return precision(known, np.full(len(counts), True), np.eye(1))


def test_census_has_no_sampling_error():
    sure = one_question([(7, 3), (5, 0)], [10, 5])
    assert (sure.variance[0], sure.floored[0]) == (0, 0)
    found = interval(0.8, sure, 0, 0.95, share=True)
    assert (found.low, found.high, found.kind) == (0.8, 0.8, "take_all")


def test_stratum_of_equal_answers_has_a_floor():
    # W = 100/300, p~ = 10.5/11; (1 - 10/100) W^2 p~ (1 - p~) / 9 replaces 0; the other stratum by hand as well
    sure = one_question([(10, 0), (6, 4)], [100, 200])
    other = 0.95 * 10 / 9 * (200 / 300) ** 2 * (0.6 * 0.4) / 10
    floor = 0.9 * (1 / 3) ** 2 * (10.5 / 11) * (0.5 / 11) / 9
    assert sure.variance[0] == pytest.approx(other, rel=1e-12)
    assert sure.floored[0] == pytest.approx(other + floor, rel=1e-12)
    assert sure.centre[0] == pytest.approx((10.5 / 11) / 3 + 0.6 * 2 / 3, rel=1e-12)
    assert sure.freedom.tolist() == [18]


def test_everybody_satisfied_is_not_certain():
    sure = one_question([(20, 0)], [500])
    found = interval(1.0, sure, 0, 0.95, share=True)
    assert sure.variance[0] == 0
    assert found.high == 1
    assert 0.75 < found.low < 0.95


def test_lonely_answer_of_several_dossiers_has_no_variance():
    sure = one_question([(10, 10), (1, 0)], [100, 50])
    assert np.isnan(sure.variance[0])
    assert interval(0.5, sure, 0, 0.95, share=True).kind == "undefined"


def test_lonely_answer_of_one_dossier_is_a_census():
    assert np.isfinite(one_question([(10, 10), (1, 0)], [100, 1]).variance[0])


def test_mean_score_interval_is_clipped_to_the_scale():
    sure = one_question([(29, 1)], [1000])
    found = interval(29 / 30, sure, 0, 0.95, share=False)
    assert (found.high, found.kind) == (1.0, "mean_t")
    assert found.low < 29 / 30


def test_stratum_without_enough_answers_joins_its_neighbour():
    cells = [Cell("sample", "u", "", "a"), Cell("sample", "u", "", "b")]
    strata = [Stratum("a", "u", 100), Stratum("b", "u", 40, neighbour="a"), Stratum("c", "u", 10, neighbour="b")]
    plan = design(cells, np.array([20, 1]), strata)
    assert (plan.returned.tolist(), plan.size.tolist(), plan.covered) == ([21], [150], {"u": 1})


def test_uncovered_stratum_is_told():
    plan = design([Cell("sample", "u", "", "a")], np.array([20]), [Stratum("a", "u", 75), Stratum("b", "u", 25)])
    assert plan.covered == {"u": Fraction(3, 4)}


def test_unit_with_unknown_strata_weighs_its_answers_alike():
    cells = [Cell("sample", "u", "", ""), Cell("sample", "u", "", "a"), Cell("sample", "v", "", "b")]
    plan = design(cells, np.array([5, 5, 10]), [Stratum("a", "u", 75), Stratum("b", "v", 20)])
    assert (plan.known, plan.weights([0, 1]), plan.weights([2])) == (False, ([1, 1], 1), ([20], 10))
    assert plan.fraction.tolist() == [0, 0.5]


@pytest.mark.parametrize(
    ("strata", "code"),
    [
        ([Stratum("a", "u", 3)], "returned_over_size"),
        ([Stratum("a", "u", 30), Stratum("b", "u", 30, neighbour="c")], "bad_neighbour"),
        ([Stratum("a", "u", 30), Stratum("b", "u", 30, neighbour="b")], "bad_neighbour"),
    ],
)
def test_impossible_designs_are_refused(strata, code):
    with pytest.raises(ScoringError) as raised:
        design([Cell("sample", "u", "", "a")], np.array([20]), strata)
    assert raised.value.code == code


def test_ranks_are_given_with_what_the_sample_can_tell():
    clear = better(np.array([0.9, 0.8, 0.79, 0.5]), np.full(4, 0.0004), quantiles(np.full(4, 100), 0.95))
    assert rank_interval(clear) == ([1, 2, 2, 4], [1, 3, 3, 4])
    assert competition_ranks([Fraction(9), Fraction(8), Fraction(8), Fraction(5)]) == [1, 2, 2, 4]
