"""What the public may see of a campaign's results now, and all that a page about them needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from reports.unit_groups import Unit
from store.models.campaigns import CampaignRow, CampaignUnitRow
from store.queries import batches, campaigns
from survey.questionnaire import Questionnaire
from workflows.places import questionnaire_of

Standing = Literal["shown", "waiting", "withheld"]


@dataclass(frozen=True, slots=True)
class Release:
    """Whether a campaign's results are shown, and the number of the batch that is."""

    campaign_id: int
    standing: Standing
    batch_id: int


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A campaign as its results page tells of it."""

    code: str
    title: Mapping[str, str]
    state: str
    basis: str
    opens: date
    closes: date
    results: str
    minimum: int
    small: int
    batch_minimum: int
    batch_every: str


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a results page is made of."""

    survey: Survey
    questionnaire: Questionnaire
    units: Mapping[str, Unit]
    document: str


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A campaign in the list of results."""

    survey: Survey
    standing: Standing
    computed_at: datetime | None


def release(session: Session, code: str) -> Release | None:
    """What is shown of the campaign now; None for a campaign that nobody was told of."""
    row = batches.newest_of(session, code)
    if row is None:
        return None
    campaign_id, rule, state, batch_id = row
    if not announced(state, batch_id):
        return None
    return Release(campaign_id, standing(rule, state, batch_id), batch_id or 0)


def standing(rule: str, state: str, batch_id: int | None) -> Standing:
    """Whether results are shown, still withheld, or waiting for enough answers."""
    if rule != "public" and state != "published":
        return "withheld"
    return "waiting" if batch_id is None else "shown"


def results(session: Session) -> list[Listed]:
    """Every announced campaign with the standing of its results, the newest first."""
    return [
        Listed(survey_of(row), standing(row.results, row.state, batch_id), at)
        for row, batch_id, at in batches.campaigns_with_newest(session)
        if announced(row.state, batch_id)
    ]


def announced(state: str, batch_id: int | None) -> bool:
    """Whether anybody was told of the campaign: it was opened, or an import was counted for it."""
    return state != "draft" or batch_id is not None


def survey(session: Session, found: Release) -> Survey:
    """The campaign of a release."""
    return survey_of(session.get_one(CampaignRow, found.campaign_id))


def survey_of(row: CampaignRow) -> Survey:
    """The campaign that a row tells of."""
    return Survey(
        code=row.code,
        title=row.title,
        state=row.state,
        basis=row.basis,
        opens=row.opens,
        closes=row.closes,
        results=row.results,
        minimum=row.disclosure_minimum,
        small=row.disclosure_small,
        batch_minimum=row.batch_minimum,
        batch_every=row.batch_every,
    )


def material(session: Session, found: Release) -> Material:
    """All that the page of a shown release is made of."""
    row = session.get_one(CampaignRow, found.campaign_id)
    pinned = (unit_of(each) for each in campaigns.campaign_units(session, row.id))
    return Material(
        survey=survey_of(row),
        questionnaire=questionnaire_of(campaigns.questionnaire(session, row)),
        units={unit.code: unit for unit in pinned},
        document=batches.document(session, found.batch_id),
    )


def unit_of(row: CampaignUnitRow) -> Unit:
    """The unit that a row tells of."""
    return Unit(row.code, row.name, row.short_name, row.level, row.block, row.parent)


def document(session: Session, found: Release) -> str:
    """The index document of a shown release, byte for byte as it was kept."""
    return batches.document(session, found.batch_id)
