"""What a summary report says agrees with the index, and keeps to what may be shown."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from reports.papers import Row, Table
from reports.print import pdf
from reports.summary_facts import Span, SummaryFacts, Task, behind, province_change, rising, silent, unit_change
from reports.summary_mail import words
from store.database import Database
from store.models.campaigns import CounterRow
from store.models.mail import PaperRow
from store.models.results import AuditRow
from store.queries import campaigns
from tests.factories import take_guards_off
from tests.reports.paper_files import office_pdfs, page_count, text_of
from tests.workflows.weeks import LAST_WEEK, MANNER, MONDAY, NAMES, NOW, ZONE, Given, give, make_week
from workflows import reporting, tally
from workflows.campaigns import move
from workflows.index import document
from workflows.reporting import make_summary, span_of, summary

ROOT = Path(__file__).parent.parent.parent
WEEK = span_of("weekly", MONDAY)
ANSWERS: Sequence[Given] = (
    ("A", 1, 20), ("A", 5, 12), ("A", 9, 30), ("B", 3, 40), ("B", 12, 5), ("C", 2, 8), ("C", 30, 4), ("D", 20, 60),
)  # fmt: skip


def index_of(database: Database) -> dict[str, Any]:
    """What `hailong index --json` prints."""
    with database.reading() as session:
        return document(session, "thu", NOW)


def facts(database: Database, span: Span = WEEK) -> SummaryFacts:
    return summary(database, "thu", span, NOW, MANNER).facts


def unit(found: SummaryFacts, code: str) -> Any:
    return next(each for each in found.units if each.code == code)


def keep_earlier(database: Database) -> None:
    """The report of the week before, as the clock keeps it."""
    made = make_summary(database, "thu", span_of("weekly", MONDAY - timedelta(days=7)), LAST_WEEK, MANNER)
    with database.writing() as session:
        reporting.keep(session, [made], "weekly", "2026-W47", LAST_WEEK, MANNER)


def sheet(content: bytes, name: str) -> list[list[Any]]:
    """The rows of a sheet below its titles."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()[1:]


def printed(value: float) -> str:
    """A figure as an independent hand writes it."""
    return str(Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)).replace(".", ",")


@pytest.mark.parametrize("basis", ["open", "sample"])
def test_every_figure_is_that_of_the_index(database: Database, basis: str) -> None:
    make_week(database, ANSWERS, basis=basis)
    give(database, [("A", 4, 3)], basis=basis, state="quarantined")
    found = summary(database, "thu", WEEK, NOW, MANNER)
    index = index_of(database)
    overall = {
        (row["scope"], row["code"], row["aggregation"]): row for row in index["figures"]
        if row["item"] == "overall" and row["stream"] == basis
    }  # fmt: skip
    for each in found.facts.units:
        row = overall["unit", each.code, None]
        names = ("value", "n", "low", "high", "state", "rank_low", "rank_high")
        assert [getattr(each.figure, name) for name in names] == [row[name] for name in names]
    assert found.facts.index.province.value == overall["province", "province", "units"]["value"]
    assert found.facts.index.pooled.value == overall["province", "province", "pooled"]["value"]
    assert found.facts.arrived.total == index["answers"][basis]["valid"] == 179
    assert sum(each.arrived.total for each in found.facts.units if each.arrived) == 179
    [table] = [block for block in found.paper.blocks if isinstance(block, Table) and block.key == "units"]
    told = {row.cells[1]: row for row in table.rows if isinstance(row, Row)}
    place = next(
        at for at, column in enumerate(table.columns) if column.title in ("Giá trị (%)", "Chỉ số hài lòng (%)")
    )
    for code, name in NAMES.items():
        value, state = overall["unit", code, None]["value"], overall["unit", code, None]["state"]
        expected = None if value is None else printed(value) + "*" if state == "flag_small" else value
        assert told[name].cells[place] == expected


def test_the_three_documents_hold_the_same_figures(database: Database) -> None:
    make_week(database, ANSWERS)
    made = make_summary(database, "thu", WEEK, NOW, MANNER)
    values = {
        row["code"]: row["value"]
        for row in index_of(database)["figures"]
        if (row["scope"], row["item"], row["state"]) == ("unit", "overall", "ok")
    }
    assert set(values) == {"A", "B", "D"}
    word_file, pdf_file, sheets = (each.content for each in made.attachments)
    [units] = [
        table
        for table in docx.Document(io.BytesIO(word_file)).tables
        if table.rows[0].cells[1].text == "Cơ quan, đơn vị"
    ]
    in_word = {row.cells[1].text: [cell.text for cell in row.cells] for row in units.rows}
    in_sheet = {row[0]: row for row in sheet(sheets, "Chỉ số")}
    on_paper = " ".join(text_of(pdf_file, page) for page in range(page_count(pdf_file)))
    for code, value in values.items():
        assert printed(value) in in_word[NAMES[code]]
        assert printed(value) in on_paper
        assert in_sheet[code][4] == pytest.approx(value, abs=1e-12)
    assert 2 <= page_count(pdf_file) <= 4
    assert "Số liệu nội bộ, chưa công bố" in text_of(pdf_file, 0)


def test_counts_of_days_and_channels(database: Database) -> None:
    make_week(database, ANSWERS)
    give(database, [("A", 0, 50)])  # on the Monday itself, after the week that is told of
    give(database, [("A", 1, 6), ("B", 8, 2)], channel="zalo")
    found = facts(database)
    assert (found.arrived.fresh, found.arrived.before) == (20 + 12 + 40 + 8 + 6, 30 + 5 + 2)
    assert found.arrived.total == 179 + 50 + 8
    assert (found.channels["zalo"].fresh, found.channels["zalo"].before, found.channels["zalo"].total) == (6, 2, 8)
    assert dict(found.by_day)[MONDAY - timedelta(days=1)] == 26
    assert (found.by_day[0][0], found.by_day[-1][0]) == (date(2026, 11, 9), date(2026, 11, 22))
    assert unit(found, "D").last_day == MONDAY - timedelta(days=20)


def test_answers_that_no_tally_holds_are_left_out_everywhere(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_week(database, ANSWERS)
    tally.fold(database, "thu")
    give(database, [("A", 1, 7), ("B", 40, 3)], channel="telegram")
    monkeypatch.setattr(tally, "fold", lambda *_: 0)  # they came in between the count and the report
    found = facts(database)
    assert found.arrived.total == sum(each.arrived.total for each in found.units if each.arrived) == 179
    assert found.arrived.fresh == 80
    assert "telegram" not in found.channels


def test_a_unit_with_too_few_answers_is_not_told_of_at_all(database: Database) -> None:
    make_week(database, [("A", 1, 40), ("B", 2, 3), ("C", 1, 2), ("D", 1, 40), ("E", 1, 40)])
    found = summary(database, "thu", WEEK, NOW, MANNER)
    for code in ("B", "C"):
        each = unit(found.facts, code)
        assert (each.figure.state, each.figure.value, each.figure.n, each.arrived, each.channels) == (
            "suppressed", None, None, None, {},
        )  # fmt: skip
    rows = {row[0]: row for row in sheet(reporting.FORMATS["xlsx"][1](found), "Đơn vị và kênh")}
    assert rows["B"][2:] == rows["C"][2:] == ["", ""]
    assert rows["E"][2:] == [40, 40]


def test_few_answers_bear_a_star_and_stand_in_no_ranking(database: Database) -> None:
    make_week(database, [("A", 1, 40), ("B", 2, 12), ("D", 1, 40)])
    found = summary(database, "thu", WEEK, NOW, MANNER)
    assert unit(found.facts, "B").figure.state == "flag_small"
    [chart] = [block for block in found.paper.blocks if getattr(block, "key", "") == "dots"]
    assert sorted(dot.label for dot in chart.picture.dots) == ["Sở Y tế", "huyện Võ Nhai"]
    pages = pdf(found.paper)
    text = " ".join(text_of(pages, page) for page in range(page_count(pages)))
    assert f"{printed(unit(found.facts, 'B').figure.value)}*" in text
    assert "Dấu “*”" in text


def test_change_since_the_last_report(database: Database) -> None:
    make_week(database, basis="sample")
    give(
        database, [(code, 10, 60) for code in "ABCD"], basis="sample", quality={"A": 0.3, "B": 0.6, "C": 0.5, "D": 0.5}
    )
    keep_earlier(database)
    give(database, [("A", 1, 120), ("B", 1, 60), ("C", 1, 3)], basis="sample", quality={"A": 0.98, "B": 0.6, "C": 0.5})
    found = facts(database)
    assert found.earlier is not None
    assert (found.earlier.valid, found.arrived.total) == (240, 423)
    changes = {code: unit_change(found, unit(found, code)) for code in "ABCDE"}
    assert changes["A"] is not None
    assert changes["A"].trend == "up"
    assert changes["B"] is not None
    assert changes["B"].trend == "unclear"
    assert changes["C"] is not None
    assert (changes["C"].trend, changes["C"].points) == ("withheld", None), "three answers would follow from it"
    assert changes["D"] is not None
    assert changes["D"].points == 0
    assert changes["E"] is None
    made = make_summary(database, "thu", WEEK, NOW, MANNER)
    pages = made.attachments[1].content
    text = " ".join(text_of(pages, page) for page in range(page_count(pages)))
    assert "các đơn vị có thay đổi rõ: Sở Y tế tăng" in text
    assert "tăng 183 phiếu so với báo cáo trước" in text
    assert "423 phiếu hợp lệ, đạt 42,30 % trong 1.000 phiếu phát ra" in text


def test_an_open_stream_claims_no_change(database: Database) -> None:
    make_week(database, [("A", 10, 60), ("B", 10, 60)])
    keep_earlier(database)
    give(database, [("A", 1, 300)], quality={"A": 1.0})
    found = facts(database)
    change = province_change(found)
    assert change is not None
    assert (change.trend, change.points is not None and change.points > 1) == ("unsure", True)
    assert "chưa đủ cơ sở kết luận" in make_summary(database, "thu", WEEK, NOW, MANNER).words


def test_figures_by_another_method_are_not_compared(database: Database) -> None:
    make_week(database, [("A", 10, 60)])
    keep_earlier(database)
    with database.writing() as session:
        row = session.scalars(select(PaperRow).where(PaperRow.media_type == "application/json")).one()
        held = json.loads(row.content)
        held["index"]["method"]["id"] = "M3"
        row.content = json.dumps(held).encode()
    found = facts(database)
    assert found.earlier is not None
    assert unit_change(found, unit(found, "A")) is None


def test_the_same_week_made_again_is_compared_with_the_week_before(database: Database) -> None:
    make_week(database, [("A", 10, 60)])
    keep_earlier(database)
    give(database, [("A", 1, 30)])
    made = make_summary(database, "thu", WEEK, NOW, MANNER)
    with database.writing() as session:
        reporting.keep(session, [made], "weekly", "2026-W48", NOW, MANNER)
    later = summary(database, "thu", WEEK, NOW + timedelta(hours=3), MANNER).facts
    assert later.earlier is not None
    assert (later.earlier.made_at, later.earlier.valid) == (LAST_WEEK.astimezone(ZONE), 60)


def test_silent_rising_and_slow_units_are_named(database: Database) -> None:
    make_week(database, [("A", 1, 90), ("A", 9, 20), ("B", 2, 90), ("B", 8, 80), ("C", 20, 40)], basis="sample")
    with database.writing() as session:
        e = select(CounterRow.id).where(CounterRow.unit_id == unit_id(session, "E"))
        session.execute(update(CounterRow).where(CounterRow.id.in_(e)).values(revoked_at=NOW - timedelta(days=2)))
    found = facts(database)
    assert [each.code for each in silent(found)] == ["C", "D", "E"], "E has no counter any more, but a sample"
    assert [each.code for each in rising(found)] == ["A"]
    assert [each.code for each in behind(found)] == ["C", "D", "E"]
    assert (found.counters, found.revoked) == (4, 1)


def unit_id(session: Any, code: str) -> int:
    row = campaigns.campaign(session, "thu")
    assert row is not None
    return next(each.unit_id for each in campaigns.campaign_units(session, row.id) if each.code == code)


def test_tasks_that_are_due_are_told_everywhere(database: Database) -> None:
    make_week(database, ANSWERS)
    found = summary(database, "thu", WEEK, NOW, MANNER)
    tasks = (
        Task("1.5. Xử lý số liệu", "Sở Nội vụ", date(2026, 11, 20), late=True),
        Task("1.6. Báo cáo", "Sở Nội vụ", MONDAY, late=False),
    )
    due = replace(found, facts=replace(found.facts, tasks=tasks))
    pages = pdf(due.paper)
    text = " ".join(text_of(pages, page) for page in range(page_count(pages)))
    assert "NHIỆM VỤ ĐẾN HẠN" in text
    assert "1.5. Xử lý số liệu Sở Nội vụ 20/11/2026 Quá hạn" in text
    assert "Hoàn thành các nhiệm vụ đã quá hạn" in text
    rows = sheet(reporting.FORMATS["xlsx"][1](due), "Nhiệm vụ")
    assert [(row[0], row[3]) for row in rows] == [("1.5. Xử lý số liệu", "Quá hạn"), ("1.6. Báo cáo", "Sắp đến hạn")]
    assert "2 nhiệm vụ của kế hoạch đến hạn, trong đó 1 đã quá hạn" in words(due.facts)


def test_nobody_is_silent_or_rising_in_the_first_days(database: Database) -> None:
    make_week(database, [("A", 1, 90)], opens=MONDAY - timedelta(days=5))
    found = facts(database)
    assert (silent(found), rising(found)) == ((), ())


def test_an_empty_campaign_has_a_report_too(database: Database) -> None:
    make_week(database)
    made = make_summary(database, "thu", WEEK, NOW, MANNER)
    assert "Phiếu hợp lệ mới: 0" in made.words
    assert "chưa đủ số phiếu" in made.words
    assert page_count(made.attachments[1].content) <= 4


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_every_kind_of_report_is_made(database: Database, kind: Any) -> None:
    make_week(database, ANSWERS)
    made = make_summary(database, "thu", span_of(kind, MONDAY), NOW, MANNER)
    assert [each.name.rpartition(".")[2] for each in made.attachments] == ["docx", "pdf", "xlsx"]
    assert made.words.count("\n") <= 20
    assert "thử" in made.subject


def test_only_campaigns_of_these_days_are_reported(database: Database) -> None:
    make_week(database, ANSWERS)
    spans = {"before": date(2026, 9, 21), "first": date(2026, 10, 5), "now": MONDAY, "after": date(2026, 12, 28)}

    def reported() -> list[str]:
        with database.reading() as session:
            return [name for name, day in spans.items() if reporting.reported(session, span_of("weekly", day), ZONE)]

    assert reported() == ["first", "now"]
    with database.writing() as session:
        move(session, "thu", "closed", "test")
    assert reported() == ["first", "now"], "it was closed within them, or later"
    with database.writing() as session:
        take_guards_off(session)
        session.execute(update(AuditRow).where(AuditRow.act == "closed").values(at=NOW - timedelta(days=20)))
    assert reported() == ["first"], "it is closed since before the week"


def test_a_silent_weekend_is_no_news(database: Database) -> None:
    make_week(database, [("A", 2, 5)])
    days = {ago: span_of("daily", MONDAY - timedelta(days=ago)) for ago in (0, 1, 2)}
    told = {ago: reporting.worth_a_report(database, "thu", span) for ago, span in days.items()}
    assert told == {0: True, 1: False, 2: True}


def test_words_that_would_be_commands_stay_words(database: Database) -> None:
    make_week(database, ANSWERS, title={"vi": "=cmd|'/c calc'!A1 <b>& “đợt”", "en": "x"})
    made = make_summary(database, "thu", WEEK, NOW, MANNER)
    with zipfile.ZipFile(io.BytesIO(made.attachments[2].content)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
    assert "<b>&" in text_of(made.attachments[1].content, 0)


def test_a_letterhead_of_ones_own(database: Database, tmp_path: Any) -> None:
    make_week(database, ANSWERS)
    shipped = (ROOT / "instruments" / "reports" / "letterhead.yaml").read_text(encoding="utf-8")
    own = tmp_path / "phan-dau.yaml"
    own.write_text(shipped.replace("tỉnh Thái Nguyên\n", "tỉnh Bắc Kạn\n").replace("mark: SNV", "mark: SNVBK"))
    manner = replace_manner(letterhead=str(own))
    found = summary(database, "thu", WEEK, NOW, manner)
    assert (found.paper.head.superior, found.paper.head.sign) == ("Ủy ban nhân dân tỉnh Bắc Kạn", "BC-SNVBK")
    own.write_text("superior: x\nbodi: y\n")
    with pytest.raises(reporting.LetterheadError) as refused:
        summary(database, "thu", WEEK, NOW, manner)
    assert {fault.code for fault in refused.value.faults} == {"missing_key", "unknown_key"}


def replace_manner(**facts: str) -> Any:
    return SimpleNamespace(**{**vars(MANNER), **facts})


def test_word_and_print_say_the_same_on_as_many_pages(database: Database, tmp_path: Path) -> None:
    make_week(database, ANSWERS)
    made = make_summary(database, "thu", WEEK, NOW, MANNER)
    in_word = office_pdfs({"summary": made.attachments[0].content}, tmp_path)["summary"]
    printed_one = made.attachments[1].content
    assert 2 <= page_count(in_word) == page_count(printed_one) <= 4
    for page in range(page_count(in_word)):
        ours, theirs = (set(text_of(each, page).split()) for each in (printed_one, in_word))
        assert len(ours & theirs) >= 0.9 * len(ours)
