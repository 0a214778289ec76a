"""Who may open a page: each blueprint states the right that it takes, and each view is given the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from flask import Blueprint, abort, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from store.queries import audit
from survey.rights import EVERY_RIGHT, Person, may
from webforms.office import places
from webforms.office.door import door, language, now
from webforms.office.pages import by_field, rendered, shown
from workflows import sign_ins
from workflows.sign_ins import SignedIn

ANYONE, ANYBODY_SIGNED_IN = "anyone", "signed in"
FRESH_FOR = timedelta(minutes=10)
NOT_KEPT = frozenset({"csrf", "password", "code", "do"})  # secrets, and the button
SHORT = 3  # ticks and codes of so many signs are no text that anybody would miss
Fields = tuple[tuple[str, str], ...]
P = ParamSpec("P")
View = Callable[Concatenate[Person, P], Response]


def guarded(name: str, module: str, right: str) -> tuple[Blueprint, str]:
    """A blueprint whose pages take that right, and the right itself as its guard."""
    if right not in EVERY_RIGHT | {ANYONE, ANYBODY_SIGNED_IN}:
        raise ValueError(f"no such right: {right}")
    blueprint = Blueprint(name, module)
    blueprint.right = right  # type: ignore[attr-defined]  # read by `page`, which stands beside it
    return blueprint, right


def page(
    blueprint: Blueprint,
    rule: str,
    *,
    post: bool = False,
    right: str = "",
    fresh: bool = False,
    before_second: bool = False,
    back: str = "",
    anew: Callable[..., Response] | None = None,
) -> Callable[[View[P]], View[P]]:
    """Put a view at that address. `fresh` asks for the password anew where it was given too long ago.

    A form whose password came too late is not carried out by giving it: `anew` is the page of that form, shown with
    what was typed; `back` the page on which a form of a single button stands, gone back to with filters and all.
    `before_second`: also for somebody who has to set up the second step of signing in and has not yet.
    """
    needed = right or blueprint.right  # type: ignore[attr-defined]  # set by `guarded`
    if post and fresh and not (back or anew):
        raise ValueError(f"{rule} loses what was typed where the password comes too late: give `anew` or `back`")

    def put(view: View[P]) -> View[P]:
        @wraps(view)
        def opened(*args: P.args, **kept: P.kwargs) -> Response:
            token, age = places.token()
            signed = recognised(token)
            if signed is None:
                return nobody(post)
            if post and not places.is_ours(token):
                abort(403)
            if not (signed.has_second or before_second) and second_needed():
                return redirect(url_for("second.form"), 303)
            if needed != ANYBODY_SIGNED_IN and not may(signed.person, needed):
                denied(signed.person)
                abort(403)
            g.form_token = places.form_token(token)
            if fresh and now() - signed.proved_at > FRESH_FOR:
                if anew is None:
                    return redirect(url_for("entrance.again", to=place_of(post, back, kept)), 303)
                return asked_first(signed.person) or anew(signed.person, *args, **kept)
            response = view(signed.person, *args, **kept)
            if age >= places.RENEWED_AFTER_S and "Set-Cookie" not in response.headers:
                places.remember(response, token)
            return response

        opened.right = needed  # type: ignore[attr-defined]  # the tests compare it with their table
        blueprint.add_url_rule(rule, view.__name__, opened, methods=["POST"] if post else ["GET"])
        return view

    return put


def nobody(post: bool) -> Response:
    """Off to sign in; what somebody typed who has been signed out since is shown, and only where the form was ours."""
    if post and places.is_of_old():
        texts = "\n\n".join(words for _, words in typed_so_far() if len(words) > SHORT)
        return rendered("office/too-late.html", language(), 403, texts=texts)
    return redirect(url_for("entrance.form", to=request.full_path if not post else None), 303)


def place_of(post: bool, back: str, kept: Mapping[str, Any]) -> str:
    """Where to go on after the password: to the page itself, or to the one on which its form stands."""
    if not post:
        return request.path
    place, filters = url_for(back, **kept), urlencode(request.args)
    return f"{place}?{filters}" if filters else place


def asked_first(person: Person) -> Response | None:
    """None where the form at hand gives the password that was asked for, else the page that asks for it."""
    so_far = typed_so_far()
    if "password" not in request.form:
        return shown("office/again.html", person, typed=so_far)
    return proof(person, so_far)


def proof(person: Person, typed: Fields) -> Response | None:
    """None where the form at hand gives the password, else the page that asks for it, with what was typed."""
    password = request.form.get("password", "")
    with door().database.writing() as session:
        fault = sign_ins.prove(session, at_hand(session), password, places.whence(person.email), now())
    return shown("office/again.html", person, 422, faults=by_field([fault]), typed=typed) if fault else None


def typed_so_far() -> Fields:
    """The fields of the form at hand, without our token, the button and secrets: those are given anew."""
    return tuple((name, words) for name, words in request.form.items(multi=True) if name not in NOT_KEPT)


def second_needed() -> bool:
    """Whether nobody does anything here without a second step: so it is in production."""
    return door().settings.env == "production"


def at_hand(session: Session) -> SignedIn:
    """Who is signed in at this browser, within the transaction that changes something of theirs."""
    signed = sign_ins.signed_in(session, places.token()[0], now())
    if signed is None:
        abort(403)
    return signed


def recognised(token: str) -> SignedIn | None:
    """Who the browser's token belongs to."""
    if not token or token.startswith(places.STRANGER):
        return None
    with door().database.reading() as session:
        return sign_ins.signed_in(session, token, now())


def denied(person: Person) -> None:
    """Write down that somebody wanted to go where they may not."""
    with door().database.writing() as session:
        facts = {"method": request.method, "rule": str(request.url_rule)}
        audit.note(session, at=now(), actor=person.email, act="denied", subject="office", facts=facts)
