"""How sure a figure of the sample is: linearised variance from tallies, intervals, rank intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.design import Design
from scoring.frames import Frame
from scoring.parameters import Pooling
from scoring.satisfaction import Forms, Recipe
from scoring.tallies import Integers, moment_sums

Floats = NDArray[np.float64]
CELLS = 256  # cells whose cross-products are unpacked at once
ALIKE = 1e-11  # residual variance below this share of its scale is rounding, not variance


@dataclass(frozen=True, slots=True)
class Precision:
    """Variances of several figures of one place, as shares (not percent); every array is (figures,).

    `variance` is V of the estimator, `floored` V with a floor where all answers of a stratum are alike, `centre` the
    share p0 that belongs to it; NaN where a stratum with one answer of several dossiers leaves V undefined.
    `freedom` is respondents less strata hit.
    """

    variance: Floats
    floored: Floats
    centre: Floats
    freedom: Integers


@dataclass(frozen=True, slots=True)
class Terms:
    """What single strata add to the precision of some figures of a place; arrays are (strata,) or (strata, figures).

    `strata` are their places in the design, `people` the respondents of the place in each, `second` Σ (w u)²; where a
    stratum is `lonely` (one answer of several dossiers) the variance is undefined.
    """

    strata: Integers
    people: Integers
    second: Floats
    variance: Floats
    floored: Floats
    centre: Floats
    lonely: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sample:
    """All that precision needs of the sample stream: full tallies `numbers` (cells, full_length), their Σ z `totals`
    (cells, p), the design, and the ratios as forms α (`above`) and β (`below`), both (ratios, p)."""

    frame: Frame
    design: Design
    numbers: Integers
    totals: Integers
    above: Floats
    below: Floats


def sample(frame: Frame, design: Design, numbers: Integers, forms: Forms, pooling: Pooling) -> Sample:
    """The sample stream, made ready for `precision`."""
    totals = moment_sums(frame, numbers[:, 1 : frame.open_length])
    return Sample(frame, design, numbers, totals, *shapes_of(frame, forms, pooling))


def shapes_of(frame: Frame, forms: Forms, pooling: Pooling) -> tuple[Floats, Floats]:
    """Numerators α and denominators β (ratios, p) as forms in z, in the order of `satisfaction.ratios`, each in 0–1.

    Undefined forms are zero rows.
    """
    size = len(frame.indexed)
    above, below = np.zeros((size, frame.moments)), np.zeros((size, frame.moments))
    for place, form in enumerate(forms):
        if form is not None:
            above[place, 3 * place : 3 * place + 3] = np.array(form[:3]) / form.span
            below[place, 3 * place + 2] = 1
    if pooling == "pooled_answers":
        places = [list(group.items) for group in frame.groups]
        above = np.vstack([above, *(above[members].sum(axis=0) for members in places)])
        below = np.vstack([below, *(below[members].sum(axis=0) for members in places)])
    return above, below


def mixing(recipe: Recipe, items: Sequence[str], size: int) -> Floats:
    """Weights C (figures, ratios) of the ratios in each figure; a row of zeros for one without a value.

    >>> from fractions import Fraction
    >>> mixing({"overall": {1: Fraction(1, 2)}}, ["overall", "factor:A"], 2).tolist()
    [[0.0, 0.5], [0.0, 0.0]]
    """
    found = np.zeros((len(items), size))
    for row, item in enumerate(items):
        for place, weight in recipe.get(item, {}).items():
            found[row, place] = float(weight)
    return found


def gradient(mix: Floats, above: Floats, below: Floats, totals: Floats) -> Floats:
    """G (figures, p) with u_i = G z_i: the linearised figure, from weighted totals Σ w z (p,)."""
    upper, lower = above @ totals, below @ totals
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(lower[:, None] > 0, (above - (upper / lower)[:, None] * below) / lower[:, None], 0.0)
    return mix @ part


def weights(design: Design) -> Floats:
    """w = N_h / r_h of every cell; 1 where the size is unknown."""
    by_stratum = np.where(design.size > 0, design.size / np.maximum(design.returned, 1), 1.0)
    found: Floats = by_stratum[design.group]
    return found


def residuals(sample: Sample, each: Floats, slope: Floats) -> tuple[Floats, Floats]:
    """Σ w u and Σ (w u)² of every stratum, both (strata, figures); cells of weight 0 in `each` are left out."""
    design, frame = sample.design, sample.frame
    strata = len(design.returned)
    first, second = np.zeros((strata, len(slope))), np.zeros((strata, len(slope)))
    size = frame.moments
    upper = np.triu_indices(size)
    inside = np.flatnonzero(each)
    for start in range(0, len(inside), CELLS):
        part = inside[start : start + CELLS]
        products = np.zeros((len(part), size, size))
        products[:, upper[0], upper[1]] = sample.numbers[part, frame.open_length :]
        products[:, upper[1], upper[0]] = sample.numbers[part, frame.open_length :]
        weight = each[part, None]
        np.add.at(first, design.group[part], weight * (sample.totals[part] @ slope.T))
        squares = ((slope @ products) * slope).sum(axis=2)
        np.add.at(second, design.group[part], weight**2 * squares)
    return first, second


def precision(sample: Sample, inside: NDArray[np.bool_], mix: Floats) -> Precision:
    """Variance of figures of the cells `inside` (cells,) bool: a unit, a counter, any domain.

    Each figure is Σ_k C_k · R_k with R_k = A_k / B_k, A = Σ w a, B = Σ w b; u_i = Σ_k C_k (a_ik − R_k b_ik) / B_k,
    and 0 outside the domain, while r_h and f_h stay those of whole strata:

        V = Σ_h (1 − f_h) · r_h / (r_h − 1) · [ Σ (w u)² − (Σ w u)² / r_h ]

    Where a stratum's answers are all alike though r_h < N_h, its share p̃ = (x + ½) / (r + 1) gives `floored`.
    Sources: Särndal, Swensson & Wretman 1992, §5.5–5.8 (linearisation, ratios, domains); Dean & Pagano 2015 (floor and
    effective size). Agrees with `svymean`, `svyratio`, `svyby` and `svycontrast` of R's survey 4.1.

    >>> from scoring.frames import frame
    >>> from scoring.satisfaction import forms
    >>> from scoring.tallies import tally
    >>> from survey.examples import EXAMPLE
    >>> f = frame(EXAMPLE)  # its only item with an index has three levels, the third is satisfied
    >>> answers = np.array([[1, level, 0] for level in (3, 3, 2, 1, 3, 1, 255)], dtype=np.uint8)
    >>> numbers = tally(f, answers, np.array([0, 0, 0, 0, 1, 1, 1]), 2, products=True)
    >>> d = Design(np.array([0, 1]), np.array([4, 3]), np.array([40, 30]), True, {})
    >>> s = sample(f, d, numbers, forms(f, "satisfied_share"), "mean_of_items")
    >>> found = precision(s, np.array([True, True]), np.eye(1))
    >>> found.freedom.tolist(), round(float(found.variance[0]) ** 0.5, 4)
    ([5], 0.2282)
    """
    found = terms(sample, inside, mix)
    undefined = np.where(found.lonely.any(axis=0), np.nan, 0.0)
    return Precision(
        found.variance.sum(axis=0) + undefined,
        found.floored.sum(axis=0) + undefined,
        found.centre.sum(axis=0) + undefined,
        np.full(len(mix), int(found.people.sum()) - len(found.people)),
    )


def terms(sample: Sample, inside: NDArray[np.bool_], mix: Floats) -> Terms:
    """What each stratum that the cells `inside` touch adds to `precision`; arguments as there."""
    strata = np.unique(sample.design.group[inside])
    sample = within(sample, inside)
    design = sample.design
    each = weights(design)
    first, second = residuals(sample, each, gradient(mix, sample.above, sample.below, each @ sample.totals))
    here = np.bincount(design.group, weights=sample.numbers[:, 0], minlength=len(design.returned))
    touched = here > 0
    r = design.returned[:, None].astype(np.float64)
    part = 1 - design.fraction[:, None]
    spread = np.maximum(second - first**2 / np.maximum(r, 1), 0.0)
    share, level = strata_shares(sample, each, mix)
    alike = (spread <= ALIKE * np.maximum(second, share**2 / np.maximum(r, 1))) & touched[:, None]
    spread[alike] = 0.0
    variance = part * r / np.maximum(r - 1, 1) * spread
    guess = (level * here[:, None] + 0.5) / (here[:, None] + 1)
    floor = part * share**2 * guess * (1 - guess) / np.maximum(here[:, None] - 1, 1)
    lifted = alike & (part > 0) & (share != 0)
    return Terms(
        strata=strata[touched],
        people=here[touched].astype(np.int64),
        second=second[touched],
        variance=variance[touched],
        floored=np.where(lifted, floor, variance)[touched],
        centre=(share * np.where(lifted, guess, level))[touched],
        lonely=((r == 1) & (part > 0) & (share != 0))[touched],
    )


def within(sample: Sample, inside: NDArray[np.bool_]) -> Sample:
    """The cells of a domain and their strata; what came back of a stratum stays that of the whole stratum."""
    strata, group = np.unique(sample.design.group[inside], return_inverse=True)
    part = replace(sample.design, group=group, returned=sample.design.returned[strata], size=sample.design.size[strata])
    return replace(sample, design=part, numbers=sample.numbers[inside], totals=sample.totals[inside])


def strata_shares(sample: Sample, each: Floats, mix: Floats) -> tuple[Floats, Floats]:
    """W_h, the share of each stratum in a figure, and the figure's level p_h within it; both (strata, figures)."""
    shape = (len(sample.design.returned), len(sample.above))
    upper, lower = np.zeros(shape), np.zeros(shape)
    np.add.at(upper, sample.design.group, each[:, None] * (sample.totals @ sample.above.T))
    np.add.at(lower, sample.design.group, each[:, None] * (sample.totals @ sample.below.T))
    total = lower.sum(axis=0)
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    share, value = (lower * scale) @ mix.T, (upper * scale) @ mix.T
    return share, np.divide(value, share, out=np.zeros_like(value), where=share != 0)


def mean_precision(parts: Sequence[Precision], shown: NDArray[np.bool_]) -> Precision:
    """Precision of plain means over independent units: V = Σ V_k / K² over the units that are `shown` (units, figures).

    A figure that no unit shows is NaN. Source: Särndal, Swensson & Wretman 1992, §5.4 (sums of independent estimates).
    """
    with np.errstate(invalid="ignore"):
        count = np.where(shown.any(axis=0), shown.sum(axis=0), np.nan)
    return Precision(
        np.where(shown, [part.variance for part in parts], 0.0).sum(axis=0) / count**2,
        np.where(shown, [part.floored for part in parts], 0.0).sum(axis=0) / count**2,
        np.where(shown, [part.centre for part in parts], 0.0).sum(axis=0) / count,
        np.where(shown, [part.freedom for part in parts], 0).sum(axis=0),
    )


def difference(
    sample: Sample, one: NDArray[np.bool_], other: NDArray[np.bool_], mix: Floats
) -> tuple[Floats, Integers]:
    """Variance of the difference of the same figures in two domains of one sample, and its degrees of freedom.

    u = u⁽¹⁾ − u⁽²⁾ before squaring, so that shared strata and shared respondents (a part against its whole) count as
    they should. `one` and `other` are (cells,) bool; NaN where a stratum with one answer leaves V undefined. Source:
    Särndal, Swensson & Wretman 1992, §5.8; agrees with `svycontrast` of R's survey 4.1.
    """
    design = sample.design
    weight = weights(design)
    slopes = [
        gradient(mix, sample.above, sample.below, np.where(inside, weight, 0.0) @ sample.totals)
        for inside in (one, other)
    ]
    shape = (len(design.returned), len(mix))
    first, second = np.zeros(shape), np.zeros(shape)
    for part, slope in ((one & ~other, slopes[0]), (other & ~one, -slopes[1]), (one & other, slopes[0] - slopes[1])):
        sums, squares = residuals(sample, np.where(part, weight, 0.0), slope)
        first, second = first + sums, second + squares
    people = np.where(one | other, sample.numbers[:, 0], 0)
    here = np.bincount(design.group, weights=people, minlength=len(design.returned))
    r, part_left = design.returned[:, None].astype(np.float64), 1 - design.fraction[:, None]
    spread = np.maximum(second - first**2 / np.maximum(r, 1), 0.0)
    lonely = ((here > 0)[:, None] & (r == 1) & (part_left > 0)).any(axis=0)
    variance = (part_left * r / np.maximum(r - 1, 1) * spread).sum(axis=0) + np.where(lonely, np.nan, 0.0)
    return variance, np.full(len(mix), int(here.sum()) - int((here > 0).sum()))
