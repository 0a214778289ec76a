"""What the views of the public app share: settings, database, remembered places, the clock of the province."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import current_app, request
from itsdangerous import TimestampSigner

from runtime.settings import Settings
from runtime.words import LANGUAGES, best_language
from store.database import Database
from workflows.known_places import Places
from workflows.openings import Openings


@dataclass(frozen=True, slots=True)
class Door:
    """One public app's settings, database, remembered places, signer of form keys and count of forms opened."""

    settings: Settings
    database: Database
    places: Places
    signer: TimestampSigner
    openings: Openings


def door() -> Door:
    """The door of the app that serves this request."""
    found: Door = current_app.extensions["door"]
    return found


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day that it is in the province."""
    return now().astimezone(door().settings.zone).date()


def language(offered: tuple[str, ...] = LANGUAGES) -> str:
    """The language that the address asks for, or that the browser prefers, among those offered."""
    asked = request.environ
    wanted = request.args.get("lang", "") if asked.get("QUERY_STRING") else ""
    if wanted in offered:
        return wanted
    return best_language(asked.get("HTTP_ACCEPT_LANGUAGE", ""), offered)
