"""Calendars, what was done of their tasks, and which reminders went out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models.tasks import CalendarRow, TaskReminderRow, TaskRow
from store.queries.collection import INSERT

T = TaskReminderRow
Key = tuple[str, str, str, date]  # task, unit, kind, the day on which it falls


def calendars(session: Session) -> Sequence[CalendarRow]:
    """Every kept calendar, by code."""
    return session.scalars(select(CalendarRow).order_by(CalendarRow.code)).all()


def tasks(session: Session, calendar: str) -> Sequence[TaskRow]:
    """What was said of the tasks of a calendar."""
    statement = select(TaskRow).where(TaskRow.calendar == calendar)
    return session.scalars(statement.order_by(TaskRow.code, TaskRow.unit)).all()


def reminders(session: Session, calendar: str) -> set[Key]:
    """The reminders of a calendar that went out."""

    rows = session.execute(select(T.task, T.unit, T.kind, T.falls_on).where(T.calendar == calendar))
    return {(row.task, row.unit, row.kind, row.falls_on) for row in rows}


def note_reminders(session: Session, calendar: str, keys: Collection[Key], at: datetime) -> set[Key]:
    """Write down that these reminders go out; gives those that no other transaction has written down before."""
    if not keys:
        return set()

    rows = [
        {"calendar": calendar, "task": task, "unit": unit, "kind": kind, "falls_on": falls_on, "at": at}
        for task, unit, kind, falls_on in sorted(keys)  # in one order, so that two do not wait for each other
    ]
    statement = INSERT[session.connection().dialect.name](T).on_conflict_do_nothing()
    found = session.connection().execute(statement.returning(T.task, T.unit, T.kind, T.falls_on), rows)
    return {(row.task, row.unit, row.kind, row.falls_on) for row in found}
