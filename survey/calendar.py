"""The plan's calendar: tasks with deadline and lead body, how each stands on a day, and which reminders are due."""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from survey.questionnaire import Words

State = Literal["open", "late", "done", "done_late"]
Kind = Literal["before", "after"]
ROMAN: Mapping[str, int] = {"I": 1, "II": 2, "III": 3, "IV": 4}
MONTH = re.compile(r"tháng\s+(\d{1,2})\s*/\s*(\d{4})", re.IGNORECASE)
QUARTER = re.compile(r"quý\s+(I|II|III|IV)\s*/\s*(\d{4})", re.IGNORECASE)
DAY = re.compile(r"(?:ngày\s+)?(\d{1,2})/(\d{1,2})/(\d{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """The order that the calendar follows: number, day, its names short and whole, and what its table is called."""

    number: str
    day: date
    short: Words
    name: Words
    annex: Words


@dataclass(frozen=True, slots=True)
class Rules:
    """How many days before and after a deadline it is reminded of, each once; on which day of the week (1 is Monday)
    the overseer gets the whole list, None for never; and how long after the last deadline all of it stops."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    weekly: int | None
    stops_after: int


@dataclass(frozen=True, slots=True)
class Body:
    """Who leads a task: one unit; every unit of some levels below another; or, with neither, somebody outside."""

    code: str
    title: Words
    unit: str | None
    levels: tuple[str, ...]
    under: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the table. `deadline` is in the order's own words, `due` the day that they are read as."""

    code: str
    part: str | None
    page: int | None
    title: Words
    deadline: str
    due: date
    lead: str
    coordinating: str
    coordinating_units: tuple[str, ...]
    product: Words | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar without faults; `overseer` is the body that watches over all of it."""

    code: str
    version: int
    title: Words
    source: Source
    rules: Rules
    overseer: str
    bodies: Mapping[str, Body]
    parts: Mapping[str, Words]
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a task stands on a day. `days` are those left where it is open, those beyond the deadline where it is, or
    was done, late, and 0 where it was done in time."""

    state: State
    days: int


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """One reminder of one task, and the day on which it falls."""

    falls_on: date
    task: str
    kind: Kind


def last_day(words: str) -> date | None:
    """The last day of a deadline: of the month or the quarter that it names, or the day itself; None for other words.

    >>> last_day("Tháng 06/2024"), last_day("Quý I/2025")
    (datetime.date(2024, 6, 30), datetime.date(2025, 3, 31))
    >>> last_day("15/7/2024"), last_day("Tháng 13/2024")
    (datetime.date(2024, 7, 15), None)
    """
    words = words.strip()
    try:
        if found := DAY.fullmatch(words):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := MONTH.fullmatch(words):
            year, month = int(found[2]), int(found[1])
        elif found := QUARTER.fullmatch(words):
            year, month = int(found[2]), 3 * ROMAN[found[1].upper()]
        else:
            return None
        return date(year, month, months.monthrange(year, month)[1])
    except ValueError:  # no such day, month or year
        return None


def standing(due: date, done_on: date | None, day: date) -> Standing:
    """How a task with that deadline stands on that day; what was done later than that day is not done yet.

    >>> standing(date(2024, 6, 30), None, date(2024, 6, 30)), standing(date(2024, 6, 30), None, date(2024, 7, 1))
    (Standing(state='open', days=0), Standing(state='late', days=1))
    >>> standing(date(2024, 6, 30), date(2024, 7, 4), date(2024, 7, 9))
    Standing(state='done_late', days=4)
    """
    if done_on is not None and done_on <= day:
        return Standing("done_late", (done_on - due).days) if done_on > due else Standing("done", 0)
    return Standing("late", (day - due).days) if day > due else Standing("open", (due - day).days)


def in_force(calendar: Calendar, day: date) -> bool:
    """Whether anybody is reminded of this calendar on that day: from its order on, until some time after it ends."""
    ends = max(task.due for task in calendar.tasks) + timedelta(days=calendar.rules.stops_after)
    return calendar.source.day <= day <= ends


def reminders_of(task: Task, rules: Rules) -> tuple[Reminder, ...]:
    """Every reminder that a task may ever cause, in order."""
    before = [Reminder(task.due - timedelta(days=days), task.code, "before") for days in rules.before]
    after = [Reminder(task.due + timedelta(days=days), task.code, "after") for days in rules.after]
    return tuple(sorted([*before, *after]))


def reminders_due(calendar: Calendar, unfinished: Collection[str], day: date) -> tuple[Reminder, ...]:
    """The reminders of unfinished tasks that have fallen due by that day, the oldest first.

    Those that were sent already are among them: who sends keeps a record, so that each goes out once, and one that
    was missed goes out late rather than never.
    """
    if not in_force(calendar, day):
        return ()
    found = [each for task in calendar.tasks if task.code in unfinished for each in reminders_of(task, calendar.rules)]
    return tuple(sorted(each for each in found if each.falls_on <= day))


def weekly_due(calendar: Calendar, day: date) -> date | None:
    """The day on which the newest weekly list fell due by that day; None where none did.

    Only the newest: what a list of an earlier week said is out of date.
    """
    weekday = calendar.rules.weekly
    if weekday is None or not in_force(calendar, day):
        return None
    found = day - timedelta(days=(day.isoweekday() - weekday) % 7)
    return found if found >= calendar.source.day else None
