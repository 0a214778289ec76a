"""The yearly report on satisfaction with public administration (SIPAS), as an official paper."""

from __future__ import annotations

from reports.letterheads import Letterhead, head, signature
from reports.papers import Block, Contents, Note, PageBreak, Paper, Paragraph
from reports.sipas_annexes import annexes
from reports.sipas_judgement import judgement, proposals
from reports.sipas_material import Facts
from reports.sipas_opening import fieldwork, grounds, method
from reports.sipas_results import results

SUBJECT = "Kết quả đo lường mức độ hài lòng về sự phục vụ hành chính năm"


UNFINISHED = "Đợt đo lường chưa kết thúc: số liệu trong báo cáo là tạm tính và còn thay đổi."


def unfinished(facts: Facts) -> tuple[Note, ...]:
    """That answers still come in."""
    return (Note(UNFINISHED, warning=True),) if facts.state == "open" else ()


def paper(facts: Facts, letterhead: Letterhead) -> Paper:
    """The report that the head of Home Affairs signs, with its annexes; number and day are left to the registry."""
    blocks: tuple[Block, ...] = (
        Paragraph(
            f"{letterhead.body} báo cáo {letterhead.report_to} {SUBJECT[:1].lower()}{SUBJECT[1:]} {facts.year} của "
            "các cơ "
            "quan, đơn vị, địa phương như sau:"
        ),
        *unfinished(facts),
        Contents(),
        PageBreak(),
        *grounds(facts),
        *method(facts),
        *fieldwork(facts),
        *results(facts),
        *judgement(facts),
        *proposals(facts, letterhead),
    )
    return Paper(
        head=head(letterhead, "Báo cáo", "BC", f"{SUBJECT} {facts.year}", None),
        blocks=blocks,
        signature=signature(letterhead),
        recipients=letterhead.recipients,
        annexes=annexes(facts),
    )
