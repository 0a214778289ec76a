"""The first page of the office: which campaigns there are, how they stand, and what is to be done next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Response, url_for
from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow
from store.queries import campaigns, progress
from survey.rights import Person, may, reach
from webforms.office import guards
from webforms.office.campaigns import STATE_WORDS, title_of
from webforms.office.door import door, today
from webforms.office.pages import shown

SHOWN = 12
NEXT: Mapping[str, tuple[str, str]] = {  # how a campaign stands → the right that is needed next, and the page
    "draft": ("run_campaigns", "campaigns.check"),
    "over": ("run_campaigns", "campaigns.told"),
    "open": ("manage_counters", "counters.listed"),
    "closed": ("publish", "campaigns.told"),
    "locked": ("publish", "campaigns.told"),
}
NEXT_WORDS = {
    "draft": "See what is missing before it opens",
    "over": "Its last day is over: close it or give it a new last day",
    "open": "Counters and posters",
    "closed": "Look through the data, then lock it",
    "locked": "Publish the results",
}
blueprint, GUARD = guards.guarded("home", __name__, guards.ANYBODY_SIGNED_IN)


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign as it stands there; `answers` is None for whoever may not see them."""

    row: CampaignRow
    title: str
    answers: int | None
    next: str
    address: str


@guards.page(blueprint, "/")
def start(person: Person) -> Response:
    """Campaigns, the newest year first."""
    with door().database.reading() as session:
        lines = [line_of(session, row, person, today()) for row in campaigns.campaigns(session)[:SHOWN]]
    return shown("office/home.html", person, lines=lines, states=STATE_WORDS)


def line_of(session: Session, row: CampaignRow, person: Person, day: date) -> Line:
    """How a campaign stands, for this person: answers of the units that they reach, and what they can do next."""
    answers = answers_of(session, row, person) if may(person, "see_fieldwork") and row.state != "draft" else None
    stage = "over" if row.state == "open" and row.closes < day else row.state
    right, endpoint = NEXT.get(stage, ("", ""))
    if not right or not may(person, right):
        return Line(row, title_of(row, person.language), answers, "", "")
    return Line(row, title_of(row, person.language), answers, NEXT_WORDS[stage], url_for(endpoint, code=row.code))


def answers_of(session: Session, row: CampaignRow, person: Person) -> int:
    """How many answers came to the units that somebody reaches."""
    mine = reach(person, "see_fieldwork")
    found = progress.numbers(session, row.id)
    return sum(number for unit, number in found.items() if mine is None or unit in mine)
