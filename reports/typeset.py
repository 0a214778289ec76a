"""A paper with all its numbers set: headings, tables and annexes counted, figures in Vietnamese, mentions filled in.

Word and print both lay out what stands here, so that they say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from reports import decree
from reports.columns import header, widths
from reports.drawn import drawn
from reports.nodes import (
    Node,
    SetAnnex,
    SetBreak,
    SetChart,
    SetContents,
    SetFoot,
    SetHead,
    SetHeading,
    SetRow,
    SetTable,
    SetText,
    Sheet,
)
from reports.numerals import NONE, lettered, numeral, roman, short_day
from reports.papers import (
    END,
    MENTION,
    Article,
    Band,
    Basis,
    Block,
    Bullets,
    Cell,
    Centred,
    Column,
    Contents,
    Fill,
    Heading,
    Note,
    PageBreak,
    Paper,
    Paragraph,
    Row,
    Table,
)
from reports.pictures import Chart
from reports.plain import plain

TO_FILL = "Cần điền:"
MENTIONED = re.compile(f"{MENTION}([^{END}]*){END}")
LANDSCAPE = decree.MM["height"] - decree.MM["left"] - decree.MM["right"]
PORTRAIT = decree.MM["width"] - decree.MM["left"] - decree.MM["right"]


@dataclass(slots=True)
class Count:
    """What was counted so far."""

    names: Mapping[str, str]
    tables: int = 0
    charts: int = 0
    articles: int = 0
    headings: list[int] = field(default_factory=lambda: [0, 0, 0])


def typeset(paper: Paper) -> Sheet:
    """The paper with everything numbered and worded."""
    count = Count(named(paper))
    many = len(paper.annexes) > 1
    head = head_of(paper)
    return Sheet(
        title=f"{plain(paper.head.kind)}: {head.summary}" if head.kind else head.summary,
        author=plain(paper.head.body),
        day=paper.head.day,
        head=head,
        nodes=signed(tuple(nodes(paper.blocks, count, PORTRAIT))),
        foot=SetFoot(
            tuple(plain(line).upper() for line in paper.signature.authority),
            plain(paper.signature.name),
            decree.closed(tuple(plain(line) for line in paper.recipients)),
        ),
        annexes=tuple(annexes(paper, count, many)),
    )


def head_of(paper: Paper) -> SetHead:
    """The letterhead."""
    head = paper.head
    body, kind, summary = decree.body_lines(clean_lines(head.body)), plain(head.kind).upper(), plain(head.summary)
    title = decree.wraps(summary, decree.PT["title"], PORTRAIT - 2 * decree.MM["indent"])
    return SetHead(
        superior=decree.body_lines(clean_lines(head.superior)) if head.superior.strip() else (),
        body=body,
        body_rule=decree.rule(body, decree.PT["body_name"], decree.MM["left_part"]),
        number=plain(decree.number_line(head)),
        day=plain(decree.day_line(head)),
        kind=kind,
        summary=summary,
        summary_rule=decree.rule(title, decree.PT["title"], PORTRAIT),
        to=tuple(plain(name) for name in head.to) if len(head.to) < 2 else decree.closed(tuple(map(plain, head.to))),
        draft=decree.DRAFT if head.draft else "",
    )


def annexes(paper: Paper, count: Count, many: bool) -> Iterator[SetAnnex]:
    """Every annex; only several are numbered."""
    for place, annex in enumerate(paper.annexes, 1):
        count.headings = [0, 0, 0]
        room = LANDSCAPE if annex.landscape else PORTRAIT
        yield SetAnnex(
            annex_name(place, many),
            plain(annex.title).upper(),
            plain(decree.belongs_to(paper)),
            annex.landscape,
            tuple(nodes(annex.blocks, count, room)),
        )


def annex_name(place: int, many: bool) -> str:
    """ "Phụ lục I", or "Phụ lục" where there is only one."""
    return f"Phụ lục {roman(place)}" if many else "Phụ lục"


def named(paper: Paper) -> dict[str, str]:
    """Key → the name under which text mentions a table, chart or annex."""
    found: dict[str, str] = {}
    tables = charts = 0
    for block in [*paper.blocks, *(block for annex in paper.annexes for block in annex.blocks)]:
        if isinstance(block, Table):
            tables += 1
            found[block.key] = f"Bảng {tables}"
        elif isinstance(block, Chart):
            charts += 1
            found[block.key] = f"Biểu đồ {charts}"
    for place, annex in enumerate(paper.annexes, 1):
        found[annex.key] = annex_name(place, len(paper.annexes) > 1)
    return {key: name.replace(" ", "\u00a0") for key, name in found.items() if key}


def nodes(blocks: tuple[Block, ...], count: Count, room: float) -> Iterator[Node]:
    """What stands on the pages, in order."""
    for block in blocks:
        match block:
            case Heading():
                yield heading(block, count)
            case Paragraph():
                yield SetText("body", words(block.text, count), words(block.lead, count))
            case Bullets() | Basis():
                yield from several(block, count)
            case Centred():
                yield SetText("centred", words(block.text, count))
            case Article():
                count.articles += 1
                yield SetText("article", words(block.text, count), f"Điều {count.articles}.")
            case Note():
                yield SetText("warning" if block.warning else "note", words(block.text, count))
            case Fill():
                yield SetText("fill", words(block.text, count), TO_FILL)
            case Table():
                yield table(block, count, room)
            case Chart():
                yield chart(block, count)
            case PageBreak():
                yield SetBreak()
            case Contents():
                yield SetContents(plain(block.title))


def several(block: Bullets | Basis, count: Count) -> Iterator[SetText]:
    """The paragraphs of a list, or of the grounds of a decision with their marks."""
    style = "bullet" if isinstance(block, Bullets) else "basis"
    items = tuple(words(item, count) for item in block.items)
    for item in decree.closed(items) if style == "basis" else items:
        yield SetText(style, item)


def heading(block: Heading, count: Count) -> SetHeading:
    """The heading with the next number of its level."""
    at = block.level - 1
    count.headings = [*count.headings[:at], count.headings[at] + 1, *[0] * (2 - at)]
    number = count.headings[at]
    printed = (f"{roman(number)}.", f"{number}.", f"{lettered(number)})")[at]
    return SetHeading(block.level, printed, words(block.text, count))


def table(block: Table, count: Count, room: float) -> SetTable:
    """The table with its cells as they are printed."""
    count.tables += 1
    size = decree.PT["cell_small" if block.small else "cell"]
    columns = tuple(replace(each, title=plain(each.title), group=plain(each.group)) for each in block.columns)
    rows = tuple(row(each, columns, count) for each in block.rows if each != Band(""))
    cells = [each.cells for each in rows if each.kind != "band"]
    return SetTable(
        number=f"Bảng {count.tables}",
        caption=words(block.caption, count),
        right=tuple(column.kind not in ("text", "day") for column in columns),
        widths=tuple(round(each, 3) for each in widths(columns, cells, size, room / 25.4 * 72)),
        header=header(columns),
        rows=rows,
        notes=tuple(words(note, count) for note in block.notes),
        small=block.small,
    )


def row(block: Row | Band, columns: tuple[Column, ...], count: Count) -> SetRow:
    """A row with its figures in Vietnamese."""
    if isinstance(block, Band):
        return SetRow("band", (words(block.text, count),))
    cells = tuple(printed(cell, column) for cell, column in zip(block.cells, columns, strict=True))
    return SetRow("strong" if block.strong else "plain", cells)


def printed(cell: Cell, column: Column) -> str:
    """A cell as its column prints it.

    >>> printed(81.456, Column("Chỉ số", "number")), printed(1204, Column("Số phiếu", "whole"))
    ('81,46', '1.204')
    """
    if cell is None:
        return NONE
    if isinstance(cell, str):
        return plain(cell)
    if isinstance(cell, date):
        return short_day(cell)
    if column.kind == "text":
        return numeral(cell, 0 if isinstance(cell, int) else column.decimals)
    value = Decimal(cell) if isinstance(cell, int) else cell
    return numeral(value, 0 if column.kind == "whole" else column.decimals, signed=column.kind == "change")


def chart(block: Chart, count: Count) -> SetChart:
    """The chart with its number."""
    count.charts += 1
    return SetChart(
        f"Biểu đồ {count.charts}",
        words(block.caption, count),
        words(block.alternative, count),
        drawn(block.picture),
        tuple(words(note, count) for note in block.notes),
    )


def signed(found: tuple[Node, ...]) -> tuple[Node, ...]:
    """The nodes of the main part, the last of them with the end mark and kept by the signature."""
    last = found[-1] if found else None
    if isinstance(last, SetText) and last.style not in ("note", "warning", "fill", "centred"):
        return (*found[:-1], SetText(last.style, decree.ended(last.text), last.lead, last=True))
    return (*found, SetText("body", decree.ENDED, last=True))


def words(text: str, count: Count) -> str:
    """The text cleaned, with the names of what it mentions."""
    parts = MENTIONED.split(text)
    return plain("".join(count.names.get(part, part) if at % 2 else part for at, part in enumerate(parts)))


def clean_lines(text: str) -> str:
    """The lines of a name, each cleaned."""
    return "\n".join(plain(line) for line in text.split("\n"))
