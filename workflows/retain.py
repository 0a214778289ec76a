"""What is kept only for a time, and forgotten once that is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from store.database import Database, wipe_log
from store.queries import accounts, chats, inbox, outbox, quality
from workflows.arrivals import KEPT_FOR
from workflows.openings import drop_expired

NUMBERS_LIFE = timedelta(days=3)  # of updates that are dealt with; no channel sends one again after so long
FAILED_LIFE = timedelta(days=7)  # of messages that could not be delivered
ATTEMPTS_LIFE = timedelta(hours=1)  # of attempts to sign in that failed
SILENT_LIFE = timedelta(days=30)  # of a chat's language; its unfinished form has its own, shorter time


def clean_up(database: Database, now: datetime, zone: ZoneInfo) -> int:
    """Forget what is over, and wipe it from the files of the database too; gives how many rows that were."""
    rows = database.write(lambda connection: forget(connection, now, zone))
    wipe_log(database)
    return rows


def forget(connection: Connection, now: datetime, zone: ZoneInfo) -> int:
    """Delete unfinished forms whose time is up, and what the chat needs no more; gives how many rows that were."""
    chats.let_closed_go(connection)
    return (
        drop_expired(connection, now, zone)
        + accounts.forget_ended(connection, now, now - ATTEMPTS_LIFE)
        + inbox.forget(connection, now - NUMBERS_LIFE)
        + outbox.forget_failed(connection, now - FAILED_LIFE)
        + chats.forget(connection, now - SILENT_LIFE)
        + quality.forget_arrivals(connection, now - KEPT_FOR)
    )
