"""The figures of a summary report as a workbook, a sheet a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reports.books import Book, Leaf
from reports.letterheads import Letterhead
from reports.names import words_of
from reports.papers import Cell, Column, Table, rows
from reports.summary import LANGUAGE
from reports.summary_facts import SummaryFacts, UnitFacts, behind, listed, rising, silent, small, unit_change
from reports.summary_tables import channel_table, of_sample, unit_table, with_earlier
from reports.summary_words import CHANNELS, LEVELS, TRENDS, UNPUBLISHED, moment_words, span_words

STATES = {
    "ok": "Đủ số phiếu",
    "flag_small": "Ít phiếu, chỉ dùng nội bộ",
    "suppressed": "Không nêu, quá ít phiếu",
    "undefined": "Chưa có phiếu",
}
FACTOR_TITLE = "Chỉ số hài lòng của tỉnh theo yếu tố"


def book(facts: SummaryFacts, letterhead: Letterhead) -> Book:
    """The workbook of a report."""
    warnings = [UNPUBLISHED] if facts.state != "published" else []
    if facts.basis == "open":
        warnings.append(words_of(facts.how.sentences["open"], LANGUAGE))
    leaves = (
        Leaf("Theo đơn vị", unit_table(facts, in_full=True)),
        Leaf("Chỉ số", figure_table(facts)),
        Leaf("Yếu tố", factor_table(facts)),
        Leaf("Đơn vị và kênh", unit_channels(facts)),
        Leaf("Theo kênh", channel_table(facts)),
        Leaf("Theo ngày", day_table(facts)),
    )
    at_times = (Leaf("Cần chú ý", attention_table(facts)), Leaf("Nhiệm vụ", task_table(facts)))
    return Book(
        title=f"Số liệu báo cáo {span_words(facts.span)}",
        facts=told(facts),
        leaves=(*leaves, *(leaf for leaf in at_times if leaf.table.rows)),
        warnings=tuple(warnings),
        author=letterhead.body,
        made=facts.made_at,
    )


def told(facts: SummaryFacts) -> tuple[tuple[str, str], ...]:
    """What a reader must know of these figures."""
    return (
        ("Đợt khảo sát", f"{facts.title} (mã: {facts.campaign})"),
        ("Kỳ báo cáo", span_words(facts.span)),
        ("Số liệu tính đến", moment_words(facts)),
        ("Cơ sở tính", "Mẫu ngẫu nhiên" if facts.basis == "sample" else "Phiếu mở: ai muốn trả lời đều trả lời được"),
        ("Phương pháp", f"{facts.how.method[0]} – {words_of(facts.how.method[1], LANGUAGE)}"),
        ("Cách gộp", f"{facts.how.grouping[0]} – {words_of(facts.how.grouping[1], LANGUAGE)}"),
        ("Phiên bản phương pháp", str(facts.how.version)),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A column of the sheet of indices: how its cell is made, and of which reports it is a part."""

    column: Column
    cell: Callable[[SummaryFacts, UnitFacts], Cell]
    wanted: Callable[[SummaryFacts], bool] = lambda facts: True


PARTS = (
    Part(Column("Mã"), lambda facts, unit: unit.code),
    Part(Column("Cơ quan, đơn vị"), lambda facts, unit: unit.name),
    Part(Column("Cấp"), lambda facts, unit: LEVELS.get(unit.level, unit.level)),
    Part(
        Column("Số người trả lời", "whole", meaning="Số người trả lời câu hỏi có nhiều người trả lời nhất."),
        lambda facts, unit: unit.figure.n,
    ),
    Part(
        Column("Chỉ số (%)", "number", meaning="Làm tròn khi hiển thị; ô chứa giá trị đầy đủ."),
        lambda facts, unit: unit.figure.value,
    ),
    Part(
        Column("Cận dưới", "number", 1, meaning="Cận dưới khoảng tin cậy 95 %."),
        lambda facts, unit: unit.figure.low,
        of_sample,
    ),
    Part(
        Column("Cận trên", "number", 1, meaning="Cận trên khoảng tin cậy 95 %."),
        lambda facts, unit: unit.figure.high,
        of_sample,
    ),
    Part(
        Column("Hạng tốt nhất", "whole", meaning="Thứ hạng tốt nhất mà mẫu cho phép, trong khối."),
        lambda facts, unit: unit.figure.rank_low,
        of_sample,
    ),
    Part(
        Column("Hạng kém nhất", "whole", meaning="Thứ hạng kém nhất mà mẫu cho phép, trong khối."),
        lambda facts, unit: unit.figure.rank_high,
        of_sample,
    ),
    Part(
        Column("Tình trạng", meaning="“Ít phiếu” không được xếp hạng và không được công bố."),
        lambda facts, unit: STATES[unit.figure.state],
    ),
    Part(
        Column("Tăng, giảm", "change", meaning="Điểm phần trăm so với báo cáo trước cùng loại."),
        lambda facts, unit: moved.points if (moved := unit_change(facts, unit)) else None,
        with_earlier,
    ),
    Part(
        Column("Nhận định", meaning="Chỉ nói tăng, giảm khi hai khoảng tin cậy tách rời nhau."),
        lambda facts, unit: TRENDS[moved.trend] if (moved := unit_change(facts, unit)) else None,
        with_earlier,
    ),
)


def figure_table(facts: SummaryFacts) -> Table:
    """Every unit's index with all that belongs to it, in numbers."""
    parts = [part for part in PARTS if part.wanted(facts)]
    body = rows([part.cell(facts, unit) for part in parts] for unit in listed(facts))
    return Table("Chỉ số hài lòng của từng đơn vị", tuple(part.column for part in parts), body)


def factor_table(facts: SummaryFacts) -> Table:
    """The province's index, whole and by factor."""
    lines = [
        ("Chung, trung bình các đơn vị", facts.index.province),
        ("Chung, gộp toàn bộ số phiếu", facts.index.pooled),
        ("Chung, có trọng số theo hồ sơ", facts.index.weighted),
        *facts.index.factors,
    ]
    return Table(
        FACTOR_TITLE,
        (
            Column("Yếu tố"),
            Column("Số người trả lời", "whole"),
            Column("Chỉ số (%)", "number"),
            Column("Cận dưới", "number", 1),
            Column("Cận trên", "number", 1),
        ),
        rows((title, found.n, found.value, found.low, found.high) for title, found in lines if found.value is not None),
    )


def unit_channels(facts: SummaryFacts) -> Table:
    """Valid answers of every unit by channel; nothing of units whose figure is suppressed."""
    channels = list(facts.channels)
    return Table(
        "Số phiếu hợp lệ lũy kế theo đơn vị và kênh trả lời",
        (
            Column("Mã"),
            Column("Cơ quan, đơn vị"),
            *(Column(CHANNELS.get(name, name), "whole") for name in channels),
            Column("Cộng", "whole"),
        ),
        rows(
            (
                unit.code,
                unit.name,
                *(unit.channels.get(name, 0) if unit.arrived else None for name in channels),
                unit.arrived.total if unit.arrived else None,
            )
            for unit in listed(facts)
        ),
    )


def day_table(facts: SummaryFacts) -> Table:
    """Valid answers a day."""
    return Table(
        "Số phiếu hợp lệ theo ngày", (Column("Ngày", "day"), Column("Số phiếu hợp lệ", "whole")), rows(facts.by_day)
    )


def attention_table(facts: SummaryFacts) -> Table:
    """Every unit that the report names, and why."""
    why = (
        (silent(facts), f"Không có phiếu trong {facts.watch.silent_days} ngày gần nhất"),
        (rising(facts), "Số phiếu tăng đột biến"),
        (behind(facts), "Thu phiếu chậm hơn tiến độ thời gian"),
        (small(facts), "Quá ít phiếu để so sánh, công bố"),
    )
    return Table(
        "Đơn vị cần chú ý",
        (
            Column("Mã"),
            Column("Cơ quan, đơn vị"),
            Column("Lý do"),
            Column("Ngày có phiếu gần nhất", "day"),
            Column("Trong kỳ", "whole"),
            Column("Kỳ liền trước", "whole"),
        ),
        rows(
            (
                unit.code,
                unit.name,
                reason,
                unit.last_day,
                unit.arrived.fresh if unit.arrived else None,
                unit.arrived.before if unit.arrived else None,
            )
            for units, reason in why
            for unit in units
        ),
    )


def task_table(facts: SummaryFacts) -> Table:
    """Tasks of the plan that are late or soon due."""
    return Table(
        "Nhiệm vụ quá hạn hoặc sắp đến hạn",
        (Column("Nhiệm vụ"), Column("Cơ quan chủ trì"), Column("Hạn", "day"), Column("Tình trạng")),
        rows((each.title, each.lead, each.due, "Quá hạn" if each.late else "Sắp đến hạn") for each in facts.tasks),
    )
