"""Counters as people set them up in the office: one, many as lines, one a unit; withdrawn, replaced, taken away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, delete
from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow, CampaignUnitRow, CounterRow
from store.models.collection import ConversationRow, TrialRow
from store.models.kiosks import KioskRow
from store.queries import audit, campaigns
from survey.faults import Fault, listed, shown
from workflows.campaign_forms import Form, one
from workflows.campaign_steps import done
from workflows.counters import import_counters, new_code, open_for_places, revoke_counter
from workflows.sheets import Sheet, read_sheet
from workflows.units import Changes

USUAL = {"vi": "Quầy tiếp nhận và trả kết quả", "en": "Reception and results"}
LONGEST, MOST_LINES = 200, 500
Reach = frozenset[int] | None
Found = Row[CounterRow, CampaignUnitRow]


def reached_units(session: Session, row: CampaignRow, reach: Reach) -> list[CampaignUnitRow]:
    """The campaign's units that somebody reaches."""
    mine = campaigns.campaign_units(session, row.id)
    return [unit for unit in mine if reach is None or unit.unit_id in reach]


def reached_counters(session: Session, row: CampaignRow, reach: Reach) -> list[Found]:
    """The campaign's counters that somebody reaches, with their units."""
    rows = campaigns.counters(session, row.id)
    return [found for found in rows if reach is None or found[0].unit_id in reach]


def unit_chosen(units: Sequence[CampaignUnitRow], form: Form, faults: list[Fault]) -> int:
    """The unit that the form names, by its code."""
    found = next((unit.unit_id for unit in units if unit.code == one(form, "unit")), 0)
    if not found:
        faults.append(Fault("choice_missing", "unit"))
    return found


def words_of(line: str) -> tuple[str, str]:
    """Name and service of a line.

    >>> words_of("Quầy 1 ; Đất đai"), words_of("Quầy 2")
    (('Quầy 1', 'Đất đai'), ('Quầy 2', ''))
    """
    name, _, service = line.partition(";")
    return " ".join(name.split()), " ".join(service.split())


def add(session: Session, row: CampaignRow, form: Form, reach: Reach, *, actor: str, now: datetime) -> list[Fault]:
    """Add the counters that were typed: one by its fields, or one a line."""
    faults: list[Fault] = []
    unit = unit_chosen(reached_units(session, row, reach), form, faults)
    text = (form.get("lines") or [""])[0]
    where = "lines" if text.strip() else "name"
    lines = [line for line in text.splitlines() if line.strip()] or [f"{one(form, 'name')};{one(form, 'service')}"]
    given = [words_of(line) for line in lines[: MOST_LINES + 1]]
    known = {counter.name for counter, _ in campaigns.counters(session, row.id) if counter.unit_id == unit}
    faults += line_faults(given, known, where)
    if not faults:
        keep(session, row, ((unit, name, service) for name, service in given), actor=actor, now=now)
    return faults


def line_faults(given: Sequence[tuple[str, str]], known: set[str], where: str) -> list[Fault]:
    """What is wrong with the names and services that were typed."""
    faults, seen = [], set(known)
    if len(given) > MOST_LINES:
        faults.append(Fault("too_many_lines", where, {"most": str(MOST_LINES)}))
    for name, service in given[:MOST_LINES]:
        if not name:
            faults.append(Fault("counter_name_missing", where, {"found": shown(service)}))
        elif len(name) > LONGEST or len(service) > LONGEST or not (name + service).isprintable():
            faults.append(Fault("counter_name_unfit", where, {"found": shown(name), "limit": str(LONGEST)}))
        elif name in seen:
            faults.append(Fault("counter_there", where, {"found": shown(name)}))
        seen.add(name)
    return faults


def keep(
    session: Session, row: CampaignRow, given: Iterable[tuple[int, str, str]], *, actor: str, now: datetime
) -> int:
    """Keep new counters, each with a code of its own, and write it down; gives how many."""
    rows = [
        CounterRow(campaign_id=row.id, unit_id=unit, code=new_code(), name=name, service=service)
        for unit, name, service in given
    ]
    if rows:
        session.add_all(rows)
        done(row, "counters")
        audit.note(session, at=now, actor=actor, act="counters_added", subject=row.code, facts={"count": len(rows)})
        session.flush()
    return len(rows)


def one_a_unit(session: Session, row: CampaignRow, reach: Reach, *, actor: str, now: datetime) -> list[Fault]:
    """A counter for every unit that has none."""
    taken = {counter.unit_id for counter, _ in campaigns.counters(session, row.id) if counter.revoked_at is None}
    named = {(counter.unit_id, counter.name) for counter, _ in campaigns.counters(session, row.id)}
    empty = [unit.unit_id for unit in reached_units(session, row, reach) if unit.unit_id not in taken]
    name = USUAL["vi"]
    kept = keep(session, row, ((u, free(name, u, named), "") for u in empty), actor=actor, now=now)
    return [] if kept else [Fault("every_unit_has_one", "defaults")]


def free(name: str, unit: int, named: set[tuple[int, str]]) -> str:
    """The name, or with a number where a counter that was withdrawn bears it."""
    number = 1
    while (unit, name if number == 1 else f"{name} {number}") in named:
        number += 1
    return name if number == 1 else f"{name} {number}"


def import_file(
    session: Session, row: CampaignRow, content: bytes, reach: Reach, *, actor: str, now: datetime
) -> Changes | Sequence[Fault]:
    """Take in a sheet of counters, all or nothing; whoever holds a unit may name that unit only."""
    if not content:
        return [Fault("file_missing_here", "file")]
    sheet = read_sheet(content)
    if not isinstance(sheet, Sheet):
        return sheet
    allowed = {unit.code for unit in reached_units(session, row, reach)}
    cells = zip(sheet.numbers, sheet.columns.get("unit", ()), strict=False)
    strange = [(number, code) for number, code in cells if reach is not None and code and code not in allowed]
    if strange:
        known = listed(sorted(allowed))
        return [
            Fault("unit_not_in_campaign", f"row {number}, column unit", {"found": shown(code), "known": known})
            for number, code in strange
        ]
    found = import_counters(session, row.code, sheet, actor=actor, now=now)
    if isinstance(found, Changes):
        done(row, "counters")
    return found


def counter_of(session: Session, row: CampaignRow, code: str, reach: Reach) -> Found | None:
    """The campaign's counter of that code, where somebody reaches it."""
    return next((found for found in reached_counters(session, row, reach) if found[0].code == code), None)


def withdraw(session: Session, counter: CounterRow, reason: str, *, actor: str, now: datetime) -> None:
    """Let a counter's code lead to a page that says that it is no longer valid."""
    if counter.revoked_at is None:
        revoke_counter(session, counter.code, actor=actor, now=now)
        audit.note(session, at=now, actor=actor, act="revoke_reason", subject=counter.code, facts={"why": reason})


def replace(
    session: Session, row: CampaignRow, counter: CounterRow, reason: str, *, actor: str, now: datetime
) -> CounterRow | Fault:
    """A new code for the same place: the old one is withdrawn, what it brought stays counted under it.

    Of a counter that was withdrawn already there is none: a button pressed twice makes one.
    """
    taking = open_for_places(session, row.code)
    if isinstance(taking, Fault):
        return Fault(taking.code, "do", taking.facts)
    if counter.revoked_at is not None:
        return counter
    withdraw(session, counter, reason, actor=actor, now=now)
    named = {(found.unit_id, found.name) for found, _ in campaigns.counters(session, row.id)}
    name = free(counter.name, counter.unit_id, named)
    fresh = CounterRow(campaign_id=row.id, unit_id=counter.unit_id, code=new_code(), name=name, service=counter.service)
    session.add(fresh)
    session.flush()
    facts = {"instead_of": counter.code}
    audit.note(session, at=now, actor=actor, act="counter_replaced", subject=fresh.code, facts=facts)
    return fresh


def take_away(session: Session, row: CampaignRow, counter: CounterRow, *, actor: str, now: datetime) -> Fault | None:
    """Delete a counter of a draft, with what was tried out at it."""
    if row.state != "draft":
        return Fault("step_of_draft", "counter", {"state": row.state})
    session.execute(delete(ConversationRow).where(ConversationRow.counter_id == counter.id))
    session.execute(delete(TrialRow).where(TrialRow.counter_id == counter.id))
    session.execute(delete(KioskRow).where(KioskRow.counter_id == counter.id))
    audit.note(session, at=now, actor=actor, act="counter_removed", subject=counter.code, facts={"campaign": row.code})
    session.delete(counter)
    session.flush()
    return None
