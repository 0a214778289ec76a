"""Headings of a Word document and the list of them; its page numbers come from print, whose pages are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.nodes import Node, SetHeading, Sheet
from reports.word_marks import FIELD_END, Styles, field, field_start, paragraph, run, twips

INSTRUCTION = 'TOC \\o "1-2" \\h \\z \\u'


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: its level, words, page and the mark where it leads."""

    level: int
    words: str
    page: str
    mark: str


def entries(sheet: Sheet, pages: Sequence[str]) -> list[Entry]:
    """A line for every heading of levels 1 and 2 and every annex, in the order of print's pages."""
    return [
        Entry(level, words, page, f"_Toc{at:05d}")
        for at, ((level, words), page) in enumerate(zip(titles(sheet), pages, strict=True))
        if level < 3
    ]


def titles(sheet: Sheet) -> Iterator[tuple[int, str]]:
    """Level and words of every heading, annexes included, in order."""
    yield from inner(sheet.nodes)
    for annex in sheet.annexes:
        yield 1, f"{annex.number}. {annex.title}"
        yield from inner(annex.nodes)


def inner(nodes: Sequence[Node]) -> Iterator[tuple[int, str]]:
    """The same of one part."""
    for node in nodes:
        if isinstance(node, SetHeading):
            yield node.level, f"{node.number} {node.text.upper() if node.level == 1 else node.text}"


def marked(number: int, content: str) -> str:
    """Words that a line of the list leads to."""
    mark = f'w:id="{number}"'
    return f'<w:bookmarkStart {mark} w:name="_Toc{number:05d}"/>{content}<w:bookmarkEnd {mark}/>'


def contents(title: str, found: Sequence[Entry], styles: Styles, room_mm: float) -> str:
    """The list as a field of Word, already filled in."""
    made = paragraph(styles["contents"], run(title))
    tabs = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{twips(room_mm)}"/></w:tabs>'
    for at, entry in enumerate(found):
        start = field_start(INSTRUCTION) if at == 0 else ""
        end = FIELD_END if at == len(found) - 1 else ""
        page = field(f"PAGEREF {entry.mark} \\h", entry.page)
        line = f"{run(entry.words)}<w:r><w:tab/></w:r>{page}"
        link = f'<w:hyperlink w:anchor="{entry.mark}" w:history="1">{line}</w:hyperlink>'
        made += paragraph(styles[f"contents{entry.level}"], f"{start}{link}{end}", tabs)
    return made
