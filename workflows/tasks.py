"""Tasks of the plan: how each stands, and what is said of it: done, or open again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from reports import summary_facts
from store.models.tasks import TaskRow
from store.queries import audit
from store.queries import tasks as queries
from survey.calendar import Body, Calendar, Standing, Task, in_force, standing
from survey.faults import Fault, listed, shown
from workflows.calendars import Member, Register, calendar, calendars, members, register

LONGEST_NOTE = 1000
WHOLE = ""  # the unit of what is said of a whole task


@dataclass(frozen=True, slots=True)
class Progress:
    """A task with its lead body, those who lead it, those of them who have not finished, and how it stands."""

    task: Task
    body: Body
    members: tuple[Member, ...]
    unfinished: tuple[Member, ...]
    done_on: date | None
    standing: Standing
    note: str


def progress(session: Session, found: Calendar, known: Register, day: date) -> tuple[Progress, ...]:
    """How every task of a calendar stands on that day, in the order of the table.

    Those who lead a task are the units of the day on which it is due, so that a merger changes nobody's duties.
    """
    said: dict[str, dict[str, TaskRow]] = {}
    for row in queries.tasks(session, found.code):
        said.setdefault(row.code, {})[row.unit] = row
    return tuple(
        progress_of(task, found.bodies[task.lead], known, said.get(task.code, {}), day) for task in found.tasks
    )


def progress_of(task: Task, body: Body, known: Register, said: Mapping[str, TaskRow], day: date) -> Progress:
    """How one task stands: done as a whole, or once every unit has done its part."""
    days = {unit: row.done_on for unit, row in said.items() if row.done_on is not None and row.done_on <= day}
    all_members = members(body, known, task.due)
    left = () if WHOLE in days else tuple(each for each in all_members if each.code not in days)
    done_on = days.get(WHOLE) or (None if left else max(days[each.code] for each in all_members))
    note = said[WHOLE].note if WHOLE in said else ""
    return Progress(task, body, all_members, left, done_on, standing(task.due, done_on, day), note)


def mark_done(
    session: Session,
    code: str,
    *,
    actor: str,
    now: datetime,
    today: date,
    in_calendar: str | None = None,
    unit: str = "",
    on: date | None = None,
    note: str = "",
) -> Progress | Sequence[Fault]:
    """Say that a task, or one unit's part of it, was done on that day; said again, it is corrected."""
    found = named(session, in_calendar, code, unit, today)
    faults = note_faults(note) + (found if isinstance(found, list) else [])
    if on is not None and on > today:
        faults.append(Fault("done_in_future", "--on", {"found": on.isoformat()}))
    if isinstance(found, list) or faults:
        return faults
    plan, part = found
    keep(session, plan.code, code, part, "done", on or today, actor, now, note)
    return now_standing(session, plan, code, today)


def reopen(
    session: Session,
    code: str,
    *,
    note: str,
    actor: str,
    now: datetime,
    today: date,
    in_calendar: str | None = None,
    unit: str = "",
) -> Progress | Sequence[Fault]:
    """Take back that a task, or one unit's part of it, is done, and say why."""
    found = named(session, in_calendar, code, unit, today)
    faults = note_faults(note) + (found if isinstance(found, list) else [])
    if not note.strip():
        faults.append(Fault("note_needed", "--note"))
    if isinstance(found, list):
        return faults
    plan, part = found
    done = {row.unit for row in queries.tasks(session, plan.code) if row.code == code and row.state == "done"}
    if part not in done:
        kind = "task_done_whole" if WHOLE in done else "task_done_in_parts" if done else "task_not_done"
        faults.append(Fault(kind, code, {"code": code, "units": listed(sorted(done))}))
    if faults:
        return faults
    keep(session, plan.code, code, part, "open", None, actor, now, note)
    return now_standing(session, plan, code, today)


def named(
    session: Session, in_calendar: str | None, code: str, unit: str, today: date
) -> tuple[Calendar, str] | list[Fault]:
    """The calendar, and whose part is meant: "" for the whole, also where one unit leads alone."""
    plan = calendar(session, in_calendar, today)
    if isinstance(plan, Fault):
        return [plan]
    task = next((each for each in plan.tasks if each.code == code), None)
    if task is None:
        codes = listed([each.code for each in plan.tasks], limit=40)
        return [Fault("unknown_task", shown(code), {"found": shown(code), "known": codes})]
    if not unit:
        return plan, WHOLE
    leading = [each.code for each in members(plan.bodies[task.lead], register(session), task.due)]
    if unit not in leading:
        return [Fault("unit_not_leading", "--unit", {"found": shown(unit), "code": code, "known": listed(leading)})]
    return plan, WHOLE if leading == [unit] else unit


def note_faults(note: str) -> list[Fault]:
    """A note that is too long to be kept."""
    facts = {"count": str(len(note)), "limit": str(LONGEST_NOTE)}
    return [Fault("words_too_long", "--note", facts)] if len(note) > LONGEST_NOTE else []


def keep(
    session: Session,
    plan: str,
    code: str,
    unit: str,
    state: str,
    done_on: date | None,
    actor: str,
    now: datetime,
    note: str,
) -> None:
    """Keep what was said, and write it into the record of acts."""
    row = session.get(TaskRow, (plan, code, unit))
    if row is None:
        row = TaskRow(calendar=plan, code=code, unit=unit)
        session.add(row)
    row.state, row.done_on, row.at, row.actor, row.note = state, done_on, now, actor, note.strip()
    facts = {"unit": unit, "on": done_on or "", "note": note.strip()}
    act = "task_done" if state == "done" else "task_reopened"
    audit.note(session, at=now, actor=actor, act=act, subject=f"{plan}/{code}", facts=facts)
    session.flush()


def now_standing(session: Session, plan: Calendar, code: str, today: date) -> Progress:
    """How that task stands now."""
    return next(each for each in progress(session, plan, register(session), today) if each.task.code == code)


def near(session: Session, day: date) -> tuple[summary_facts.Task, ...]:
    """Tasks of calendars in force that are late, or due within the time of the first reminder; the late ones first."""
    known = register(session)
    found = [
        (each.standing.state != "late", each.task.due, summary_task(each))
        for plan in calendars(session)
        if in_force(plan, day)
        for each in progress(session, plan, known, day)
        if each.standing.state == "late"
        or (each.standing.state == "open" and each.standing.days <= max(plan.rules.before, default=0))
    ]
    return tuple(each for *_, each in sorted(found, key=lambda row: row[:2]))


def summary_task(found: Progress) -> summary_facts.Task:
    """A task as the summary report tells of it, in Vietnamese."""
    words = [each["vi"] if "vi" in each else next(iter(each.values())) for each in (found.task.title, found.body.title)]
    late = found.standing.state == "late"
    return summary_facts.Task(f"{found.task.code}. {words[0]}", words[1], found.task.due, late)
