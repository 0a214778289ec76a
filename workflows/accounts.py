"""People of the office: invited, signed in and out, disabled; every act is written down."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.orm import Session

from store.models.accounts import WHOLE, AccountCodeRow, AccountGrantRow, AccountRow, FailedSignInRow, SignInRow
from store.queries import accounts, audit, units
from survey.faults import Fault, shown
from survey.rights import OF_UNIT, ROLES, Grant, Person

LASTS = timedelta(hours=8)  # a place where somebody is signed in, at the longest
INVITED_FOR = timedelta(days=3)
COUNTED_FOR = timedelta(minutes=15)
FAILURES_OF_ACCOUNT, FAILURES_OF_ADDRESS = 5, 30
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
HASHER = PasswordHasher()
NOBODY = HASHER.hash("nobody has this password")  # checked where there is no account: it takes as long


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in: who it is, and when the password was last given."""

    person: Person
    digest: bytes
    proved_at: datetime


def digest_of(token: str) -> bytes:
    """The hash under which a token or code is kept."""
    return hashlib.sha256(token.encode()).digest()


def plain(password: str) -> str:
    """A password as it is hashed and checked: keyboards write the same letters in two ways."""
    return normalize("NFKC", password)


def invite(
    session: Session, email: str, name: str, role: str, unit: str, at: datetime, actor: str, language: str = "vi"
) -> str | Sequence[Fault]:
    """Add somebody with a role, and give the one-time code by which a password is set; or everything that is wrong."""
    email, name = email.strip().lower(), " ".join(name.split())
    grant = granted(session, role, unit)
    faults = [grant] if isinstance(grant, Fault) else []
    if email.count("@") != 1 or not email.isascii() or email.startswith("@") or email.endswith("@") or " " in email:
        faults.append(Fault("address_form", "email", {"found": shown(email)}))
    elif accounts.account(session, email) is not None:
        faults.append(Fault("account_exists", "email", {"found": shown(email)}))
    if not name:
        faults.append(Fault("name_missing", "name", {}))
    if isinstance(grant, Fault) or faults:
        return faults
    row = AccountRow(email=email, name=name, language=language, added_at=at)
    session.add(row)
    session.flush()
    session.add(AccountGrantRow(account_id=row.id, role=role, unit_id=grant))
    audit.note(
        session, at=at, actor=actor, act="person added", subject=email, facts={"role": role, "unit": unit or "–"}
    )
    return new_code(session, row.id, "invitation", at + INVITED_FOR)


def granted(session: Session, role: str, unit: str) -> int | Fault:
    """The unit that a role is held for, by its id; WHOLE for roles of the whole province."""
    if role not in ROLES:
        return Fault("unknown_role", "role", {"found": shown(role), "known": ", ".join(ROLES)})
    if role not in OF_UNIT:
        return WHOLE if not unit else Fault("role_of_province", "unit", {"role": role})
    found = units.unit(session, unit) if unit else None
    return found.id if found is not None else Fault("role_of_unit", "unit", {"role": role, "found": shown(unit)})


def new_code(session: Session, account_id: int, purpose: str, expires_at: datetime) -> str:
    """A one-time code in place of earlier ones; only its hash is kept."""
    accounts.drop_codes(session, account_id, purpose)
    code = secrets.token_urlsafe(24)
    session.add(AccountCodeRow(digest=digest_of(code), account_id=account_id, purpose=purpose, expires_at=expires_at))
    return code


def accept(session: Session, code: str, password: str, again: str, at: datetime) -> str | Sequence[Fault]:
    """Set the password of whoever was invited by that code, which is used up by it; gives the mail address."""
    kept = accounts.code(session, digest_of(code), at)
    if kept is None or kept.purpose != "invitation":
        return [Fault("code_used", "code", {})]
    row = session.get_one(AccountRow, kept.account_id)
    faults = password_faults(password, again, row)
    if faults:
        return faults
    row.password = HASHER.hash(plain(password))
    accounts.drop_codes(session, row.id, "invitation")
    accounts.sign_out_everywhere(session, row.id)
    audit.note(session, at=at, actor=row.email, act="password set", subject=row.email)
    return row.email


def password_faults(password: str, again: str, row: AccountRow) -> list[Fault]:
    """What is wrong with a password that somebody wants."""
    faults = []
    if not SHORTEST_PASSWORD <= len(plain(password)) <= LONGEST_PASSWORD:
        facts = {"shortest": str(SHORTEST_PASSWORD), "longest": str(LONGEST_PASSWORD)}
        faults.append(Fault("password_length", "password", facts))
    if password != again:
        faults.append(Fault("passwords_differ", "again", {}))
    return faults


def sign_in(session: Session, email: str, password: str, address: bytes, at: datetime) -> str | Fault:
    """A token for a new place where somebody is signed in; `address` is the keyed hash of whence it is tried."""
    email = email.strip().lower()
    tried = digest_of(email)
    since = at - COUNTED_FOR
    if (
        accounts.failures(session, tried, since) >= FAILURES_OF_ACCOUNT
        or accounts.failures(session, address, since) >= FAILURES_OF_ADDRESS
    ):
        return Fault("too_many_attempts", "email", {"minutes": str(COUNTED_FOR.seconds // 60)})
    row = accounts.account(session, email)
    if not proves(row, password) or row is None or row.disabled_at is not None:
        session.add_all(FailedSignInRow(digest=digest, at=at) for digest in (tried, address))
        audit.note(session, at=at, actor=shown(email), act="sign-in refused", subject="office")
        return Fault("sign_in_refused", "email", {})
    token = secrets.token_urlsafe(32)
    session.add(SignInRow(digest=digest_of(token), account_id=row.id, begun_at=at, proved_at=at, ends_at=at + LASTS))
    audit.note(session, at=at, actor=row.email, act="signed in", subject="office")
    return token


def proves(row: AccountRow | None, password: str) -> bool:
    """Whether this is the password of an account; it takes as long where there is no account."""
    kept = row.password if row is not None and row.password else NOBODY
    try:
        return HASHER.verify(kept, plain(password)[:LONGEST_PASSWORD]) and kept is not NOBODY
    except VerificationError:
        return False


def signed_in(session: Session, token: str, at: datetime) -> SignedIn | None:
    """Who is signed in by that token; None where nobody is any more."""
    digest = digest_of(token)
    found = accounts.signed_in(session, digest, at)
    if found is None:
        return None
    row, place = found
    return SignedIn(person_of(session, row), digest, place.proved_at)


def person_of(session: Session, row: AccountRow) -> Person:
    """The person of an account, with the units that each role reaches."""
    held = accounts.grants(session, row.id)
    return Person(row.id, row.email, row.name, row.language, tuple(grant_of(session, each) for each in held))


def grant_of(session: Session, row: AccountGrantRow) -> Grant:
    """A role with the ids of the units that it is held for: the unit and all below it."""
    return Grant(row.role, None if row.unit_id == WHOLE else units.with_those_below(session, row.unit_id))


def prove(session: Session, signed: SignedIn, password: str, at: datetime) -> bool:
    """Take the password once more, before what cannot be undone."""
    row = session.get_one(AccountRow, signed.person.id)
    since = at - COUNTED_FOR
    tried = digest_of(row.email)
    if accounts.failures(session, tried, since) >= FAILURES_OF_ACCOUNT or not proves(row, password):
        session.add(FailedSignInRow(digest=tried, at=at))
        audit.note(session, at=at, actor=row.email, act="password refused", subject="office")
        return False
    session.get_one(SignInRow, signed.digest).proved_at = at
    return True


def sign_out(session: Session, signed: SignedIn, at: datetime) -> None:
    """End the place where somebody is signed in."""
    accounts.sign_out(session, signed.digest)
    audit.note(session, at=at, actor=signed.person.email, act="signed out", subject="office")


def disable(session: Session, email: str, at: datetime, actor: str) -> AccountRow | Fault:
    """Let somebody sign in no more, and end where they are signed in; the account stays for what it has done."""
    row = accounts.account(session, email.strip().lower())
    if row is None:
        return Fault("unknown_account", "email", {"found": shown(email)})
    if row.disabled_at is None:
        row.disabled_at = at
        accounts.sign_out_everywhere(session, row.id)
        accounts.drop_codes(session, row.id, "invitation")
        audit.note(session, at=at, actor=actor, act="person disabled", subject=row.email)
    return row
