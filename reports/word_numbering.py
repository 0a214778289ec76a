"""What a template numbers by itself, and headings that begin anew in an annex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.word_marks import Styles

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

COUNTED = ("heading1", "heading2", "bullet", "article", "recipient")


@dataclass(frozen=True, slots=True)
class Numbering:
    """`counted` are our keys of styles that count by themselves; `number` is the numbering of headings here, 0 for the
    style's own."""

    counted: frozenset[str]
    number: int = 0

    def prefix(self, key: str, words: str) -> str:
        """The number to write: none where Word counts by itself."""
        return "" if key in self.counted else f"{words} "


def numbering_of(document: Document, styles: Styles) -> Numbering:
    """Which styles of the template have a numbering."""
    by_id = {style.style_id: style.element for style in document.styles}
    return Numbering(frozenset(key for key in COUNTED if number_of(by_id.get(styles[key]), by_id)))


def number_of(style: BaseOxmlElement | None, by_id: dict[str, BaseOxmlElement]) -> int:
    """The numbering of a style or of the one that it is based on; 0 for none."""
    while style is not None:
        found = style.xpath("./w:pPr/w:numPr/w:numId/@w:val")
        if found:
            return int(found[0])
        base = style.xpath("./w:basedOn/@w:val")
        style = by_id.get(base[0]) if base else None
    return 0


def begun_anew(document: Document, styles: Styles, numbering: Numbering) -> Numbering:
    """The same numbering of headings beginning at I. again."""
    from docx.oxml import parse_xml

    if "heading1" not in numbering.counted:
        return numbering
    by_id = {style.style_id: style.element for style in document.styles}
    root = document.part.numbering_part.element
    own = number_of(by_id[styles["heading1"]], by_id)
    abstract = root.xpath(f"./w:num[@w:numId={own}]/w:abstractNumId/@w:val")[0]
    number = max(int(each) for each in root.xpath("./w:num/@w:numId")) + 1
    levels = "".join(
        f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride>' for level in (0, 1)
    )
    space = f'xmlns:w="{root.nsmap["w"]}"'
    root.append(parse_xml(f'<w:num {space} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{levels}</w:num>'))
    return Numbering(numbering.counted, number)
