"""The formulas behind data quality: one pure function a rule, each with its source and an example that runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.frames import Frame
from scoring.tallies import Integers

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
HALF_HOUR = 0.5  # hours in a slot of arrivals


class Pattern(NamedTuple):
    """Answers that came in alike: the group, how often, how often was to be expected, how likely that is."""

    group: int
    times: int
    expected: float
    p: float


def poisson_tail(k: int, mean: float) -> float:
    """P(X ≥ k) for a Poisson count of that mean (≥ 0); 1 for k ≤ 0. Source: definition, terms added up.

    >>> round(poisson_tail(3, 1.0), 6), poisson_tail(1, 0.0), poisson_tail(0, 0.0)
    (0.080301, 0.0, 1.0)
    """
    if k <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if k < mean:
        return max(0.0, 1 - math.fsum(poisson(j, mean) for j in range(k)))
    terms = [poisson(k, mean)]
    while terms[-1] > 1e-17 * terms[0] and terms[-1] > 0:
        terms.append(terms[-1] * mean / (k + len(terms)))
    return min(1.0, math.fsum(terms))


def poisson(k: int, mean: float) -> float:
    """P(X = k) for a Poisson count.

    >>> round(poisson(2, 2.0), 6)
    0.270671
    """
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))


def binomial_tail(k: int, trials: int, chance: float) -> float:
    """P(X ≥ k) of so many trials with that chance (0 … 1); 0 for k > trials. Source: definition, terms added up.

    >>> round(binomial_tail(2, 3, 0.5), 6), binomial_tail(4, 3, 0.5), binomial_tail(0, 3, 0.5)
    (0.5, 0.0, 1.0)
    """
    if k <= 0:
        return 1.0
    if k > trials or chance <= 0:
        return 0.0
    if chance >= 1:
        return 1.0
    whole = math.lgamma(trials + 1)
    terms = (
        whole
        - math.lgamma(j + 1)
        - math.lgamma(trials - j + 1)
        + j * math.log(chance)
        + (trials - j) * math.log1p(-chance)
        for j in range(k, trials + 1)
    )
    return min(1.0, math.fsum(map(math.exp, terms)))


def usual_slot(daily: Sequence[int], hours: float) -> float:
    """λ of a half hour: the median of the daily counts · (½ h / working hours); at least that of one answer a day.

    A day without answers is a 0 in `daily`. Source: statistics of arrivals, robust against a few stuffed days.

    >>> usual_slot([8, 10, 90], 8), usual_slot([0, 0, 0], 8)
    (0.625, 0.0625)
    """
    middle = float(np.median(np.asarray(daily, dtype=np.float64))) if len(daily) else 0.0
    return max(middle, 1.0) * HALF_HOUR / hours


def burst(k: int, usual: float, slots: int) -> float:
    """p ≈ 2·(T/w)·P(Pois(λ) ≥ k): how likely the fullest of so many half hours (T/w) holds k answers or more.

    Source: Naus 1982, the first-order bound of the scan statistic; it is cut at 1. No answer at all gives 1.

    >>> round(burst(12, 0.625, 80) * 1e9, 3), burst(1, 0.625, 80)
    (0.667, 1.0)
    """
    return min(1.0, 2 * slots * poisson_tail(k, usual))


def scatter(daily: Floats) -> float:
    """φ of daily counts (units, days): the median of variance over mean of the units; at least 1 (Poisson).

    Source: quasi-Poisson dispersion, as in Farrington et al. 1996; the median is not moved by a few stuffed units.

    >>> scatter(np.array([[4.0, 4.0, 4.0], [2.0, 6.0, 10.0]])), scatter(np.array([[0.0, 20.0]]))
    (1.3333333333333333, 20.0)
    """
    alive = daily[daily.sum(axis=1) > 0]
    if not len(alive) or daily.shape[1] < 2:
        return 1.0
    return max(1.0, float(np.median(alive.var(axis=1, ddof=1) / alive.mean(axis=1))))


def expected(before: Floats, after: Floats, at: int) -> float:
    """Answers to be expected of unit `at` after, had it grown as all the others together; 0 where nothing is known.

    >>> expected(np.array([20.0, 100.0]), np.array([30.0, 50.0]), 0)
    10.0
    """
    others = float(before.sum() - before[at])
    return float(before[at]) * float(after.sum() - after[at]) / others if others > 0 else 0.0


def surge(answers: float, usual: float, dispersion: float, share: float) -> float:
    """z = (k − μ) / √(φ·μ·(1 + d/D)): d recent days, D days that μ comes from, `share` = d/D. Source: Farrington 1996.

    >>> surge(158.0, 82.0, 4.0, 0.25)
    3.7533...
    """
    return (answers - usual) / math.sqrt(dispersion * usual * (1 + share))


def uptake(late: tuple[float, float], early: tuple[float, float]) -> float:
    """z of two shares, each (answers, dossiers): (p₁ − p₀) / √(p(1 − p)(1/n₁ + 1/n₀)), p that of both together.

    NaN where a part has no dossiers or the shares leave no room to vary. Source: Agresti 2013, §3.2.1.

    >>> round(uptake((60.0, 200.0), (80.0, 400.0)), 4), uptake((3.0, 0.0), (1.0, 9.0))
    (2.7301, nan)
    """
    (k1, n1), (k0, n0) = late, early
    p = (k1 + k0) / (n1 + n0) if n1 > 0 and n0 > 0 else 0.0
    return (k1 / n1 - k0 / n0) / math.sqrt(p * (1 - p) * (1 / n1 + 1 / n0)) if 0 < p < 1 else math.nan


def against_all(z: Floats) -> Floats:
    """Scores (units,) by centre and scatter of all units: (z − median) / max(1, 1.4826·MAD); NaN stays.

    Source: Efron 2004, empirical null; median and MAD are not moved by a few stuffed units.

    >>> against_all(np.array([1.0, 2.0, 3.0, np.nan, 11.0])).round(3).tolist()
    [-1.012, -0.337, 0.337, nan, 5.733]
    """
    known = z[~np.isnan(z)]
    middle = float(np.median(known)) if len(known) else 0.0
    scale = max(1.0, 1.4826 * float(np.median(np.abs(known - middle)))) if len(known) else 1.0
    found: Floats = (z - middle) / scale
    return found


def rate(answers: int, dossiers: int, cap: float) -> float:
    """P(Bin(dossiers, cap) ≥ answers); 0 where there are more answers than dossiers. Source: binomial tail.

    >>> round(rate(8, 8, 0.5), 6), rate(9, 8, 0.5)
    (0.003906, 0.0)
    """
    return binomial_tail(answers, dossiers, cap)


def funnel(hits: Integers, people: Integers) -> Floats:
    """z (units,) of each unit's share against the share of all the others: (p − p₀) / √(p₀(1 − p₀)/n).

    p₀ = (x + ½)/(n + 1) of the others, so that none of 0 or 1 divides by zero; NaN for a unit without people.
    Source: Spiegelhalter 2005, with the target of the other units.

    >>> funnel(np.array([30, 29, 60]), np.array([100, 100, 100])).round(2).tolist()
    [-2.92, -3.22, 6.66]
    """
    others = (hits.sum() - hits + 0.5) / (people.sum() - people + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = (hits / people - others) / np.sqrt(others * (1 - others) / people)
    return found


def rated(frame: Frame) -> list[int]:
    """Offsets of the items that a straight line is looked for in: scored ones with the commonest number of options.

    >>> from survey.examples import EXAMPLE
    >>> from scoring.frames import frame
    >>> len(rated(frame(EXAMPLE))) >= 1
    True
    """
    scored = [column for column in frame.columns if column.ends is not None and not column.several]
    sizes = [len(column.options) for column in scored]
    size = max(set(sizes), key=lambda each: (sizes.count(each), each), default=0)
    return [column.offset for column in scored if len(column.options) == size]


def straight(answers: NDArray[np.uint8], fewest: int, na: int = 255) -> Mask:
    """Which forms (n, items) give one and the same level throughout, of `fewest` levels given or more.

    Blank (0) and "not applicable" are not levels. Source: definition.

    >>> straight(np.array([[5, 5, 0, 5], [5, 5, 4, 5], [5, 0, 0, 0]], dtype=np.uint8), 3).tolist()
    [True, False, False]
    """
    given = (answers != 0) & (answers != na)
    low = np.where(given, answers, 255).min(axis=1, initial=255)
    high = np.where(given, answers, 0).max(axis=1, initial=0)
    found: Mask = (given.sum(axis=1) >= fewest) & (low == high)
    return found


def quick(seconds: Floats, usual: Floats, words: Floats, share: float, milliseconds: float) -> Mask:
    """Which forms (n,) took less than `share` of the usual time of their kind, or than reading their words takes.

    A form whose time is not known (NaN) is not quick; a kind without a usual time (NaN) is held to its words alone.
    Source: Zhang & Conrad 2014 (words); Greszki, Meyer & Schoen 2015 (median).

    >>> quick(np.array([20.0, 50.0, 29.0]), np.array([90.0, 90.0, np.nan]), np.array([0.0, 0.0, 100.0]), 1 / 3, 300).tolist()
    [True, False, True]
    """  # noqa: E501 - an example cannot be broken
    with np.errstate(invalid="ignore"):
        found: Mask = (seconds < share * usual) | (seconds < words * milliseconds / 1000)
    return found


def outside(within: int, without: int) -> float:
    """The share of arrivals outside office hours; 0 where nothing arrived. Source: definition.

    >>> outside(6, 2)
    0.25
    """
    return without / (within + without) if within + without else 0.0


def apart(one: Floats, other: Floats) -> float:
    """z of two means (people's mean scores): (m₁ − m₂) / √(s₁²/n₁ + s₂²/n₂); NaN below two people in either.

    0 where nothing varies and the means are alike, ∞ where they are not. Source: Welch 1947.

    >>> round(apart(np.array([5.0, 4.0, 5.0, 5.0]), np.array([3.0, 4.0, 4.0, 3.0])), 3)
    3.273
    """
    if len(one) < 2 or len(other) < 2:
        return math.nan
    difference = float(one.mean() - other.mean())
    error = math.sqrt(float(one.var(ddof=1)) / len(one) + float(other.var(ddof=1)) / len(other))
    if error == 0:
        return math.copysign(math.inf, difference) if difference else 0.0
    return difference / error


def repeated(answers: NDArray[np.uint8], group: Integers, unit: Integers, fewest: int) -> list[Pattern]:
    """Groups (a counter and a day) in which one and the same form (n, items) came `fewest` times or more.

    Expected: forms of the group · the pattern's share (x + ½)/(n + 1) in the other units; p = number of patterns of the
    group · P(Pois(expected) ≥ times). Only forms that are no straight line belong here. Source: Bonferroni.

    >>> forms = np.array([[5, 4], [5, 4], [5, 4], [3, 4]], dtype=np.uint8)
    >>> found = repeated(forms, np.array([0, 0, 0, 1]), np.array([0, 0, 0, 1]), 3)
    >>> [(each.group, each.times, each.expected) for each in found]
    [(0, 3, 0.75)]
    """
    if not len(answers):
        return []
    kinds, kind = np.unique(answers, axis=0, return_inverse=True)
    kind = kind.ravel()
    pairs, where, times = np.unique(np.stack([group, kind]), axis=1, return_index=True, return_counts=True)
    sizes, patterns = np.bincount(group), np.bincount(pairs[0])
    of_unit, in_all = np.bincount(unit), np.bincount(kind, minlength=len(kinds))
    at_home, forms_at_home = np.unique(unit.astype(np.int64) * len(kinds) + kind, return_counts=True)
    found = []
    for at in np.flatnonzero(times >= fewest).tolist():
        here, what, house = int(pairs[0, at]), int(pairs[1, at]), int(unit[where[at]])
        own = int(forms_at_home[np.searchsorted(at_home, house * len(kinds) + what)])
        share = (in_all[what] - own + 0.5) / (len(kind) - of_unit[house] + 1)
        expected = float(sizes[here] * share)
        p = min(1.0, int(patterns[here]) * poisson_tail(int(times[at]), expected))
        found.append(Pattern(here, int(times[at]), expected, p))
    return found
