"""Leases: who does a thing that only one process may do at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from store.models.chat import LeaseRow
from store.queries.collection import INSERT

T = LeaseRow


def take(connection: Connection, name: str, holder: str, now: datetime, life: timedelta) -> int | None:
    """Take or prolong a lease; gives its fencing number, or None while another process holds it.

    The number grows with each new holder, so that an effect may carry it and a holder of old be refused. Whoever claims
    it for far longer than it lives was misled by a clock that was ahead, and is not believed: once that clock is right
    again, nobody would lead for as long as it had been ahead. Clocks of two machines may differ by one life.
    """
    statement = INSERT[connection.dialect.name](LeaseRow)
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "holder": holder,
            "until": now + life,
            "fence": T.fence + (T.holder != holder).cast(T.fence.type),
        },
        where=(T.holder == holder) | (T.until < now) | (T.until > now + 2 * life),
    )
    connection.execute(statement, {"name": name, "holder": holder, "fence": 1, "until": now + life})
    held = connection.execute(select(T.holder, T.fence).where(T.name == name)).one_or_none()
    return held.fence if held is not None and held.holder == holder else None


def give_back(connection: Connection, name: str, holder: str) -> None:
    """Let another process have it at once; the count of holders goes on."""
    past = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    connection.execute(update(T).where(T.name == name, T.holder == holder).values(until=past, holder=""))


def until(connection: Connection, name: str) -> datetime | None:
    """The moment until which a lease is held, or was; None for one that nobody ever took."""
    return connection.scalar(select(T.until).where(T.name == name))


def holder(connection: Connection, name: str) -> str:
    """Who holds a lease, or held it last; "" for one that nobody has."""
    return connection.scalar(select(T.holder).where(T.name == name)) or ""
