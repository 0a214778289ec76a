"""Forms that were sent while a campaign was rehearsed; they stand in a table of their own and are never counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.orm import Session

from store.models.collection import ConversationRow, TrialRow
from store.queries.collection import INSERT

T = TrialRow.__table__.c
KEPT = tuple(column.name for column in TrialRow.__table__.columns)


def keep_once(connection: Connection, response: Mapping[str, Any]) -> bool:
    """Keep of a response that it was sent on trial, unless that is kept; gives whether it was."""
    statement = INSERT[connection.dialect.name](TrialRow).on_conflict_do_nothing(index_elements=["id"])
    return connection.execute(statement, {name: response[name] for name in KEPT}).rowcount == 1


def is_kept(connection: Connection, key: bytes) -> bool:
    """Whether a form with that key was sent on trial."""
    return connection.scalar(select(T.campaign_id).where(T.id == key)) is not None


def by_channel(session: Session, campaign_id: int) -> dict[str, int]:
    """How many came by each channel."""
    statement = select(T.channel, func.count()).where(T.campaign_id == campaign_id).group_by(T.channel)
    return {str(channel): int(number) for channel, number in session.execute(statement.order_by(T.channel))}


def by_counter(session: Session, campaign_id: int) -> dict[int, int]:
    """How many came to each counter."""
    statement = select(T.counter_id, func.count()).where(T.campaign_id == campaign_id).group_by(T.counter_id)
    return {int(counter): int(number) for counter, number in session.execute(statement)}


def forget(connection: Connection, campaign_id: int) -> int:
    """Delete what was sent on trial, and the forms that were begun; gives how many were sent."""
    connection.execute(delete(ConversationRow).where(ConversationRow.campaign_id == campaign_id))
    return connection.execute(delete(TrialRow).where(T.campaign_id == campaign_id)).rowcount
