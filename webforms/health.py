"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from store.database import current_migration, newest_migration
from webforms.door import door, now
from workflows.channels import ChatHealth, health

blueprint = Blueprint("health", __name__)
GUARD = "anyone"


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database answers and has the tables that this code expects; beside it, how the chat fares.

    A channel that is down and messages that wait make the web no less ready for people at a counter.
    """
    try:
        with door().database.reading() as session:
            fit = current_migration(session) == newest_migration()
            chat = told(health(session.connection(), now())) if fit else {}
    except (SQLAlchemyError, OSError):
        return jsonify(status="away", database="away"), 503
    if not fit:
        return jsonify(status="away", database="ok", migrations="behind"), 503
    return jsonify(status="ok", database="ok", migrations="ok", **chat), 200


def told(found: ChatHealth) -> dict[str, dict[str, object]]:
    """How the chat fares, for machines that watch."""
    return {
        "inbox": asdict(found.inbox),
        "outbox": asdict(found.outbox),
        "channels": {name: found.state_of(name) for name in door().settings.chats},
    }
