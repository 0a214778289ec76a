"""The figures of a summary report as a workbook, a sheet a table."""

from __future__ import annotations

from reports.books import Book, Leaf
from reports.letterheads import Letterhead
from reports.names import words_of
from reports.papers import Cell, Column, Table, rows
from reports.summary import LANGUAGE, summary_line
from reports.summary_facts import SummaryFacts, behind, listed, rising, silent, small, unit_change
from reports.summary_tables import channel_table, unit_table
from reports.summary_words import CHANNELS, TRENDS, UNPUBLISHED, moment_words, span_words

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
        warnings.append(words_of(facts.sentences["open"], LANGUAGE))
    leaves = (
        Leaf("Theo đơn vị", unit_table(facts, in_full=True)),
        Leaf("Chỉ số", figure_table(facts)),
        Leaf("Yếu tố", factor_table(facts)),
        Leaf("Đơn vị và kênh", unit_channels(facts)),
        Leaf("Theo kênh", channel_table(facts)),
        Leaf("Theo ngày", day_table(facts)),
        Leaf("Cần chú ý", attention_table(facts)),
    )
    return Book(
        title=summary_line(facts),
        facts=told(facts),
        leaves=(*leaves, Leaf("Nhiệm vụ", task_table(facts))) if facts.tasks else leaves,
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
        ("Phương pháp", f"{facts.method[0]} – {words_of(facts.method[1], LANGUAGE)}"),
        ("Cách gộp", f"{facts.grouping[0]} – {words_of(facts.grouping[1], LANGUAGE)}"),
        ("Phiên bản phương pháp", str(facts.method_version)),
    )


def figure_table(facts: SummaryFacts) -> Table:
    """Every unit's index with all that belongs to it, in numbers."""
    body: list[tuple[Cell, ...]] = []
    for unit in listed(facts):
        found, moved = unit.figure, unit_change(facts, unit)
        ranks = (found.rank_low, found.rank_high)
        change = (moved.points if moved else None, TRENDS.get(moved.trend) if moved else None)
        numbers = (found.n, found.value, found.low, found.high, *ranks)
        body.append((unit.code, unit.name, unit.block, *numbers, STATES[found.state], *change))
    return Table(
        "Chỉ số hài lòng của từng đơn vị",
        (
            Column("Mã"),
            Column("Cơ quan, đơn vị"),
            Column("Khối"),
            Column("Số người trả lời", "whole", meaning="Số người trả lời câu hỏi có nhiều người trả lời nhất."),
            Column("Chỉ số (%)", "number", meaning="Làm tròn khi hiển thị; ô chứa giá trị đầy đủ."),
            Column("Cận dưới", "number", 1, meaning="Cận dưới khoảng tin cậy 95 %, chỉ có với mẫu ngẫu nhiên."),
            Column("Cận trên", "number", 1, meaning="Cận trên khoảng tin cậy 95 %, chỉ có với mẫu ngẫu nhiên."),
            Column("Hạng tốt nhất", "whole", meaning="Thứ hạng tốt nhất mà mẫu cho phép, trong khối."),
            Column("Hạng kém nhất", "whole", meaning="Thứ hạng kém nhất mà mẫu cho phép, trong khối."),
            Column("Tình trạng", meaning="“Ít phiếu” không được xếp hạng và không được công bố."),
            Column("Tăng, giảm", "change", meaning="Điểm phần trăm so với báo cáo trước cùng loại."),
            Column("Nhận định", meaning="Chỉ nói tăng, giảm khi hai khoảng tin cậy tách rời nhau."),
        ),
        rows(body),
    )


def factor_table(facts: SummaryFacts) -> Table:
    """The province's index, whole and by factor."""
    lines = [
        ("Chung, trung bình các đơn vị", facts.province),
        ("Chung, gộp toàn bộ số phiếu", facts.pooled),
        ("Chung, có trọng số theo hồ sơ", facts.weighted),
        *facts.factors,
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
