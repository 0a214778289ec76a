"""Chats: what a person is at, who has taken part, and how a channel fares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from store.models.campaigns import CampaignRow, CounterRow
from store.models.chat import ChannelRow, ChatRow, ParticipantRow
from store.models.collection import ConversationRow
from store.queries.collection import INSERT

CHAT = select(ChatRow.language, ChatRow.misses, ChatRow.ticked, ChatRow.wrong, ChatRow.touched_at).where(
    ChatRow.id == bindparam("chat")
)
FORM = (
    select(
        ConversationRow.id,
        ConversationRow.state,
        ConversationRow.form_key,
        ConversationRow.begun_at,
        ConversationRow.expires_at,
        CounterRow.code,
    )
    .join(CounterRow, CounterRow.id == ConversationRow.counter_id)
    .where(ConversationRow.chat == bindparam("chat"), ConversationRow.expires_at > bindparam("now"))
    .order_by(ConversationRow.expires_at.desc())
    .limit(1)
    .with_for_update(of=ConversationRow)  # the browser may send a page of the same form at this moment
)


def chat(connection: Connection, key: bytes) -> Row[*tuple[Any, ...]] | None:
    """What stands of this chat between two turns."""
    return connection.execute(CHAT, {"chat": key}).one_or_none()


def touch(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep what stands of a chat."""
    statement = INSERT[connection.dialect.name](ChatRow)
    newer = {name: statement.excluded[name] for name in ("language", "misses", "ticked", "wrong", "touched_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=newer), dict(row))


def form(connection: Connection, key: bytes, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """The form that this chat was last at, held until the transaction ends."""
    return connection.execute(FORM, {"chat": key, "now": now}).one_or_none()


def form_at(connection: Connection, key: bytes, counter_id: int, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """The unfinished form of this chat at one counter, held until the transaction ends."""
    return connection.execute(FORM.where(ConversationRow.counter_id == counter_id), {"chat": key, "now": now}).first()


def begin(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a form that is begun by chat."""
    connection.execute(INSERT[connection.dialect.name](ConversationRow), dict(row))


HOLD = (
    update(ConversationRow)
    .where(ConversationRow.id == bindparam("key"))
    .values(state=bindparam("to_state"), expires_at=bindparam("until"))
)


def hold(connection: Connection, key: bytes, state: str, expires_at: datetime) -> None:
    """Keep where the form of a chat has come to."""
    connection.execute(HOLD, {"key": key, "to_state": state, "until": expires_at})


def drop_form(connection: Connection, key: bytes) -> None:
    """Delete an unfinished form, and that its person has begun."""
    mine = select(ConversationRow.participant).where(ConversationRow.id == key)
    connection.execute(delete(ParticipantRow).where(ParticipantRow.id.in_(mine)))
    connection.execute(delete(ConversationRow).where(ConversationRow.id == key))


def drop_forms(connection: Connection, chat_key: bytes) -> int:
    """Delete every unfinished form of a chat, and that its person has begun; gives how many there were."""
    mine = select(ConversationRow.participant).where(ConversationRow.chat == chat_key)
    connection.execute(delete(ParticipantRow).where(ParticipantRow.id.in_(mine)))
    return connection.execute(delete(ConversationRow).where(ConversationRow.chat == chat_key)).rowcount


def drop_chat(connection: Connection, chat_key: bytes) -> None:
    """Forget a chat."""
    connection.execute(delete(ChatRow).where(ChatRow.id == chat_key))


def take_part(connection: Connection, key: bytes, campaign_id: int) -> bool:
    """Write down that somebody begins; False where the person had begun here before."""
    statement = INSERT[connection.dialect.name](ParticipantRow).on_conflict_do_nothing(index_elements=["id"])
    row = {"id": key, "campaign_id": campaign_id}
    return connection.scalar(statement.returning(ParticipantRow.campaign_id), row) is not None


def campaign_secret(connection: Connection, campaign_id: int, fresh: bytes) -> bytes:
    """The secret by which a campaign's people are hashed; the first who asks brings it."""
    owner = update(CampaignRow).where(CampaignRow.id == campaign_id, CampaignRow.chat_secret.is_(None))
    found = connection.scalar(select(CampaignRow.chat_secret).where(CampaignRow.id == campaign_id))
    if found is not None:
        return found
    connection.execute(owner.values(chat_secret=fresh))
    return connection.scalar(select(CampaignRow.chat_secret).where(CampaignRow.id == campaign_id)) or fresh


def let_campaign_go(connection: Connection, campaign_id: int) -> None:
    """At the close: the secret dies, and with it all that could tell who has taken part."""
    connection.execute(delete(ParticipantRow).where(ParticipantRow.campaign_id == campaign_id))
    connection.execute(update(CampaignRow).where(CampaignRow.id == campaign_id).values(chat_secret=None))


def let_closed_go(connection: Connection) -> None:
    """The same for every campaign that takes no answers any more: a turn may have overlapped with the close."""
    over = select(CampaignRow.id).where(
        CampaignRow.state.not_in(("draft", "open")), CampaignRow.chat_secret.is_not(None)
    )
    for campaign_id in connection.scalars(over).all():
        let_campaign_go(connection, campaign_id)


def forget(connection: Connection, before: datetime) -> int:
    """Forget chats that were last heard of before."""
    return connection.execute(delete(ChatRow).where(ChatRow.touched_at < before)).rowcount


def channel(connection: Connection, name: str) -> Row[*tuple[Any, ...]] | None:
    """How a channel fares."""
    columns = (ChannelRow.state, ChannelRow.reason, ChannelRow.until, ChannelRow.position, ChannelRow.seen_at)
    return connection.execute(select(*columns).where(ChannelRow.name == name)).one_or_none()


def note_channel(connection: Connection, name: str, now: datetime, **found: Any) -> None:
    """Write down how a channel fares; what is not named stays."""
    fresh = {"state": "ok", "reason": "", "until": None, "position": 0, "seen_at": now} | found
    statement = INSERT[connection.dialect.name](ChannelRow)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={**found, "seen_at": now})
    connection.execute(statement, {"name": name, **fresh})
