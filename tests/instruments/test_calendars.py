"""The shipped calendar says what the plan's assignment table says."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from survey.calendar import Calendar
from survey.calendar_rows import read_calendar

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).parent / "plan-98.tsv"  # the table of Kế hoạch 98/KH-UBND of 17/5/2024, row by row
FILES = sorted((ROOT / "instruments" / "calendars").glob("*.yaml"))
DUE = {
    "1.1": "2024-05-31", "1.2": "2024-06-30", "1.3": "2024-07-31", "1.4": "2024-09-30", "1.5": "2024-11-30",
    "1.6": "2024-12-31", "1.7": "2025-03-31", "2.1": "2024-05-31", "2.2": "2024-06-30", "2.3": "2024-06-30",
    "2.4": "2024-07-31", "2.5": "2024-09-30", "2.6": "2024-11-30", "2.7": "2024-12-31", "2.8": "2025-01-31",
    "2.9": "2025-03-31", "IV": "2024-06-30",
}  # fmt: skip


def calendar(path: Path) -> Calendar:
    read = read_calendar(path.read_text(encoding="utf-8"))
    assert isinstance(read, Calendar), read
    return read


@pytest.fixture(scope="module")
def plan() -> Calendar:
    return calendar(ROOT / "instruments" / "calendars" / "2024.yaml")


def units() -> dict[str, dict[str, str]]:
    found = {}
    for path in sorted((ROOT / "instruments" / "units").glob("*20*.csv")):
        with path.open(encoding="utf-8-sig") as file:
            found.update({row["code"]: row for row in csv.DictReader(file)})
    return found


def test_every_row_of_the_plan_is_there_in_its_own_words(plan: Calendar) -> None:
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    headings = {row["row"]: row["task"] for row in rows if not row["deadline"]}
    assert {code: words["vi"] for code, words in plan.parts.items()} == headings
    told = [
        {
            "page": str(task.page),
            "row": task.code,
            "task": task.title["vi"],
            "deadline": task.deadline,
            "lead": plan.bodies[task.lead].title["vi"],
            "coordinating": task.coordinating,
        }
        for task in plan.tasks
    ]
    assert told == [row for row in rows if row["deadline"]]
    assert len(told) == 17


def test_tasks_belong_to_the_part_whose_number_they_bear(plan: Calendar) -> None:
    parts = {"1": "I", "2": "II", "I": None}
    assert [task.part for task in plan.tasks] == [parts[task.code[0]] for task in plan.tasks]


def test_deadlines_are_read_as_the_last_day(plan: Calendar) -> None:
    assert {task.code: task.due.isoformat() for task in plan.tasks} == DUE
    assert (plan.source.number, plan.source.day) == ("98/KH-UBND", date(2024, 5, 17))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_units_that_a_calendar_names_exist(path: Path) -> None:
    found, known = calendar(path), units()
    named = {body.unit for body in found.bodies.values() if body.unit} | {
        body.under for body in found.bodies.values() if body.under
    }
    named |= {code for task in found.tasks for code in task.coordinating_units}
    assert named <= set(known)
    assert len(named) > 2


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_nobody_ordered_says_so(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "Own example" in text, "the plan sets no reminders"
    assert text.count("[chưa xác nhận]") >= 2, "how deadlines are read, and products, are no words of the plan"
    assert calendar(path).code == path.stem
