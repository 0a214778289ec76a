"""Counters of a campaign: from a sheet, listed, revoked. The code is what a poster carries."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row
from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow, CampaignUnitRow, CounterRow
from store.queries import audit, campaigns
from survey.counter_codes import BITS, counter_code, like_a_number, read_counter_code
from survey.faults import Fault, listed, shown
from workflows.sheets import Sheet, fit, in_order, records
from workflows.units import Changes, word_faults, write_down

NEEDED = ("unit", "name")
COLUMNS = ("unit", "name", "service", "code")


@dataclass(frozen=True, slots=True)
class Counter:
    """A row of a sheet of counters; no code means that one is to be made."""

    unit_id: int
    unit: str
    name: str
    service: str
    code: str | None


def import_counters(
    session: Session, campaign_code: str, sheet: Sheet, *, actor: str, now: datetime, dry_run: bool = False
) -> Changes | tuple[Fault, ...]:
    """Take in the campaign's counters by unit and name, all or nothing; the same sheet again changes nothing."""
    campaign = open_for_places(session, campaign_code)
    if isinstance(campaign, Fault):
        return (campaign,)
    faults = fit(sheet, NEEDED, COLUMNS)
    if faults:
        return faults
    units = {row.code: row.unit_id for row in campaigns.campaign_units(session, campaign.id)}
    read = [(number, read_counter(number, cells, units)) for number, cells in records(sheet, COLUMNS)]
    given = {number: counter for number, counter in read if isinstance(counter, Counter)}
    faults = tuple(fault for _, row in read if not isinstance(row, Counter) for fault in row)
    faults += word_faults(sheet, COLUMNS[1:3]) + twice(given) + taken(session, campaign, given)
    if faults:
        return in_order(faults)
    done = keep(session, campaign, given.values(), dry_run=dry_run)
    if not dry_run:
        write_down(session, done, actor=actor, now=now, subject=f"{campaign_code} counters")
    return done


def open_for_places(session: Session, campaign_code: str) -> CampaignRow | Fault:
    """The campaign, where it may still be given counters and strata."""
    row = campaigns.campaign(session, campaign_code)
    if row is None:
        return unknown_campaign(session, campaign_code)
    if row.state in ("locked", "published"):
        return Fault("campaign_frozen", "campaign", {"campaign": row.code, "state": row.state})
    return row


def unknown_campaign(session: Session, campaign_code: str) -> Fault:
    """No campaign bears the code."""
    known = listed([row.code for row in campaigns.campaigns(session)])
    return Fault("unknown_campaign", "campaign", {"found": shown(campaign_code), "known": known or "–"})


def read_counter(number: int, cells: Sequence[str], units: Mapping[str, int]) -> Counter | tuple[Fault, ...]:
    """The counter of one row, or every fault of the row."""
    unit, name, service, code = cells
    faults = []
    if unit not in units:
        faults.append(unit_fault(number, unit, units))
    if not name:
        faults.append(Fault("cell_empty", f"row {number}, column name", {"column": "name"}))
    read = read_counter_code(code) if code else None
    if code and read is None:
        faults.append(Fault("counter_code_form", f"row {number}, column code", {"found": shown(code)}))
    return tuple(faults) or Counter(units[unit], unit, name, service, read)


def unit_fault(number: int, unit: str, units: Mapping[str, int]) -> Fault:
    """The unit of a row is missing or none of the campaign's."""
    where = f"row {number}, column unit"
    if not unit:
        return Fault("cell_empty", where, {"column": "unit"})
    return Fault("unit_not_in_campaign", where, {"found": shown(unit), "known": listed(sorted(units))})


def twice(given: Mapping[int, Counter]) -> tuple[Fault, ...]:
    """Counters and codes that stand in two rows; told at the later one."""
    first: dict[object, int] = {}
    faults = []
    for number, counter in given.items():
        if (earlier := first.setdefault((counter.unit_id, counter.name), number)) != number:
            facts = {"found": shown(counter.name), "row": str(earlier)}
            faults.append(Fault("row_double", f"row {number}, column name", facts))
        if counter.code and (earlier := first.setdefault(counter.code, number)) != number:
            facts = {"found": counter.code, "row": str(earlier)}
            faults.append(Fault("row_double", f"row {number}, column code", facts))
    return tuple(faults)


def taken(session: Session, campaign: CampaignRow, given: Mapping[int, Counter]) -> tuple[Fault, ...]:
    """Codes that another counter bears, and counters whose code the sheet would change: it is on their posters."""
    codes = {counter.code for counter in given.values() if counter.code}
    bearers = {row.code: row for row in campaigns.counters_bearing(session, codes)}
    mine = by_name(session, campaign)
    faults = []
    for number, counter in given.items():
        if counter.code is None:
            continue
        bearer, kept = bearers.get(counter.code), mine.get((counter.unit_id, counter.name))
        where = f"row {number}, column code"
        if kept is not None and kept.code != counter.code:
            faults.append(Fault("counter_has_code", where, {"found": counter.code, "code": kept.code}))
        elif bearer is not None and bearer is not kept:
            faults.append(Fault("counter_code_taken", where, {"found": counter.code, "counter": shown(bearer.name)}))
    return tuple(faults)


def by_name(session: Session, campaign: CampaignRow) -> dict[tuple[int, str], CounterRow]:
    """The campaign's counters by unit and name."""
    return {(row.unit_id, row.name): row for row, _ in campaigns.counters(session, campaign.id)}


def keep(session: Session, campaign: CampaignRow, given: Iterable[Counter], *, dry_run: bool) -> Changes:
    """Add the new counters, with codes of their own, and bring the services of the others up to date."""
    stored = by_name(session, campaign)
    added, changed, unchanged = [], [], 0
    for counter in given:
        row = stored.get((counter.unit_id, counter.name))
        name = f"{counter.unit}: {counter.name}"
        if row is None:
            added.append(name)
            if not dry_run:
                session.add(row_of(campaign, counter))
        elif row.service != counter.service:
            changed.append(name)
            if not dry_run:
                row.service = counter.service
        else:
            unchanged += 1
    session.flush()
    return Changes(tuple(added), tuple(changed), unchanged)


def row_of(campaign: CampaignRow, counter: Counter) -> CounterRow:
    """A new counter."""
    code = counter.code or new_code()
    return CounterRow(
        campaign_id=campaign.id, unit_id=counter.unit_id, code=code, name=counter.name, service=counter.service
    )


def new_code() -> str:
    """A random code that no spreadsheet takes for a number."""
    while like_a_number(code := counter_code(secrets.randbits(BITS))):
        pass
    return code


def list_counters(session: Session, campaign_code: str) -> Sequence[Row[CounterRow, CampaignUnitRow]] | Fault:
    """The campaign's counters with their units, revoked ones too."""
    row = campaigns.campaign(session, campaign_code)
    return unknown_campaign(session, campaign_code) if row is None else campaigns.counters(session, row.id)


def revoke_counter(session: Session, code: str, *, actor: str, now: datetime) -> CounterRow | Fault:
    """Let a counter's code lead to a page that says that it is no longer valid; again, it changes nothing."""
    read = read_counter_code(code)
    row = next(iter(campaigns.counters_bearing(session, {code, read or code})), None)
    if row is None:
        return Fault("unknown_counter", "code", {"found": shown(code)})
    if row.revoked_at is None:
        row.revoked_at = now
        audit.note(session, at=now, actor=actor, act="revoke", subject=row.code)
        session.flush()
    return row
