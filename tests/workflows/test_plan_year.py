"""The plan of 2024 runs in simulated time: each reminder goes out once, to the right body, whatever happens."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from store.database import Database
from tests.faults.calendar import DAITU, DOWN, FIRST, HOME, LAST, NEW_SNV, OUTSIDE, SNV, STP, WHOLE, year
from tests.mail_server import mail_server

# day, to whom: task and what is said of it. Written down from the plan's table and the acts of `tests.faults.calendar`.
BODIES = """
2024-05-17 snv: 1.1 còn 14 ngày, 2.1 còn 14 ngày
2024-06-16 snv: 2.2 còn 14 ngày, 2.3 còn 14 ngày, IV còn 14 ngày
2024-06-30 snv: 2.3 hôm nay là ngày cuối cùng, IV hôm nay là ngày cuối cùng
2024-07-01 snv: 2.3 quá hạn 1 ngày, IV quá hạn 1 ngày
2024-07-07 snv: 2.3 quá hạn 7 ngày
2024-07-17 daitu: 1.3 còn 14 ngày
2024-07-17 stp: 1.3 còn 14 ngày
2024-07-28 daitu: 1.3 còn 3 ngày
2024-08-01 daitu: 1.3 quá hạn 1 ngày
2024-09-27 outside: 1.4 còn 3 ngày, 2.5 còn 3 ngày
2024-10-01 outside: 2.5 quá hạn 1 ngày
2024-10-08 outside: 2.5 quá hạn 8 ngày
2024-11-16 daitu: 2.6 còn 14 ngày
2024-11-16 snv: 1.5 còn 14 ngày, 2.6 còn 14 ngày
2024-11-16 stp: 2.6 còn 14 ngày
2024-11-27 daitu: 2.6 còn 3 ngày
2024-12-17 daitu: 2.7 còn 14 ngày
2024-12-17 snv: 1.6 còn 14 ngày, 2.7 còn 14 ngày
2024-12-17 stp: 2.7 còn 14 ngày
2025-01-02 snv: 1.6 quá hạn 2 ngày
2025-01-17 snv: 2.8 còn 14 ngày
2025-01-28 snv: 2.8 còn 3 ngày
2025-03-17 new_snv: 1.7 còn 14 ngày, 2.9 còn 14 ngày
2025-03-28 new_snv: 2.9 còn 3 ngày
"""
HOME_AFFAIRS = """
2024-07-01 list: 2.3 danh sách: quá hạn 1 ngày, IV danh sách: quá hạn 1 ngày
2024-07-07 home: 2.3 danh sách: quá hạn 7 ngày
2024-07-08 list: 2.3 danh sách: quá hạn 8 ngày
2024-07-17 home: 1.3 nhờ chuyển: còn 14 ngày
2024-07-28 home: 1.3 nhờ chuyển: còn 3 ngày
2024-08-01 home: 1.3 nhờ chuyển: quá hạn 1 ngày, 1.3 danh sách: quá hạn 1 ngày
2024-08-05 list: 1.3 danh sách: quá hạn 5 ngày
2024-08-07 home: 1.3 nhờ chuyển: quá hạn 7 ngày, 1.3 danh sách: quá hạn 7 ngày
2024-09-16 list: 1.4 nhờ chuyển: còn 14 ngày, 2.5 nhờ chuyển: còn 14 ngày
2024-10-01 home: 2.5 danh sách: quá hạn 1 ngày
2024-10-08 list: 2.5 danh sách: quá hạn 8 ngày
2025-01-02 home: 1.6 danh sách: quá hạn 2 ngày
"""
NAMES = {SNV: "snv", STP: "stp", DAITU: "daitu", OUTSIDE: "outside", NEW_SNV: "new_snv"}


def weekly_days() -> list[date]:
    """Every Monday from the plan on; a Monday on which the machines were down is made up for on the day after."""
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    mondays = [day for day in days if day.isoweekday() == 1 and day >= date(2024, 5, 17)]
    return [day + timedelta(days=1) if day in DOWN else day for day in mondays]


def test_each_reminder_goes_out_once_to_the_right_body(database: Database, tmp_path: Path) -> None:
    with mail_server() as inbox:
        found = year(database, inbox, tmp_path)
    lines = [
        f"{each.day} {NAMES.get(each.to, 'list' if WHOLE in each.subject else 'home')}: "
        + ", ".join(" ".join(task) for task in each.tasks)
        for each in found.told
    ]
    assert [line for line in lines if line.split()[1][:-1] in NAMES.values()] == BODIES.split("\n")[1:-1]
    ours = [line for line in lines if line.split()[1] in ("list:", "home:") and line[-1] != " "]
    assert ours == HOME_AFFAIRS.split("\n")[1:-1]
    assert [each.day for each in found.told if WHOLE in each.subject] == weekly_days()
    assert {each.to for each in found.told} == {*NAMES, HOME}
    assert len(set(found.numbers)) == len(found.numbers) == len(found.told)
    assert (dict(found.mails), found.reminders) == ({"sent": len(found.told)}, 94)
    assert found.beats["fenced"] + found.beats["again"] + found.beats["by hand: again"] > 100, "they did race"
    assert not [words for words in found.words if "Na Rì" in words], "another province's units are not reminded"
    passed_on = [words for words in found.words if "chưa có địa chỉ thư" in words]
    assert len(passed_on) == 5
    assert sum("Cơ quan được nhắc: UBND thị trấn" in words for words in passed_on) == 4
    assert sum("Cơ quan được nhắc: Đơn vị độc lập được lựa chọn" in words for words in passed_on) == 1
