"""`hailong doctor`: what is well, and for what is not, cause and cure."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cli.backups import last_backup
from cli.chat_findings import of_chat
from cli.clock_findings import of_clock
from cli.findings import Finding
from cli.report_findings import of_reports
from cli.sheets import json_wanted
from cli.terminal import REFUSED, answer, language, messages
from runtime.settings import Settings, SettingsError, read_settings
from runtime.words import translate
from store.database import Database, current_migration, newest_migration, open_database
from workflows import prepare, record

LEAST_DISK_MB = 500
CLOCK_LAG_S = 5


@click.command()
@json_wanted
def doctor(as_json: bool) -> None:
    """Look at settings, disk, database, migrations, instruments, clock, backup, reports and chat.

    Each is ok, or has cause and cure.
    """
    findings = examine()
    if as_json:
        answer({"ok": all(finding.ok for finding in findings), "findings": [finding.as_json() for finding in findings]})
    else:
        for finding in findings:
            mark = "✓" if finding.ok else "✗"
            cure = f" → {translate(finding.cure, language())}" if finding.cure else ""
            messages.print(f"{mark} {finding.name}: {finding.told(language())}{cure}", markup=False)
    sys.exit(0 if all(finding.ok for finding in findings) else REFUSED)


def examine() -> list[Finding]:
    """Every finding; what rests on something broken is not looked at."""
    try:
        settings = read_settings()
    except SettingsError as error:
        return [
            Finding(name, ok=False, found=reason, cure="Mend the environment and start again.")
            for name, reason in error.faults
        ]
    findings = [Finding("settings", ok=True, found=settings.env), disk(settings)]
    database = open_database(settings.database_url, pool_size=1)
    try:
        for look in DATABASE_LOOKS:
            findings.append(look(database))
            if not findings[-1].ok:
                break
        else:
            findings += [whole_record(database), last_backup(settings, database), *of_clock(settings, database)]
            findings += [*of_reports(settings, database), *of_chat(settings, database)]
    finally:
        database.close()
    return findings


def disk(settings: Settings) -> Finding:
    """Whether the data folder's disk has room."""
    folder = next(
        path for path in (settings.data_dir.absolute(), *settings.data_dir.absolute().parents) if path.exists()
    )
    free = shutil.disk_usage(folder).free // 2**20
    well = free >= LEAST_DISK_MB
    return Finding("disk", well, f"{free} MB", "" if well else "Make room: a full disk refuses answers.")


def reachable(database: Database) -> Finding:
    """Whether the database answers, and what it is."""
    try:
        with database.reading() as session:
            version = session.scalar(text(VERSIONS[database.engine.dialect.name]))
    except (SQLAlchemyError, OSError) as error:
        return Finding(
            "database", ok=False, found=type(error).__name__, cure="Check DATABASE_URL and that the server runs."
        )
    return Finding("database", ok=True, found=f"{database.engine.dialect.name} {version}")


VERSIONS = {"sqlite": "SELECT sqlite_version()", "postgresql": "SHOW server_version"}


def whole_record(database: Database) -> Finding:
    """Whether the record of acts is whole; its end is told, so that whoever keeps these words can hold it to them."""
    with database.snapshot() as session:
        verdict = record.verify(session)
    well = isinstance(verdict, record.Verdict) and not verdict.breaks
    found = verdict.head if isinstance(verdict, record.Verdict) else verdict.code
    return Finding("record", well, found, "" if well else "Run `hailong audit verify`; keep the newest backups apart.")


def migrated(database: Database) -> Finding:
    """Whether the tables are those that this code expects."""
    with database.reading() as session:
        found = current_migration(session)
    well = found == newest_migration()
    return Finding("migrations", well, f"{found or '–'} / {newest_migration()}", "" if well else "Run `hailong init`.")


def instruments(database: Database) -> Finding:
    """Whether every shipped instrument can be read and is stored."""
    with database.reading() as session:
        lacking = prepare.lacking_instruments(session)
    found = ", ".join(lacking) or "ok"
    return Finding("instruments", not lacking, found, "Run `hailong init`." if lacking else "")


def clock(database: Database) -> Finding:
    """Whether this machine and the database server tell the same time."""
    if database.engine.dialect.name == "sqlite":
        return Finding("clock", ok=True, found=datetime.now(UTC).isoformat(timespec="seconds"))
    with database.reading() as session:
        there = session.scalar(text("SELECT clock_timestamp()"))
    lag = abs((datetime.now(UTC) - there).total_seconds()) if there else 0.0
    well = lag <= CLOCK_LAG_S
    return Finding("clock", well, f"{lag:.1f} s", "" if well else "Set both machines' clocks by NTP.")


def storage(database: Database) -> Finding:
    """Whether a SQLite file is intact; a server looks after its own."""
    name = database.engine.url.database
    if database.engine.dialect.name != "sqlite" or not name:
        return Finding("storage", ok=True, found="server")
    with database.reading() as session:
        intact = session.scalar(text("PRAGMA quick_check"))
    size = Path(name).stat().st_size // 2**20
    return Finding(
        "storage", intact == "ok", f"{size} MB, {intact}", "" if intact == "ok" else "Restore the last backup."
    )


DATABASE_LOOKS: tuple[Callable[[Database], Finding], ...] = (reachable, migrated, instruments, clock, storage)
