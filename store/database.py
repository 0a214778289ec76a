"""The one way to a database: engine, transactions and durability, alike for SQLite and PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from store.base import Base
from store.models import (  # noqa: F401 - tables register themselves
    accounts,
    board,
    campaigns,
    chat,
    clock,
    collection,
    comments,
    drafts,
    funnel,
    kiosks,
    mail,
    quality,
    results,
    tasks,
    units,
)
from store.writer import GroupCommit

if TYPE_CHECKING:
    from alembic.config import Config

T = TypeVar("T")
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 8_000
UPGRADE_MS = 120_000  # that one who prepares the database waits for another who does
WIPE_MS = 1_000  # others cannot write meanwhile
IDLE_S = 1.0
CONNECT_S = 5
TURN = 0x6861696C6F6E67  # “hailong”: the number of the lock that turns are taken by


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: `reading` and `writing` give transactions, `write` the short ones of the hot path."""

    engine: Engine
    writer: GroupCommit

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that changes nothing."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A transaction that sees all rows as of one moment, however long it reads, and holds nobody up."""
        frozen = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with Session(self.engine.execution_options(**frozen), expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def writing(self, *, in_turn: bool = False) -> Iterator[Session]:
        """A transaction that may change rows; on SQLite it takes the write lock at once.

        What looks whether a thing is there before it adds it goes `in_turn`: on PostgreSQL too one waits then.
        """
        with Session(self.engine.execution_options(immediate=True), expire_on_commit=False) as session, session.begin():
            if in_turn:
                take_turn(session.connection())
            yield session

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a durable transaction and give its result once that is committed.

        Work must come to the same when it is run again: where the connection turns out to be gone, it is, on a new one.
        """
        try:
            return self.writer.run(work)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        return self.writer.run(work)

    def close(self) -> None:
        """Finish what is queued and let the connections go."""
        self.writer.stop()
        self.engine.dispose()


def open_database(url: str, *, pool_size: int = 16) -> Database:
    """Open the database at `url` (created on first use for SQLite); nothing is migrated."""
    address = make_url(url.replace("postgres://", "postgresql://", 1))
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() == "sqlite":
        if address.database not in (None, "", ":memory:"):
            make_file(Path(str(address.database)))
        engine = create_engine(
            address, pool_size=pool_size, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True
        )
        event.listen(engine, "connect", prepare_sqlite)
        event.listen(engine, "begin", begin_sqlite)
        return Database(engine, GroupCommit(engine.execution_options(immediate=True)))
    engine = create_engine(
        address,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=8,
        connect_args={"connect_timeout": CONNECT_S},
        hide_parameters=True,
    )
    event.listen(engine, "checkin", note_use)
    event.listen(engine, "checkout", check_idle)
    return Database(engine, GroupCommit(engine))


def note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    """Remember when a connection was last used."""
    record.info["used"] = time.monotonic()


def check_idle(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # as `prepare_sqlite`
    """Ask a connection that lay idle whether it still lives; asking each time would be a fifth of a post's cost."""
    if time.monotonic() - record.info.get("used", time.monotonic()) < IDLE_S:
        return
    from psycopg import Error

    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Error as error:
        raise DisconnectionError from error


def make_file(path: Path) -> None:
    """Make the file of a new database: whoever else has an account on the machine is not to read answers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with suppress(OSError):  # the database says better what is wrong
            path.touch(mode=0o660)


def prepare_sqlite(connection: Any, _record: object) -> None:  # a DBAPI connection has no common type
    """WAL with full synchronisation: a commit that was acknowledged survives a power cut; what is deleted is wiped."""
    connection.isolation_level = None  # the driver must not begin transactions behind SQLAlchemy's back
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        f"busy_timeout={BUSY_MS}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def begin_sqlite(connection: Connection) -> None:
    """Begin as a writer where the transaction is going to write: an upgrade half-way could not wait its turn."""
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def wipe_log(database: Database) -> None:
    """Empty SQLite's log, where rows that were deleted still stand; while somebody reads for long it stays as it is."""
    if database.engine.dialect.name != "sqlite":
        return
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={WIPE_MS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    finally:
        connection.close()


def take_turn(connection: Connection) -> None:
    """Wait until no other transaction of PostgreSQL has the turn, and keep it; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")


def migration_config() -> Config:
    """Alembic's settings; it is loaded where it is used, for a web worker seldom does and is back sooner without it."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def upgrade(database: Database) -> tuple[str | None, str | None]:
    """Bring the tables to the newest migration; gives the versions before and after."""
    from alembic import command
    from alembic.migration import MigrationContext

    with database.engine.execution_options(immediate=True).connect() as connection, patient(connection):
        take_turn(connection)
        config = migration_config()
        config.attributes["connection"] = connection
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(config, "head")
        after = MigrationContext.configure(connection).get_current_revision()
    return before, after


@contextmanager
def patient(connection: Connection) -> Iterator[None]:
    """A transaction that waits for its turn on SQLite for as long as all migrations may take."""
    held: Any = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
    if held is not None:
        held.execute(f"PRAGMA busy_timeout={UPGRADE_MS}")
    try:
        with connection.begin():
            yield
    finally:
        if held is not None:
            held.execute(f"PRAGMA busy_timeout={BUSY_MS}")


@cache
def newest_migration() -> str | None:
    """The version that the code expects; the files are read once a process."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(migration_config()).get_current_head()


def current_migration(session: Session) -> str | None:
    """The version that the database is at, None for an empty one."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(session.connection()).get_current_revision()


def differences(connection: Connection) -> list[Any]:
    """What the tables lack against the models; empty where they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def is_away(error: Exception) -> bool:
    """True where the database could not be reached or could not take the transaction, so that trying again may help."""
    return isinstance(error, OperationalError | PoolTimeoutError | ConnectionError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )
