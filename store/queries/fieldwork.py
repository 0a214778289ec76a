"""How the answers of a campaign came in: counts by place, channel and day, and valid documents with their traits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from store.models.collection import ResponseRow

T = ResponseRow.__table__.c
READ_AT_ONCE = 20_000
Found = tuple[int, int, int, str, bytes]  # unit, counter, stratum, channel, document


def by_place(session: Session, campaign_id: int, stream: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """Unit, stratum, state and reason, each with the number of folded responses."""
    columns = (T.unit_id, T.stratum_id, T.state, T.reason)
    return grouped(session, campaign_id, stream, columns)


def by_channel(session: Session, campaign_id: int, stream: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """Channel, assisted and state, each with the number of folded responses."""
    return grouped(session, campaign_id, stream, (T.channel, T.assisted, T.state))


def by_day(session: Session, campaign_id: int, stream: str) -> list[tuple[date, int]]:
    """Days with the number of valid folded responses, in order."""
    found = grouped(session, campaign_id, stream, (T.day, T.state))
    return sorted((day, count) for day, state, count in found if state == "valid")


def grouped(
    session: Session, campaign_id: int, stream: str, columns: tuple[Any, ...]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Folded responses of one stream counted by these columns."""
    counted = select(*columns, func.count()).where(T.campaign_id == campaign_id, T.stream == stream, T.folded == 1)
    return session.execute(counted.group_by(*columns)).all()


def valid_documents(
    session: Session, campaign_id: int, questionnaire_id: int, stream: str
) -> Iterator[Sequence[Found]]:
    """Valid folded responses in chunks: place, channel and document."""
    statement = select(T.unit_id, T.counter_id, T.stratum_id, T.channel, T.codes).where(
        T.campaign_id == campaign_id,
        T.questionnaire_id == questionnaire_id,
        T.stream == stream,
        T.state == "valid",
        T.folded == 1,
    )
    for part in session.connection().execute(statement.execution_options(yield_per=READ_AT_ONCE)).partitions():
        yield [(row[0], row[1], row[2], row[3], row[4]) for row in part]
