"""Finished dossiers by day, as the one-stop desk's own system counts them: what answers are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from store.queries import campaigns, quality
from survey.faults import Fault, shown
from workflows.counters import unit_fault
from workflows.sheets import Sheet, fit, in_order, records
from workflows.strata import WHOLE
from workflows.units import Changes, write_down

COLUMNS = ("unit", "counter", "day", "dossiers")
Given = tuple[int, int, date, int]  # unit, counter (0: the whole unit), day, dossiers


def import_dossiers(
    session: Session, campaign_code: str, sheet: Sheet, *, actor: str, now: datetime, dry_run: bool = False
) -> Changes | tuple[Fault, ...]:
    """Take in a campaign's dossiers by unit (or counter) and day, all of them or nothing."""
    campaign = campaigns.campaign(session, campaign_code)
    if campaign is None:
        return (Fault("unknown_campaign", campaign_code, {"found": campaign_code}),)
    if faults := fit(sheet, COLUMNS):
        return faults
    units = {row.code: row.unit_id for row in campaigns.campaign_units(session, campaign.id)}
    counters = {row.code: (row.id, row.unit_id) for row, _ in campaigns.counters(session, campaign.id)}
    read = [read_day(number, cells, units, counters) for number, cells in records(sheet, COLUMNS)]
    wrong = [fault for row in read if isinstance(row, list) for fault in row]
    if wrong:
        return in_order(tuple(wrong))
    given = [row for row in read if isinstance(row, tuple)]
    stored = {(row.unit_id, row.counter_id, row.day): row.n for row in quality.dossiers(session, campaign.id)}
    new = [row for row in given if row[:3] not in stored]
    other = [row for row in given if stored.get(row[:3], row[3]) != row[3]]
    done = Changes(tuple(map(named, new)), tuple(map(named, other)), len(given) - len(new) - len(other))
    if not dry_run:
        columns = ("unit_id", "counter_id", "day", "n")
        quality.keep_dossiers(
            session, [{"campaign_id": campaign.id, **dict(zip(columns, row, strict=True))} for row in new + other]
        )
        write_down(session, done, actor=actor, now=now, subject=f"{campaign_code} dossiers")
    return done


def named(row: Given) -> str:
    """What a row is called when it is told that it changed."""
    return f"{row[0]}/{row[1]} {row[2].isoformat()}"


def read_day(
    number: int, cells: Sequence[str], units: Mapping[str, int], counters: Mapping[str, tuple[int, int]]
) -> Given | list[Fault]:
    """The dossiers of one row, or every fault of the row."""
    unit, counter, day, amount = cells
    place = f"row {number}, column"
    faults = [] if unit in units else [unit_fault(number, unit, units)]
    known = counters.get(counter, (0, units.get(unit, 0)) if not counter else None)
    if known is None or known[1] != units.get(unit, known[1]):
        faults.append(Fault("unknown_counter", f"{place} counter", {"found": shown(counter)}))
    try:
        on = date.fromisoformat(day)
    except ValueError:
        on = date.min
        faults.append(Fault("date_form", f"{place} day", {"found": shown(day)}))
    match = WHOLE.fullmatch(amount)
    if match is None:
        faults.append(Fault("whole_number_form", f"{place} dossiers", {"found": shown(amount)}))
    if faults or known is None or match is None:
        return faults
    return units[unit], known[0], on, int(match[1])
