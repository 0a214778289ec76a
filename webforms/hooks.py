"""Webhooks: an update that a channel brings is kept in the inbox, and only then acknowledged."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

import structlog
from flask import Blueprint, Response, abort, request

from webforms.door import door, now
from workflows import updates

blueprint = Blueprint("hooks", __name__)
GUARD = "anyone"
log = structlog.get_logger()

# channel → the header in which it brings the secret that was agreed when the webhook was set
SECRET_HEADERS: Mapping[str, str] = {
    "telegram": "X-Telegram-Bot-Api-Secret-Token",
    "zalo": "X-Bot-Api-Secret-Token",
}


@blueprint.post("/hooks/<any(telegram, zalo):channel>")
def update(channel: str) -> Response:
    """Keep one update. What is no update is dropped with 200 too: anything else would be sent again and again."""
    here = door()
    if here.settings.chats.get(channel) != "webhook":
        abort(404)
    if not vouched(here.settings.webhook_secret, request.headers.get(SECRET_HEADERS[channel], "")):
        abort(403)
    body = request.get_data(cache=False)
    arrived = updates.arrival(channel, body)
    if arrived is None:
        log.warning("update_dropped", channel=channel, size=len(body))
        return Response()
    moment = now()
    here.database.write(lambda connection: updates.take_in(connection, here.settings.secret_key, arrived, moment))
    return Response()


def vouched(secret: str, brought: str) -> bool:
    """Whether the secret is the agreed one, compared in a time that tells nothing; where none is agreed, no."""
    return bool(secret) and hmac.compare_digest(brought.encode("utf-8", "replace"), secret.encode())
