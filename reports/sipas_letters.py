"""The letter that each unit receives: its own result beside the others, what to keep, what to remedy and by when."""

from __future__ import annotations

from collections.abc import Iterator

from reports.letterheads import Letterhead, signature
from reports.names import words_of
from reports.papers import Block, Bullets, Head, Paper, Paragraph
from reports.sipas import unfinished
from reports.sipas_annexes import profile_table
from reports.sipas_charts import profile
from reports.sipas_material import Facts, blocks, earlier, figure_at, named, of_unit, overall, rated, told
from reports.sipas_opening import OPEN, ended
from reports.sipas_words import lower, moved, percent, rank_words, whole, with_interval

NAMED = 3  # strongest and weakest questions
SUBJECT = "Thông báo kết quả đo lường mức độ hài lòng về sự phục vụ hành chính năm"


def letters(facts: Facts, letterhead: Letterhead) -> dict[str, Paper]:
    """Unit → its letter, for every unit whose index may be told; others have nothing to be told of."""
    return {unit.code: letter(facts, letterhead, unit.code) for unit in told(facts)}


def letter(facts: Facts, letterhead: Letterhead, code: str) -> Paper:
    """The letter of one unit."""
    room = f"-{facts.wording.letter_room}" if facts.wording.letter_room else ""
    return Paper(
        head=Head(
            superior=letterhead.superior,
            body=letterhead.body,
            sign=f"{letterhead.mark}{room}",
            place=letterhead.place,
            kind="",
            summary=f"{SUBJECT[:1].lower()}{SUBJECT[1:]} {facts.year}",
            to=(named(facts, code),),
        ),
        blocks=(*unfinished(facts), *body(facts, letterhead, code)),
        signature=signature(letterhead),
        recipients=facts.wording.letter_recipients,
    )


def body(facts: Facts, letterhead: Letterhead, code: str) -> Iterator[Block]:
    """What the letter says."""
    block = facts.units[code].block
    yield Paragraph(
        f"{letterhead.body} thông báo kết quả đo lường mức độ hài lòng của người dân, tổ chức đối với sự phục vụ hành "
        f"chính năm {facts.year} của quý cơ quan như sau:"
    )
    yield Paragraph(own(facts, code, block), "1. Kết quả chung.")
    yield profile_table(facts, code, block)
    yield profile(facts, code, block)
    high, low = extremes(facts, code)
    if high:
        yield Paragraph("Những nội dung được hài lòng nhất:", "2. Điểm mạnh.")
        yield Bullets(ended(tuple(high)))
        yield Paragraph("Những nội dung ít được hài lòng nhất:", "3. Nội dung cần cải thiện.")
        yield Bullets(ended(tuple(low)))
    yield Paragraph(
        f"Đề nghị quý cơ quan phân tích kết quả, xây dựng kế hoạch khắc phục (nêu rõ việc làm, người chịu trách "
        "nhiệm, thời "
        f"hạn) và gửi {letterhead.body} trong thời hạn {facts.wording.remedy_days} ngày kể từ ngày ký công văn này. "
        "Kết quả "
        "khắc phục sẽ được theo dõi trong đợt đo lường tiếp theo. Đề nghị không tìm cách xác định người đã trả lời"
    )


def own(facts: Facts, code: str, block: str) -> str:
    """The unit's index beside its block and the province."""
    found, mean = of_unit(facts, code), overall(facts, "block", block)
    name = dict(blocks(facts))[block]
    said = [f"Chỉ số hài lòng là {with_interval(found)}, tính trên {whole(found.n)} câu trả lời hợp lệ."]
    whole_mean = overall(facts, "province", "province")
    if mean.value is not None and whole_mean.value is not None:
        said.append(
            f"Trung bình của khối {lower(name)} là {percent(mean.value)}; trung bình của tỉnh là "
            f"{with_interval(whole_mean)}."
        )
    if found.rank_low is not None:
        said.append(f"Xét cả sai số chọn mẫu, hạng trong khối: {rank_words(found)}.")
    before = moved(found, earlier(facts, "unit", code))
    if before:
        said.append(f"Chỉ số {before}.")
    if not facts.sampled:
        said.append(OPEN)
    return " ".join(said)


def extremes(facts: Facts, code: str) -> tuple[list[str], list[str]]:
    """The unit's strongest and weakest questions with the mean of its block; none where there are too few to tell."""
    block = facts.units[code].block
    found = []
    for item in rated(facts):
        mine = of_unit(facts, code, f"question:{item.code}").value
        mean = figure_at(facts.figures, "block", block, f"question:{item.code}").value
        if mine is not None:
            beside = f", trung bình khối {percent(mean)}" if mean is not None else ""
            found.append((mine, f"{words_of(item.text, 'vi')}: {percent(mine)}{beside}"))
    ordered = [words for _, words in sorted(found, reverse=True)]
    if len(ordered) < 2 * NAMED:
        return (ordered[:1], ordered[-1:]) if len(ordered) > 1 else ([], [])
    return ordered[:NAMED], ordered[::-1][:NAMED]
