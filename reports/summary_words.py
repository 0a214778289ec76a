"""Sentences of a summary report, in the Vietnamese of the administration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reports.figures import Figure
from reports.numerals import numeral, short_day
from reports.summary_facts import Change, Span, SummaryFacts, UnitFacts

NO_BREAK = "\u00a0"
NAMED = 12  # units that a sentence names; the workbook holds all of them
BEFORE = {"daily": "cùng ngày tuần trước", "weekly": "tuần liền trước", "monthly": "kỳ liền trước"}
CHANNELS = {
    "web": "Trang web (mã QR tại quầy)",
    "zalo": "Zalo",
    "telegram": "Telegram",
    "kiosk": "Thiết bị đặt tại quầy",
    "interviewer": "Điều tra viên",
    "paper": "Phiếu giấy",
    "import": "Nhập từ tệp dữ liệu",
}
LEVELS = {
    "province": "Cấp tỉnh",
    "department": "Các sở, ban, ngành",
    "district": "Các huyện, thành phố",
    "commune": "Các xã, phường, thị trấn",
}
TRENDS = {
    "up": "tăng rõ",
    "down": "giảm rõ",
    "unclear": "không khác biệt rõ",
    "unsure": "chưa đủ cơ sở kết luận có thay đổi",
    "withheld": "chưa đủ phiếu mới để so sánh",
}
UNPUBLISHED = (
    "Số liệu nội bộ, chưa công bố, phục vụ công tác chỉ đạo, điều hành; không trích dẫn, phổ biến khi chưa có quyết "
    "định công bố kết quả."
)


def span_words(span: Span) -> str:
    """The days of a report.

    >>> span_words(Span("weekly", date(2026, 11, 16), date(2026, 11, 22))).replace(NO_BREAK, " ")
    'tuần từ ngày 16/11/2026 đến ngày 22/11/2026'
    >>> span_words(Span("monthly", date(2026, 10, 1), date(2026, 10, 31)))
    'tháng 10 năm 2026'
    """
    if span.kind == "daily":
        return on_day(span.last)
    if span.kind == "monthly" and span.first.day == 1 and (span.last.year, span.last.month) == month_of(span.first):
        return f"tháng {span.last.month} năm {span.last.year}"
    between = f"từ {on_day(span.first)} đến {on_day(span.last)}"
    return f"tuần {between}" if span.kind == "weekly" else between


def on_day(day: date) -> str:
    """A day in a sentence; the word does not leave its figures."""
    return f"ngày{NO_BREAK}{short_day(day)}"


def within_words(span: Span) -> str:
    """The days of a report, as a sentence goes on with them."""
    return span_words(span) if span.kind == "days" else f"trong {span_words(span)}"


def month_of(day: date) -> tuple[int, int]:
    """Year and month of a day."""
    return day.year, day.month


def period_word(facts: SummaryFacts) -> str:
    """How the text names the days of the report."""
    return {"daily": "Trong ngày", "weekly": "Trong tuần", "monthly": "Trong tháng", "days": "Trong kỳ"}[
        facts.span.kind
    ]


def before_words(facts: SummaryFacts) -> str:
    """How the text names the days before."""
    return BEFORE.get(facts.span.kind, f"{facts.span.days} ngày liền trước")


def moment_words(facts: SummaryFacts) -> str:
    """When the figures were worked out: "07 giờ 30 phút ngày 23/11/2026"."""
    return f"{facts.made_at:%H} giờ {facts.made_at:%M} phút {on_day(facts.made_at.date())}"


def whole(number: int) -> str:
    """A count with points between thousands."""
    return numeral(number, 0)


def percent(value: float | None, decimals: int = 2) -> str:
    """A percentage; the sign does not leave its number."""
    return f"{numeral(value, decimals)}\u00a0%"


def more_or_less(now: int, then: int) -> str:
    """How a count compares with an earlier one.

    >>> more_or_less(583, 595), more_or_less(4, 4)
    ('giảm 12 phiếu', 'không thay đổi')
    """
    if now == then:
        return "không thay đổi"
    return f"{'tăng' if now > then else 'giảm'} {whole(abs(now - then))} phiếu"


def interval_words(figure: Figure) -> str:
    """The interval of a figure, empty where it has none."""
    if figure.low is None or figure.high is None:
        return ""
    if figure.low == figure.high:
        return "toàn bộ"
    return f"{numeral(figure.low, 1)}–{numeral(figure.high, 1)}"


def index_words(figure: Figure) -> str:
    """An index with the star of those that must not be published; a dash where there is none."""
    return numeral(figure.value) + ("*" if figure.value is not None and figure.state == "flag_small" else "")


def change_words(found: Change | None) -> str:
    """How an index moved, in a sentence."""
    if found is None:
        return "chưa có số liệu kỳ trước để so sánh"
    if found.points is None:
        return TRENDS["withheld"]
    moved = "không thay đổi"
    if numeral(found.points) != numeral(0):
        moved = f"{'tăng' if found.points > 0 else 'giảm'} {numeral(abs(found.points))} điểm phần trăm"
    return f"{moved} ({TRENDS[found.trend]})"


def names(units: Sequence[UnitFacts], most: int = NAMED) -> str:
    """The names of units in a sentence, the first of them where they are many."""
    named = "; ".join(unit.short_name for unit in units[:most])
    left = len(units) - most
    return f"{named}; và {whole(left)} đơn vị khác (xem tệp số liệu kèm theo)" if left > 0 else named


def block_words(units: Sequence[UnitFacts], code: str) -> str:
    """The name of a block of units: that of the level that its units share, or its code."""
    levels = {unit.level for unit in units}
    return LEVELS.get(levels.pop(), code) if len(levels) == 1 else code or "Các đơn vị khác"
