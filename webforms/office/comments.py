"""Free comments: read by topic, searched, decided upon, taken along as a sheet."""

from __future__ import annotations

import io
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from reports.sheets import WRITERS
from runtime.words import translate
from store.queries import audit
from survey.faults import Fault
from survey.rights import Person
from webforms.office import guards
from webforms.office.choosing import chosen, held
from webforms.office.door import door, now
from webforms.office.pages import by_field, shown
from workflows import comments

ASKED = ("unit", "topic", "state", "q", "page")
STATE_WORDS = {"waiting": "To be read", "shown": "May be public", "withheld": "Withheld"}
REASON_WORDS = {"redacted_anew": "A newer list hides other words here; please read it again"}
HEADER_WORDS = {"unit": "Unit", "words": "Comment", "topics": "Topics", "state": "State", "reason": "Reason"}
blueprint, GUARD = guards.guarded("comments", __name__, "read_comments")


def asked() -> dict[str, str]:
    """The filters that stand in the address."""
    return {name: request.args.get(name, "") for name in ASKED if request.args.get(name)}


@guards.page(blueprint, "/comments")
def choose(person: Person) -> AnyResponse:
    """The campaigns whose comments can be read; straight on where there is one."""
    return chosen(person, "read_comments", "Comments", "comments.listed")


@guards.page(blueprint, "/comments/<code>")
def listed(person: Person, code: str) -> Response:
    """The comments of a campaign, a page of them."""
    return told(person, code, asked(), {}, 200)


def told(person: Person, code: str, wanted: Mapping[str, str], faults: Mapping[str, Fault], status: int) -> Response:
    """The page with these filters, and with what was wrong with a decision."""
    with door().database.reading() as session:
        row = held(session, code)
        reading = comments.read(session, row, person, wanted, person.language)
    kept = {name: value for name, value in wanted.items() if name != "page"}
    ticked = request.form.getlist("keys") if faults else []
    words = {
        "asked": wanted,
        "query": urlencode(kept),
        "faults": faults,
        "ticked": ticked,
        "states": STATE_WORDS,
        "reasons": REASON_WORDS,
    }
    reason = request.form.get("reason", "") if faults else ""
    return shown("office/comments.html", person, status, campaign=row, reading=reading, typed=reason, **words)


@guards.page(blueprint, "/comments/<code>", post=True, right="moderate_comments")
def decide(person: Person, code: str) -> AnyResponse:
    """Show, withhold or take back the decision on the comments that are ticked."""
    form = request.form
    with door().database.writing() as session:
        row = held(session, code)
        keys, state = form.getlist("keys"), form.get("state", "")
        done = comments.decide(session, row, person, keys, state, form.get("reason", ""), now())
    if not isinstance(done, int):
        return told(person, code, asked(), by_field(done), 422)
    return redirect(f"{url_for('comments.listed', code=code)}?{urlencode(asked())}", 303)


@guards.page(blueprint, "/comments/<code>.csv", post=True, right="export", fresh=True, back="comments.listed")
def sheet(person: Person, code: str) -> Response:
    """The same comments as a sheet; that somebody took them along is written down before it is given."""
    with door().database.writing() as session:
        found = comments.sheet(session, held(session, code), person, asked(), person.language)
        facts = asked() | {"what": "comments", "rows": len(found)}
        audit.note(session, at=now(), actor=person.email, act="export", subject=code, facts=facts)
    rows = [(*row, translate(REASON_WORDS.get(reason, reason), person.language)) for *row, reason in found]
    file = io.BytesIO()
    header = [translate(words, person.language) for words in HEADER_WORDS.values()]
    WRITERS[".csv"](file, header, rows)
    name = f"{code}-y-kien.csv"
    return Response(
        file.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
