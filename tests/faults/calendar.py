"""The plan of 2024 in simulated time, day by day, against a real mail server: `python -m tests.faults.calendar`.

Only the hands of the clock are moved: leases, periods, transactions and SMTP are those of every day. Two schedulers and
a person beat at once, machines are down for three days, the mail server greylists, a department is merged.
"""

from __future__ import annotations

import argparse
import csv
import re
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from runtime.settings import Settings
from scheduler.jobs import jobs_of
from store.database import Database, open_database, upgrade
from store.models.clock import JobRunRow
from store.models.mail import MailRow, RecipientRow
from store.models.tasks import TaskReminderRow
from store.models.units import UnitLinkRow, UnitRow
from store.queries import job_runs
from store.queries import units as unit_rows
from tests.mail_server import Inbox, mail_server
from tests.servers import execute, postgresql
from workflows import mail, prepare, tasks
from workflows.clock import Leader, run_by_hand, run_due, take_lead

UNIT_FILES = Path(__file__).parents[2] / "instruments" / "units"
UNITS = ("TN", "TN-SNV", "TN-STP", "TN-DAITU", "BK", "BK-NARI", "TN2503-SNV", "TN2503-SDTTG")
COMMUNES = 1
FIRST, LAST = date(2024, 5, 1), date(2025, 3, 31)
DOWN = {date(2024, 6, 27), date(2024, 6, 28), date(2024, 6, 29), date(2024, 10, 7)}
GREYLISTED = {date(2024, 6, 16), date(2024, 8, 1)}
HOME, SNV, STP, DAITU = "cchc@tn.example.vn", "snv@tn.example.vn", "stp@tn.example.vn", "daitu@tn.example.vn"
OUTSIDE, NEW_SNV = "khaosat@doclap.example.vn", "snv@moi.example.vn"

Act = Callable[[Session, date, datetime], object]


def listed(address: str, unit: str = "") -> Act:
    """An address is given to a list."""

    def act(session: Session, day: date, now: datetime) -> object:
        return mail.add_recipient(session, "tasks", address, "", "vi", now, "test", unit)

    return act


def done(code: str, unit: str = "", on: date | None = None) -> Act:
    """A task, or a unit's part of it, is noted as done."""

    def act(session: Session, day: date, now: datetime) -> object:
        return tasks.mark_done(session, code, actor="test", now=now, today=day, unit=unit, on=on)

    return act


def reopened(code: str) -> Act:
    """That is taken back."""

    def act(session: Session, day: date, now: datetime) -> object:
        return tasks.reopen(session, code, note="chưa đạt", actor="test", now=now, today=day)

    return act


ACTS: Mapping[date, Sequence[Act]] = {  # what people do, early in the morning of that day
    date(2024, 5, 2): [listed(HOME), listed(SNV, "TN-SNV"), listed(STP, "TN-STP"), listed(DAITU, "TN-DAITU")],
    date(2024, 5, 20): [done("1.1"), done("2.1")],
    date(2024, 6, 10): [done("1.2")],
    date(2024, 6, 26): [done("2.2")],
    date(2024, 7, 4): [done("IV", on=date(2024, 7, 3))],
    date(2024, 7, 12): [done("2.3")],
    date(2024, 7, 15): [done("1.3", "TN-SNV")],
    date(2024, 7, 16): [done("2.4")],
    date(2024, 7, 20): [done("1.3", "TN-STP")],
    date(2024, 8, 3): [done("1.3", "TN-DAITU")],
    date(2024, 8, 12): [done("1.3")],
    date(2024, 9, 20): [listed(OUTSIDE, "don-vi-doc-lap")],
    date(2024, 9, 30): [done("1.4")],
    date(2024, 10, 9): [done("2.5")],
    date(2024, 11, 18): [done("2.6", "TN-SNV"), done("2.6", "TN-STP")],
    date(2024, 11, 25): [done("1.5")],
    date(2024, 11, 29): [done("2.6", "TN-DAITU")],
    date(2024, 12, 20): [done("1.6"), done("2.7")],
    date(2025, 1, 2): [reopened("1.6")],
    date(2025, 1, 3): [done("1.6")],
    date(2025, 1, 30): [done("2.8")],
    date(2025, 3, 3): [listed(NEW_SNV, "TN2503-SNV")],
    date(2025, 3, 27): [done("1.7")],
}


@dataclass
class Hands:
    """The hands of the clock that every process looks at."""

    at: datetime

    def to(self, day: date, hour: int, minute: int = 0, second: int = 0) -> None:
        self.at = datetime.combine(day, time(hour - 7, minute, second), UTC)  # Indochina Time is UTC+7


@dataclass(frozen=True, order=True)
class Told:
    """One mail that arrived: the day, to whom, its kind of subject, and each task with what is said of it."""

    day: date
    to: str
    subject: str
    tasks: tuple[tuple[str, str], ...]


@dataclass
class Year:
    """What came of the simulated months."""

    told: list[Told] = field(default_factory=list)
    beats: Counter[str] = field(default_factory=Counter)
    reminders: int = 0
    mails: Counter[str] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)


@contextmanager
def moved(hands: Hands) -> Iterator[None]:
    """Let every look at the clock see these hands."""
    real = job_runs.now_there
    job_runs.now_there = lambda connection: hands.at  # type: ignore[assignment]
    try:
        yield
    finally:
        job_runs.now_there = real


def add_units(session: Session) -> None:
    """Some units of the real lists, with what became of them."""
    rows = [row for name in ("thai-nguyen-2024", "bac-kan-2024", "thai-nguyen-2025") for row in sheet(name)]
    communes = [row["code"] for row in rows if row["parent"] == "TN-DAITU"][:COMMUNES]
    for row in rows:
        if row["code"] in (*UNITS, *communes):
            days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("valid_from", "valid_to")}
            session.add(UnitRow(**row | days | {"parent": row["parent"] or None}))
    session.flush()
    known = {row.code: row.id for row in unit_rows.units(session)}
    for row in sheet("unit_links"):
        if row["predecessor"] in known and row["successor"] in known:
            ends = {"predecessor_id": known[row["predecessor"]], "successor_id": known[row["successor"]]}
            session.add(UnitLinkRow(**ends, on=date.fromisoformat(row["on"]), share=row["share"] or None))


def sheet(name: str) -> list[dict[str, str]]:
    """A shipped sheet."""
    with (UNIT_FILES / f"{name}.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def year(database: Database, inbox: Inbox, folder: Path, *, until: date = LAST) -> Year:
    """Live through the plan from 1 May 2024 on."""
    settings = Settings(secret_key="k" * 40, smtp_url=inbox.url, mail_from="khaosat@tn.example.vn", data_dir=folder)
    hands, found = Hands(datetime(2024, 5, 1, tzinfo=UTC)), Year()
    with database.writing() as session:
        assert prepare.keep_instruments(session) == []
        add_units(session)
    stale: Leader | None = None
    with moved(hands):
        day = FIRST
        while day <= until:
            hands.to(day, 7)
            act(database, hands, day)
            if day not in DOWN:
                early = day - timedelta(days=1) in DOWN  # the machines come back before the hour of the job
                hands.to(day, 7, 5 if early else 30, 0 if early else 2)
                stale = beat(database, settings, stale, hands, found)
                inbox.at_recipient = ["450 4.2.0 greylisted"] if day in GREYLISTED else []
                deliver(database, settings, hands)
            found.told += arrived(inbox, day, found)
            day += timedelta(days=1)
    with database.reading() as session:
        found.reminders = session.scalar(select(func.count()).select_from(TaskReminderRow)) or 0
        found.mails.update(session.scalars(select(MailRow.state)))
        found.beats["periods"] = len(session.scalars(select(JobRunRow).where(JobRunRow.job == "tasks")).all())
    return found


def act(database: Database, hands: Hands, day: date) -> None:
    """What people do on that day."""
    for each in ACTS.get(day, ()):
        with database.writing() as session:
            came = each(session, day, hands.at)
            assert isinstance(came, RecipientRow | tasks.Progress), came


def beat(database: Database, settings: Settings, stale: Leader | None, hands: Hands, found: Year) -> Leader | None:
    """Two schedulers at once, one that believes to lead since yesterday, and each Friday a person as well."""
    job = next(job for job in jobs_of(settings) if job.name == "tasks")
    start, leaders = threading.Barrier(4 if hands.at.isoweekday() == 5 else 3), []
    outcomes: list[str] = []

    def scheduler(name: str) -> None:
        start.wait()
        leader = take_lead(database, name)
        if leader is not None:
            leaders.append(leader)
            outcomes.extend(ran.outcome for ran in run_due(database, job, leader, settings))

    def sleeper() -> None:
        start.wait()
        if stale is not None:
            outcomes.extend(ran.outcome for ran in run_due(database, job, stale, settings))

    def person() -> None:
        start.wait()
        outcomes.append(f"by hand: {run_by_hand(database, job, settings).outcome}")

    works = [lambda: scheduler("a"), lambda: scheduler("b"), sleeper]
    failed: list[BaseException] = []
    threads = [
        threading.Thread(target=guarded, args=(work, failed))
        for work in [*works, *([person] if start.parties == 4 else [])]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    found.beats.update(outcomes)
    return leaders[0] if leaders else stale


def guarded(work: Callable[[], None], failed: list[BaseException]) -> None:
    """Let no thread fail unseen."""
    try:
        work()
    except BaseException as error:  # noqa: BLE001 - told by the caller
        failed.append(error)


def deliver(database: Database, settings: Settings, hands: Hands) -> None:
    """Let the clock send what waits, until nothing does."""
    job = next(job for job in jobs_of(settings) if job.name == "mail")
    while waiting(database):
        hands.at += timedelta(seconds=30)
        leader = take_lead(database, "mail")
        if leader is not None:
            run_due(database, job, leader, settings)


def waiting(database: Database) -> int:
    """How many mails wait."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(MailRow).where(MailRow.state == "waiting")) or 0


TASK = re.compile(r"^((?:IV|\d\.\d))\. .*?^Thời hạn: .*?; (.+?)$", re.MULTILINE | re.DOTALL)
HEADINGS = {
    "do Quý cơ quan chủ trì": "",
    "chưa có địa chỉ thư": "nhờ chuyển: ",
    "Nhiệm vụ đã quá hạn:": "danh sách: ",
    "Nhiệm vụ chưa đến hạn:": "",
    "Nhiệm vụ đã hoàn thành:": "",
}
WHOLE = "tình hình đến ngày"


def arrived(inbox: Inbox, day: date, found: Year) -> list[Told]:
    """The mails of that day as they came over the wire; the inbox is emptied."""
    mails, inbox.raw = inbox.mails, []
    told = []
    for each in mails:
        body = each.get_body(("plain",))
        assert body is not None
        words = body.get_content().replace("\r\n", "\n")
        found.words.append(words)
        found.numbers.append(str(each["Message-ID"]))
        told.append(Told(day, str(each["To"]), str(each["Subject"]), tuple(tasks_in(words))))
    return sorted(told)


def tasks_in(words: str) -> Iterator[tuple[str, str]]:
    """Each reminder that a mail holds, and each task of its list of what is late, without the rest of a whole list."""
    mark: str | None = ""
    for part in words.split("\n\n"):
        for heading, prefix in HEADINGS.items():
            if heading in part:
                mark = None if heading in ("Nhiệm vụ chưa đến hạn:", "Nhiệm vụ đã hoàn thành:") else prefix
        match = TASK.match(part)
        if match is not None and mark is not None:
            yield match[1], mark + match[2]


def main() -> None:
    """Live through it on either database and print what was sent."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.calendar", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hailong-") as name, mail_server() as inbox:
        folder = Path(name)
        if options.database == "sqlite":
            report(f"sqlite:///{folder / 'x.db'}", inbox, folder)
        else:
            with postgresql(folder / "cluster") as address:
                execute(address, "CREATE DATABASE x")
                report(f"{address}/x", inbox, folder)


def report(url: str, inbox: Inbox, folder: Path) -> None:
    """Live through it on that database and print what was sent."""
    database = open_database(url, pool_size=4)
    upgrade(database)
    found = year(database, inbox, folder)
    database.close()
    print("day\tto\ttasks")
    for each in found.told:
        what = "; ".join(f"{code} {when}" for code, when in each.tasks) or "–"
        print(f"{each.day}\t{each.to}\t{'[whole list] ' if WHOLE in each.subject else ''}{what}")
    print(f"mails {dict(found.mails)}, reminders noted {found.reminders}, beats {dict(found.beats)}")


if __name__ == "__main__":
    main()
