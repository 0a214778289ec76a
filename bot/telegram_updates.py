"""Telegram's updates read: of all that may stand in one, what the chat needs."""

from __future__ import annotations

import json
from collections.abc import Mapping

from telegram import CallbackQuery, Chat, ChatMemberUpdated, Message, Update

from bot.messages import Inbound, Kind
from bot.reading import UpdateError

NAME = "telegram"
KINDS: Mapping[str, Kind] = {
    "photo": "picture",
    "video": "picture",
    "animation": "picture",
    "voice": "voice",
    "video_note": "voice",
    "audio": "voice",
    "sticker": "sticker",
    "document": "file",
}
HERE: Mapping[str, Kind] = {"member": "came", "kicked": "left", "left": "left"}


def read(raw: str) -> Inbound:
    """One update, from a webhook's body or from `receive`; raises UpdateError on what Telegram would not send."""
    update = update_of(raw)
    try:
        return told(update)
    except (TypeError, ValueError, AttributeError):
        pass  # what is wrong would repeat what somebody wrote
    raise UpdateError("shape")


def event_id_of(raw: str) -> str:
    """By what an update is known when it comes again. Raises UpdateError."""
    return str(update_of(raw).update_id)


def update_of(raw: str) -> Update:
    """The update in a text."""
    code = "not_json"
    try:
        body = json.loads(raw)
        code = "shape"
        update = Update.de_json(body, None)
        if type(update.update_id) is int:
            return update
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError, RecursionError):
        pass
    raise UpdateError(code)


def told(update: Update) -> Inbound:
    """What an update tells."""
    if update.callback_query is not None:
        return pressed(update.callback_query)
    if update.my_chat_member is not None:
        return moved(update.my_chat_member)
    if update.message is not None:
        return written(update.message, update.message.chat, kind_of(update.message))
    if update.edited_message is not None:
        return written(update.edited_message, update.edited_message.chat, "edited")
    return elsewhere(update)


def written(message: Message, chat: Chat, kind: Kind) -> Inbound:
    """A message of a person to the bot; whatever is said where others read along is `group`."""
    author = message.from_user
    if chat.type != Chat.PRIVATE:
        return Inbound(NAME, number(chat.id), "group")
    if author is not None and author.is_bot:
        return Inbound(NAME, number(chat.id), "bot")
    text = words(message.text) if kind == "text" else ""
    return Inbound(NAME, number(chat.id), kind, text, language=words(author.language_code if author else ""))


def kind_of(message: Message) -> Kind:
    """What a message is; what is forwarded or shared in another form than these is `other`."""
    if message.text:
        return "text"
    return next((kind for name, kind in KINDS.items() if getattr(message, name)), "other")


def pressed(query: CallbackQuery) -> Inbound:
    """A button pressed. Of an old message Telegram tells only the number; one without any was not sent by this bot."""
    message = query.message
    if message is None:
        return Inbound(NAME, number(query.from_user.id), "other", press=words(query.id))
    if message.chat.type != Chat.PRIVATE:
        return Inbound(NAME, number(message.chat.id), "group", press=words(query.id))
    return Inbound(
        NAME,
        number(message.chat.id),
        "press",
        words(query.data),
        number(message.message_id),
        words(query.id),
        words(query.from_user.language_code),
    )


def moved(change: ChatMemberUpdated) -> Inbound:
    """Somebody blocked the bot, or took the block away; added to a group, it stays silent there."""
    private = change.chat.type == Chat.PRIVATE
    kind = HERE.get(change.new_chat_member.status, "other") if private else "group"
    return Inbound(NAME, number(change.chat.id), kind, language=words(change.from_user.language_code))


def elsewhere(update: Update) -> Inbound:
    """An update of another kind, for example a post in a channel."""
    chat, user = update.effective_chat, update.effective_user
    if chat is not None and chat.type != Chat.PRIVATE:
        return Inbound(NAME, number(chat.id), "group")
    if chat is None and user is None:
        raise UpdateError("kind")
    return Inbound(NAME, number(chat.id if chat is not None else user.id if user is not None else None), "other")


def number(found: object) -> str:
    """A number of Telegram's as text."""
    if type(found) is not int:
        raise TypeError("no number")
    return str(found)


def words(found: object) -> str:
    """Words as they came, without what no database keeps: NUL and halves of letters."""
    if not isinstance(found, str | None):
        raise TypeError("no words")
    return (found or "").replace("\0", "").encode("utf-8", "ignore").decode()
