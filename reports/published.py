"""The report that goes out with a publication: what was measured, and nothing that an officer has yet to write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reports.books import Book
from reports.letterheads import Letterhead, head, signature
from reports.numerals import short_day
from reports.papers import Block, Contents, Fill, Heading, Note, PageBreak, Paper, Paragraph
from reports.sipas import SUBJECT
from reports.sipas_annexes import annexes
from reports.sipas_book import book as tables
from reports.sipas_material import Facts
from reports.sipas_opening import OPEN, fieldwork, grounds, method
from reports.sipas_results import results

GROUPS = (
    " Riêng các bảng theo nhóm người trả lời được tính từ từng phiếu, nên không tính lại được từ bộ số liệu, vì bộ số "
    "liệu không nêu phiếu nào."
)
CLOSING = "Trên đây là các kết quả đã được công bố."
YEARLY = "sipas"  # the kind of campaign of which the whole report is told; of others, their tables


@dataclass(frozen=True, slots=True)
class Number:
    """Which publication a document belongs to, the local day of it, and why it was made, where it corrects one."""

    number: int
    day: date
    reason: str


def paper(facts: Facts, letterhead: Letterhead, publication: Number) -> Paper:
    """The report: of a SIPAS campaign the chapters that follow from the figures, of another one its tables."""
    yearly = facts.kind == YEARLY
    blocks = yearly_blocks(facts) if yearly else table_blocks(facts, letterhead)
    return Paper(
        head=head(letterhead, "Báo cáo", "BC", subject(facts), publication.day),
        blocks=(*opening(facts, publication), *written(tuple(blocks)), Paragraph(CLOSING)),
        signature=signature(letterhead),
        recipients=letterhead.recipients,
        annexes=tuple(replace(each, blocks=written(each.blocks)) for each in annexes(facts)) if yearly else (),
    )


def book(facts: Facts, letterhead: Letterhead, publication: Number) -> Book:
    """The workbook of the same figures, which says which publication it belongs to."""
    found = tables(facts, letterhead)
    named = ("Công bố", f"số {publication.number}, ngày {short_day(publication.day)}")
    why = (("Lý do", publication.reason),) if publication.reason else ()
    return replace(found, title=subject(facts), facts=(*found.facts[:1], named, *why, *found.facts[1:]))


def subject(facts: Facts) -> str:
    """What the documents are about."""
    return f"{SUBJECT} {facts.year}" if facts.kind == YEARLY else f"Kết quả khảo sát: {facts.title}"


def opening(facts: Facts, publication: Number) -> Iterator[Block]:
    """Which publication it is, and where its figures can be checked."""
    yield Paragraph(
        f"Báo cáo này thuộc công bố số {publication.number}, ngày {short_day(publication.day)}, của đợt "
        f"“{facts.title}” (mã {facts.code}). Các chỉ số đúng bằng bộ số liệu đã công bố; bất kỳ ai cũng tự tính lại "
        f"được bằng chương trình kiểm tra trong bộ số liệu đó.{GROUPS if facts.groups else ''}"
    )
    if publication.reason:
        yield Paragraph(f"{publication.reason.rstrip('.')}.", "Lý do công bố lại:")
    yield Contents()
    yield PageBreak()


def yearly_blocks(facts: Facts) -> Iterator[Block]:
    """Grounds, method, fieldwork and results; judgement and proposals are for whoever signs them."""
    yield from grounds(facts)
    yield from method(facts)
    yield from fieldwork(facts)
    yield from results(facts)


def table_blocks(facts: Facts, letterhead: Letterhead) -> Iterator[Block]:
    """The method, and every table of the workbook."""
    yield from method(facts)
    yield Heading(1, "Kết quả")
    if not facts.sampled:
        yield Note(OPEN, warning=True)
    for leaf in tables(facts, letterhead).leaves:
        yield leaf.table


def written(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks without places to fill in, and without headings under which nothing is left."""
    found: list[Block] = []
    for block in reversed([each for each in blocks if not isinstance(each, Fill)]):
        below = found[-1] if found else None
        if isinstance(block, Heading) and (
            below is None or (isinstance(below, Heading) and below.level <= block.level)
        ):
            continue
        found.append(block)
    return tuple(reversed(found))
