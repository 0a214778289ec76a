"""People of the office: found by address or by where they are signed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.orm import Session

from store.models.accounts import AccountCodeRow, AccountGrantRow, AccountRow, FailedSignInRow, SignInRow


def account(session: Session, email: str) -> AccountRow | None:
    """The account of that address, which is given in lower case."""
    return session.scalar(select(AccountRow).where(AccountRow.email == email))


def accounts(session: Session) -> Sequence[AccountRow]:
    """Everybody, by name; also those who are disabled."""
    return session.scalars(select(AccountRow).order_by(AccountRow.name, AccountRow.email)).all()


def grants(session: Session, account_id: int) -> Sequence[AccountGrantRow]:
    """The roles that somebody holds."""
    held = select(AccountGrantRow).where(AccountGrantRow.account_id == account_id)
    return session.scalars(held.order_by(AccountGrantRow.role, AccountGrantRow.unit_id)).all()


def code(session: Session, digest: bytes, at: datetime) -> AccountCodeRow | None:
    """A one-time code that is still good."""
    return session.scalar(select(AccountCodeRow).where(AccountCodeRow.digest == digest, AccountCodeRow.expires_at > at))


def drop_codes(session: Session, account_id: int, purpose: str) -> None:
    """Take away the codes of somebody for that purpose."""
    session.execute(
        delete(AccountCodeRow).where(AccountCodeRow.account_id == account_id, AccountCodeRow.purpose == purpose)
    )


def signed_in(session: Session, digest: bytes, at: datetime) -> tuple[AccountRow, SignInRow] | None:
    """Who is signed in there, as long as that lasts and the account is not disabled."""
    found = session.execute(
        select(AccountRow, SignInRow)
        .join(SignInRow, SignInRow.account_id == AccountRow.id)
        .where(SignInRow.digest == digest, SignInRow.ends_at > at, AccountRow.disabled_at.is_(None))
    ).first()
    return (found[0], found[1]) if found is not None else None


def sign_out_everywhere(session: Session, account_id: int, save: bytes = b"") -> None:
    """End every place where somebody is signed in, save perhaps the one at hand."""
    session.execute(delete(SignInRow).where(SignInRow.account_id == account_id, SignInRow.digest != save))


def sign_out(session: Session, digest: bytes) -> None:
    """End one place where somebody is signed in."""
    session.execute(delete(SignInRow).where(SignInRow.digest == digest))


def take_turns(session: Session, digests: Sequence[bytes]) -> None:
    """Wait until nobody else tries to sign in under these hashes, and keep the turn; SQLite has one writer anyway.

    Otherwise many attempts sent at once would each find none before them.
    """
    if session.connection().dialect.name == "postgresql":
        for digest in sorted(digests):
            session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(digest[:8], signed=True))))


def failures(session: Session, digest: bytes, since: datetime) -> int:
    """How often signing in has failed under that hash."""
    counted = select(func.count()).where(FailedSignInRow.digest == digest, FailedSignInRow.at > since)
    return session.scalar(counted) or 0


def forget_ended(connection: Connection, at: datetime, failed_before: datetime) -> int:
    """Delete what has ended: signed-in places, codes, and attempts that nobody counts any more; gives how many."""
    ended = (
        delete(SignInRow).where(SignInRow.ends_at <= at),
        delete(AccountCodeRow).where(AccountCodeRow.expires_at <= at),
        delete(FailedSignInRow).where(FailedSignInRow.at <= failed_before),
    )
    return sum(connection.execute(each).rowcount for each in ended)


def account_of(session: Session, account_id: int) -> AccountRow | None:
    """The account of that number."""
    return session.get(AccountRow, account_id)


def use_step(session: Session, account_id: int, step: int) -> bool:
    """Take a code of the telephone, once: whether it is newer than every one that was taken before."""
    taken = update(AccountRow).where(AccountRow.id == account_id, AccountRow.totp_step < step).values(totp_step=step)
    return bool(session.execute(taken.returning(AccountRow.id)).first())


def use_code(session: Session, digest: bytes, account_id: int, at: datetime) -> bool:
    """Take a recovery code, once."""
    here = (AccountCodeRow.digest == digest, AccountCodeRow.account_id == account_id, AccountCodeRow.expires_at > at)
    gone = delete(AccountCodeRow).where(*here, AccountCodeRow.purpose == "recovery").returning(AccountCodeRow.digest)
    return bool(session.execute(gone).first())


def codes_left(session: Session, account_id: int, purpose: str) -> int:
    """How many codes somebody has for that purpose."""
    here = (AccountCodeRow.account_id == account_id, AccountCodeRow.purpose == purpose)
    return session.scalar(select(func.count()).where(*here)) or 0


def active_administrators(session: Session) -> frozenset[int]:
    """The numbers of those who administer, can sign in and are not disabled."""
    held = select(AccountGrantRow.account_id).join(AccountRow, AccountRow.id == AccountGrantRow.account_id)
    able = (AccountRow.disabled_at.is_(None), AccountRow.password.is_not(None))
    return frozenset(session.scalars(held.where(AccountGrantRow.role == "administrator", *able)))


def forget_failures(session: Session, digests: Sequence[bytes]) -> None:
    """Count from nothing again: whoever knows the password has come in."""
    session.execute(delete(FailedSignInRow).where(FailedSignInRow.digest.in_(digests)))


def all_grants(session: Session) -> dict[int, list[AccountGrantRow]]:
    """Everybody's roles, by the number of the account."""
    found: dict[int, list[AccountGrantRow]] = {}
    for row in session.scalars(select(AccountGrantRow).order_by(AccountGrantRow.role, AccountGrantRow.unit_id)):
        found.setdefault(row.account_id, []).append(row)
    return found


def places(session: Session, account_id: int, at: datetime) -> Sequence[SignInRow]:
    """Where somebody is signed in, the newest first."""
    here = select(SignInRow).where(SignInRow.account_id == account_id, SignInRow.ends_at > at)
    return session.scalars(here.order_by(SignInRow.begun_at.desc())).all()


def standing(session: Session, at: datetime, since: datetime) -> tuple[int, int, int]:
    """How many accounts can sign in, how many places are signed in, how many attempts failed since then."""
    able = select(func.count()).select_from(AccountRow)
    able = able.where(AccountRow.disabled_at.is_(None), AccountRow.password.is_not(None))
    inside = select(func.count()).select_from(SignInRow).where(SignInRow.ends_at > at)
    refused = select(func.count()).select_from(FailedSignInRow).where(FailedSignInRow.at > since)
    return (session.scalar(able) or 0, session.scalar(inside) or 0, session.scalar(refused) or 0)
