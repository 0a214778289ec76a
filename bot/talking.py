"""The inbox worked off: one transaction takes an update, lets the engine answer, queues the reply and says done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Row

from bot import metrics, telegram, zalo
from bot.keyboards import pressed
from bot.messages import Inbound, Outbound
from bot.outgoing import to_json
from bot.reading import UpdateError
from bot.typed import meaning
from bot.wording import worded
from runtime.words import translate
from store.database import Database, is_away
from store.queries import inbox, outbox
from workflows import bound_chats, reminders, turns
from workflows.callers import Caller, Desk
from workflows.chat import Act, Erased, Reminded, Talk, Unfit

log = structlog.get_logger()
AT_ONCE = 32
TRIES = 4
PAUSE = timedelta(seconds=2)  # doubled with each try
SORRY = (
    "Something went wrong on our side and this message was not taken. Please send it again, or send “web” to answer in "
    "the browser."
)
BOUND = "From now on the main figures of the report come into this chat. Send /xoa to end that."
NOT_BOUND = "This code is not valid, or no longer. A code works once and for one hour; please ask for a new one."
READERS: Mapping[str, Callable[[str], Inbound]] = {"telegram": telegram.read, "zalo": zalo.read}
WITH_BUTTONS = frozenset({"telegram"})
SILENT = frozenset({"bot", "left", "came"})  # nobody there waits for an answer
Found = Row[*tuple[Any, ...]]


def work_off(database: Database, desk: Desk) -> int:
    """Take the oldest waiting update of each of some chats; gives how many were dealt with.

    All of them share one transaction. Where one fails, each is taken in its own, so that it fails alone.
    """
    try:
        taken = database.write(lambda connection: take_all(connection, desk))
    except Exception as error:
        if is_away(error):
            raise
        log.error("updates_failed", error=type(error).__name__)
    else:
        count(taken)
        return len(taken)
    return sum(alone(database, desk, number) for number in database.write(numbers_due))


def count(taken: Sequence[Found]) -> None:
    """Tell the figures of the process what was dealt with."""
    now = datetime.now(UTC)
    for row in taken:
        metrics.updates_done(row.channel)
        metrics.turn_took(row.channel, (now - row.received_at).total_seconds())


def take_all(connection: Connection, desk: Desk) -> Sequence[Found]:
    """Take the due updates of one transaction."""
    rows = inbox.due(connection, datetime.now(UTC), AT_ONCE)
    for row in rows:
        outbox.put(connection, replies(connection, desk, row))
    if rows:
        inbox.finish(connection, [row.id for row in rows])
    return rows


def numbers_due(connection: Connection) -> list[int]:
    """The numbers of the due updates."""
    return [row.id for row in inbox.due(connection, datetime.now(UTC), AT_ONCE)]


def alone(database: Database, desk: Desk, number: int) -> int:
    """Take one update in a transaction of its own; one that fails again and again is given up, and that is said."""

    def take(connection: Connection) -> int:
        row = next((row for row in inbox.due(connection, datetime.now(UTC), AT_ONCE) if row.id == number), None)
        if row is None:
            return 0
        outbox.put(connection, replies(connection, desk, row))
        inbox.finish(connection, [number])
        return 1

    try:
        return database.write(take)
    except Exception as error:
        if is_away(error):
            raise
        log.error("update_failed", number=number, error=type(error).__name__, place=place_of(error))
    database.write(lambda connection: set_back(connection, desk, number))
    return 0


def place_of(error: BaseException) -> str:
    """Where in our code it went wrong, without any value."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def set_back(connection: Connection, desk: Desk, number: int) -> None:
    """Try the update again later, or give it up with a word to the person who waits."""
    now = datetime.now(UTC)
    row = next((row for row in inbox.due(connection, now, AT_ONCE) if row.id == number), None)
    if row is None:
        return
    if row.attempts + 1 < TRIES:
        inbox.put_off(connection, number, now + PAUSE * 2**row.attempts)
        return
    try:
        inbound = READERS[row.channel](row.raw)
        sorry = Outbound(translate(SORRY, desk.languages[0]))
        outbox.put(connection, [outbox_row(row.channel, row.chat, inbound.chat, "reply", sorry, now)])
    except UpdateError:
        pass
    inbox.finish(connection, [number], "failed")
    metrics.updates_done(row.channel, 1, "failed")


def replies(connection: Connection, desk: Desk, row: Found) -> list[dict[str, Any]]:
    """What is to be sent for one update, once it has been taken."""
    now = datetime.now(UTC)
    try:
        inbound = READERS[row.channel](row.raw)
    except UpdateError as error:
        log.warning("update_unreadable", channel=row.channel, code=error.code)
        return []
    if inbound.kind == "left":
        outbox.cut_off(connection, row.chat)
        bound_chats.leave(connection, inbound.channel, inbound.chat, now)
    if inbound.kind in SILENT:
        return []
    bound = binding(connection, inbound, desk.languages[0], now)
    if bound is not None:
        return [outbox_row(row.channel, row.chat, inbound.chat, "reply", bound, now)]
    caller = Caller(inbound.channel, inbound.chat, inbound.language, now, desk.day_of(now))
    outcome = turns.take(connection, desk, caller, lambda talk, language: act_of(inbound, talk, language))
    if isinstance(outcome, Erased):
        bound_chats.leave(connection, inbound.channel, inbound.chat, now)
    if outcome is None:
        return []
    messages = worded(outcome, inbound.channel in WITH_BUTTONS, inbound)
    return [outbox_row(row.channel, row.chat, inbound.chat, "reply", message, now) for message in messages]


def binding(connection: Connection, inbound: Inbound, language: str, now: datetime) -> Outbound | None:
    """The reply to a code that binds the chat to the reports of a list; None for everything else that is written."""
    code = bound_chats.typed_code(inbound.text) if inbound.kind == "text" else None
    if code is None:
        return None
    report = bound_chats.bind(connection, code, inbound.channel, inbound.chat, now)
    return Outbound(translate(BOUND if report else NOT_BOUND, language))


def act_of(inbound: Inbound, talk: Talk | None, language: str) -> Act:
    """What an update means."""
    if inbound.kind == "text":
        return meaning(inbound.text, talk, language)
    return pressed(inbound.text, talk) if inbound.kind == "press" else Unfit(inbound.kind)


def remind(database: Database, desk: Desk) -> int:
    """Send the reminders that have fallen due; gives how many."""
    return database.write(lambda connection: reminded(connection, desk))


def reminded(connection: Connection, desk: Desk) -> int:
    """Word the reminders of one transaction and queue them as messages."""
    now = datetime.now(UTC)
    rows: list[dict[str, Any]] = []
    for due in reminders.due(connection, desk, now):
        messages = worded(Reminded(due.talk), due.channel in WITH_BUTTONS, None)
        rows += [outbox_row(due.channel, due.chat, due.address, "push", message, now) for message in messages]
    outbox.put(connection, rows)
    return len(rows)


def outbox_row(channel: str, chat: bytes, address: str, kind: str, message: Outbound, now: datetime) -> dict[str, Any]:
    """A message as a row of the outbox."""
    return {
        "channel": channel,
        "chat": chat,
        "address": address,
        "kind": kind,
        "payload": to_json(message),
        "state": "waiting",
        "error": "",
        "attempts": 0,
        "created_at": now,
        "due_at": now,
    }
