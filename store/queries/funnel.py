"""How often forms were opened, how many are under way, and where those stopped that were never sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow, CounterRow, QuestionnaireRow
from store.models.collection import ConversationRow
from store.models.funnel import OpenedRow, StoppedRow
from store.queries.collection import INSERT, Expired
from survey.conversation import State
from survey.state import state_to_json

Opened = tuple[int, int, date]  # campaign, unit, day
Stopped = tuple[int, int, str, date, str]  # campaign, unit, kind, day, item
GREETED = state_to_json(State()).partition('"language"')[0]  # how a state begins where nothing has been asked yet


def add_opened(connection: Connection, numbers: Mapping[Opened, int]) -> None:
    """Add to how often forms were opened; rows in one order, so that two processes never wait for each other."""
    rows = [{"campaign_id": c, "unit_id": u, "day": day, "n": n} for (c, u, day), n in sorted(numbers.items())]
    if rows:
        statement = INSERT[connection.dialect.name](OpenedRow)
        more = {"n": OpenedRow.n + statement.excluded.n}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["campaign_id", "unit_id", "day"], set_=more), rows
        )


def add_stopped(connection: Connection, numbers: Counter[Stopped]) -> None:
    """Add to how many forms stopped where."""
    names = ("campaign_id", "unit_id", "kind", "day", "item")
    rows = [dict(zip((*names, "n"), (*key, n), strict=True)) for key, n in sorted(numbers.items())]
    if rows:
        statement = INSERT[connection.dialect.name](StoppedRow)
        more = {"n": StoppedRow.n + statement.excluded.n}
        connection.execute(statement.on_conflict_do_update(index_elements=names, set_=more), rows)


def asked_at(connection: Connection, counters: Collection[int]) -> dict[int, tuple[int, bool]]:
    """Of these counters whose campaign is past its draft the unit, and whether the short form is asked there.

    Of a rehearsal nothing is counted.
    """
    told = select(CounterRow.id, CounterRow.unit_id, CampaignRow.short_form)
    mine = told.join(CampaignRow, CampaignRow.id == CounterRow.campaign_id)
    found = connection.execute(mine.where(CounterRow.id.in_(counters), CampaignRow.state != "draft"))
    return {counter: (unit, short) for counter, unit, short in found}


def definitions(connection: Connection, gone: Sequence[Expired]) -> dict[int, tuple[str, str]]:
    """Digest and words of the questionnaires of these conversations."""
    told = select(QuestionnaireRow.id, QuestionnaireRow.sha256, QuestionnaireRow.definition)
    found = connection.execute(told.where(QuestionnaireRow.id.in_({row.questionnaire_id for row in gone})))
    return {number: (digest, words) for number, digest, words in found}


def opened(session: Session, campaign_id: int, first: date | None, last: date | None) -> dict[int, int]:
    """How often forms were opened, by unit."""
    within = [OpenedRow.campaign_id == campaign_id]
    within += [OpenedRow.day >= first] if first is not None else []
    within += [OpenedRow.day <= last] if last is not None else []
    found = session.execute(select(OpenedRow.unit_id, func.sum(OpenedRow.n)).where(*within).group_by(OpenedRow.unit_id))
    return {unit: int(n) for unit, n in found}


def stopped(
    session: Session, campaign_id: int, units: Collection[int] | None, first: date | None, last: date | None
) -> Sequence[Row[str, str, int]]:
    """How many forms stopped in these units, or in all, by kind and item, in the order of the table's key."""
    within = [StoppedRow.campaign_id == campaign_id]
    within += [StoppedRow.day >= first] if first is not None else []
    within += [StoppedRow.day <= last] if last is not None else []
    within += [StoppedRow.unit_id.in_(units)] if units is not None else []
    by = (StoppedRow.kind, StoppedRow.item)
    return session.execute(select(*by, func.sum(StoppedRow.n)).where(*within).group_by(*by)).all()


def under_way(session: Session, campaign_id: int, now: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """How many forms are under way, by unit, whether by chat, and whether only the greeting was seen."""
    greeted = ConversationRow.state.startswith(GREETED, autoescape=True)
    by = (CounterRow.unit_id, ConversationRow.chat.is_not(None), greeted)
    mine = (ConversationRow.campaign_id == campaign_id, ConversationRow.expires_at >= now)
    joined = select(*by, func.count()).join(CounterRow, CounterRow.id == ConversationRow.counter_id)
    return session.execute(joined.where(*mine).group_by(*by)).all()
