"""Chapters V and VI of the yearly report: what the figures say on the whole, and proposals, as drafts for an "
"officer."""

from __future__ import annotations

from collections.abc import Iterator

from reports.letterheads import Letterhead
from reports.names import words_of
from reports.numerals import numeral
from reports.papers import Block, Bullets, Fill, Heading, Note, Paragraph
from reports.sipas_material import (
    PROVINCE,
    Facts,
    asked,
    blocks,
    earlier,
    factors,
    of_province,
    of_question,
    of_unit,
    overall,
    rated,
    short,
    told,
)
from reports.sipas_opening import ended
from reports.sipas_people import wish_shares, wishes
from reports.sipas_words import changes, listed, moved, percent, quoted, whole, with_interval
from scoring.comparisons import LEVEL, holm, probability

DRAFT = (
    "Phần này do hệ thống soạn từ số liệu để gợi ý. Cán bộ phụ trách xem xét, sửa đổi, bổ sung nguyên nhân và giải "
    "pháp "
    "rồi xóa dòng này trước khi trình ký."
)
NAMED = 6  # units that a sentence names
FEW = 5  # questions that a list names
LATE = 70.0  # percent of issued forms below which the return is named


def judgement(facts: Facts) -> Iterator[Block]:
    """Chapter V."""
    yield Heading(1, "Đánh giá chung")
    yield Note(DRAFT, warning=True)
    yield Heading(2, "Kết quả đạt được")
    yield Bullets(ended(tuple(strong(facts))))
    yield Heading(2, "Tồn tại, hạn chế")
    yield Bullets(ended(tuple(weak(facts))))
    yield Heading(2, "Nguyên nhân")
    yield Fill("nguyên nhân chủ quan, khách quan của các kết quả và hạn chế nêu trên.")


def strong(facts: Facts) -> Iterator[str]:
    """What is well."""
    found = overall(facts, PROVINCE, PROVINCE)
    if found.value is not None:
        change = moved(found, earlier(facts, PROVINCE, PROVINCE))
        yield f"Chỉ số hài lòng chung của tỉnh đạt {with_interval(found)}{', ' + change if change else ''}"
    ordered = by_value(facts)
    if len(ordered) > 2:
        best = [f"{quoted(words)} ({percent(value)})" for value, words in ordered[:2]]
        yield f"Người trả lời hài lòng nhất về {listed(best)}"
    above, _ = beside_mean(facts)
    if above:
        yield f"{whole(len(above))} đơn vị có chỉ số cao hơn rõ rệt mức trung bình của khối: {names(facts, above)}"
    up = [code for code, each in changes(facts).items() if each.trend == "up"]
    if up:
        yield f"{whole(len(up))} đơn vị có chỉ số tăng so với năm trước, vượt quá sai số: {names(facts, up)}"
    counts = facts.answers
    if counts.issued and 100 * counts.valid / counts.issued >= LATE:
        yield f"Tỷ lệ phiếu hợp lệ trên số phiếu phát ra đạt {percent(100 * counts.valid / counts.issued, 1)}"


def weak(facts: Facts) -> Iterator[str]:
    """What is not."""
    ordered = by_value(facts)
    if len(ordered) > 2:
        worst = [f"{quoted(words)} ({percent(value)})" for value, words in reversed(ordered[-2:])]
        yield f"Người trả lời ít hài lòng nhất về {listed(worst)}"
    low = lowest_questions(facts)
    if low:
        yield f"Các nội dung có chỉ số thấp nhất: {listed(low)}"
    _, below = beside_mean(facts)
    if below:
        yield f"{whole(len(below))} đơn vị có chỉ số thấp hơn rõ rệt mức trung bình của khối: {names(facts, below)}"
    down = [code for code, each in changes(facts).items() if each.trend == "down"]
    if down:
        yield f"{whole(len(down))} đơn vị có chỉ số giảm so với năm trước, vượt quá sai số: {names(facts, down)}"
    short_of = [code for code in facts.units if asked(facts, code) and not has_index(facts, code)]
    if short_of:
        yield (
            f"{whole(len(short_of))} đơn vị chưa có đủ phiếu để công bố chỉ số: {names(facts, short_of)}; cần "
            "bảo đảm cỡ mẫu ở đợt sau"
        )
    counts = facts.answers
    if counts.issued and 100 * counts.valid / counts.issued < LATE:
        yield f"Tỷ lệ phiếu hợp lệ trên số phiếu phát ra chỉ đạt {percent(100 * counts.valid / counts.issued, 1)}"


def has_index(facts: Facts, code: str) -> bool:
    """Whether a unit's index may be told."""
    return of_unit(facts, code).value is not None


def names(facts: Facts, codes: list[str]) -> str:
    """Names of units, the first of them where they are many."""
    first = [short(facts, code) for code in codes[:NAMED]]
    left = len(codes) - len(first)
    return f"{'; '.join(first)} và {whole(left)} đơn vị khác" if left else listed(first)


def by_value(facts: Facts) -> list[tuple[float, str]]:
    """Factors from the highest down."""
    found = [(of_province(facts, item).value, words) for item, words in factors(facts)]
    return sorted(((value, words) for value, words in found if value is not None), reverse=True)


def lowest_questions(facts: Facts) -> list[str]:
    """The questions that people are least content with."""
    found = [(of_question(facts, item.code).value, words_of(item.text, "vi")) for item in rated(facts)]
    ordered = sorted((value, words) for value, words in found if value is not None)
    return [f"{quoted(words)} ({percent(value)})" for value, words in ordered[:FEW]] if len(ordered) > FEW else []


def beside_mean(facts: Facts) -> tuple[list[str], list[str]]:
    """Units clearly above and below the mean of their block: more than chance, by Holm's rule within the block."""
    above: list[str] = []
    below: list[str] = []
    for block, _ in blocks(facts):
        mean = overall(facts, "block", block)
        pairs = [(unit.code, of_unit(facts, unit.code)) for unit in told(facts, block)]
        sure = [(code, found) for code, found in pairs if found.se is not None]
        if mean.value is None or mean.se is None or len(sure) < 2:
            continue
        share = 1 / len(pairs)  # of the unit in the mean: V(R_j - mean) = V_j (1 - 2/K) + V_mean
        errors = [(max((found.se or 0.0) ** 2 * (1 - 2 * share) + mean.se**2, 0.0)) ** 0.5 for _, found in sure]
        gaps = [(found.value or 0.0) - mean.value for _, found in sure]
        chances = holm([probability(gap, error, 0.0) for gap, error in zip(gaps, errors, strict=True)])
        for (code, _), gap, chance in zip(sure, gaps, chances, strict=True):
            if chance < LEVEL:
                (above if gap > 0 else below).append(code)
    return above, below


def proposals(facts: Facts, letterhead: Letterhead) -> Iterator[Block]:
    """Chapter VI, with the last words."""
    yield Heading(1, "Kiến nghị")
    yield Note(DRAFT, warning=True)
    yield Heading(2, f"Đối với {letterhead.report_to}")
    yield Bullets(
        (
            f"Công bố kết quả đo lường mức độ hài lòng về sự phục vụ hành chính năm {facts.year};",
            "Giao các cơ quan, đơn vị, địa phương xây dựng kế hoạch khắc phục hạn chế trong thời hạn "
            f"{facts.wording.remedy_days} ngày kể từ ngày công bố; theo dõi, đánh giá việc sử dụng kết quả.",
        )
    )
    yield Heading(2, "Đối với các sở, ban, ngành, Ủy ban nhân dân các cấp")
    yield Bullets(ended(tuple(to_units(facts))))
    yield Fill("kiến nghị khác; trách nhiệm, thời hạn cụ thể của từng cơ quan.")
    yield Paragraph(
        f"Trên đây là báo cáo kết quả đo lường mức độ hài lòng về sự phục vụ hành chính năm {facts.year}, "
        f"{letterhead.body} kính trình {letterhead.report_to} xem xét, chỉ đạo"
    )


def to_units(facts: Facts) -> Iterator[str]:
    """What units are asked to do."""
    ordered = by_value(facts)
    if len(ordered) > 2:
        weakest = [quoted(words) for _, words in reversed(ordered[-2:])]
        yield f"Tập trung cải thiện những mặt có chỉ số thấp nhất: {listed(weakest)}"
    _, below = beside_mean(facts)
    if below:
        yield f"{names(facts, below)}: phân tích kết quả từng nội dung, làm rõ nguyên nhân, báo cáo giải pháp khắc phục"
    for question in wishes(facts)[:1]:
        wanted = sorted(wish_shares(facts, question), key=lambda each: -(each[2] or 0.0))
        first = [quoted(words) for words, _, share in wanted[:3] if share is not None]
        if first:
            yield f"Ưu tiên những điều người dân, tổ chức mong muốn nhất: {listed(first)}"
    spread = [value for unit in told(facts) if (value := of_unit(facts, unit.code).value) is not None]
    if len(spread) > 1:
        yield (
            f"Học tập cách làm của các đơn vị có kết quả tốt (chênh lệch giữa đơn vị cao nhất và thấp nhất là "
            f"{numeral(max(spread) - min(spread))} điểm phần trăm)"
        )
    yield "Công khai kết quả của đơn vị mình tại nơi tiếp nhận và trả kết quả, trên trang thông tin điện tử"
