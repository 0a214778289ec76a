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
