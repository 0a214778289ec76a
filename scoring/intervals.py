"""Intervals and rank intervals of sample figures, from their values and precision."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.precision import Floats, Precision
from scoring.tallies import Integers

WILSON = "wilson_neff_t"
MEAN = "mean_t"
TAKE_ALL = "take_all"
UNDEFINED = "undefined"


class Interval(NamedTuple):
    """Lower and upper end as shares, how it was made, and the effective sample size (None where there is none)."""

    low: float | None
    high: float | None
    kind: str
    effective: float | None


def quantile(confidence: float, freedom: int) -> float:
    """The two-sided t quantile; NaN for less than one degree of freedom.

    >>> round(quantile(0.95, 10), 4)
    2.2281
    """
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2)) if freedom >= 1 else float("nan")


def interval(value: float, precision: Precision, at: int, confidence: float, *, share: bool) -> Interval:
    """The interval of figure `at`, whose value is given as a share (0–1).

    A share (method M1): Wilson's interval with the effective sample size n = p0 (1 − p0) / V0 and a t quantile; a mean
    score (M2, M3): value ± t · SE, clipped to the scale. Both use the floored variance, so that equal answers never
    look certain; where nothing was left out (V0 = 0), the interval is the value itself. Sources: Wilson 1927; Dean &
    Pagano 2015; Franco, Little, Louis & Slud 2019.

    >>> p = Precision(np.array([0.0021]), np.array([0.0021]), np.array([0.3]), np.array([99]))
    >>> found = interval(0.3, p, 0, 0.95, share=True)
    >>> round(found.low, 4), round(found.high, 4), round(found.effective, 6)
    (0.2181, 0.3971, 100.0)
    """
    variance, centre = float(precision.floored[at]), float(precision.centre[at])
    if np.isnan(variance):
        return Interval(None, None, UNDEFINED, None)
    if variance == 0:
        return Interval(value, value, TAKE_ALL, None)
    t = quantile(confidence, int(precision.freedom[at]))
    if np.isnan(t):
        return Interval(None, None, UNDEFINED, None)
    effective = centre * (1 - centre) / variance
    if not share:
        half = t * variance**0.5
        return Interval(max(0.0, value - half), min(1.0, value + half), MEAN, effective)
    low, high = wilson(value, effective, t)
    return Interval(low, high, WILSON, effective)


def wilson(share: float, n: float, t: float) -> tuple[float, float]:
    """Wilson's interval of a share from n (effective) answers with quantile t.

    >>> [round(end, 4) for end in wilson(0.5, 100, 1.96)]
    [0.4038, 0.5962]
    """
    if n <= 0:
        return 0.0, 1.0
    centre = (share + t * t / (2 * n)) / (1 + t * t / n)
    half = t / (1 + t * t / n) * (share * (1 - share) / n + t * t / (4 * n * n)) ** 0.5
    low = 0.0 if share <= 0 else max(0.0, centre - half)
    return low, 1.0 if share >= 1 else min(1.0, centre + half)


def quantiles(freedoms: Integers, confidence: float) -> Floats:
    """t quantiles (units, units) of the differences of every two units, whose degrees of freedom add up."""
    from scipy.special import stdtrit

    found: Floats = stdtrit(np.maximum(freedoms[:, None] + freedoms[None, :], 1), (1 + confidence) / 2)
    return found


def better(values: Floats, variances: Floats, t: Floats) -> NDArray[np.bool_]:
    """Which unit (row) is better than which (column), clearly: d > t · √(V_j + V_k); NaN variances are never clear.

    Source: Goldstein & Healy 1995 (pairwise comparison in league tables).
    """
    gap = values[:, None] - values[None, :]
    with np.errstate(invalid="ignore"):
        clear: NDArray[np.bool_] = (gap > 0) & (gap > t * np.sqrt(variances[:, None] + variances[None, :]))
    return clear


def rank_interval(clear: NDArray[np.bool_]) -> tuple[Sequence[int], Sequence[int]]:
    """Best and worst rank of every unit: 1 + units clearly better … K − units clearly worse.

    >>> rank_interval(better(np.array([0.9, 0.88, 0.5]), np.full(3, 1e-4), quantiles(np.array([50, 50, 50]), 0.95)))
    ([1, 1, 3], [2, 2, 3])
    """
    return (1 + clear.sum(axis=0)).tolist(), (len(clear) - clear.sum(axis=1)).tolist()


def competition_ranks(values: Sequence[Fraction]) -> list[int]:
    """Ranks from the largest exact value down, equal values sharing one.

    >>> competition_ranks([Fraction(3), Fraction(9), Fraction(7), Fraction(7)])
    [4, 1, 2, 2]
    """
    first: dict[Fraction, int] = {}
    for place, value in enumerate(sorted(values, reverse=True), 1):
        first.setdefault(value, place)
    return [first[value] for value in values]
