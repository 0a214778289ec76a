"""The figures of a campaign: what stands in them, what does not, and that they agree with R where R can say it."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from scoring.design import Stratum
from scoring.examples import RULES
from scoring.figure import as_dict
from scoring.figures import figures
from scoring.frames import ScoringError, frame
from scoring.places import Campaign
from scoring.tallies import Cell, Tally, tally
from tests.scoring.builders import make_item, make_questionnaire, plain
from tests.scoring.test_precision import EXPECTED, ITEMS, counted, read_rows

FRAME = frame(
    make_questionnaire(
        [
            make_item("a", factor="A"),
            make_item("b", factor="B"),
            make_item("sex", kind="single", levels=2, satisfied=()),
        ],
        [("A", None, None), ("B", None, None)],
    )
)
OFFICE = replace(RULES, public=False)


def cell(satisfied: int, dissatisfied: int, stream="open", shape=FRAME) -> Tally:
    """A cell of people who all gave the same answer to every question."""
    codes = np.array([[5, 5, 1]] * satisfied + [[1, 1, 2]] * dissatisfied, dtype=np.uint8).reshape(-1, 3)
    return Tally(tally(shape, codes, np.zeros(len(codes), dtype=np.int64), 1, products=stream == "sample")[0])


def by_key(found):
    return {(each.scope, each.code, each.aggregation, each.item, each.stream): each for each in found}


def open_campaign(people: dict[str, tuple[int, int]], rules=RULES, blocks=None):
    units = blocks or dict.fromkeys(people, "I")
    tallies = {Cell("open", unit): cell(*counts) for unit, counts in people.items() if sum(counts)}
    return by_key(figures(FRAME, tallies, Campaign(units, {}), rules))


def test_units_blocks_and_province():
    blocks = {"a": "I", "b": "I", "c": "II", "d": ""}
    found = open_campaign({"a": (90, 10), "b": (20, 20), "c": (300, 100), "d": (0, 50)}, blocks=blocks)
    value = {key[:3]: each.value for key, each in found.items() if key[3] == "overall"}
    assert value["unit", "a", None] == 90
    assert value["block", "I", "units"] == 70
    assert value["block", "I", "pooled"] == Fraction(11000, 140)
    assert value["block", "II", "units"] == 75
    assert value["province", "province", "units"] == Fraction(90 + 50 + 75 + 0, 4)
    assert value["province", "province", "pooled"] == Fraction(41000, 590)
    assert ("block", "", "units") not in value


def test_every_unit_has_every_item():
    found = open_campaign({"a": (90, 10), "b": (0, 0)})
    items = ["overall", "factor:A", "factor:B", "question:a", "question:b", "question:sex"]
    assert [key[3] for key in found if key[1] == "b"] == items
    assert {(each.state, each.n, each.value, each.distribution) for key, each in found.items() if key[1] == "b"} == {
        ("undefined", 0, None, None)
    }


def test_question_without_an_index_has_a_distribution_only():
    figure = open_campaign({"a": (90, 10)})["unit", "a", None, "question:sex", "open"]
    assert (figure.value, figure.state, figure.n) == (None, "ok", 100)
    assert figure.distribution == {"blank": 0, "1": 90, "2": 10, "na": 0}


def test_suppressed_unit_and_its_partner_show_nothing():
    found = open_campaign({"a": (3, 0), "b": (30, 10), "c": (60, 40), "d": (90, 90)})
    for unit in ("a", "b"):
        figure = found["unit", unit, None, "question:a", "open"]
        assert figure.state == "suppressed"
        assert (figure.value, figure.n, figure.distribution) == (None, None, None)
    mean = found["province", "province", "units", "question:a", "open"]
    assert (mean.value, mean.n) == (55, 280)
    assert mean.distribution == {"blank": 0, "1": 130, "2": 0, "3": 0, "4": 0, "5": 150, "na": 0}
    pooled = found["province", "province", "pooled", "question:a", "open"]
    assert (pooled.value, pooled.n) == (Fraction(18300, 323), 323)


def test_small_unit_publishes_its_count_only_and_the_office_sees_its_figure():
    people = {"a": (8, 2), "b": (30, 10)}
    public = open_campaign(people)["unit", "a", None, "question:a", "open"]
    assert (public.state, public.n, public.value, public.distribution) == ("flag_small", 10, None, None)
    office = open_campaign(people, OFFICE)["unit", "a", None, "question:a", "open"]
    assert (office.state, office.n, office.value) == ("flag_small", 10, 80)
    assert office.distribution == {"blank": 0, "1": 2, "2": 0, "3": 0, "4": 0, "5": 8, "na": 0}


def test_counters_are_parts_of_their_unit_and_answers_without_one_give_nothing_away():
    tallies = {
        Cell("open", "u", "c1"): cell(40, 10),
        Cell("open", "u", "c2"): cell(30, 30),
        Cell("open", "u", ""): cell(3, 0),
    }
    found = by_key(figures(FRAME, tallies, Campaign({"u": "I"}, {"c3": "u"}), RULES))
    states = {key[1]: each.state for key, each in found.items() if key[0] == "counter" and key[3] == "overall"}
    # u − c1 − c2 would be the three without a counter: the smaller counter goes with them
    assert states == {"c1": "suppressed", "c2": "ok", "c3": "undefined"}
    assert found["unit", "u", None, "overall", "open"].n == 113


def test_flagged_answers_count():
    tallies = {Cell("open", "u"): cell(40, 10), Cell("open", "u", flagged=1): cell(0, 50)}
    found = by_key(figures(FRAME, tallies, Campaign({"u": ""}, {}), RULES))
    assert found["unit", "u", None, "overall", "open"].value == 40


def test_streams_never_mix():
    tallies = {Cell("open", "u"): cell(40, 10), Cell("sample", "u", "", "s"): cell(30, 30, "sample")}
    found = by_key(figures(FRAME, tallies, Campaign({"u": ""}, {}, [Stratum("s", "u", 600)]), RULES))
    assert found["unit", "u", None, "overall", "open"].value == 80
    assert found["unit", "u", None, "overall", "sample"].value == 50
    bare = found["unit", "u", None, "question:sex", "sample"]
    assert (bare.value, bare.se, bare.interval, bare.rank, bare.state) == (None, None, None, None, "ok")
    assert {each.interval for key, each in found.items() if key[4] == "open"} == {None}


def test_stream_without_answers_is_given_when_asked_for():
    found = figures(FRAME, {}, Campaign({"u": "I"}, {}), RULES, ["open"])
    assert {each.state for each in found} == {"undefined"}
    assert {each.scope for each in found} == {"province", "block", "unit"}
    assert figures(FRAME, {}, Campaign({"u": "I"}, {}), RULES) == ()


def test_order_of_cells_does_not_show():
    people = {f"u{k}": (10 + k, 40 - k) for k in range(9)}
    assert open_campaign(people) == open_campaign(dict(reversed(people.items()))) | open_campaign(people)
    tallies = {Cell("open", unit): cell(*counts) for unit, counts in people.items()}
    campaign = Campaign(dict.fromkeys(people, "I"), {})
    again = dict(reversed(tallies.items()))
    assert figures(FRAME, tallies, campaign, RULES) == figures(FRAME, again, campaign, RULES)


def test_foreign_cells_are_refused():
    with pytest.raises(ScoringError, match="did not pin"):
        figures(FRAME, {Cell("open", "x"): cell(1, 1)}, Campaign({"u": ""}, {}), RULES)
    with pytest.raises(ScoringError) as raised:
        figures(FRAME, {Cell("sample", "u"): cell(1, 1)}, Campaign({"u": ""}, {}), RULES)
    assert raised.value.code == "foreign_tally"


@pytest.fixture(scope="module")
def stratified():
    made = [make_item(code, factor="A" if code in ITEMS[:3] else "B") for code in ITEMS]
    shape = frame(make_questionnaire(made, [("A", None, None), ("B", None, None)]))
    key = lambda row: Cell("sample", row["unit"], row["counter"], row["stratum"])  # noqa: E731
    cells, numbers = counted(shape, read_rows("answers.csv"), key, ITEMS)
    strata = [Stratum(each["stratum"], each["unit"], each["N"]) for each in EXPECTED["strata"]]
    tallies = {each: Tally(row) for each, row in zip(cells, numbers, strict=True)}
    campaign = Campaign({"u1": "I", "u2": "I", "u3": "I"}, {}, strata)
    return by_key(figures(shape, tallies, campaign, replace(OFFICE, interval=replace(RULES.interval, widest=100))))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("unit", "u1", None), "u1"),
        (("unit", "u2", None), "u2"),
        (("unit", "u3", None), "u3"),
        (("counter", "u2-c1", None), "u2-c1"),
        (("province", "province", "weighted"), "province"),
    ],
)
@pytest.mark.parametrize("item", ["overall", "factor:A", "factor:B", *(f"question:{code}" for code in ITEMS)])
def test_sample_figures_agree_with_r(stratified, place, expected, item):
    figure = stratified[(*place, item, "sample")]
    of_r = EXPECTED["figures"][expected][f"M1/{item}" if item.startswith("question") else f"M1/G1/{item}"]
    assert float(figure.value) == pytest.approx(of_r["value"], rel=1e-9)
    assert figure.se == pytest.approx(of_r["se"], rel=1e-9)
    assert figure.low < figure.value < figure.high


def test_sample_mean_over_units_agrees_with_r(stratified):
    figure = stratified["province", "province", "units", "overall", "sample"]
    assert float(figure.value) == pytest.approx(EXPECTED["mean_of_units"]["value"], rel=1e-9)
    assert figure.se == pytest.approx(EXPECTED["mean_of_units"]["se"], rel=1e-9)


def test_ranks_come_with_their_interval_and_only_where_figures_are_sure(stratified):
    units = [stratified["unit", unit, None, "overall", "sample"] for unit in ("u1", "u2", "u3")]
    assert {unit.state for unit in units} == {"ok"}
    of_r = [EXPECTED["figures"][unit]["M1/G1/overall"]["value"] for unit in ("u1", "u2", "u3")]
    assert [unit.rank for unit in units] == [1 + sum(other > value for other in of_r) for value in of_r]
    assert all(unit.rank_low <= unit.rank <= unit.rank_high for unit in units)
    assert {each.rank for key, each in stratified.items() if key[0] != "unit"} == {None}


def test_interval_wider_than_the_limit_leaves_no_figure():
    tallies = {Cell("sample", "u", "", "s"): cell(20, 20, "sample")}
    campaign = Campaign({"u": ""}, {}, [Stratum("s", "u", 4000)])
    wide = by_key(figures(FRAME, tallies, campaign, OFFICE))["unit", "u", None, "overall", "sample"]
    assert (wide.state, wide.value, wide.low, wide.n) == ("flag_small", None, None, 40)
    fine = replace(OFFICE, interval=replace(RULES.interval, widest=Fraction(40)))
    shown = by_key(figures(FRAME, tallies, campaign, fine))["unit", "u", None, "overall", "sample"]
    assert (shown.state, shown.value, shown.interval) == ("ok", 50, "wilson_neff_t")


def test_document_is_json_without_nan():
    shape = frame(plain(6, 2))
    random = np.random.default_rng(3)
    cells = [Cell("sample", f"u{k}", "", f"s{k}") for k in range(4)] + [Cell("open", f"u{k}") for k in range(4)]
    sizes = [1, 4, 31, 200] * 2
    tallies = {}
    for each, size in zip(cells, sizes, strict=True):
        codes = random.choice([0, 1, 2, 3, 4, 5, 255], (size, 6)).astype(np.uint8)
        numbers = tally(shape, codes, np.zeros(size, dtype=np.int64), 1, products=each.stream == "sample")
        tallies[each] = Tally(numbers[0])
    campaign = Campaign({f"u{k}": "I" for k in range(5)}, {}, [Stratum(f"s{k}", f"u{k}", 500) for k in range(4)])
    for rules in (RULES, OFFICE):
        found = figures(shape, tallies, campaign, rules)
        read = json.loads(json.dumps([as_dict(each) for each in found], allow_nan=False))
        assert {each["state"] for each in read} == {"ok", "flag_small", "suppressed", "undefined"}
        for each in read:
            if each["state"] == "suppressed":
                assert (each["value"], each["n"], each["distribution"], each["se"]) == (None,) * 4
            if each["stream"] == "open":
                assert (each["se"], each["low"], each["interval"], each["rank"], each["rank_low"]) == (None,) * 5
            if each["value"] is not None:
                assert 0 <= each["value"] <= 100
