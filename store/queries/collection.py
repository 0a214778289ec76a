"""The hot path of an answer in plain Core statements, on a connection whose transaction the door opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Row, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from store.base import Base
from store.models.chat import ParticipantRow
from store.models.collection import ConversationRow, ResponseRow
from store.queries.prepared import Prepared, prepared

T = ConversationRow
LOCKED_MS = 2_000
Expired = Row[int, int, int, str, bytes | None, datetime]  # campaign, counter, questionnaire, state, chat, until when
Upsert = Callable[[type[Base]], sqlite.Insert]  # both databases speak the same ON CONFLICT
INSERT: Mapping[str, Upsert] = {"sqlite": sqlite.insert, "postgresql": cast(Upsert, postgresql.insert)}


def held_state(connection: Connection, key: bytes) -> str | None:
    """The kept state of a conversation."""
    return connection.scalar(select(ConversationRow.state).where(ConversationRow.id == key))


def held_by_chat(connection: Connection, key: bytes) -> Row[str, bytes | None, datetime | None] | None:
    """The kept state of a form that was begun by chat, whose chat and since when; held until the transaction ends.

    On PostgreSQL a turn of the chat is waited for so long at most: others write in this transaction too.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCKED_MS}")
    statement = select(T.state, T.chat, T.begun_at).where(T.id == key).with_for_update()
    return connection.execute(statement).one_or_none()


def hold(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep the state of a conversation, the newest one for its key; its time never grows shorter."""
    statement = INSERT[connection.dialect.name](ConversationRow)
    until = case((statement.excluded.expires_at > T.expires_at, statement.excluded.expires_at), else_=T.expires_at)
    newer = {"state": statement.excluded.state, "expires_at": until}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=newer), dict(row))


def let_go(connection: Connection, key: bytes) -> None:
    """Delete a conversation."""
    connection.execute(delete(ConversationRow).where(ConversationRow.id == key))


def let_expired_go(connection: Connection, now: datetime, chat: bytes | None = None) -> Sequence[Expired]:
    """Delete and give the conversations whose time is up, of one chat or of all, and that their people have begun."""
    over = (T.expires_at <= now, *(() if chat is None else (T.chat == chat,)))
    begun = select(T.participant).where(*over, T.participant.is_not(None))
    connection.execute(delete(ParticipantRow).where(ParticipantRow.id.in_(begun)))
    told = (T.campaign_id, T.counter_id, T.questionnaire_id, T.state, T.chat, T.expires_at)
    return connection.execute(delete(ConversationRow).where(*over).returning(*told)).all()


def keep_once(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Store a response unless one with its key is stored; gives whether it was."""
    return keeping(connection.dialect, tuple(row)).run(connection, row).rowcount == 1


@lru_cache(maxsize=16)
def keeping(dialect: Dialect, names: tuple[str, ...]) -> Prepared:
    """The insert of a response, worked out once an engine."""
    statement = INSERT[dialect.name](ResponseRow).on_conflict_do_nothing(index_elements=["id"])
    return prepared(statement, names, dialect)


def is_stored(connection: Connection, key: bytes) -> bool:
    """Whether a response with that key is stored."""
    return connection.scalar(select(ResponseRow.state).where(ResponseRow.id == key)) is not None
