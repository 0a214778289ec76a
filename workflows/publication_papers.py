"""The documents of a publication: DOCX, PDF and XLSX of exactly the figures that it freezes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from reports import published
from reports.letterheads import Letterhead
from reports.print import pdf
from reports.published import Number
from reports.sipas_material import Facts
from reports.word import word
from reports.word_styles import TemplateError
from reports.workbook import workbook
from scoring.tallies import Tally
from survey.faults import Fault
from workflows import mail
from workflows.letterheads import letterhead
from workflows.mail import Attachment
from workflows.release_files import Edition
from workflows.reporting import Manner
from workflows.results import FORMS, KIND
from workflows.sipas_facts import facts
from workflows.tally import Key

NAME = "report"  # of the files in the folder


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What the documents are made of; nothing of it needs the database any more."""

    facts: Facts
    letterhead: Letterhead
    template: Path | None
    number: Number


def material(
    session: Session, code: str, edition: Edition, cells: Mapping[Key, Tally], manner: Manner
) -> Material | Sequence[Fault]:
    """The facts of the figures that follow from these cells."""
    issuer = letterhead(Path(manner.letterhead) if manner.letterhead else None)
    if not isinstance(issuer, Letterhead):
        return issuer
    now = edition.at.astimezone(manner.zone)
    found = facts(session, code, now, shown=True, kept=cells, corrects=bool(edition.earlier))
    template = Path(manner.word_template) if manner.word_template else None
    return Material(found, issuer, template, Number(edition.number, now.date(), edition.reason))


def papers(found: Material) -> dict[str, bytes] | Fault:
    """The documents by the names that they bear in the folder: the same bytes from the same facts."""
    paper = published.paper(found.facts, found.letterhead, found.number)
    try:
        made = word(paper, found.template)
    except TemplateError as error:
        return Fault(error.code, "WORD_TEMPLATE", error.facts)
    sheets = workbook(published.book(found.facts, found.letterhead, found.number))
    return {f"{NAME}.docx": made, f"{NAME}.pdf": pdf(paper), f"{NAME}.xlsx": sheets}


def keep(session: Session, code: str, edition: Edition, made: Mapping[str, bytes]) -> None:
    """Keep the documents of a publication beside it, to be downloaded and mailed."""
    found = [
        Attachment(f"Báo cáo {code} - công bố số {edition.number}.{form}", media_type, made[f"{NAME}.{form}"])
        for form, media_type in FORMS.items()
    ]
    mail.keep_papers(session, KIND, code, str(edition.number), found, edition.at)
