"""The first page of the office: which campaigns there are, and what somebody may do."""

from __future__ import annotations

from flask import Response

from store.queries import campaigns
from survey.rights import Person
from webforms.office import guards
from webforms.office.door import door
from webforms.office.pages import shown

STATE_WORDS = {
    "draft": "Draft",
    "open": "Open",
    "closed": "Closed",
    "locked": "Locked",
    "published": "Published",
}
blueprint, GUARD = guards.guarded("home", __name__, guards.ANYBODY_SIGNED_IN)


@guards.page(blueprint, "/")
def start(person: Person) -> Response:
    """Campaigns, the newest year first."""
    with door().database.reading() as session:
        found = campaigns.campaigns(session)
    return shown("office/home.html", person, campaigns=found, states=STATE_WORDS)
