"""Counters of a campaign: added by hand, as lines, from a sheet, one a unit; each with its link and its code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import Response, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from runtime.words import fault_sentence, place_words
from store.models.campaigns import CampaignRow, CounterRow
from store.queries import trials
from survey.counter_codes import spoken
from survey.faults import Fault
from survey.rights import Person, may, reach
from webforms.office import guards
from webforms.office.campaign_steps import typed
from webforms.office.campaigns import STEP_WORDS, held, title_of
from webforms.office.door import door, now
from webforms.office.pages import by_field, shown
from workflows import campaign_counters
from workflows.campaign_counters import counter_of, reached_counters, reached_units
from workflows.campaign_forms import Form, one, reason_of
from workflows.counters import open_for_places
from workflows.units import Changes

RIGHT = "manage_counters"
blueprint, GUARD = guards.guarded("counters", __name__, RIGHT)


@guards.page(blueprint, "/campaigns/<code>/counters")
def listed(person: Person, code: str) -> Response:
    """The counters that somebody may see, and the ways to add some."""
    return told(person, code, {}, (), 200)


def told(
    person: Person, code: str, given: Mapping[str, Sequence[str]], faults: Sequence[Fault], status: int
) -> Response:
    """The page, with what was typed and what is wrong with it."""
    mine = reach(person, RIGHT)
    with door().database.reading() as session:
        row = held(session, code)
        found = reached_counters(session, row, mine)
        units = reached_units(session, row, mine)
        tried = trials.by_counter(session, row.id) if row.rehearsing else {}
    if not units and mine is not None:
        abort(404)
    of_sheet = [fault for fault in faults if fault.where.startswith(("row", "line", "column")) or fault.where == "file"]
    lines = [
        (place_words(fault.where, person.language), fault_sentence(fault.code, fault.facts, person.language))
        for fault in of_sheet
    ]
    served = {counter.unit_id for counter, _ in found if counter.revoked_at is None}
    return shown(
        "office/campaign-counters.html",
        person,
        status,
        campaign=row,
        title=title_of(row, person.language),
        step="counters",
        steps=STEP_WORDS if may(person, "run_campaigns") and row.state == "draft" else {},
        counters=found,
        units=units,
        without=[unit for unit in units if unit.unit_id not in served],
        tried=tried,
        typed=given,
        faults=by_field([fault for fault in faults if fault not in of_sheet]),
        sheet_faults=lines,
        frozen=row.state in ("locked", "published"),
    )


@guards.page(blueprint, "/campaigns/<code>/counters", post=True)
def add(person: Person, code: str) -> AnyResponse:
    """Add counters in one of the ways."""
    form = typed()
    act = ADDED.get(one(form, "do"), by_hand)
    with door().database.writing() as session:
        row = held(session, code, writing=True)
        if not reached_units(session, row, reach(person, RIGHT)) and reach(person, RIGHT) is not None:
            abort(404)
        taking = open_for_places(session, code)
        faults = [taking] if isinstance(taking, Fault) else act(session, row, form, person)
        if faults:
            session.rollback()
    if faults:
        return told(person, code, form, faults, 422)
    return redirect(url_for("counters.listed", code=code), 303)


def by_hand(session: Session, row: CampaignRow, form: Form, person: Person) -> Sequence[Fault]:
    """One, or one a line."""
    return campaign_counters.add(session, row, form, reach(person, RIGHT), actor=person.email, now=now())


def one_each(session: Session, row: CampaignRow, form: Form, person: Person) -> Sequence[Fault]:
    """One for every unit that has none."""
    return campaign_counters.one_a_unit(session, row, reach(person, RIGHT), actor=person.email, now=now())


def from_file(session: Session, row: CampaignRow, form: Form, person: Person) -> Sequence[Fault]:
    """Those of a sheet."""
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    found = campaign_counters.import_file(session, row, content, reach(person, RIGHT), actor=person.email, now=now())
    return () if isinstance(found, Changes) else found


ADDED: Mapping[str, Callable[[Session, CampaignRow, Form, Person], Sequence[Fault]]] = {
    "add": by_hand,
    "defaults": one_each,
    "import": from_file,
}


@guards.page(blueprint, "/campaigns/<code>/counters/<counter>")
def one_counter(person: Person, code: str, counter: str) -> Response:
    """A counter: its link, its code, what can be done with it."""
    return counter_page(person, code, counter, (), 200)


def counter_page(person: Person, code: str, counter: str, faults: Sequence[Fault], status: int) -> Response:
    """The page of a counter; another unit's is not there."""
    with door().database.reading() as session:
        row = held(session, code)
        found = counter_of(session, row, counter, reach(person, RIGHT)) or abort(404)
    words = {"counter": found[0], "unit": found[1], "spoken": spoken(counter), "typed": typed() if faults else {}}
    address = f"{door().settings.public_url.rstrip('/')}/c/{counter}"
    return shown(
        "office/campaign-counter.html",
        person,
        status,
        campaign=row,
        title=title_of(row, person.language),
        address=address,
        faults=by_field(faults),
        **words,
    )


@guards.page(blueprint, "/campaigns/<code>/counters/<counter>", post=True)
def change(person: Person, code: str, counter: str) -> AnyResponse:
    """Withdraw its code, give it a new one, or take it away."""
    form = typed()
    with door().database.writing() as session:
        row = held(session, code, writing=True)
        found = counter_of(session, row, counter, reach(person, RIGHT)) or abort(404)
        act, reason = one(form, "do"), reason_of(form)
        fault: Fault | None = reason if isinstance(reason, Fault) and act != "remove" else None
        if act == "remove":
            fault = campaign_counters.take_away(session, row, found[0], actor=person.email, now=now())
        elif fault is None and act in WITHDRAWN:
            done = WITHDRAWN[act](session, row, found[0], str(reason), person)
            fault, counter = (done, counter) if isinstance(done, Fault) else (None, done.code)
        elif fault is None:
            fault = Fault("choice_missing", "do")
    if fault is not None:
        return counter_page(person, code, counter, [fault], 422)
    if act == "remove":
        return redirect(url_for("counters.listed", code=code), 303)
    return redirect(url_for("counters.one_counter", code=code, counter=counter), 303)


def withdrawn(session: Session, row: CampaignRow, counter: CounterRow, reason: str, person: Person) -> CounterRow:
    """The code leads nowhere from now on."""
    campaign_counters.withdraw(session, counter, reason, actor=person.email, now=now())
    return counter


def renewed(session: Session, row: CampaignRow, counter: CounterRow, reason: str, person: Person) -> CounterRow | Fault:
    """A new code for the same place."""
    return campaign_counters.replace(session, row, counter, reason, actor=person.email, now=now())


WITHDRAWN: Mapping[str, Callable[[Session, CampaignRow, CounterRow, str, Person], CounterRow | Fault]] = {
    "revoke": withdrawn,
    "renew": renewed,
}
