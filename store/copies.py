"""Whole copies of a database: made while it is in use, looked at, and brought back into an empty place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, Engine, inspect, make_url

from store.database import migration_config

WAIT_S = 30
SQLITE_MARK, POSTGRESQL_MARK = b"SQLite format 3\0", b"PGDMP"
NO_OWNER = ("--no-owner", "--no-privileges")


class CopyError(Exception):
    """A copy could not be made, is not whole, or could not be brought back; `code` names the fact."""

    def __init__(self, code: str, found: str) -> None:
        super().__init__(found)
        self.code = code


def kind_of(file: Path) -> str:
    """Of which kind of database a file is a copy; "" for none."""
    with file.open("rb") as opened:
        beginning = opened.read(len(SQLITE_MARK))
    if beginning == SQLITE_MARK:
        return "sqlite"
    return "postgresql" if beginning.startswith(POSTGRESQL_MARK) else ""


def copy_out(url: URL, file: Path) -> None:
    """Make a copy of the database as of one moment, readable by its owner only, and see that it is whole."""
    file.touch(mode=0o600)
    OUT[url.get_backend_name()](url, file)
    with file.open("rb") as written:
        os.fsync(written.fileno())


def sqlite_out(url: URL, file: Path) -> None:
    """SQLite's own backup: one read transaction, which holds up nobody who writes."""
    source = sqlite_file(url)
    if not source.exists():
        raise CopyError("backup_nothing", str(source))
    try:
        with closing(sqlite3.connect(source, timeout=WAIT_S)) as live, closing(sqlite3.connect(file)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise CopyError("backup_failed", str(error)) from error
    sqlite_whole(file)


def sqlite_whole(file: Path) -> None:
    """Raises CopyError for a file that SQLite does not find whole."""
    try:
        with closing(sqlite3.connect(file.absolute().as_uri() + "?mode=ro", uri=True)) as copy:
            found = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
            found += [f"{row[0]} → {row[2]}" for row in copy.execute("PRAGMA foreign_key_check").fetchmany(3)]
    except sqlite3.Error as error:
        found = [str(error)]
    if found != ["ok"]:
        raise CopyError("backup_not_whole", "; ".join(found))


def postgresql_out(url: URL, file: Path) -> None:
    """pg_dump's own format, which sees the database as of one moment."""
    with connection_words(url) as words:
        run("pg_dump", "--format=custom", *NO_OWNER, f"--file={file}", f"--dbname={words}")
    postgresql_whole(file)


def postgresql_whole(file: Path) -> None:
    """Raises CopyError for a dump that cannot be read to its end, or that does not say at which version it is."""
    run("pg_restore", "--file=/dev/null", str(file))
    if not version_of(file):
        raise CopyError("backup_not_whole", "alembic_version")


def version_of(file: Path) -> str:
    """The migration that a copy is at."""
    if kind_of(file) == "postgresql":
        rows = run("pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file)).splitlines()
        start = next((at for at, row in enumerate(rows) if row.startswith("COPY ")), len(rows))
        return "".join(rows[start + 1 : start + 2])
    with closing(sqlite3.connect(file.absolute().as_uri() + "?mode=ro", uri=True)) as copy:
        try:
            return str(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        except (sqlite3.Error, TypeError):
            return ""


def known_versions() -> set[str]:
    """Every migration that this program knows."""
    from alembic.script import ScriptDirectory

    return {each.revision for each in ScriptDirectory.from_config(migration_config()).walk_revisions()}


def is_empty(engine: Engine) -> bool:
    """Whether a database holds no table at all."""
    return not inspect(engine).get_table_names()


def copy_in(url: URL, file: Path) -> None:
    """Bring a copy back into a database that holds nothing; it is there whole, or not at all."""
    IN[url.get_backend_name()](url, file)


def sqlite_in(url: URL, file: Path) -> None:
    """The file under its name, and no remains of another one beside it."""
    place = sqlite_file(url)
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}.unfinished")
    try:
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o660)
        shutil.copyfile(file, fresh)
        sqlite_whole(fresh)
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        for remains in ("-wal", "-shm", "-journal"):
            place.with_name(place.name + remains).unlink(missing_ok=True)
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)


def postgresql_in(url: URL, file: Path) -> None:
    """All tables in one transaction."""
    with connection_words(url) as words:
        run("pg_restore", *NO_OWNER, "--exit-on-error", "--single-transaction", f"--dbname={words}", str(file))


OUT: Mapping[str, Callable[[URL, Path], None]] = {"sqlite": sqlite_out, "postgresql": postgresql_out}
IN: Mapping[str, Callable[[URL, Path], None]] = {"sqlite": sqlite_in, "postgresql": postgresql_in}


def sqlite_file(url: URL) -> Path:
    """The file of a SQLite database; raises CopyError for one that lives in memory only."""
    if url.database in (None, "", ":memory:"):
        raise CopyError("backup_nothing", ":memory:")
    return Path(str(url.database))


def address(text: str) -> URL:
    """An address as settings hold it."""
    return make_url(text.replace("postgres://", "postgresql://", 1))


@contextmanager
def connection_words(url: URL) -> Iterator[str]:
    """How libpq's programs are told of a database; the password goes by a file, for anybody may list what runs."""
    from psycopg.conninfo import make_conninfo

    told = dict(url.translate_connect_args(database="dbname", username="user"))
    told |= {name: str(value) for name, value in url.query.items()}
    password = str(told.pop("password", ""))
    with TemporaryDirectory() as folder:
        if password:
            file = Path(folder) / "pgpass"
            file.touch(mode=0o600)
            escaped = password.replace("\\", "\\\\").replace(":", "\\:")
            file.write_text(f"*:*:*:*:{escaped}\n", encoding="utf-8")
            told["passfile"] = str(file)
        yield make_conninfo(**told)


def run(program: str, *words: str) -> str:
    """Run one of PostgreSQL's programs; gives what it prints, raises CopyError with what it says is wrong."""
    if shutil.which(program) is None:
        raise CopyError("program_missing", program)
    command = [program, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our programs and words
    if done.returncode:
        raise CopyError("backup_failed", " ".join(done.stderr.split())[:500])
    return done.stdout
