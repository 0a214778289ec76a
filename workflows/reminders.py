"""The one reminder of a form that was begun by chat and left unfinished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from store.queries import chats, outbox
from workflows.beginnings import REMIND_AFTER
from workflows.callers import CHAT_LIFE, Caller, Desk, known_of, talk_of
from workflows.chat import Talk
from workflows.places import standing

AWAKE = (time(8), time(20))  # nobody is written to at night
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder to word and send now."""

    channel: str
    chat: bytes
    address: str
    talk: Talk


def due(connection: Connection, desk: Desk, now: datetime) -> list[Due]:
    """The reminders to send now; one whose person was here since waits, one whose form is gone is dropped."""
    found = []
    for row in outbox.reminders_due(connection, now, AT_ONCE):
        form = chats.form(connection, row.chat, now)
        awake = next_awake(now, desk.zone)
        seen = form.expires_at - CHAT_LIFE if form is not None else now
        if form is None:
            outbox.delivered(connection, [row.id])
        elif seen + REMIND_AFTER > now:
            outbox.remind_later(connection, row.id, next_awake(seen + REMIND_AFTER, desk.zone))
        elif awake > now:
            outbox.remind_later(connection, row.id, awake)
        else:
            outbox.delivered(connection, [row.id])
            caller = Caller(row.channel, row.address, "", now, desk.day_of(now))
            talk = talk_of(desk, caller, known_of(connection, desk, caller, row.chat), form)
            if talk is not None and standing(talk.place, caller.today) == "open":
                found.append(Due(row.channel, row.chat, row.address, talk))
    return found


def next_awake(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself by day, or the next morning's hour.

    >>> next_awake(datetime.fromisoformat("2026-11-22T21:00:00+07:00"), ZoneInfo("Asia/Ho_Chi_Minh")).isoformat()
    '2026-11-23T08:00:00+07:00'
    """
    local = moment.astimezone(zone)
    if AWAKE[0] <= local.time() < AWAKE[1]:
        return moment
    morning = local.replace(hour=AWAKE[0].hour, minute=0, second=0, microsecond=0)
    return morning if local.time() < AWAKE[0] else morning + timedelta(days=1)
