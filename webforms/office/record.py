"""The record of acts: read, searched, taken along as a sheet, looked at whether it is whole."""

from __future__ import annotations

import io
from urllib.parse import urlencode

from flask import Response, request

from reports.sheets import WRITERS
from runtime.words import translate
from store.queries import audit
from survey.faults import Fault
from survey.rights import Person
from webforms.office import guards
from webforms.office.door import door, now
from webforms.office.pages import shown
from webforms.office.record_words import ACT_WORDS, BREAK_WORDS, FACT_WORDS, HEADER_WORDS, VALUE_WORDS
from workflows import record

ASKED = ("actor", "act", "subject", "from", "to")
MOST_ROWS = 100_000
blueprint, GUARD = guards.guarded("record", __name__, "see_audit")


def asked() -> dict[str, str]:
    """The filters that stand in the address."""
    return {name: request.args[name] for name in ASKED if request.args.get(name)}


@guards.page(blueprint, "/audit")
def listed(person: Person) -> Response:
    """What was done, the newest first."""
    wanted = record.wanted_of(asked(), door().settings.zone)
    with door().database.reading() as session:
        leaf = record.leaf(session, wanted, request.args.get("page", ""))
        kinds = [(act, translate(ACT_WORDS.get(act, act), person.language)) for act in audit.kinds(session)]
    return shown(
        "office/audit.html",
        person,
        leaf=leaf,
        asked=asked(),
        query=urlencode(asked()),
        kinds=kinds,
        acts=ACT_WORDS,
        particulars=FACT_WORDS,
        values=VALUE_WORDS,
    )


@guards.page(blueprint, "/audit/whole")
def whole(person: Person) -> Response:
    """Look at every row, and whether an end that was noted down is still there."""
    noted = request.args.get("head", "")
    with door().database.snapshot() as session:
        verdict = record.verify(session, noted)
    fault = {"head": verdict} if isinstance(verdict, Fault) else {}
    status = 422 if fault else 200
    return shown(
        "office/audit-whole.html", person, status, verdict=verdict, noted=noted, faults=fault, words=BREAK_WORDS
    )


@guards.page(blueprint, "/audit.csv", post=True, fresh=True, back="record.listed")
def sheet(person: Person) -> Response:
    """The same acts as a sheet; that somebody took them along is written down before it is given."""
    zone = door().settings.zone
    with door().database.snapshot() as session:
        rows = list(record.sheet(session, record.wanted_of(asked(), zone), MOST_ROWS, zone))
    with door().database.writing() as session:
        facts = asked() | {"what": "acts", "rows": len(rows)}
        audit.note(session, at=now(), actor=person.email, act="export", subject="audit", facts=facts)
    file = io.BytesIO()
    WRITERS[".csv"](file, [translate(words, person.language) for words in HEADER_WORDS.values()], rows)
    name = f"attachment; filename=hailong-nhat-ky-{now():%Y%m%d}.csv"
    return Response(file.getvalue(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})
