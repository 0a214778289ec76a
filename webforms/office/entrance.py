"""In and out of the office: invitation, sign-in, the password once more, sign-out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, abort, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from store.queries import accounts
from survey.faults import Fault
from survey.rights import Person
from webforms.office import guards, places
from webforms.office.door import door, language, now
from webforms.office.pages import by_field, rendered, shown
from workflows import accounts as people
from workflows import sign_ins

blueprint, GUARD = guards.guarded("entrance", __name__, guards.ANYONE)


def onward() -> str:
    """Where to go afterwards: a page of ours, else the first one."""
    to = request.args.get("to", "")
    place = urlsplit(to)
    ours = to.startswith("/") and not to.startswith(("//", "/\\")) and not place.netloc and to.isprintable()
    return to if ours else url_for("home.start")


def stranger() -> str:
    """The token of the browser at hand, a new one where it has none: forms need one before anybody has signed in."""
    kept = places.token()[0] or places.new_token()
    g.form_token = places.form_token(kept)
    return kept


def with_token(response: Response, kept: str) -> Response:
    """The page, and the token that its form belongs to; who has yet to give the code gets no more time by looking."""
    if not kept.startswith(places.HALFWAY):
        places.remember(response, kept)
    return response


def hold_to_own_form() -> None:
    """Refuse a form of somebody who has not signed in unless we showed it to this browser."""
    if not places.is_ours(places.token()[0]):
        abort(403)


@blueprint.get("/sign-in")
def form() -> AnyResponse:
    """The sign-in form."""
    if guards.recognised(places.token()[0]) is not None:
        return redirect(onward(), 303)
    kept = stranger()
    return with_token(rendered("office/sign-in.html", language(), typed={}), kept)


@blueprint.post("/sign-in")
def sign_in() -> AnyResponse:
    """The first step, or the same form with what is wrong."""
    hold_to_own_form()
    email, password = request.form.get("email", "")[:200], request.form.get("password", "")
    with door().database.writing() as session:
        passed = sign_ins.first_step(session, email, password, places.whence(email), now())
        entered = "" if isinstance(passed, Fault) or passed.has_second else enter(session, passed)
    if isinstance(passed, Fault):
        kept = stranger()
        words = {"faults": by_field([passed]), "typed": {"email": email}}
        return with_token(rendered("office/sign-in.html", language(), 422, **words), kept)
    if entered:
        return inside(passed, entered)
    response = redirect(url_for("entrance.code_form", to=request.args.get("to")), 303)
    places.remember(response, places.halfway(passed.account_id, passed.seal))
    return response


@blueprint.get("/sign-in/code")
def code_form() -> AnyResponse:
    """The second step: the code of the telephone."""
    if places.of_halfway() is None:
        return redirect(url_for("entrance.form", to=request.args.get("to")), 303)
    kept = stranger()
    return with_token(rendered("office/sign-in-code.html", language()), kept)


@blueprint.post("/sign-in/code")
def second() -> AnyResponse:
    """Come in by the code, or the same form with what is wrong."""
    hold_to_own_form()
    half = places.of_halfway()
    if half is None:
        return redirect(url_for("entrance.form", to=request.args.get("to")), 303)
    code, key = request.form.get("code", ""), door().settings.secret_key
    with door().database.writing() as session:
        whom = accounts.account_of(session, half[0])
        here = places.whence(whom.email if whom is not None else "")
        passed = sign_ins.second(session, key, *half, code, here, now())
        entered = "" if isinstance(passed, Fault) else enter(session, passed)
    if isinstance(passed, Fault):
        kept = stranger()
        return with_token(rendered("office/sign-in-code.html", language(), 422, faults=by_field([passed])), kept)
    return inside(passed, entered)


def enter(session: Session, passed: sign_ins.Passed) -> str:
    """A new place where somebody is signed in; what the browser had before opens nothing more."""
    sign_ins.leave(session, places.token()[0])
    return sign_ins.enter(session, passed, places.whence(passed.email), now())


def inside(passed: sign_ins.Passed, entered: str) -> AnyResponse:
    """On to where somebody wanted to go."""
    response = redirect(onward(), 303)
    places.remember(response, entered)
    places.know(response, passed.email)
    return response


@blueprint.get("/welcome/<code>")
def welcome(code: str) -> AnyResponse:
    """The form by which somebody who was invited sets a password; opening it uses nothing up."""
    kept = stranger()
    return with_token(rendered("office/welcome.html", language(), code=code), kept)


@blueprint.post("/welcome/<code>")
def accept(code: str) -> AnyResponse:
    """Set the password of whoever was invited."""
    hold_to_own_form()
    password, again = request.form.get("password", ""), request.form.get("again", "")
    with door().database.writing(in_turn=True) as session:
        found = people.accept(session, code, password, again, now())
    if not isinstance(found, str):
        kept = stranger()
        return with_token(rendered("office/welcome.html", language(), 422, code=code, faults=by_field(found)), kept)
    response = redirect(url_for("entrance.form"), 303)
    places.remember(response, places.new_token())  # whoever was signed in here before is not the one who goes on
    return response


@guards.page(blueprint, "/again", right=guards.ANYBODY_SIGNED_IN, before_second=True)
def again(person: Person) -> AnyResponse:
    """The password once more, before what cannot be undone."""
    return shown("office/again.html", person, typed=())


@guards.page(blueprint, "/again", post=True, right=guards.ANYBODY_SIGNED_IN, before_second=True)
def prove(person: Person) -> AnyResponse:
    """Go on where the password is right."""
    return guards.proof(person, ()) or redirect(onward(), 303)


@guards.page(blueprint, "/sign-out", post=True, right=guards.ANYBODY_SIGNED_IN, before_second=True)
def sign_out(person: Person) -> AnyResponse:
    """End this session."""
    with door().database.writing() as session:
        sign_ins.sign_out(session, guards.at_hand(session), now())
    return out()


def out() -> AnyResponse:
    """Back to the form, with nothing left in the browser."""
    response = redirect(url_for("entrance.form"), 303)
    places.forget(response)
    return response
