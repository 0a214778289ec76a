"""Tablets at counters."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from store.models.campaigns import CounterRow
from store.models.kiosks import KioskRow


def kiosk_of(session: Session, digest: bytes, counter_id: int) -> KioskRow | None:
    """The tablet of that counter whose code or secret has this digest, unless it was revoked."""
    return session.scalar(
        select(KioskRow).where(
            KioskRow.digest == digest, KioskRow.counter_id == counter_id, KioskRow.revoked_at.is_(None)
        )
    )


def waiting(session: Session, counter_id: int) -> Sequence[KioskRow]:
    """The tablets of that counter that were added and have not been registered, held until the transaction ends."""
    return session.scalars(
        select(KioskRow)
        .where(KioskRow.counter_id == counter_id, KioskRow.registered_at.is_(None), KioskRow.revoked_at.is_(None))
        .order_by(KioskRow.id)
        .with_for_update()
    ).all()


def held(session: Session, number: int) -> KioskRow | None:
    """The tablet of that number, held until the transaction ends."""
    return session.get(KioskRow, number, with_for_update=True)


def of_counter(session: Session, counter_id: int) -> Sequence[KioskRow]:
    """The tablets of a counter, the newest first."""
    mine = select(KioskRow).where(KioskRow.counter_id == counter_id)
    return session.scalars(mine.order_by(KioskRow.id.desc())).all()


def kiosks(session: Session) -> Sequence[Row[KioskRow, CounterRow]]:
    """Every tablet with its counter."""
    return session.execute(
        select(KioskRow, CounterRow).join(CounterRow, CounterRow.id == KioskRow.counter_id).order_by(KioskRow.id)
    ).all()
