"""The outbox: messages on their way to chats, in order within a chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, func, insert, select, update
from sqlalchemy.orm import aliased

from store.models.chat import OutboxRow

T = OutboxRow
EARLIER = aliased(OutboxRow)


PUT = insert(T)


def put(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue messages."""
    if rows:
        connection.execute(PUT, rows)


DUE = (
    select(T.id, T.chat, T.address, T.kind, T.payload, T.attempts, T.created_at)
    .where(
        T.channel == bindparam("channel"),
        T.state == "waiting",
        T.kind == bindparam("kind"),
        T.due_at <= bindparam("now"),
        ~select(EARLIER.id)
        .where(
            EARLIER.state == "waiting",
            EARLIER.kind != "reminder",
            EARLIER.chat == T.chat,
            EARLIER.id < T.id,
        )
        .exists(),
    )
    .order_by(T.id)
    .limit(bindparam("most"))
)


def due(connection: Connection, channel: str, now: datetime, most: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The oldest unsent message of each of so many chats, replies first."""
    found: list[Row[*tuple[Any, ...]]] = []
    for kind in ("reply", "push"):
        if len(found) < most:
            asked = {"channel": channel, "kind": kind, "now": now, "most": most - len(found)}
            found += connection.execute(DUE, asked).all()
    return found


DELIVERED = delete(T).where(T.id.in_(bindparam("ids", expanding=True)))


def delivered(connection: Connection, ids: Sequence[int]) -> None:
    """These messages arrived: nothing of them is kept."""
    connection.execute(DELIVERED, {"ids": list(ids)})


def put_off(connection: Connection, number: int, due_at: datetime, error: str) -> None:
    """Try this message again later."""
    values = {"attempts": T.attempts + 1, "due_at": due_at, "error": error}
    connection.execute(update(T).where(T.id == number).values(values))


def give_up(connection: Connection, number: int, error: str) -> None:
    """This message cannot be delivered: its words and address are forgotten."""
    values = {"state": "failed", "error": error, "address": None, "payload": None}
    connection.execute(update(T).where(T.id == number).values(values))


def cut_off(connection: Connection, chat: bytes) -> None:
    """Nothing more is sent to this chat, reminders neither."""
    connection.execute(delete(T).where(T.chat == chat, T.state == "waiting"))


def waiting_of(connection: Connection, chat: bytes) -> int:
    """How many messages to a chat wait."""
    statement = select(func.count()).select_from(T).where(T.chat == chat, T.state == "waiting", T.kind != "reminder")
    return connection.scalar(statement) or 0


def has_reminder(connection: Connection, chat: bytes) -> bool:
    """Whether a reminder is set for this chat."""
    found = select(T.id).where(T.chat == chat, T.state == "waiting", T.kind == "reminder")
    return connection.scalar(found) is not None


def no_reminder(connection: Connection, chat: bytes) -> None:
    """Drop the reminder of this chat, and with it the last place where its number stands."""
    connection.execute(delete(T).where(T.chat == chat, T.state == "waiting", T.kind == "reminder"))


def reminders_due(connection: Connection, now: datetime, most: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Reminders that fall due, held until the transaction ends."""
    statement = (
        select(T.id, T.channel, T.chat, T.address)
        .where(T.state == "waiting", T.kind == "reminder", T.due_at <= now)
        .order_by(T.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(statement).all()


def remind_later(connection: Connection, number: int, due_at: datetime) -> None:
    """The person was here since: let the reminder wait."""
    connection.execute(update(T).where(T.id == number).values(due_at=due_at))


def forget_failed(connection: Connection, before: datetime) -> int:
    """Forget failures that are older."""
    return connection.execute(delete(T).where(T.state == "failed", T.created_at < before)).rowcount


def lag(connection: Connection, now: datetime) -> tuple[int, datetime | None, int]:
    """How many messages are due, since when the oldest is, and how many failed."""
    waiting = (T.state == "waiting") & (T.kind != "reminder") & (T.due_at <= now)
    statement = select(
        func.coalesce(func.sum(case((waiting, 1), else_=0)), 0),
        func.min(case((waiting, T.due_at))),
        func.coalesce(func.sum(case((T.state == "failed", 1), else_=0)), 0),
    )
    found = connection.execute(statement).one()
    return found[0], found[1], found[2]


def failures(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Why messages were given up, most frequent first: channel, reason and how many."""
    number = func.count()
    statement = select(T.channel, T.error, number).where(T.state == "failed").group_by(T.channel, T.error)
    return connection.execute(statement.order_by(number.desc(), T.channel, T.error)).all()
