"""Instruments into the database: questionnaires are kept as frozen versions, the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from sqlalchemy.orm import Session

from store.models.campaigns import QuestionnaireRow
from store.queries import questionnaires, tasks
from survey.calendar import Calendar
from survey.calendar_rows import read_calendar
from survey.faults import Fault
from survey.questionnaire import Questionnaire
from survey.reading import fingerprint, read_questionnaire
from workflows.calendars import keep_shipped
from workflows.files import beginning
from workflows.places import questionnaire_of

LARGEST_FILE = 2 * 2**20


def shipped(folder: str, ending: str) -> Iterator[Traversable]:
    """The shipped instrument files of a folder, by name."""
    found = files("instruments") / folder
    yield from sorted((path for path in found.iterdir() if path.name.endswith(ending)), key=lambda path: path.name)


def keep_instruments(session: Session) -> list[Fault]:
    """Keep every shipped questionnaire version and calendar; gives what cannot be kept: then nothing should be."""
    faults: list[Fault] = []
    for path in shipped("calendars", ".yaml"):
        found = keep_shipped(session, path.read_text(encoding="utf-8"))
        if not isinstance(found, Calendar):
            faults += [Fault(fault.code, f"{path.name}: {fault.where}", fault.facts) for fault in found]
    for path in shipped("questionnaires", ".yaml"):
        kept = keep_questionnaire(session, path.read_text(encoding="utf-8"))
        if not isinstance(kept, QuestionnaireRow):
            faults += [Fault(fault.code, f"{path.name}: {fault.where}", fault.facts) for fault in kept]
    return faults


def lacking_instruments(session: Session) -> list[str]:
    """Names of shipped questionnaire and calendar files that cannot be read or are not kept."""
    kept = {row.sha256 for row in questionnaires.questionnaires(session)}
    texts = [(path.name, path.read_text(encoding="utf-8")) for path in shipped("questionnaires", ".yaml")]
    lacking = [
        name for name, text in texts if isinstance(read_questionnaire(text), tuple) or fingerprint(text) not in kept
    ]
    versions = {row.code: row.version for row in tasks.calendars(session)}
    for path in shipped("calendars", ".yaml"):
        read = read_calendar(path.read_text(encoding="utf-8"))
        if isinstance(read, tuple) or versions.get(read.code, 0) < read.version:
            lacking.append(path.name)
    return lacking


def keep_questionnaire(session: Session, text: str) -> QuestionnaireRow | Sequence[Fault]:
    """The kept version that this definition says; refused where that version is kept with other content."""
    read = read_questionnaire(text)
    if isinstance(read, tuple):
        return read
    sha256 = fingerprint(text)
    kept = questionnaires.version(session, read.code, read.version)
    if kept is None:
        kept = QuestionnaireRow(code=read.code, version=read.version, sha256=sha256, definition=text)
        session.add(kept)
        session.flush()
    if kept.sha256 != sha256:
        facts = {"code": read.code, "version": str(read.version), "next": str(read.version + 1)}
        return [Fault("questionnaire_frozen", "version", facts)]
    return kept


def newest(session: Session, code: str) -> Questionnaire | None:
    """The newest kept version of a questionnaire."""
    row = questionnaires.newest(session, code)
    return None if row is None else questionnaire_of(row)


def text_of(path: Path) -> str | Fault:
    """The text of a definition file; a fault where it is no text of a sensible size."""
    data = beginning(path, LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        size = max(len(data), path.stat().st_size)
        return Fault("file_too_large", path.name, {"found": f"{size:,} B", "limit": f"{LARGEST_FILE:,} B"})
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return Fault("not_utf8", path.name, {"position": str(error.start)})
