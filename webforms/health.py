"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from store.database import current_migration, newest_migration
from webforms.door import door

blueprint = Blueprint("health", __name__)
GUARD = "anyone"


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database answers and has the tables that this code expects."""
    try:
        with door().database.reading() as session:
            found = current_migration(session)
    except (SQLAlchemyError, OSError):
        return jsonify(status="away", database="away"), 503
    fit = found == newest_migration()
    return jsonify(
        status="ok" if fit else "away", database="ok", migrations="ok" if fit else "behind"
    ), 200 if fit else 503
