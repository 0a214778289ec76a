"""What `hailong doctor` finds of reports: who issues them, on which template, and whether anybody gets them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cli.findings import Finding
from reports.letterheads import Letterhead
from reports.word_files import opened
from reports.word_styles import TemplateError, styles_of
from runtime.sentences import SENTENCES
from runtime.settings import Settings
from store.database import Database
from store.queries import mails
from workflows.letterheads import letterhead

LATE = timedelta(hours=1)
TO_FILES = "laid down as files in {folder}; nobody gets them until SMTP_URL is set"
WAITING = "{waiting} waiting, {failed} given up"
SENT = "readers of the summary: {number}"
NOBODY = "Nobody gets the summary; it is made and kept. Add somebody: `hailong recipients add summary ADDRESS`."


def of_reports(settings: Settings, database: Database) -> Iterator[Finding]:
    """Every finding of reports."""
    yield issuer(settings)
    yield template(settings)
    with database.reading() as session:
        number = len(mails.recipients(session, "summary"))
        waiting, oldest, failed = mails.lag(session, datetime.now(UTC))
    yield Finding("reports", True, SENT, "" if number else NOBODY, {"number": str(number)})
    if not settings.smtp_url:
        yield Finding("mail", True, TO_FILES, facts={"folder": str(settings.data_dir / "mail")})
    well = oldest is None or datetime.now(UTC) - oldest < LATE
    cure = "" if well else "Look at the log of `python -m scheduler`, and at SMTP_URL."
    yield Finding("mails", well, WAITING, cure, {"waiting": str(waiting), "failed": str(failed)})


def issuer(settings: Settings) -> Finding:
    """Whether the letterhead can be used."""
    found = letterhead(Path(settings.letterhead) if settings.letterhead else None)
    if isinstance(found, Letterhead):
        return Finding("letterhead", ok=True, found=found.body)
    return Finding(
        "letterhead", False, SENTENCES[found[0].code], "Mend the file that LETTERHEAD names.", found[0].facts
    )


def template(settings: Settings) -> Finding:
    """Whether the province's Word template can be used."""
    if not settings.word_template:
        return Finding("word template", ok=True, found="ours")
    try:
        styles_of(opened(Path(settings.word_template)))
    except TemplateError as error:
        cure = "Mend the file that WORD_TEMPLATE names; see docs/documents.md."
        return Finding("word template", False, SENTENCES[error.code], cure, error.facts)
    return Finding("word template", ok=True, found=settings.word_template)
