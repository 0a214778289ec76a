"""The web door: the public app of forms, receipts and results, and the office, an app of its own."""

from __future__ import annotations

from flask import Flask

from runtime.settings import Settings
from store.database import Database


def create_public_app(settings: Settings, database: Database) -> Flask:
    """The public WSGI app on an open database."""
    from webforms.building import build

    return build(settings, database)


def create_office_app(settings: Settings, database: Database) -> Flask:
    """The WSGI app of the office on an open database; it shares no cookie with the public one."""
    from webforms.office.building import build

    return build(settings, database)
