"""The second step of signing in is set up: a code to scan, a code to type, recovery codes to print."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from store.queries import accounts
from survey.faults import Fault
from survey.rights import Person
from webforms.office import guards
from webforms.office.door import door, now
from webforms.office.pages import by_field, scannable, shown
from workflows import second_step

blueprint, GUARD = guards.guarded("second", __name__, guards.ANYBODY_SIGNED_IN)


@guards.page(blueprint, "/me/second", fresh=True, before_second=True)
def form(person: Person) -> Response:
    """A new secret for the telephone. Nothing is kept before it has shown that it can count."""
    return told(person, second_step.new_salt(), {}, 200)


def told(person: Person, salt: bytes, faults: Mapping[str, Fault], status: int) -> Response:
    """The page with the code to scan."""
    key = door().settings.secret_key
    address = second_step.address_of(key, person.id, person.email, salt)
    secret = second_step.secret_of(key, person.id, salt)
    fours = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    words = {"drawn": scannable(address), "secret": fours, "salt": salt.hex(), "faults": faults}
    return shown("office/second.html", person, status, needed=guards.second_needed(), **words)


@guards.page(blueprint, "/me/second", post=True, fresh=True, before_second=True, back="second.form")
def enrol(person: Person) -> AnyResponse:
    """Take the telephone, and show the recovery codes this once."""
    try:
        salt = bytes.fromhex(request.form.get("salt", ""))
    except ValueError:
        salt = b""
    key, code = door().settings.secret_key, request.form.get("code", "")
    with door().database.writing() as session:
        signed = guards.at_hand(session)
        found = second_step.enrol(session, key, person.id, signed.digest, salt, code, now())
    if isinstance(found, list):
        return shown("office/recovery.html", person, codes=found)
    kept = salt if len(salt) == second_step.SALT_BYTES else second_step.new_salt()
    return told(person, kept, by_field([found]), 422)


@guards.page(blueprint, "/me/recovery", post=True, fresh=True, back="second.form")
def recovery(person: Person) -> AnyResponse:
    """New recovery codes in place of the old ones."""
    with door().database.writing() as session:
        row = accounts.account_of(session, person.id)
        codes = second_step.recovery_codes(session, row, now()) if row is not None and row.totp is not None else []
    return shown("office/recovery.html", person, codes=codes) if codes else redirect(url_for("second.form"), 303)
