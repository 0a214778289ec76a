"""People of the office: found by address or by where they are signed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
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


def failures(session: Session, digest: bytes, since: datetime) -> int:
    """How often signing in has failed under that hash."""
    counted = select(func.count()).where(FailedSignInRow.digest == digest, FailedSignInRow.at > since)
    return session.scalar(counted) or 0


def forget_ended(session: Session, at: datetime, failed_before: datetime) -> None:
    """Delete what has ended: signed-in places, codes, and attempts that nobody counts any more."""
    session.execute(delete(SignInRow).where(SignInRow.ends_at <= at))
    session.execute(delete(AccountCodeRow).where(AccountCodeRow.expires_at <= at))
    session.execute(delete(FailedSignInRow).where(FailedSignInRow.at <= failed_before))
