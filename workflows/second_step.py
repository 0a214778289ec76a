"""The second step of signing in: codes of a telephone, and recovery codes for when it is not at hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from pyotp import TOTP
from sqlalchemy.orm import Session

from store.models.accounts import AccountCodeRow, AccountRow
from store.queries import accounts, audit
from survey.faults import Fault

ISSUER = "Hailong"
SALT_BYTES, SECRET_BYTES = 16, 20
STEP_S = 30
LATE_STEPS = 1  # clocks of telephones go wrong by as much
RECOVERY_CODES = 10
KEPT_FOR = timedelta(days=3650)


def secret_of(key: str, account_id: int, salt: bytes) -> str:
    """What the telephone shares with us. It follows from SECRET_KEY and the salt, so that no database holds it."""
    told = b"second step %d " % account_id + salt
    return base64.b32encode(hmac.digest(key.encode(), told, "sha256")[:SECRET_BYTES]).decode()


def new_salt() -> bytes:
    """The salt of a new secret."""
    return secrets.token_bytes(SALT_BYTES)


def address_of(key: str, row_id: int, email: str, salt: bytes) -> str:
    """What the code on the page tells the telephone; the name is cut so that it goes into a small code."""
    totp = TOTP(secret_of(key, row_id, salt))
    return totp.provisioning_uri(name=email[:40], issuer_name=ISSUER)


def step_of(key: str, account_id: int, salt: bytes, code: str, at: datetime) -> int | None:
    """The time step whose code this is, None for no code of about now."""
    totp, now = TOTP(secret_of(key, account_id, salt)), int(at.timestamp()) // STEP_S
    found = None
    for step in range(now - LATE_STEPS, now + LATE_STEPS + 1):
        if hmac.compare_digest(totp.at(step * STEP_S).encode(), code.encode()):
            found = step
    return found


def enrol(
    session: Session, key: str, account_id: int, place: bytes, salt: bytes, code: str, at: datetime
) -> list[str] | Fault:
    """Take a telephone that shows the right code; gives the recovery codes, which are told this once."""
    row = session.get_one(AccountRow, account_id)
    if len(salt) != SALT_BYTES:
        return Fault("code_wrong", "code", {})
    step = step_of(key, row.id, salt, written(code), at)
    if step is None or step <= row.totp_step:
        return Fault("code_wrong", "code", {})
    row.totp, row.totp_step = salt, step
    audit.note(session, at=at, actor=row.email, act="second step set", subject=row.email)
    accounts.sign_out_everywhere(session, row.id, save=place)
    return recovery_codes(session, row, at)


def recovery_codes(session: Session, row: AccountRow, at: datetime) -> list[str]:
    """New recovery codes in place of the old ones; only their hashes are kept."""
    accounts.drop_codes(session, row.id, "recovery")
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(
        AccountCodeRow(
            digest=recovery_digest(row.id, code), account_id=row.id, purpose="recovery", expires_at=at + KEPT_FOR
        )
        for code in codes
    )
    audit.note(session, at=at, actor=row.email, act="recovery codes made", subject=row.email)
    return codes


def new_recovery_code() -> str:
    """Sixteen signs in fours, easy to read from paper."""
    signs = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(signs[at : at + 4] for at in range(0, 16, 4))


def recovery_digest(account_id: int, code: str) -> bytes:
    """The hash under which a recovery code is kept."""
    return hashlib.sha256(f"{account_id} {written(code)}".encode()).digest()


def written(code: str) -> str:
    """A code as it was typed, without spaces and lines between its signs.

    >>> written(" 123 456 "), written("ABCD-efgh")
    ('123456', 'abcdefgh')
    """
    return "".join(sign for sign in code.lower()[:60] if sign.isalnum())


def passes(session: Session, key: str, row: AccountRow, code: str, at: datetime) -> bool:
    """Whether a code of the telephone, or a recovery code, lets somebody in; each does so once."""
    if row.totp is None:
        return False
    step = step_of(key, row.id, row.totp, written(code), at)
    if step is not None:
        return accounts.use_step(session, row.id, step)
    if not accounts.use_code(session, recovery_digest(row.id, code), row.id, at):
        return False
    facts = {"left": accounts.codes_left(session, row.id, "recovery")}
    audit.note(session, at=at, actor=row.email, act="recovery code used", subject=row.email, facts=facts)
    return True


def drop(session: Session, row: AccountRow) -> None:
    """Take the telephone and the recovery codes away from an account."""
    row.totp = None
    accounts.drop_codes(session, row.id, "recovery")
