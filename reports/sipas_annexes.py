"""Annexes of the yearly report: factors by unit, a page a unit, the sample, the form, quality, formulas, words."""

from __future__ import annotations

from collections.abc import Iterator

from reports.names import words_of
from reports.numerals import numeral
from reports.papers import Annex, Block, Bullets, Column, Heading, Note, Paragraph, Row, Table
from reports.sipas_material import Facts, blocks, earlier, factors, figure_at, named, of_unit, overall, rated, told
from reports.sipas_people import missing_table, precision_table, sample_table
from reports.sipas_tables import unit_factors
from reports.sipas_words import HIDDEN, change, interval, moved, rank_words, whole, with_interval
from survey.questionnaire import Question

MOST_PROFILES = 40  # units that have a part of their own; more are told by the tables and by letters
TYPES = {
    "scale": "chọn một mức",
    "matrix": "chọn một mức cho từng dòng",
    "single": "chọn một",
    "several": "có thể chọn nhiều",
    "yes_no": "có hoặc không",
    "number": "ghi số",
    "date": "ghi ngày",
    "text": "ghi ý kiến",
}
TERMS = (
    ("Chỉ số hài lòng", "con số từ 0 đến 100 cho biết mức độ hài lòng của người trả lời, tính theo phương pháp đã nêu"),
    ("Câu trả lời hợp lệ (n)", "câu trả lời chọn một mức của thang; không kể câu bỏ trống và “không áp dụng”"),
    ("Điểm phần trăm", "hiệu của hai số phần trăm; từ 80 % lên 82 % là tăng 2 điểm phần trăm"),
    ("Phúc tra", "hỏi lại một phần người đã trả lời để kiểm tra chất lượng điều tra"),
    ("Phiếu tạm giữ", "phiếu có dấu hiệu cần kiểm tra, ví dụ gửi quá nhanh; được lưu nhưng chưa tính vào chỉ số"),
)

SAMPLE_TERMS = (
    ("Mẫu ngẫu nhiên", "những người được rút ngẫu nhiên từ danh sách đầy đủ, ai cũng có cơ hội được chọn"),
    ("Tầng", "một phần của danh sách, ví dụ hồ sơ của một đơn vị; mẫu được rút riêng ở từng tầng"),
    ("Khoảng tin cậy 95 %", "khoảng mà nếu lặp lại việc rút mẫu nhiều lần thì 95 trong 100 lần chứa giá trị thật"),
    ("Sai số chuẩn", "mức dao động trung bình của chỉ số do chỉ hỏi một mẫu"),
    ("Khoảng hạng", "các thứ hạng mà đơn vị có thể đứng, xét cả sai số chọn mẫu"),
    ("Kiểm định Holm", "cách giữ cho khả năng kết luận nhầm không quá 5 % khi so sánh nhiều đơn vị cùng lúc"),
)


def annexes(facts: Facts) -> tuple[Annex, ...]:
    """All annexes, in order."""
    made = [Annex("Chỉ số hài lòng theo yếu tố của từng đơn vị", (unit_factors(facts),), True, "matrix")]
    units = told(facts)
    if units and len(units) <= MOST_PROFILES:
        made.append(Annex("Kết quả của từng đơn vị", tuple(profiles(facts)), key="profiles"))
    if any(each.stratum for each in facts.fieldwork.sampled):
        made.append(
            Annex("Mẫu và kết quả thu phiếu theo tầng", (sample_table(facts, strata=True),), key="strata-annex")
        )
    made += [
        Annex("Phiếu khảo sát", tuple(form(facts)), key="form"),
        Annex("Phương pháp tính và chất lượng số liệu", tuple(quality(facts)), key="quality"),
        Annex("Giải thích từ ngữ", tuple(glossary(facts)), key="glossary"),
    ]
    return tuple(made)


def profiles(facts: Facts) -> Iterator[Block]:
    """A part for every unit: its index, its factors beside the mean of its block."""
    for block, words in blocks(facts):
        if told(facts, block):
            yield Heading(1, words)
        for unit in told(facts, block):
            yield Heading(2, named(facts, unit.code))
            yield Paragraph(profile_sentence(facts, unit.code, block))
            yield profile_table(facts, unit.code, block)


def profile_sentence(facts: Facts, code: str, block: str) -> str:
    """The unit's index beside its block and the year before."""
    found = of_unit(facts, code)
    said = f"Chỉ số hài lòng: {with_interval(found)}, {whole(found.n)} câu trả lời hợp lệ"
    said += f"; hạng trong khối: {rank_words(found)}" if found.rank_low is not None else ""
    before = moved(found, earlier(facts, "unit", code))
    mean = overall(facts, "block", block)
    said += f"; {before}" if before else ""
    if mean.value is None or found.value is None:
        return f"{said}."
    way = "cao hơn" if found.value > mean.value else "thấp hơn"
    return f"{said}. Chỉ số {way} trung bình khối {numeral(abs(found.value - mean.value))} điểm phần trăm."


def profile_table(facts: Facts, code: str, block: str) -> Table:
    """The unit's factors."""
    columns = [Column("Yếu tố"), Column("n", "whole"), Column("Chỉ số (%)", "number")]
    if facts.sampled:
        columns.append(Column("Khoảng tin cậy 95 %"))
    columns.append(Column("Trung bình khối (%)", "number"))
    if facts.before:
        columns += [Column(f"Năm {facts.before.year} (%)", "number"), Column("Chênh lệch", "change")]
    made = []
    for item, words in [*factors(facts), ("overall", "Chỉ số chung")]:
        found, then = of_unit(facts, code, item), earlier(facts, "unit", code, item)
        cells = [words, found.n or None, found.value]
        if facts.sampled:
            cells.append(interval(found))
        cells.append(figure_at(facts.figures, "block", block, item).value)
        if facts.before:
            both = found.value is not None and then.value is not None
            cells += [then.value, change(found, then).points if both else None]
        made.append(Row(tuple(cells), item == "overall"))
    notes = (HIDDEN,) if any(None in row.cells for row in made) else ()
    return Table(f"Chỉ số theo yếu tố: {named(facts, code)}", tuple(columns), tuple(made), notes, small=True)


def form(facts: Facts) -> Iterator[Block]:
    """The questionnaire, question by question."""
    asked = facts.questionnaire
    yield Paragraph(f"Mã {asked.code}, phiên bản {asked.version}; mã kiểm tra (SHA-256) {facts.sha256}.")
    yield Note(words_of(asked.purpose, "vi"))
    for section in asked.sections:
        yield Heading(1, words_of(section.title, "vi"))
        if section.intro:
            yield Note(words_of(section.intro, "vi"))
        for question in section.questions:
            yield from question_blocks(question)


def question_blocks(question: Question) -> Iterator[Block]:
    """One question with its rows and options."""
    how = TYPES.get(question.type, "")
    yield Paragraph(f"({how})" if how else "", words_of(question.text, "vi"))
    if question.type == "matrix":
        yield Bullets(tuple(f"{words_of(item.text, 'vi')};" for item in question.items))
    options = question.items[0].options if question.items else ()
    if options:
        said = [words_of(each.text, "vi") for each in options]
        na = question.items[0].na
        said += [words_of(na, "vi")] if na else []
        yield Paragraph(f"{'; '.join(said)}.", "Phương án:")


def quality(facts: Facts) -> Iterator[Block]:
    """Formulas, precision, missing answers, and where to work the figures out again."""
    yield Heading(1, "Công thức")
    yield Bullets(tuple(formulas(facts)))
    yield Heading(1, "Độ chính xác")
    if facts.sampled:
        yield Paragraph(
            "Sai số chuẩn tính theo thiết kế mẫu phân tầng, có hiệu chỉnh tổng thể hữu hạn; khoảng tin cậy của tỷ lệ "
            "theo "
            "phương pháp Wilson với cỡ mẫu hiệu dụng và phân vị t."
        )
        yield precision_table(facts)
    else:
        yield Paragraph(words_of(facts.methods.sentences["open"], "vi"))
    yield Heading(1, "Câu bỏ trống, không áp dụng")
    yield missing_table(facts, rated(facts))
    yield Heading(1, "Số liệu được giữ kín")
    yield Paragraph(hidden_sentence(facts))
    yield Heading(1, "Tính lại")
    yield Paragraph(
        f"Phiên bản phương pháp: {facts.methods.version}; cách tính {facts.method.id}, gộp câu hỏi "
        f"{facts.grouping.id}. Bộ "
        "số liệu mở kèm chương trình tính lại được công bố cùng kết quả; bất kỳ ai cũng có thể tính lại từng con số."
    )


def formulas(facts: Facts) -> Iterator[str]:
    """How figures come about, in one line each."""
    yield f"Câu hỏi ({facts.method.id}): {words_of(facts.method.formula, 'vi').strip()}"
    if facts.questionnaire.factors:
        yield f"Yếu tố ({facts.grouping.id}): {words_of(facts.grouping.formula, 'vi').strip()}"
    if facts.sampled:
        yield "Trọng số của phiếu ở tầng h: w = N/r, với N là số hồ sơ của tầng, r là số phiếu hợp lệ thu về."
        yield "Tỷ lệ của đơn vị: R = Σw·a / Σw·b, với a = 1 nếu hài lòng, b = 1 nếu có câu trả lời hợp lệ."
        yield "Phương sai: V = Σ (1 − f)·r/(r − 1)·[Σ(w·u)² − (Σw·u)²/r], với f = r/N, u = (a − R·b)/Σw·b."
        yield "So sánh hai năm: sai số của chênh lệch bằng √(V₁ + V₂)."
        yield "Cỡ mẫu cần có: n = N/(1 + N·e²), e = 5 %, làm tròn lên."


def hidden_sentence(facts: Facts) -> str:
    """How many units have no published index, and why."""
    states = [
        found.state for (scope, _, item, _), found in facts.figures.items() if (scope, item) == ("unit", "overall")
    ]
    few, shut = states.count("flag_small"), states.count("suppressed")
    return (
        f"{whole(few)} đơn vị chỉ nêu số phiếu vì có dưới {facts.small} câu trả lời hoặc sai số quá lớn; "
        f"{whole(shut)} đơn vị "
        f"không nêu số liệu vì có dưới {facts.minimum} người trả lời hoặc để bảo vệ số liệu đã giữ kín. {HIDDEN}"
    )


def glossary(facts: Facts) -> Iterator[Block]:
    """Words of the report; those of samples only where there is one."""
    for word, meaning in TERMS + (SAMPLE_TERMS if facts.sampled else ()):
        yield Paragraph(f"{meaning}.", f"{word}:")
