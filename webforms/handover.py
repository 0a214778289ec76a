"""The way from a chat to the web: a signed address opens the form that was begun there, with the answers so far."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from webforms import pages
from webforms.door import door, language, now
from webforms.respond import closed_door, found_of, led, lost
from workflows.places import standing
from workflows.tokens import read_token

blueprint = Blueprint("handover", __name__)
GUARD = "anyone"


@blueprint.get("/c/<code>/on/<token>")
def go_on(code: str, token: str) -> Response:
    """To the open page of the form; a receipt where it was sent. Previews open links: nothing is stored or used up."""
    here = door()
    day = now().astimezone(here.settings.zone).date()
    where = here.places.find(code, day)
    if where is None:
        return closed_door(where, day)
    key = read_token(here.signer, token, code)
    if key is None or not key.from_chat:
        return lost(where, from_chat=True)
    state, sent = found_of(where, key)
    if sent:
        return pages.page("thanks.html", language(where.languages), place=where, receipt=sent, again=True)
    given = min(day, key.given_at.astimezone(here.settings.zone).date())
    if standing(where, given) != "open":
        return closed_door(where, given)
    return lost(where, from_chat=True) if state is None or key.expired else led(where, key, state.step)
