"""People of the office: invited, given roles, disabled, brought back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from flask import Response, abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from runtime.words import TONGUES, translate
from store.models.accounts import AccountRow
from store.queries import accounts as kept
from store.queries import units
from survey.faults import Fault
from survey.rights import OF_UNIT, Person
from webforms.office import guards
from webforms.office.door import door, now, today
from webforms.office.pages import by_field, shown
from webforms.office.role_words import ROLE_WORDS
from workflows import accounts, people

STATE_WORDS = {"active": "Active", "invited": "Invited", "disabled": "Disabled"}
MAIL_SUBJECT = "Your account in the office of Hailong"
MAIL_BODY = (
    "Dear %(name)s,\n\nyou can now sign in to the office of Hailong. Please open this link within three days and set "
    "your password; it can be used once:\n\n%(link)s\n\nIf you did not expect this mail, please tell whoever runs the "
    "office and do not open the link.\n"
)
blueprint, GUARD = guards.guarded("people", __name__, "manage_people")


@guards.page(blueprint, "/people")
def listed(person: Person) -> Response:
    """Everybody who has or had an account, and the form for one more."""
    return told_all(person, {}, {}, 200)


def told_all(person: Person, typed: Mapping[str, str], faults: Mapping[str, Fault], status: int) -> Response:
    """The list with what was typed into the form."""
    with door().database.reading() as session:
        cards, choices = people.cards(session), unit_choices(session)
    words = {"cards": cards, "units": choices, "typed": typed, "faults": faults, **named(person)}
    return shown("office/people.html", person, status, **words)


def named(person: Person) -> dict[str, object]:
    """The words that these pages need."""
    roles = [(role, translate(words, person.language)) for role, words in ROLE_WORDS.items()]
    tongues = tuple(TONGUES.items())
    return {"roles": ROLE_WORDS, "choices": roles, "states": STATE_WORDS, "tongues": tongues, "of_unit": OF_UNIT}


def unit_choices(session: Session) -> list[tuple[str, str]]:
    """The units that somebody can be put in charge of."""
    return [(row.code, f"{row.name} ({row.code})") for row in units.units_on(session, today())]


@guards.page(blueprint, "/people", post=True)
def invite(person: Person) -> AnyResponse:
    """Invite somebody: by mail, and by the link that is shown this once."""
    typed = {name: request.form.get(name, "") for name in ("email", "name", "role", "unit", "language")}
    with door().database.writing(in_turn=True) as session:
        found = accounts.invite(session, **typed, at=now(), actor=person.email)
        if isinstance(found, str):
            accounts.send(session, typed["email"], found, mailed, now())
    if not isinstance(found, str):
        return told_all(person, typed, told(found, person.language), 422)
    return linked(person, typed["email"], found)


def told(faults: Sequence[Fault], language: str) -> dict[str, Fault]:
    """Faults by field; roles are named as people name them."""
    names = {role: translate(words, language) for role, words in ROLE_WORDS.items()}
    roles = [{name: names.get(fact, fact) for name, fact in fault.facts.items()} for fault in faults]
    return by_field([replace(fault, facts=facts) for fault, facts in zip(faults, roles, strict=True)])


def mailed(row: AccountRow, code: str) -> tuple[str, str]:
    """Subject and words of the mail, in the language of whoever gets it."""
    words = translate(MAIL_BODY, row.language) % {"name": row.name, "link": link_of(code)}
    return translate(MAIL_SUBJECT, row.language), words


def link_of(code: str) -> str:
    """The address under which a password is set."""
    return f"{door().settings.office_url}/welcome/{code}"


def linked(person: Person, email: str, code: str) -> Response:
    """The link, shown once."""
    sent = bool(door().settings.smtp_url)
    return shown("office/invited.html", person, email=email.strip().lower(), link=link_of(code), sent=sent)


def held(session: Session, number: int) -> AccountRow:
    """The account of an address; 404 where there is none."""
    row = kept.account_of(session, number)
    if row is None:
        abort(404)
    return row


@guards.page(blueprint, "/people/<int:number>")
def one(person: Person, number: int) -> Response:
    """One person: roles, state, what can be done."""
    return told_one(person, number, {}, {}, 200)


def told_one(
    person: Person, number: int, typed: Mapping[str, str], faults: Mapping[str, Fault], status: int
) -> Response:
    """The page of a person with what was typed."""
    with door().database.reading() as session:
        card, choices = people.card(session, number), unit_choices(session)
    if card is None:
        abort(404)
    words = {"card": card, "units": choices, "typed": typed, "faults": faults, **named(person)}
    return shown("office/person.html", person, status, own=card.id == person.id, **words)


def changed(person: Person, number: int, change: Callable[[Session, AccountRow], Fault | None]) -> AnyResponse:
    """Make a change to somebody's account, and show it, or why it was not made."""
    with door().database.writing(in_turn=True) as session:
        fault = change(session, held(session, number))
    if fault is not None:
        return told_one(person, number, request.form, told([fault], person.language), 422)
    return redirect(url_for("people.one", number=number), 303)


@guards.page(blueprint, "/people/<int:number>/roles", post=True)
def give(person: Person, number: int) -> AnyResponse:
    """Give a role more."""
    role, unit = request.form.get("role", ""), request.form.get("unit", "")
    return changed(
        person, number, lambda session, row: accounts.give_role(session, row, role, unit, now(), person.email)
    )


@guards.page(blueprint, "/people/<int:number>/roles/drop", post=True)
def take(person: Person, number: int) -> AnyResponse:
    """Take a role away."""
    role, unit = request.form.get("role", ""), request.form.get("unit", "")
    return changed(
        person, number, lambda session, row: accounts.take_role(session, row, role, unit, now(), person.email)
    )


@guards.page(blueprint, "/people/<int:number>/disable", post=True)
def disable(person: Person, number: int) -> AnyResponse:
    """Let somebody sign in no more."""

    def change(session: Session, row: AccountRow) -> Fault | None:
        done = accounts.disable(session, row.email, now(), person.email)
        return done if isinstance(done, Fault) else None

    return changed(person, number, change)


@guards.page(blueprint, "/people/<int:number>/enable", post=True)
def enable(person: Person, number: int) -> AnyResponse:
    """Let somebody sign in again."""
    return changed(person, number, lambda session, row: accounts.enable(session, row, now(), person.email))


@guards.page(blueprint, "/people/<int:number>/reset", post=True)
def reset(person: Person, number: int) -> AnyResponse:
    """Send a new link: for who lost password or telephone, or whom the first mail did not reach."""
    with door().database.writing(in_turn=True) as session:
        row = held(session, number)
        found = accounts.reset(session, row, now(), person.email)
        if isinstance(found, str):
            accounts.send(session, row.email, found, mailed, now())
    if isinstance(found, Fault):
        return told_one(person, number, {}, told([found], person.language), 422)
    return linked(person, row.email, found)
