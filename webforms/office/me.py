"""One's own account: name, language, password, second step, everywhere one is signed in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from runtime.words import TONGUES
from store.queries import accounts as kept
from survey.faults import Fault
from survey.rights import Person
from webforms.office import guards, places
from webforms.office.door import door, now
from webforms.office.entrance import out
from webforms.office.pages import by_field, shown
from webforms.office.role_words import ROLE_WORDS
from workflows import accounts, people, sign_ins

blueprint, GUARD = guards.guarded("me", __name__, guards.ANYBODY_SIGNED_IN)


@guards.page(blueprint, "/me")
def page(person: Person) -> Response:
    """One's own account."""
    return told(person, {}, {}, 200)


def told(person: Person, typed: Mapping[str, str], faults: Mapping[str, Fault], status: int) -> Response:
    """The page with what was typed."""
    with door().database.reading() as session:
        card = people.card(session, person.id)
        places = kept.places(session, person.id, now())
    words = {"card": card, "places": places, "typed": typed, "faults": faults, "roles": ROLE_WORDS}
    return shown("office/me.html", person, status, tongues=tuple(TONGUES.items()), **words)


@guards.page(blueprint, "/me", post=True)
def change(person: Person) -> AnyResponse:
    """Change name and language."""
    form = request.form
    with door().database.writing() as session:
        signed = guards.at_hand(session)
        faults = accounts.change_self(session, signed, form.get("name", ""), form.get("language", ""), now())
    if faults:
        return told(person, form, by_field(faults), 422)
    return redirect(url_for("me.page"), 303)


@guards.page(blueprint, "/me/password")
def password(person: Person) -> Response:
    """The form for another password."""
    return shown("office/password.html", person)


@guards.page(blueprint, "/me/password", post=True)
def change_password(person: Person) -> AnyResponse:
    """Another password; everywhere else one is signed out by it."""
    form = request.form
    with door().database.writing() as session:
        signed = guards.at_hand(session)
        wrong = sign_ins.prove(session, signed, form.get("old", ""), places.whence(person.email), now())
        faults = accounts.change_password(
            session, signed, wrong, form.get("password", ""), form.get("again", ""), now()
        )
    if faults:
        return shown("office/password.html", person, 422, faults=by_field(faults))
    return redirect(url_for("me.page"), 303)


@guards.page(blueprint, "/me/sign-out", post=True)
def sign_out_everywhere(person: Person) -> AnyResponse:
    """End every place where one is signed in, this one too."""
    with door().database.writing() as session:
        sign_ins.sign_out_everywhere(session, guards.at_hand(session), now())
    return out()
