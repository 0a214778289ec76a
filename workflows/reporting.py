"""Summary reports made, kept, and put into the mail of those who asked for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from reports.letterheads import Letterhead
from reports.papers import Paper
from reports.print import pdf
from reports.summary import paper
from reports.summary_book import book
from reports.summary_facts import Kind, Span, SummaryFacts
from reports.summary_mail import message, subject, words
from reports.word import word
from reports.workbook import workbook
from store.database import Database
from store.models.campaigns import CampaignRow
from store.queries import campaigns, mails, progress
from survey.faults import Fault
from workflows import bound_chats, mail, tally
from workflows.letterheads import letterhead
from workflows.mail import DOCX, PDF, XLSX, Attachment
from workflows.summaries import FIGURES, kept_figures, summary_facts
from workflows.tasks import near

LISTS = {"daily": "daily", "weekly": "summary", "monthly": "summary"}  # kind of report → list of recipients
NAMES = {"daily": "Tiến độ ngày", "weekly": "Báo cáo tuần", "monthly": "Báo cáo tháng", "days": "Báo cáo"}
JSON = "application/json"
PAGE = "Trang kết quả"
SATURDAY = 5


class LetterheadError(Exception):
    """The province's letterhead cannot be used; `faults` say why."""

    code = "letterhead"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = tuple(faults)


class Manner(Protocol):
    """What of the settings a report needs: the province's time, and its own letterhead and Word template, if any."""

    @property
    def zone(self) -> ZoneInfo:
        """The province's time zone."""

    @property
    def letterhead(self) -> str:
        """The file of its letterhead; empty for the shipped one."""

    @property
    def word_template(self) -> str:
        """The file of its Word template; empty for the shipped one."""


class House(Protocol):
    """What of the settings a message needs: the province's time, where the pages are, and the server's secret."""

    @property
    def zone(self) -> ZoneInfo:
        """The province's time zone."""

    @property
    def public_url(self) -> str:
        """The address of the public pages."""

    @property
    def secret_key(self) -> str:
        """The secret by which chats are known again."""


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """The facts of a report with who issues it, ready to become documents."""

    facts: SummaryFacts
    figures: bytes
    letterhead: Letterhead
    template: Path | None

    @property
    def paper(self) -> Paper:
        """The report as an official paper."""
        return paper(self.facts, self.letterhead)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A finished report: its mail, the same for a chat, its documents, the figures that the next one compares with."""

    campaign: str
    subject: str
    words: str
    message: str
    attachments: tuple[Attachment, ...]
    figures: Attachment


def span_of(kind: Kind, due: date) -> Span:
    """The days that the report of that kind is about which falls due on that day.

    >>> span_of("weekly", date(2026, 11, 23)).first, span_of("monthly", date(2026, 11, 1)).first
    (datetime.date(2026, 11, 16), datetime.date(2026, 10, 1))
    """
    yesterday = due - timedelta(days=1)
    if kind == "daily":
        return Span(kind, due, due)
    if kind == "monthly":
        return Span(kind, yesterday.replace(day=1), yesterday)
    return Span(kind, due - timedelta(days=7), yesterday)


def summary(database: Database, code: str, span: Span, now: datetime, manner: Manner) -> Summary:
    """Everything that the report says, as of one moment; new answers are counted first.

    Raises UnknownCampaignError, ScoringError and LetterheadError.
    """
    issuer = letterhead(Path(manner.letterhead) if manner.letterhead else None)
    if not isinstance(issuer, Letterhead):
        raise LetterheadError(issuer)
    tally.fold(database, code)
    with database.snapshot() as session:
        facts, document = summary_facts(session, code, span, now.astimezone(manner.zone), near)
    template = Path(manner.word_template) if manner.word_template else None
    return Summary(facts, kept_figures(facts, document), issuer, template)


FORMATS: dict[str, tuple[str, Callable[[Summary], bytes]]] = {
    "docx": (DOCX, lambda found: word(found.paper, found.template)),
    "pdf": (PDF, lambda found: pdf(found.paper)),
    "xlsx": (XLSX, lambda found: workbook(book(found.facts, found.letterhead))),
}


def make_summary(database: Database, code: str, span: Span, now: datetime, manner: Manner) -> Made:
    """The report of a campaign in every format, with the words of its mail; nothing is kept."""
    found = summary(database, code, span, now, manner)
    name = f"{NAMES[span.kind]} {code} {span.last:%d-%m-%Y}"
    return Made(
        campaign=code,
        subject=subject(found.facts),
        words=words(found.facts),
        message=message(found.facts),
        attachments=tuple(
            Attachment(f"{name}.{form}", media_type, make(found)) for form, (media_type, make) in FORMATS.items()
        ),
        figures=Attachment(FIGURES, JSON, found.figures),
    )


def reported(session: Session, span: Span, zone: ZoneInfo) -> list[str]:
    """The campaigns that a report is made of: open in these days, or closed within them."""
    return [row.code for row in campaigns.campaigns(session) if is_reported(session, row, span, zone)]


def is_reported(session: Session, row: CampaignRow, span: Span, zone: ZoneInfo) -> bool:
    """Whether there is anything to tell of a campaign and these days."""
    if row.state == "draft" or row.opens > span.last or row.closes < span.first:
        return False
    begun = datetime.combine(span.first, time(), zone)
    return row.state == "open" or progress.closed_since(session, row.code, begun)


def worth_a_report(database: Database, code: str, span: Span) -> bool:
    """Whether a report is made: at weekends, a daily one only where somebody answered."""
    if span.kind != "daily" or span.last.weekday() < SATURDAY:
        return True
    with database.reading() as session:
        row = campaigns.campaign(session, code)
        return row is not None and bool(progress.by_day(session, row.id, span.first))


def keep(
    session: Session, made: Sequence[Made], kind: Kind, period: str, now: datetime, house: House
) -> dict[str, object]:
    """Keep the reports; queue a mail with their documents to everybody on the list, and the main figures to its chats.

    Nobody is no fault.
    """
    to, chats = mails.readers(session, LISTS[kind]), 0
    for each in made:
        kept = mail.keep_papers(session, kind, each.campaign, period, [*each.attachments, each.figures], now)
        about = f"{kind} {each.campaign} {period}"
        for recipient in to:
            mail.queue(session, recipient, each.subject, each.words, kept[: len(each.attachments)], now, about)
        told = f"{each.message}\n\n{PAGE}: {house.public_url}/results/{each.campaign}"
        chats += bound_chats.push(session, LISTS[kind], about, told, house.secret_key, now)
    counts: dict[str, object] = {"reports": len(made), "recipients": len(to), "mails": len(made) * len(to)}
    return counts | ({"chats": chats} if chats else {})
