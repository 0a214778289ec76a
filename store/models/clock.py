"""What the clock has done, and what troubles it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Moment


class JobRunRow(Base):
    """A period of a job that is dealt with; written in the transaction of the effect, so that it happens once."""

    __tablename__ = "job_run"
    __table_args__ = (CheckConstraint("state IN ('done', 'skipped')", name="state"),)

    job: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str]
    fence: Mapped[int]
    facts: Mapped[dict[str, str]] = mapped_column(JSON)


class JobTroubleRow(Base):
    """A job whose last try failed: which period, how often, why, and when it is tried again; gone once it is done."""

    __tablename__ = "job_trouble"

    job: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str]
    attempts: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    again_at: Mapped[datetime] = mapped_column(Moment)
    error: Mapped[str]
