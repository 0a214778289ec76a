"""The signed, expiring, random key that each form carries: it makes sending twice the same as sending once."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner
from itsdangerous.signer import SigningAlgorithm

LIFE_S = 24 * 3600
SALT = b"hailong form"
SIGNATURE_BYTES = 24
CHAT, TRIAL = "chat", "trial"
ORIGINS = ("", CHAT, TRIAL, f"{CHAT}~{TRIAL}")
TOKEN = re.compile(r"[A-Za-z0-9_~.-]{1,200}")  # what we give; base64 is read with anything between its letters


@dataclass(frozen=True, slots=True)
class FormKey:
    """A form's key as it came back: who it belongs to, when it was given, whether its time is up, whence it came."""

    token: str
    key: str
    given_at: datetime
    expired: bool
    from_chat: bool
    trial: bool = False  # given while the campaign was rehearsed: whatever comes with it is never counted


class KeyedHash(SigningAlgorithm):
    """BLAKE2 with a key (RFC 7693, 2.9): made for short messages, and half of what HMAC costs a page or a post."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """The signature of `value`."""
        return hashlib.blake2b(value, key=key, digest_size=SIGNATURE_BYTES).digest()


def form_signer(secret: str) -> TimestampSigner:
    """The signer of form keys, by a key of its own that is derived once."""
    key = hashlib.sha256(SALT + b"\0" + secret.encode()).digest()
    return TimestampSigner(key, salt=SALT, key_derivation="none", algorithm=KeyedHash())


def new_token(signer: TimestampSigner, counter_code: str, *, trial: bool = False) -> str:
    """A token for a form of that counter."""
    return token_of(signer, f"{secrets.token_hex(16)}~{counter_code}{f'~{TRIAL}' if trial else ''}")


def new_chat_key(counter_code: str, *, trial: bool = False) -> str:
    """The key of a form that is begun by chat; a token of it opens the form in a browser, with the answers so far."""
    return f"{secrets.token_hex(16)}~{counter_code}~{CHAT}{f'~{TRIAL}' if trial else ''}"


def is_trial(key: str) -> bool:
    """Whether a form's key was given on trial.

    >>> is_trial(new_chat_key("ABC", trial=True)), is_trial(new_chat_key("ABC"))
    (True, False)
    """
    return key.endswith(f"~{TRIAL}")


def token_of(signer: TimestampSigner, key: str) -> str:
    """The token that carries that key."""
    return signer.sign(key).decode()


def handover_url(public_url: str, signer: TimestampSigner, counter_code: str, key: str) -> str:
    """The address under which the form of that key goes on in a browser; it opens it and uses nothing up."""
    return f"{public_url}/c/{counter_code}/on/{token_of(signer, key)}"


def read_token(signer: TimestampSigner, token: str, counter_code: str) -> FormKey | None:
    """What the token says; None where it was not given by us for this counter."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        value, given_at = signer.unsign(token, max_age=LIFE_S, return_timestamp=True)
        expired = False
    except SignatureExpired as late:
        if late.payload is None or late.date_signed is None:
            return None
        value, given_at, expired = late.payload, late.date_signed, True
    except BadSignature:
        return None
    text = value.decode("ascii", "replace")
    key, _, rest = text.partition("~")
    code, _, origin = rest.partition("~")
    known = key and code == counter_code and origin in ORIGINS
    return FormKey(token, text, given_at, expired, origin.startswith(CHAT), is_trial(text)) if known else None
