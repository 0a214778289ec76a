"""Reminders of the plan: what is due is noted and queued as mails in one transaction, so that each goes out once.

A body gets one mail for all that it is to be reminded of, and so does Home Affairs, which watches over the whole; what
was missed goes with it. Whoever has no address is reminded through Home Affairs; where that has none either, the
reminder stays due.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from store.models.mail import RecipientRow
from store.queries import mails
from store.queries import tasks as queries
from store.queries.tasks import Key
from survey.calendar import Calendar, Standing, Task, in_force, reminders_due, weekly_due
from survey.questionnaire import Words
from workflows import mail
from workflows.calendars import Member, Register, calendars, heirs, register
from workflows.tasks import Progress, progress

WEEK = timedelta(days=7)
OVERSEER = mail.list_name("tasks")  # the list of those who watch over the whole plan


@dataclass(frozen=True, slots=True)
class Item:
    """A task in a mail: how it stands, who leads it by the plan, those of them that are meant, and how many there are.

    `meant` is empty where the reader alone is meant.
    """

    task: Task
    standing: Standing
    lead: Words
    meant: tuple[Words, ...]
    of: int


@dataclass(frozen=True, slots=True)
class Notice:
    """What one mail tells: reminders to `to` itself, and, for the overseer, reminders to be passed on and lists.

    `watches` says that the reader is the overseer; `whole`, that every task is told of; `unreached` are addresses of
    reminders that could not be delivered since the last whole list.
    """

    calendar: Calendar
    day: date
    to: Words
    watches: bool
    own: tuple[Item, ...]
    passed_on: tuple[Item, ...] = ()
    late: tuple[Item, ...] = ()
    ahead: tuple[Item, ...] = ()
    done: tuple[Item, ...] = ()
    whole: bool = False
    unreached: tuple[str, ...] = ()


Worded = Callable[[Notice, str], tuple[str, str]]  # a notice and a language → subject and words
Lists = Mapping[str, Sequence[RecipientRow]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which reminders go to which list of addresses, and how many have nowhere to go."""

    of_list: Mapping[str, frozenset[Key]]
    nowhere: int


def remind(session: Session, now: datetime, day: date, worded: Worded) -> dict[str, int]:
    """Queue the mails that are due; gives how many mails and reminders, and how many of these have no address."""
    lists = recipients_by_list(session)
    known = register(session)
    unreached = tuple(mails.failed_addresses(session, OVERSEER, now - WEEK))
    done = {"mails": 0, "reminders": 0, "without_address": 0}
    for found in calendars(session):
        if not in_force(found, day):
            continue
        states = progress(session, found, known, day)
        plan = planned(found, states, known, lists, queries.reminders(session, found.code), day)
        fresh = queries.note_reminders(session, found.code, frozenset().union(*plan.of_list.values()), now)
        for name, keys in plan.of_list.items():
            if mine := keys & fresh:
                notice = notice_of(found, states, known, name, mine, day, unreached)
                done["mails"] += send(session, lists[name], notice, mine, now, worded)
        done["reminders"] += len(fresh)
        done["without_address"] += plan.nowhere
    return done


def recipients_by_list(session: Session) -> Lists:
    """The addresses of every list that has any."""
    found: defaultdict[str, list[RecipientRow]] = defaultdict(list)
    for row in mails.recipients(session):
        found[row.report].append(row)
    return dict(found)


def planned(
    found: Calendar, states: Sequence[Progress], known: Register, lists: Lists, sent: set[Key], day: date
) -> Plan:
    """Where each reminder goes that is due and was not sent."""
    by_code = {each.task.code: each for each in states}
    unfinished = [each.task.code for each in states if each.unfinished]
    of_list: defaultdict[str, set[Key]] = defaultdict(set)
    nowhere = 0
    for due in reminders_due(found, unfinished, day):
        for member in by_code[due.task].unfinished:
            key = due.task, member.code, str(due.kind), due.falls_on
            names = () if key in sent else addressed(member, known, lists, day)
            for name in names:
                of_list[name].add(key)
            nowhere += key not in sent and not names
        if due.kind == "after" and OVERSEER in lists:
            of_list[OVERSEER].add((due.task, "", "late", due.falls_on))
    monday = weekly_due(found, day)
    if monday is not None and unfinished and OVERSEER in lists:
        of_list[OVERSEER].add(("", "", "weekly", monday))
    return Plan({name: frozenset(keys - sent) for name, keys in of_list.items()}, nowhere)


def addressed(member: Member, known: Register, lists: Lists, day: date) -> tuple[str, ...]:
    """The lists that reach a member: those of who came after it where it has ended, its own, or the overseer's."""
    after = tuple(name for code in heirs(member.code, known, day) if (name := mail.list_name("tasks", code)) in lists)
    own = tuple(name for name in (mail.list_name("tasks", member.code), OVERSEER) if name in lists)
    return after or own[:1]


def notice_of(
    found: Calendar,
    states: Sequence[Progress],
    known: Register,
    name: str,
    keys: Iterable[Key],
    day: date,
    unreached: tuple[str, ...],
) -> Notice:
    """What the mail to that list tells of these reminders."""
    of_task: defaultdict[str, set[str]] = defaultdict(set)  # task → the members that are reminded
    kinds = set()
    for task, unit, kind, _ in keys:
        kinds.add(kind)
        if kind in ("before", "after"):
            of_task[task].add(unit)
    overseer = found.bodies[found.overseer]
    if name != OVERSEER:
        to = title_of(name, found, known)
        own = [item(each, of_task[each.task.code], to) for each in states if each.task.code in of_task]
        return Notice(found, day, to, mail.unit_of_list(name) == overseer.unit, tuple(own))
    whole, tell_late = "weekly" in kinds, bool(kinds & {"late", "weekly"})
    reminded = [each for each in states if each.task.code in of_task]
    mine = [each for each in reminded if each.body.unit == overseer.unit]
    return Notice(
        calendar=found,
        day=day,
        to=overseer.title,
        watches=True,
        own=tuple(item(each, set(), overseer.title) for each in mine if each.standing.state == "open" or not tell_late),
        passed_on=tuple(item(each, of_task[each.task.code], None) for each in reminded if each not in mine),
        late=tuple(of_state(states, "late")) if tell_late else (),
        ahead=tuple(of_state(states, "open")) if whole else (),
        done=tuple(of_state(states, "done", "done_late")) if whole else (),
        whole=whole,
        unreached=unreached if whole else (),
    )


def title_of(name: str, found: Calendar, known: Register) -> Words:
    """Whom a list reaches."""
    code = mail.unit_of_list(name)
    named = next((body.title for body in found.bodies.values() if code in (body.code, body.unit)), {"vi": code})
    return {"vi": known.units[code].name} if code in known.units else named


def item(each: Progress, units: set[str], to: Words | None) -> Item:
    """A task in a mail to `to` about the parts of these members; None for a mail that is to be passed on."""
    meant = tuple(member.title for member in each.unfinished if member.code in units and member.title != to)
    return Item(each.task, each.standing, each.body.title, meant, len(each.members))


def of_state(states: Sequence[Progress], *wanted: str) -> list[Item]:
    """The tasks in these states, each with those who have not finished where several lead it."""
    return [
        item(each, {member.code for member in each.unfinished} if len(each.members) > 1 else set(), None)
        for each in states
        if each.standing.state in wanted
    ]


def send(
    session: Session, to: Sequence[RecipientRow], notice: Notice, keys: Iterable[Key], now: datetime, worded: Worded
) -> int:
    """Queue the mail to every address of a list; its number follows from what it reminds of."""
    told = sorted(f"{task}|{unit}|{kind}|{falls_on}" for task, unit, kind, falls_on in keys)
    about = " ".join([notice.calendar.code, *told])
    for row in to:
        subject, words = worded(notice, row.language)
        mail.queue(session, row, subject, words, (), now, about)
    return len(to)
