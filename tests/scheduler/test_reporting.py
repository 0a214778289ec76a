"""Reports are made at their times, once, and arrive with their documents."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import docx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, insert, select, update

from runtime.settings import Settings, SettingsError, read_settings
from scheduler.jobs import JOBS, jobs_of
from store.database import Database
from store.models.clock import JobRunRow
from store.models.collection import ResponseRow
from store.models.mail import MailRow, PaperRow
from store.models.results import BatchRow
from tests.mail_server import Inbox, mail_server
from tests.reports.paper_files import page_count, text_of
from tests.workflows.weeks import MANNER, give, make_week
from workflows import mail
from workflows.clock import Effect, Job, Moment, rehearse, run_by_hand
from workflows.periods import Daily, Monthly, Weekly

ROOT = Path(__file__).parent.parent.parent
READER = "so.noivu@example.vn"
OPEN = {"opens": datetime.now(UTC).date() - timedelta(days=60), "closes": datetime.now(UTC).date() + timedelta(days=60)}


def job(name: str) -> Job:
    return next(each for each in JOBS if each.name == name)


def subscribe(database: Database, *lists: str) -> None:
    with database.writing() as session:
        for each in lists:
            mail.add_recipient(session, each, READER, "Sở Nội vụ", "vi", datetime.now(UTC), "test")


def count(database: Database, row: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


def test_times_are_those_of_the_province() -> None:
    settings = Settings(reports_at="08:15", reports_day=5, progress_at="16:45", _env_file=None)  # type: ignore[call-arg]
    found = {each.name: each.when for each in jobs_of(settings)}
    assert found["weekly"] == Weekly(5, settings.reports_time)
    assert found["monthly"] == Monthly(1, settings.reports_time)
    assert found["daily"] == Daily(settings.progress_time)
    assert {name: when for name, when in found.items() if name in ("tally", "mail")} == {
        name: job(name).when for name in ("tally", "mail")
    }
    usual = Settings(_env_file=None)  # type: ignore[call-arg]
    assert {each.name: each.when for each in jobs_of(usual)} == {each.name: each.when for each in JOBS}


def test_a_time_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTS_AT", "7h30")
    monkeypatch.setenv("PROGRESS_AT", "25:00")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert [name for name, _ in refused.value.faults] == ["REPORTS_AT", "PROGRESS_AT"]


def test_report_and_mails_come_with_the_note_of_the_period(database: Database) -> None:
    make_week(database, **OPEN)
    subscribe(database, "summary")
    give(database, [("A", 3, 12)])
    ran = run_by_hand(database, job("weekly"), MANNER)
    assert (ran.outcome, ran.facts) == ("done", {"reports": "1", "recipients": "1", "mails": "1"})
    with database.reading() as session:
        assert session.scalars(select(JobRunRow.period)).one() == ran.period
        papers = session.scalars(select(PaperRow).order_by(PaperRow.id)).all()
        assert {(each.kind, each.subject, each.period) for each in papers} == {("weekly", "thu", ran.period)}
        assert [each.name.rpartition(".")[2] for each in papers] == ["docx", "pdf", "xlsx", "json"]


def test_nothing_is_kept_where_the_effect_falls(database: Database) -> None:
    make_week(database, **OPEN)
    subscribe(database, "summary")

    def falls(inner: Database, moment: Moment) -> Effect:
        made = job("weekly").step(inner, moment)

        def effect(session: object) -> dict[str, object]:
            made(session)  # type: ignore[arg-type]
            raise RuntimeError

        return effect

    with pytest.raises(RuntimeError):
        run_by_hand(database, Job("weekly", "", job("weekly").when, "once", falls), MANNER)
    assert [count(database, row) for row in (PaperRow, MailRow, JobRunRow)] == [0, 0, 0]


def test_without_readers_reports_are_kept_and_the_note_says_so(database: Database) -> None:
    make_week(database, **OPEN)
    assert run_by_hand(database, job("monthly"), MANNER).facts == {"reports": "1", "recipients": "0", "mails": "0"}
    assert (count(database, PaperRow), count(database, MailRow)) == (4, 0)


def test_a_rehearsal_tells_and_keeps_nothing(database: Database) -> None:
    make_week(database, **OPEN)
    subscribe(database, "summary", "daily")
    assert rehearse(database, job("weekly"), MANNER) == {"reports": 1, "recipients": 1, "mails": 1}
    assert (count(database, PaperRow), count(database, MailRow)) == (0, 0)


def test_without_a_campaign_there_is_nothing_to_report(database: Database) -> None:
    subscribe(database, "summary")
    assert run_by_hand(database, job("weekly"), MANNER).facts == {"reports": "0", "recipients": "1", "mails": "0"}


def test_a_letterhead_that_cannot_be_used_is_the_trouble_of_the_job(database: Database, tmp_path: Path) -> None:
    make_week(database, **OPEN)
    (tmp_path / "x.yaml").write_text("body: [")
    manner = SimpleNamespace(**{**vars(MANNER), "letterhead": str(tmp_path / "x.yaml")})
    with pytest.raises(Exception, match="yaml_unreadable"):
        run_by_hand(database, job("weekly"), manner)
    assert count(database, PaperRow) == 0


def environment(database: Database, folder: Path, inbox: Inbox) -> dict[str, str]:
    address = database.engine.url.render_as_string(hide_password=False)
    mine = {"DATABASE_URL": address, "DATA_DIR": str(folder), "SMTP_URL": inbox.url, "MAIL_FROM": "khaosat@example.vn"}
    return {**os.environ, **mine, "LANG": "vi_VN.UTF-8"}


def wait_for(inbox: Inbox, mails: int, clock: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while len(inbox.mails) < mails and time.monotonic() < until and clock.poll() is None:
        time.sleep(0.2)


SHORT = """
from dataclasses import replace
from runtime.settings import read_settings
from scheduler.__main__ import Clock, tick
from scheduler.jobs import jobs_of
from store.database import open_database
from workflows.periods import Every

settings = read_settings()
jobs = [replace(job, when=Every(2)) if isinstance(job.when, Every) else job for job in jobs_of(settings)]
database = open_database(settings.database_url, pool_size=len(jobs) + 1)
tick(Clock(database, settings, "clock with short periods"), jobs)
database.close()
"""


def more_answers(database: Database, count: int) -> int:
    """So many more answers to a unit of the demonstration, whose page is days old; gives how many there are."""
    with database.writing() as session:
        unit = session.scalars(select(ResponseRow.unit_id).limit(1)).one()
        given = (ResponseRow.unit_id == unit, ResponseRow.state == "valid")
        row = session.scalars(select(ResponseRow).where(*given).limit(1)).one()
        kept = {each.key: getattr(row, each.key) for each in ResponseRow.__table__.columns}  # type: ignore[attr-defined]
        for number in range(count):
            own = {"id": f"late {number}".encode().ljust(16), "external_id": f"late {number}", "folded": 0}
            session.execute(insert(ResponseRow).values(**{**kept, **own}))
        session.execute(update(BatchRow).values(computed_at=datetime.now(UTC) - timedelta(days=8)))
        return session.scalar(select(func.count()).select_from(ResponseRow).where(ResponseRow.state == "valid")) or 0


def shown_answers(database: Database) -> list[int]:
    """How many valid answers each batch counts, the oldest first."""
    with database.reading() as session:
        kept = session.scalars(select(BatchRow.document).order_by(BatchRow.id)).all()
    return [json.loads(each)["answers"]["open"]["valid"] for each in kept]


def test_the_clock_publishes_a_batch_and_mails_the_summary_of_the_demonstration(
    database: Database, tmp_path: Path
) -> None:
    """Units, answers, clock and server are the real ones; no person does anything."""
    with mail_server() as inbox:
        given = environment(database, tmp_path, inbox)
        run = [sys.executable, "-m", "cli", "demo", "--answers", "600", "--json"]
        subprocess.run(run, cwd=ROOT, env=given, check=True, capture_output=True, timeout=120)
        before, there = shown_answers(database), more_answers(database, 40)
        clock = subprocess.Popen([sys.executable, "-c", SHORT], cwd=ROOT, env=given, stderr=subprocess.PIPE)
        try:
            wait_for(inbox, 2, clock)
            until = time.monotonic() + 60
            while len(shown_answers(database)) < 2 and time.monotonic() < until and clock.poll() is None:
                time.sleep(0.5)
            time.sleep(3)  # what comes twice would come now
            clock.send_signal(signal.SIGTERM)
            _, written = clock.communicate(timeout=60)
        finally:
            clock.kill()
        found = [each for each in inbox.mails if str(each["Subject"]).startswith("Báo cáo tuần")]
    assert b"Traceback" not in written, written.decode()
    assert len(found) == 1, "once"
    looked_at(found[0])
    assert len(before) == 1
    after = shown_answers(database)[1:]
    assert len(after) == 1
    assert before[0] + 40 <= after[0] <= there, "the page has moved on, and units with few new answers wait"


def looked_at(found: EmailMessage) -> None:
    """The mail is to the right reader and carries three documents that say the same."""
    assert found["To"] == "so.noivu@thainguyen.example"
    body = found.get_body(("plain",))
    assert body is not None
    words = body.get_content()
    assert "Phiếu hợp lệ mới:" in words
    assert "Số liệu nội bộ, chưa công bố" in words
    files = {str(each.get_filename()).rpartition(".")[2]: each.get_content() for each in found.iter_attachments()}
    assert sorted(files) == ["docx", "pdf", "xlsx"]
    assert 2 <= page_count(files["pdf"]) <= 4
    assert "BÁO CÁO" in text_of(files["pdf"], 0)
    document = docx.Document(io.BytesIO(files["docx"]))
    told = " ".join(paragraph.text for paragraph in document.paragraphs)
    total = next(word for word in words.split() if word.endswith(".") and word[:-1].isdigit())
    assert f"Lũy kế có {total[:-1]} phiếu hợp lệ" in told
    assert CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"])).sheet_names[0] == "Đọc trước"
