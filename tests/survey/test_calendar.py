"""A calendar is read with every fault at once; standings and reminders follow from days alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from survey.calendar import Calendar, in_force, last_day, reminders_due, standing, weekly_due
from survey.calendar_rows import read_calendar
from survey.faults import Fault

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def words(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def plan(**changes: object) -> dict[str, object]:
    """A calendar file that has no fault, with these keys instead."""
    return {
        "code": "thu",
        "version": 1,
        "title": words("Lịch"),
        "source": {
            "number": "1/KH",
            "day": date(2024, 5, 17),
            "short": words("KH 1"),
            "name": words("KH 1 ngày 17/5/2024"),
            "annex": words("Biểu"),
        },
        "reminders": {"before": [14, 3], "after": [1, 7], "weekly": 1, "stops_after": 60, "source": "test"},
        "overseer": "snv",
        "bodies": [{"code": "snv", "title": words("Sở Nội vụ"), "unit": "SNV"}],
        "tasks": [{"code": "1", "title": words("Việc"), "deadline": "Tháng 06/2024", "lead": "snv"}],
    } | changes


def read(**changes: object) -> Calendar | tuple[Fault, ...]:
    return read_calendar(yaml.safe_dump(plan(**changes), allow_unicode=True))


def calendar(**changes: object) -> Calendar:
    found = read(**changes)
    assert isinstance(found, Calendar), found
    return found


def due(found: Calendar, day: date, unfinished: tuple[str, ...] = ("1",)) -> list[tuple[str, str]]:
    return [(each.falls_on.isoformat(), each.kind) for each in reminders_due(found, unfinished, day)]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("Tháng 02/2024", "2024-02-29"),
        ("Tháng 2/2025", "2025-02-28"),
        ("tháng 12/2024", "2024-12-31"),
        ("Quý I/2025", "2025-03-31"),
        ("Quý II/2024", "2024-06-30"),
        ("Quý III/2024", "2024-09-30"),
        ("quý IV/2024", "2024-12-31"),
        ("15/7/2024", "2024-07-15"),
        ("Ngày 05/07/2024", "2024-07-05"),
        (" Tháng 06/2024 ", "2024-06-30"),
        ("Tháng 13/2024", None),
        ("Tháng 06/0000", None),
        ("Quý V/2024", None),
        ("31/6/2024", None),
        ("Năm 2024", None),
        ("", None),
    ],
)
def test_a_deadline_is_the_last_day_of_what_it_names(said: str, day: str | None) -> None:
    assert last_day(said) == (date.fromisoformat(day) if day else None)


WRONG: dict[str, object] = {
    "overseer": "ubnd",
    "bodies": [
        {"code": "snv", "title": words("Sở Nội vụ"), "unit": "SNV", "levels": ["commune"], "under": "TN"},
        {"code": "snv", "title": {"vi": "Sở"}, "levels": ["xa"]},
    ],
    "parts": [{"code": "I", "title": words("Một")}],
    "tasks": [
        {"code": "1", "title": words(""), "deadline": "Năm 2024", "lead": "stp", "part": "II"},
        {"code": "1", "title": words("Việc"), "deadline": "Quý I/2025", "lead": "snv"},
    ],
}
WITHOUT_OVERSEER: dict[str, object] = {"bodies": [{"code": "snv", "title": words("Sở Nội vụ")}]}


def test_every_fault_of_a_calendar_is_told_at_once() -> None:
    found = read(**WRONG)
    assert isinstance(found, tuple)
    assert sorted((fault.code, fault.where) for fault in found) == [
        ("body_kind", "bodies[1]"),
        ("body_kind", "bodies[2]"),
        ("deadline_form", "tasks[1].deadline"),
        ("duplicate_code", "bodies"),
        ("duplicate_code", "tasks"),
        ("missing_language", "bodies[2].title"),
        ("missing_language", "tasks[1].title"),
        ("missing_language", "tasks[1].title"),
        ("unknown_body", "overseer"),
        ("unknown_body", "tasks[1].lead"),
        ("unknown_level", "bodies[2].levels"),
        ("unknown_part", "tasks[1].part"),
    ]


def test_faults_of_shape_are_told_at_once() -> None:
    found = read(code=2024, version="1", tasks=[{"code": 1.1, "title": words("Việc"), "when": "mai"}])
    assert isinstance(found, tuple)
    assert {fault.code for fault in found} == {"not_quoted", "not_a_whole_number", "missing_key", "unknown_key"}


def test_an_overseer_is_one_unit() -> None:
    found = read(**WITHOUT_OVERSEER)
    assert isinstance(found, tuple)
    assert [fault.code for fault in found] == ["overseer_without_unit"]


@pytest.mark.parametrize(
    ("done_on", "day", "state", "days"),
    [
        (None, "2024-06-16", "open", 14),
        (None, "2024-06-30", "open", 0),
        (None, "2024-07-01", "late", 1),
        ("2024-06-30", "2024-07-09", "done", 0),
        ("2024-07-04", "2024-07-09", "done_late", 4),
        ("2024-07-04", "2024-07-03", "late", 3),
        ("2024-06-20", "2024-06-19", "open", 11),
    ],
)
def test_a_task_stands_by_its_days(done_on: str | None, day: str, state: str, days: int) -> None:
    done = date.fromisoformat(done_on) if done_on else None
    found = standing(date(2024, 6, 30), done, date.fromisoformat(day))
    assert (found.state, found.days) == (state, days)


def test_reminders_fall_before_and_after_the_deadline() -> None:
    found = calendar()
    assert due(found, date(2024, 6, 15)) == []
    assert due(found, date(2024, 6, 16)) == [("2024-06-16", "before")]
    assert due(found, date(2024, 7, 7)) == [
        ("2024-06-16", "before"),
        ("2024-06-27", "before"),
        ("2024-07-01", "after"),
        ("2024-07-07", "after"),
    ]
    assert due(found, date(2024, 7, 7), ()) == []


def test_nobody_is_reminded_before_the_order_or_long_after_it() -> None:
    early = calendar(tasks=[{"code": "1", "title": words("Việc"), "deadline": "20/5/2024", "lead": "snv"}])
    assert due(early, date(2024, 5, 16)) == []
    assert due(early, date(2024, 5, 17)) == [("2024-05-06", "before"), ("2024-05-17", "before")]
    found = calendar()
    assert due(found, date(2024, 8, 29)) != []
    assert due(found, date(2024, 8, 30)) == []
    assert not in_force(found, date(2024, 8, 30))


@given(DAYS)
def test_the_weekly_list_is_that_of_the_newest_monday(day: date) -> None:
    found = weekly_due(calendar(), day)
    if not date(2024, 5, 20) <= day <= date(2024, 8, 29):
        assert found is None
        return
    assert found is not None
    assert found.isoweekday() == 1
    assert timedelta(0) <= day - found < timedelta(days=7)


def test_a_calendar_may_go_without_weekly_lists() -> None:
    rules = {"before": [], "after": [1], "stops_after": 0, "source": "test"}
    assert weekly_due(calendar(reminders=rules), date(2024, 6, 3)) is None


@given(DAYS, DAYS)
def test_what_was_due_stays_due_while_the_calendar_is_in_force(one: date, other: date) -> None:
    found, (first, second) = calendar(), sorted((one, other))
    if in_force(found, first) and in_force(found, second):
        assert set(due(found, first)) <= set(due(found, second))
