"""Mails on their way, the documents that they carry, and who gets which report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.orm import Session

from store.models.mail import MailPaperRow, MailRow, PaperRow, RecipientRow


def recipients(session: Session, report: str | None = None, *, left: bool = False) -> Sequence[RecipientRow]:
    """Who gets a report, or all reports, by report and address; with `left` also those who have left."""
    statement = select(RecipientRow).order_by(RecipientRow.report, RecipientRow.address)
    if report is not None:
        statement = statement.where(RecipientRow.report == report)
    return session.scalars(statement if left else statement.where(RecipientRow.left_at.is_(None))).all()


def readers(session: Session, report: str) -> Sequence[RecipientRow]:
    """Who gets a report by mail."""
    return [row for row in recipients(session, report) if "@" in row.address]


def chats(session: Session, report: str) -> Sequence[RecipientRow]:
    """Whose chat is told of a report: the channel stands before the address, and a code that waits is none."""
    return [row for row in recipients(session, report) if row.address.startswith(("telegram:", "zalo:"))]


def of_address(session: Session, address: str) -> RecipientRow | None:
    """The only recipient at that address, held until the transaction ends."""
    return session.scalar(select(RecipientRow).where(RecipientRow.address == address).with_for_update())


def all_of_address(session: Session, address: str) -> Sequence[RecipientRow]:
    """Every list on which that address stands."""
    return session.scalars(select(RecipientRow).where(RecipientRow.address == address)).all()


def recipient(session: Session, report: str, address: str) -> RecipientRow | None:
    """The recipient of that report at that address, one who has left included."""
    return session.scalar(select(RecipientRow).where(RecipientRow.report == report, RecipientRow.address == address))


def due(session: Session, now: datetime, furthest: timedelta, most: int) -> Sequence[MailRow]:
    """Mails to send now, the oldest first.

    None is put off for longer than `furthest`; one that seems to be was queued while the clock was ahead.
    """
    statement = select(MailRow).where(
        MailRow.state == "waiting", (MailRow.due_at <= now) | (MailRow.due_at > now + furthest)
    )
    return session.scalars(statement.order_by(MailRow.due_at, MailRow.id).limit(most)).all()


def claim(session: Session, number: int, due_at: datetime, until: datetime) -> bool:
    """Put off a mail that is about to be sent; False where another sender has dealt with it since it was looked at."""
    statement = update(MailRow).where(MailRow.id == number, MailRow.state == "waiting", MailRow.due_at == due_at)
    return session.execute(statement.values(due_at=until).returning(MailRow.id)).one_or_none() is not None


def papers_of(session: Session, mail_id: int) -> Sequence[PaperRow]:
    """The documents that a mail carries, in their order."""
    statement = select(PaperRow).join(MailPaperRow, MailPaperRow.paper_id == PaperRow.id)
    return session.scalars(statement.where(MailPaperRow.mail_id == mail_id).order_by(MailPaperRow.place)).all()


def papers(session: Session, kind: str, subject: str) -> Sequence[PaperRow]:
    """Every document of a kind about a subject, the newest first."""
    statement = select(PaperRow).where(PaperRow.kind == kind, PaperRow.subject == subject)
    return session.scalars(statement.order_by(PaperRow.made_at.desc(), PaperRow.name)).all()


def lag(session: Session, now: datetime) -> tuple[int, datetime | None, int]:
    """How many mails are overdue, since when the oldest, and how many could not be delivered."""
    overdue = session.execute(
        select(func.count(), func.min(MailRow.created_at)).where(MailRow.state == "waiting", MailRow.created_at <= now)
    ).one()
    failed = session.scalar(select(func.count()).select_from(MailRow).where(MailRow.state == "failed")) or 0
    return overdue[0], overdue[1], failed


def failed_addresses(session: Session, report: str, since: datetime) -> Sequence[str]:
    """Addresses that a mail of a report, or of a unit's part of it, has not reached since that moment.

    Who asked to get no more of them is not among these.
    """
    statement = select(MailRow.address).where(MailRow.state == "failed", MailRow.error != "left")
    of_report = (MailRow.report == report) | MailRow.report.startswith(f"{report}:", autoescape=True)
    return session.scalars(
        statement.where(of_report, MailRow.created_at >= since).distinct().order_by(MailRow.address)
    ).all()


def media_types(session: Session, kind: str, subject: str, period: str) -> Sequence[str]:
    """In which formats there are documents of a kind about a subject for one period."""
    here = (PaperRow.kind == kind, PaperRow.subject == subject, PaperRow.period == period)
    return session.scalars(select(PaperRow.media_type).where(*here)).all()


def paper(session: Session, kind: str, subject: str, period: str, media_type: str) -> PaperRow | None:
    """The document of a kind about a subject for one period in that format."""
    here = (PaperRow.kind == kind, PaperRow.subject == subject, PaperRow.period == period)
    return session.scalar(select(PaperRow).where(*here, PaperRow.media_type == media_type))


def names(session: Session, kind: str, subject: str, period: str) -> set[str]:
    """The names of the documents of a kind about a subject for one period."""
    here = (PaperRow.kind == kind, PaperRow.subject == subject, PaperRow.period == period)
    return set(session.scalars(select(PaperRow.name).where(*here)))


def is_there(session: Session, message_id: str) -> bool:
    """Whether a mail of that number was ever queued."""
    return session.scalar(select(MailRow.id).where(MailRow.message_id == message_id)) is not None


def forget_papers(connection: Connection, kind: str, before: datetime) -> int:
    """Delete the documents of a kind that are older and that no waiting mail carries; gives how many."""
    old = select(PaperRow.id).where(PaperRow.kind == kind, PaperRow.made_at < before)
    carried = select(MailPaperRow.paper_id).join(MailRow, MailRow.id == MailPaperRow.mail_id)
    ids = connection.scalars(old.where(PaperRow.id.not_in(carried.where(MailRow.state == "waiting")))).all()
    if ids:
        connection.execute(delete(MailPaperRow).where(MailPaperRow.paper_id.in_(ids)))
        connection.execute(delete(PaperRow).where(PaperRow.id.in_(ids)))
    return len(ids)


def forget_waiting(connection: Connection, prefix: str, before: datetime) -> int:
    """Delete what stands in the place of an address until somebody binds a chat, where it is older."""
    found = delete(RecipientRow).where(
        RecipientRow.address.startswith(prefix, autoescape=True), RecipientRow.added_at < before
    )
    return connection.execute(found).rowcount
