"""Tables and charts of a summary report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from reports.figures import Figure
from reports.names import alphabetical
from reports.numerals import short_day
from reports.papers import Band, Cell, Column, Row, Table
from reports.pictures import Chart, Dot, Dots, Steps
from reports.summary_facts import Arrived, BlockFacts, Change, SummaryFacts, UnitFacts, changed, listed, rated
from reports.summary_words import (
    CHANNELS,
    block_words,
    index_words,
    interval_words,
    moment_words,
    percent,
    whole,
)
from reports.unit_groups import LADDER

MOST_ROWS = 45  # units that a table of the paper lists; more stand in the workbook
ENDS = 8  # of many units, so many with the highest and as many with the lowest index
MOST_DOTS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table of units before it is cells: a unit, a block, or the whole province."""

    number: int | None
    name: str
    scope: str
    code: str
    issued: int
    arrived: Arrived | None
    figure: Figure
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A column of the table of units: how its cell is made, and of which reports it is a part."""

    column: Column
    cell: Callable[[SummaryFacts, Line], Cell]
    wanted: Callable[[SummaryFacts], bool] = lambda facts: True


def channel_table(facts: SummaryFacts) -> Table:
    """Answers by channel."""
    every = facts.arrived
    lines = [(CHANNELS.get(name, name), each) for name, each in facts.channels.items()]
    return Table(
        "Số phiếu hợp lệ theo kênh trả lời",
        (
            Column("Kênh trả lời", width=36),
            Column("Trong kỳ", "whole", width=15),
            Column("Kỳ liền trước", "whole", width=17),
            Column("Lũy kế", "whole", width=15),
            Column("Tỷ trọng lũy kế (%)", "number", 1, width=17),
        ),
        tuple(
            Row((name, each.fresh, each.before, each.total, share(each.total, every.total)), strong)
            for name, each, strong in [*((name, each, False) for name, each in lines), ("Cộng", every, True)]
        ),
        key="channels",
    )


def share(part: int, of: int) -> float | None:
    """A share in percent; nothing of nothing."""
    return 100 * part / of if of else None


def day_chart(facts: SummaryFacts) -> Chart:
    """Answers a day."""
    (first, _), (last, _) = facts.by_day[0], facts.by_day[-1]
    best, most = max(facts.by_day, key=lambda pair: pair[1])
    told = "; ".join(f"{day:%d/%m} có {whole(number)} phiếu" for day, number in facts.by_day)
    return Chart(
        f"Số phiếu hợp lệ theo ngày, từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}",
        f"Biểu đồ cột số phiếu hợp lệ mỗi ngày; nhiều nhất là ngày {best:%d/%m} với {whole(most)} phiếu. {told}.",
        Steps(tuple((f"{day:%d/%m}", float(number)) for day, number in facts.by_day), unit="phiếu"),
        key="days",
    )


def index_chart(facts: SummaryFacts) -> Chart:
    """The indices of units from the highest down, with their intervals; of many units, those at both ends."""
    shown = both_ends(rated(facts), MOST_DOTS // 2) if len(rated(facts)) > MOST_DOTS else rated(facts)
    sample = facts.basis == "sample"
    ends = [end for unit in shown for end in (unit.figure.value, unit.figure.low, unit.figure.high) if end is not None]
    low, top = scale(ends)
    dots = tuple(Dot(unit.short_name, unit.figure.value, unit.figure.low, unit.figure.high) for unit in shown)
    title = "Chỉ số hài lòng theo đơn vị" + (", kèm khoảng tin cậy 95 %" if sample else "")
    told = "; ".join(f"{unit.short_name} {percent(unit.figure.value)}" for unit in shown)
    few = f"{MOST_DOTS // 2} đơn vị cao nhất và {MOST_DOTS // 2} đơn vị thấp nhất trong {len(rated(facts))} đơn vị."
    return Chart(
        title,
        f"{title}, từ cao đến thấp; trung bình các đơn vị {percent(facts.index.province.value)}: {told}.",
        Dots(dots, mean=facts.index.province.value, low=low, top=top),
        notes=(
            *((few,) if len(shown) < len(rated(facts)) else ()),
            "Thứ tự để dễ đọc, không phải xếp hạng: chênh lệch nhỏ giữa các đơn vị có thể chỉ là ngẫu nhiên.",
        ),
        key="dots",
    )


def scale(ends: Sequence[float]) -> tuple[float, float]:
    """The tens between which all values lie.

    >>> scale([71.3, 73.0]), scale([100.0]), scale([0.0, 92.0])
    ((70.0, 80.0), (90.0, 100.0), (0.0, 100.0))
    """
    low = max(0.0, min(*ends, 99.9) // 10 * 10)
    return low, min(100.0, max(low + 10, -(-max(ends) // 10) * 10))


def both_ends(units: Sequence[UnitFacts], each: int) -> tuple[UnitFacts, ...]:
    """The first and the last of a ranking."""
    return (*units[:each], *units[-each:])


def unit_table(facts: SummaryFacts, *, in_full: bool = False) -> Table:
    """Answers and index of every unit under the line of its block; of many units, those at both ends.

    The workbook asks for it `in_full`.
    """
    parts = [part for part in PARTS if part.wanted(facts)]
    long = len(listed(facts)) > MOST_ROWS and not in_full
    lines = short_lines(facts) if long else full_lines(facts)
    made = tuple(
        line if isinstance(line, Band) else Row(tuple(part.cell(facts, line) for part in parts), line.strong)
        for line in lines
    )
    caption = "Số phiếu và chỉ số hài lòng theo " + ("khối và một số đơn vị" if long else "đơn vị")
    return Table(
        caption, columns([part.column for part in parts]), made, notes=notes(facts, long=long), key="units", small=True
    )


def columns(found: Sequence[Column]) -> tuple[Column, ...]:
    """The columns; a title over one column alone becomes that column's own."""
    alone = [each.group for each in found].count
    return tuple(
        replace(each, title=f"{each.group} (%)", group="") if each.group and alone(each.group) == 1 else each
        for each in found
    )


def full_lines(facts: SummaryFacts) -> Iterator[Line | Band]:
    """Every block with its units, and the whole at the end."""
    number = 0
    for block, units in blocks(facts):
        yield block_line(block, units)
        for unit in units:
            number += 1
            yield unit_line(number, unit)
    yield province_line(facts)


def short_lines(facts: SummaryFacts) -> Iterator[Line | Band]:
    """Every block, then the units at both ends."""
    for block, units in blocks(facts):
        yield block_line(block, units)
    yield province_line(facts)
    found = list(rated(facts))
    for words, units in (("cao nhất", found[:ENDS]), ("thấp nhất", found[-ENDS:][::-1])):
        yield Band(f"{len(units)} đơn vị có chỉ số {words}")
        for number, unit in enumerate(units, 1):
            yield unit_line(number, unit)


def blocks(facts: SummaryFacts) -> list[tuple[BlockFacts, list[UnitFacts]]]:
    """Blocks from the province down, each with its units: the best first where the index rests on a sample."""
    found = sorted(listed(facts), key=lambda unit: alphabetical(unit.name))
    inside = [(block, [unit for unit in found if unit.block == block.code]) for block in facts.index.blocks]
    kept = [(block, units) for block, units in inside if units]
    if facts.basis == "sample":
        for _, units in kept:
            units.sort(key=lambda unit: -1.0 if unit.figure.value is None else unit.figure.value, reverse=True)
    return sorted(kept, key=lambda pair: min(LADDER.index(unit.level) for unit in pair[1]))


def unit_line(number: int, unit: UnitFacts) -> Line:
    """The line of a unit."""
    return Line(number, unit.name, "unit", unit.code, unit.issued, unit.arrived, unit.figure)


def block_line(block: BlockFacts, units: Sequence[UnitFacts]) -> Line:
    """The line of a block."""
    name = f"{block_words(units, block.code)} ({len(units)})"
    return Line(None, name, "block", block.code, block.issued, block.arrived, block.figure, strong=True)


def province_line(facts: SummaryFacts) -> Line:
    """The line of the whole."""
    figure = facts.index.province
    return Line(None, "Toàn tỉnh", "province", figure.code, facts.issued, facts.arrived, figure, strong=True)


def moved(facts: SummaryFacts, line: Line) -> float | None:
    """How many points the index of a line moved since the last report."""
    found: Change | None = changed(facts, line.scope, line.code, line.figure)
    return found.points if found else None


def ranks(facts: SummaryFacts, line: Line) -> str | None:
    """The best and the worst rank that the sample allows."""
    low, high = line.figure.rank_low, line.figure.rank_high
    return None if low is None or high is None else f"{low}–{high}"


def index_cell(facts: SummaryFacts, line: Line) -> Cell:
    """The index as a number, or as words where it bears a star."""
    return index_words(line.figure) if line.figure.state == "flag_small" else line.figure.value


def of_sample(facts: SummaryFacts) -> bool:
    """Whether the index rests on a sample."""
    return facts.basis == "sample"


def with_earlier(facts: SummaryFacts) -> bool:
    """Whether there is an earlier report to compare with."""
    return facts.earlier is not None


PARTS = (
    Part(Column("TT", "whole"), lambda facts, line: "" if line.number is None else line.number),
    Part(Column("Cơ quan, đơn vị"), lambda facts, line: line.name),
    Part(
        Column("Trong kỳ", "whole", group="Số phiếu hợp lệ", meaning="Phiếu hợp lệ có ngày trong kỳ báo cáo."),
        lambda facts, line: line.arrived.fresh if line.arrived else None,
    ),
    Part(
        Column("Lũy kế", "whole", group="Số phiếu hợp lệ", meaning="Phiếu hợp lệ từ ngày mở đợt khảo sát."),
        lambda facts, line: line.arrived.total if line.arrived else None,
    ),
    Part(
        Column("Kế hoạch", "whole", group="Số phiếu hợp lệ", meaning="Số phiếu phát ra theo mẫu."),
        lambda facts, line: line.issued or None,
        of_sample,
    ),
    Part(
        Column("Đạt (%)", "number", 1, group="Số phiếu hợp lệ", meaning="Lũy kế chia cho kế hoạch."),
        lambda facts, line: share(line.arrived.total, line.issued) if line.arrived else None,
        of_sample,
    ),
    Part(
        Column("Giá trị (%)", "number", group="Chỉ số hài lòng", meaning="Chỉ số hài lòng chung của đơn vị."),
        index_cell,
    ),
    Part(
        Column("Khoảng tin cậy 95 %", group="Chỉ số hài lòng"),
        lambda facts, line: interval_words(line.figure) or None,
        of_sample,
    ),
    Part(
        Column("Khoảng thứ hạng", group="Chỉ số hài lòng", meaning="Thứ hạng tốt nhất và kém nhất trong khối."),
        ranks,
        of_sample,
    ),
    Part(
        Column("Tăng, giảm", "change", group="Chỉ số hài lòng", meaning="Điểm phần trăm so với báo cáo trước."),
        moved,
        with_earlier,
    ),
)


def notes(facts: SummaryFacts, *, long: bool) -> tuple[str, ...]:
    """What the signs of the table mean."""
    lines = [unit_line(0, unit) for unit in listed(facts)]
    found = [f"Số liệu tính đến {moment_words(facts)}."]
    if long:
        found.append(f"Danh sách đầy đủ {whole(len(lines))} đơn vị có trong tệp số liệu (Excel) kèm theo.")
    if any(line.figure.state == "flag_small" and line.figure.value is not None for line in lines):
        found.append(
            f"Dấu “*”: dưới {whole(facts.small)} phiếu hoặc sai số lớn; chỉ dùng nội bộ, không xếp hạng, không công bố."
        )
    if any(line.figure.value is None for line in lines):
        found.append(
            f"Dấu “–” ở cột chỉ số: chưa có phiếu, hoặc không nêu vì quá ít phiếu (dưới {whole(facts.minimum)})."
        )
    if facts.earlier is not None:
        found.append(
            f"Tăng, giảm: điểm phần trăm so với báo cáo ngày {short_day(facts.earlier.made_at.date())}; dấu “–”: "
            f"chưa so sánh được, hoặc số phiếu mới dưới {whole(facts.minimum)}."
        )
    return tuple(found)
