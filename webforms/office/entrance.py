"""In and out of the office: invitation, sign-in, the password once more, sign-out."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey.faults import Fault
from survey.rights import Person
from webforms.office import guards, places
from webforms.office.door import door, language, now
from webforms.office.pages import by_field, rendered, shown
from workflows import accounts

blueprint, GUARD = guards.guarded("entrance", __name__, guards.ANYONE)


def address() -> bytes:
    """A keyed hash of whence somebody tries to sign in; it changes every day."""
    told = f"{now():%Y-%m-%d} {request.remote_addr}"
    return hmac.new(door().settings.secret_key.encode(), told.encode(), hashlib.sha256).digest()


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
    """The page, and the token that its form belongs to."""
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
    return with_token(rendered("office/sign-in.html", language(), to=request.args.get("to", ""), typed={}), kept)


@blueprint.post("/sign-in")
def sign_in() -> AnyResponse:
    """Sign in, or the same form with what is wrong."""
    hold_to_own_form()
    email, password = request.form.get("email", "")[:200], request.form.get("password", "")
    with door().database.writing() as session:
        found = accounts.sign_in(session, email, password, address(), now())
    if isinstance(found, Fault):
        kept = stranger()
        words = {"faults": by_field([found]), "typed": {"email": email}, "to": request.args.get("to", "")}
        return with_token(rendered("office/sign-in.html", language(), 422, **words), kept)
    response = redirect(onward(), 303)
    places.remember(response, found)
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
        found = accounts.accept(session, code, password, again, now())
    if not isinstance(found, str):
        kept = stranger()
        return with_token(rendered("office/welcome.html", language(), 422, code=code, faults=by_field(found)), kept)
    response = redirect(url_for("entrance.form"), 303)
    places.remember(response, places.new_token())  # whoever was signed in here before is not the one who goes on
    return response


@guards.page(blueprint, "/again", right=guards.ANYBODY_SIGNED_IN)
def again(person: Person) -> AnyResponse:
    """The password once more, before what cannot be undone."""
    return shown("office/again.html", person, to=request.args.get("to", ""))


@guards.page(blueprint, "/again", post=True, right=guards.ANYBODY_SIGNED_IN)
def prove(person: Person) -> AnyResponse:
    """Go on where the password is right."""
    with door().database.writing() as session:
        signed = accounts.signed_in(session, places.token()[0], now())
        proven = signed is not None and accounts.prove(session, signed, request.form.get("password", ""), now())
    if not proven:
        faults = by_field([Fault("password_wrong", "password", {})])
        return shown("office/again.html", person, 422, to=request.args.get("to", ""), faults=faults)
    return redirect(onward(), 303)


@guards.page(blueprint, "/sign-out", post=True, right=guards.ANYBODY_SIGNED_IN)
def sign_out(person: Person) -> AnyResponse:
    """End this session."""
    with door().database.writing() as session:
        signed = accounts.signed_in(session, places.token()[0], now())
        if signed is not None:
            accounts.sign_out(session, signed, now())
    response = redirect(url_for("entrance.form"), 303)
    places.forget(response)  # type: ignore[arg-type]  # werkzeug's and Flask's response share what is used
    return response
