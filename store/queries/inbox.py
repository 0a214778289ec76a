"""The inbox: updates kept before they are acknowledged, each handled once, in order within a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, delete, func, select, update
from sqlalchemy.orm import aliased

from store.models.chat import InboxRow
from store.queries.collection import INSERT

T = InboxRow
EARLIER = aliased(InboxRow)


def keep(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep an update unless its number is known on that channel; gives whether it was new."""
    statement = INSERT[connection.dialect.name](InboxRow).on_conflict_do_nothing(index_elements=["channel", "event_id"])
    return connection.scalar(statement.returning(T.id), dict(row)) is not None


WAITING = select(func.count()).select_from(T).where(T.chat == bindparam("chat"), T.state == "waiting")


def waiting_of(connection: Connection, chat: bytes) -> int:
    """How many updates of a chat wait."""
    return connection.scalar(WAITING, {"chat": chat}) or 0


DUE = (
    select(T.id, T.channel, T.chat, T.raw, T.attempts, T.received_at)
    .where(
        T.state == "waiting",
        T.due_at <= bindparam("now"),
        ~select(EARLIER.id).where(EARLIER.state == "waiting", EARLIER.chat == T.chat, EARLIER.id < T.id).exists(),
    )
    .order_by(T.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=InboxRow)
)


def due(connection: Connection, now: datetime, most: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The oldest waiting update of each of so many chats, held until the transaction ends; others pass over them."""
    return connection.execute(DUE, {"now": now, "most": most}).all()


DAY: BindParameter[datetime] = bindparam("day")
FINISH = {
    state: update(T)
    .where(T.id.in_(bindparam("ids", expanding=True)))
    .values(state=state, raw=None, chat=None, received_at=DAY, due_at=DAY)
    for state in ("done", "failed")
}


def finish(connection: Connection, ids: Sequence[int], state: str = "done") -> None:
    """These updates are dealt with: only their numbers are kept, so that they are known when they come again.

    The hour goes too: beside a response's length it would tell which update was its last.
    """
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    connection.execute(FINISH[state], {"ids": list(ids), "day": day})


def put_off(connection: Connection, number: int, due_at: datetime) -> None:
    """Try this update again later."""
    connection.execute(update(T).where(T.id == number).values(attempts=T.attempts + 1, due_at=due_at))


def forget(connection: Connection, before: datetime) -> int:
    """Forget the numbers of updates that came in before; no channel sends them again after so long."""
    return connection.execute(delete(T).where(T.state != "waiting", T.received_at < before)).rowcount


def lag(connection: Connection) -> tuple[int, datetime | None]:
    """How many updates wait, and since when the oldest does."""
    found = connection.execute(select(func.count(), func.min(T.received_at)).where(T.state == "waiting")).one()
    return found[0], found[1]
