"""The plan's calendar: the file, what was done of it, and which reminders went out."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Moment


class CalendarRow(Base):
    """A calendar as the file that defines it; a newer version of the file takes its place."""

    __tablename__ = "calendar"

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    sha256: Mapped[str]
    definition: Mapped[str] = mapped_column(Text)


class TaskRow(Base):
    """What somebody has said of a task, or of one unit's part of it (`unit` is "" for the whole); none is open."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done')", name="state"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_on"),
    )

    calendar: Mapped[str] = mapped_column(ForeignKey("calendar.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    done_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]
    note: Mapped[str] = mapped_column(Text)


class TaskReminderRow(Base):
    """A reminder that was queued, for good, in the transaction of its mail: it is the key that makes it go out once.

    `unit` is the list that is reminded, "" for the overseer; `kind` is before or after (a deadline), late (the list of
    what is late) or weekly (the whole list, with no task); `falls_on` is the day on which it fell due.
    """

    __tablename__ = "task_reminder"
    __table_args__ = (CheckConstraint("kind IN ('before', 'after', 'late', 'weekly')", name="kind"),)

    calendar: Mapped[str] = mapped_column(ForeignKey("calendar.code"), primary_key=True)
    task: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    falls_on: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
