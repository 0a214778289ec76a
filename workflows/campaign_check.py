"""What a campaign still lacks before it opens, step by step; words are the door's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow
from store.queries import campaigns, mails, trials
from survey.faults import listed
from workflows.campaign_steps import missing_units, version_of
from workflows.places import questionnaire_of


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the list: `state` is done, look (a safe proposal stands there) or missing; `code` names the words."""

    step: str
    state: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """The list, whether it may be opened, and how many came by each channel on trial."""

    points: tuple[Point, ...]
    trials: Mapping[str, int]

    @property
    def ready(self) -> bool:
        """True where nothing is missing."""
        return all(point.state != "missing" for point in self.points)

    @property
    def first_missing(self) -> str:
        """The step to go on with; "" where nothing is missing."""
        return next((point.step for point in self.points if point.state == "missing"), "")


def checked(session: Session, row: CampaignRow, today: date, language: str) -> Checked:
    """The check list of a campaign."""
    points = (
        Point("name", "done", "named", {"title": row.title.get(language) or row.title["vi"], "year": row.year}),
        asked_point(session, row, language),
        units_point(session, row),
        days_point(row, today),
        counters_point(session, row),
        Point("method", "look" if "method" in row.awaited else "done", "counted", {"method": row.method}),
        reports_point(session),
    )
    return Checked(points, trials.by_channel(session, row.id))


def asked_point(session: Session, row: CampaignRow, language: str) -> Point:
    """What is asked."""
    version = campaigns.questionnaire(session, row)
    found = version_of(version, questionnaire_of(version), language)
    number, minutes = (
        (found.short_questions, found.short_minutes) if row.short_form else (found.questions, found.minutes)
    )
    facts = {"title": found.title, "questions": number, "minutes": minutes}
    return Point("questionnaire", "missing" if "questionnaire" in row.awaited else "done", "asked", facts)


def units_point(session: Session, row: CampaignRow) -> Point:
    """Where it is asked."""
    number = len(campaigns.campaign_units(session, row.id))
    if gone := missing_units(session, row):
        return Point("units", "missing", "units_gone", {"units": listed(gone)})
    return Point("units", "done" if number else "missing", "units" if number else "no_units", {"n": number})


def days_point(row: CampaignRow, today: date) -> Point:
    """When it is asked."""
    facts = {"opens": row.opens, "closes": row.closes}
    if row.closes < today:
        return Point("days", "missing", "days_over", facts)
    return Point("days", "missing" if "days" in row.awaited else "done", "days", facts)


def counters_point(session: Session, row: CampaignRow) -> Point:
    """The counters that stand, and the units that have none."""
    standing = [counter for counter, _ in campaigns.counters(session, row.id) if counter.revoked_at is None]
    served = {counter.unit_id for counter in standing}
    mine = campaigns.campaign_units(session, row.id)
    without = [unit.short_name or unit.name for unit in mine if unit.unit_id not in served]
    facts = {"n": len(standing), "units": listed(without, limit=6), "without": len(without)}
    if not standing:
        return Point("counters", "missing", "no_counters", facts)
    return Point("counters", "look" if without else "done", "some_without" if without else "counters", facts)


def reports_point(session: Session) -> Point:
    """Who gets the reports."""
    number = len({row.address for row in mails.recipients(session)})
    return Point("reports", "done" if number else "look", "recipients" if number else "no_recipients", {"n": number})
