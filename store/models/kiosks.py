"""Tablets that stand at counters; nothing of what is answered on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Moment


class KioskRow(Base):
    """One tablet of one counter: first a code to register it by, then the device that did. No response names it."""

    __tablename__ = "kiosk"

    id: Mapped[int] = mapped_column(primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), index=True)
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)  # of the code, later of the device's own secret
    pin: Mapped[str]  # argon2id of the PIN keyed with SECRET_KEY: six digits alone are soon tried out
    added_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)  # of the code
    registered_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(server_default="0")  # in a row, of code or PIN
    barred_until: Mapped[datetime | None] = mapped_column(Moment)
