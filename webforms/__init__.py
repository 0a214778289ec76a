"""The web door: the public app of forms, receipts and results."""

from __future__ import annotations

from flask import Flask

from runtime.settings import Settings
from store.database import Database


def create_public_app(settings: Settings, database: Database) -> Flask:
    """The public WSGI app on an open database."""
    from webforms.building import build

    return build(settings, database)
