"""Reports that go out: the documents, the mails that carry them, and who gets which."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Moment


class PaperRow(Base):
    """One document as it was made, for good: a report in one format for one period."""

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("kind", "subject", "period", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]  # what it is about: the code of a campaign, or ""
    period: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)


class RecipientRow(Base):
    """Somebody who gets a report by mail."""

    __tablename__ = "recipient"
    __table_args__ = (UniqueConstraint("report", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[str]
    address: Mapped[str]
    name: Mapped[str]
    language: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)


class MailRow(Base):
    """One mail to one address. `message_id` stays the same however often it is tried."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
        Index(
            "ix_mail_waiting",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    report: Mapped[str]
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("recipient.id"))
    address: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    attempts: Mapped[int]
    error: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)


class MailPaperRow(Base):
    """A document that a mail carries, in this order."""

    __tablename__ = "mail_paper"

    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
