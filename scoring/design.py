"""The sample's design: strata with their sizes, what came back of each, and the weights that follow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.frames import ScoringError
from scoring.satisfaction import Sums
from scoring.tallies import Cell, Integers

Key = tuple[str, str]


class Stratum(NamedTuple):
    """A part of the frame: `size` finished dossiers, `issued` of them asked.

    `neighbour` is the stratum of the same unit that this one is joined with when too few come back ("" for none).
    """

    code: str
    unit: str
    size: int
    issued: int = 0
    neighbour: str = ""


@dataclass(frozen=True, slots=True)
class Design:
    """Strata as they are counted, in code order, and to which of them each cell belongs.

    `returned` r_h and `size` N_h (0: unknown, which makes the sampling fraction 0 and the weight 1); `covered` of a
    unit is the share of its finished dossiers that lie in strata with at least one answer.
    """

    group: Integers  # (cells,)
    returned: Integers  # (strata,)
    size: Integers  # (strata,)
    known: bool
    covered: dict[str, Fraction]
    keys: tuple[Key, ...] = ()  # (unit, code) of each stratum as counted
    joined: Mapping[Key, str] = field(default_factory=dict)  # declared strata that are counted in another one

    @property
    def fraction(self) -> NDArray[np.float64]:
        """Sampling fractions f_h = r_h / N_h; 0 where the size is unknown."""
        return np.where(self.size > 0, self.returned / np.maximum(self.size, 1), 0.0)

    def weights(self, cells: Sequence[int]) -> tuple[list[int], int]:
        """Whole weights of these cells and their common divisor: w = N_h / r_h = weight / divisor."""
        strata = [int(self.group[cell]) for cell in cells]
        divisor = math.lcm(*(int(self.returned[h]) for h in strata if self.size[h]))
        return [
            int(self.size[h]) * (divisor // int(self.returned[h])) if self.size[h] else divisor for h in strata
        ], divisor


def design(cells: Sequence[Cell], responses: Integers, strata: Sequence[Stratum]) -> Design:
    """The design of the cells of the sample stream; `responses` is (cells,) int, the forms returned in each.

    A stratum where fewer than 2 of its dossiers came back is joined with its declared neighbour. A unit with answers
    outside the declared strata is one stratum of unknown size (equal weights). Raises ScoringError `returned_over_size`
    where more came back than the frame holds. Source: Särndal, Swensson & Wretman 1992, §3.7 (stratified sampling).

    >>> d = design([Cell("sample", "u", "", "a"), Cell("sample", "u", "", "b")], np.array([10, 5]),
    ...            [Stratum("a", "u", 100), Stratum("b", "u", 5)])
    >>> d.weights([0, 1]), d.fraction.tolist()
    (([100, 10], 10), [0.1, 1.0])
    """
    sizes = {(stratum.unit, stratum.code): stratum.size for stratum in strata}
    back: dict[tuple[str, str], int] = dict.fromkeys(sizes, 0)
    for cell, n in zip(cells, responses.tolist(), strict=True):
        back[cell.unit, cell.stratum] = back.get((cell.unit, cell.stratum), 0) + n
    strange = {unit for unit, code in back if (unit, code) not in sizes}
    joined = joins(strata, back)
    keys = [
        (cell.unit, "") if cell.unit in strange else (cell.unit, joined.get((cell.unit, cell.stratum), cell.stratum))
        for cell in cells
    ]
    order = {key: at for at, key in enumerate(sorted(set(keys)))}
    group = np.array([order[key] for key in keys], dtype=np.int64)
    returned = np.bincount(group, weights=responses, minlength=len(order)).astype(np.int64)
    size = np.zeros(len(order), dtype=np.int64)
    for (unit, code), n in sizes.items():
        at = order.get((unit, joined.get((unit, code), code)))
        if at is not None and unit not in strange:
            size[at] += n
    over = [key for key, at in order.items() if 0 < size[at] < returned[at]]
    if over:
        unit, code = over[0]
        raise ScoringError("returned_over_size", f"stratum {code} of {unit}: more answers than finished dossiers")
    covered = coverage(sizes, joined, order)
    return Design(group, returned, size, bool((size > 0).all()), covered, tuple(order), joined)


def joins(strata: Sequence[Stratum], back: dict[Key, int]) -> dict[Key, str]:
    """Strata that are joined with their neighbour, (unit, code) → code; chains are followed, circles refused."""
    found: dict[Key, str] = {}
    by_key = {(stratum.unit, stratum.code): stratum for stratum in strata}
    for key, stratum in by_key.items():
        seen, here = {key}, stratum
        while here.neighbour and back[here.unit, here.code] < min(2, here.size):
            step = (here.unit, here.neighbour)
            if step not in by_key or step in seen:
                raise ScoringError("bad_neighbour", f"stratum {here.code} of {here.unit}: neighbour {here.neighbour}")
            seen.add(step)
            here = by_key[step]
        if here.code != stratum.code:
            found[key] = here.code
    return found


def coverage(sizes: dict[Key, int], joined: dict[Key, str], order: dict[Key, int]) -> dict[str, Fraction]:
    """Per unit, the share of its dossiers that lie in strata with an answer."""
    whole: dict[str, int] = {}
    reached: dict[str, int] = {}
    for (unit, code), n in sizes.items():
        whole[unit] = whole.get(unit, 0) + n
        if (unit, joined.get((unit, code), code)) in order:
            reached[unit] = reached.get(unit, 0) + n
    return {unit: Fraction(reached.get(unit, 0), n) for unit, n in whole.items() if n}


def weighted(design: Design, cells: Sequence[int], each: Sequence[Sums]) -> Sums:
    """Weighted sums of some cells, as whole numbers: every sum times the weights' common divisor, which cancels.

    >>> d = Design(np.array([0]), np.array([2]), np.array([10]), True, {})
    >>> weighted(d, [0], [Sums([1], [2])])
    Sums(numerators=[10], valid=[20])
    """
    weights, _ = design.weights(cells)
    numerators = [0] * len(each[0].numerators) if each else []
    valid = list(numerators)
    for weight, cell in zip(weights, cells, strict=True):
        for at, (numerator, count) in enumerate(zip(*each[cell], strict=True)):
            numerators[at] += weight * numerator
            valid[at] += weight * count
    return Sums(numerators, valid)
