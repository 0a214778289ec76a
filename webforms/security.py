"""What every answer of the public app carries, errors included, and what every request is held to."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from flask import Flask, abort, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Fault = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
STATIC = Path(__file__).parent / "static"
SHEETS = ("hailong", "results")  # every page carries the first; results pages the second too
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OWN_SITE = ("same-origin", "none")
OPEN_TO_ANY_HOST = ("/healthz", "/readyz")
STRICT_TRANSPORT = (("Strict-Transport-Security", "max-age=31536000"),)
NOT_KEPT = ("Cache-Control", "no-store")


@cache
def style(sheet: str = "hailong") -> str:
    """A style sheet to stand inside the page: a slow line fetches one thing instead of two."""
    return (STATIC / f"{sheet}.css").read_text(encoding="utf-8").strip()


@cache
def headers() -> tuple[tuple[str, str], ...]:
    """The security headers; our style sheets are allowed by their hashes and nothing else is."""
    digests = [base64.b64encode(hashlib.sha256(style(sheet).encode()).digest()).decode() for sheet in SHEETS]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    policy = (
        f"default-src 'none'; style-src {allowed}; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return (
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    )


def protect(app: Flask, *, hosts: frozenset[str], secure: bool) -> None:
    """Hold requests to our own host, keep other sites' forms out, and put the headers on every answer."""
    app.before_request(own(hosts))
    app.wsgi_app = with_headers(app.wsgi_app, secure=secure)  # type: ignore[assignment, method-assign]  # so Flask is wrapped


def own(hosts: frozenset[str]) -> Callable[[], None]:
    """A check that the request names a host that our links name, and was not sent by another site's page."""

    def check() -> None:
        named = request.environ
        ours = named.get("HTTP_HOST") in hosts or request.host in hosts  # the second also knows a written-out port
        if not ours and named["PATH_INFO"] not in OPEN_TO_ANY_HOST:
            abort(400)
        if named["REQUEST_METHOD"] in WRITING and named.get("HTTP_SEC_FETCH_SITE", "none") not in OWN_SITE:
            abort(403)

    return check


def with_headers(app: WSGIApplication, *, secure: bool) -> WSGIApplication:
    """The app with the security headers on all that it answers, put there beneath Flask: that costs next to nothing."""
    always = headers() + (STRICT_TRANSPORT if secure else ())

    def answer(environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def begin(status: str, given: list[tuple[str, str]], fault: Fault = None, /) -> Callable[[bytes], object]:
            given.extend(always)
            if not any(name == "Cache-Control" for name, _ in given):
                given.append(NOT_KEPT)
            return start(status, given, fault)

        return app(environment, begin)

    return answer
