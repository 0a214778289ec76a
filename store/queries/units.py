"""Units of administration and the links between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models.units import UnitLinkRow, UnitRow


def units(session: Session) -> Sequence[UnitRow]:
    """Every unit that exists or ever did, in code order."""
    return session.scalars(select(UnitRow).order_by(UnitRow.code)).all()


def units_on(session: Session, day: date) -> Sequence[UnitRow]:
    """The units that exist on that day, in code order; the last day of a unit is inclusive."""
    goes_on = UnitRow.valid_to.is_(None) | (UnitRow.valid_to >= day)
    return session.scalars(select(UnitRow).where(UnitRow.valid_from <= day, goes_on).order_by(UnitRow.code)).all()


def links(session: Session) -> Sequence[UnitLinkRow]:
    """Every link, in the order in which they were kept."""
    return session.scalars(select(UnitLinkRow).order_by(UnitLinkRow.id)).all()


def unit(session: Session, code: str) -> UnitRow | None:
    """The unit of that code."""
    return session.scalar(select(UnitRow).where(UnitRow.code == code))


def with_those_below(session: Session, unit_id: int) -> frozenset[int]:
    """The ids of a unit and of all that stand below it."""
    of_all = session.execute(select(UnitRow.id, UnitRow.code, UnitRow.parent)).all()
    codes = {code for found, code, _ in of_all if found == unit_id}
    while below := {code for _, code, parent in of_all if parent in codes and code not in codes}:
        codes |= below
    return frozenset(found for found, code, _ in of_all if code in codes)
