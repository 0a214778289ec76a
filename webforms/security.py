"""What every answer of the public app carries, errors included, and what every request is held to."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from flask import Flask, Response
from werkzeug.wsgi import get_host

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Fault = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
STATIC = Path(__file__).parent / "static"
SHEETS = ("hailong", "results")  # every page carries the first; results pages the second too
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OWN_SITE = ("same-origin", "none")
OPEN_TO_ANY_HOST = ("/healthz", "/readyz")
STRICT_TRANSPORT = (("Strict-Transport-Security", "max-age=31536000"),)
POLICY = "Content-Security-Policy"
NOT_KEPT = ("Cache-Control", "no-store")


@cache
def style(sheet: str = "hailong") -> str:
    """A style sheet to stand inside the page: a slow line fetches one thing instead of two."""
    return (STATIC / f"{sheet}.css").read_text(encoding="utf-8").strip()


@cache
def headers(sheets: tuple[str, ...] = SHEETS) -> tuple[tuple[str, str], ...]:
    """The security headers; our style sheets are allowed by their hashes and nothing else is."""
    digests = [base64.b64encode(hashlib.sha256(style(sheet).encode()).digest()).decode() for sheet in sheets]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    policy = (
        f"default-src 'none'; style-src {allowed}; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return (
        (POLICY, policy),  # the first, see `protect`
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    )


def protect(
    app: Flask,
    *,
    hosts: frozenset[str],
    secure: bool,
    refused: Callable[[int], Response],
    sheets: tuple[str, ...] = SHEETS,
) -> None:
    """Hold requests to our own host, keep other sites' forms out, and put the headers on every answer.

    This lies beneath Flask: as hooks of every request it cost a tenth of a form page.
    """
    always = headers(sheets) + (STRICT_TRANSPORT if secure else ())
    unkept = (*always, NOT_KEPT)
    inner = app.wsgi_app

    def answer(environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def begin(status: str, given: list[tuple[str, str]], fault: Fault = None, /) -> Callable[[bytes], object]:
            named = dict(given)
            ours = always if "Cache-Control" in named else unkept
            given += ours[1:] if POLICY in named else ours  # the kiosk brings a policy of its own
            return start(status, given, fault)

        status = refusal(environment, hosts)
        if status is None:
            return inner(environment, begin)
        with app.request_context(environment):
            return refused(status)(environment, begin)

    app.wsgi_app = answer  # type: ignore[method-assign, assignment]  # so Flask is wrapped


def refusal(asked: WSGIEnvironment, hosts: frozenset[str]) -> int | None:
    """400 where a request names a host that our links do not name, or holds a NUL; 403 where another site sent it."""
    if "\0" in asked["PATH_INFO"]:  # no column of PostgreSQL holds one
        return 400
    ours = asked.get("HTTP_HOST") in hosts or get_host(asked) in hosts  # the second also knows a written-out port
    if not ours and asked["PATH_INFO"] not in OPEN_TO_ANY_HOST:
        return 400
    if asked["REQUEST_METHOD"] in WRITING and asked.get("HTTP_SEC_FETCH_SITE", "none") not in OWN_SITE:
        return 403
    return None
