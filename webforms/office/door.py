"""What the views of the office share: settings, database, the clock of the province."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import current_app, request

from runtime.settings import Settings
from runtime.words import LANGUAGES, best_language
from store.database import Database


@dataclass(frozen=True, slots=True)
class Door:
    """One office's settings and database."""

    settings: Settings
    database: Database


def door() -> Door:
    """The door of the app that serves this request."""
    found: Door = current_app.extensions["office"]
    return found


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day that it is in the province."""
    return now().astimezone(door().settings.zone).date()


def language() -> str:
    """The language of somebody who has not signed in."""
    wanted = request.args.get("lang", "")
    return wanted if wanted in LANGUAGES else best_language(request.headers.get("Accept-Language", ""), LANGUAGES)
