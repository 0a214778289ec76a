"""What becomes of a campaign: opened, extended, closed, locked, published; each page says first what will happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flask import Response, abort, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from store.models.campaigns import CampaignRow
from store.queries import progress, publications
from survey.campaign import needs_approval
from survey.faults import Fault
from survey.rights import Person
from webforms.office import guards
from webforms.office.campaign_steps import Typed, typed
from webforms.office.campaigns import CHANNEL_WORDS, held, title_of
from webforms.office.door import door, now, today
from webforms.office.pages import by_field, shown
from workflows import publication_consent
from workflows.campaign_check import checked
from workflows.campaign_forms import one, reason_of
from workflows.campaign_moves import DATED, FROM, REASON, act_on
from workflows.publication_consent import Proposal, standing_proposal, waits_for

OPENING_WORDS = {
    "open": "Open the campaign",
    "extend": "Change the last day",
    "close": "Close the campaign",
    "reopen": "Open the campaign again",
}
FREEZING_WORDS = {
    "lock": "Lock the campaign",
    "unlock": "Unlock the campaign",
    "publish": "Publish the results",
}
STARTS = FROM | {"lock": "closed", "unlock": "locked", "publish": "locked"}
blueprint, GUARD = guards.guarded("publishing", __name__, "run_campaigns")


@guards.page(blueprint, "/campaigns/<code>/moves/<act>")
def sure(person: Person, code: str, act: str) -> Response:
    """What will happen, and the button."""
    return asked(person, code, act, OPENING_WORDS, {}, (), 200)


@guards.page(blueprint, "/campaigns/<code>/publication/<final>", right="publish", fresh=True)
def sure_of_publication(person: Person, code: str, final: str) -> Response:
    """The same for what changes no more afterwards."""
    return asked(person, code, final, FREEZING_WORDS, {}, (), 200)


def asked(
    person: Person,
    code: str,
    act: str,
    acts: dict[str, str],
    given: Typed,
    faults: Sequence[Fault],
    status: int,
) -> Response:
    """The page that asks whether somebody is sure."""
    if act not in acts:
        abort(404)
    with door().database.reading() as session:
        row = held(session, code)
        proposal = standing_proposal(session, code) if act == "publish" else None
        words: dict[str, object] = {
            "check": checked(session, row, today(), person.language) if act == "open" else None,
            "answers": sum(progress.numbers(session, row.id).values()),
            "again": publications.are_there(session, row.id),
        }
    words |= {"fits": fits(row, act), "reason": act in REASON, "dated": act in DATED, "channels": CHANNEL_WORDS}
    words["early"] = row.opens <= today() < row.closes
    words |= {"proposal": proposal, "next": waits_for(row, proposal, person.email), "two": needs_approval(row.kind)}
    return shown(
        "office/campaign-act.html",
        person,
        status,
        campaign=row,
        title=title_of(row, person.language),
        act=act,
        heading=acts[act],
        typed=given,
        faults=by_field(faults),
        **words,
    )


def fits(row: CampaignRow, act: str) -> bool:
    """Whether the campaign is where that act starts from."""
    return row.state == STARTS[act] or (act == "unlock" and row.state == "published")


@guards.page(blueprint, "/campaigns/<code>/moves/<act>", post=True)
def do(person: Person, code: str, act: str) -> AnyResponse:
    """Do it."""
    if act not in OPENING_WORDS:
        abort(404)
    form = typed()
    with door().database.writing(in_turn=True) as session:
        row = held(session, code, writing=True)
        faults = act_on(session, row, act, form, today=today(), actor=person.email, now=now())
        if faults:
            session.rollback()
    if faults:
        return asked(person, code, act, OPENING_WORDS, form, faults, 422)
    return redirect(url_for("campaigns.told", code=code), 303)


def typed_anew(person: Person, code: str, final: str) -> Response:
    """The page of that act as it was filled in."""
    return asked(person, code, final, FREEZING_WORDS, typed(), (), 200)


@guards.page(
    blueprint, "/campaigns/<code>/publication/<final>", post=True, right="publish", fresh=True, anew=typed_anew
)
def do_for_good(person: Person, code: str, final: str) -> AnyResponse:
    """Lock, unlock or publish."""
    if final not in FREEZING_WORDS:
        abort(404)
    form = typed()
    with door().database.reading() as session:
        held(session, code)
    faults = {"lock": lock_it, "unlock": unlock_it, "publish": publish_it}[final](person, code, form)
    if faults:
        return asked(person, code, final, FREEZING_WORDS, form, faults, 422)
    return redirect(url_for("campaigns.told", code=code), 303)


def lock_it(person: Person, code: str, form: Typed) -> Sequence[Fault]:
    """Count everything again and let nothing change any more; only once that was said on the page."""
    from workflows.publications import lock  # documents come with it, and no page needs them to begin with

    if one(form, "do") != "lock":
        return [Fault("choice_missing", "act")]
    with door().database.writing(in_turn=True) as session:
        done = lock(session, code, person.email, now())
        if not isinstance(done, CampaignRow):
            session.rollback()
            return done
    return ()


def unlock_it(person: Person, code: str, form: Typed) -> Sequence[Fault]:
    """Let it be corrected."""
    from workflows.publications import unlock  # as above

    reason = reason_of(form)
    if isinstance(reason, Fault):
        return [reason]
    with door().database.writing(in_turn=True) as session:
        done = unlock(session, code, reason, person.email, now())
        if isinstance(done, Fault):
            session.rollback()
            return [done]
    return ()


def publish_it(person: Person, code: str, form: Typed) -> Sequence[Fault]:
    """Propose it, agree with somebody's proposal, or publish where one person is enough."""
    wished, moment = one(form, "do"), now()
    with door().database.writing(in_turn=True) as session:
        row = held(session, code, writing=True)
        if not fits(row, "publish"):
            return [Fault("act_not_now", "act", {"state": row.state})]
        proposal = standing_proposal(session, code)
        step = waits_for(row, proposal, person.email)
        if wished != step or step == "wait":
            return [Fault("second_person" if step == "wait" else "choice_missing", "act")]
        found = proposal or proposed(session, row, form, person, moment)
        if isinstance(found, list):
            return found
        if step == "propose":
            publication_consent.propose(session, row, found)
            return ()
        number = len(publications.publications(session, row.id)) + 1
    return published(person, code, found, number, moment)


def proposed(
    session: Session, row: CampaignRow, form: Typed, person: Person, moment: datetime
) -> Proposal | list[Fault]:
    """What the form says."""
    zone = door().settings.zone
    return publication_consent.read_proposal(session, row, form, actor=person.email, now=moment, zone=zone)


def published(person: Person, code: str, found: Proposal, number: int, moment: datetime) -> Sequence[Fault]:
    """Freeze the figures and write the release into the data folder."""
    from workflows.publications import Draft, draft, publish  # as above

    here = door()
    folder = Path(here.settings.data_dir) / "releases" / f"{code}-{number}"
    if found.embargo is not None and found.embargo <= moment:
        found = Proposal(found.by, found.at, found.reason, None)
    ready = draft(
        here.database,
        code,
        here.settings,
        reason=found.reason,
        now=moment,
        embargo=found.embargo,
        approved=True,  # by two people where the kind needs it: see `waits_for`
    )
    if not isinstance(ready, Draft):
        return ready
    folder.parent.mkdir(parents=True, exist_ok=True)
    done = publish(here.database, ready, folder, person.email)
    return done if isinstance(done, list | tuple) else ()
