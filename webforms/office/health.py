"""Whether the office lives and can do its work, and its figures for machines that watch: counts, never who or what."""

from __future__ import annotations

import hmac

from flask import Response, jsonify, request
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from store.database import current_migration, newest_migration
from store.queries import accounts, audit, mails
from survey.rights import Person
from webforms.office import guards
from webforms.office.door import door, now
from workflows.sign_ins import COUNTED_FOR

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
blueprint, GUARD = guards.guarded("health", __name__, guards.ANYONE)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database answers and has the tables that this code expects."""
    try:
        with door().database.reading() as session:
            fit = current_migration(session) == newest_migration()
    except (SQLAlchemyError, OSError):
        return jsonify(status="away", database="away"), 503
    migrations = "ok" if fit else "behind"
    return jsonify(status="ok" if fit else "away", database="ok", migrations=migrations), 200 if fit else 503


@blueprint.before_request
def by_token() -> Response | None:
    """A machine that watches has no account: it brings METRICS_TOKEN, where one is set."""
    wanted = door().settings.metrics_token
    brought = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if request.endpoint == "health.metrics" and wanted and hmac.compare_digest(brought.encode(), wanted.encode()):
        return figures()
    return None


@guards.page(blueprint, "/metrics", right="see_system")
def metrics(person: Person) -> Response:
    """The figures, for somebody who has signed in."""
    return figures()


def figures() -> Response:
    """How the office stands, in the format of Prometheus."""
    registry, at = CollectorRegistry(), now()
    with door().database.reading() as session:
        able, inside, refused = accounts.standing(session, at, at - COUNTED_FOR)
        overdue, _, failed = mails.lag(session, at)
        rows, _ = audit.head(session)
    told = {
        "hailong_office_accounts": ("Accounts that can sign in.", able),
        "hailong_office_signed_in": ("Places where somebody is signed in.", inside),
        "hailong_office_sign_ins_refused": ("Attempts that failed within the last 15 minutes.", refused),
        "hailong_office_acts": ("Rows of the record of acts.", rows),
        "hailong_mails_overdue": ("Mails that wait.", overdue),
        "hailong_mails_failed": ("Mails that could not be delivered.", failed),
    }
    for name, (words, count) in told.items():
        Gauge(name, words, registry=registry).set(count)
    return Response(generate_latest(registry), content_type=MEDIA_TYPE)
