"""The index of the open stream side by side: of all received, of all that counts, and without what is flagged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from sqlalchemy.orm import Session

from scoring.disclosure import told_apart
from scoring.figure import Figure
from scoring.figures import figures
from scoring.quality import UNIT
from scoring.tallies import Cell, Tally
from store.models.quality import FlagRow
from store.queries import campaigns, quality
from store.queries.responses import STATES
from workflows import index, tally
from workflows.quality import Flagged, flagged
from workflows.quality_evidence import parameters

PROVINCE = "*"  # in the place of a unit's code
COUNTED = tuple(STATES.index(state) for state in ("valid", "quarantined"))
Cells = Mapping[Cell, Tally]
Place = str


@dataclass(frozen=True, slots=True)
class Value:
    """An index in percent (None where it is not shown, `state` says why) and how many answers it rests on."""

    value: Fraction | None
    n: int
    state: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A unit, or the province: all received, all that counts, and all that counts without what is flagged."""

    code: Place
    name: str
    received: Value
    valid: Value
    without: Value


def sensitivity(session: Session, code: str) -> list[Compared]:
    """The province and its units with the three figures of each; those that would give a few people away are hidden."""
    found = index.counted(session, code)
    received: dict[Cell, Tally] = {}
    for cell, counted in found.cells.items():
        if cell.flagged in COUNTED:
            place = cell._replace(flagged=index.VALID)
            received[place] = received[place] + counted if place in received else counted
    without = left(session, found)
    names = {unit.code: unit.name for unit in campaigns.campaign_units(session, found.row.id)}
    columns = [values(found, cells) for cells in (received, found.valid, without)]
    hide(columns[0], columns[1], found.rules.disclosure.minimum)
    hide(columns[2], columns[1], found.rules.disclosure.minimum)
    none = Value(None, 0, "undefined")
    return [
        Compared(place, names.get(place, ""), *(column.get(place, none) for column in columns))
        for place in (PROVINCE, *names)
    ]


def left(session: Session, found: index.Counted) -> dict[Cell, Tally]:
    """The cells that count, without the answers that flags are about."""
    rows = quality.valid_in_scopes(session, [each.flag for each in flagged(session, found.row.id) if in_doubt(each)])
    kept = dict(found.valid)
    if rows:
        taken = index.named_cells(session, found.row, tally.counted_cells(session, [rows]), counters=True)
        for cell, counted in taken.items():
            kept[cell] -= counted
    return {cell: counted for cell, counted in kept.items() if counted.n}


def in_doubt(found: Flagged) -> bool:
    """Whether a flag's answers are left out: units, and days at a counter, that nobody has decided to keep."""
    flag: FlagRow = found.flag
    if found.standing.outcome == "keep":
        return False
    return flag.rule == UNIT or (bool(flag.on_day) and parameters().rules[flag.rule].counts)


def values(found: index.Counted, cells: Cells) -> dict[Place, Value]:
    """The overall index of the province and of every unit from such cells of the open stream."""
    mine = {cell: counted for cell, counted in cells.items() if cell.stream == "open"}
    worked_out = figures(found.frame, mine, found.campaign, found.rules, streams=("open",), scopes=("province", "unit"))
    people: dict[Place, int] = {}
    for cell, counted in mine.items():
        for place in (PROVINCE, cell.unit):
            people[place] = people.get(place, 0) + counted.n
    placed = [(place_of(each), each) for each in worked_out]
    return {place: Value(each.value, people.get(place, 0), each.state) for place, each in placed if place is not None}


def place_of(figure: Figure) -> Place | None:
    """The place that a figure stands for here; None for another figure."""
    if figure.item != "overall" or figure.stream != "open":
        return None
    if figure.scope == "unit":
        return figure.code
    return PROVINCE if figure.scope == "province" and figure.aggregation == "units" else None


def hide(column: dict[Place, Value], beside: Mapping[Place, Value], minimum: int) -> None:
    """Hide, in place, what would tell of a few people by its difference from the figure beside it.

    The province is hidden with a single hidden unit, which would follow from it.
    """
    places = list(column)
    apart = told_apart(
        np.array([column[place].n for place in places], dtype=np.int64),
        np.array([beside[place].n if place in beside else 0 for place in places], dtype=np.int64),
        minimum,
    )
    hidden = {place for place, few in zip(places, apart.tolist(), strict=True) if few}
    units = hidden - {PROVINCE}
    for place in hidden | ({PROVINCE} & set(places) if len(units) == 1 else set()):
        column[place] = replace(column[place], value=None, state="suppressed")
