"""Words and sentences that several parts of the yearly report share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reports.figures import Figure
from reports.numerals import NONE, numeral
from reports.sipas_material import Facts, earlier, of_unit, told
from scoring.comparisons import LEVEL, holm, probability

Trend = Literal["up", "down", "unsure"]
TRENDS: Mapping[Trend, str] = {"up": "Tăng", "down": "Giảm", "unsure": "Chưa rõ"}
INCOMPARABLE = {
    "none": "hệ thống không có số liệu của một đợt đo lường cùng loại trong năm trước",
    "several": "có nhiều đợt đo lường cùng loại trong năm trước, chưa xác định được đợt để so sánh",
    "basis": "hai năm dùng hai cách lấy ý kiến khác nhau (mẫu ngẫu nhiên và tự nguyện trả lời)",
    "questionnaire": "phiếu khảo sát của hai năm không giống nhau ở phần tính chỉ số",
}
STATES = {
    "flag_small": "Ít phiếu, không công bố chỉ số",
    "suppressed": "Không công bố để bảo vệ người trả lời",
    "undefined": "Không có phiếu",
}
HIDDEN = "Dấu “–”: không có số liệu hoặc có quá ít phiếu nên không công bố, để bảo vệ người trả lời."
REASONS = {"quick": "gửi phiếu quá nhanh so với thời gian đọc câu hỏi", "": "lý do khác"}


@dataclass(frozen=True, slots=True)
class Change:
    """How an index moved in percentage points, and whether that is more than chance."""

    points: float
    trend: Trend | None


def changes(facts: Facts) -> dict[str, Change]:
    """Unit → how its index moved since the year before, those that have both; Holm's rule over all of them."""
    pairs = {unit.code: (of_unit(facts, unit.code), earlier(facts, "unit", unit.code)) for unit in told(facts)}
    both = {code: pair for code, pair in pairs.items() if pair[1].value is not None}
    sure = [code for code, pair in both.items() if all(each.se is not None for each in pair)]
    chances = dict(zip(sure, holm([chance(*both[code]) for code in sure]), strict=True))
    return {code: change(*pair, chances.get(code)) for code, pair in both.items()}


def chance(now: Figure, then: Figure) -> float:
    """How probable so large a difference is by chance alone."""
    return probability((now.value or 0.0) - (then.value or 0.0), now.se or 0.0, then.se or 0.0)


def change(now: Figure, then: Figure, adjusted: float | None = None) -> Change:
    """The change of one figure, in points as they are printed beside both."""
    points = (now.value or 0.0) - (then.value or 0.0)
    if adjusted is None:
        return Change(points, None)
    return Change(points, "unsure" if adjusted >= LEVEL else "up" if points > 0 else "down")


def moved(now: Figure, then: Figure) -> str:
    """A sentence about the change of one figure; empty where there is nothing to compare."""
    if now.value is None or then.value is None:
        return ""
    found = change(now, then, chance(now, then) if now.se is not None and then.se is not None else None)
    size = f"{numeral(abs(found.points))} điểm phần trăm"
    if found.trend == "unsure":
        way = "cao hơn" if found.points > 0 else "thấp hơn"
        return f"{way} năm trước {size} nhưng chưa đủ cơ sở kết luận có thay đổi"
    return f"{'tăng' if found.points > 0 else 'giảm'} {size} so với năm trước"


def rank_words(figure: Figure) -> str:
    """The rank as the range in which it lies for sure.

    >>> [rank_words(Figure("", "ok", 80.0, 90, None, None, *ends, {})) for ends in ((3, 7), (2, 2))]
    ['3–7', '2']
    """
    if figure.rank_low is None or figure.rank_high is None:
        return NONE
    return str(figure.rank_low) if figure.rank_low == figure.rank_high else f"{figure.rank_low}–{figure.rank_high}"


def rank_change(now: Figure, then: Figure) -> int | None:
    """How many places a unit moved (fewer is better), where the ranges of both years do not touch."""
    if None in (now.rank, then.rank, now.rank_low, then.rank_low, now.rank_high, then.rank_high):
        return None
    apart = (now.rank_low or 0) > (then.rank_high or 0) or (now.rank_high or 0) < (then.rank_low or 0)
    return (now.rank or 0) - (then.rank or 0) if apart else None


def interval(figure: Figure) -> str | None:
    """The interval as tables print it; None where there is none."""
    if figure.low is None or figure.high is None:
        return None
    return "toàn bộ" if figure.low == figure.high else f"{numeral(figure.low, 1)}–{numeral(figure.high, 1)}"


def percent(value: float | None, decimals: int = 2) -> str:
    """A percentage in a sentence; "60,00 %" does not break."""
    return f"{numeral(value, decimals)}\u00a0%"


def with_interval(figure: Figure) -> str:
    """A percentage with its interval in a sentence."""
    found = interval(figure)
    if found is None:
        return percent(figure.value)
    if found == "toàn bộ":
        return f"{percent(figure.value)} (điều tra toàn bộ, không có sai số chọn mẫu)"
    reach = f"từ {percent(figure.low, 1)} đến {percent(figure.high, 1)}"
    return f"{percent(figure.value)} (khoảng tin cậy 95\u00a0%: {reach})"


def whole(number: int | None) -> str:
    """A count with points between thousands."""
    return numeral(number, 0)


def listed(words: list[str]) -> str:
    """Words in a sentence: "a, b và c"; after semicolons where they hold commas."""
    mark = "; " if any("," in word for word in words) else ", "
    return words[0] if len(words) == 1 else f"{mark.join(words[:-1])} và {words[-1]}" if words else ""


def quoted(words: str) -> str:
    """The name of a factor or question within a sentence."""
    return f"“{words}”"


def lower(words: str) -> str:
    """Words within a sentence: a small letter, unless they begin with an abbreviation."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]
