"""Backups: a whole copy of the database with its checksum beside it, the newest few kept, and the way back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from store import copies
from store.copies import CopyError
from store.database import Database, current_migration, newest_migration, open_database
from store.models.campaigns import CampaignRow
from store.models.collection import ResponseRow
from store.queries import audit
from survey.faults import Fault
from workflows import record

NAME = re.compile(r"hailong-[0-9]{8}T[0-9]{6}Z\.(db|dump)")
ENDINGS = {"sqlite": "db", "postgresql": "dump"}
BLOCK = 2**20
BACKED_UP = "backed up"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written and looked at."""

    file: Path
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored database holds, at which migration it is and which one this program wants."""

    campaigns: int
    responses: int
    version: str
    wanted: str
    checked: bool  # whether a checksum lay beside the file


def backup(database: Database, file: Path, now: datetime) -> Backup | Fault:
    """Write a copy of the database as of one moment into a new file, with its checksum beside it.

    The file appears under its name when it is whole: its kind of database has read it to the end.
    """
    if file.exists():
        return Fault("backup_there", str(file), {"found": file.name})
    if not file.absolute().parent.is_dir():
        return Fault("folder_not_writable", str(file), {"found": str(file.absolute().parent)})
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        copies.copy_out(database.engine.url, unfinished)
        made = Backup(file, unfinished.stat().st_size, sha256_of(unfinished))
        checksum_of(file).write_text(f"{made.sha256}  {file.name}\n", encoding="utf-8")
        unfinished.rename(file)
    except CopyError as error:
        return Fault(error.code, str(file), {"found": str(error)})
    finally:
        unfinished.unlink(missing_ok=True)
    with database.writing() as session:
        facts = {"file": file.name, "size": made.size, "sha256": made.sha256, "record": record.head(session)}
        audit.note(session, at=now, actor="backup", act=BACKED_UP, subject="database", facts=facts)
    return made


def backup_into(database: Database, folder: Path, keep: int, now: datetime) -> Backup | Fault:
    """Write the next backup of a folder, named after its moment, and delete the oldest beyond `keep`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ending = ENDINGS[database.engine.dialect.name]
    made = backup(database, folder / f"hailong-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.{ending}", now)
    if isinstance(made, Backup):
        for old in backups_in(folder)[:-keep]:
            old.unlink()
            checksum_of(old).unlink(missing_ok=True)
    return made


def backups_in(folder: Path) -> Sequence[Path]:
    """The backups that `backup_into` wrote there, the oldest first."""
    return sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))


def newest_backup(database: Database) -> datetime | None:
    """When the last backup was written, wherever it lies."""
    with database.reading() as session:
        return audit.newest(session, BACKED_UP)


def restore(url: str, file: Path) -> Restored | Fault:
    """Bring a backup back into a database that holds nothing; refused, with nothing changed, anywhere else."""
    address = copies.address(url)
    fault = file_fault(file, address.get_backend_name())
    if fault is not None:
        return fault
    try:
        database = open_database(url, pool_size=1)
        try:
            if not copies.is_empty(database.engine):
                return Fault("place_not_empty", "DATABASE_URL", {"found": str(address.database)})
        finally:
            database.close()
        copies.copy_in(address, file)
    except CopyError as error:
        return Fault(error.code, str(file), {"found": str(error)})
    return restored(url, checked=checksum_of(file).exists())


def file_fault(file: Path, wanted: str) -> Fault | None:
    """What keeps a file from being restored into that kind of database."""
    try:
        kind = copies.kind_of(file)
        if not kind:
            return Fault("backup_unknown", str(file), {"found": file.name})
        if kind != wanted:
            return Fault("backup_kind", str(file), {"found": kind, "wanted": wanted})
        beside = checksum_of(file)
        if beside.exists() and beside.read_text(encoding="utf-8").split()[:1] != [sha256_of(file)]:
            return Fault("backup_altered", str(file), {"found": beside.name})
        if (version := copies.version_of(file)) not in copies.known_versions():
            return Fault("backup_newer", str(file), {"found": version or "–", "known": str(newest_migration())})
    except CopyError as error:
        return Fault(error.code, str(file), {"found": str(error)})
    return None


def restored(url: str, *, checked: bool) -> Restored:
    """What the restored database holds."""
    database = open_database(url, pool_size=1)
    try:
        with database.reading() as session:
            counts = [session.scalar(select(func.count()).select_from(each)) for each in (CampaignRow, ResponseRow)]
            version = current_migration(session)
    finally:
        database.close()
    return Restored(counts[0] or 0, counts[1] or 0, str(version), str(newest_migration()), checked)


def checksum_of(file: Path) -> Path:
    """The file that holds a backup's checksum, as `sha256sum --check` reads it."""
    return file.with_name(f"{file.name}.sha256")


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file of any size."""
    found = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(BLOCK):
            found.update(block)
    return found.hexdigest()
