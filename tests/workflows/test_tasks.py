"""Tasks are done and opened again by what somebody says; reminders reach whoever leads, and nobody is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from runtime.words import catalog
from scheduler import task_mail
from store.database import Database
from store.models.mail import MailRow, RecipientRow
from store.models.results import AuditRow
from store.models.tasks import CalendarRow, TaskReminderRow, TaskRow
from store.models.units import UnitLinkRow
from store.queries import audit, mails
from survey.calendar import Calendar
from survey.faults import Fault
from tests.factories import make_unit
from tests.survey.test_calendar import plan, words
from workflows import mail, prepare
from workflows.calendars import bodies_fault, calendar, keep_calendar, keep_shipped
from workflows.task_reminders import remind
from workflows.tasks import Progress, mark_done, near, reopen

DUE = date(2024, 6, 30)
DAY = timedelta(days=1)
BODIES = [
    {"code": "snv", "title": words("Sở Nội vụ"), "unit": "SNV"},
    {"code": "cac-xa", "title": words("UBND các xã"), "levels": ["commune"], "under": "TN"},
    {"code": "doc-lap", "title": words("Đơn vị độc lập")},
]


def text(**changes: object) -> str:
    return yaml.safe_dump(plan(**{"bodies": BODIES} | changes), allow_unicode=True)


def task(lead: str, code: str = "1", deadline: str = "Tháng 06/2024") -> dict[str, object]:
    return {"code": code, "title": words(f"Việc {code}"), "deadline": deadline, "lead": lead}


def at(day: date) -> datetime:
    return datetime.combine(day, time(0, 30), UTC)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction in a province with a department and two communes, and a commune elsewhere."""
    with database.writing() as session:
        for code, level, parent in (
            ("TN", "province", None),
            ("BK", "province", None),
            ("SNV", "department", "TN"),
            ("H", "district", "TN"),
            ("X1", "commune", "H"),
            ("X2", "commune", "TN"),
            ("Y1", "commune", "BK"),
        ):
            make_unit(session, code, level=level, parent=parent)
        yield session


def kept(session: Session, **changes: object) -> Calendar:
    found = keep_calendar(session, text(**changes))
    assert isinstance(found, Calendar), found
    return found


def add(session: Session, address: str, unit: str = "", language: str = "vi") -> RecipientRow:
    row = mail.add_recipient(session, "tasks", address, "", language, at(DUE), "test", unit)
    assert isinstance(row, RecipientRow)
    return row


def say_done(session: Session, code: str = "1", day: date = DUE, **said: object) -> Progress:
    found = mark_done(session, code, actor="test", now=at(day), today=day, **said)  # type: ignore[arg-type]
    assert isinstance(found, Progress), found
    return found


def take_back(session: Session, code: str = "1", note: str = "chưa đạt", **said: object) -> object:
    return reopen(session, code, note=note, actor="test", now=at(DUE), today=DUE, **said)  # type: ignore[arg-type]


def codes(found: object) -> list[str]:
    assert not isinstance(found, Progress | Calendar), found
    return [fault.code for fault in found]  # type: ignore[attr-defined]


def run(session: Session, day: date) -> dict[str, int]:
    return remind(session, at(day), day, task_mail.worded)


def sent(session: Session) -> list[tuple[str, str]]:
    """List and subject of every mail so far."""
    return [(row.report, row.subject) for row in session.scalars(select(MailRow).order_by(MailRow.id))]


def last(session: Session) -> str:
    return session.scalars(select(MailRow).order_by(MailRow.id.desc())).first().words  # type: ignore[union-attr]


def test_a_newer_version_takes_the_place_of_a_calendar_and_what_was_done_stays(session: Session) -> None:
    kept(session)
    say_done(session)
    assert kept(session) == kept(session)
    changed = text(tasks=[task("snv", deadline="Tháng 07/2024")])
    assert codes(keep_calendar(session, changed)) == ["calendar_version"]
    newer = kept(session, version=2, tasks=[task("snv", deadline="Tháng 07/2024")])
    assert newer.tasks[0].due == date(2024, 7, 31)
    assert session.scalars(select(CalendarRow.version)).one() == 2
    assert session.scalars(select(TaskRow.state)).one() == "done"
    assert keep_shipped(session, text()) != newer, "it is read, and not kept"
    assert calendar(session, "thu", DUE) == newer
    assert codes(keep_calendar(session, text())) == ["calendar_version"]


def test_init_keeps_the_shipped_calendar_once_and_doctor_misses_it(session: Session) -> None:
    assert "2024.yaml" in prepare.lacking_instruments(session)
    assert prepare.keep_instruments(session) == prepare.keep_instruments(session) == []
    assert prepare.lacking_instruments(session) == []
    assert session.scalars(select(CalendarRow.code)).all() == ["2024"]


def test_without_its_code_the_calendar_in_force_is_meant(session: Session) -> None:
    none = calendar(session, None, DUE)
    assert isinstance(none, Fault)
    assert none.code == "no_calendar"
    kept(session, code="a1")
    kept(
        session, code="b2", source=plan()["source"] | {"day": date(2025, 1, 1)}, tasks=[task("snv", "1", "Quý I/2025")]
    )  # type: ignore[operator]
    for day, code in ((DUE, "a1"), (date(2025, 2, 1), "b2"), (date(2030, 1, 1), "b2")):
        found = calendar(session, None, day)
        assert isinstance(found, Calendar)
        assert found.code == code
    unknown = calendar(session, "c3", DUE)
    assert isinstance(unknown, Fault)
    assert (unknown.code, unknown.facts["known"]) == ("unknown_calendar", "a1, b2")


def test_what_is_said_of_a_task_is_kept_and_written_down(session: Session) -> None:
    kept(session)
    found = say_done(session, on=date(2024, 6, 28), note="Công văn 12")
    assert (found.standing.state, found.done_on, found.note) == ("done", date(2024, 6, 28), "Công văn 12")
    assert say_done(session, day=DUE + 4 * DAY).standing.days == 4, "it is corrected"
    assert isinstance(take_back(session), Progress)
    audit.tie(session)
    acts = [
        (row.act, row.subject, row.facts["note"]) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))
    ]
    assert acts == [
        ("task_done", "thu/1", "Công văn 12"),
        ("task_done", "thu/1", ""),
        ("task_reopened", "thu/1", "chưa đạt"),
    ]


def test_what_cannot_be_said_is_refused_with_every_reason(session: Session) -> None:
    kept(session, tasks=[task("snv"), task("cac-xa", "2")])
    said = {"actor": "test", "now": at(DUE), "today": DUE}
    assert codes(mark_done(session, "9", **said)) == ["unknown_task"]  # type: ignore[arg-type]
    assert codes(mark_done(session, "2", unit="Y1", note="x" * 1001, on=DUE + DAY, **said)) == [  # type: ignore[arg-type]
        "words_too_long",
        "unit_not_leading",
        "done_in_future",
    ]
    assert codes(mark_done(session, "1", in_calendar="nao", **said)) == ["unknown_calendar"]  # type: ignore[arg-type]
    assert codes(take_back(session, note=" ")) == ["note_needed", "task_not_done"]
    say_done(session, "2", unit="X1")
    assert codes(take_back(session, "2")) == ["task_done_in_parts"]
    say_done(session, "2")
    assert codes(take_back(session, "2", unit="X2")) == ["task_done_whole"]


def test_a_task_of_many_is_done_when_each_has_done_its_part(session: Session) -> None:
    kept(session, tasks=[task("cac-xa")])
    first = say_done(session, unit="X1", on=DUE)
    assert ([each.code for each in first.unfinished], first.standing.state) == (["X2"], "open")
    second = say_done(session, unit="X2", day=DUE + 3 * DAY)
    assert (second.unfinished, second.done_on, second.standing.state) == ((), DUE + 3 * DAY, "done_late")
    assert isinstance(take_back(session, unit="X1"), Progress)
    assert say_done(session).unfinished == ()


def test_each_of_many_is_reminded_until_it_has_done_its_part(session: Session) -> None:
    kept(session, tasks=[task("cac-xa")])
    for unit in ("X1", "X2", "Y1"):
        add(session, f"{unit.lower()}@a.vn", unit)
    say_done(session, unit="X1", day=DUE - 20 * DAY)
    assert run(session, DUE - 14 * DAY) == {"mails": 1, "reminders": 1, "without_address": 0}
    assert sent(session) == [("tasks:X2", "Nhắc việc: nhiệm vụ 1 còn 14 ngày (KH 1)")]
    assert "Kính gửi: UBND xã X2" in last(session)
    assert "đề nghị Quý cơ quan báo Sở Nội vụ" in last(session)


def test_a_reminder_goes_out_once_and_what_was_missed_in_one_mail(session: Session) -> None:
    kept(session, tasks=[task("snv"), task("snv", "2"), task("snv", "3", "2/7/2024")])
    add(session, "snv@a.vn", "SNV")
    assert run(session, DUE + DAY)["mails"] == 1
    assert run(session, DUE + DAY) == {"mails": 0, "reminders": 0, "without_address": 0}
    assert sent(session) == [("tasks:SNV", "Nhắc việc: 1 nhiệm vụ sắp đến hạn, 2 nhiệm vụ quá hạn (KH 1)")]
    keys = {(row.task, row.kind) for row in session.scalars(select(TaskReminderRow))}
    assert keys == {("1", "before"), ("1", "after"), ("2", "before"), ("2", "after"), ("3", "before")}
    run(session, DUE + 7 * DAY)
    assert sent(session)[1:] == [("tasks:SNV", "Nhắc việc: 3 nhiệm vụ quá hạn (KH 1)")]


def test_a_task_that_is_done_or_opened_again_is_reminded_of_accordingly(session: Session) -> None:
    kept(session)
    add(session, "snv@a.vn", "SNV")
    say_done(session, day=DUE - 20 * DAY)
    assert run(session, DUE + DAY)["mails"] == 0
    take_back(session)
    run(session, DUE + 2 * DAY)
    assert sent(session) == [("tasks:SNV", "Nhắc việc: nhiệm vụ 1 quá hạn 2 ngày (KH 1)")]


def test_a_deadline_that_is_moved_is_reminded_of_anew(session: Session) -> None:
    kept(session)
    add(session, "snv@a.vn", "SNV")
    run(session, DUE - 14 * DAY)
    kept(session, version=2, tasks=[task("snv", deadline="Tháng 07/2024")])
    assert [run(session, DUE + number * DAY)["mails"] for number in (1, 16, 17, 18)] == [0, 0, 1, 0]
    assert sent(session)[1] == ("tasks:SNV", "Nhắc việc: nhiệm vụ 1 còn 14 ngày (KH 1)")


def test_who_has_no_address_is_reminded_through_home_affairs(session: Session) -> None:
    kept(session, tasks=[task("doc-lap"), task("cac-xa", "2")])
    assert run(session, DUE - 14 * DAY) == {"mails": 0, "reminders": 0, "without_address": 3}
    add(session, "x1@a.vn", "X1")
    assert run(session, DUE - 13 * DAY) == {"mails": 1, "reminders": 1, "without_address": 2}
    add(session, "home@a.vn")
    assert run(session, DUE - 12 * DAY)["without_address"] == 0
    assert sent(session) == [
        ("tasks:X1", "Nhắc việc: nhiệm vụ 2 còn 13 ngày (KH 1)"),
        ("tasks", "KH 1, tình hình đến ngày 18/06/2024: 0 nhiệm vụ quá hạn, 2 chưa đến hạn, 0 đã hoàn thành"),
    ]
    passed_on = last(session).split("Nhiệm vụ chưa đến hạn:")[0]
    assert "chưa có địa chỉ thư" in passed_on
    assert "Cơ quan được nhắc: Đơn vị độc lập\n" in passed_on
    assert "Cơ quan được nhắc: UBND xã X2\n" in passed_on
    assert "hailong tasks done MÃ" in last(session)
    assert "Số cơ quan chưa hoàn thành: 2/2" in last(session)


def test_who_leaves_its_list_is_reminded_through_home_affairs(session: Session) -> None:
    kept(session, tasks=[task("doc-lap")], reminders={"before": [3], "after": [1], "stops_after": 60, "source": "test"})
    left = add(session, "doclap@a.vn", "doc-lap")
    add(session, "home@a.vn")
    run(session, DUE - 3 * DAY)
    mail.leave(session, left.id, at(DUE), "recipient")
    run(session, DUE + DAY)
    assert sent(session) == [
        ("tasks:doc-lap", "Nhắc việc: nhiệm vụ 1 còn 3 ngày (KH 1)"),
        ("tasks", "KH 1, đến ngày 01/07/2024: 1 nhiệm vụ quá hạn"),
    ]
    assert "Cơ quan được nhắc: Đơn vị độc lập" in last(session)


def test_home_affairs_that_leads_is_reminded_by_its_one_list(session: Session) -> None:
    rules = {"before": [3], "after": [1], "stops_after": 60, "source": "test"}
    kept(session, tasks=[task("snv"), task("snv", "2", "4/7/2024")], reminders=rules)
    add(session, "home@a.vn")
    assert run(session, DUE - 3 * DAY)["mails"] == 1
    assert "chưa có địa chỉ" not in last(session)
    assert run(session, DUE + DAY)["mails"] == 1, "a task that is late and one that is due go together"
    assert sent(session) == [
        ("tasks", "Nhắc việc: nhiệm vụ 1 còn 3 ngày (KH 1)"),
        ("tasks", "KH 1, đến ngày 01/07/2024: 1 nhiệm vụ quá hạn"),
    ]
    assert last(session).count("\n\n1. Việc 1\n") == last(session).count("\n\n2. Việc 2\n") == 1


def test_a_body_that_was_merged_is_reached_through_the_one_that_bears_its_name(session: Session) -> None:
    kept(session, tasks=[task("snv", deadline="Tháng 07/2024"), task("doc-lap", "2")])
    old = make_unit(session, "STC", level="department", parent="TN", name="Sở Tài chính", valid_to=DUE)
    new = make_unit(session, "STC2", level="department", parent="TN", name="Sở Tài chính", valid_from=DUE + DAY)
    other = make_unit(session, "SKH2", level="department", parent="TN", name="Sở Kế hoạch", valid_from=DUE + DAY)
    for unit in (new, other):
        session.add(UnitLinkRow(predecessor_id=old.id, successor_id=unit.id, on=DUE + DAY, share=str(Fraction(1, 2))))
    bodies = [*BODIES[1:], {"code": "snv", "title": words("Sở Tài chính"), "unit": "STC"}]
    kept(session, version=2, bodies=bodies, tasks=[task("snv", deadline="Tháng 07/2024")])
    add(session, "cu@a.vn", "STC")
    run(session, DUE + 17 * DAY)
    assert sent(session)[0][0] == "tasks:STC", "nobody came after it who has an address"
    for unit in ("STC2", "SKH2"):
        add(session, f"{unit.lower()}@a.vn", unit)
    run(session, DUE + 28 * DAY)
    assert [name for name, _ in sent(session)] == ["tasks:STC", "tasks:STC2"]
    new.name = "Sở Tài chính và Kế hoạch"
    session.flush()
    run(session, DUE + 32 * DAY)
    assert sorted(name for name, _ in sent(session)[2:]) == ["tasks:SKH2", "tasks:STC2"], "nobody knows which of them"
    assert "Cơ quan được nhắc: Sở Tài chính\n" in last(session)


def test_the_whole_list_says_which_reminders_did_not_arrive(session: Session) -> None:
    kept(session, tasks=[task("doc-lap")])
    add(session, "hong@a.vn", "doc-lap")
    add(session, "home@a.vn")
    run(session, DUE - 14 * DAY)
    for row in session.scalars(select(MailRow)):
        row.state, row.error = ("failed", "smtp_550") if row.address == "hong@a.vn" else ("sent", "")
    session.flush()
    run(session, DUE - 13 * DAY)
    assert "thư nhắc không đến được: hong@a.vn" in last(session)
    assert mails.failed_addresses(session, "tasks", at(DUE)) == []


def test_a_province_without_units_still_reminds_somebody(session: Session) -> None:
    bodies = [BODIES[0], {"code": "cac-xa", "title": words("UBND các xã"), "levels": ["commune"], "under": "CB"}]
    kept(session, bodies=bodies, tasks=[task("cac-xa")])
    add(session, "home@a.vn")
    run(session, DUE - 14 * DAY)
    assert "Cơ quan được nhắc: UBND các xã" in last(session)


def test_each_reads_in_their_language(session: Session) -> None:
    kept(session)
    add(session, "snv@a.vn", "SNV", "en")
    run(session, DUE)
    [(_, subject)] = sent(session)
    assert subject == "Task 1: today is the last day (KH 1)"
    assert "To: UBND xã SNV" in last(session)


def test_every_word_of_these_mails_is_translated() -> None:
    said = {*task_mail.FAR.values(), *task_mail.COUNTED.values(), "today is the last day"}
    assert said <= set(catalog("vi"))


def test_the_summary_report_hears_of_what_is_late_or_near(session: Session) -> None:
    tasks = [task("snv"), task("cac-xa", "2", "Tháng 05/2024"), task("snv", "3", "Quý III/2024"), task("snv", "4")]
    kept(session, tasks=tasks)
    say_done(session, "4", day=DUE - 15 * DAY)
    found = [(each.title, each.lead, each.late) for each in near(session, DUE - 14 * DAY)]
    assert found == [("2. Việc 2", "UBND các xã", True), ("1. Việc 1", "Sở Nội vụ", False)]
    assert near(session, date(2030, 1, 1)) == ()


def test_lists_belong_to_units_or_to_bodies_outside(session: Session) -> None:
    kept(session)
    assert [bodies_fault(session, code) for code in ("SNV", "X1", "doc-lap")] == [None] * 3
    assert [fault and fault.code for fault in (bodies_fault(session, "snv"), bodies_fault(session, "Z"))] == [
        "unknown_list",
        "unknown_list",
    ]
    refused = mail.add_recipient(session, "summary", "a@a.vn", "", "vi", at(DUE), "test", "SNV")
    assert isinstance(refused, Fault)
    assert refused.code == "list_without_units"


def test_mails_about_one_thing_to_several_have_numbers_of_their_own(session: Session) -> None:
    kept(session)
    for unit, address in (("SNV", "a@a.vn"), ("SNV", "b@a.vn"), ("", "a@a.vn")):
        add(session, address, unit)
    run(session, DUE + DAY)
    numbers = Counter(session.scalars(select(MailRow.message_id)))
    assert len(numbers) == 3
    assert all(number.replace(".", "").isalnum() for number in numbers), "it is a number that every server takes"
