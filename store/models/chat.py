"""The chat: updates that came in, messages that go out, who does what, and what a person is at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Key, Moment

Number = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up only in a plain INTEGER


class InboxRow(Base):
    """One update of a channel, kept before it is acknowledged. Once handled only its number remains, to know it by."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "event_id"),
        CheckConstraint("state IN ('waiting', 'done', 'failed')", name="state"),
        Index(
            "ix_inbox_turn", "id", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")
        ),
        Index(
            "ix_inbox_waiting",
            "chat",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    channel: Mapped[str]
    event_id: Mapped[str]
    chat: Mapped[bytes | None] = mapped_column(Key)
    raw: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str]
    attempts: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)
    due_at: Mapped[datetime] = mapped_column(Moment)


class OutboxRow(Base):
    """One message to a chat; gone once it is delivered. Only here stands the channel's own id of the chat.

    A `reminder` has no words yet: they are found when it falls due. A message that could not be delivered stays for
    some days without words and address, so that its failure can be seen.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("kind IN ('reply', 'push', 'reminder')", name="kind"),
        CheckConstraint("state IN ('waiting', 'failed')", name="state"),
        Index(
            "ix_outbox_turn",
            "channel",
            "kind",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_outbox_waiting",
            "chat",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(Number, primary_key=True)
    channel: Mapped[str]
    chat: Mapped[bytes] = mapped_column(Key)
    address: Mapped[str | None]
    kind: Mapped[str]
    payload: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str]
    error: Mapped[str]
    attempts: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)


class LeaseRow(Base):
    """Who does a thing that only one process may do at a time, and until when; `fence` counts the holders."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    fence: Mapped[int]
    until: Mapped[datetime] = mapped_column(Moment)


class ChannelRow(Base):
    """How a channel fares: the place to read on from, and why and until when nothing can be sent."""

    __tablename__ = "channel"
    __table_args__ = (CheckConstraint("state IN ('ok', 'paused', 'failing')", name="state"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str]
    until: Mapped[datetime | None] = mapped_column(Moment)
    position: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class ChatRow(Base):
    """A person in a chat, by a keyed hash of the chat: language, and what stands between two turns; gone in days."""

    __tablename__ = "chat"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(Key, primary_key=True)
    language: Mapped[str]
    misses: Mapped[int]
    ticked: Mapped[str]
    wrong: Mapped[int]
    touched_at: Mapped[datetime] = mapped_column(Moment, index=True)


class ParticipantRow(Base):
    """Somebody has begun at a counter by chat: a hash under the campaign's own secret, which dies when it closes.

    The row is written before the first question and never again, so that it cannot be told which response followed.
    """

    __tablename__ = "participant"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(Key, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
