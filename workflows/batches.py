"""What everybody sees of the results moves on in batches: worked out from one moment, then shown in one short write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy.orm import Session

from scoring.frames import Frame
from scoring.releases import few_more, held_back
from scoring.tallies import Tally
from store.database import Database
from store.models.campaigns import CampaignRow
from store.models.results import BatchRow, TallyRow
from store.queries import batches, campaigns, publications, tallies
from workflows.index import VALID, UnknownCampaignError, document
from workflows.tally import frame_of, key_of

PERIODS: Mapping[str, str] = {"hour": "%Y-%m-%dT%H", "day": "%Y-%m-%d", "week": "%G-%V"}


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that is ready to be shown: the cells that move on, the document, and the batch that it follows."""

    campaign: str
    follows: int | None
    moved: Mapping[tallies.Key, tuple[int, bytes]]
    document: str


def show_batch(database: Database, code: str, now: datetime, zone: ZoneInfo, *, at_once: bool = False) -> bool:
    """Move the public page on, if enough new answers came in and its time has come; gives whether it moved.

    A page that moved with every answer would give each one away. So a unit's counts, and those of each of its items,
    move on by the campaign's minimum at least, and all totals are made of the counts that are shown. `at_once` is for
    an officer's own act, an import, and waits for no time. The document is worked out before anything is locked, so
    that answers never wait for it.
    """
    with database.snapshot() as session:
        ready = next_batch(session, code, now, zone, at_once=at_once)
    if ready is None:
        return False
    with database.writing() as session:
        return shown(session, ready, now)


def next_batch(session: Session, code: str, now: datetime, zone: ZoneInfo, *, at_once: bool) -> Batch | None:
    """The batch that is due, None where none is: a campaign that is locked, or was published, moves on no more."""
    row = campaigns.campaign(session, code)
    if row is None:
        raise UnknownCampaignError(code)
    if row.state in ("locked", "published") or publications.are_there(session, row.id):
        return None
    last = batches.newest(session, row.id)
    kept = tallies.rows(session, row.id)
    stamp = PERIODS[row.batch_every]
    due = last is None or now.astimezone(zone).strftime(stamp) != last.computed_at.astimezone(zone).strftime(stamp)
    if fresh(kept) < row.batch_minimum or not (due or at_once):
        return None
    moved = {key_of(each): tally for each, tally in moving(session, row, kept)}
    cells = {key_of(each): Tally.from_bytes(each.shown) for each in kept} | moved
    found = document(session, code, now, shown=True, kept=cells)
    return Batch(
        campaign=code,
        follows=last.id if last else None,
        moved={
            tallies.key_of(each): (each.n, moved[key_of(each)].to_bytes()) for each in kept if key_of(each) in moved
        },
        document=json.dumps(found, ensure_ascii=False, allow_nan=False),
    )


def fresh(cells: Sequence[TallyRow]) -> int:
    """Valid answers in these cells that the public page does not show yet, or shows and that were set aside since."""
    return sum(abs(each.n - each.shown_n) for each in cells if each.flagged == VALID)


def moving(session: Session, row: CampaignRow, kept: Sequence[TallyRow]) -> Iterator[tuple[TallyRow, Tally]]:
    """The cells of the units whose new answers are as many as may be shown, with what is shown of each from now on."""
    by_unit: dict[int, list[TallyRow]] = {}
    for each in kept:
        by_unit.setdefault(each.unit_id, []).append(each)
    for cells in by_unit.values():
        if fresh(cells) < row.disclosure_minimum:
            continue
        counted: dict[tuple[int, str], list[TallyRow]] = {}
        for each in cells:
            if each.flagged == VALID:
                counted.setdefault((each.questionnaire_id, each.stream), []).append(each)
            else:
                yield each, Tally.from_bytes(each.live)
        for (version, stream), group in counted.items():
            yield from following(frame_of(session, version), stream, group, row.disclosure_minimum)


def following(frame: Frame, stream: str, cells: Sequence[TallyRow], minimum: int) -> Iterator[tuple[TallyRow, Tally]]:
    """What may follow what is shown of a unit: all that is new but an item's few more answers, which wait for others.

    In the sample stream, whose products hold all items together, the whole unit waits; so it does where answers were
    set aside, for nobody can leave blank what is gone.
    """
    live, seen = (
        np.array([Tally.from_bytes(packed).numbers for packed in each])
        for each in ([cell.live for cell in cells], [cell.shown for cell in cells])
    )
    few = few_more(frame, live, seen, minimum)
    if few and (stream == "sample" or (live[:, 0] < seen[:, 0]).any()):
        return
    for cell, numbers in zip(cells, held_back(live, seen, few), strict=True):
        yield cell, Tally(numbers)


def shown(session: Session, ready: Batch, now: datetime) -> bool:
    """Show a batch unless another one was shown since it was worked out; gives whether it is shown."""
    row = campaigns.held(session, ready.campaign)
    last = None if row is None else batches.newest(session, row.id)
    if row is None or (last.id if last else None) != ready.follows:
        return False
    tallies.show(session, row.id, ready.moved)
    session.add(BatchRow(campaign_id=row.id, computed_at=now, document=ready.document))
    return True
