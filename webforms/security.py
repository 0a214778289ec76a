"""What every answer of the public app carries, errors included, and what every request is held to."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, request

STYLE = Path(__file__).parent / "static" / "hailong.css"
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@cache
def style() -> str:
    """The one style sheet, inside every page: a slow line fetches one thing instead of two."""
    return STYLE.read_text(encoding="utf-8").strip()


@cache
def headers() -> tuple[tuple[str, str], ...]:
    """The security headers; the style sheet is allowed by its hash and nothing else is."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return (
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    )


def protect(app: Flask, *, host: str, secure: bool) -> None:
    """Hold requests to our own host, keep other sites' forms out, and put the headers on every answer."""
    app.before_request(own_host(host))
    app.before_request(own_site)
    app.after_request(with_headers)
    app.config["STRICT_TRANSPORT"] = secure


def own_host(host: str) -> Callable[[], None]:
    """A check that the request names the host that our links name."""

    def check() -> None:
        if request.host != host and request.path not in ("/healthz", "/readyz"):
            abort(400)

    return check


def own_site() -> None:
    """Refuse what a browser says another site's page sent."""
    if request.method in WRITING and request.headers.get("Sec-Fetch-Site", "same-origin") not in (
        "same-origin",
        "none",
    ):
        abort(403)


def with_headers(response: Response) -> Response:
    """The answer with its security headers."""
    response.headers.extend(headers())
    if current_app.config["STRICT_TRANSPORT"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
