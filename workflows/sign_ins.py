"""In and out of the office: first and second step, throttles, where somebody is signed in, the password once more."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from store.models.accounts import WHOLE, AccountGrantRow, AccountRow, FailedSignInRow, SignInRow
from store.queries import accounts, audit, units
from survey.faults import Fault
from survey.rights import Grant, Person
from workflows import second_step
from workflows.passwords import proves

LASTS = timedelta(hours=8)  # a place where somebody is signed in, at the longest
COUNTED_FOR = timedelta(minutes=15)
MOST_TOGETHER = 5  # attempts at one account from one address, or from one browser that has been in it before
MOST_FROM_ADDRESS, MOST_AT_ACCOUNT = 30, 30


@dataclass(frozen=True, slots=True)
class Whence:
    """Whence somebody tries: the keyed hash of the address, and of a browser that has been in this account before.

    Such a browser is held only to its own attempts: whoever types wrong passwords elsewhere cannot lock its owner out.
    """

    address: bytes
    browser: bytes = b""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in: who it is, when the password was last given, whether there is a second step."""

    person: Person
    digest: bytes
    proved_at: datetime
    has_second: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """The first step is done: the account, and a seal that holds until its password changes."""

    account_id: int
    email: str
    has_second: bool
    seal: str


def digest_of(token: str) -> bytes:
    """The hash under which a token or code is kept."""
    return hashlib.sha256(token.encode()).digest()


def counted(email: str, whence: Whence) -> tuple[tuple[bytes, int], ...]:
    """Under which hashes attempts are counted, and how many there may be."""
    name = email.encode()
    if whence.browser:
        return ((hashlib.sha256(b"browser" + whence.browser + name).digest(), MOST_TOGETHER),)
    return (
        (hashlib.sha256(b"together" + whence.address + name).digest(), MOST_TOGETHER),
        (hashlib.sha256(b"account" + name).digest(), MOST_AT_ACCOUNT),
        (whence.address, MOST_FROM_ADDRESS),
    )


def is_throttled(session: Session, email: str, whence: Whence, at: datetime) -> bool:
    """Whether there were too many attempts; others wait until this one is counted too."""
    known = counted(email, whence)
    accounts.take_turns(session, [digest for digest, _ in known])
    return any(accounts.failures(session, digest, at - COUNTED_FOR) >= most for digest, most in known)


def failed(session: Session, email: str, whence: Whence, at: datetime) -> None:
    """Count an attempt that failed."""
    session.add_all(FailedSignInRow(digest=digest, at=at) for digest, _ in counted(email, whence))


def throttled() -> Fault:
    """What somebody is told who has tried too often."""
    return Fault("too_many_attempts", "email", {"minutes": str(COUNTED_FOR.seconds // 60)})


def first_step(session: Session, email: str, password: str, whence: Whence, at: datetime) -> Passed | Fault:
    """Look at address and password; who is not known, or disabled, is told the same after the same time."""
    email = email.strip().lower()
    if is_throttled(session, email, whence, at):
        return throttled()
    row = accounts.account(session, email)
    right = proves(row.password if row is not None and row.disabled_at is None else None, password)
    if row is None or not right:
        failed(session, email, whence, at)
        # What was typed instead of an address may be a password: it is not written down.
        audit.note(session, at=at, actor=row.email if row else "–", act="sign-in refused", subject="office")
        return Fault("sign_in_refused", "email", {})
    return Passed(row.id, row.email, row.totp is not None, seal_of(row))


def seal_of(row: AccountRow) -> str:
    """Changes with the password and with the telephone."""
    return hashlib.sha256(f"{row.password} {(row.totp or b'').hex()}".encode()).hexdigest()[:32]


def second(
    session: Session, key: str, account_id: int, seal: str, code: str, whence: Whence, at: datetime
) -> Passed | Fault:
    """Look at the code of the telephone, or at a recovery code."""
    row = accounts.account_of(session, account_id)
    if row is None or row.disabled_at is not None or not hmac.compare_digest(seal, seal_of(row)):
        return Fault("sign_in_again", "code", {})
    if is_throttled(session, row.email, whence, at):
        return Fault("too_many_attempts", "code", {"minutes": str(COUNTED_FOR.seconds // 60)})
    if not second_step.passes(session, key, row, code, at):
        failed(session, row.email, whence, at)
        audit.note(session, at=at, actor=row.email, act="second step refused", subject="office")
        return Fault("code_wrong", "code", {})
    return Passed(row.id, row.email, has_second=True, seal=seal)


def enter(session: Session, passed: Passed, whence: Whence, at: datetime) -> str:
    """A token for a new place where somebody is signed in."""
    token = secrets.token_urlsafe(32)
    place = SignInRow(
        digest=digest_of(token), account_id=passed.account_id, begun_at=at, proved_at=at, ends_at=at + LASTS
    )
    session.add(place)
    accounts.forget_failures(session, [counted(passed.email, whence)[0][0]])
    audit.note(session, at=at, actor=passed.email, act="signed in", subject="office")
    return token


def signed_in(session: Session, token: str, at: datetime) -> SignedIn | None:
    """Who is signed in by that token; None where nobody is any more."""
    digest = digest_of(token)
    found = accounts.signed_in(session, digest, at)
    if found is None:
        return None
    row, place = found
    return SignedIn(person_of(session, row), digest, place.proved_at, row.totp is not None)


def person_of(session: Session, row: AccountRow) -> Person:
    """The person of an account, with the units that each role reaches."""
    held = accounts.grants(session, row.id)
    return Person(row.id, row.email, row.name, row.language, tuple(grant_of(session, each) for each in held))


def grant_of(session: Session, row: AccountGrantRow) -> Grant:
    """A role with the ids of the units that it is held for: the unit and all below it."""
    return Grant(row.role, None if row.unit_id == WHOLE else units.with_those_below(session, row.unit_id))


def prove(session: Session, signed: SignedIn, password: str, whence: Whence, at: datetime) -> Fault | None:
    """Take the password once more, before what cannot be undone."""
    row = session.get_one(AccountRow, signed.person.id)
    if is_throttled(session, row.email, whence, at):
        return Fault("too_many_attempts", "password", {"minutes": str(COUNTED_FOR.seconds // 60)})
    if not proves(row.password, password):
        failed(session, row.email, whence, at)
        audit.note(session, at=at, actor=row.email, act="password refused", subject="office")
        return Fault("password_wrong", "password", {})
    session.get_one(SignInRow, signed.digest).proved_at = at
    return None


def leave(session: Session, token: str) -> None:
    """End the place of a token, where it has one: another takes its place in the same browser."""
    accounts.sign_out(session, digest_of(token))


def sign_out(session: Session, signed: SignedIn, at: datetime) -> None:
    """End the place where somebody is signed in."""
    accounts.sign_out(session, signed.digest)
    audit.note(session, at=at, actor=signed.person.email, act="signed out", subject="office")


def sign_out_everywhere(session: Session, signed: SignedIn, at: datetime) -> None:
    """End every place where somebody is signed in."""
    accounts.sign_out_everywhere(session, signed.person.id)
    audit.note(session, at=at, actor=signed.person.email, act="signed out everywhere", subject="office")
