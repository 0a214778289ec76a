"""A paper as DOCX: text put into a template whose styles are the decree's, so that an officer goes on in Word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.nodes import Node, SetAnnex, SetBreak, SetChart, SetContents, SetHeading, SetTable, SetText, Sheet
from reports.papers import Paper
from reports.print import Shot, chart_shots, heading_pages
from reports.typeset import LANDSCAPE, PORTRAIT, typeset
from reports.word_contents import BODY, Entry, contents, entries, marked
from reports.word_files import filled, opened, pictures_in, saved, section_end
from reports.word_frames import annex_head, foot, letterhead
from reports.word_marks import KEPT, Styles, paragraph, picture, run
from reports.word_numbering import Numbering, begun_anew, numbering_of
from reports.word_styles import SHIPPED, styles_of
from reports.word_tables import grid, numbered

WHOLE = 1_000_000  # the number of the mark around the body
BREAK = "<w:pageBreakBefore/>"


@dataclass(slots=True)
class Desk:
    """What is at hand while a document is laid out; the counts go on through all of it."""

    styles: Styles
    numbering: Numbering
    pictures: Iterator[tuple[str, Shot]]
    listed: Sequence[Entry]
    room: float = PORTRAIT
    headings: int = 0
    drawn: int = 0


def word(paper: Paper, template: Path | None = None) -> bytes:
    """The document as DOCX, on our template or on the province's own.

    Raises TemplateError for a template that cannot be opened or that lacks styles, with the names of all of them.
    """
    sheet = typeset(paper)
    document = opened(template or SHIPPED)
    styles = styles_of(document)
    pictures = pictures_in(document, chart_shots(charts_of(sheet)))
    desk = Desk(styles, numbering_of(document, styles), iter(pictures), listed(sheet))
    main = marked(WHOLE, laid(sheet.nodes, desk), BODY)
    parts = [letterhead(sheet.head, styles), main, foot(sheet.foot, styles, desk.numbering)]
    landscape = False
    for annex in sheet.annexes:
        parts.append(section_end(document, styles["gap"], landscape=landscape, anew=len(parts) > 3))
        landscape = annex.landscape
        desk.room = room_of(annex)
        desk.numbering = begun_anew(document, styles, desk.numbering)
        parts += [annex_title(annex, desk), laid(annex.nodes, desk)]
    parts.append("" if sheet.annexes else paragraph(styles["gap"], ""))  # Word wants a paragraph after the last table
    filled(document, "".join(parts), landscape=landscape, anew=bool(sheet.annexes))
    return saved(document, sheet)


def listed(sheet: Sheet) -> list[Entry]:
    """The lines of the list of headings, where there is one."""
    wanted = any(isinstance(node, SetContents) for node in sheet.nodes)
    return entries(sheet, heading_pages(sheet)) if wanted else []


def room_of(annex: SetAnnex) -> float:
    """The width of its text in millimetres."""
    return LANDSCAPE if annex.landscape else PORTRAIT


def charts_of(sheet: Sheet) -> list[tuple[SetChart, float]]:
    """Every chart with the room that it has, in order."""
    parts = [(sheet.nodes, PORTRAIT), *((annex.nodes, room_of(annex)) for annex in sheet.annexes)]
    return [(node, room) for nodes, room in parts for node in nodes if isinstance(node, SetChart)]


def laid(nodes: Sequence[Node], desk: Desk) -> str:
    """The nodes one after another; one that follows a page break begins the page itself."""
    return "".join(LAYERS[type(node)](node, desk) for node in nodes)


def text(node: Node, desk: Desk) -> str:
    """A paragraph; the last one stays on the page of the signature."""
    assert isinstance(node, SetText)
    lead = "" if node.style == "article" and "article" in desk.numbering.counted else node.lead
    dash = desk.numbering.prefix("bullet", "-") if node.style == "bullet" else ""
    words = run(f"{lead} " if lead else "", desk.styles["strong"]) + run(dash + node.text)
    return paragraph(desk.styles[node.style], words, KEPT if node.last else "")


def heading(node: Node, desk: Desk) -> str:
    """A heading with its number, that of Word where the template counts."""
    assert isinstance(node, SetHeading)
    key = f"heading{node.level}"
    number = desk.numbering.prefix(key, node.number)
    own = desk.numbering.number if key in desk.numbering.counted else 0
    extra = f'<w:numPr><w:ilvl w:val="{node.level - 1}"/><w:numId w:val="{own}"/></w:numPr>' if own else ""
    desk.headings += 1
    return paragraph(desk.styles[key], marked(desk.headings - 1, run(number + node.text)), extra)


def annex_title(annex: SetAnnex, desk: Desk) -> str:
    """The beginning of an annex, which the list of headings leads to."""
    desk.headings += 1
    return annex_head(annex, desk.styles, desk.headings - 1)


def table(node: Node, desk: Desk) -> str:
    """A table with its title and notes."""
    assert isinstance(node, SetTable)
    return grid(node, desk.styles, desk.room)


def chart(node: Node, desk: Desk) -> str:
    """A chart as a picture, with its title under it."""
    assert isinstance(node, SetChart)
    relation, shot = next(desk.pictures)
    desk.drawn += 1
    drawing = picture(relation, desk.drawn, shot.width, shot.height, node.alternative)
    notes = "".join(paragraph(desk.styles["table_note"], run(note)) for note in node.notes)
    title = numbered(desk.styles["chart_caption"], node.number, node.caption)
    return paragraph(desk.styles["chart"], drawing) + title + notes


def page_break(node: Node, desk: Desk) -> str:
    """A new page."""
    return paragraph(desk.styles["gap"], "", BREAK)


def contents_list(node: Node, desk: Desk) -> str:
    """The list of headings."""
    assert isinstance(node, SetContents)
    return contents(node.title, desk.listed, desk.styles, desk.room)


LAYERS: dict[type[Node], Callable[[Node, Desk], str]] = {
    SetText: text,
    SetHeading: heading,
    SetTable: table,
    SetChart: chart,
    SetBreak: page_break,
    SetContents: contents_list,
}
