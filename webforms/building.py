"""How the public app is put together."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from runtime.settings import Settings
from store.database import Database
from webforms import errors, front, handover, health, hooks, kiosk, leaving, receipts, respond, results, voices
from webforms.door import Door
from webforms.pages import prepare_templates
from webforms.security import protect
from workflows.known_places import Places
from workflows.openings import Openings
from workflows.tokens import form_signer

ROOMS = (front, respond, handover, receipts, results, voices, leaving, hooks, kiosk, health)
FORM_BYTES = 256 * 1024
FORM_PARTS = 1_000


def build(settings: Settings, database: Database) -> Flask:
    """The app with its blueprints, limits, headers and error pages."""
    app = Flask("webforms", static_folder=None)
    app.config.update(  # no SECRET_KEY: without one Flask keeps no session, and the public app needs none
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
    )
    app.url_map.merge_slashes = False  # it would redirect to an address made of the request's own scheme and host
    app.extensions["door"] = Door(
        settings, database, Places(database), form_signer(settings.secret_key), Openings(database)
    )
    prepare_templates(app)
    protect(app, hosts=settings.public_hosts, secure=settings.secure, refused=errors.told)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    errors.register(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]  # Flask documents it so
    return app
