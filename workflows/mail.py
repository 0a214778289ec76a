"""Mails: queued in the transaction of what they tell of, and sent one by one until they have arrived."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from itsdangerous import BadSignature, Signer
from sqlalchemy.orm import Session

from store.database import Database
from store.models.mail import MailPaperRow, MailRow, PaperRow, RecipientRow
from store.queries import audit, mails
from survey.faults import Fault, shown

REPORTS = ("summary", "daily", "tasks", "sipas")  # lists of recipients
BY_UNIT = ("tasks",)  # reports of which a unit may have a list of its own
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
TO_ONE = ("invitation",)  # kinds of mail to somebody who is on no list
MOST_TRIES = 48
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=6)
CLAIMED = timedelta(minutes=5)  # how long one sender alone may try a mail: the slowest server is done by then
AT_ONCE = 20
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document in one format."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, ready for the post: `words` is plain text; a recipient may ask to get no more of them."""

    message_id: str
    written_at: datetime
    address: str
    language: str
    subject: str
    words: str
    attachments: tuple[Attachment, ...]
    recipient_id: int | None


class PostError(Exception):
    """A mail was not taken; `lasting` says that trying again cannot help. `code` holds no address and no words."""

    def __init__(self, code: str, *, lasting: bool) -> None:
        super().__init__(code)
        self.code, self.lasting = code, lasting


Post = Callable[[Letter], None]  # raises PostError


def keep_papers(
    session: Session, kind: str, subject: str, period: str, found: Sequence[Attachment], now: datetime
) -> list[PaperRow]:
    """Keep documents as they were made."""
    rows = [
        PaperRow(
            kind=kind,
            subject=subject,
            period=period,
            name=each.name,
            media_type=each.media_type,
            content=each.content,
            made_at=now,
        )
        for each in found
    ]
    session.add_all(rows)
    session.flush()
    return rows


def queue(
    session: Session, to: RecipientRow, subject: str, words: str, papers: Sequence[PaperRow], now: datetime, about: str
) -> MailRow:
    """Queue a mail to a recipient; `about` makes it unlike every other, so that it bears one number for ever."""
    row = MailRow(
        message_id=message_id(to.report, to.address, about),
        report=to.report,
        recipient_id=to.id,
        address=to.address,
        language=to.language,
        subject=subject,
        words=words,
        state="waiting",
        attempts=0,
        error="",
        created_at=now,
        due_at=now,
        sent_at=None,
    )
    session.add(row)
    session.flush()
    session.add_all(MailPaperRow(mail_id=row.id, place=place, paper_id=paper.id) for place, paper in enumerate(papers))
    return row


def queue_once(
    session: Session, kind: str, address: str, language: str, subject: str, words: str, now: datetime, about: str
) -> MailRow:
    """Queue a mail to somebody who is on no list; its words are forgotten once it is dealt with."""
    row = MailRow(
        message_id=message_id(kind, address, about),
        report=kind,
        recipient_id=None,
        address=address,
        language=language,
        subject=subject,
        words=words,
        state="waiting",
        attempts=0,
        error="",
        created_at=now,
        due_at=now,
        sent_at=None,
    )
    session.add(row)
    return row


def message_id(report: str, address: str, about: str) -> str:
    """The left part of a mail's number."""
    return f"{report.partition(':')[0]}.{hashlib.sha256(f'{report} {address} {about}'.encode()).hexdigest()[:32]}"


def send_due(database: Database, now: datetime, post: Post, may_go_on: Callable[[], bool]) -> int:
    """Send the mails that are due; gives how many arrived. Each is marked in a transaction of its own.

    Before each it is asked whether this process still leads, and the mail is claimed: one that was stopped for long, or
    lost the lead while a slow server kept it waiting, sends nothing twice. What a killed process had claimed is sent by
    the next one once the claim is over: again, under the same number, if it had been taken but not yet marked.
    """
    with database.reading() as session:
        found = [(row.id, row.due_at) for row in mails.due(session, now, LONGEST, AT_ONCE)]
    arrived = 0
    for number, due_at in found:
        if not may_go_on():
            break
        each = claimed(database, number, due_at, now)
        if each is None:
            continue
        try:
            post(each)
        except PostError as error:
            refused(database, number, now, error)
        else:
            arrived += 1
            sent(database, number, now)
    return arrived


def claimed(database: Database, number: int, due_at: datetime, now: datetime) -> Letter | None:
    """A queued mail that only this process may send now; None where another has it, or nobody need have it any more."""
    with database.writing() as session:
        if not mails.claim(session, number, due_at, now + CLAIMED):
            return None
        return letter(session, session.get_one(MailRow, number))


def letter(session: Session, row: MailRow) -> Letter:
    """A queued mail with its documents."""
    attachments = tuple(
        Attachment(each.name, each.media_type, each.content) for each in mails.papers_of(session, row.id)
    )
    return Letter(
        row.message_id,
        row.created_at,
        row.address,
        row.language,
        row.subject,
        row.words,
        attachments,
        row.recipient_id,
    )


def sent(database: Database, number: int, now: datetime) -> None:
    """The mail arrived."""
    with database.writing() as session:
        row = session.get_one(MailRow, number)
        row.state, row.sent_at, row.error, row.attempts = "sent", now, "", row.attempts + 1
        forget_words(row)


def refused(database: Database, number: int, now: datetime, error: PostError) -> None:
    """Try the mail again later, or give it up where that cannot help or was tried often enough."""
    with database.writing() as session:
        row = session.get_one(MailRow, number)
        if row.state != "waiting":
            return
        row.attempts, row.error = row.attempts + 1, error.code
        if error.lasting or row.attempts >= MOST_TRIES:
            row.state = "failed"
            forget_words(row)
        else:
            row.due_at = now + min(LONGEST, SHORTEST * 2 ** min(row.attempts - 1, 10))


def forget_words(row: MailRow) -> None:
    """A mail to one person may hold a link that opens something: it is kept no longer than it has to be."""
    if row.report in TO_ONE:
        row.words = ""


def list_name(report: str, unit: str = "") -> str:
    """The list of a report, or that of one unit, which gets what concerns itself.

    >>> list_name("tasks"), list_name("tasks", "TN-SNV")
    ('tasks', 'tasks:TN-SNV')
    """
    return f"{report}:{unit}" if unit else report


def unit_of_list(name: str) -> str:
    """The unit of a list; empty for that of the whole report."""
    return name.partition(":")[2]


def add_recipient(
    session: Session, report: str, address: str, name: str, language: str, now: datetime, actor: str, unit: str = ""
) -> RecipientRow | Fault:
    """Put somebody on the list of a report, or of a unit's part of it; who had left is on it again."""
    found = parseaddr(address)[1]
    if report not in REPORTS:
        return Fault("unknown_report", "REPORT", {"found": shown(report), "known": ", ".join(REPORTS)})
    if unit and report not in BY_UNIT:
        return Fault("list_without_units", "--unit", {"report": report, "known": ", ".join(BY_UNIT)})
    if not ADDRESS.fullmatch(found) or found != address.strip():
        return Fault("address_form", "ADDRESS", {"found": shown(address)})
    found_list = list_name(report, unit)
    row = mails.recipient(session, found_list, found)
    if row is None:
        row = RecipientRow(report=found_list, address=found, name=name, language=language, added_at=now, left_at=None)
        session.add(row)
    else:
        row.name, row.language, row.left_at = name or row.name, language, None
    audit.note(session, at=now, actor=actor, act="recipient_added", subject=found_list)
    session.flush()
    return row


def leave_address(public_url: str, secret: str, recipient_id: int) -> str:
    """The address by which a reader asks to get no more of a report."""
    return f"{public_url}/leave/{leave_signer(secret).sign(str(recipient_id)).decode()}"


def read_leave_token(secret: str, token: str) -> int | None:
    """Whose address that is; None where it was not given by us."""
    try:
        return int(leave_signer(secret).unsign(token))
    except (BadSignature, ValueError):
        return None


def leave_signer(secret: str) -> Signer:
    """The signer of these addresses; they work for as long as the secret stays the same."""
    return Signer(secret, salt="leave", digest_method=hashlib.sha256)


def leave(session: Session, recipient_id: int, now: datetime, actor: str) -> RecipientRow | None:
    """Take somebody off a list; mails that wait are not sent to them any more."""
    row = session.get(RecipientRow, recipient_id)
    if row is None:
        return None
    if row.left_at is None:
        row.left_at = now
        audit.note(session, at=now, actor=actor, act="recipient_left", subject=row.report)
    for mail in session.query(MailRow).where(MailRow.recipient_id == row.id, MailRow.state == "waiting"):
        mail.state, mail.error = "failed", "left"
    return row
