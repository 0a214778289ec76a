"""What people wrote: the comments that somebody has read and found fit for everybody."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, request

from store.models.campaigns import CampaignRow
from webforms import pages
from webforms.door import door, language
from workflows import comments, results

blueprint = Blueprint("voices", __name__)
GUARD = "anyone"


@blueprint.get("/comments/<campaign>")
def of_campaign(campaign: str) -> Response:
    """A page of the comments of a campaign whose results are shown."""
    unit, page, spoken = request.args.get("unit", ""), request.args.get("page", ""), language()
    with door().database.reading() as session:
        found = results.release(session, campaign, datetime.now(UTC))
        if found is None or found.standing != "shown":
            abort(404)
        row = session.get_one(CampaignRow, found.campaign_id)
        number = int(page) if page.isdecimal() and len(page) < 6 else 1
        voices = comments.public(session, row, unit, number)
    return pages.page("voices.html", spoken, voices=voices, survey=results.survey_of(row), unit=unit)
