"""Values of every index at every place, exact, and for the sample stream their precision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scoring.design import Stratum, design, weighted
from scoring.frames import Frame
from scoring.parameters import Grouping, Method
from scoring.places import Places
from scoring.precision import Precision, mixing, precision, sample
from scoring.satisfaction import Forms, Recipe, Sums, Values, forms, ratios, recipe, sums, values
from scoring.tallies import Cell, Integers


@dataclass(frozen=True, slots=True)
class Estimates:
    """Per place: `pooled` of all answers in one heap, `values` as the stream counts them, and their precision.

    In the open stream `values` are the pooled ones and nothing has a precision. In the sample stream they are weighted
    by dossiers; those of a province or block are empty where some stratum's size is unknown. `covered` of a unit is
    the share of its dossiers that lie in strata with an answer.
    """

    pooled: tuple[Values, ...]
    values: tuple[Values, ...]
    precision: tuple[Precision | None, ...]
    covered: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Measuring:
    """How this questionnaire is measured, with the recipes that were already needed."""

    frame: Frame
    method: Method
    grouping: Grouping
    forms: Forms
    recipes: dict[tuple[bool, ...], Recipe]


def measuring(frame: Frame, method: Method, grouping: Grouping) -> Measuring:
    """The measuring of a questionnaire under a method and a grouping."""
    return Measuring(frame, method, grouping, forms(frame, method.measure), {})


def valued(how: Measuring, node: Sums) -> tuple[Values, Recipe]:
    """Every index of one node, and of what it is made."""
    found = ratios(how.frame, node, how.forms, how.grouping.pooling)
    defined = tuple(denominator > 0 for _, denominator in found)
    if defined not in how.recipes:
        how.recipes[defined] = recipe(how.frame, defined, how.grouping.pooling)
    return values(how.recipes[defined], found), how.recipes[defined]


def open_estimates(how: Measuring, counts: Integers) -> Estimates:
    """Estimates of the open stream from counts (places, counted): values, and no precision whatever."""
    found = tuple(valued(how, node)[0] for node in sums(how.frame, counts, how.method.measure))
    return Estimates(found, found, (None,) * len(found), {})


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back of the sample: its cells in code order, their full tallies (cells, full_length), the strata."""

    cells: Sequence[Cell]
    numbers: Integers
    strata: Sequence[Stratum]


def sample_estimates(
    how: Measuring, tree: Places, counts: Integers, returned: Returned, items: Sequence[str]
) -> Estimates:
    """Estimates of the sample stream from counts (places, counted) and the tallies of its cells.

    Precision is given for `items`, in that order.
    """
    frame, numbers = how.frame, returned.numbers
    pooled = open_estimates(how, counts).pooled
    plan = design(returned.cells, numbers[:, 0], returned.strata)
    each = sums(frame, numbers[:, 1 : frame.open_length], how.method.measure)
    known = sample(frame, plan, numbers, how.forms, how.grouping.pooling)
    found: list[Values] = []
    sure: list[Precision | None] = []
    for at, scope in enumerate(tree.scopes):
        inside = (tree.paths == at).any(axis=1)
        if not inside.any() or (scope in ("province", "block") and not plan.known):
            found.append({})
            sure.append(None)
            continue
        here, made = valued(how, weighted(plan, np.flatnonzero(inside).tolist(), each))
        found.append(here)
        sure.append(precision(known, inside, mixing(made, items, len(known.above))))
    return Estimates(pooled, tuple(found), tuple(sure), plan.covered)
