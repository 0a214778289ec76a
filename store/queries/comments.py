"""Free comments: gathered from responses, read, searched and decided upon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from store.models.collection import ResponseRow
from store.models.comments import CommentRow

T = CommentRow.__table__.c


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


def decide(
    session: Session, campaign_id: int, read: tuple[bytes, int], state: str, reason: str, actor: str, at: datetime
) -> bool:
    """Note what was decided on a comment that was `read` (its key, and the version of what was hidden from it).

    False where there is none, where other words are hidden from it by now, or where that is how it stands already.
    """
    key, lexicon = read
    mine = and_(CommentRow.campaign_id == campaign_id, CommentRow.id == key, CommentRow.lexicon == lexicon)
    values = {"state": state, "reason": reason, "decided_by": actor, "decided_at": at}
    statement = update(CommentRow).where(mine, CommentRow.state != state).values(values)
    return bool(session.connection().execute(statement).rowcount)


class Outdated(NamedTuple):
    """A comment that an older list of redactions and topics has been applied to, and the words of its response."""

    key: bytes
    item: str
    words: str
    original: str | None  # JSON: item → words; None where they are gone


def is_outdated(campaign_id: int, version: int) -> tuple[ColumnElement[bool], ...]:
    """The condition for comments kept under a list older than that version."""
    return CommentRow.campaign_id == campaign_id, CommentRow.lexicon < version


def outdated(session: Session, campaign_id: int, version: int, limit: int) -> Sequence[Outdated]:
    """Some comments kept under an older list."""
    columns = (CommentRow.id, CommentRow.item, CommentRow.words, ResponseRow.words)
    joined = select(*columns).outerjoin(ResponseRow, ResponseRow.id == CommentRow.response_id)
    found = session.execute(joined.where(*is_outdated(campaign_id, version)).order_by(CommentRow.id).limit(limit))
    return [Outdated(*row) for row in found]


def count_outdated(session: Session, campaign_id: int, version: int) -> int:
    """How many comments with words are kept under an older list."""
    there = select(func.count()).select_from(CommentRow).where(*is_outdated(campaign_id, version))
    return session.scalar(there.where(CommentRow.item != "")) or 0


def hold_outdated(session: Session, keys: Sequence[bytes], version: int) -> Mapping[bytes, str]:
    """The states of those of these comments that are of an older list still; nobody decides on them meanwhile."""
    held = select(CommentRow.id, CommentRow.state).where(CommentRow.id.in_(keys), CommentRow.lexicon < version)
    return {row.id: row.state for row in session.execute(held.order_by(CommentRow.id).with_for_update())}


def renew(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Write what a newer list made of comments."""
    names = ("words", "toned", "plain", "topics", "lexicon")
    values = {name: bindparam(f"to_{name}", type_=T[name].type) for name in names}
    statement = update(CommentRow.__table__).where(T.id == bindparam("key")).values(values)  # type: ignore[arg-type]  # a mapped table is a Table
    if rows:
        session.connection().execute(statement, list(rows))


def reopen(session: Session, keys: Sequence[bytes], reason: str) -> None:
    """Let these comments wait to be read again."""
    values = {"state": "waiting", "reason": reason, "decided_by": "", "decided_at": None}
    if keys:
        session.connection().execute(update(CommentRow).where(CommentRow.id.in_(keys)).values(values))
