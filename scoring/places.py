"""The places that figures are given for: the province, its blocks of units, their units, their counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scoring.design import Stratum
from scoring.disclosure import Line
from scoring.frames import ScoringError
from scoring.tallies import Cell, Integers

Scope = Literal["province", "block", "unit", "counter"]
PROVINCE = "province"


@dataclass(frozen=True, slots=True)
class Campaign:
    """What figures are given for: `units` (code → block or ""), `counters` (code → unit), strata of the sample."""

    units: Mapping[str, str]
    counters: Mapping[str, str]
    strata: Sequence[Stratum] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """A tree of places, the province first.

    `codes` is "" for what is counted in its parent and never shown by itself: units without a block, answers given
    without a counter. `paths` is (cells, 4) int: the places that each cell counts in, −1 where there is none.
    """

    scopes: tuple[Scope, ...]
    codes: tuple[str, ...]
    parents: tuple[int, ...]
    paths: Integers

    def lines(self) -> tuple[Line, ...]:
        """Every place with the places that add up to it."""
        children: dict[int, list[int]] = {}
        for at, parent in enumerate(self.parents):
            if parent >= 0:
                children.setdefault(parent, []).append(at)
        return tuple(Line(parent, tuple(found)) for parent, found in children.items())

    def summed(self, rows: Integers) -> Integers:
        """Rows of cells (cells, m) added up to rows of places (places, m)."""
        found = np.zeros((len(self.scopes), rows.shape[1]), dtype=np.int64)
        for level in range(self.paths.shape[1]):
            inside = self.paths[:, level] >= 0
            np.add.at(found, self.paths[inside, level], rows[inside])
        return found

    def units(self, below: int) -> list[int]:
        """Places of the units of a block, or of the province."""
        units = [at for at, scope in enumerate(self.scopes) if scope == "unit"]
        return units if below == 0 else [at for at in units if self.parents[at] == below]


def places(cells: Sequence[Cell], campaign: Campaign) -> Places:
    """The tree over the units and counters of a campaign, and where each cell counts.

    A counter that only a cell knows is added. Raises ScoringError `unknown_unit` for a cell of another unit.

    >>> tree = places([Cell("open", "a", "c1"), Cell("open", "b")], Campaign({"a": "I", "b": "I"}, {}))
    >>> list(zip(tree.scopes, tree.codes))
    [('province', 'province'), ('block', 'I'), ('unit', 'a'), ('unit', 'b'), ('counter', 'c1')]
    >>> tree.paths.tolist()
    [[0, 1, 2, 4], [0, 1, 3, -1]]
    """
    units, counters = campaign.units, campaign.counters
    strange = sorted({cell.unit for cell in cells} - set(units))
    if strange:
        raise ScoringError("unknown_unit", f"answers of units that the campaign did not pin: {', '.join(strange)}")
    scopes: list[Scope] = ["province"]
    codes, parents = [PROVINCE], [-1]
    at_block = add(scopes, codes, parents, "block", dict.fromkeys(sorted(set(units.values())), 0))
    at_unit = add(scopes, codes, parents, "unit", {unit: at_block[block] for unit, block in units.items()})
    pairs = {(cell.unit, cell.counter) for cell in cells} | {(unit, counter) for counter, unit in counters.items()}
    with_counters = {unit for unit, counter in pairs if counter}
    at_counter: dict[tuple[str, str], int] = {}
    for unit, counter in sorted(pair for pair in pairs if pair[0] in with_counters and pair[0] in at_unit):
        at_counter[unit, counter] = len(scopes)
        scopes.append("counter")
        codes.append(counter)
        parents.append(at_unit[unit])
    paths = [
        (0, at_block[units[cell.unit]], at_unit[cell.unit], at_counter.get((cell.unit, cell.counter), -1))
        for cell in cells
    ]
    return Places(tuple(scopes), tuple(codes), tuple(parents), np.array(paths, dtype=np.int64).reshape(len(cells), 4))


def add(
    scopes: list[Scope], codes: list[str], parents: list[int], scope: Scope, members: Mapping[str, int]
) -> dict[str, int]:
    """Append places (code → parent) and say where each came to stand."""
    found = {}
    for code, parent in members.items():
        found[code] = len(scopes)
        scopes.append(scope)
        codes.append(code)
        parents.append(parent)
    return found
