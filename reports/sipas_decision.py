"""The decision that publishes the results with its annexes, as a draft; and half a page for the press."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reports.letterheads import Letterhead, signature
from reports.numerals import numeral
from reports.papers import (
    Annex,
    Article,
    Basis,
    Block,
    Bullets,
    Centred,
    Fill,
    Head,
    Note,
    Paper,
    Paragraph,
    Signature,
    mention,
)
from reports.sipas import unfinished
from reports.sipas_material import PROVINCE, Facts, blocks, earlier, factors, of_province, of_unit, overall, short, told
from reports.sipas_opening import OPEN, ended
from reports.sipas_tables import ranking, unit_factors
from reports.sipas_words import listed, moved, percent, quoted, whole

SUBJECT = "công bố kết quả đo lường mức độ hài lòng về sự phục vụ hành chính năm"


def decision(facts: Facts, letterhead: Letterhead) -> Paper:
    """The Chairman's decision as a draft, with T1 and T2 as annexes."""
    superior = letterhead.superior or letterhead.body
    where = superior.split(" tỉnh ")[-1]
    chair = f"{facts.wording.decision_head} {superior}"
    return Paper(
        head=Head(
            superior="",
            body=superior,
            sign=facts.wording.decision_sign,
            place=letterhead.place,
            kind="Quyết định",
            summary=f"Về việc {SUBJECT} {facts.year}" + (f" tỉnh {where}" if where != superior else ""),
            draft=True,
        ),
        blocks=(*unfinished(facts), *articles(facts, letterhead, chair)),
        signature=Signature(facts.wording.decision_authority),
        recipients=facts.wording.decision_recipients,
        annexes=(
            Annex("Kết quả của các cơ quan, đơn vị, địa phương", (ranking(facts),), key="decision-ranking"),
            Annex("Kết quả theo yếu tố của từng đơn vị", (unit_factors(facts),), True, "decision-factors"),
        ),
    )


def articles(facts: Facts, letterhead: Letterhead, chair: str) -> Iterator[Block]:
    """Grounds and articles."""
    yield Centred(chair.upper())
    yield Basis(tuple(f"Căn cứ {each}" for each in (*facts.wording.decision_grounds, *facts.wording.grounds)))
    if not facts.wording.grounds:
        yield Fill(f"căn cứ là kế hoạch đo lường của năm {facts.year} (số, ngày, cơ quan ban hành).")
    yield Basis((f"Theo đề nghị của Giám đốc {letterhead.body}",))
    yield Centred("QUYẾT ĐỊNH:")
    found = overall(facts, PROVINCE, PROVINCE)
    index = f" Chỉ số hài lòng chung của tỉnh là {percent(found.value)}." if found.value is not None else ""
    yield Article(
        f"Công bố kết quả đo lường mức độ hài lòng về sự phục vụ hành chính năm {facts.year} của các cơ quan, đơn "
        "vị, địa "
        f"phương tại {mention('decision-ranking')} và {mention('decision-factors')} kèm theo Quyết định này.{index}"
    )
    yield Article(
        "Các cơ quan, đơn vị, địa phương căn cứ kết quả được công bố, xây dựng và thực hiện kế hoạch khắc phục hạn "
        "chế, gửi "
        f"{letterhead.body} trong thời hạn {facts.wording.remedy_days} ngày kể từ ngày Quyết định này có hiệu lực. "
        f"{letterhead.body} theo dõi, tổng hợp việc sử dụng kết quả, báo cáo {letterhead.report_to}."
    )
    yield Article(
        f"Quyết định này có hiệu lực kể từ ngày ký. Chánh Văn phòng {letterhead.report_to}, Giám đốc "
        f"{letterhead.body}, Thủ "
        "trưởng các cơ quan, đơn vị, địa phương và các tổ chức, cá nhân có liên quan chịu trách nhiệm thi hành Quyết "
        "định này"
    )


def press(facts: Facts, letterhead: Letterhead) -> Paper:
    """What the press is told: half a page, plain words, how sure it is."""
    return Paper(
        head=Head(
            superior=letterhead.superior,
            body=letterhead.body,
            sign=f"TCBC-{letterhead.mark}",
            place=letterhead.place,
            kind="Thông cáo báo chí",
            summary=f"Kết quả đo lường mức độ hài lòng về sự phục vụ hành chính năm {facts.year}",
        ),
        blocks=(*unfinished(facts), *news(facts)),
        signature=replace(signature(letterhead)),
        recipients=("Các cơ quan báo chí", *letterhead.recipients[-1:]),
    )


def news(facts: Facts) -> Iterator[Block]:
    """The text."""
    found = overall(facts, PROVINCE, PROVINCE)
    if found.value is None:
        yield Note("Chưa có đủ phiếu để công bố chỉ số hài lòng chung của tỉnh.", warning=True)
        return
    yield Paragraph(plain_index(facts))
    yield Bullets(ended(tuple(news_points(facts))))
    if facts.sampled:
        yield Paragraph(
            "Kết quả tính từ một mẫu ngẫu nhiên nên có sai số: hai cơ quan có chỉ số gần nhau chưa chắc hơn kém "
            "nhau, vì vậy "
            "thứ hạng được công bố dưới dạng khoảng."
        )
    else:
        yield Paragraph(OPEN)
    yield Paragraph(
        "Toàn bộ số liệu và chương trình tính lại được công bố kèm theo; không ai nhận ra được người đã trả lời"
    )


def plain_index(facts: Facts) -> str:
    """The one figure in words that everybody understands."""
    found, counts = overall(facts, PROVINCE, PROVINCE), facts.answers
    who = f"{whole(counts.valid)} người dân, đại diện tổ chức"
    way = "được chọn ngẫu nhiên" if facts.sampled else "tự nguyện trả lời"
    if facts.method.measure == "satisfied_share":
        said = f"Cứ 100 câu trả lời thì có khoảng {numeral(found.value, 0)} câu là hài lòng hoặc rất hài lòng"
    else:
        said = f"Mức hài lòng trung bình quy về thang 100 là {numeral(found.value, 0)}"
    sure = ""
    if found.low is not None and found.high is not None and found.low != found.high:
        sure = f" (với độ tin cậy 95\u00a0%, con số thật từ {numeral(found.low, 1)} đến {numeral(found.high, 1)})"
    change = moved(found, earlier(facts, PROVINCE, PROVINCE))
    return (
        f"{said}{sure}. Đó là kết quả hỏi {who} {way} về sự phục vụ của {whole(len(told(facts)))} cơ quan trong tỉnh "
        "năm "
        f"{facts.year}. Chỉ số chung là {percent(found.value)}{', ' + change if change else ''}."
    )


def news_points(facts: Facts) -> Iterator[str]:
    """What people are most and least content with, and the first and last units as far as can be told."""
    ordered = sorted(
        ((value, words) for item, words in factors(facts) if (value := of_province(facts, item).value) is not None),
        reverse=True,
    )
    if len(ordered) > 1:
        yield (
            f"Hài lòng nhất: {quoted(ordered[0][1])} ({percent(ordered[0][0], 1)}); ít hài lòng nhất: "
            f"{quoted(ordered[-1][1])} ({percent(ordered[-1][0], 1)})"
        )
    for block, words in blocks(facts):
        units = [(short(facts, unit.code), of_unit(facts, unit.code)) for unit in told(facts, block)]
        if len(units) < 3:
            continue
        first = [name for name, each in units if each.rank_low == 1] if facts.sampled else [units[0][0]]
        place = "có chỉ số cao nhất" if len(first) == 1 else "thuộc nhóm dẫn đầu, chưa phân định được hơn kém"
        some = listed(first[:4]) + (f" và {whole(len(first) - 4)} cơ quan khác" if len(first) > 4 else "")
        yield f"{words}: {some} {place}"
