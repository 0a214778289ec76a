"""What a person sees when something goes wrong: one table from status to words, and one page for a database away."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from runtime.words import LANGUAGES, translate
from webforms import pages
from webforms.door import language
from webforms.failures import noted

NOTHING = "Nothing has been recorded."
RETRY_S = "10"

# status → title and lines; a status that is not here is told in the words of 400 or 500.
PAGES: Mapping[int, tuple[str, ...]] = {
    400: ("This address or form cannot be read", "Please scan the poster again, or begin at the start page.", NOTHING),
    403: (
        "This form did not come from our own page",
        "Please open the address on the poster in your browser and answer there.",
        NOTHING,
    ),
    404: (
        "This page does not exist",
        "A letter in the address may be wrong. Please scan the poster again, or begin at the start page.",
    ),
    405: ("This address cannot be used in that way", "Please begin at the start page.", NOTHING),
    410: ("This page no longer exists", "Please begin at the start page."),
    413: ("Too much was sent at once", "Please shorten long texts and send the form again.", NOTHING),
    429: ("Too many requests at once", "Please wait a minute and try again.", NOTHING),
    500: (
        "Something went wrong on our side",
        "It is not your fault. Please try again in a few minutes.",
        "If you were sending a form, open it again: answers that reached us are not counted twice.",
    ),
}


def register(app: Flask) -> None:
    """Give every error of the public app its page."""
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Exception, failed)


def refused(error: HTTPException) -> AnyResponse:
    """The page of an HTTP error; redirects pass as they are."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    response = told(status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def failed(error: Exception) -> Response:
    """The database is away, or there is a fault of ours."""
    return database_away() if noted(error) else told(500)


def database_away() -> Response:
    """Nothing was recorded: a form comes back whole, to be sent again with one press."""
    typed = list(request.form.items(multi=True)) if request.method == "POST" else []
    asked = request.form.get("lang", "") if typed else ""
    spoken = asked if asked in LANGUAGES else language()
    words = {"typed": typed, "answers": typed and "form" in request.form, "path": request.full_path.rstrip("?")}
    response = pages.page("away.html", spoken, 503, **words)
    response.headers["Retry-After"] = RETRY_S
    return response


def told(status: int) -> Response:
    """The page of that status."""
    title, *lines = PAGES.get(status) or PAGES[500 if status >= 500 else 400]
    spoken = language()
    words = {"title": translate(title, spoken), "lines": [translate(line, spoken) for line in lines]}
    return pages.page("message.html", spoken, status, **words)
