"""Units of administration and what became of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class UnitRow(Base):
    """A body that serves people, from the day that it existed to the day that it ceased to."""

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("level IN ('province', 'department', 'district', 'commune')", name="level"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    level: Mapped[str]
    block: Mapped[str]
    parent: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    legal_basis: Mapped[str]


class UnitLinkRow(Base):
    """Predecessor → successor; many to many, with the share that went over where it is known."""

    __tablename__ = "unit_link"
    __table_args__ = (UniqueConstraint("predecessor_id", "successor_id", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    on: Mapped[date]
    share: Mapped[str | None]
