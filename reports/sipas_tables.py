"""Tables T1 to T3 of the yearly report: units with last year, factors by unit, questions with their levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.figures import Figure
from reports.names import words_of
from reports.papers import Band, Cell, Column, Row, Table
from reports.sipas_material import (
    PROVINCE,
    Facts,
    blocks,
    earlier,
    factors,
    figure_at,
    members,
    named,
    of_question,
    of_unit,
    options_of,
    overall,
    short,
)
from reports.sipas_words import HIDDEN, STATES, TRENDS, Change, changes, interval, rank_change, rank_words
from survey.questionnaire import Item

WAYS = (
    ("units", "Trung bình cộng các đơn vị"),
    ("pooled", "Gộp toàn bộ phiếu trả lời"),
    ("weighted", "Có trọng số theo số hồ sơ"),
)
RANKS = (
    "Hạng là khoảng hạng: “3–7” nghĩa là với sai số chọn mẫu, đơn vị đứng trong khoảng từ thứ 3 đến thứ 7 của khối; "
    "các đơn vị có khoảng hạng chồng lên nhau thì chưa phân định được hơn kém."
)
RANK_CHANGES = "Thay đổi hạng chỉ nêu khi khoảng hạng của hai năm tách rời nhau; số âm là lên hạng."
CHANGES = (
    "“Tăng”, “Giảm” chỉ ghi khi thay đổi lớn hơn sai số chọn mẫu của cả hai năm (kiểm định Holm cho tất cả đơn vị, mức "
    "5 %); “Chưa rõ”: chưa đủ cơ sở kết luận có thay đổi."
)


def province_table(facts: Facts) -> Table:
    """The province's figure in its three ways, then every block."""
    columns = [Column("Phạm vi, cách tính"), Column("Số phiếu", "whole"), Column("Chỉ số (%)", "number")]
    if facts.sampled:
        columns.append(Column("Khoảng tin cậy 95 %"))
    if facts.before:
        columns += [Column(f"Năm {facts.before.year} (%)", "number"), Column("Chênh lệch (điểm phần trăm)", "change")]
    made: list[Row | Band] = [Band("Toàn tỉnh")]
    for way, words in WAYS:
        found = overall(facts, PROVINCE, PROVINCE, way)
        if found.value is not None:
            then = figure_at(facts.before.figures, PROVINCE, PROVINCE, "overall", way) if facts.before else None
            made.append(Row(place_cells(facts, words, found, then), way == "units"))
    made.append(Band("Theo khối (trung bình cộng các đơn vị trong khối)"))
    for block, words in blocks(facts):
        found = overall(facts, "block", block)
        if found.value is not None:
            made.append(Row(place_cells(facts, words, found, earlier(facts, "block", block))))
    return Table("Chỉ số hài lòng chung của tỉnh và các khối", tuple(columns), tuple(made), (HIDDEN,), key="province")


def place_cells(facts: Facts, words: str, found: Figure, then: Figure | None) -> tuple[Cell, ...]:
    """The cells of the province or a block."""
    cells: list[Cell] = [words, found.n, found.value]
    if facts.sampled:
        cells.append(interval(found))
    if facts.before:
        value = then.value if then else None
        both = value is not None and found.value is not None
        cells += [value, (found.value or 0.0) - (value or 0.0) if both else None]
    return tuple(cells)


def ranking(facts: Facts) -> Table:
    """T1: units of each block from the highest index down, beside the year before."""
    moves = changes(facts)
    made: list[Row | Band] = []
    for block, words in blocks(facts):
        made.append(Band(words))
        for place, unit in enumerate(members(facts, block), 1):
            made.append(Row(unit_cells(facts, unit.code, place, moves.get(unit.code))))
        mean = overall(facts, "block", block)
        if mean.value is not None:
            made.append(Row(mean_cells(facts, "Trung bình khối", mean, earlier(facts, "block", block)), True))
    mean = overall(facts, PROVINCE, PROVINCE)
    made += [Band(""), Row(mean_cells(facts, "Toàn tỉnh", mean, earlier(facts, PROVINCE, PROVINCE)), True)]
    notes = [HIDDEN, *([RANKS] if facts.sampled else [])]
    if facts.before:
        notes += [CHANGES, RANK_CHANGES] if facts.sampled else []
    title = "Chỉ số hài lòng của các cơ quan, đơn vị, địa phương"
    return Table(title, tuple(ranking_columns(facts)), tuple(made), tuple(notes), key="ranking", small=True)


def ranking_columns(facts: Facts) -> Iterator[Column]:
    """The columns of T1: a sample has ranks and intervals, others only an order."""
    now = f"Năm {facts.year}"
    yield Column("Hạng" if facts.sampled else "STT", "text", meaning="Khoảng hạng trong khối" if facts.sampled else "")
    yield Column("Cơ quan, đơn vị, địa phương")
    yield Column("Số phiếu", "whole", group=now, meaning="Số câu trả lời hợp lệ của câu hỏi được trả lời nhiều nhất")
    yield Column("Chỉ số (%)", "number", group=now, meaning="Theo phương pháp nêu tại trang “Đọc trước”")
    if facts.sampled:
        yield Column("Khoảng tin cậy 95 %", group=now)
    if facts.before:
        then = f"Năm {facts.before.year}"
        if facts.sampled:
            yield Column("Hạng", group=then)
        yield Column("Chỉ số (%)", "number", group=then)
        yield Column("Điểm phần trăm", "change", group="Thay đổi", meaning="Chỉ số năm nay trừ chỉ số năm trước")
        if facts.sampled:
            yield Column("Hạng", "change", 0, group="Thay đổi", meaning="Số âm là lên hạng")
            yield Column("Kết luận", group="Thay đổi")


def unit_cells(facts: Facts, code: str, place: int, moved: Change | None) -> tuple[Cell, ...]:
    """The row of a unit in T1."""
    found, then = of_unit(facts, code), earlier(facts, "unit", code)
    order: Cell = rank_words(found) if facts.sampled else str(place) if found.value is not None else None
    cells: list[Cell] = [order, name_cell(facts, code, found), found.n or None, found.value]
    if facts.sampled:
        cells.append(interval(found))
    if facts.before:
        if facts.sampled:
            cells.append(rank_words(then))
        cells += [then.value, moved.points if moved else None]
        if facts.sampled:
            cells += [rank_change(found, then), TRENDS[moved.trend] if moved and moved.trend else None]
    return tuple(cells)


def name_cell(facts: Facts, code: str, found: Figure) -> str:
    """A unit's name, with the reason where it has no index."""
    reason = STATES.get(found.state)
    return f"{named(facts, code)} ({reason.lower()})" if reason else named(facts, code)


def mean_cells(facts: Facts, words: str, found: Figure, then: Figure) -> tuple[Cell, ...]:
    """The row of a mean in T1."""
    cells: list[Cell] = [None, words, found.n, found.value]
    if facts.sampled:
        cells.append(interval(found))
    if facts.before:
        both = found.value is not None and then.value is not None
        points = (found.value or 0.0) - (then.value or 0.0) if both else None
        cells += [*([None] if facts.sampled else []), then.value, points, *([None, None] if facts.sampled else [])]
    return tuple(cells)


def factor_table(facts: Facts) -> Table:
    """T2 in short: every factor and block of factors for the province and the blocks of units."""
    kinds = blocks(facts)
    columns = [Column("Yếu tố"), Column("Toàn tỉnh (%)", "number")]
    if facts.sampled:
        columns.append(Column("Khoảng tin cậy 95 %"))
    columns += [Column(f"{words} (%)", "number") for _, words in kinds] if len(kinds) > 1 else []
    if facts.before:
        columns += [Column(f"Năm {facts.before.year} (%)", "number"), Column("Chênh lệch", "change")]
    made: list[Row | Band] = []
    for block in facts.questionnaire.blocks:
        item = f"block:{block.code}"
        made.append(Row(factor_cells(facts, words_of(block.title, "vi"), item), True))
        for factor in facts.questionnaire.factors:
            if factor.block == block.code:
                made.append(Row(factor_cells(facts, words_of(factor.title, "vi"), f"factor:{factor.code}")))
    free = [item for item, _ in factors(facts)] if not facts.questionnaire.blocks else []
    made += [Row(factor_cells(facts, words, item)) for item, words in factors(facts) if item in free]
    made.append(Row(factor_cells(facts, "Chỉ số chung", "overall"), True))
    return Table("Chỉ số hài lòng theo yếu tố", tuple(columns), tuple(made), (HIDDEN,), key="factors", small=True)


def factor_cells(facts: Facts, words: str, item: str) -> tuple[Cell, ...]:
    """The row of a factor."""
    found = figure_at(facts.figures, PROVINCE, PROVINCE, item)
    kinds = blocks(facts)
    cells: list[Cell] = [words, found.value]
    if facts.sampled:
        cells.append(interval(found))
    if len(kinds) > 1:
        cells += [figure_at(facts.figures, "block", block, item).value for block, _ in kinds]
    if facts.before:
        then = earlier(facts, PROVINCE, PROVINCE, item).value
        both = then is not None and found.value is not None
        cells += [then, (found.value or 0.0) - (then or 0.0) if both else None]
    return tuple(cells)


def unit_factors(facts: Facts) -> Table:
    """T2: every factor of every unit, and the means."""
    items = factors(facts)
    columns = [Column("Cơ quan, đơn vị, địa phương"), Column("Chỉ số chung", "number")]
    columns += [Column(words, "number") for _, words in items]
    made: list[Row | Band] = []
    for block, words in blocks(facts):
        made.append(Band(words))
        for unit in members(facts, block):
            cells = [of_unit(facts, unit.code, item).value for item in ("overall", *(item for item, _ in items))]
            made.append(Row((short(facts, unit.code), *cells)))
        means = [figure_at(facts.figures, "block", block, item).value for item in ("overall", *dict(items))]
        made.append(Row(("Trung bình khối", *means), True))
    means = [figure_at(facts.figures, PROVINCE, PROVINCE, item).value for item in ("overall", *dict(items))]
    made += [Band(""), Row(("Toàn tỉnh", *means), True)]
    title = "Chỉ số hài lòng theo yếu tố của từng đơn vị (%)"
    return Table(title, tuple(columns), tuple(made), (HIDDEN,), key="unit-factors", small=True)


def levels(facts: Facts, items: Sequence[Item], caption: str, key: str = "") -> list[Table]:
    """T3: how the answers to these questions lie over the levels; a table for each scale that they use."""
    found: dict[tuple[str, ...], list[Item]] = {}
    for item, scale in zip(items, options_of(list(items)), strict=True):
        found.setdefault(scale, []).append(item)
    many = len(found) > 1
    return [
        level_table(facts, inside, scale, f"{caption} ({at})" if many else caption, key if at == 1 else "")
        for at, (scale, inside) in enumerate(found.items(), 1)
    ]


def level_table(facts: Facts, items: Sequence[Item], scale: Sequence[str], caption: str, key: str) -> Table:
    """One table of T3."""
    indexed = any(option.satisfied for option in items[0].options)
    columns = [Column("Nội dung", width=34), Column("n", "whole", width=9, meaning="Số câu trả lời hợp lệ")]
    columns += [Column(words, "number", 1, group="Tỷ lệ trả lời (%)", width=10) for words in scale]
    if indexed:
        columns.append(Column("Chỉ số (%)", "number", width=11, meaning="Gộp toàn bộ phiếu trả lời"))
    made = tuple(Row(level_cells(facts, item, indexed=indexed)) for item in items)
    return Table(caption, tuple(columns), made, (), key=key, small=True)


def level_cells(facts: Facts, item: Item, *, indexed: bool) -> tuple[Cell, ...]:
    """One question: how many answered, the share of each level, its index."""
    found = of_question(facts, item.code)
    cells: list[Cell] = [words_of(item.text, "vi"), found.n, *shares(item, found)]
    return (*cells, found.value) if indexed else tuple(cells)


def shares(item: Item, found: Figure) -> list[float | None]:
    """The share of each level in percent, the lowest level first; nothing where the answers may not be told."""
    scored = sorted((each for each in item.options if each.score is not None), key=lambda each: each.score or 0)
    counts = [found.distribution.get(each.code, 0) for each in scored]
    total = sum(counts)
    return [100 * count / total if total else None for count in counts]
