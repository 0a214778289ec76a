"""Campaigns, their units and counters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, select
from sqlalchemy.orm import Session, aliased

from store.models.campaigns import CampaignRow, CampaignUnitRow, CounterRow, QuestionnaireRow, StratumRow
from store.models.units import UnitLinkRow, UnitRow


def campaign(session: Session, code: str) -> CampaignRow | None:
    """The campaign of that code."""
    return session.scalar(select(CampaignRow).where(CampaignRow.code == code))


def held(session: Session, code: str) -> CampaignRow | None:
    """The campaign of that code, held until the transaction ends: whoever folds, shows or imports takes turns.

    New answers only refer to its key, so they go on coming in meanwhile.
    """
    return session.scalar(select(CampaignRow).where(CampaignRow.code == code).with_for_update(key_share=True))


def campaigns(session: Session) -> Sequence[CampaignRow]:
    """Every campaign, the newest year first."""
    return session.scalars(select(CampaignRow).order_by(CampaignRow.year.desc(), CampaignRow.code)).all()


def campaign_units(session: Session, campaign_id: int) -> Sequence[CampaignUnitRow]:
    """The units that the campaign pinned, in code order."""
    return session.scalars(
        select(CampaignUnitRow).where(CampaignUnitRow.campaign_id == campaign_id).order_by(CampaignUnitRow.code)
    ).all()


def counters(session: Session, campaign_id: int) -> Sequence[Row[CounterRow, CampaignUnitRow]]:
    """The campaign's counters, each with its pinned unit, by unit and name."""
    return session.execute(
        select(CounterRow, CampaignUnitRow)
        .join(CampaignUnitRow, joined_to_counter())
        .where(CounterRow.campaign_id == campaign_id)
        .order_by(CampaignUnitRow.code, CounterRow.name)
    ).all()


def counters_bearing(session: Session, codes: Collection[str]) -> Sequence[CounterRow]:
    """The counters of any campaign that bear these codes."""
    return session.scalars(select(CounterRow).where(CounterRow.code.in_(codes))).all()


def strata(session: Session, campaign_id: int) -> Sequence[StratumRow]:
    """The campaign's strata, in code order, so that sums come out alike on every machine."""
    return session.scalars(
        select(StratumRow).where(StratumRow.campaign_id == campaign_id).order_by(StratumRow.code)
    ).all()


def joined_to_counter() -> ColumnElement[bool]:
    """The condition that ties a counter to the unit that its campaign pinned."""
    return (CampaignUnitRow.campaign_id == CounterRow.campaign_id) & (CampaignUnitRow.unit_id == CounterRow.unit_id)


PLACE = (
    select(
        CounterRow.id.label("counter_id"),
        CounterRow.code,
        CounterRow.name.label("counter"),
        CounterRow.service,
        CounterRow.revoked_at,
        CounterRow.unit_id,
        CampaignUnitRow.name.label("unit"),
        UnitRow.valid_to.label("unit_ended"),
        CampaignRow.id.label("campaign_id"),
        CampaignRow.code.label("campaign"),
        CampaignRow.title,
        CampaignRow.state,
        CampaignRow.opens,
        CampaignRow.closes,
        CampaignRow.languages,
        CampaignRow.minimum_fill_s,
        CampaignRow.chat_once,
        CampaignRow.chat_offered,
        CampaignRow.rehearsing,
        CampaignRow.short_form,
        CampaignRow.questionnaire_id,
    )
    .join(CampaignUnitRow, joined_to_counter())
    .join(CampaignRow, CampaignRow.id == CounterRow.campaign_id)
    .join(UnitRow, UnitRow.id == CounterRow.unit_id)
    .where(CounterRow.code.in_(bindparam("codes", expanding=True)))
)


def places_of(session: Session, codes: Collection[str]) -> Sequence[Row[*tuple[Any, ...]]]:
    """All that counters' pages need to know about where they stand: columns, for every form that is opened asks it."""
    return session.connection().execute(PLACE, {"codes": list(codes)}).all()


def successors(session: Session, unit_id: int, day: date) -> Sequence[UnitRow]:
    """The units that took over from this one on or before `day`."""
    following = aliased(UnitRow)
    return session.scalars(
        select(following)
        .join(UnitLinkRow, UnitLinkRow.successor_id == following.id)
        .where(UnitLinkRow.predecessor_id == unit_id, UnitLinkRow.on <= day)
        .order_by(following.name)
    ).all()


def questionnaire(session: Session, campaign: CampaignRow) -> QuestionnaireRow:
    """The questionnaire version that the campaign asks."""
    return session.get_one(QuestionnaireRow, campaign.questionnaire_id)
