"""Every rule of data quality against scipy or a sum by hand, and all of them together against stuffed streams."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from scoring import quality_rules as rules
from scoring.quality import UNIT, findings, unit_flags
from scoring.quality_arrivals import bursts, outside_hours, rates, repeated_bursts, surges, uptakes
from scoring.quality_evidence import Answers, Evidence, Finding, with_units
from scoring.quality_parameters import Quality, read_quality
from tests.quality_simulation import WAYS, evidence, judged, shipped, simulated, survey

FILE = Path(__file__).parent.parent.parent / "instruments" / "quality.yaml"
MONDAY = date(2026, 11, 2)
NOBODY = Answers(
    np.zeros(0, np.int64),
    np.zeros(0, np.int64),
    np.zeros(0, np.int64),
    np.zeros(0),
    np.zeros(0, np.int64),
    np.zeros(0),
    np.zeros((0, survey().width), np.uint8),
)


def known(
    arrivals: dict[tuple[int, int], dict[datetime, int]] | None = None,
    daily: dict[tuple[int, int], dict[date, int]] | None = None,
    dossiers: dict[tuple[int, int, date], int] | None = None,
    period: dict[int, int] | None = None,
) -> Evidence:
    return Evidence(NOBODY, arrivals or {}, daily or {}, dossiers or {}, period or {}, {})


def weekdays(count: int) -> list[date]:
    return [day for n in range(2 * count) if (day := MONDAY + timedelta(n)).isoweekday() < 6][:count]


@pytest.mark.parametrize(("k", "mean"), [(1, 0.2), (3, 3.0), (8, 0.625), (40, 12.5), (2, 30.0), (200, 90.0), (0, 4.0)])
def test_poisson_tail_agrees_with_scipy(k: int, mean: float) -> None:
    assert rules.poisson_tail(k, mean) == pytest.approx(stats.poisson.sf(k - 1, mean), rel=1e-10, abs=1e-300)


@pytest.mark.parametrize(("k", "trials", "chance"), [(3, 10, 0.5), (9, 9, 0.3), (40, 100, 0.5), (1, 400, 0.01)])
def test_binomial_tail_agrees_with_scipy_and_with_fractions(k: int, trials: int, chance: float) -> None:
    exact = sum(
        comb(trials, j) * Fraction(chance) ** j * (1 - Fraction(chance)) ** (trials - j) for j in range(k, trials + 1)
    )
    assert rules.binomial_tail(k, trials, chance) == pytest.approx(stats.binom.sf(k - 1, trials, chance), rel=1e-10)
    assert rules.binomial_tail(k, trials, chance) == pytest.approx(float(exact), rel=1e-10)


def test_funnel_is_a_share_against_all_others() -> None:
    found = rules.funnel(np.array([30, 6, 12]), np.array([60, 30, 40]))
    share, others = 30 / 60, (18 + 0.5) / (70 + 1)
    assert found[0] == pytest.approx((share - others) / (others * (1 - others) / 60) ** 0.5)
    assert np.isnan(rules.funnel(np.array([0, 1]), np.array([0, 4]))[0])
    assert np.isfinite(rules.funnel(np.array([0, 0]), np.array([40, 40]))).all()


def test_means_are_compared_as_by_welch() -> None:
    chance = np.random.default_rng(4)
    one, other = chance.normal(4, 1, 40), chance.normal(3.4, 0.5, 60)
    assert rules.apart(one, other) == pytest.approx(stats.ttest_ind(one, other, equal_var=False).statistic)
    assert rules.apart(np.ones(5), np.zeros(5)) == np.inf
    assert np.isnan(rules.apart(np.ones(1), np.ones(9)))


def test_scatter_and_surge_by_hand() -> None:
    daily = np.array([[1.0, 2, 3], [10, 20, 30], [0, 0, 0]])
    assert rules.scatter(daily) == pytest.approx((1 / 2 + 100 / 20) / 2)
    assert rules.surge(50.0, 32.0, 2.0, 0.25) == pytest.approx(18 / 80**0.5)


def test_burst_of_one_day_is_found_and_names_the_day_only() -> None:
    days = weekdays(6)
    daily = {(1, 11): dict.fromkeys(days, 16)}
    nine = datetime.combine(days[-1], time(9))
    daily[1, 11][days[-1]] = 46
    found = list(bursts(known({(1, 11): {nine: 30, nine + timedelta(minutes=30): 2}}, daily), shipped()))
    assert [(each.unit, each.counter, each.day) for each in found] == [(1, 11, days[-1])]
    usual = 16 * 0.5 / 8
    assert found[0].score == pytest.approx(2 * 16 * stats.poisson.sf(29, usual), rel=1e-9)
    assert not any(isinstance(fact, datetime) for fact in found[0].facts.values())


def test_few_answers_and_a_short_history_are_no_burst() -> None:
    days = weekdays(6)
    nine = datetime.combine(days[-1], time(9))
    assert not list(bursts(known({(1, 11): {nine: 5}}, {(1, 11): dict.fromkeys(days, 1)}), shipped()))
    assert not list(bursts(known({(1, 11): {nine: 50}}, {(1, 11): dict.fromkeys(days[-2:], 1)}), shipped()))


def test_a_burst_over_two_counters_is_one_of_the_unit() -> None:
    days = weekdays(8)
    nine = datetime.combine(days[-1], time(9))
    arrivals = {(1, 11): {nine: 5}, (1, 12): {nine: 5}}
    found = list(bursts(known(arrivals, {(1, 11): dict.fromkeys(days, 2), (1, 12): dict.fromkeys(days, 2)}), shipped()))
    assert [(each.counter, each.facts["k"]) for each in found] == [(0, 10)]


def test_bursts_of_three_days_are_a_sign_of_their_own() -> None:
    three = [Finding("burst", 1, 11, day, 1e-9, 1e-3, {}) for day in weekdays(3)]
    assert [each.unit for each in repeated_bursts(three, shipped())] == [1]
    assert not list(repeated_bursts([*three[:2], three[0]], shipped()))


def test_evenings_and_days_off_are_outside_hours() -> None:
    nine, eight = datetime.combine(MONDAY, time(9)), datetime.combine(MONDAY, time(20))
    saturday = nine + timedelta(5)
    counters = {(1, 11): {nine: 30, eight: 5, saturday: 5}, (1, 12): {eight: 29}}
    found = list(outside_hours(known(counters), shipped()))
    assert [(each.counter, each.score) for each in found] == [(11, 0.25)]


def test_more_answers_than_dossiers_are_always_told_and_many_for_few_by_their_chance() -> None:
    daily = {(1, 11): {MONDAY: 5}, (1, 12): {MONDAY: 3}, (2, 21): {MONDAY: 40}, (3, 31): {MONDAY: 12}}
    dossiers = {(1, 11, MONDAY): 4, (1, 0, MONDAY): 30, (2, 0, MONDAY): 50, (3, 0, MONDAY): 20}
    found = {(each.unit, each.counter): each for each in rates(known(daily=daily, dossiers=dossiers), shipped())}
    assert set(found) == {(1, 11), (2, 0)}
    assert found[2, 0].score == pytest.approx(stats.binom.sf(39, 50, 0.5), rel=1e-9)


def test_the_whole_period_is_held_against_the_frame() -> None:
    assert [each.day for each in rates(known(daily={(1, 11): {MONDAY: 90}}, period={1: 80}), shipped())] == [None]


def test_growth_that_all_units_share_is_no_surge() -> None:
    days = weekdays(15)
    even = {(unit, unit * 10): dict.fromkeys(days, 10) for unit in range(1, 6)}
    assert not list(surges(known(daily=even), shipped()))
    all_grow = {place: {day: 10 if day < days[10] else 25 for day in days} for place in even}
    assert not list(surges(known(daily=all_grow), shipped()))
    alone = even | {(3, 30): all_grow[3, 30]}
    assert [each.unit for each in surges(known(daily=alone), shipped())] == [3]


def test_two_shares_and_the_scatter_of_all_units_by_hand() -> None:
    late, early, pooled = 60 / 200, 80 / 400, 140 / 600
    error = (pooled * (1 - pooled) * (1 / 200 + 1 / 400)) ** 0.5
    assert rules.uptake((60.0, 200.0), (80.0, 400.0)) == pytest.approx((late - early) / error)
    by_chance = stats.chi2_contingency([[60, 140], [80, 320]], correction=False).statistic
    assert rules.uptake((60.0, 200.0), (80.0, 400.0)) ** 2 == pytest.approx(by_chance)
    assert np.isnan(rules.uptake((0.0, 10.0), (0.0, 20.0)))
    z = np.array([-2.0, 0.0, 2.0, 4.0, 50.0])
    assert rules.against_all(z) == pytest.approx((z - 2) / (1.4826 * 2))
    assert rules.against_all(z / 100) == pytest.approx(z / 100 - 0.02)


def test_more_answers_are_explained_by_more_dossiers_and_by_what_all_units_share() -> None:
    days = weekdays(15)
    units = range(1, 13)
    usual = {(unit, 0, day): 100 for unit in units for day in days}
    daily = {(unit, unit * 10): {day: 18 + (unit + n) % 5 for n, day in enumerate(days)} for unit in units}
    more = {day: n if day < days[10] else 2 * n for day, n in daily[3, 30].items()}
    busy = {(3, 0, day): 200 for day in days[10:]}
    found = list(uptakes(known(daily=daily | {(3, 30): more}, dossiers=usual), shipped()))
    assert [(each.unit, each.facts["answers"], each.facts["dossiers"]) for each in found] == [(3, 200.0, 500.0)]
    assert not list(uptakes(known(daily=daily | {(3, 30): more}, dossiers=usual | busy), shipped()))
    all_more = {place: {day: n if day < days[10] else 2 * n for day, n in of.items()} for place, of in daily.items()}
    assert not list(uptakes(known(daily=all_more, dossiers=usual), shipped()))
    assert not list(uptakes(known(daily=daily | {(3, 30): more}), shipped()))
    halves = {(unit, unit * 10 + half, day): 50 for unit in units for half in (0, 1) for day in days}
    assert [each.unit for each in uptakes(known(daily=daily | {(3, 30): more}, dossiers=halves), shipped())] == [3]


def test_straight_lines_ignore_blanks_and_na() -> None:
    forms = np.array([[4, 4, 255, 0, 4], [4, 4, 4, 4, 3], [0, 0, 0, 0, 0], [255] * 5, [2, 2, 0, 0, 0]], dtype=np.uint8)
    assert rules.straight(forms, 3).tolist() == [True, False, False, False, False]


def test_quick_ones_by_the_median_and_by_the_words() -> None:
    seconds = np.array([29.0, 31.0, np.nan, 50.0])
    usual, words = np.array([90.0, 90.0, 90.0, np.nan]), np.array([10.0, 10.0, 1000.0, 200.0])
    assert rules.quick(seconds, usual, words, 1 / 3, 300).tolist() == [True, False, False, True]


def test_a_repeated_form_is_weighed_by_how_common_it_is_elsewhere() -> None:
    chance = np.random.default_rng(3)
    others = chance.integers(1, 6, (400, 8)).astype(np.uint8)
    again = np.repeat(np.array([[5, 4, 5, 4, 5, 4, 3, 5]], dtype=np.uint8), 4, axis=0)
    forms, unit = np.concatenate([others, again]), np.array([1] * 400 + [2] * 4)
    found = rules.repeated(forms, unit - 1, unit - 1, 3)
    assert [(each.group, each.times) for each in found] == [(1, 4)]
    assert found[0].expected == pytest.approx(4 * 0.5 / 401)
    assert found[0].p == pytest.approx(stats.poisson.sf(3, 4 * 0.5 / 401), rel=1e-9)
    common = np.concatenate([np.repeat(again, 50, axis=0), again])
    assert rules.repeated(common, np.array([0] * 200 + [1] * 4), np.array([0] * 200 + [1] * 4), 3)[-1].p > 0.3


def test_a_units_flag_takes_two_families() -> None:
    burst = Finding("burst", 1, 11, MONDAY, 0, 0, {})
    outside = Finding("outside_hours", 1, 11, None, 0, 0, {})
    pattern = Finding("repeated_pattern", 1, 11, MONDAY, 0, 0, {})
    speed = Finding("speed", 1, 0, None, 5, 3.3, {})
    assert not unit_flags([burst, outside, pattern], shipped())
    assert [(each.rule, each.unit, each.score) for each in unit_flags([burst, outside, speed], shipped())] == [
        (UNIT, 1, 2)
    ]


def test_no_evidence_raises_no_flag() -> None:
    assert findings(survey(), known(), shipped()) == []


def test_counts_of_units_are_those_of_their_counters() -> None:
    found = with_units({(1, 11): {MONDAY: 2}, (1, 12): {MONDAY: 3}, (2, 21): {MONDAY: 4}}, 2)
    assert (found[1, 0][MONDAY], (2, 0) in found) == (5, False)


def test_every_rule_has_its_source_and_the_file_is_refused_where_it_cannot_be_meant() -> None:
    assert isinstance(shipped(), Quality)
    assert all(len(rule.source) > 20 for rule in shipped().rules.values())
    text = FILE.read_text(encoding="utf-8")
    for wrong in (text.replace('ends: "17:30"', 'ends: "06:00"'), text.replace("vi: 1.5", "vi: 0.5"), "a: b"):
        assert isinstance(read_quality(wrong), tuple)


@pytest.mark.parametrize("seed", [11, 12, 13, 14, 86, 302])  # the last two: one busy counter, stuffed with care
def test_all_stuffed_units_are_flagged_and_at_most_two_honest_ones(seed: int) -> None:
    caught, innocent = judged(seed)
    assert set(caught) == set(WAYS)
    assert len(innocent) <= 2


@pytest.mark.parametrize("missing", ["dossiers", "samples"])
def test_they_are_flagged_without_dossiers_or_a_sample_too(missing: str) -> None:
    caught, innocent = judged(15, **{missing: False})
    assert set(caught) == set(WAYS)
    assert len(innocent) <= 2


def test_honest_straight_lines_are_common_and_flag_nobody() -> None:
    stream, stuffed = simulated(16)
    honest = evidence(stream).answers
    mine = honest.unit <= 34
    share = rules.straight(honest.codes[mine][:, rules.rated(survey())], 5).mean()
    assert 0.15 < share < 0.4
    found = findings(survey(), evidence(stream), shipped())
    assert {each.unit for each in found if each.rule == UNIT} >= set(stuffed)


def test_fast_forms_that_say_something_else_are_a_sign_of_their_own() -> None:
    chance, items = np.random.default_rng(7), rules.rated(survey())
    codes = np.zeros((400, survey().width), dtype=np.uint8)
    codes[:, items] = chance.integers(2, 6, (400, len(items)))
    unit, seconds = np.repeat([1, 2, 3, 4], 100), np.full(400, 150.0)
    seconds[:30] = 20.0
    kinds = np.zeros(400, np.int64)

    def found() -> set[tuple[str, int]]:
        answers = Answers(unit, unit * 10, np.full(400, 1), seconds, kinds, np.zeros(400), codes)
        each = findings(survey(), Evidence(answers, {}, {}, {}, {}, {}), shipped())
        return {(finding.rule, finding.unit) for finding in each}

    assert found() == {("speed", 1)}  # hurried, and yet like all others
    codes[np.ix_(range(30), items)] = chance.integers(4, 6, (30, len(items)))
    assert found() == {("speed", 1), ("quick_forms", 1), (UNIT, 1)}
