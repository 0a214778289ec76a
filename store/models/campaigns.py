"""Campaigns with what they pin: questionnaire version, units, counters, strata."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Moment


class QuestionnaireRow(Base):
    """One frozen version of a questionnaire, as the file that defined it."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    version: Mapped[int]
    sha256: Mapped[str]
    definition: Mapped[str] = mapped_column(Text)


class CampaignRow(Base):
    """One round of asking: what is asked, of whom, when, and how it is counted and shown."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'closed', 'locked', 'published')", name="state"),
        CheckConstraint("basis IN ('sample', 'open')", name="basis"),
        CheckConstraint("closes >= opens", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    year: Mapped[int]
    kind: Mapped[str]
    basis: Mapped[str]
    state: Mapped[str]
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    short_form: Mapped[bool]
    languages: Mapped[list[str]] = mapped_column(JSON)
    opens: Mapped[date]
    closes: Mapped[date]
    method: Mapped[str]
    grouping: Mapped[str]
    disclosure_minimum: Mapped[int]
    disclosure_small: Mapped[int]
    results: Mapped[str]
    batch_minimum: Mapped[int]
    batch_every: Mapped[str]
    minimum_fill_s: Mapped[int]
    chat_once: Mapped[bool] = mapped_column(server_default=true())
    chat_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    chat_offered: Mapped[bool] = mapped_column(server_default=true())
    rehearsing: Mapped[bool] = mapped_column(server_default=false())
    awaited: Mapped[list[str]] = mapped_column(JSON, server_default="[]", default=list)


class CampaignUnitRow(Base):
    """A unit as it was when the campaign pinned it."""

    __tablename__ = "campaign_unit"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    level: Mapped[str]
    block: Mapped[str]
    parent: Mapped[str | None]


class CounterRow(Base):
    """A place in a unit where people are asked; its code is what the poster carries."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    service: Mapped[str]
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class StratumRow(Base):
    """A part of the frame: how many dossiers it holds and how many of them were issued a form."""

    __tablename__ = "stratum"
    __table_args__ = (
        UniqueConstraint("campaign_id", "code"),
        CheckConstraint("size >= 0 AND issued >= 0 AND issued <= size", name="sizes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str]
    size: Mapped[int]
    issued: Mapped[int]
