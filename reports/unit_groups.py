"""Units block by block, as the results page lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reports.figures import NOTHING, Figure
from reports.names import alphabetical

Sort = Literal["name", "value"]
LADDER = ("province", "department", "district", "commune")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the campaign pinned it."""

    code: str
    name: str
    short_name: str
    level: str
    block: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit with the short name of the one above it, where that is pinned too, and its overall figure."""

    unit: Unit
    parent: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """One block of units with its own figure; `silent` are the units that nobody has answered about yet."""

    block: str
    figure: Figure
    lines: tuple[UnitLine, ...]
    silent: tuple[str, ...]


def unit_groups(
    units: Mapping[str, Unit], figures: Mapping[str, Figure], blocks: Mapping[str, Figure], sort: Sort
) -> tuple[UnitGroup, ...]:
    """The units of each block, from the province's own down to the communes; by name, or the highest value first."""
    members: dict[str, list[Unit]] = {}
    for unit in sorted(units.values(), key=lambda unit: alphabetical(unit.name)):
        members.setdefault(unit.block, []).append(unit)
    made = []
    for block, inside in sorted(members.items(), key=lambda group: min(LADDER.index(unit.level) for unit in group[1])):
        heard = [
            line_of(unit, units, figures[unit.code]) for unit in inside if answered(figures.get(unit.code, NOTHING))
        ]
        silent = [
            unit.name
            for unit in inside
            if unit.level != LADDER[0] and unit.code not in {line.unit.code for line in heard}
        ]
        if sort == "value":
            heard.sort(key=lambda line: -1.0 if line.figure.value is None else line.figure.value, reverse=True)
        if heard or silent:
            made.append(UnitGroup(block, blocks.get(block, NOTHING), tuple(heard), tuple(silent)))
    return tuple(made)


def answered(figure: Figure) -> bool:
    """Whether anybody has answered about the unit; how many may be hidden."""
    return figure.state != "undefined" or bool(figure.n)


def line_of(unit: Unit, units: Mapping[str, Unit], figure: Figure) -> UnitLine:
    """The unit's line; communes of one name are told apart by the unit above them."""
    above = units.get(unit.parent or "") if unit.level == "commune" else None
    return UnitLine(unit, above.short_name if above else "", figure)
