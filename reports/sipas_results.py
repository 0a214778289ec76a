"""Chapter IV of the yearly report: the index, the units, every factor and question, groups and wishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from reports.figures import Figure
from reports.names import words_of
from reports.numerals import numeral
from reports.papers import Block, Heading, Note, Paragraph, mention
from reports.sipas_charts import factor_chart, heats, level_charts, slope, unit_charts, wish_chart
from reports.sipas_material import (
    PROVINCE,
    Facts,
    blocks,
    earlier,
    factors,
    figure_at,
    of_province,
    of_question,
    overall,
    rated,
    short,
    told,
)
from reports.sipas_opening import OPEN
from reports.sipas_people import choice_table, group_tables, other_questions, wish_shares, wish_table, wishes
from reports.sipas_tables import factor_table, levels, province_table, ranking
from reports.sipas_words import (
    INCOMPARABLE,
    changes,
    listed,
    lower,
    moved,
    percent,
    quoted,
    rank_words,
    whole,
    with_interval,
)
from survey.questionnaire import Item

NAMED = 8  # units that a sentence names


def results(facts: Facts) -> Iterator[Block]:
    """Chapter IV."""
    yield Heading(1, "Kết quả")
    yield Heading(2, "Chỉ số hài lòng chung")
    yield from general(facts)
    yield Heading(2, "Kết quả của các cơ quan, đơn vị, địa phương")
    yield from units(facts)
    yield Heading(2, "Kết quả theo yếu tố")
    yield from by_factor(facts)
    yield from questions(facts)
    yield from opinions(facts)
    yield from groups(facts)
    yield from wanted(facts)


def general(facts: Facts) -> Iterator[Block]:
    """The province's index."""
    found = overall(facts, PROVINCE, PROVINCE)
    if found.value is None:
        yield Note("Chưa có đủ phiếu để công bố chỉ số hài lòng chung của tỉnh.", warning=True)
    else:
        change = moved(found, earlier(facts, PROVINCE, PROVINCE))
        yield Paragraph(
            f"Chỉ số hài lòng về sự phục vụ hành chính năm {facts.year} của tỉnh là {with_interval(found)}"
            f"{', ' + change if change else ''}. Đây là trung bình cộng chỉ số của {whole(len(told(facts)))} đơn vị; "
            "các "
            f"cách tính khác và kết quả từng khối ở {mention('province')}."
        )
    if facts.before is None:
        yield Paragraph(f"Báo cáo không so sánh với năm {facts.year - 1}: {INCOMPARABLE[facts.incomparable]}.")
    elif facts.before.without:
        few = [short(facts, code) for code in facts.before.without if code in facts.units][:NAMED]
        if few:
            yield Paragraph(f"Đơn vị không có trong năm trước nên không so sánh: {listed(few)}.")
    if not facts.sampled:
        yield Note(OPEN, warning=True)
    yield province_table(facts)


def units(facts: Facts) -> Iterator[Block]:
    """T1 and its charts."""
    yield Paragraph(f"Kết quả của từng đơn vị ở {mention('ranking')}; theo từng yếu tố ở {mention('matrix')}.")
    yield ranking(facts)
    for block, words in blocks(facts):
        found = told(facts, block)
        if found:
            yield Heading(3, words)
            yield Paragraph(block_sentence(facts, block))
            yield from unit_charts(facts, block, words)
            sloped = slope(facts, block, words)
            if sloped:
                yield Paragraph(change_sentence(facts, block))
                yield sloped


def block_sentence(facts: Facts, block: str) -> str:
    """Who is highest and lowest, as far as the sample can tell."""
    found = [
        (short(facts, unit.code), figure_at(facts.figures, "unit", unit.code, "overall")) for unit in told(facts, block)
    ]
    mean = overall(facts, "block", block)
    said = f"Trung bình của khối là {with_interval(mean)}. " if mean.value is not None else ""
    if len(found) < 2:
        return f"{said}Có {whole(len(found))} đơn vị đủ phiếu để công bố: {found[0][0]} {percent(found[0][1].value)}."
    (high, best), (low, worst) = found[0], found[-1]
    said += f"Chỉ số cao nhất là {high} ({percent(best.value)}), thấp nhất là {low} ({percent(worst.value)})"
    if not facts.sampled:
        return f"{said}."
    first = [name for name, each in found if each.rank_low == 1]
    if len(first) > 1:
        some = f"{listed(first[:NAMED])}{' và các đơn vị khác' if len(first) > NAMED else ''}"
        return f"{said}. Xét cả sai số, {whole(len(first))} đơn vị có thể đứng đầu khối: {some}."
    return f"{said}. Xét cả sai số, {high} đứng đầu khối (hạng {rank_words(best)})."


def change_sentence(facts: Facts, block: str) -> str:
    """Whose index rose or fell."""
    moves = {unit.code: each for unit in told(facts, block) if (each := changes(facts).get(unit.code))}
    if not facts.sampled:
        rose = sum(each.points > 0 for each in moves.values())
        rest = f"{whole(len(moves) - rose)} đơn vị không cao hơn"
        return f"So với năm trước, {whole(rose)} đơn vị có chỉ số cao hơn, {rest}."
    up = [short(facts, code) for code, each in moves.items() if each.trend == "up"]
    down = [short(facts, code) for code, each in moves.items() if each.trend == "down"]
    unsure = len(moves) - len(up) - len(down)
    said = [f"{whole(len(up))} đơn vị tăng ({listed(up[:NAMED])})"] if up else []
    said += [f"{whole(len(down))} đơn vị giảm ({listed(down[:NAMED])})"] if down else []
    said += [f"{whole(unsure)} đơn vị chưa đủ cơ sở kết luận có thay đổi"] if unsure else []
    return f"So với năm trước, {'; '.join(said)}."


def by_factor(facts: Facts) -> Iterator[Block]:
    """T2 for the province, the factors as a chart, heat maps of units."""
    found = sorted(
        ((words, value) for item, words in factors(facts) if (value := of_province(facts, item).value) is not None),
        key=lambda each: -each[1],
    )
    if len(found) > 1:
        (high, best), (low, worst) = found[0], found[-1]
        yield Paragraph(
            f"Trong {whole(len(found))} {'yếu tố' if facts.questionnaire.factors else 'nội dung'}, cao nhất là "
            f"{quoted(high)} ({percent(best)}), thấp nhất là {quoted(low)} ({percent(worst)}), cách nhau "
            f"{numeral(best - worst)} điểm phần trăm."
        )
    yield factor_table(facts)
    yield factor_chart(facts)
    for block, words in blocks(facts):
        yield from heats(facts, block, words)


def questions(facts: Facts) -> Iterator[Block]:
    """T3: every factor with its questions."""
    if not facts.questionnaire.factors:
        yield Heading(2, "Kết quả từng nội dung")
        yield from question_blocks(facts, rated(facts), "các nội dung")
        return
    for factor in facts.questionnaire.factors:
        items = rated(facts, factor.code)
        title = words_of(factor.title, "vi")
        if items:
            yield Heading(2, f"Yếu tố: {lower(title)}")
            yield from factor_sentences(facts, f"factor:{factor.code}", items)
            yield from question_blocks(facts, items, title)


def question_blocks(facts: Facts, items: Sequence[Item], title: str) -> Iterator[Block]:
    """Questions as a table and as stacked bars."""
    yield from levels(facts, items, f"Phân bố câu trả lời theo mức: {title}")
    yield from level_charts(facts, items, title)


def factor_sentences(facts: Facts, item: str, items: Sequence[Item]) -> Iterator[Block]:
    """The factor's index, its extremes among units, its best and worst question."""
    found = of_province(facts, item)
    change = moved(found, earlier(facts, PROVINCE, PROVINCE, item))
    told_of = [f"Chỉ số hài lòng về yếu tố này là {with_interval(found)}{', ' + change if change else ''}."]
    place = [
        (short(facts, unit.code), value)
        for unit in told(facts)
        if (value := figure_at(facts.figures, "unit", unit.code, item).value) is not None
    ]
    if len(place) > 1:
        high, low = max(place, key=lambda each: each[1]), min(place, key=lambda each: each[1])
        told_of.append(f"Giữa các đơn vị, chỉ số từ {percent(low[1])} ({low[0]}) đến {percent(high[1])} ({high[0]}).")
    asked = [(words_of(each.text, "vi"), of_question(facts, each.code)) for each in items]
    told_of += [question_sentence(asked)] if question_sentence(asked) else []
    yield Paragraph(" ".join(told_of))


def question_sentence(asked: Sequence[tuple[str, Figure]]) -> str:
    """The question that people are most and least content with; empty where fewer than two differ."""
    known = sorted(((each.value, words) for words, each in asked if each.value is not None), reverse=True)
    if len(known) < 2 or known[0][0] == known[-1][0]:
        return ""
    (best, high), (worst, low) = known[0], known[-1]
    return f"Nội dung được hài lòng nhất: {quoted(high)} ({percent(best)}); ít nhất: {quoted(low)} ({percent(worst)})."


def opinions(facts: Facts) -> Iterator[Block]:
    """Questions without an index: their distributions."""
    found = list(other_questions(facts))
    if not found:
        return
    yield Heading(2, "Kết quả các câu hỏi khác")
    yield Paragraph(
        "Các câu hỏi dưới đây chỉ nêu phân bố câu trả lời (gộp toàn bộ phiếu), không tính vào chỉ số hài lòng."
    )
    for question, items in found:
        scored = [item for item in items if any(option.score is not None for option in item.options)]
        title = words_of(question.text, "vi")
        if scored and question.type == "matrix":
            yield from levels(facts, scored, title)
        else:
            for item in items:
                yield choice_table(facts, question, item)


def groups(facts: Facts) -> Iterator[Block]:
    """T4."""
    if not facts.groups:
        return
    yield Heading(2, "Kết quả theo nhóm người trả lời")
    weighted = (PROVINCE, PROVINCE, "overall", "weighted") in facts.figures
    yield Paragraph(
        "Chỉ số của từng nhóm tính trên toàn bộ phiếu của tỉnh"
        f"{', có trọng số theo số hồ sơ của từng tầng' if weighted else ''}, nên có thể lệch đôi chút so "
        "với chỉ số chung là trung bình cộng các đơn vị. Khác biệt giữa các nhóm chỉ mô tả, không nói lên nguyên nhân. "
        f"Nhóm có dưới {facts.small} người trả lời chỉ nêu số phiếu; nhóm quá ít người không được nêu."
    )
    yield from group_tables(facts)


def wanted(facts: Facts) -> Iterator[Block]:
    """T5."""
    for question, at in zip(wishes(facts), count()):
        if at == 0:
            yield Heading(2, "Mong muốn của người dân, tổ chức")
        ordered = sorted(wish_shares(facts, question), key=lambda each: -(each[2] or 0.0))
        first = [f"{quoted(words)} ({percent(share)})" for words, _, share in ordered[:3] if share is not None]
        if first:
            yield Paragraph(f"Những điều được mong muốn cải thiện nhiều nhất: {listed(first)}.")
        yield wish_table(facts, question)
        yield wish_chart(facts, question)
