"""Getting no more of a report by mail: `/leave/<token>`, named at the end of each mail."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from webforms import errors, pages
from webforms.door import door, language, now
from workflows import mail

blueprint = Blueprint("leaving", __name__)
GUARD = "anyone"


@blueprint.get("/leave/<token>")
def ask(token: str) -> AnyResponse:
    """Mail scanners open every address, so the page only asks."""
    if mail.read_leave_token(door().settings.secret_key, token) is None:
        return errors.told(404)
    return pages.page("leave.html", language(), token=token, left=False)


@blueprint.post("/leave/<token>")
def leave(token: str) -> AnyResponse:
    """Take the reader off the list; mail programs send the same with one press (RFC 8058)."""
    number = mail.read_leave_token(door().settings.secret_key, token)
    if number is None:
        return errors.told(404)
    with door().database.writing() as session:
        mail.leave(session, number, now(), "recipient")
    return pages.page("leave.html", language(), token=token, left=True)
