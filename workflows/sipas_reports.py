"""The yearly report and what goes with it as files: letters to units, press text, draft decision, workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports import sipas
from reports.letterheads import Letterhead
from reports.papers import Paper
from reports.print import pdf
from reports.sipas_book import book
from reports.sipas_decision import decision, press
from reports.sipas_letters import letters
from reports.sipas_material import Facts
from reports.word import word
from reports.workbook import workbook
from store.database import Database
from store.queries import campaigns
from workflows import tally
from workflows.letterheads import letterhead
from workflows.reporting import LetterheadError, Manner
from workflows.sipas_facts import facts

ONE = ""  # the name of the only document of its kind


@dataclass(frozen=True, slots=True, eq=False)
class Yearly:
    """The facts of a campaign with who issues its documents."""

    facts: Facts
    letterhead: Letterhead
    template: Path | None


PAPERS: Mapping[str, Callable[[Facts, Letterhead], Mapping[str, Paper]]] = {
    "sipas": lambda found, issuer: {ONE: sipas.paper(found, issuer)},
    "letters": letters,
    "press": lambda found, issuer: {ONE: press(found, issuer)},
    "decision": lambda found, issuer: {ONE: decision(found, issuer)},
}
MAKERS: Mapping[str, Callable[[Paper, Path | None], bytes]] = {"docx": word, "pdf": lambda paper, _: pdf(paper)}
SHEETS = ("sipas",)  # kinds that have a workbook


def yearly(database: Database, code: str, now: datetime, manner: Manner, *, before: str = "") -> Yearly:
    """Everything that the documents say, as of one moment; new answers are counted first.

    Of a published campaign it is what was published. Raises UnknownCampaignError, ScoringError and LetterheadError.
    """
    issuer = letterhead(Path(manner.letterhead) if manner.letterhead else None)
    if not isinstance(issuer, Letterhead):
        raise LetterheadError(issuer)
    tally.fold(database, code)
    with database.snapshot() as session:
        row = campaigns.campaign(session, code)
        published = row is not None and row.state == "published"
        found = facts(session, code, now.astimezone(manner.zone), shown=published, before=before or None)
    return Yearly(found, issuer, Path(manner.word_template) if manner.word_template else None)


def documents(found: Yearly, kind: str, form: str) -> dict[str, bytes]:
    """The documents of a kind in a format, by name: the codes of units for letters, else ONE.

    Raises KeyError for a format that the kind does not have, TemplateError for a Word template that cannot be used.
    """
    if form == "xlsx" and kind in SHEETS:
        return {ONE: workbook(book(found.facts, found.letterhead))}
    papers = PAPERS[kind](found.facts, found.letterhead)
    return {name: MAKERS[form](paper, found.template) for name, paper in papers.items()}
