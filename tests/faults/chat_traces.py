"""Where people who answered by chat can be found afterwards: nowhere, but for the reminders of unfinished forms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, delete, text

from store.database import Database
from store.models.chat import OutboxRow
from tests.faults.chat_servers import ChatServers
from tests.zalo_server import TOKEN


def traces(database: Database, servers: ChatServers, people: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    """Who stands in the database once the reminders are gone from it; and who, or what was written, in what was logged.

    On SQLite every byte of its files is looked at, so what was deleted has to be overwritten too.
    """
    with database.writing() as session:
        session.execute(delete(OutboxRow).where(OutboxRow.kind == "reminder"))
    held, logged = everything(database), servers.logs().encode()
    if not (held and logged):
        raise AssertionError("nothing to look at")
    found = [f"{person} in the database" for person in people if person.encode() in held]
    return (*found, *(f"{told} in a log" for told in (*people, *words, TOKEN) if told.encode() in logged))


def everything(database: Database) -> bytes:
    """All that a database holds."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            return rows_as_text(connection).encode()
        connection.rollback()
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(str(database.engine.url.database))
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


def rows_as_text(connection: Connection) -> str:
    """Every row of every table."""
    tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    return "\n".join(
        row for table in tables for row in connection.scalars(text(f'SELECT each::text FROM "{table}" AS each'))
    )
