"""Free comments as they may be read: what could tell who somebody is has been hidden."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Key, Moment


class CommentRow(Base):
    """One comment of a response; nobody sees the response's other answers beside it, nor its day."""

    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'shown', 'withheld')", name="state"),
        CheckConstraint("state <> 'withheld' OR reason <> ''", name="reason"),
        UniqueConstraint("response_id", "item"),
        Index("ix_comment_read", "campaign_id", "state", "unit_id"),
        Index("ix_comment_lexicon", "campaign_id", "lexicon"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(
        Key, primary_key=True
    )  # random: it tells nothing of the response or of when it came
    response_id: Mapped[bytes] = mapped_column(Key)
    item: Mapped[str]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    month: Mapped[date]  # its first day
    language: Mapped[str]
    words: Mapped[str] = mapped_column(Text)  # after redaction
    toned: Mapped[str] = mapped_column(Text)  # as it is searched with tone marks
    plain: Mapped[str] = mapped_column(Text)  # and without
    topics: Mapped[list[str]] = mapped_column(JSON)
    lexicon: Mapped[int]  # version of the file of topics and redactions
    state: Mapped[str]
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
