"""The public pages of a test, on a port of their own, with what a channel's servers add to the updates they send."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler, make_server

from runtime.settings import Settings
from store.database import Database
from tests.servers import free_port
from webforms import create_public_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WEBHOOK_SECRET = "a-secret-of-the-webhooks-of-the-tests"


class Quiet(WSGIRequestHandler):
    """No line for each request."""

    def log_request(self, *_: object) -> None:
        return


def vouching(app: WSGIApplication) -> WSGIApplication:
    """The app behind a proxy that adds the secret to an update, as Telegram does; telemelya leaves it out."""

    def answer(environment: dict[str, Any], start: Any) -> Any:
        if environment["PATH_INFO"] == "/hooks/telegram":
            environment.setdefault("HTTP_X_TELEGRAM_BOT_API_SECRET_TOKEN", WEBHOOK_SECRET)
        return app(environment, start)

    return answer


@contextmanager
def public_pages(settings: Settings, database: Database) -> Iterator[Settings]:
    """The public pages; gives the settings with their address."""
    port = free_port()
    served = settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})
    app = create_public_app(served, database)
    server = make_server("127.0.0.1", port, vouching(app), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
