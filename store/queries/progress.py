"""How many answers came in, by day, unit and channel: from an index that holds these, without reading the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Row, cast, func, select, text
from sqlalchemy.orm import Session

from store.models.campaigns import CounterRow
from store.models.collection import ResponseRow
from store.models.mail import PaperRow
from store.models.results import AuditRow, TallyRow
from store.queries.responses import STATES

T = ResponseRow.__table__.c
BY = (T.day, T.unit_id, T.channel, T.stream, T.state)  # the columns of ix_response_counted, in its order


def by_day(session: Session, campaign_id: int, first: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """Day, unit, channel, stream, state and number of the answers given on that day or later."""
    statement = select(*BY, func.count()).where(T.campaign_id == campaign_id, T.day >= first)
    return session.execute(statement.group_by(*BY)).all()


def by_unit(session: Session, campaign_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Unit, channel, stream, state, number of all answers and the day of the last one."""
    # In the order of the index first, so that no database has to sort a million rows.
    days = select(*BY, func.count().label("number")).where(T.campaign_id == campaign_id).group_by(*BY).subquery()
    places = (days.c.unit_id, days.c.channel, days.c.stream, days.c.state)
    number = cast(func.sum(days.c.number), Integer)  # PostgreSQL's sum of counts is no whole number
    return session.execute(select(*places, number, func.max(days.c.day)).group_by(*places)).all()


def numbers(session: Session, campaign_id: int, states: Sequence[str] = STATES) -> dict[int, int]:
    """How many answers in these states each unit has: those in the tallies, and the few that are not yet."""
    wanted = (TallyRow.campaign_id == campaign_id, TallyRow.flagged.in_([STATES.index(each) for each in states]))
    held = select(TallyRow.unit_id, func.sum(TallyRow.n)).where(*wanted)
    found = {unit: int(number) for unit, number in session.execute(held.group_by(TallyRow.unit_id))}
    for _, unit, _, _, state in uncounted(session, campaign_id):
        found[unit] = found.get(unit, 0) + (state in states)
    return found


def last_day(session: Session, campaign_id: int) -> date | None:
    """The day of the last answer."""
    found: date | None = session.scalar(select(func.max(T.day)).where(T.campaign_id == campaign_id))
    return found


def uncounted(session: Session, campaign_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Day, unit, channel, stream and state of each answer that no tally holds yet: few, as these are counted often."""
    # Written out and not grouped, so that SQLite takes the small index of what is not counted.
    return session.execute(select(*BY).where(T.campaign_id == campaign_id, text("folded = 0"))).all()


def counters_of(session: Session, campaign_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Unit and moment of revocation of every counter."""
    return session.execute(
        select(CounterRow.unit_id, CounterRow.revoked_at).where(CounterRow.campaign_id == campaign_id)
    ).all()


def newest_paper(session: Session, kind: str, subject: str, name: str, before: datetime) -> PaperRow | None:
    """The newest document of that kind, subject and name that was made before."""
    statement = select(PaperRow).where(
        PaperRow.kind == kind, PaperRow.subject == subject, PaperRow.name == name, PaperRow.made_at < before
    )
    return session.scalar(statement.order_by(PaperRow.made_at.desc(), PaperRow.id.desc()).limit(1))


def closed_since(session: Session, code: str, moment: datetime) -> bool:
    """Whether the campaign was closed at that moment or later."""
    statement = select(AuditRow.id).where(AuditRow.act == "closed", AuditRow.subject == code, AuditRow.at >= moment)
    return session.scalar(statement.limit(1)) is not None
