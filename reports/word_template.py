"""Builds the Word template that we ship: `python -m reports.word_template [FILE]`.

Every look that the decree asks for is a style, a header or a numbering of this file; a document puts text into them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reports.decree import MM, PT
from reports.word_files import packed
from reports.word_looks import ARTICLES, BULLETS, HEADINGS, LOOKS, Look
from reports.word_marks import SPACES, twips
from reports.word_styles import CHARACTERS, PARAGRAPHS, SHIPPED, TABLES

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section

FONT = "Times New Roman"
NAMESPACE = f'xmlns:w="{SPACES["w"]}"'
LANGUAGE = '<w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/>'
FONTS = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
OWN = {f"heading{level}": f"Heading{level}" for level in (1, 2, 3)} | {f"contents{at}": f"TOC{at}" for at in (1, 2)}
WORDS_OWN = {"Normal", "Header", "Caption", *OWN.values()}
NEEDLESS = ("stylesWithEffects", "thumbnail", "customXml", "webSettings", "theme", "fontTable")


def build(path: Path) -> None:
    """Write the template."""
    import docx

    document = docx.Document()
    strip(document)
    refill(document.styles.element, styles())
    refill(document.part.numbering_part.element, numberings())
    refill(document.settings.element, settings())
    page(document.sections[0])
    document.core_properties.title = "Mẫu văn bản hành chính"
    document.core_properties.author = ""
    document.core_properties.comments = "Nghị định 30/2020/NĐ-CP; các kiểu (styles) trong tệp này không được đổi tên."
    document.core_properties.language = "vi-VN"
    path.write_bytes(packed(document))


def strip(document: Document) -> None:
    """Leave out what the library's own template brings and this one does not need."""
    for relations in (document.part.rels, document.part.package.rels):
        for key in [key for key, each in relations.items() if any(word in each.reltype for word in NEEDLESS)]:
            del relations[key]
    for paragraph in list(document.paragraphs):
        paragraph._element.getparent().remove(paragraph._element)


def refill(element: object, xml: str) -> None:
    """Put other children into a part's root element."""
    from docx.oxml import parse_xml

    root = parse_xml(xml)
    element[:] = root[:]  # type: ignore[index]  # lxml's elements have no types here


def page(section: Section) -> None:
    """The decree's page; its number in the middle of the top margin, none on the first."""
    from docx.oxml import parse_xml
    from docx.shared import Mm

    section.page_width, section.page_height = Mm(MM["width"]), Mm(MM["height"])
    section.top_margin, section.bottom_margin = Mm(MM["top"]), Mm(MM["bottom"])
    section.left_margin, section.right_margin = Mm(MM["left"]), Mm(MM["right"])
    section.header_distance = section.footer_distance = Mm(MM["number"])
    section.different_first_page_header_footer = True
    section.first_page_header.is_linked_to_previous = False
    header = section.header.paragraphs[0]._element
    header.append(parse_xml(f'<w:fldSimple {NAMESPACE} w:instr="PAGE"><w:r><w:t>2</w:t></w:r></w:fldSimple>'))


def styles() -> str:
    """All styles as one document."""
    made = [defaults(), style("Normal", "Normal", Look(), standard=True)]
    made.append(style("Caption", "caption", Look(bold=True, align="center")))
    made.append(style("Header", "header", Look(PT["page"], align="center")))
    made.extend(style(identity(key), name, LOOKS[key]) for key, name in PARAGRAPHS.items())
    made.append(
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        f'<w:style w:type="character" w:styleId="Strong"><w:name w:val="{CHARACTERS["strong"]}"/><w:qFormat/>'
        "<w:rPr><w:b/><w:bCs/></w:rPr></w:style>"
    )
    return f"<w:styles {NAMESPACE}>{''.join(made)}{tables()}</w:styles>"


def identity(key: str) -> str:
    """The id of a style: Word's own for its own styles."""
    return OWN.get(key, "".join(part.capitalize() for part in key.split("_")))


def defaults() -> str:
    """What every style starts from: Times New Roman, Vietnamese, black."""
    size = round(PT["text"] * 2)
    return (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{FONTS}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>{LANGUAGE}</w:rPr>'
        "</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    )


def style(identifier: str, name: str, look: Look, *, standard: bool = False) -> str:
    """One paragraph style; Word wants its properties in this very order."""
    based = "" if standard else f'<w:basedOn w:val="{look.base}"/>'
    following = '<w:next w:val="Body"/>' if look.outline is not None else ""
    default = ' w:default="1"' if standard else ""
    custom = "" if identifier in WORDS_OWN else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{default}{custom} w:styleId="{identifier}"><w:name w:val="{name}"/>'
        f"{based}{following}<w:qFormat/><w:pPr>{paragraph(look)}</w:pPr><w:rPr>{letters(look)}</w:rPr></w:style>"
    )


def paragraph(look: Look) -> str:
    """The paragraph's properties."""
    made = "<w:keepNext/>" if look.keep else ""
    if look.numbering:
        number, level = look.numbering
        made += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    made += f"<w:pBdr>{look.frame}</w:pBdr>" if look.frame else ""
    line, kind = (round(look.exact * 20), "exact") if look.exact else (round(look.lines * 240), "auto")
    before, after = round(look.before * 20), round(look.after * 20)
    made += f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="{kind}"/>'
    side = f' w:right="{twips(look.left)}"' if look.align == "center" and look.left else ""
    turn = f' w:hanging="{twips(look.hanging)}"' if look.hanging else f' w:firstLine="{twips(look.first)}"'
    made += f'<w:ind w:left="{twips(look.left)}"{side}{turn}/><w:jc w:val="{look.align}"/>'
    return made + ("" if look.outline is None else f'<w:outlineLvl w:val="{look.outline}"/>')


def letters(look: Look) -> str:
    """The letters' properties."""
    size = round(look.size * 2)
    made = ("<w:b/><w:bCs/>" if look.bold else "") + ("<w:i/><w:iCs/>" if look.italic else "")
    return made + ("<w:caps/>" if look.caps else "") + f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def tables() -> str:
    """The style of tables of figures, and that of the frame that carries letterhead and signature."""
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        f"{padding(0, 0)}</w:tblPr></w:style>"
        + table("grid", f"<w:tblBorders>{lines}</w:tblBorders>{padding(40, 80)}", '<w:vAlign w:val="center"/>')
        + table("frame", padding(0, 0), '<w:vAlign w:val="top"/>')
    )


def table(key: str, looks: str, cells: str) -> str:
    """One style of tables."""
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{identity(key)}"><w:name w:val="{TABLES[key]}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr>{looks}</w:tblPr><w:tcPr>{cells}</w:tcPr></w:style>'
    )


def padding(upright: int, level: int) -> str:
    """The room between a cell's lines and its words."""
    sides = (("top", upright), ("left", level), ("bottom", upright), ("right", level))
    each = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in sides)
    return f"<w:tblCellMar>{each}</w:tblCellMar>"


def numberings() -> str:
    """I., 1. of headings; dashes; Điều 1. of articles. Points (a, b, c, d, đ) are written: Word does not know đ."""
    indent = twips(MM["indent"])
    upper = level(0, "upperRoman", "%1.", indent, "Heading1") + level(1, "decimal", "%2.", indent, "Heading2")
    dashes = level(0, "bullet", "-", indent, "Bullet") + level(1, "bullet", "-", 0, "Recipient")
    articles = level(0, "decimal", "Điều %1.", indent, "Article", "<w:b/><w:bCs/>")
    made = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
        for number, levels in ((HEADINGS, upper), (BULLETS, dashes), (ARTICLES, articles))
    )
    made += "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number in (HEADINGS, BULLETS, ARTICLES)
    )
    return f"<w:numbering {NAMESPACE}>{made}</w:numbering>"


def level(at: int, form: str, text: str, indent: int, bound: str, letters: str = "") -> str:
    """One level of a numbering, bound to its style."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:pStyle w:val="{bound}"/>'
        f'<w:suff w:val="space"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="0" w:firstLine="{indent}"/></w:pPr>'
        f"<w:rPr>{FONTS}{letters}</w:rPr></w:lvl>"
    )


def settings() -> str:
    """Settings of a new Word, without anything that fetches or runs."""
    compat = '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    return (
        f'<w:settings {NAMESPACE}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        f'<w:characterSpacingControl w:val="doNotCompress"/><w:compat>{compat}</w:compat>'
        '<w:themeFontLang w:val="vi-VN"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
    )


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED)
