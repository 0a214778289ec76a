"""A publication is told of by mail, once, with its documents; some documents are forgotten after their time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from scheduler.jobs import JOBS, post_of
from store.database import Database
from store.models.campaigns import CampaignRow
from store.models.mail import MailPaperRow, MailRow, PaperRow
from store.models.results import PublicationRow
from store.queries import mails
from tests.mail_server import Inbox, mail_server
from tests.reports.paper_files import page_count
from tests.workflows.test_publication_papers import publication
from tests.workflows.weeks import MANNER, make_week
from workflows import kept_papers, mail, tally
from workflows.announcements import NEWS_FOR
from workflows.campaigns import move
from workflows.clock import run_by_hand
from workflows.mail import Attachment
from workflows.publications import unlock

NOW = datetime.now(UTC)
READER, OTHER = "so.noivu@example.vn", "vanphong@example.vn"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server() as found:
        yield found


@pytest.fixture
def surveyed(database: Database) -> None:
    """A closed SIPAS campaign with two units."""
    make_week(database, [("A", 5, 40), ("B", 3, 35)], kind="sipas", opens=date(2026, 10, 1), closes=date(2026, 11, 30))
    tally.fold(database, "thu")
    with database.writing() as session:
        move(session, "thu", "closed", "test")


def subscribe(database: Database, *addresses: str, report: str = "sipas") -> None:
    with database.writing() as session:
        for each in addresses:
            mail.add_recipient(session, report, each, "", "vi", NOW, "test")


def tell(database: Database) -> dict[str, str]:
    """What the clock does at its next beat."""
    job = next(each for each in JOBS if each.name == "published")
    return dict(run_by_hand(database, job, MANNER).facts)


def send(database: Database, inbox: Inbox) -> list[EmailMessage]:
    """The mails that arrive now."""
    before = len(inbox.mails)
    settings = SimpleNamespace(**vars(MANNER), smtp_url=inbox.url, mail_from="khaosat@example.vn", data_dir=Path())
    mail.send_due(database, datetime.now(UTC), post_of(settings), lambda: True)  # type: ignore[arg-type]
    return inbox.mails[before:]


@pytest.mark.usefixtures("surveyed")
def test_a_publication_is_mailed_once_with_its_documents(database: Database, inbox: Inbox, tmp_path: Path) -> None:
    subscribe(database, READER)
    subscribe(database, "khac@example.vn", report="summary")
    assert tell(database) == {"mails": "0", "chats": "0"}
    done = publication(database, "thu", tmp_path / "out", now=datetime.now(UTC))
    assert tell(database) == {"mails": "1", "chats": "0"}
    assert tell(database) == {"mails": "0", "chats": "0"}
    [found] = send(database, inbox)
    assert found["To"] == READER
    assert str(found["Subject"]).startswith("Công bố kết quả ngày ")
    body = found.get_body(("plain",))
    assert body is not None
    words = body.get_content()
    assert "Phiếu hợp lệ: 75." in words
    assert "https://khaosat.example.vn/results/thu" in words
    assert done.digest in words
    files = {str(each.get_filename()).rpartition(".")[2]: each.get_content() for each in found.iter_attachments()}
    assert sorted(files) == ["docx", "pdf", "xlsx"]
    for form, content in files.items():
        assert content == (done.folder / f"report.{form}").read_bytes()
    assert page_count(files["pdf"]) > 5
    assert send(database, inbox) == []


@pytest.mark.usefixtures("surveyed")
def test_what_is_held_back_is_told_of_at_its_moment(database: Database, inbox: Inbox, tmp_path: Path) -> None:
    subscribe(database, READER)
    publication(
        database, "thu", tmp_path / "out", now=datetime.now(UTC), embargo=datetime.now(UTC) + timedelta(hours=1)
    )
    assert tell(database)["mails"] == "0"
    with database.writing() as session:
        session.execute(update(PublicationRow).values(embargo_until=datetime.now(UTC) - timedelta(minutes=1)))
    assert tell(database)["mails"] == "1"
    assert len(send(database, inbox)) == 1


@pytest.mark.usefixtures("surveyed")
def test_a_correction_is_told_of_with_its_reason(database: Database, inbox: Inbox, tmp_path: Path) -> None:
    subscribe(database, READER)
    publication(database, "thu", tmp_path / "one", now=datetime.now(UTC))
    tell(database)
    with database.writing() as session:
        unlock(session, "thu", "Sửa", "test", NOW)
    publication(database, "thu", tmp_path / "two", "Thiếu một tệp phiếu giấy", now=datetime.now(UTC))
    assert tell(database)["mails"] == "1"
    first, second = send(database, inbox)
    assert "(số 2, đính chính)" in str(second["Subject"])
    body = second.get_body(("plain",))
    assert body is not None
    assert "Lý do công bố lại: Thiếu một tệp phiếu giấy." in body.get_content()
    assert first["Message-ID"] != second["Message-ID"]


@pytest.mark.usefixtures("surveyed")
def test_who_comes_to_the_list_later_is_told_while_it_is_news(database: Database, tmp_path: Path) -> None:
    subscribe(database, READER)
    publication(database, "thu", tmp_path / "out", now=datetime.now(UTC))
    assert tell(database)["mails"] == "1"
    subscribe(database, OTHER)
    assert tell(database)["mails"] == "1"
    with database.writing() as session:
        mail.leave(session, mails.readers(session, "sipas")[0].id, NOW, "test")
        session.execute(update(PublicationRow).values(at=datetime.now(UTC) - NEWS_FOR - timedelta(hours=1)))
    subscribe(database, READER, "muon@example.vn")
    assert tell(database)["mails"] == "0"


@pytest.mark.usefixtures("surveyed")
def test_campaigns_of_other_kinds_are_not_mailed(database: Database, tmp_path: Path) -> None:
    subscribe(database, READER)
    with database.writing() as session:
        session.execute(update(CampaignRow).values(kind="other"))
    publication(database, "thu", tmp_path / "out", now=datetime.now(UTC))
    assert tell(database)["mails"] == "0"


def test_daily_papers_are_kept_for_sixty_days(database: Database) -> None:
    day = datetime(2026, 9, 1, 10, tzinfo=UTC)
    kinds = ("daily", "weekly", "monthly", "publication")
    subscribe(database, READER, report="daily")
    with database.writing() as session:
        [to] = mails.readers(session, "daily")
        for kind in kinds:
            papers = mail.keep_papers(session, kind, "thu", "2026-09-01", [Attachment("a.pdf", "x/y", b"x")], day)
            mail.queue(session, to, "s", "w", papers, day, kind)

    def forgotten(now: datetime) -> int:
        return database.write(lambda connection: kept_papers.forget(connection, now))

    def kept() -> list[str]:
        with database.reading() as session:
            return sorted(session.scalars(select(PaperRow.kind)))

    later = day + timedelta(days=60, seconds=1)
    assert forgotten(later) == 0, "a mail still waits to carry it"
    with database.writing() as session:
        session.execute(update(MailRow).values(state="sent"))
    assert forgotten(day + timedelta(days=60)) == 0
    assert forgotten(later) == 1
    assert kept() == sorted(kinds[1:])
    with database.reading() as session:
        assert len(session.scalars(select(MailRow)).all()) == len(kinds), "that it was sent is still known"
        assert len(session.scalars(select(MailPaperRow)).all()) == len(kinds) - 1
    assert forgotten(later + timedelta(days=3650)) == 0
