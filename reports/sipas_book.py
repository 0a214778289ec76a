"""The tables of the yearly report as a workbook."""

from __future__ import annotations

from reports.books import Book, Leaf
from reports.letterheads import Letterhead
from reports.names import words_of
from reports.numerals import short_day
from reports.papers import Table
from reports.sipas import SUBJECT
from reports.sipas_material import Facts, rated
from reports.sipas_opening import OPEN
from reports.sipas_people import (
    channel_table,
    group_tables,
    missing_table,
    precision_table,
    sample_table,
    wish_table,
    wishes,
)
from reports.sipas_tables import factor_table, levels, province_table, ranking, unit_factors


def book(facts: Facts, letterhead: Letterhead) -> Book:
    """The workbook: a sheet a table, T1 to T6 and what belongs to them."""
    tables: list[tuple[str, Table]] = [
        ("Chung", province_table(facts)),
        ("T1 Xếp hạng" if facts.sampled else "T1 Đơn vị", ranking(facts)),
        ("T2 Yếu tố", factor_table(facts)),
        ("T2 Đơn vị x yếu tố", unit_factors(facts)),
    ]
    tables += [("T3 Câu hỏi", each) for each in levels(facts, rated(facts), "Phân bố câu trả lời theo mức")]
    tables += [(f"T4 {each.title}", table) for each, table in zip(facts.groups, group_tables(facts), strict=True)]
    tables += [("T5 Mong muốn", wish_table(facts, question)) for question in wishes(facts)]
    tables += [("T6 Mẫu", sample_table(facts, strata=any(each.stratum for each in facts.fieldwork.sampled)))]
    tables += [("T6 Hình thức", channel_table(facts)), ("Bỏ trống", missing_table(facts, rated(facts)))]
    if facts.sampled:
        tables.append(("Độ chính xác", precision_table(facts)))
    return Book(
        title=f"{SUBJECT} {facts.year}",
        facts=(
            ("Đợt đo lường", f"{facts.title} ({facts.code})"),
            ("Cơ quan lập", letterhead.body),
            ("Thời gian thu phiếu", f"{short_day(facts.opens)} – {short_day(facts.closes)}"),
            ("Tính lúc", f"{facts.computed_at:%H:%M} {short_day(facts.computed_at.date())}"),
            ("Cách tính chỉ số", f"{facts.method.id}: {words_of(facts.method.formula, 'vi').strip()}"),
            ("Gộp câu hỏi", f"{facts.grouping.id}: {words_of(facts.grouping.formula, 'vi').strip()}"),
            ("Phiên bản phương pháp", str(facts.methods.version)),
            ("Phiếu khảo sát", f"{facts.questionnaire.code}, phiên bản {facts.questionnaire.version}; {facts.sha256}"),
        ),
        leaves=tuple(Leaf(name, table) for name, table in tables),
        warnings=() if facts.sampled else (OPEN,),
        author=letterhead.body,
        made=facts.computed_at,
    )
