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
from workflows import record

ASKED = ("actor", "act", "subject", "from", "to")
HEADER_WORDS = {
    "number": "Row number",
    "at": "When",
    "actor": "Who",
    "act": "Act",
    "subject": "Subject",
    "facts": "Particulars",
    "digest": "Digest",
}
BREAK_WORDS = {
    "changed": "Row %(n)s is not as it was written.",
    "missing": "Row %(n)s is missing.",
    "moved": "Row %(n)s does not follow the one before it.",
    "cut": "Row %(n)s, which was the last one when the end was noted down, is gone.",
    "rewritten": "Row %(n)s is another one than when the end was noted down.",
    "unguarded": "The guards that keep the database itself from changing rows were taken off.",
}
ACT_WORDS = {
    "signed in": "Signed in",
    "signed out": "Signed out",
    "signed out everywhere": "Signed out everywhere",
    "sign-in refused": "Sign-in refused",
    "second step set": "Second step set up",
    "second step refused": "Second step refused",
    "recovery codes made": "Recovery codes made",
    "recovery code used": "Recovery code used",
    "password set": "Password set",
    "password changed": "Password changed",
    "password refused": "Password refused",
    "own data changed": "Own data changed",
    "person added": "Person added",
    "person disabled": "Person disabled",
    "person enabled": "Person let in again",
    "link sent": "New link sent",
    "role given": "Role given",
    "role taken": "Role taken away",
    "denied": "Refused: no right to it",
    "export": "Taken along as a file",
    "import": "Brought in from a file",
    "created": "Created",
    "open": "Opened",
    "opened": "Opened",
    "close": "Closed",
    "closed": "Closed",
    "locked": "Locked",
    "unlocked": "Unlocked",
    "published": "Published",
    "comments decided": "Decided on comments",
    "comments_redacted_anew": "Hid anew what tells persons in comments",
    "flagged": "Flagged",
    "backed up": "Backed up",
    "revoke": "Counter code revoked",
    "step": "Step of a campaign filled in",
    "campaign_close": "Campaign closed",
    "campaign_extend": "Last day of the campaign changed",
    "campaign_reopen": "Campaign opened again",
    "rehearsal_begun": "Rehearsal begun",
    "rehearsal_ended": "Rehearsal ended",
    "publication_proposed": "Publication proposed",
    "counters_added": "Counters added",
    "counter_replaced": "Counter given a new code",
    "counter_removed": "Counter removed",
    "revoke_reason": "Reason for revoking a counter code",
    "kiosk_add": "Tablet added",
    "kiosk_revoke": "Tablet revoked",
    "kiosk_register": "Tablet set up",
    "kiosk_leave": "Kiosk left with the PIN",
    "chat_invited": "Code for a chat given out",
    "recipient_added": "Recipient of reports added",
    "recipient_left": "Recipient of reports taken off",
    "questionnaire_imported": "Questionnaire imported",
    "questionnaire_published": "Questionnaire published",
    "questionnaire_discarded": "Draft of a questionnaire discarded",
    "flag_set_aside": "Answers of a flag set aside",
    "flag_keep": "Answers of a flag kept",
    "flag_said": "Unit answered a flag",
    "task_done": "Task done",
    "task_reopened": "Task opened again",
}
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
        "office/audit.html", person, leaf=leaf, asked=asked(), query=urlencode(asked()), kinds=kinds, acts=ACT_WORDS
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
