"""People of the office: who they are, which roles they hold, where they are signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Moment

WHOLE = 0  # stands for the whole province in unique keys, for NULL is never equal to NULL


class AccountRow(Base):
    """Somebody who may sign in to the office; who is disabled stays, for acts bear the name."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("language IN ('vi', 'en')", name="language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # in lower case
    name: Mapped[str]
    language: Mapped[str]
    password: Mapped[str | None]  # argon2id; None until the invitation has been accepted
    totp: Mapped[bytes | None] = mapped_column(LargeBinary)  # a salt: the secret follows from it and SECRET_KEY
    totp_step: Mapped[int] = mapped_column(server_default="0")  # of the newest code: each is taken once
    added_at: Mapped[datetime] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)


class AccountGrantRow(Base):
    """A role that somebody holds, for a unit and those below it, or for the whole province."""

    __tablename__ = "account_grant"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)  # WHOLE, or the id of a unit


class AccountCodeRow(Base):
    """A code that can be used once: an invitation, a new password, or one of the recovery codes; only its hash."""

    __tablename__ = "account_code"
    __table_args__ = (CheckConstraint("purpose IN ('invitation', 'recovery')", name="purpose"),)

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(Moment)


class SignInRow(Base):
    """Where somebody is signed in; gone at sign-out, and when account, password or roles change."""

    __tablename__ = "sign_in"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(Moment)
    proved_at: Mapped[datetime] = mapped_column(Moment)  # when the password was last given
    ends_at: Mapped[datetime] = mapped_column(Moment, index=True)


class FailedSignInRow(Base):
    """One attempt that failed, for an hour, under a keyed hash of the account's name or of the address."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index("ix_failed_sign_in_counted", "digest", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
