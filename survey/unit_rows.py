"""Rows of the `units` and `unit_links` sheets as units and links, or what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from survey.answers import day
from survey.faults import Fault, shown
from survey.units import Unit, UnitLink

LONG_AGO = "1900-01-01"
SHARE = re.compile(r"([0-9]{1,9})(?:/([0-9]{1,9})|[.,]([0-9]{1,9}))?")


def read_unit(row: Mapping[str, str], where: str) -> Unit | tuple[Fault, ...]:
    """The unit of one row of a `units` sheet (column name → text), or every fault of the row.

    A unit without a first day has been there for as long as anybody asks.

    >>> row = {"code": "TN", "name": "Thái Nguyên", "level": "province", "valid_from": "1/1/2024"}
    >>> read_unit(row, "row 2").valid_from
    datetime.date(2024, 1, 1)
    """
    cells = {column: text.strip() for column, text in row.items()}
    faults: list[Fault] = [
        Fault("cell_empty", f"{where}, column {column}", {"column": column})
        for column in ("code", "name", "level")
        if not cells.get(column)
    ]
    begins = day_of(cells.get("valid_from") or LONG_AGO, f"{where}, column valid_from", faults)
    ends = day_of(cells.get("valid_to", ""), f"{where}, column valid_to", faults)
    if faults or begins is None:
        return tuple(faults)
    return Unit(
        code=cells["code"],
        name=cells["name"],
        short_name=cells.get("short_name") or cells["name"],
        level=cells["level"],
        block=cells.get("block") or None,
        parent=cells.get("parent") or None,
        valid_from=begins,
        valid_to=ends,
        legal_basis=cells.get("legal_basis", ""),
    )


def read_link(row: Mapping[str, str], where: str) -> UnitLink | tuple[Fault, ...]:
    """The link of one row of a `unit_links` sheet, or every fault of the row.

    A share is 1, 0.25 or 2169/3734; empty where it is not known.

    >>> read_link({"predecessor": "a", "successor": "b", "on": "2025-07-01", "share": "1/3"}, "row 2").share
    Fraction(1, 3)
    """
    cells = {column: text.strip() for column, text in row.items()}
    faults: list[Fault] = [
        Fault("cell_empty", f"{where}, column {column}", {"column": column})
        for column in ("predecessor", "successor", "on")
        if not cells.get(column)
    ]
    on = day_of(cells.get("on", ""), f"{where}, column on", faults)
    share = share_of(cells.get("share", ""), f"{where}, column share", faults)
    if faults or on is None:
        return tuple(faults)
    return UnitLink(cells["predecessor"], cells["successor"], on, share)


def day_of(text: str, where: str, faults: list[Fault]) -> date | None:
    """The day that a cell holds; notes a fault where it holds something else."""
    if not text:
        return None
    found = day(text)
    if isinstance(found, str):
        faults.append(Fault(found, where, {"found": shown(text)}))
        return None
    return found


def share_of(text: str, where: str, faults: list[Fault]) -> Fraction | None:
    """The share that a cell holds; notes a fault where it holds something else."""
    if not text:
        return None
    found = SHARE.fullmatch(text)
    if found is None or (found[2] and not int(found[2])):
        faults.append(Fault("share_form", where, {"found": shown(text)}))
        return None
    return Fraction(int(found[1]), int(found[2])) if found[2] else Fraction(text.replace(",", "."))
