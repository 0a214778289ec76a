"""Tables T4 to T6 of the yearly report: groups of people, wishes and other questions, the sample and its forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.names import alphabetical, words_of
from reports.papers import Band, Cell, Column, Row, Table
from reports.sipas_material import (
    Breakdown,
    Facts,
    Sampled,
    blocks,
    factors,
    members,
    named,
    of_question,
    short,
)
from reports.sipas_words import HIDDEN, interval
from reports.summary_words import CHANNELS
from survey.questionnaire import Item, Question

MARGIN = 0.05  # e of Yamane's formula
PARTS = 6  # factors that a table of groups has room for beside the overall index


def group_tables(facts: Facts) -> list[Table]:
    """T4: the index by the groups of every trait."""
    return [group_table(facts, each, "groups" if at == 0 else "") for at, each in enumerate(facts.groups)]


def group_table(facts: Facts, found: Breakdown, key: str = "") -> Table:
    """The index of every group of one trait, overall and by factor or block of factors."""
    parts = parts_of(facts)
    columns = [Column("Nhóm"), Column("n", "whole", meaning="Số câu trả lời hợp lệ"), Column("Chỉ số chung", "number")]
    if facts.sampled:
        columns.append(Column("Khoảng tin cậy 95 %"))
    columns += [Column(words, "number") for _, words in parts]
    made = []
    for group in found.groups:
        here = group.figures["overall"]
        cells: list[Cell] = [group.words, here.n or None, here.value]
        if facts.sampled:
            cells.append(interval(here))
        made.append(Row((*cells, *(group.figures[item].value for item, _ in parts))))
    return Table(f"Chỉ số hài lòng (%) theo nhóm: {found.title}", tuple(columns), tuple(made), (), key, small=True)


def parts_of(facts: Facts) -> list[tuple[str, str]]:
    """What stands beside the overall index of a group: factors where they are few, else blocks of factors."""
    if facts.questionnaire.factors and len(facts.questionnaire.factors) <= PARTS:
        return factors(facts)
    return [(f"block:{each.code}", words_of(each.title, "vi")) for each in facts.questionnaire.blocks]


def wishes(facts: Facts) -> list[Question]:
    """Questions about what people wish: levels of wishing, or one or several of a list under such a heading."""
    return [
        question
        for section in facts.questionnaire.sections
        for question in section.questions
        if question.items
        and question.type in ("matrix", "several")
        and section.code.startswith(("mong_muon", "mong_doi"))
        and any(of_question(facts, item.code).distribution for item in question.items)
    ]


def wish_table(facts: Facts, question: Question) -> Table:
    """T5: what people wish, the most wished first."""
    wished = sorted(wish_shares(facts, question), key=lambda each: -(each[2] or 0.0))
    columns = (
        Column("STT", "whole"),
        Column("Nội dung mong muốn cải thiện"),
        Column("n", "whole", meaning="Số câu trả lời hợp lệ"),
        Column("Mong muốn và rất mong muốn (%)" if question.type == "matrix" else "Tỷ lệ lựa chọn (%)", "number"),
    )
    made = tuple(Row((at, *each)) for at, each in enumerate(wished, 1))
    return Table("Mong muốn của người dân, tổ chức", columns, made, (HIDDEN,), key="wishes")


def wish_shares(facts: Facts, question: Question) -> list[tuple[str, int | None, float | None]]:
    """Every wish with its answers and the share of those who have it."""
    if question.type == "matrix":
        return [(words_of(item.text, "vi"), *upper_half(facts, item)) for item in question.items]
    item = question.items[0]
    found = of_question(facts, item.code)
    counts = found.distribution
    return [
        (words_of(each.text, "vi"), found.n, 100 * counts[each.code] / found.n if counts and found.n else None)
        for each in item.options
    ]


def upper_half(facts: Facts, item: Item) -> tuple[int | None, float | None]:
    """Valid answers, and the share in percent at the upper half of the levels."""
    found = of_question(facts, item.code)
    scored = sorted((each for each in item.options if each.score is not None), key=lambda each: each.score or 0)
    counts = [found.distribution.get(each.code, 0) for each in scored]
    total = sum(counts)
    return found.n, 100 * sum(counts[len(counts) // 2 :]) / total if total else None


def other_questions(facts: Facts) -> Iterator[tuple[Question, list[Item]]]:
    """Closed questions about facts and opinions: no index, no trait of a person, no wish, nothing sensitive."""
    wished = {question.code for question in wishes(facts)}
    for section in facts.questionnaire.sections[1:]:
        for question in section.questions:
            items = [item for item in question.items if item.factor is None and item.options]
            told = [item for item in items if of_question(facts, item.code).distribution]
            if told and question.code not in wished and not any(each.satisfied for each in told[0].options):
                yield question, told


def choice_table(facts: Facts, question: Question, item: Item) -> Table:
    """One question with the count and share of every option."""
    found = of_question(facts, item.code)
    columns = (Column("Phương án trả lời"), Column("Số phiếu", "whole"), Column("Tỷ lệ (%)", "number", 1))
    n = found.n or 0
    made = [
        Row((words_of(each.text, "vi"), found.distribution[each.code], 100 * found.distribution[each.code] / n))
        for each in item.options
    ]
    made.append(Row(("Số câu trả lời hợp lệ", n, None), True))
    return Table(words_of(item.text, "vi") or words_of(question.text, "vi"), columns, tuple(made))


def sample_table(facts: Facts, *, strata: bool = False) -> Table:
    """T6: forms by unit: issued, received, valid; with the strata of each unit in the annex."""
    declared = any(each.issued is not None for each in facts.fieldwork.sampled)
    columns = [Column("Cơ quan, đơn vị, địa phương")]
    if declared:
        columns += [Column("Số hồ sơ", "whole"), Column("Phát ra", "whole", group="Số phiếu")]
    columns += [Column("Thu về", "whole", group="Số phiếu"), Column("Hợp lệ", "whole", group="Số phiếu")]
    if declared:
        columns.append(Column("Hợp lệ/phát ra (%)", "number", 1))
        columns.append(Column("Mẫu cần có", "whole", meaning="n = N/(1 + N·e²), e = 5 %, làm tròn lên"))
    made: list[Row | Band] = []
    for block, words in blocks(facts):
        made.append(Band(words))
        for unit in sorted(members(facts, block), key=lambda each: alphabetical(each.name)):
            mine = [each for each in facts.fieldwork.sampled if each.unit == unit.code]
            made += [
                Row(sample_cells(facts, each, declared=declared), bool(strata and not each.stratum))
                for each in mine
                if strata or not each.stratum
            ]
    made += [Band(""), Row(total_cells(facts, declared=declared), True)]
    title = "Mẫu và kết quả thu phiếu theo tầng" if strata else "Mẫu và kết quả thu phiếu của các đơn vị"
    return Table(title, tuple(columns), tuple(made), (HIDDEN,), key="strata" if strata else "sample", small=True)


def sample_cells(facts: Facts, found: Sampled, *, declared: bool) -> tuple[Cell, ...]:
    """A unit or stratum."""
    name = f"Tầng {found.stratum}" if found.stratum else named(facts, found.unit)
    if not declared:
        return name, found.received, found.valid
    share = 100 * found.valid / found.issued if found.valid is not None and found.issued else None
    needed = yamane(found.size) if found.size and not found.stratum else None
    return name, found.size, found.issued, found.received, found.valid, share, needed


def total_cells(facts: Facts, *, declared: bool) -> tuple[Cell, ...]:
    """All units together."""
    counts = facts.answers
    if not declared:
        return "Cộng", counts.received, counts.valid
    sizes = [each.size for each in facts.fieldwork.sampled if each.size is not None and not each.stratum]
    share = 100 * counts.valid / counts.issued if counts.issued else None
    return "Cộng", sum(sizes), counts.issued, counts.received, counts.valid, share, sum(yamane(size) for size in sizes)


def yamane(size: int) -> int:
    """The sample that Yamane's formula asks for at e = 5 %: n = N / (1 + N e²), rounded up.

    >>> yamane(1000), yamane(3)
    (286, 3)
    """
    return -(-size * 400 // (400 + size)) if size else 0


def channel_table(facts: Facts) -> Table:
    """How people answered."""
    total = facts.answers.valid
    columns = (Column("Hình thức trả lời"), Column("Số phiếu hợp lệ", "whole"), Column("Tỷ lệ (%)", "number", 1))
    made = [
        Row((CHANNELS.get(name, name), count, 100 * count / total if count is not None and total else None))
        for name, count in facts.fieldwork.channels
    ]
    made.append(Row(("Cộng", total, None), True))
    return Table("Phiếu hợp lệ theo hình thức trả lời", columns, tuple(made), (HIDDEN,), key="channels")


def missing_table(facts: Facts, items: Sequence[Item]) -> Table:
    """Questions with their valid, blank and not applicable answers: where a form asks what people cannot say."""
    columns = (
        Column("Nội dung", width=52),
        Column("Hợp lệ", "whole", width=12),
        Column("Không áp dụng", "whole", width=12),
        Column("Bỏ trống", "whole", width=12),
        Column("Hợp lệ (%)", "number", 1, width=12),
    )
    made = []
    for item in items:
        found = of_question(facts, item.code)
        na, blank = (found.distribution.get(code) for code in ("na", "blank"))
        whole = (found.n or 0) + (na or 0) + (blank or 0)
        share = 100 * (found.n or 0) / whole if found.distribution and whole else None
        made.append(Row((words_of(item.text, "vi"), found.n, na, blank, share)))
    return Table(
        "Câu trả lời hợp lệ, không áp dụng, bỏ trống theo nội dung", columns, tuple(made), (HIDDEN,), small=True
    )


def precision_table(facts: Facts) -> Table:
    """How sure every unit's index is."""
    columns = (
        Column("Cơ quan, đơn vị, địa phương"),
        Column("Số phiếu", "whole"),
        Column("Sai số chuẩn (điểm %)", "number"),
        Column("Khoảng tin cậy 95 %"),
        Column("Nửa độ rộng (± điểm %)", "number", 1),
    )
    made: list[Row | Band] = []
    for block, words in blocks(facts):
        made.append(Band(words))
        for unit in members(facts, block):
            found = facts.figures.get(("unit", unit.code, "overall", None))
            if found is None or found.value is None:
                continue
            half = (found.high - found.low) / 2 if found.low is not None and found.high is not None else None
            made.append(Row((short(facts, unit.code), found.n, found.se, interval(found), half)))
    return Table("Độ chính xác của chỉ số từng đơn vị", columns, tuple(made), (), small=True)
