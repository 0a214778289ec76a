"""The summary report for Home Affairs as an official paper: what happened, how far it is, what needs attention."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from reports.letterheads import Letterhead, head, signature
from reports.names import words_of
from reports.numerals import numeral
from reports.papers import Block, Heading, Note, Paper, Paragraph, mention
from reports.summary_attention import attention, next_steps, tasks
from reports.summary_facts import Kind, SummaryFacts, province_change, rated, small, unit_change
from reports.summary_tables import channel_table, day_chart, index_chart, unit_table
from reports.summary_words import (
    CHANNELS,
    UNPUBLISHED,
    before_words,
    change_words,
    index_words,
    interval_words,
    moment_words,
    more_or_less,
    on_day,
    percent,
    period_word,
    span_words,
    whole,
    within_words,
)

LANGUAGE = "vi"
WHAT: Mapping[Kind, str] = {
    "daily": "Tiến độ thu phiếu",
    "weekly": "Tiến độ và kết quả bước đầu",
    "monthly": "Tiến độ và kết quả bước đầu",
    "days": "Tiến độ và kết quả bước đầu",
}
Section = Callable[[SummaryFacts], Iterator[Block]]


def paper(facts: SummaryFacts, letterhead: Letterhead) -> Paper:
    """The report as a paper that the head of Home Affairs can sign."""
    blocks = [block for section in SECTIONS[facts.span.kind] for block in section(facts)]
    return Paper(
        head=head(letterhead, "Báo cáo", "BC", summary_line(facts), facts.made_at.date()),
        blocks=(*opening(facts, letterhead), *blocks, closing(letterhead)),
        signature=signature(letterhead),
        recipients=letterhead.recipients,
    )


def summary_line(facts: SummaryFacts) -> str:
    """What the report is about."""
    return f"{WHAT[facts.span.kind]} đợt “{facts.title}”, {span_words(facts.span)}"


def opening(facts: SummaryFacts, letterhead: Letterhead) -> Iterator[Block]:
    """What is reported, and that it is not for everybody."""
    if facts.state != "published":
        yield Note(UNPUBLISHED, warning=True)
    days = f"từ {on_day(facts.opens)} đến {on_day(facts.closes)}"
    what = WHAT[facts.span.kind]
    yield Paragraph(
        f"{letterhead.body} báo cáo {what[:1].lower()}{what[1:]} đợt “{facts.title}” {within_words(facts.span)} "
        f"(thời gian thu phiếu của đợt: {days}; số liệu tính đến {moment_words(facts)}) như sau:"
    )


def arrivals(facts: SummaryFacts) -> Iterator[Block]:
    """What came in."""
    fresh, before, total = facts.arrived.fresh, facts.arrived.before, facts.arrived.total
    yield Heading(1, "Tình hình thu phiếu")
    yield Paragraph(
        f"{period_word(facts)} có {whole(fresh)} phiếu hợp lệ, {more_or_less(fresh, before)} so với "
        f"{before_words(facts)} ({whole(before)} phiếu). Lũy kế có {whole(total)} phiếu hợp lệ"
        f"{of_plan(facts)}{since_report(facts)}.{held_back(facts)}{beside(facts)}"
    )
    if facts.span.kind != "daily":
        yield Paragraph(f"{places(facts)}{channels(facts)} Số phiếu theo ngày tại {mention('days')}.")
    if len(facts.channels) > 1:
        yield channel_table(facts)
    yield day_chart(facts)


def channels(facts: SummaryFacts) -> str:
    """How people answered."""
    if len(facts.channels) == 1:
        [only] = facts.channels
        return f" Toàn bộ phiếu được gửi qua kênh: {CHANNELS.get(only, only)}."
    return f" Số phiếu theo kênh trả lời tại {mention('channels')}." if facts.channels else ""


def of_plan(facts: SummaryFacts) -> str:
    """How much of the sample has come in."""
    if facts.basis != "sample" or not facts.issued:
        return ""
    done = percent(100 * facts.arrived.total / facts.issued)
    return f", đạt {done} trong {whole(facts.issued)} phiếu phát ra"


def since_report(facts: SummaryFacts) -> str:
    """How many more than when the last report was made."""
    if facts.earlier is None:
        return ""
    moved = more_or_less(facts.arrived.total, facts.earlier.valid)
    return f" ({moved} so với báo cáo trước, {on_day(facts.earlier.made_at.date())})"


def held_back(facts: SummaryFacts) -> str:
    """Answers that wait for somebody to look at them."""
    if not facts.quarantined:
        return ""
    return f" Có {whole(facts.quarantined)} phiếu đang tạm giữ để kiểm tra, chưa tính vào chỉ số."


def beside(facts: SummaryFacts) -> str:
    """Answers of the other stream."""
    if not facts.aside:
        return ""
    other = "phiếu mở tại quầy" if facts.basis == "sample" else "phiếu theo mẫu"
    return f" Ngoài ra có {whole(facts.aside)} {other}, tính riêng, không gộp vào chỉ số."


def places(facts: SummaryFacts) -> str:
    """Counters in use, and how many more or fewer than before."""
    units = sum(1 for unit in facts.units if unit.counters)
    words = f"Hiện có {whole(facts.counters)} quầy đang nhận phiếu tại {whole(units)} cơ quan, đơn vị"
    if facts.earlier is not None and facts.counters > facts.earlier.counters:
        words += f"; mở thêm {whole(facts.counters - facts.earlier.counters)} quầy so với báo cáo trước"
    if facts.revoked:
        words += f"; thu hồi mã của {whole(facts.revoked)} quầy trong kỳ"
    return f"{words}."


def progress(facts: SummaryFacts) -> Iterator[Block]:
    """Unit by unit."""
    yield Heading(1, "Tiến độ và chỉ số theo đơn vị")
    yield unit_table(facts)


def index(facts: SummaryFacts) -> Iterator[Block]:
    """The index so far, with what is to be kept in mind about it."""
    yield Heading(1, "Chỉ số hài lòng bước đầu")
    if facts.index.province.value is None:
        yield Paragraph("Chưa đủ số phiếu để tính chỉ số hài lòng chung của tỉnh.")
        return
    found = facts.index.province
    interval = interval_words(found)
    between = f" (khoảng tin cậy 95\u00a0%: {interval})" if interval else ""
    others = [("gộp toàn bộ số phiếu", facts.index.pooled), ("có trọng số theo số hồ sơ", facts.index.weighted)]
    beside = "; ".join(f"{words}: {percent(figure.value)}" for words, figure in others if figure.value is not None)
    compared = f"; so với báo cáo trước {change_words(province_change(facts))}" if facts.earlier else ""
    yield Paragraph(
        "Chỉ số hài lòng chung của tỉnh, trung bình cộng các đơn vị có số liệu, là "
        f"{index_words(found)}\u00a0%{between}{compared}. Cách tính khác để đối chiếu: {beside}. "
        f"Theo từng yếu tố: {factors(facts)}."
    )
    yield Paragraph(moves(facts))
    yield from cautions(facts)
    if len(rated(facts)) > 1:
        yield index_chart(facts)


def factors(facts: SummaryFacts) -> str:
    """The index of every factor."""
    told = [(title, figure) for title, figure in facts.index.factors if figure.value is not None]
    return "; ".join(f"{title} {index_words(figure)}\u00a0%" for title, figure in told) or "chưa đủ số phiếu"


def moves(facts: SummaryFacts) -> str:
    """Units whose index moved since the last report."""
    if facts.earlier is None:
        return "Đây là báo cáo đầu tiên của loại này nên chưa có số liệu kỳ trước để so sánh từng đơn vị."
    found = [(unit, each) for unit in facts.units if (each := unit_change(facts, unit)) and each.points is not None]
    clear = [(unit, each) for unit, each in found if each.trend in ("up", "down")]
    if clear:
        told = "; ".join(f"{unit.short_name} {change_words(each)}" for unit, each in clear)
        return f"So với báo cáo trước, các đơn vị có thay đổi rõ: {told}. Các đơn vị còn lại không khác biệt rõ."
    if facts.basis == "sample":
        return f"So với báo cáo trước, {whole(len(found))} đơn vị so sánh được đều không khác biệt rõ."
    largest = sorted(found, key=lambda pair: abs(pair[1].points or 0.0), reverse=True)[:3]
    told = "; ".join(f"{unit.short_name} {numeral(each.points, signed=True)}" for unit, each in largest)
    return (
        f"So với báo cáo trước, thay đổi nhiều nhất (điểm phần trăm): {told or 'không có'}. Số liệu phiếu mở không có "
        "khoảng tin cậy nên chưa đủ cơ sở kết luận đơn vị nào tăng hay giảm thực sự."
    )


def cautions(facts: SummaryFacts) -> Iterator[Block]:
    """What keeps the index from saying more."""
    if facts.basis == "open":
        sentence = words_of(facts.how.sentences["open"], LANGUAGE)
        yield Note(f"Chỉ số này tính từ phiếu mở tại quầy và qua mạng. {sentence}", warning=True)
    few = small(facts)
    method, grouping = words_of(facts.how.method[1], LANGUAGE), words_of(facts.how.grouping[1], LANGUAGE)
    yield Note(
        f"Phương pháp {facts.how.method[0]} ({method}), {facts.how.grouping[0]} ({grouping}), "
        f"phiên bản {facts.how.version}. "
        + (f"{whole(len(few))} đơn vị có quá ít phiếu, chưa được so sánh hoặc công bố." if few else "")
    )


def closing(letterhead: Letterhead) -> Paragraph:
    """The last sentence."""
    return Paragraph(f"Trên đây là báo cáo của {letterhead.body}, kính trình {letterhead.report_to} xem xét, chỉ đạo.")


WHOLE: tuple[Section, ...] = (arrivals, index, progress, attention, tasks, next_steps)
SECTIONS: Mapping[Kind, tuple[Section, ...]] = {
    "weekly": WHOLE,
    "monthly": WHOLE,
    "days": WHOLE,
    "daily": (arrivals, attention, tasks),
}
