"""Mails reach a real server, whatever it answers first, and carry what was put into them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from store.database import Database
from store.models.mail import MailRow, RecipientRow
from survey.faults import Fault
from tests.mail_server import Inbox, mail_server
from workflows import mail
from workflows.mail import Attachment, Letter, Post
from workflows.postman import file_post, mime, smtp_post

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SUBJECT = "Báo cáo tuần về mức độ hài lòng – tuần 48 năm 2026, tỉnh Thái Nguyên: số phiếu, chỉ số, việc cần làm"
WORDS = "Kính gửi Sở Nội vụ,\n\nTuần này có 1.234 phiếu <mới> & hợp lệ.\n\nTrân trọng."
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAPER = Attachment("Báo cáo tuần 48.docx", DOCX, b"PK\x03\x04")


def leave_url(number: int) -> str:
    return f"https://khaosat.example.vn/leave/{number}"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server() as found:
        yield found


def queued(database: Database, *addresses: str) -> None:
    """A summary to each of these."""
    with database.writing() as session:
        papers = mail.keep_papers(session, "summary", "demo", "2026-W48", [PAPER], NOW)
        for address in addresses or ("so.noivu@example.vn",):
            to = mail.add_recipient(session, "summary", address, "Sở Nội vụ", "vi", NOW, "test")
            assert isinstance(to, RecipientRow)
            mail.queue(session, to, SUBJECT, WORDS, papers, NOW, "demo 2026-W48")


def over_smtp(inbox: Inbox) -> Post:
    return smtp_post(inbox.url, "khaosat@example.vn", "Hệ thống khảo sát Hài lòng", leave_url)


def states(database: Database) -> list[tuple[str, int, str]]:
    with database.reading() as session:
        return [(row.state, row.attempts, row.error) for row in session.scalars(select(MailRow).order_by(MailRow.id))]


def send(database: Database, post: Post, now: datetime = NOW, *, leads: bool = True) -> int:
    return mail.send_due(database, now, post, lambda: leads)


def test_mail_arrives_whole(database: Database, inbox: Inbox) -> None:
    queued(database)
    assert send(database, over_smtp(inbox)) == 1
    [found] = inbox.mails
    assert found["Subject"] == SUBJECT
    assert found["From"] == "Hệ thống khảo sát Hài lòng <khaosat@example.vn>"
    assert found["To"] == "so.noivu@example.vn"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = found.get_body(("plain",)), found.get_body(("html",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n").strip() == WORDS
    assert html is not None
    assert "1.234 phiếu &lt;mới&gt; &amp; hợp lệ" in html.get_content()
    [attached] = found.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (PAPER.name, PAPER.content)
    assert all(line.isascii() and len(line) <= 998 for line in inbox.raw[0].splitlines())
    assert states(database) == [("sent", 1, "")]
    assert send(database, over_smtp(inbox), NOW + timedelta(days=1)) == 0


IN_SUBJECTS = "mức độ hài lòng 635 phiếu mới – “Khảo sát” 16/11 22/11/2026: demo (dữ liệu)"


def test_subject_is_read_as_it_was_written_wherever_its_line_is_folded() -> None:
    chance = random.Random(20261123)
    for _ in range(300):
        subject = " ".join(chance.choices(IN_SUBJECTS.split(), k=chance.randrange(1, 40)))
        letter = Letter("x", NOW, "a@example.vn", "vi", subject, WORDS, (), None)
        raw = mime(letter, "khaosat@example.vn", "Hệ thống khảo sát Hài lòng", leave_url).as_bytes()
        assert message_from_bytes(raw, policy=default)["Subject"] == subject
        head = raw.partition(b"\r\n\r\n")[0]
        assert all(len(line) <= 78 and line.isascii() for line in head.split(b"\r\n"))


def test_greylisting_is_waited_out(database: Database, inbox: Inbox) -> None:
    inbox.at_recipient = ["450 4.2.0 greylisted"] * 3
    queued(database)
    now, waits = NOW, []
    for _ in range(12):
        send(database, over_smtp(inbox), now)
        waits.append(inbox.tried)
        now += timedelta(minutes=1)
    assert len(inbox.mails) == 1
    assert waits == [1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4], "after 1, 2 and 4 minutes"
    assert states(database) == [("sent", 4, "")]


def test_lasting_refusal_is_seen_and_not_tried_again(database: Database, inbox: Inbox) -> None:
    inbox.at_recipient = ["550 5.1.1 no such user"]
    queued(database, "ai.do@example.vn", "so.noivu@example.vn")
    assert send(database, over_smtp(inbox)) == 1
    assert send(database, over_smtp(inbox), NOW + timedelta(days=1)) == 0
    assert states(database) == [("failed", 1, "smtp_550"), ("sent", 1, "")]


def test_mail_cut_off_after_its_words_comes_again_under_the_same_number(database: Database, inbox: Inbox) -> None:
    inbox.after_data = ["cut"]
    queued(database)
    assert send(database, over_smtp(inbox)) == 0
    assert send(database, over_smtp(inbox), NOW + timedelta(minutes=2)) == 1
    assert len(inbox.mails) == 2
    assert len({found["Message-ID"] for found in inbox.mails}) == 1


def test_server_that_is_away_is_tried_again_and_given_up_in_the_end(database: Database) -> None:
    queued(database)
    post = smtp_post("smtp://127.0.0.1:1", "khaosat@example.vn", "Hài lòng", leave_url)
    now = NOW
    for _ in range(60):
        assert send(database, post, now) == 0
        now += timedelta(hours=6)
    assert states(database) == [("failed", mail.MOST_TRIES, "ConnectionRefusedError")]


def test_who_no_longer_leads_sends_nothing(database: Database, inbox: Inbox) -> None:
    queued(database)
    assert send(database, over_smtp(inbox), leads=False) == 0
    assert inbox.tried == 0


def test_in_development_mails_become_files(database: Database, tmp_path: Path) -> None:
    queued(database)
    post = file_post(tmp_path / "mail", "hailong@localhost", "Hài lòng", leave_url)
    assert send(database, post) == 1
    [path] = (tmp_path / "mail").glob("*.eml")
    found = message_from_bytes(path.read_bytes(), policy=default)
    assert found["Subject"] == SUBJECT


def test_who_leaves_gets_nothing_more_and_can_be_put_back(database: Database, inbox: Inbox) -> None:
    queued(database)
    with database.writing() as session:
        row = session.scalars(select(RecipientRow)).one()
        number = row.id
        mail.leave(session, number, NOW, "recipient")
    assert send(database, over_smtp(inbox)) == 0
    assert states(database) == [("failed", 0, "left")]
    with database.writing() as session:
        again = mail.add_recipient(session, "summary", "so.noivu@example.vn", "", "vi", NOW, "test")
        assert isinstance(again, RecipientRow)
        assert (again.id, again.left_at, again.name) == (number, None, "Sở Nội vụ")


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b", "a b@example.vn", "a@example.vn\nBcc: x@example.vn", "Ông A <a@example.vn>"]
)
def test_what_is_no_address_is_refused(database: Database, address: str) -> None:
    with database.writing() as session:
        found = mail.add_recipient(session, "summary", address, "", "vi", NOW, "test")
    assert isinstance(found, Fault)
    assert found.code == "address_form"


def test_leave_address_is_nobody_elses() -> None:
    token = mail.leave_address("https://a.vn", "s" * 40, 7).rpartition("/")[2]
    assert mail.read_leave_token("s" * 40, token) == 7
    assert mail.read_leave_token("t" * 40, token) is None
    assert mail.read_leave_token("s" * 40, token.replace("7", "8", 1)) is None
