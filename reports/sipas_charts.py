"""Charts of the yearly report; each says in words what it shows, with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import TypeVar

from reports.names import words_of
from reports.numerals import numeral, short_day
from reports.pictures import Bar, Bars, Chart, Dot, Dots, Heat, Line, Slope, Stack, Stacks, Steps
from reports.sipas_material import (
    PROVINCE,
    Facts,
    earlier,
    factors,
    figure_at,
    of_province,
    of_question,
    of_unit,
    options_of,
    overall,
    short,
    told,
)
from reports.sipas_people import wish_shares
from reports.sipas_tables import shares
from reports.sipas_words import changes, interval
from survey.questionnaire import Item, Question

Each = TypeVar("Each")
MOST_ROWS = 32  # of a chart on one page
MOST_PAGES = 2  # of one chart; of more units there are the first and the last, and the tables
MOST_LINES = 30  # of a slope that can still be read
GREATEST = 9  # columns of a heat map that bear their own titles
WIDE = 5


def pages(rows: Sequence[Each]) -> list[Sequence[Each]]:
    """As many rows at once as a page holds."""
    return [rows[at : at + MOST_ROWS] for at in range(0, len(rows), MOST_ROWS)]


def unit_charts(facts: Facts, block: str, title: str) -> list[Chart]:
    """Units of a block from the highest index down, with the block's mean; a chart a page where they are many."""
    units = told(facts, block)
    mean = overall(facts, "block", block).value
    parts = pages(units)
    if len(parts) > MOST_PAGES:
        parts = [units[:MOST_ROWS], units[-MOST_ROWS:]]
        named = [f" ({MOST_ROWS} đơn vị {end})" for end in ("cao nhất", "thấp nhất")]
    else:
        named = [f" ({at}/{len(parts)})" if len(parts) > 1 else "" for at in range(1, len(parts) + 1)]
    made = []
    for at, part in enumerate(parts, 1):
        figures = [(short(facts, unit.code), of_unit(facts, unit.code)) for unit in part]
        spoken = "; ".join(
            f"{name} {numeral(found.value)} %" + (f" ({interval(found)})" if interval(found) else "")
            for name, found in figures
        )
        low, top = ends([each for _, found in figures for each in (found.low, found.high, found.value)] + [mean])
        picture: Dots | Bars
        if facts.sampled:
            dots = tuple(Dot(name, found.value, found.low, found.high) for name, found in figures)
            picture = Dots(dots, mean, low, top, mean_words="Trung bình khối")
        else:
            picture = Bars(tuple(Bar(name, found.value) for name, found in figures), mean, mean_words="Trung bình khối")
        page = named[at - 1]
        key = f"units-{block}" if at == 1 else ""
        words = f"{title}, xếp từ cao xuống thấp: {spoken}. Trung bình khối {numeral(mean)} %."
        made.append(Chart(f"Chỉ số hài lòng: {title}{page}", words, picture, interval_notes(facts), key))
    return made


def interval_notes(facts: Facts) -> tuple[str, ...]:
    """What the bar around a dot is."""
    return ("Chấm: chỉ số. Thanh ngang: khoảng tin cậy 95 %.",) if facts.sampled else ()


def ends(values: Sequence[float | None]) -> tuple[float, float]:
    """A scale in tens that holds all values.

    >>> ends([63.2, 88.0, None]), ends([]), ends([100.0]), ends([0.0])
    ((60, 90), (0, 100), (90, 100), (0, 10))
    """
    there = [each for each in values if each is not None]
    if not there:
        return 0, 100
    low = min(floor(min(there) / 10) * 10, 90)
    return low, max(ceil(max(there) / 10) * 10, low + 10)


def factor_chart(facts: Facts) -> Chart:
    """The province's factors as dots, beside the year before."""
    found = [
        (words, of_province(facts, item), earlier(facts, PROVINCE, PROVINCE, item)) for item, words in factors(facts)
    ]
    low, top = ends([each for _, now, then in found for each in (now.low, now.high, now.value, then.value)])
    dots = tuple(Dot(words, now.value, now.low, now.high, then.value) for words, now, then in found)
    year = facts.before.year if facts.before else ""
    spoken = "; ".join(
        f"{words} {numeral(now.value)} %"
        + (f" (năm {year}: {numeral(then.value)} %)" if then.value is not None else "")
        for words, now, then in found
    )
    mean = of_province(facts, "overall").value
    picture = Dots(
        dots,
        mean,
        low,
        top,
        mean_words="Chỉ số chung",
        now_words=f"Năm {facts.year}" if year else "",
        before_words=f"Năm {year}" if year else "",
    )
    words = f"Chỉ số hài lòng của tỉnh theo yếu tố: {spoken}. Chỉ số chung {numeral(mean)} %."
    return Chart("Chỉ số hài lòng của tỉnh theo yếu tố", words, picture, interval_notes(facts), "factor-chart")


def level_charts(facts: Facts, items: Sequence[Item], title: str) -> list[Chart]:
    """Stacked answers to questions of one scale, a bar a question."""
    scales: dict[tuple[str, ...], list[Item]] = {}
    for item, scale in zip(items, options_of(list(items)), strict=True):
        if of_question(facts, item.code).distribution:
            scales.setdefault(scale, []).append(item)
    return [level_chart(facts, inside, scale, title) for scale, inside in scales.items()]


def level_chart(facts: Facts, items: Sequence[Item], scale: tuple[str, ...], title: str) -> Chart:
    """One chart of stacked answers."""
    stacks, spoken = [], []
    for item in items:
        found = of_question(facts, item.code)
        parts = [each or 0.0 for each in shares(item, found)]
        stacks.append(Stack(words_of(item.text, "vi"), tuple(parts), found.n))
        told_of = ", ".join(f"{words.lower()} {numeral(part, 0)} %" for words, part in zip(scale, parts, strict=True))
        spoken.append(f"{words_of(item.text, 'vi')}: {told_of}")
    return Chart(f"Phân bố câu trả lời: {title}", "; ".join(spoken) + ".", Stacks(scale, tuple(stacks)))


def slope(facts: Facts, block: str, title: str) -> Chart | None:
    """Units of a block in two years; nothing where fewer than two have both, or more than a page holds."""
    moves = changes(facts)
    units = [unit for unit in told(facts, block) if unit.code in moves]
    if facts.before is None or not 2 <= len(units) <= MOST_LINES:
        return None
    pairs = [(unit.code, earlier(facts, "unit", unit.code).value, of_unit(facts, unit.code).value) for unit in units]
    clear = [code for code, _, _ in pairs if moves[code].trend in ("up", "down")]
    lines = tuple(Line(short(facts, code), then, now, code in clear) for code, then, now in pairs)
    spoken = "; ".join(f"{short(facts, code)} {numeral(then)} % → {numeral(now)} %" for code, then, now in pairs)
    notes = ["Nét liền: tăng; nét đứt: giảm."]
    if facts.sampled:
        notes = ["Nét đậm: thay đổi lớn hơn sai số chọn mẫu. Nét mảnh liền: tăng, nét đứt: giảm, trong phạm vi sai số."]
    picture = Slope(str(facts.before.year), str(facts.year), lines)
    caption = f"Chỉ số hài lòng năm {facts.before.year} và năm {facts.year}: {title}"
    return Chart(caption, f"{spoken}.", picture, tuple(notes), f"slope-{block}")


def heats(facts: Facts, block: str, title: str) -> list[Chart]:
    """Units of a block by factors as shades; numbers stand for factors where they are many."""
    items = factors(facts)
    units = told(facts, block)
    if not units or len(items) > GREATEST or len(units) > MOST_PAGES * MOST_ROWS:
        return []
    values = [[of_unit(facts, unit.code, item).value for item, _ in items] for unit in units]
    low, top = ends([each for row in values for each in row])
    many = len(items) > WIDE
    columns = tuple(f"({at})" if many else words for at, (_, words) in enumerate(items, 1))
    notes = tuple(
        [" ".join(f"({at}) {words};" for at, (_, words) in enumerate(items, 1)).rstrip(";") + "."] if many else []
    )
    made = []
    parts = pages(list(zip(units, values, strict=True)))
    for at, part in enumerate(parts, 1):
        rows = tuple((short(facts, unit.code), tuple(row)) for unit, row in part)
        spoken = "; ".join(
            f"{name}: " + ", ".join(f"{words} {numeral(v, 1)}" for (_, words), v in zip(items, row, strict=True))
            for name, row in rows
        )
        page = f" ({at}/{len(parts)})" if len(parts) > 1 else ""
        caption = f"Chỉ số hài lòng theo yếu tố (%), càng sẫm càng cao: {title}{page}"
        made.append(
            Chart(caption, f"{spoken}.", Heat(columns, rows, low, top), notes, f"heat-{block}" if at == 1 else "")
        )
    return made


def wish_chart(facts: Facts, question: Question) -> Chart:
    """Wishes as bars, the most wished first."""
    found = sorted(wish_shares(facts, question), key=lambda each: -(each[2] or 0.0))
    spoken = "; ".join(f"{words} {numeral(share)} %" for words, _, share in found)
    bars = tuple(Bar(words, share) for words, _, share in found)
    return Chart("Mong muốn của người dân, tổ chức", f"{spoken}.", Bars(bars), (), "wish-chart")


def week_chart(facts: Facts) -> Chart:
    """Valid forms week by week."""
    weeks = facts.fieldwork.weeks
    steps = tuple((f"{day:%d/%m}", None if count is None else float(count)) for day, count in weeks)
    spoken = "; ".join(f"tuần từ {short_day(day)}: {numeral(count, 0)} phiếu" for day, count in weeks)
    return Chart("Số phiếu hợp lệ theo tuần (ngày đầu tuần)", f"{spoken}.", Steps(steps), (), "weeks")


def profile(facts: Facts, code: str, block: str) -> Chart:
    """A unit's factors beside the mean of its block."""
    items = factors(facts)
    found = [
        (words, of_unit(facts, code, item), figure_at(facts.figures, "block", block, item)) for item, words in items
    ]
    low, top = ends([each for _, mine, mean in found for each in (mine.low, mine.high, mine.value, mean.value)])
    dots = tuple(Dot(words, mine.value, mine.low, mine.high, mean.value) for words, mine, mean in found)
    spoken = "; ".join(f"{words} {numeral(mine.value)} % (khối {numeral(mean.value)} %)" for words, mine, mean in found)
    picture = Dots(dots, None, low, top, now_words="Đơn vị", before_words="Trung bình khối")
    return Chart(f"Các yếu tố: {short(facts, code)}", f"{spoken}.", picture)
