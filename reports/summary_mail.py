"""The mail that carries a summary report: what a busy reader takes in on a telephone."""

from __future__ import annotations

from collections.abc import Iterator

from reports.names import words_of
from reports.summary_facts import SummaryFacts, behind, province_change, rising, silent
from reports.summary_words import (
    UNPUBLISHED,
    before_words,
    change_words,
    index_words,
    interval_words,
    names,
    percent,
    span_words,
    whole,
)

LANGUAGE = "vi"
NAMED = 3
TITLES = {"daily": "Tiến độ ngày", "weekly": "Báo cáo tuần", "monthly": "Báo cáo tháng", "days": "Báo cáo"}
ATTACHED = "Kèm theo: báo cáo bản Word để sửa và trình ký, bản PDF để đọc, bảng số liệu Excel."
AUTOMATIC = "Thư do hệ thống khảo sát Hài lòng tự động gửi."


def subject(facts: SummaryFacts) -> str:
    """The subject: what it is and of when; no index, for it is read over shoulders."""
    days = f"{facts.span.last:%d/%m/%Y}"
    if facts.span.days > 1:
        days = f"{facts.span.first:%d/%m} – {days}"
    return f"{TITLES[facts.span.kind]} {days}: {whole(facts.arrived.fresh)} phiếu mới – {facts.title}"


def words(facts: SummaryFacts) -> str:
    """The main figures, what needs attention, what is attached."""
    lines = "\n".join(f"- {line}" for line in figures(facts))
    about = f"Đợt “{facts.title}”, {span_words(facts.span)}:"
    told = "\n".join(f"- {line}" for line in attention(facts)) or "- Chưa phát hiện dấu hiệu bất thường."
    warning = UNPUBLISHED if facts.state != "published" else ""
    parts = ("Kính gửi Ông/Bà,", f"{about}\n{lines}", f"Cần chú ý:\n{told}", ATTACHED, warning, AUTOMATIC)
    return "\n\n".join(part for part in parts if part)


def figures(facts: SummaryFacts) -> Iterator[str]:
    """The main figures."""
    fresh, before, total = facts.arrived.fresh, facts.arrived.before, facts.arrived.total
    plan = f", đạt {percent(100 * total / facts.issued)} kế hoạch" if facts.basis == "sample" and facts.issued else ""
    yield f"Phiếu hợp lệ mới: {whole(fresh)} ({before_words(facts)}: {whole(before)}); lũy kế {whole(total)}{plan}."
    if facts.span.kind == "daily":
        return
    if facts.index.province.value is None:
        yield "Chỉ số hài lòng bước đầu: chưa đủ số phiếu."
        return
    interval = interval_words(facts.index.province)
    between = f" (khoảng tin cậy 95\u00a0%: {interval})" if interval else ""
    compared = f"; so với báo cáo trước: {change_words(province_change(facts))}" if facts.earlier else ""
    yield f"Chỉ số hài lòng bước đầu: {index_words(facts.index.province)}\u00a0%{between}{compared}."
    if facts.basis == "open":
        yield f"Phiếu mở: {words_of(facts.how.sentences['open'], LANGUAGE)}"


def attention(facts: SummaryFacts) -> Iterator[str]:
    """What needs somebody's attention."""
    told = (
        (silent(facts), f"không có phiếu nào trong {facts.watch.silent_days} ngày gần nhất"),
        (rising(facts), "có số phiếu tăng đột biến"),
        (behind(facts), "thu phiếu chậm tiến độ"),
    )
    for units, what in told:
        if units:
            yield f"{whole(len(units))} đơn vị {what}: {names(units, NAMED)}."
    if facts.quarantined:
        yield f"{whole(facts.quarantined)} phiếu đang tạm giữ, chờ xem xét."
    if facts.tasks:
        late = sum(task.late for task in facts.tasks)
        yield f"{whole(len(facts.tasks))} nhiệm vụ của kế hoạch đến hạn, trong đó {whole(late)} đã quá hạn."


def message(facts: SummaryFacts) -> str:
    """The same for a chat: subject, main figures, what needs attention; no documents."""
    lines = "\n".join(f"• {line}" for line in figures(facts))
    told = "\n".join(f"• {line}" for line in attention(facts))
    warning = UNPUBLISHED if facts.state != "published" else ""
    parts = (f"{subject(facts)}\n{lines}", f"Cần chú ý:\n{told}" if told else "", warning)
    return "\n\n".join(part for part in parts if part)
