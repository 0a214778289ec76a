"""Headings of a Word document and the list of them; its page numbers come from print, whose pages are the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.nodes import Node, SetHeading, Sheet
from reports.word_marks import FIELD_END, Styles, field, field_start, paragraph, run, twips

BODY = "ThanVanBan"  # the part that Word's list is made of: numbers begin anew in an annex
INSTRUCTION = f'TOC \\o "1-2" \\h \\z \\b {BODY}'


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: its level, words, page, the mark where it leads, and whether it is an annex."""

    level: int
    words: str
    page: str
    mark: str
    annex: bool


def entries(sheet: Sheet, pages: Sequence[str]) -> list[Entry]:
    """A line for every heading of levels 1 and 2 of the body, and for every annex."""
    return [
        Entry(level, words, page, f"_Toc{at:05d}", annex)
        for at, ((level, words, annex), page) in enumerate(zip(titles(sheet), pages, strict=True))
        if 0 < level < 3
    ]


def titles(sheet: Sheet) -> Iterator[tuple[int, str, bool]]:
    """Level and words of every heading in order, and whether it is that of an annex; level 0 for those inside one."""
    yield from ((level, words, False) for level, words in inner(sheet.nodes))
    for annex in sheet.annexes:
        yield 1, f"{annex.number}. {annex.title}", True
        yield from ((0, words, False) for _, words in inner(annex.nodes))


def inner(nodes: Sequence[Node]) -> Iterator[tuple[int, str]]:
    """Level and words of the headings of one part."""
    for node in nodes:
        if isinstance(node, SetHeading):
            yield node.level, f"{node.number} {node.text.upper() if node.level == 1 else node.text}"


def marked(number: int, content: str, name: str = "") -> str:
    """Words, or whole paragraphs, that a field or a line of the list names."""
    mark = f'w:id="{number}"'
    return f'<w:bookmarkStart {mark} w:name="{name or f"_Toc{number:05d}"}"/>{content}<w:bookmarkEnd {mark}/>'


def contents(title: str, found: Sequence[Entry], styles: Styles, room_mm: float) -> str:
    """The list as a field of Word, already filled in; the annexes stand under it."""
    made = paragraph(styles["contents"], run(title))
    body = [entry for entry in found if not entry.annex]
    for at, entry in enumerate(found):
        start = field_start(INSTRUCTION) if at == 0 and body else ""
        end = FIELD_END if at == len(body) - 1 else ""
        made += paragraph(styles[f"contents{entry.level}"], start + line(entry) + end, tab(room_mm))
    return made


def line(entry: Entry) -> str:
    """Words, dots and page, which lead to the heading."""
    words = f"{run(entry.words)}<w:r><w:tab/></w:r>" + field(f"PAGEREF {entry.mark} \\h", entry.page)
    return f'<w:hyperlink w:anchor="{entry.mark}" w:history="1">{words}</w:hyperlink>'


def tab(room_mm: float) -> str:
    """Dots up to the right margin."""
    return f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{twips(room_mm)}"/></w:tabs>'
