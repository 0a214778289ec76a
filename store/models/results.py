"""Counts that indices come from, the batches that the public sees, and what was published for good."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Moment


class TallyRow(Base):
    """Integer counts of one cell, as `scoring.tallies` packs them; `shown` is what the public page rests on."""

    __tablename__ = "tally"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"), primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    counter_id: Mapped[int] = mapped_column(primary_key=True)
    stratum_id: Mapped[int] = mapped_column(primary_key=True)
    flagged: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    live: Mapped[bytes] = mapped_column(LargeBinary)
    shown_n: Mapped[int]
    shown: Mapped[bytes] = mapped_column(LargeBinary)


class BatchRow(Base):
    """What the results page shows since `computed_at`: the whole index document, as it was worked out."""

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    computed_at: Mapped[datetime] = mapped_column(Moment)
    document: Mapped[str] = mapped_column(Text)


class PublicationRow(Base):
    """What was published of a campaign, for good: the whole index document, and the SHA-256 of its release folder.

    A later number corrects an earlier one and says why; rows are only ever added.
    """

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("number = 1 OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]
    embargo_until: Mapped[datetime | None] = mapped_column(Moment)
    sha256: Mapped[str]
    document: Mapped[str] = mapped_column(Text)


class AuditRow(Base):
    """An act of a person or of the clock upon a campaign or its data; rows are only ever added, each tied to the last.

    `store.queries.audit` writes them; triggers of the database refuse to change or delete one.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)  # from 1 on, without a gap
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))  # the digest of the row before; zeros before the first
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))  # of everything in this row, `previous` included
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str]
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
