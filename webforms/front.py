"""The start page: what this is, which surveys are open, and a field for people who type a counter's code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from runtime.words import translate
from store.queries import campaigns
from survey.campaign import takes_answers
from survey.counter_codes import read_counter_code
from webforms import pages
from webforms.door import door, language, today

blueprint = Blueprint("front", __name__)
GUARD = "anyone"
MISTYPED = "This is not a counter code. Please look at the nine letters and digits on the poster again."
UNKNOWN = "No counter bears this code. Please look at the poster again, or ask an official for the newest one."


@dataclass(frozen=True, slots=True)
class Running:
    """A survey that takes answers today, as the start page names it."""

    code: str
    title: str
    closes: date


@blueprint.get("/")
def start() -> Response:
    """The start page; with a counter's code in the address, on to that counter's form."""
    spoken, typed = language(), request.args.get("counter", "").strip()
    code = read_counter_code(typed)
    if code is not None and door().places.find(code, today()) is not None:
        return redirect(url_for("respond.start", code=code, lang=spoken), 303)
    refused = "" if not typed else translate(MISTYPED if code is None else UNKNOWN, spoken)
    words = {"running": running(spoken), "typed": typed, "refused": refused}
    return pages.page("front.html", spoken, 422 if refused else 200, **words)


def running(spoken: str) -> list[Running]:
    """The surveys that take answers today, the newest year first."""
    with door().database.reading() as session:
        return [
            Running(row.code, row.title.get(spoken) or next(iter(row.title.values()), row.code), row.closes)
            for row in campaigns.campaigns(session)
            if takes_answers(row.state, row.opens, row.closes, today())
        ]
