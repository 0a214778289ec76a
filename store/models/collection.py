"""Answers: the conversation while it lasts, and the response for ever."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Key, Moment

NONE = 0  # stands in unique keys where there is no counter or stratum, for NULL is never equal to NULL


class ConversationRow(Base):
    """Answers so far of somebody who has not finished; gone when the form is sent or the time is up.

    A form begun by chat also holds whose it is, by keyed hashes, and its key; a browser brings that along itself.
    """

    __tablename__ = "conversation"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(Key, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    state: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    chat: Mapped[bytes | None] = mapped_column(Key, index=True)
    participant: Mapped[bytes | None] = mapped_column(Key)
    form_key: Mapped[str | None]
    begun_at: Mapped[datetime | None] = mapped_column(Moment)


class TrialRow(Base):
    """That a form was sent while its campaign was rehearsed: where, when and how, and nothing of what it said.

    It stands apart from the responses, so that nothing that counts them can count it.
    """

    __tablename__ = "trial"
    __table_args__ = (
        Index("ix_trial_campaign_id", "campaign_id", "channel"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(Key, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    counter_id: Mapped[int]
    channel: Mapped[str]
    language: Mapped[str]
    day: Mapped[date]


class ResponseRow(Base):
    """One answered form. Its key is random, its day has no hour, and nothing in it says who answered."""

    __tablename__ = "response"
    __table_args__ = (
        Index(
            "ix_response_unfolded", "campaign_id", sqlite_where=text("folded = 0"), postgresql_where=text("folded = 0")
        ),
        Index("ix_response_counted", "campaign_id", "day", "unit_id", "channel", "stream", "state"),
        CheckConstraint("stream IN ('sample', 'open')", name="stream"),
        CheckConstraint("state IN ('valid', 'quarantined', 'invalid')", name="state"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(Key, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    counter_id: Mapped[int]
    stratum_id: Mapped[int]
    stream: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    assisted: Mapped[bool]
    day: Mapped[date]
    duration_s: Mapped[int | None]
    codes: Mapped[bytes] = mapped_column(LargeBinary)
    words: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str]
    reason: Mapped[str]
    external_id: Mapped[str]
    folded: Mapped[int] = mapped_column(server_default="0")
