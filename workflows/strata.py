"""Strata of a campaign's sample: how many dossiers each part of the frame holds, and how many forms were issued."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from store.models.campaigns import StratumRow
from store.queries import campaigns
from survey.faults import Fault, shown
from workflows.counters import open_for_places, unit_fault
from workflows.sheets import Sheet, fit, in_order, records
from workflows.units import Changes, double_codes, word_faults, write_down

COLUMNS = ("stratum", "unit", "N", "issued")
WHOLE = re.compile(r"([0-9]{1,9})(?:\.0+)?")


@dataclass(frozen=True, slots=True)
class Stratum:
    """A row of a sheet of strata."""

    code: str
    unit_id: int
    size: int
    issued: int


def import_strata(
    session: Session, campaign_code: str, sheet: Sheet, *, actor: str, now: datetime, dry_run: bool = False
) -> Changes | tuple[Fault, ...]:
    """Take in the campaign's strata by code, all of them or nothing; the same sheet again changes nothing."""
    campaign = open_for_places(session, campaign_code)
    if isinstance(campaign, Fault):
        return (campaign,)
    faults = fit(sheet, COLUMNS)
    if faults:
        return faults
    units = {row.code: row.unit_id for row in campaigns.campaign_units(session, campaign.id)}
    read = [(number, read_stratum(number, cells, units)) for number, cells in records(sheet, COLUMNS)]
    given = {number: stratum for number, stratum in read if isinstance(stratum, Stratum)}
    faults = tuple(fault for _, row in read if not isinstance(row, Stratum) for fault in row)
    faults += word_faults(sheet, COLUMNS[:1])
    faults += double_codes({number: stratum.code for number, stratum in given.items()}, "stratum")
    if faults:
        return in_order(faults)
    done = keep(session, campaign.id, tuple(given.values()), dry_run=dry_run)
    if not dry_run:
        write_down(session, done, actor=actor, now=now, subject=f"{campaign_code} strata")
    return done


def read_stratum(number: int, cells: Sequence[str], units: Mapping[str, int]) -> Stratum | tuple[Fault, ...]:
    """The stratum of one row, or every fault of the row."""
    code, unit, *amounts = cells
    faults = []
    if not code:
        faults.append(Fault("cell_empty", f"row {number}, column stratum", {"column": "stratum"}))
    if unit not in units:
        faults.append(unit_fault(number, unit, units))
    matches = [WHOLE.fullmatch(amount) for amount in amounts]
    for name, amount, match in zip(COLUMNS[2:], amounts, matches, strict=True):
        if not amount:
            faults.append(Fault("cell_empty", f"row {number}, column {name}", {"column": name}))
        elif match is None:
            faults.append(Fault("whole_number_form", f"row {number}, column {name}", {"found": shown(amount)}))
    size, issued = (int(match[1]) if match else 0 for match in matches)
    if all(matches) and issued > size:
        facts = {"issued": str(issued), "size": str(size)}
        faults.append(Fault("more_issued_than_there", f"row {number}, column issued", facts))
    return tuple(faults) or Stratum(code, units[unit], size, issued)


def keep(session: Session, campaign_id: int, given: Sequence[Stratum], *, dry_run: bool) -> Changes:
    """Add the new strata and bring the others up to date."""
    stored = {row.code: row for row in campaigns.strata(session, campaign_id)}
    added, changed, unchanged = [], [], 0
    for stratum in given:
        row = stored.get(stratum.code)
        now = (stratum.unit_id, stratum.size, stratum.issued)
        if row is None:
            added.append(stratum.code)
            if not dry_run:
                fields = dict(zip(("unit_id", "size", "issued"), now, strict=True))
                session.add(StratumRow(campaign_id=campaign_id, code=stratum.code, **fields))
        elif (row.unit_id, row.size, row.issued) != now:
            changed.append(stratum.code)
            if not dry_run:
                row.unit_id, row.size, row.issued = now
        else:
            unchanged += 1
    session.flush()
    return Changes(tuple(added), tuple(changed), unchanged)
