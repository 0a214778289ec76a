"""What the public may see of a campaign's results now, and all that a page about them needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from reports.unit_groups import Unit
from store.models.campaigns import CampaignRow, CampaignUnitRow
from store.models.mail import PaperRow
from store.models.results import PublicationRow
from store.queries import batches, campaigns, mails, publications
from survey.questionnaire import Questionnaire
from workflows.mail import DOCX, PDF, XLSX
from workflows.places import questionnaire_of

KIND = "publication"  # of the documents that are kept with one
FORMS: Mapping[str, str] = {"docx": DOCX, "pdf": PDF, "xlsx": XLSX}

Standing = Literal["shown", "waiting", "withheld", "embargoed"]


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication as its page tells of it."""

    id: int
    number: int
    at: datetime
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """Whether a campaign's results are shown, and which: a publication where there is one, else a batch.

    `publications` are all that may be seen, the newest first; `until` is the moment at which the first one may.
    """

    campaign_id: int
    standing: Standing
    batch_id: int = 0
    publication: Publication | None = None
    publications: tuple[Publication, ...] = ()
    until: datetime | None = None

    @property
    def key(self) -> str:
        """What is shown, by a name that never means anything else."""
        return f"publication-{self.publication.id}" if self.publication else f"batch-{self.batch_id}"


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
    publication: Publication | None = None
    publications: tuple[Publication, ...] = ()
    forms: tuple[str, ...] = ()  # of the report that goes with the publication


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A campaign in the list of results."""

    survey: Survey
    standing: Standing
    computed_at: datetime | None


def release(session: Session, code: str, now: datetime, number: int | None = None) -> Release | None:
    """What is shown of the campaign now, or its publication of that number; None where nobody was told of it."""
    row = batches.newest_of(session, code)
    if row is None:
        return None
    campaign_id, rule, state, batch_id = row
    made = publications.publications(session, campaign_id)
    if made:
        return published(campaign_id, made, now, number)
    if number is not None or not announced(state, batch_id):
        return None
    return Release(campaign_id, standing(rule, state, batch_id), batch_id or 0)


def published(campaign_id: int, made: Sequence[PublicationRow], now: datetime, number: int | None) -> Release | None:
    """The newest publication that is not held back any more, or the one of that number."""
    free = tuple(
        Publication(row.id, row.number, row.at, row.reason, row.sha256)
        for row in made
        if is_free(row.embargo_until, now)
    )
    if not free:
        return None if number else Release(campaign_id, "embargoed", until=made[0].embargo_until)
    chosen = [each for each in free if number in (None, each.number)]
    return Release(campaign_id, "shown", publication=chosen[0], publications=free) if chosen else None


def is_free(embargo_until: datetime | None, now: datetime) -> bool:
    """Whether a publication may be seen."""
    return embargo_until is None or embargo_until <= now


def standing(rule: str, state: str, batch_id: int | None) -> Standing:
    """Whether results are shown, still withheld, or waiting for enough answers."""
    if rule != "public" and state != "published":
        return "withheld"
    return "waiting" if batch_id is None else "shown"


def results(session: Session, now: datetime) -> list[Listed]:
    """Every announced campaign with the standing of its results, the newest first."""
    free: dict[str, list[datetime]] = {}
    for code, at, until in publications.moments(session):
        free.setdefault(code, []).extend([at] if is_free(until, now) else [])
    found = []
    for row, batch_id, shown_at in batches.campaigns_with_newest(session):
        if row.code in free:
            days = free[row.code]
            found.append(Listed(survey_of(row), "shown" if days else "embargoed", days[-1] if days else None))
        elif announced(row.state, batch_id):
            found.append(Listed(survey_of(row), standing(row.results, row.state, batch_id), shown_at))
    return found


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
        document=document(session, found),
        publication=found.publication,
        publications=found.publications,
        forms=() if found.publication is None else forms(session, row.code, found.publication.number),
    )


def unit_of(row: CampaignUnitRow) -> Unit:
    """The unit that a row tells of."""
    return Unit(row.code, row.name, row.short_name, row.level, row.block, row.parent)


def document(session: Session, found: Release) -> str:
    """The index document of a shown release, byte for byte as it was kept."""
    if found.publication is not None:
        return publications.document(session, found.publication.id)
    return batches.document(session, found.batch_id)


def paper(session: Session, found: Release, form: str) -> PaperRow | None:
    """The report that goes with a shown release, in that format; none goes with a batch."""
    if found.publication is None:
        return None
    code = session.get_one(CampaignRow, found.campaign_id).code
    return mails.paper(session, KIND, code, str(found.publication.number), FORMS[form])


def forms(session: Session, code: str, number: int) -> tuple[str, ...]:
    """The formats in which there is a report of that publication."""
    there = mails.media_types(session, KIND, code, str(number))
    return tuple(form for form, media_type in FORMS.items() if media_type in there)
