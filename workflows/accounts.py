"""People of the office: invited, given roles, disabled, brought back; every act is written down."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from store.models.accounts import WHOLE, AccountCodeRow, AccountGrantRow, AccountRow
from store.queries import accounts, audit, units
from survey.faults import Fault, shown
from survey.rights import OF_UNIT, ROLES
from workflows import mail, second_step
from workflows.passwords import HASHER, faults_of, plain
from workflows.sign_ins import SignedIn, digest_of

INVITED_FOR = timedelta(days=3)
INVITATION = "invitation"
LANGUAGES = ("vi", "en")
Worded = Callable[[AccountRow, str], tuple[str, str]]  # account and code → subject and words of the mail


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who can set a password by a code that is told once."""

    account_id: int
    email: str
    code: str


def invite(
    session: Session, email: str, name: str, role: str, unit: str, at: datetime, actor: str, language: str = "vi"
) -> str | Sequence[Fault]:
    """Add somebody with a role, and give the one-time code by which a password is set; or everything that is wrong."""
    email, name = email.strip().lower(), " ".join(name.split())[:120]
    grant = granted(session, role, unit)
    faults = [grant] if isinstance(grant, Fault) else []
    if not mail.ADDRESS.fullmatch(email):
        faults.insert(0, Fault("address_form", "email", {"found": shown(email)}))
    elif accounts.account(session, email) is not None:
        faults.insert(0, Fault("account_exists", "email", {"found": shown(email)}))
    if not name:
        faults.insert(1, Fault("name_missing", "name", {}))
    if isinstance(grant, Fault) or faults:
        return faults
    row = AccountRow(email=email, name=name, language=language if language in LANGUAGES else "vi", added_at=at)
    session.add(row)
    session.flush()
    session.add(AccountGrantRow(account_id=row.id, role=role, unit_id=grant))
    facts = {"role": role, "unit": unit or "–"}
    audit.note(session, at=at, actor=actor, act="person added", subject=email, facts=facts)
    return new_code(session, row.id, at + INVITED_FOR)


def send(session: Session, email: str, code: str, worded: Worded, at: datetime) -> Invited:
    """Queue the mail with somebody's link."""
    row = accounts.account(session, email.strip().lower())
    if row is None:
        raise LookupError("no such account")
    subject, words = worded(row, code)
    mail.queue_once(session, INVITATION, row.email, row.language, subject, words, at, digest_of(code).hex())
    return Invited(row.id, row.email, code)


def granted(session: Session, role: str, unit: str) -> int | Fault:
    """The unit that a role is held for, by its id; WHOLE for roles of the whole province."""
    if role not in ROLES:
        return Fault("unknown_role", "role", {"found": shown(role), "known": ", ".join(ROLES)})
    if role not in OF_UNIT:
        return WHOLE if not unit else Fault("role_of_province", "unit", {"role": role})
    found = units.unit(session, unit) if unit else None
    return found.id if found is not None else Fault("role_of_unit", "unit", {"role": role, "found": shown(unit)})


def new_code(session: Session, account_id: int, expires_at: datetime) -> str:
    """A one-time code in place of earlier ones; only its hash is kept."""
    accounts.drop_codes(session, account_id, INVITATION)
    code = secrets.token_urlsafe(24)
    session.add(
        AccountCodeRow(digest=digest_of(code), account_id=account_id, purpose=INVITATION, expires_at=expires_at)
    )
    return code


def accept(session: Session, code: str, password: str, again: str, at: datetime) -> str | Sequence[Fault]:
    """Set the password of whoever was invited by that code, which is used up by it; gives the mail address."""
    kept = accounts.code(session, digest_of(code), at)
    row = accounts.account_of(session, kept.account_id) if kept is not None and kept.purpose == INVITATION else None
    if row is None or row.disabled_at is not None:
        return [Fault("code_used", "code", {})]
    faults = faults_of(password, again, row.email, row.name)
    if faults:
        return faults
    row.password = HASHER.hash(plain(password))
    accounts.drop_codes(session, row.id, INVITATION)
    accounts.sign_out_everywhere(session, row.id)
    audit.note(session, at=at, actor=row.email, act="password set", subject=row.email)
    return row.email


def change_password(
    session: Session, signed: SignedIn, wrong: Fault | None, password: str, again: str, at: datetime
) -> Sequence[Fault]:
    """Change one's own password; everywhere else one is signed out by that. `wrong` is what the old one came to."""
    row = session.get_one(AccountRow, signed.person.id)
    faults = [] if wrong is None else [replace(wrong, where="old")]
    faults += faults_of(password, again, row.email, row.name)
    if faults:
        return faults
    row.password = HASHER.hash(plain(password))
    accounts.sign_out_everywhere(session, row.id, save=signed.digest)
    audit.note(session, at=at, actor=row.email, act="password changed", subject=row.email)
    return ()


def change_self(session: Session, signed: SignedIn, name: str, language: str, at: datetime) -> Sequence[Fault]:
    """Change one's own name and language."""
    name = " ".join(name.split())[:120]
    faults = [] if name else [Fault("name_missing", "name", {})]
    if language not in LANGUAGES:
        faults.append(Fault("office_language", "language", {"found": shown(language), "known": ", ".join(LANGUAGES)}))
    if faults:
        return faults
    row = session.get_one(AccountRow, signed.person.id)
    row.name, row.language = name, language
    audit.note(session, at=at, actor=row.email, act="own data changed", subject=row.email)
    return ()


def give_role(session: Session, row: AccountRow, role: str, unit: str, at: datetime, actor: str) -> Fault | None:
    """Give somebody a role more; what they see changes, so they sign in anew."""
    if row.email == actor:
        return Fault("own_account", "role", {})
    grant = granted(session, role, unit)
    if isinstance(grant, Fault):
        return grant
    if any((each.role, each.unit_id) == (role, grant) for each in accounts.grants(session, row.id)):
        return Fault("role_held", "role", {"role": role})
    session.add(AccountGrantRow(account_id=row.id, role=role, unit_id=grant))
    accounts.sign_out_everywhere(session, row.id)
    facts = {"role": role, "unit": unit or "–"}
    audit.note(session, at=at, actor=actor, act="role given", subject=row.email, facts=facts)
    return None


def take_role(session: Session, row: AccountRow, role: str, unit: str, at: datetime, actor: str) -> Fault | None:
    """Take a role from somebody; never the last administrator's, and never one's own."""
    codes = {each.id: each.code for each in units.units(session)}
    held = [each for each in accounts.grants(session, row.id) if each.role == role]
    found = next((each for each in held if codes.get(each.unit_id, "") == unit), None)
    if found is None:
        return Fault("role_not_held", "role", {"role": shown(role)})
    kept = kept_back(session, row, actor, demotes=role == "administrator")
    if kept is not None:
        return kept
    session.delete(found)
    accounts.sign_out_everywhere(session, row.id)
    facts = {"role": role, "unit": unit or "–"}
    audit.note(session, at=at, actor=actor, act="role taken", subject=row.email, facts=facts)
    return None


def kept_back(session: Session, row: AccountRow, actor: str, *, demotes: bool = True) -> Fault | None:
    """What keeps somebody from being disabled, demoted or reset."""
    if row.email == actor:
        return Fault("own_account", "role", {})
    if demotes and accounts.active_administrators(session) == {row.id}:
        return Fault("last_administrator", "role", {})
    return None


def disable(session: Session, email: str, at: datetime, actor: str) -> AccountRow | Fault:
    """Let somebody sign in no more, and end where they are signed in; the account stays for what it has done."""
    row = accounts.account(session, email.strip().lower())
    if row is None:
        return Fault("unknown_account", "email", {"found": shown(email)})
    kept = kept_back(session, row, actor)
    if kept is not None:
        return kept
    if row.disabled_at is None:
        row.disabled_at = at
        accounts.sign_out_everywhere(session, row.id)
        accounts.drop_codes(session, row.id, INVITATION)
        audit.note(session, at=at, actor=actor, act="person disabled", subject=row.email)
    return row


def enable(session: Session, row: AccountRow, at: datetime, actor: str) -> None:
    """Let somebody sign in again."""
    if row.disabled_at is not None:
        row.disabled_at = None
        audit.note(session, at=at, actor=actor, act="person enabled", subject=row.email)


def reset(session: Session, row: AccountRow, at: datetime, actor: str) -> str | Fault:
    """A new link in place of password, telephone and recovery codes; for who lost one of them, or the first mail."""
    if row.email == actor:
        return Fault("own_account", "role", {})
    if row.disabled_at is not None:
        return Fault("account_disabled", "role", {})
    second_step.drop(session, row)
    row.password = None
    accounts.sign_out_everywhere(session, row.id)
    audit.note(session, at=at, actor=actor, act="link sent", subject=row.email)
    return new_code(session, row.id, at + INVITED_FOR)
