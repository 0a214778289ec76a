"""Tablets at a counter: added with a code to register and a PIN, which are told once; trusted no more."""

from __future__ import annotations

from flask import Response, abort, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from store.models.campaigns import CampaignRow, CampaignUnitRow, CounterRow
from store.models.kiosks import KioskRow
from store.queries import kiosks as kept
from survey.counter_codes import spoken
from survey.faults import Fault
from survey.rights import Person, reach
from webforms.office import guards
from webforms.office.campaign_steps import typed
from webforms.office.campaigns import held
from webforms.office.door import door, now
from webforms.office.pages import scannable, shown
from workflows import kiosks
from workflows.campaign_counters import counter_of
from workflows.campaign_forms import one, reason_of
from workflows.kiosks import Added

RIGHT = "manage_counters"
blueprint, GUARD = guards.guarded("tablets", __name__, RIGHT)
STATE_WORDS = {
    "waits": "Waits to be registered",
    "late": "Its code is no longer valid: add it anew",
    "registered": "In use",
    "revoked": "Trusted no more",
}


@guards.page(blueprint, "/campaigns/<code>/counters/<counter>/tablets")
def listed(person: Person, code: str, counter: str) -> Response:
    """The tablets of a counter; another unit's is not there."""
    return told(person, code, counter)


def told(
    person: Person, code: str, counter: str, *, added: Added | None = None, fault: Fault | None = None
) -> Response:
    """The page, with what a new tablet needs, which is told this once, or with what is wrong."""
    with door().database.reading() as session:
        row, found, unit = place(session, person, code, counter)
        rows = [(each, state_of(each)) for each in kept.of_counter(session, found.id)]
    address = f"{door().settings.public_url.rstrip('/')}/k/{counter}"
    words = {"counter": found, "unit": unit, "address": address, "tablets": rows, "states": STATE_WORDS}
    new = {"added": added, "spoken": spoken(added.code) if added else "", "drawn": scannable(address) if added else ""}
    return shown(
        "office/tablets.html",
        person,
        422 if fault else 200,
        campaign=row,
        faults={fault.where: fault} if fault else {},
        typed=typed() if fault else {},
        **words,
        **new,
    )


def place(session: Session, person: Person, code: str, counter: str) -> tuple[CampaignRow, CounterRow, CampaignUnitRow]:
    """The campaign, the counter and its unit that an address names; 404 where somebody does not reach it."""
    row = held(session, code)
    found = counter_of(session, row, counter, reach(person, RIGHT)) or abort(404)
    return row, *found


def state_of(row: KioskRow) -> str:
    """How a tablet stands."""
    if row.revoked_at is not None:
        return "revoked"
    if row.registered_at is not None:
        return "registered"
    return "waits" if row.expires_at > now() else "late"


@guards.page(blueprint, "/campaigns/<code>/counters/<counter>/tablets", post=True)
def add(person: Person, code: str, counter: str) -> AnyResponse:
    """Add a tablet; its code and PIN are on the page that follows, and nowhere else."""
    secret = door().settings.secret_key
    with door().database.writing() as session:
        _, found, _ = place(session, person, code, counter)
        name = one(typed(), "name")[:80]
        made = kiosks.add(session, found.code, name, secret=secret, actor=person.email, now=now())
    if isinstance(made, Fault):
        return told(person, code, counter, fault=made)
    return told(person, code, counter, added=made)


@guards.page(blueprint, "/campaigns/<code>/counters/<counter>/tablets/<int:tablet>/revoke", post=True)
def revoke(person: Person, code: str, counter: str, tablet: int) -> AnyResponse:
    """Trust a tablet no more; a reason is needed."""
    why = reason_of(typed())
    with door().database.writing() as session:
        _, found, _ = place(session, person, code, counter)
        row = kept.held(session, tablet)
        if row is None or row.counter_id != found.id:
            abort(404)
        if not isinstance(why, Fault):
            kiosks.revoke(session, tablet, actor=person.email, now=now(), why=why)
    if isinstance(why, Fault):
        return told(person, code, counter, fault=Fault(why.code, f"reason-{tablet}", why.facts))
    return redirect(url_for("tablets.listed", code=code, counter=counter), 303)
