"""Calendars in the database, and who the bodies are that they name: units of a day, and their lists of addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy.orm import Session

from store.models.tasks import CalendarRow
from store.queries import tasks, units
from survey.calendar import Body, Calendar, in_force
from survey.calendar_rows import read_calendar
from survey.faults import Fault, listed, shown
from survey.questionnaire import Words
from survey.reading import fingerprint
from survey.units import LEVELS, Unit, UnitLink, successors, valid
from workflows.places import BrokenInstrumentError
from workflows.units import links_of, unit_of


@dataclass(frozen=True, slots=True)
class Register:
    """Units by code, and what became of them."""

    units: Mapping[str, Unit]
    links: Sequence[UnitLink]


@dataclass(frozen=True, slots=True)
class Member:
    """One of those who lead a task: `code` is that of a unit, or of a body that is none."""

    code: str
    title: Words


def keep_calendar(session: Session, text: str) -> Calendar | Sequence[Fault]:
    """Keep a calendar; a higher version takes the place of a lower one, and what was said of its tasks stays."""
    read = read_calendar(text)
    if isinstance(read, tuple):
        return read
    sha256, kept = fingerprint(text), session.get(CalendarRow, read.code)
    if kept is None:
        session.add(CalendarRow(code=read.code, version=read.version, sha256=sha256, definition=text))
    elif read.version > kept.version:
        kept.version, kept.sha256, kept.definition = read.version, sha256, text
    elif sha256 != kept.sha256:
        facts = {"code": read.code, "version": str(kept.version), "next": str(kept.version + 1)}
        return [Fault("calendar_version", "version", facts)]
    session.flush()
    return read


def keep_shipped(session: Session, text: str) -> Calendar | Sequence[Fault]:
    """Keep a shipped calendar, unless the province has one of its own under that code."""
    read = read_calendar(text)
    kept = None if isinstance(read, tuple) else session.get(CalendarRow, read.code)
    if isinstance(read, tuple) or (kept is not None and read.version <= kept.version):
        return read
    return keep_calendar(session, text)


@lru_cache(maxsize=16)
def read_once(sha256: str, definition: str) -> Calendar:
    """The calendar of a kept file."""
    read = read_calendar(definition)
    if isinstance(read, tuple):
        raise BrokenInstrumentError(f"calendar {sha256}: {read[0]}")
    return read


def calendars(session: Session) -> tuple[Calendar, ...]:
    """Every kept calendar, by code."""
    return tuple(read_once(row.sha256, row.definition) for row in tasks.calendars(session))


def calendar(session: Session, code: str | None, day: date) -> Calendar | Fault:
    """The calendar of that code; without one, that which is in force on the day, or else the last by code."""
    found = calendars(session)
    if code is not None:
        known = {each.code: each for each in found}
        facts = {"found": shown(code), "known": listed(list(known)) or "–"}
        return known[code] if code in known else Fault("unknown_calendar", shown(code), facts)
    if not found:
        return Fault("no_calendar", "")
    return next((each for each in reversed(found) if in_force(each, day)), found[-1])


def register(session: Session) -> Register:
    """Every unit that is or was, with its links."""
    return Register({row.code: unit_of(row) for row in units.units(session)}, links_of(session))


def members(body: Body, known: Register, day: date) -> tuple[Member, ...]:
    """Those that a body stands for on that day; where no unit of its levels is known, the body itself."""
    if body.unit is not None:
        return (member(body, known, body.unit),)
    found = [
        (LEVELS.index(unit.level), code)
        for code, unit in known.units.items()
        if unit.level in body.levels and valid(unit, day) and is_under(unit, body.under, known)
    ]
    return tuple(member(body, known, code) for _, code in sorted(found)) or (Member(body.code, body.title),)


def member(body: Body, known: Register, code: str) -> Member:
    """The member of that code, by the name of its unit where that is known."""
    unit = known.units.get(code)
    return Member(code, {"vi": unit.name} if unit is not None else body.title)


def is_under(unit: Unit, above: str | None, known: Register) -> bool:
    """Whether a unit lies below another, over however many levels."""
    seen: set[str] = set()
    parent = unit.parent
    while parent is not None and parent not in seen:
        if parent == above:
            return True
        seen.add(parent)
        parent = known.units[parent].parent if parent in known.units else None
    return False


def heirs(code: str, known: Register, day: date) -> tuple[str, ...]:
    """Who goes on with the work of a unit that has ended by that day: the one that bears its name, or else all.

    Nobody where the unit goes on, or where nobody knows what became of it.
    """
    unit = known.units.get(code)
    if unit is None or valid(unit, day) or day < unit.valid_from:
        return ()
    found = [each for each in successors(known.links, code, unit.valid_from, day) if each in known.units]
    same = [each for each in found if known.units[each].name == unit.name and each != code]
    return tuple(same or sorted(each for each in found if each != code))


def bodies_fault(session: Session, code: str) -> Fault | None:
    """What is wrong with a code that is to have a list of addresses: no unit and no body of a calendar bears it."""
    outside = {
        body.code for each in calendars(session) for body in each.bodies.values() if not body.unit and not body.levels
    }
    if code in outside or code in {row.code for row in units.units(session)}:
        return None
    return Fault("unknown_list", "--unit", {"found": shown(code), "known": listed(sorted(outside)) or "–"})
