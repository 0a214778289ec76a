"""`hailong tasks …`: the plan's calendar, and what was done of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from cli.sheets import ACTOR, dry, json_wanted
from cli.terminal import answer, language, opened, refuse, say, table, today
from runtime.words import translate
from survey.calendar import Calendar
from survey.faults import Fault
from survey.questionnaire import Words
from workflows.calendars import calendar, keep_calendar, register
from workflows.prepare import text_of
from workflows.tasks import Progress, mark_done, progress, reopen

COLUMNS = ("task", "due", "state", "days", "lead", "unfinished", "title")
STATES = {"open": "ahead", "late": "late", "done": "done", "done_late": "done late"}
DAY = click.DateTime(["%Y-%m-%d"])

of_calendar = click.option("--calendar", "code_of", help="The calendar; without it, the one in force.")
of_unit = click.option("--unit", default="", help="Only this unit's part, where several units lead the task.")


@click.group()
def tasks() -> None:
    """The plan's calendar: tasks, deadlines, and what is done or late."""


@tasks.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@dry
@json_wanted
def load_file(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take in FILE, a calendar (YAML); a higher version takes the place of a lower one, what was done stays done."""
    text = text_of(file)
    with opened() as (database, _), database.writing(in_turn=True) as session:
        kept = (text,) if isinstance(text, Fault) else keep_calendar(session, text)
        if not isinstance(kept, Calendar):
            session.rollback()
            refuse(kept)
        if dry_run:
            session.rollback()
    facts = {"code": kept.code, "version": kept.version, "tasks": len(kept.tasks)}
    if as_json:
        answer({"ok": True, "dry_run": dry_run, **facts})
    elif dry_run:
        say("Calendar {code}, version {version}, with {tasks} tasks could be kept; nothing was kept.", **facts)
    else:
        say("Calendar {code}, version {version}, with {tasks} tasks is kept.", **facts)


@tasks.command("list")
@of_calendar
@click.option("--on", type=DAY, help="How the tasks stood, or will stand, on this day, as 2024-07-01.")
@json_wanted
def list_all(code_of: str | None, on: datetime | None, as_json: bool) -> None:
    """Every task with its deadline, who leads it, and how it stands."""
    with opened() as (database, settings), database.reading() as session:
        day = on.date() if on else today(settings)
        found = calendar(session, code_of, day)
        if isinstance(found, Fault):
            refuse([found])
        states = progress(session, found, register(session), day)
    if as_json:
        answer(described(found, states, day))
    else:
        table(COLUMNS, (line(each) for each in states))


@tasks.command("done")
@click.argument("code")
@of_calendar
@of_unit
@click.option("--on", type=DAY, help="The day on which it was done, as 2024-06-28; without it, today.")
@click.option("--note", default="", help="What shows it: the number of the document, for example.")
@json_wanted
def mark(code: str, code_of: str | None, unit: str, on: datetime | None, note: str, as_json: bool) -> None:
    """Note that the task CODE is done; nobody is reminded of it any more."""
    with opened() as (database, settings), database.writing(in_turn=True) as session:
        found = mark_done(
            session,
            code,
            actor=ACTOR,
            now=datetime.now(UTC),
            today=today(settings),
            in_calendar=code_of,
            unit=unit,
            on=on.date() if on else None,
            note=note,
        )
        if not isinstance(found, Progress):
            session.rollback()
            refuse(found)
    tell(found, as_json)


@tasks.command("reopen")
@click.argument("code")
@of_calendar
@of_unit
@click.option("--note", required=True, help="Why; it is written into the record of acts.")
@json_wanted
def take_back(code: str, code_of: str | None, unit: str, note: str, as_json: bool) -> None:
    """Take back that the task CODE is done."""
    with opened() as (database, settings), database.writing(in_turn=True) as session:
        found = reopen(
            session,
            code,
            note=note,
            actor=ACTOR,
            now=datetime.now(UTC),
            today=today(settings),
            in_calendar=code_of,
            unit=unit,
        )
        if not isinstance(found, Progress):
            session.rollback()
            refuse(found)
    tell(found, as_json)


def tell(found: Progress, as_json: bool) -> None:
    """How the task stands now."""
    if as_json:
        answer({"ok": True, **task_as_json(found)})
        return
    state = translate(STATES[found.standing.state], language())
    facts = {"left": len(found.unfinished), "of": len(found.members)}
    say("Task {code} is {state}; not finished: {left} of {of}.", code=found.task.code, state=state, **facts)


def line(found: Progress) -> tuple[object, ...]:
    """A task in the columns of the table."""
    left = f"{len(found.unfinished)}/{len(found.members)}"
    return (
        found.task.code,
        found.task.due.isoformat(),
        translate(STATES[found.standing.state], language()),
        found.standing.days,
        in_words(found.body.title),
        left,
        in_words(found.task.title),
    )


def described(found: Calendar, states: tuple[Progress, ...], day: date) -> dict[str, Any]:
    """A calendar with its tasks as plain data."""
    return {
        "calendar": found.code,
        "version": found.version,
        "source": {"number": found.source.number, "day": found.source.day.isoformat(), "name": found.source.name},
        "on": day.isoformat(),
        "tasks": [task_as_json(each) for each in states],
    }


def task_as_json(found: Progress) -> dict[str, Any]:
    """A task as plain data."""
    task = found.task
    return {
        "code": task.code,
        "part": task.part,
        "page": task.page,
        "title": task.title,
        "deadline": task.deadline,
        "due": task.due.isoformat(),
        "state": found.standing.state,
        "days": found.standing.days,
        "done_on": found.done_on.isoformat() if found.done_on else None,
        "note": found.note,
        "lead": found.body.title,
        "members": len(found.members),
        "unfinished": [each.code for each in found.unfinished],
        "coordinating": task.coordinating,
        "coordinating_units": task.coordinating_units,
        "product": task.product,
    }


def in_words(words: Words) -> str:
    """The words in the language of the terminal, or in the first one that there is."""
    return words.get(language()) or next(iter(words.values()), "")
