"""The index with and without what is flagged, worked out by the clock and kept, so that no page waits for it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from store.database import Database
from store.models.campaigns import CampaignRow
from store.queries import campaigns, quality, tallies
from workflows.methods import methods
from workflows.quality import flagged
from workflows.quality_evidence import parameters
from workflows.quality_figures import Compared, Value, in_doubt, sensitivity

FORM = 1  # of what is kept
COLUMNS = ("received", "valid", "without")


@dataclass(frozen=True, slots=True)
class Kept:
    """The figures of the province and its units as they were at a moment."""

    worked_out_at: datetime
    rows: tuple[Compared, ...]


def work_out(database: Database, code: str, now: datetime) -> int:
    """Work the figures of a campaign out anew where answers or decisions have moved since; gives of how many units.

    They are worked out before anything is locked, so that answers never wait for them.
    """
    with database.snapshot() as session:
        row = campaigns.campaign(session, code)
        if row is None or row.state == "draft":
            return 0
        last, basis = quality.sensitivity(session, row.id), basis_of(session, row)
        if last is not None and last.basis == basis:
            return 0
        found = sensitivity(session, code)
    with database.writing() as session:
        quality.keep_sensitivity(session, row.id, now, basis, packed(found))
    return len(found) - 1


def kept(session: Session, campaign: CampaignRow) -> Kept | None:
    """The figures that are kept of a campaign, as far as its units are still those; None before the first time."""
    row = quality.sensitivity(session, campaign.id)
    if row is None:
        return None
    names = {unit.code: unit.name for unit in campaigns.campaign_units(session, campaign.id)}
    return Kept(row.worked_out_at, unpacked(row.figures, names))


def basis_of(session: Session, row: CampaignRow) -> str:
    """The hash of all that the figures follow from: counts, places, rules, and the flags whose answers are in doubt."""
    doubted = sorted(
        (each.flag.unit_id, each.flag.counter_id, each.flag.on_day)
        for each in flagged(session, row.id)
        if in_doubt(each)
    )
    cells = sorted(tallies.all_of(session, row.id, shown=False).items())
    told = (
        FORM,
        (row.questionnaire_id, row.method, row.grouping, row.disclosure_minimum, row.disclosure_small),
        (methods().version, parameters().version),
        [(unit.unit_id, unit.code, unit.block) for unit in campaigns.campaign_units(session, row.id)],
        [(counter.id, counter.code) for counter, _ in campaigns.counters(session, row.id)],
        doubted,
        [key for key, _ in cells],
    )
    digest = hashlib.sha256(json.dumps(told).encode())
    for _, numbers in cells:
        digest.update(numbers)
    return digest.hexdigest()


def packed(rows: list[Compared]) -> str:
    """Figures as they are kept, exact: hexadecimal, for a mean over many units has thousands of digits."""

    def value(each: Value) -> list[object]:
        exact = None if each.value is None else [f"{each.value.numerator:x}", f"{each.value.denominator:x}"]
        return [exact, each.n, each.state]

    return json.dumps([[row.code, *(value(getattr(row, name)) for name in COLUMNS)] for row in rows])


def unpacked(text: str, names: dict[str, str]) -> tuple[Compared, ...]:
    """Figures as they were kept, the units under their names."""

    def value(exact: list[str] | None, n: int, state: str) -> Value:
        return Value(None if exact is None else Fraction(int(exact[0], 16), int(exact[1], 16)), n, state)

    return tuple(
        Compared(code, names.get(code, ""), *(value(*each) for each in columns)) for code, *columns in json.loads(text)
    )
