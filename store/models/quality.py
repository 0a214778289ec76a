"""Data quality: how many answers came in a half hour, what stands out, and what people decided about it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Moment


class ArrivalRow(Base):
    """How many answers came in at a counter in the half hour that begins `at`; gone after seven days.

    A number and no more: no row and no key leads from here to a response.
    """

    __tablename__ = "arrival"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, primary_key=True, index=True)
    n: Mapped[int]


class DossierDayRow(Base):
    """How many dossiers were finished on a day in a unit, or (counter other than 0) at one of its counters."""

    __tablename__ = "dossier_day"
    __table_args__ = (CheckConstraint("n >= 0", name="n"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    counter_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int]


class FlagRow(Base):
    """What a rule found, once: of a unit (counter 0) or a counter, on a day (`on_day`, ISO) or ("") on all days."""

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("campaign_id", "rule", "unit_id", "counter_id", "on_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    rule: Mapped[str]
    rule_version: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    counter_id: Mapped[int]
    on_day: Mapped[str]
    score: Mapped[float]
    threshold: Mapped[float]
    facts: Mapped[dict[str, float]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment)


class SensitivityRow(Base):
    """The index of a campaign with and without what is flagged, kept as `workflows.kept_figures` packs it.

    `basis` is the hash of all that the figures follow from: while it is the same, they are.
    """

    __tablename__ = "sensitivity"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    worked_out_at: Mapped[datetime] = mapped_column(Moment)
    basis: Mapped[str]
    figures: Mapped[str] = mapped_column(Text)


class FlagDecisionRow(Base):
    """What somebody said of a flag: set its answers aside, keep them, or (`answer`) the unit's own words.

    Rows are only ever added.
    """

    __tablename__ = "flag_decision"
    __table_args__ = (
        CheckConstraint("kind IN ('set_aside', 'keep', 'answer')", name="kind"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_flag_decision_flag_id", "flag_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(ForeignKey("flag.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
