"""The campaign that a page is about: chosen from a list, then named by the address."""

from __future__ import annotations

from flask import abort, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from store.models.campaigns import CampaignRow
from store.queries import campaigns
from survey.rights import Person, reach
from webforms.office.door import door
from webforms.office.pages import shown


def held(session: Session, code: str) -> CampaignRow:
    """The campaign of an address; 404 where there is none."""
    row = campaigns.campaign(session, code)
    if row is None:
        abort(404)
    return row


def chosen(person: Person, right: str, title: str, endpoint: str) -> Response:
    """The campaigns in which a person reaches a unit by that right, to go on to; straight on where there is one."""
    units = reach(person, right)
    with door().database.reading() as session:
        rows = [row for row in campaigns.campaigns(session) if row.state != "draft"]
        if units is not None:
            rows = [row for row in rows if units & {each.unit_id for each in campaigns.campaign_units(session, row.id)}]
    if len(rows) == 1:
        return redirect(url_for(endpoint, code=rows[0].code), 303)
    return shown("office/choose.html", person, campaigns=rows, title=title, endpoint=endpoint)
