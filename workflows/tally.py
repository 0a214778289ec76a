"""Fold new responses into the tallies, each exactly once; count them all again to see that nothing is amiss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from scoring.frames import Frame, frame
from scoring.tallies import Tally, tally
from store.database import Database
from store.models.campaigns import CampaignRow, QuestionnaireRow
from store.models.results import TallyRow
from store.queries import responses
from store.queries.responses import STREAMS
from survey.questionnaire import Questionnaire
from workflows.places import questionnaire_of

FOLD_ROWS = 10_000
SAMPLE = STREAMS.index("sample")


class Key(NamedTuple):
    """Which cell of a campaign a tally counts."""

    questionnaire_id: int
    stream: int
    unit_id: int
    counter_id: int
    stratum_id: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Recount:
    """What a count of every response from scratch gave: how many, and the cells that differ from the kept ones."""

    responses: int
    cells: int
    different: tuple[Key, ...]


def fold(database: Database, campaign: str, advance: Callable[[int], None] = lambda _: None) -> int:
    """Fold every new response of the campaign, in short transactions; gives how many were folded."""
    total = 0
    while True:
        with database.writing() as session:
            done = fold_some(session, campaign)
        if not done:
            return total
        total += done
        advance(done)


def fold_some(session: Session, campaign: str, limit: int = FOLD_ROWS) -> int:
    """Fold up to `limit` new responses within this transaction; gives how many."""
    row = session.scalar(select(CampaignRow).where(CampaignRow.code == campaign).with_for_update())
    if row is None:
        return 0
    rows = responses.unfolded(session, row.id, limit)
    if rows:
        for key, counted in counted_cells(session, [rows]).items():
            add_to(session, row.id, key, counted)
        responses.mark_folded(session, [found[-1] for found in rows])
    return len(rows)


def add_to(session: Session, campaign_id: int, key: Key, counted: Tally) -> None:
    """Add a tally to the kept one of its cell."""
    kept = session.get(TallyRow, (campaign_id, key.questionnaire_id, STREAMS[key.stream], *key[2:]))
    if kept is None:
        nothing = Tally(np.zeros_like(counted.numbers))
        session.add(
            TallyRow(
                campaign_id=campaign_id,
                **key._asdict() | {"stream": STREAMS[key.stream]},
                n=counted.n,
                live=counted.to_bytes(),
                shown_n=0,
                shown=nothing.to_bytes(),
            )
        )
        return
    total = Tally.from_bytes(kept.live) + counted
    kept.n, kept.live = total.n, total.to_bytes()


def counted_cells(session: Session, chunks: Iterable[Sequence[Row[Any]]]) -> dict[Key, Tally]:
    """The tallies of these responses, a cell each."""
    total: dict[Key, Tally] = {}
    for rows in chunks:
        columns = list(zip(*rows, strict=True))
        numbers = np.array(columns[:6], dtype=np.int64).T
        documents = np.array(columns[6], dtype=object)
        keys, inverse = np.unique(numbers, axis=0, return_inverse=True)
        for version, stream in {(int(key[0]), int(key[1])) for key in keys}:
            mine = np.flatnonzero((keys[:, 0] == version) & (keys[:, 1] == stream))
            place = np.full(len(keys), -1)
            place[mine] = np.arange(len(mine))
            of_row = place[inverse]
            chosen = of_row >= 0
            shape = frame_of(session, version)
            codes = np.frombuffer(b"".join(documents[chosen]), dtype=np.uint8).reshape(-1, shape.width)
            counted = tally(shape, codes, of_row[chosen], len(mine), products=stream == SAMPLE)
            for number, cell in zip(counted, keys[mine].tolist(), strict=True):
                key = Key(*cell)
                total[key] = total[key] + Tally(number) if key in total else Tally(number)
    return total


def recount(session: Session, campaign: str) -> Recount:
    """Count every folded response of the campaign again and compare with the kept tallies, as of one moment."""
    row = session.scalar(select(CampaignRow).where(CampaignRow.code == campaign))
    if row is None:
        return Recount(0, 0, ())
    found = counted_cells(session, responses.folded(session, row.id))
    kept = kept_cells(session, row.id)
    different = [
        key for key in {*found, *kept} if (found[key].numbers.tobytes() if key in found else b"") != expected(kept, key)
    ]
    return Recount(sum(each.n for each in found.values()), len(found), tuple(sorted(different)))


def expected(kept: dict[Key, Tally], key: Key) -> bytes:
    """The bytes of a kept tally; none where nothing is kept or nothing is left in it."""
    return kept[key].numbers.tobytes() if key in kept and kept[key].n else b""


def kept_cells(session: Session, campaign_id: int, *, shown: bool = False) -> dict[Key, Tally]:
    """The kept tallies of a campaign: as they are now, or as the public page shows them."""
    rows = session.scalars(select(TallyRow).where(TallyRow.campaign_id == campaign_id))
    return {key_of(row): Tally.from_bytes(row.shown if shown else row.live) for row in rows}


def key_of(row: TallyRow) -> Key:
    """The cell that a row counts."""
    stream = STREAMS.index(row.stream)
    return Key(row.questionnaire_id, stream, row.unit_id, row.counter_id, row.stratum_id, row.flagged)


def frame_of(session: Session, questionnaire_id: int) -> Frame:
    """Where each item stands in the documents of that questionnaire version."""
    row = session.get_one(QuestionnaireRow, questionnaire_id)
    return kept_frame(questionnaire_of(row))


@lru_cache(maxsize=64)
def kept_frame(questionnaire: Questionnaire) -> Frame:
    """The frame of a questionnaire, worked out once a process."""
    return frame(questionnaire)
