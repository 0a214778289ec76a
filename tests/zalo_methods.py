"""The methods of the Zalo stand-in: what a bot may call, and every reason to refuse it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.zalo_wire import Reply, Sent, granted, refused, reply

if TYPE_CHECKING:
    from tests.zalo_server import ZaloServer

LIMIT = 2000
LONGEST_POLL_S = 60.0
LOOK_S = 0.25  # how often it is looked whether a caller is still there
Alive = Callable[[], bool]  # whether the caller still waits
Body = dict[str, Any]


def about_me(server: ZaloServer, _body: Body, _alive: Alive) -> Reply:
    about = {"account_name": "bot.HaiLong", "account_type": "BASIC", "can_join_groups": False}
    return granted({"id": server.token.partition(":")[0], **about})


def updates(server: ZaloServer, body: Body, alive: Alive) -> Reply:
    """The next update, or 408 when none comes in time."""
    try:
        until = time.monotonic() + min(max(float(body.get("timeout", 30)), 0.0), LONGEST_POLL_S)
    except (TypeError, ValueError):
        return server.fault(400, "Bad request: timeout", "a timeout that is no number")
    with server.change:
        server.polls += 1
        server.most_polls = max(server.most_polls, server.polls)
        try:
            return next_update(server, until, alive)
        finally:
            server.polls -= 1


def next_update(server: ZaloServer, until: float, alive: Alive) -> Reply:
    """Wait for an update; a caller who has gone meanwhile gets none."""
    while True:
        if server.webhook:
            return refused(400, "Bad request: getUpdates cannot be used while a webhook is set")
        if server.stopping or not alive():
            return Reply(0)
        if (due := server.due()) is not None:
            return granted(server.hand_out(due))
        now = time.monotonic()
        if now >= until:
            return idle(server)
        server.change.wait(min([until, now + LOOK_S, *(each.due for each in server.queue if each.due > now)]) - now)


def idle(server: ZaloServer) -> Reply:
    """Nothing came."""
    form = server.hostility.idle_408
    status = server.chance.choice([200, 408]) if form == "both" else 408 if form == "http" else 200
    return refused(408, "Request timeout", status)


def set_webhook(server: ZaloServer, body: Body, _alive: Alive) -> Reply:
    url, secret = body.get("url"), body.get("secret_token")
    if not isinstance(url, str) or not url.startswith("https://" if server.https_only else "http"):
        return server.fault(400, "Bad request: url", "a webhook that is no address")
    if not isinstance(secret, str) or not 8 <= len(secret) <= 256:
        return server.fault(400, "Bad request: secret_token", "a secret that is too short or too long")
    with server.change:
        server.webhook, server.secret = url, secret
        server.change.notify_all()
    return granted({"url": url, "updated_at": int(time.time() * 1000)})


def delete_webhook(server: ZaloServer, _body: Body, _alive: Alive) -> Reply:
    with server.change:
        server.webhook = server.secret = ""
        server.change.notify_all()
    return granted({"url": "", "updated_at": int(time.time() * 1000)})


def webhook_info(server: ZaloServer, _body: Body, _alive: Alive) -> Reply:
    if not server.webhook and server.no_webhook == "404":
        return refused(404, "Not found: no webhook is set", 404)
    return granted({"url": server.webhook, "updated_at": int(time.time() * 1000)})


def send_text(server: ZaloServer, body: Body, _alive: Alive) -> Reply:
    return take(server, body, body.get("text"))


def send_photo(server: ZaloServer, body: Body, _alive: Alive) -> Reply:
    if not isinstance(body.get("photo"), str) or not body["photo"].startswith("http"):
        return server.fault(400, "Bad request: photo", "a photo that is no address")
    return take(server, body, body.get("caption", "-"))


def send_action(server: ZaloServer, body: Body, _alive: Alive) -> Reply:
    if body.get("action") != "typing":
        return server.fault(400, "Bad request: action", "an unknown action")
    return granted()


def take(server: ZaloServer, body: Body, text: object) -> Reply:
    """A message for somebody, if it and the plan allow it."""
    chat = body.get("chat_id")
    if not isinstance(chat, str) or not chat:
        return server.fault(400, "Bad request: chat_id must be a string", f"a chat_id of {type(chat).__name__}")
    if not isinstance(text, str) or not text.strip() or not 1 <= utf16(text) <= LIMIT:
        long = utf16(text) if isinstance(text, str) else type(text).__name__
        return server.fault(400, "Bad request: text must be 1 to 2000 characters", f"a text of {long}")
    with server.change:
        if (said := refusal(server, chat)) is not None:
            return said
        server.served.add(chat)
        server.month += 1
        server.numbers += 1
        message = Sent(chat, text, time.monotonic())
        server.sends.append(message)
        cut = server.strikes("cut", server.hostility.cut)
        number = f"{server.numbers:020x}"
        server.change.notify_all()
    if server.tell is not None:
        server.tell(message)
    return Reply(0) if cut else granted({"message_id": number, "date": int(time.time() * 1000)})


def refusal(server: ZaloServer, chat: str) -> Reply | None:
    """Why a message cannot be delivered to that person now."""
    if chat not in server.known:
        return refused(404, "Not found: chat not found")
    if chat in server.blocked:
        return refused(403, "Forbidden: bot was blocked by the user")
    if server.month >= server.messages or (chat not in server.served and len(server.served) >= server.users):
        server.strikes("quota", 1.0)
        return refused(429, "Quota exceeded", 429)
    last = server.sends[-server.per_second :] if server.per_second else []
    if len(last) == server.per_second > 0 and time.monotonic() - last[0].at < 1.0:
        server.strikes("rate", 1.0)
        return reply(429, {"ok": False, "error_code": 429, "description": "Too many requests"}, Retry_After="1")
    return None


def utf16(text: str) -> int:
    """A length as a server written in Java counts it: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


METHODS: dict[str, Callable[[ZaloServer, Body, Alive], Reply]] = {
    "getMe": about_me,
    "getUpdates": updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
    "sendMessage": send_text,
    "sendPhoto": send_photo,
    "sendChatAction": send_action,
}
