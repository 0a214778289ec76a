"""Fold new responses into the tallies, each exactly once; count them all again to see that nothing is amiss."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from scoring.frames import Frame, frame
from scoring.tallies import Tally, tally
from store.database import Database
from store.models.campaigns import QuestionnaireRow
from store.models.collection import NONE
from store.models.results import TallyRow
from store.queries import campaigns, responses, tallies
from store.queries.responses import STATES, STREAMS, Found
from survey.questionnaire import Questionnaire
from workflows import arrivals
from workflows.places import questionnaire_of

FOLD_ROWS = 10_000
SAMPLE = STREAMS.index("sample")
CELL_OF, DOCUMENT_OF = itemgetter(slice(6)), itemgetter(6)  # of a response: six columns of its cell, its document


class Key(NamedTuple):
    """Which cell of a campaign a tally counts."""

    questionnaire_id: int
    stream: int
    unit_id: int
    counter_id: int
    stratum_id: int
    flagged: int

    @classmethod
    def of(cls, version: int, stream: str, unit: int, counter: int, stratum: int, state: str) -> Key:
        """The cell of a response: an open one has no stratum and a sample one no counter, for these count together."""
        sample = stream == STREAMS[SAMPLE]
        place = (unit, NONE, stratum) if sample else (unit, counter, NONE)
        return cls(version, STREAMS.index(stream), *place, STATES.index(state))


@dataclass(frozen=True, slots=True)
class Recount:
    """What a count of every response from scratch gave: how many, and the cells that differ from the kept ones."""

    responses: int
    cells: int
    different: tuple[Key, ...]


def fold(database: Database, campaign: str, advance: Callable[[int], None] = lambda _: None) -> int:
    """Fold every new response of the campaign, in short transactions; gives how many were folded."""
    total, came = 0, arrivals.arrived(())
    while True:
        with database.writing() as session:
            rows = fold_rows(session, campaign)
        if not rows:
            arrivals.note(database, campaign, came)
            return total
        total += len(rows)
        came.update(arrivals.arrived(rows))
        advance(len(rows))


def fold_some(session: Session, campaign: str, limit: int = FOLD_ROWS) -> int:
    """Fold up to `limit` new responses within this transaction; gives how many."""
    return len(fold_rows(session, campaign, limit))


def fold_rows(session: Session, campaign: str, limit: int = FOLD_ROWS) -> Sequence[Found]:
    """Fold up to `limit` new responses within this transaction; gives them."""
    row = campaigns.held(session, campaign)
    if row is None:
        return ()
    rows = responses.unfolded(session, row.id, limit)
    if rows:
        add(session, row.id, counted_cells(session, [rows]))
        responses.mark_folded(session, [found[-1] for found in rows])
    return rows


def shift(session: Session, campaign_id: int, rows: Sequence[Found], state: str) -> None:
    """Count folded responses, given as they stood, under another state from now on."""
    before = counted_cells(session, [rows])
    after: dict[Key, Tally] = {}
    for key, counted in before.items():
        onward = key._replace(flagged=STATES.index(state))
        after[onward] = after[onward] + counted if onward in after else counted
    add(session, campaign_id, {key: Tally(-counted.numbers) for key, counted in before.items()})
    add(session, campaign_id, after)


def add(session: Session, campaign_id: int, counted: Mapping[Key, Tally]) -> None:
    """Add tallies to the kept ones of their cells."""
    kept = tallies.live(session, campaign_id, {key.unit_id for key in counted})
    known, fresh = {}, {}
    for key, tally_of_cell in counted.items():
        row = (key.questionnaire_id, STREAMS[key.stream], *key[2:])
        if (packed := kept.get(row)) is None:
            fresh[row] = tally_of_cell.n, tally_of_cell.to_bytes()
        else:
            total = Tally.from_bytes(packed) + tally_of_cell
            known[row] = total.n, total.to_bytes()
    tallies.keep(session, campaign_id, known)
    tallies.begin(session, campaign_id, fresh)


def counted_cells(session: Session, chunks: Iterable[Sequence[Found]]) -> dict[Key, Tally]:
    """The tallies of these responses, a cell each."""
    total: dict[Key, Tally] = {}
    seen: defaultdict[tuple[Any, ...], int] = defaultdict(count().__next__)  # six columns → a number as they come
    for rows in chunks:
        of_row = np.fromiter(map(seen.__getitem__, map(CELL_OF, rows)), np.intp, len(rows))
        keys = [Key.of(*columns) for columns in seen]
        for version, stream in sorted({key[:2] for key in keys}):
            mine = [key for key in dict.fromkeys(keys) if key[:2] == (version, stream)]
            places = {key: place for place, key in enumerate(mine)}
            at = np.array([places.get(key, -1) for key in keys])[of_row]
            chosen = rows if len(places) == len(set(keys)) else [rows[n] for n in np.flatnonzero(at >= 0).tolist()]
            if not chosen:
                continue
            shape = frame_of(session, version)
            documents = b"".join(map(DOCUMENT_OF, chosen))
            codes = np.frombuffer(documents, dtype=np.uint8).reshape(-1, shape.width)
            for key, number in zip(
                mine, tally(shape, codes, at[at >= 0], len(mine), products=stream == SAMPLE), strict=True
            ):
                total[key] = total[key] + Tally(number) if key in total else Tally(number)
    return total


def recount(session: Session, campaign: str) -> Recount:
    """Count every folded response of the campaign again and compare with the kept tallies, as of one moment."""
    row = campaigns.campaign(session, campaign)
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
    found = tallies.all_of(session, campaign_id, shown=shown)
    return {Key(row[0], STREAMS.index(row[1]), *row[2:]): Tally.from_bytes(packed) for row, packed in found.items()}


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
