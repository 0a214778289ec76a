"""Reading a calendar file: its shape, then what its keys mean together, with every fault at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated

from pydantic import Field

from survey.calendar import Body, Calendar, Rules, Source, Task, last_day
from survey.definitions import CODE, CONTROL, Row, load, repeated, shape, tidy, words_faults
from survey.faults import Fault, listed, shown
from survey.units import LEVELS

CALENDAR_CODE = r"^[a-z0-9][a-z0-9-]{1,39}$"
TASK_CODE = r"^[A-Za-z0-9]{1,6}(\.[A-Za-z0-9]{1,6}){0,3}$"

Sentence = Annotated[str, Field(max_length=1000)]
WordsRow = dict[str, Sentence]
Days = Annotated[list[Annotated[int, Field(ge=1, le=365)]], Field(max_length=10)]


class SourceRow(Row):
    """The order that the calendar follows."""

    number: Sentence
    day: date
    short: WordsRow
    name: WordsRow
    annex: WordsRow


class RulesRow(Row):
    """When it is reminded."""

    before: Days
    after: Days
    weekly: Annotated[int, Field(ge=1, le=7)] | None = None
    stops_after: Annotated[int, Field(ge=0, le=366)]
    source: Sentence


class BodyRow(Row):
    """Who leads."""

    code: Annotated[str, Field(pattern=CODE)]
    title: WordsRow
    unit: Sentence | None = None
    levels: Annotated[list[str], Field(min_length=1)] | None = None
    under: Sentence | None = None


class PartRow(Row):
    """A heading of the table."""

    code: Annotated[str, Field(pattern=TASK_CODE)]
    title: WordsRow


class TaskRow(Row):
    """A row of the table."""

    code: Annotated[str, Field(pattern=TASK_CODE)]
    part: str | None = None
    page: Annotated[int, Field(ge=1, le=1000)] | None = None
    title: WordsRow
    deadline: Annotated[str, Field(max_length=60)]
    lead: str
    coordinating: Sentence = ""
    coordinating_units: list[Sentence] = Field(default_factory=list)
    product: WordsRow | None = None


class CalendarRow(Row):
    """A calendar file."""

    code: Annotated[str, Field(pattern=CALENDAR_CODE)]
    version: Annotated[int, Field(ge=1, le=9999)]
    title: WordsRow
    source: SourceRow
    notes: list[Sentence] = Field(default_factory=list)
    reminders: RulesRow
    overseer: str
    bodies: Annotated[list[BodyRow], Field(min_length=1)]
    parts: list[PartRow] = Field(default_factory=list)
    tasks: Annotated[list[TaskRow], Field(min_length=1)]


def read_calendar(text: str) -> Calendar | tuple[Fault, ...]:
    """The calendar that a file holds, or everything that is wrong with it; never raises.

    >>> [fault.code for fault in read_calendar("code: 2024")][:2]
    ['not_quoted', 'missing_key']
    """
    found = load(text)
    if isinstance(found, tuple):
        return found
    row = shape(CalendarRow, found)
    if isinstance(row, tuple):
        return row
    return tuple(calendar_faults(row)) or calendar_of(row)


def calendar_faults(row: CalendarRow) -> Iterator[Fault]:
    """What the keys of a calendar file mean together and cannot."""
    for where, rows in lists_of(row).items():
        for code in repeated([each.code for each in rows]):
            yield Fault("duplicate_code", where, {"code": code})
    yield from text_faults(row)
    bodies = {body.code: body for body in row.bodies}
    for number, body in enumerate(row.bodies, start=1):
        yield from body_faults(body, f"bodies[{number}]")
    if row.overseer not in bodies:
        yield Fault("unknown_body", "overseer", {"found": shown(row.overseer), "known": listed(list(bodies))})
    elif bodies[row.overseer].unit is None:
        yield Fault("overseer_without_unit", "overseer", {"found": shown(row.overseer)})
    for number, task in enumerate(row.tasks, start=1):
        yield from task_faults(task, f"tasks[{number}]", list(bodies), [part.code for part in row.parts])


def lists_of(row: CalendarRow) -> Mapping[str, Sequence[BodyRow | PartRow | TaskRow]]:
    """The lists of a file, whose entries each have a code and a title."""
    return {"bodies": row.bodies, "parts": row.parts, "tasks": row.tasks}


def text_faults(row: CalendarRow) -> Iterator[Fault]:
    """Languages that are missing somewhere, and characters that cannot be shown."""
    languages = list(row.title) or ["vi"]
    texts: list[tuple[str, WordsRow]] = [("title", row.title)]
    texts += [(f"source.{name}", getattr(row.source, name)) for name in ("short", "name", "annex")]
    for name, rows in lists_of(row).items():
        texts += [(f"{name}[{number}].title", each.title) for number, each in enumerate(rows, start=1)]
    texts += [(f"tasks[{n}].product", each.product) for n, each in enumerate(row.tasks, start=1) if each.product]
    for where, words in texts:
        yield from words_faults(words, languages, where)
    plain = [("source.number", row.source.number)]
    plain += [(f"tasks[{n}].coordinating", each.coordinating) for n, each in enumerate(row.tasks, start=1)]
    yield from (Fault("bad_character", where, {}) for where, text in plain if CONTROL.search(text))


def body_faults(body: BodyRow, where: str) -> Iterator[Fault]:
    """A body that is one unit and many at once, or many of which nobody knows where."""
    if (body.levels is None) != (body.under is None) or (body.unit is not None and body.levels is not None):
        yield Fault("body_kind", where, {"code": body.code})
    for level in body.levels or ():
        if level not in LEVELS:
            yield Fault("unknown_level", f"{where}.levels", {"found": shown(level), "levels": listed(LEVELS)})


def task_faults(task: TaskRow, where: str, bodies: list[str], parts: list[str]) -> Iterator[Fault]:
    """A deadline that cannot be read, a lead or a part that is not there."""
    if last_day(task.deadline) is None:
        yield Fault("deadline_form", f"{where}.deadline", {"found": shown(task.deadline)})
    if task.lead not in bodies:
        yield Fault("unknown_body", f"{where}.lead", {"found": shown(task.lead), "known": listed(bodies)})
    if task.part is not None and task.part not in parts:
        yield Fault("unknown_part", f"{where}.part", {"found": shown(task.part), "known": listed(parts)})


def calendar_of(row: CalendarRow) -> Calendar:
    """The calendar of a row without faults."""
    source, rules = row.source, row.reminders
    return Calendar(
        code=row.code,
        version=row.version,
        title=tidy(row.title),
        source=Source(source.number.strip(), source.day, tidy(source.short), tidy(source.name), tidy(source.annex)),
        rules=Rules(once(rules.before), once(rules.after), rules.weekly, rules.stops_after),
        overseer=row.overseer,
        bodies={body.code: body_of(body) for body in row.bodies},
        parts={part.code: tidy(part.title) for part in row.parts},
        tasks=tuple(task_of(task) for task in row.tasks),
    )


def once(days: list[int]) -> tuple[int, ...]:
    """Each number of days once, in order."""
    return tuple(sorted(set(days)))


def body_of(row: BodyRow) -> Body:
    """The body of a row."""
    return Body(row.code, tidy(row.title), row.unit, tuple(row.levels or ()), row.under)


def task_of(row: TaskRow) -> Task:
    """The task of a row whose deadline can be read."""
    words: Mapping[str, str] = tidy({"deadline": row.deadline, "coordinating": row.coordinating})
    due = last_day(words["deadline"])
    assert due is not None
    return Task(
        code=row.code,
        part=row.part,
        page=row.page,
        title=tidy(row.title),
        deadline=words["deadline"],
        due=due,
        lead=row.lead,
        coordinating=words["coordinating"],
        coordinating_units=tuple(row.coordinating_units),
        product=tidy(row.product) if row.product else None,
    )
