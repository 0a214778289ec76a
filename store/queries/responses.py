"""Responses as the tallies read them: numbers and compact documents, many at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import CursorResult, Select, bindparam, select, update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from store.models.collection import ResponseRow

STREAMS = ("open", "sample")  # places are the numbers of a tally's key
STATES = ("valid", "quarantined", "invalid")
SCAN_ROWS = 50_000
MARKED_AT_ONCE = 2_000

T = ResponseRow.__table__.c
Found = tuple[Any, ...]  # a row of `cells` as the driver gives it


def cells(campaign_id: int) -> Select[*tuple[Any, ...]]:
    """Of each response: the six columns that say in which cell it counts, and its document."""
    columns = (T.questionnaire_id, T.stream, T.unit_id, T.counter_id, T.stratum_id, T.state, T.codes)
    return select(*columns).where(T.campaign_id == campaign_id)


def unfolded(session: Session, campaign_id: int, limit: int) -> Sequence[Found]:
    """Responses that no tally counts yet, with their keys last; locked for this transaction."""
    statement = cells(campaign_id).add_columns(T.id).where(T.folded == 0).limit(limit)
    with session.connection().execute(statement.with_for_update(skip_locked=True)) as result:
        return driver_rows(result).fetchall()


def folded(session: Session, campaign_id: int) -> Iterator[Sequence[Found]]:
    """Every response that the tallies count, in chunks, without holding them all."""
    connection, statement = session.connection(), cells(campaign_id).where(T.folded == 1)
    if connection.dialect.name != "sqlite":
        options = {"stream_results": True, "yield_per": SCAN_ROWS}
        yield from connection.execute(statement, execution_options=options).partitions(SCAN_ROWS)
        return
    with connection.execute(statement) as result:  # SQLite hands over a row when it is asked for one
        rows = driver_rows(result)
        while chunk := rows.fetchmany(SCAN_ROWS):
            yield chunk


def driver_rows(result: CursorResult[*tuple[Any, ...]]) -> DBAPICursor:
    """The driver's own cursor: nothing needs conversion, and wrapping a million rows takes a second."""
    assert result.cursor is not None
    return result.cursor


def mark_folded(session: Session, keys: Sequence[bytes]) -> None:
    """Remember that the tallies count these responses."""
    ordered = sorted(keys)  # the table lies in the order of its keys, so pages are visited once
    statement = update(ResponseRow).where(T.id.in_(bindparam("keys", expanding=True))).values(folded=1)
    for start in range(0, len(ordered), MARKED_AT_ONCE):
        session.connection().execute(statement, {"keys": ordered[start : start + MARKED_AT_ONCE]})
