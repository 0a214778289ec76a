"""Responses as the tallies read them: numbers and compact documents, many at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, select, update
from sqlalchemy.orm import Session

from store.models.collection import NONE, ResponseRow

STREAMS = ("open", "sample")  # places are the numbers that `cells` gives
STATES = ("valid", "quarantined", "invalid")
SCAN_ROWS = 50_000

T = ResponseRow.__table__.c


def numbered(column: ColumnElement[str], names: Sequence[str]) -> ColumnElement[int]:
    """The place of the column's word among `names`."""
    return case({name: number for number, name in enumerate(names)}, value=column)


def cells(campaign_id: int) -> Select[Any]:
    """Of each response: its cell as six numbers, its document, its key. An open cell has no stratum, a sample cell no
    counter, for what is counted together is kept together."""
    sample = T.stream == "sample"
    return select(
        T.questionnaire_id,
        numbered(T.stream, STREAMS),
        T.unit_id,
        case((sample, NONE), else_=T.counter_id),
        case((sample, T.stratum_id), else_=NONE),
        numbered(T.state, STATES),
        T.codes,
    ).where(T.campaign_id == campaign_id)


def unfolded(session: Session, campaign_id: int, limit: int) -> Sequence[Row[Any]]:
    """Responses that no tally counts yet, with their keys last; locked for this transaction."""
    statement = cells(campaign_id).add_columns(T.id).where(T.folded == 0).limit(limit)
    return session.execute(statement.with_for_update(skip_locked=True)).all()


def folded(session: Session, campaign_id: int) -> Iterator[Sequence[Row[Any]]]:
    """Every response that the tallies count, in chunks, without holding them all."""
    statement = cells(campaign_id).where(T.folded == 1)
    options = {"stream_results": True, "yield_per": SCAN_ROWS}
    yield from session.connection().execute(statement, execution_options=options).partitions(SCAN_ROWS)


def mark_folded(session: Session, keys: Sequence[bytes]) -> None:
    """Remember that the tallies count these responses."""
    statement = update(ResponseRow).where(T.id == bindparam("key")).values(folded=1)
    session.connection().execute(statement, [{"key": key} for key in keys])
