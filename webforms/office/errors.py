"""What somebody of the office sees when something goes wrong."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from runtime.words import translate
from webforms.failures import noted
from webforms.office.door import language
from webforms.office.pages import rendered

PAGES: Mapping[int, tuple[str, str]] = {  # status → title and what to do; others are told in the words of 400 or 500
    400: ("This request cannot be read", "Please go back and try again. Nothing was changed."),
    403: (
        "You may not do this",
        "Your role does not include it, or the form was open for too long. Nothing was changed.",
    ),
    404: ("There is no such page", "It may have been moved, or it belongs to a unit that is not yours."),
    413: ("Too much was sent at once", "Please send a smaller file. Nothing was changed."),
    500: ("Something went wrong on our side", "Please try again. If it happens again, tell whoever runs the server."),
    503: ("The database cannot be reached", "Nothing was changed. Please try again in a minute."),
}


def register(app: Flask) -> None:
    """Give every error of the office its page."""
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Exception, failed)


def refused(error: HTTPException) -> AnyResponse:
    """The page of an HTTP error; redirects pass as they are."""
    status = error.code or 500
    return error.get_response() if error.response is not None or status < 400 else told(status)


def failed(error: Exception) -> Response:
    """The database is away, or there is a fault of ours."""
    return told(503 if noted(error) else 500)


def told(status: int) -> Response:
    """The page of that status."""
    title, line = PAGES.get(status) or PAGES[500 if status >= 500 else 400]
    spoken = language()
    return rendered("office/message.html", spoken, status, title=translate(title, spoken), line=translate(line, spoken))
