"""How the office is put together."""

from __future__ import annotations

from flask import Flask, abort, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from runtime.settings import Settings
from store.database import Database
from webforms.office import (
    board,
    campaign_steps,
    campaigns,
    comments,
    counters,
    entrance,
    errors,
    health,
    home,
    me,
    people,
    posters,
    publishing,
    quality,
    record,
    second,
    tablets,
    trials,
    workbench,
)
from webforms.office.door import Door
from webforms.office.pages import prepare_templates
from webforms.security import SHEETS, protect

ROOMS = (
    entrance,
    home,
    campaigns,
    campaign_steps,
    counters,
    tablets,
    posters,
    publishing,
    board,
    comments,
    quality,
    me,
    second,
    people,
    record,
    health,
    workbench,
    trials,
)
LARGEST_BYTES = 8 * 1024 * 1024
MOST_PARTS = 5_000
LARGEST_NUMBER = 2**31 - 1  # that a column of PostgreSQL holds
OFFICE_SHEETS = (*SHEETS, "office")


class Number(IntegerConverter):
    """A number in an address: none that a column cannot hold."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - the framework's name
        super().__init__(map, max=LARGEST_NUMBER)


def build(settings: Settings, database: Database) -> Flask:
    """The app with its blueprints, limits, headers and error pages."""
    app = Flask("webforms", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BYTES, MAX_FORM_MEMORY_SIZE=1024 * 1024, MAX_FORM_PARTS=MOST_PARTS)
    app.url_map.merge_slashes = False  # it would redirect to an address made of the request's own scheme and host
    app.url_map.converters = {**app.url_map.converters, "int": Number}
    app.extensions["office"] = Door(settings, database)
    prepare_templates(app)
    secure = settings.office_url.startswith("https://")
    protect(app, hosts=settings.office_hosts, secure=secure, refused=errors.told, sheets=OFFICE_SHEETS)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    errors.register(app)
    app.before_request(refuse_nul)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]  # Flask documents it so
    return app


def refuse_nul() -> None:
    """400 where an address or a form holds a NUL, which no column of PostgreSQL takes."""
    given = (*request.args.items(multi=True), *request.form.items(multi=True))
    if any("\0" in word for pair in given for word in pair):
        abort(400)
