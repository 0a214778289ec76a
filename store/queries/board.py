"""How many answers came in, by place and day, and the board that is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from store.models.board import BoardRow
from store.models.collection import ResponseRow
from store.models.results import TallyRow

T = ResponseRow.__table__.c
BY = (T.unit_id, T.counter_id, T.channel, T.state, T.day)


def counted(session: Session, campaign_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Unit, counter, channel, state, day and number of all answers that tallies hold: one scan of the answers."""
    held = (T.campaign_id == campaign_id, T.folded == 1)
    return session.execute(select(*BY, func.count()).where(*held).group_by(*BY)).all()


def told(session: Session, campaign_id: int) -> dict[tuple[int, int], int]:
    """How many answers the tallies hold, by unit and number of the state: cheap, to see what changed."""
    by = (TallyRow.unit_id, TallyRow.flagged)
    numbers = select(*by, func.sum(TallyRow.n)).where(TallyRow.campaign_id == campaign_id).group_by(*by)
    return {(unit, state): int(number) for unit, state, number in session.execute(numbers) if number}


def board(session: Session, campaign_id: int) -> BoardRow | None:
    """The board that is kept of a campaign."""
    return session.get(BoardRow, campaign_id)


def keep(session: Session, campaign_id: int, at: datetime, cells: bytes) -> None:
    """Keep a board in place of the one before."""
    session.merge(BoardRow(campaign_id=campaign_id, counted_at=at, cells=cells))
