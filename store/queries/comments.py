"""Free comments: gathered from responses, read, searched and decided upon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session

from store.models.collection import ResponseRow
from store.models.comments import CommentRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which comments of a campaign are wanted; what is empty leaves all. `units` None is every unit."""

    campaign_id: int
    units: frozenset[int] | None = None
    state: str = ""
    topic: str = ""
    toned: str = ""
    plain: str = ""


def ungathered(session: Session, campaign_id: int, limit: int) -> Sequence[ResponseRow]:
    """Counted responses with words of which no comment has been gathered."""
    gathered = exists().where(CommentRow.response_id == ResponseRow.id)
    statement = select(ResponseRow).where(
        ResponseRow.campaign_id == campaign_id,
        ResponseRow.words.is_not(None),
        ResponseRow.state == "valid",
        ~gathered,
    )
    return session.scalars(statement.limit(limit)).all()


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a wanted comment fulfils; one whose response is set apart, or was found invalid, is not read."""
    counted = exists().where(ResponseRow.id == CommentRow.response_id, ResponseRow.state == "valid")
    found: list[ColumnElement[bool]] = [CommentRow.campaign_id == wanted.campaign_id, counted]
    if wanted.units is not None:
        found.append(CommentRow.unit_id.in_(wanted.units))
    if wanted.state:
        found.append(CommentRow.state == wanted.state)
    if wanted.toned:
        found.append(CommentRow.toned.contains(wanted.toned, autoescape=True))
    if wanted.plain:
        found.append(CommentRow.plain.contains(wanted.plain, autoescape=True))
    return found


def comments(session: Session, wanted: Wanted) -> Sequence[CommentRow]:
    """All comments that are wanted, in an order that says nothing of when they came."""
    rows = session.scalars(select(CommentRow).where(*conditions(wanted)).order_by(CommentRow.id))
    return [row for row in rows if not wanted.topic or wanted.topic in row.topics]


def decide(session: Session, campaign_id: int, key: bytes, state: str, reason: str, actor: str, at: datetime) -> bool:
    """Note what was decided on a comment; false where there is none, or that is how it stands already."""
    mine = and_(CommentRow.campaign_id == campaign_id, CommentRow.id == key)
    values = {"state": state, "reason": reason, "decided_by": actor, "decided_at": at}
    statement = update(CommentRow).where(mine, CommentRow.state != state).values(values)
    return bool(session.connection().execute(statement).rowcount)
