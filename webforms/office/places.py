"""The cookie by which a browser is known, and the token that every form of it carries."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from flask import request
from itsdangerous import BadSignature, Signer, TimestampSigner
from werkzeug.wrappers import Response as AnyResponse

from webforms.office.door import door, now
from workflows.sign_ins import Whence

IDLE = timedelta(minutes=30)
RENEWED_AFTER_S = 60
SALT = "hailong office"
BYTES = 32
HALFWAY, HALFWAY_S = "~2.", 10 * 60
KNOWN_SALT, KNOWN_S = "hailong office known", 180 * 86_400
STRANGER = "~"  # begins the token of who has not signed in; no token of who has begins with it


def signer() -> TimestampSigner:
    """The signer of the cookie, which says when it was given: whoever is idle for too long is signed out by that."""
    return TimestampSigner(door().settings.secret_key, salt=SALT, digest_method=hashlib.sha256)


def cookie_name() -> str:
    """Over TLS the browser itself holds the cookie to this host."""
    return "__Host-office" if door().settings.office_url.startswith("https://") else "office"


def token() -> tuple[str, int]:
    """The token that the browser sent and its age in seconds; an empty one where it is none of ours, or too old."""
    try:
        value, given = signer().unsign(
            request.cookies.get(cookie_name(), ""), max_age=int(IDLE.total_seconds()), return_timestamp=True
        )
    except BadSignature:
        return "", 0
    age = signer().get_timestamp() - int(given.timestamp())
    return value.decode("ascii", "replace"), age


def remember(response: AnyResponse, kept: str) -> None:
    """Let the browser keep that token, as of now."""
    response.set_cookie(
        cookie_name(),
        signer().sign(kept).decode(),
        httponly=True,
        samesite="Lax",
        secure=cookie_name().startswith("__Host-"),
        path="/",
    )


def halfway(account_id: int, seal: str) -> str:
    """A token for somebody who has given the password and not yet the code; it opens nothing."""
    return f"{HALFWAY}{account_id}.{seal}.{secrets.token_urlsafe(BYTES)}"


def of_halfway() -> tuple[int, str] | None:
    """Account and seal of somebody who has given the password within the last minutes."""
    kept, age = token()
    if not kept.startswith(HALFWAY) or age > HALFWAY_S:
        return None
    account_id, seal, _ = kept.removeprefix(HALFWAY).split(".")
    return int(account_id), seal


def known_name() -> str:
    """The cookie by which a browser is known in which somebody has signed in before."""
    return cookie_name() + "-known"


def known_mark(email: str) -> str:
    """What the cookie of a known browser begins with."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]


def known(email: str) -> bytes:
    """The mark of this browser where that person has signed in before, else an empty one."""
    signing = Signer(door().settings.secret_key, salt=KNOWN_SALT, digest_method=hashlib.sha256)
    try:
        value = signing.unsign(request.cookies.get(known_name(), ""))
    except BadSignature:
        return b""
    return value if value.startswith(f"{known_mark(email)}.".encode()) else b""


def know(response: AnyResponse, email: str) -> None:
    """Remember that this person has signed in here: who tries passwords elsewhere cannot lock this browser out."""
    if known(email):
        return
    signing = Signer(door().settings.secret_key, salt=KNOWN_SALT, digest_method=hashlib.sha256)
    kept = signing.sign(f"{known_mark(email)}.{secrets.token_urlsafe(16)}").decode()
    secure = cookie_name().startswith("__Host-")
    response.set_cookie(known_name(), kept, max_age=KNOWN_S, httponly=True, samesite="Strict", secure=secure, path="/")


def forget(response: AnyResponse) -> None:
    """Let the browser forget its token, and whatever else it keeps of this site."""
    response.delete_cookie(cookie_name(), path="/", secure=cookie_name().startswith("__Host-"), httponly=True)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def new_token() -> str:
    """A token for somebody who has not signed in: the sign-in form needs one too."""
    return f"{STRANGER}{secrets.token_urlsafe(BYTES)}"


def form_token(kept: str) -> str:
    """What forms carry that are shown to the browser with that token; another site cannot know it."""
    return hmac.new(door().settings.secret_key.encode(), f"form {kept}".encode(), "sha256").hexdigest()


def is_ours(kept: str) -> bool:
    """Whether the form at hand was shown by us to this browser."""
    sent = request.form.get("csrf", "")
    return bool(kept) and sent.isascii() and hmac.compare_digest(sent, form_token(kept))


def is_of_old() -> bool:
    """Whether the form at hand was shown by us to this browser, however long ago."""
    try:
        kept = signer().unsign(request.cookies.get(cookie_name(), ""))
    except BadSignature:
        return False
    return is_ours(kept.decode("ascii", "replace"))


def address() -> bytes:
    """A keyed hash of whence somebody tries to sign in; it changes every day."""
    told = f"{now():%Y-%m-%d} {request.remote_addr}"
    return hmac.new(door().settings.secret_key.encode(), told.encode(), hashlib.sha256).digest()


def whence(email: str) -> Whence:
    """Whence somebody tries to be that person."""
    return Whence(address(), known(email))
