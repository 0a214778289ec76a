"""WordprocessingML, word by word: text is escaped here and nowhere else, looks are names of styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

Styles = Mapping[str, str]

SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
}
OPENING = "".join(f' xmlns:{name}="{address}"' for name, address in SPACES.items())
SHADES = {"head": "E8E8E8", "band": "F6F6F6"}
KEPT = "<w:keepNext/>"  # on the page of what follows
FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
EMU = 36_000  # in a millimetre


def twips(millimetres: float) -> int:
    """Word's measure: a twentieth of a point."""
    return round(millimetres / 25.4 * 1440)


def run(text: str, style: str = "") -> str:
    """Letters, in a character style."""
    look = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def paragraph(style: str, content: str, extra: str = "") -> str:
    """A paragraph; `extra` are properties that no style can know, such as a length that follows a text."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{content}</w:p>'


def field_start(instruction: str) -> str:
    """The beginning of a field, up to what it shows."""
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {escape(instruction, quote=False)} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
    )
    return "".join(f"<w:r>{part}</w:r>" for part in parts)


def field(instruction: str, result: str) -> str:
    """A field with what it shows until Word works it out anew."""
    return field_start(instruction) + run(result) + FIELD_END


def rule(style: str, points: float, room_mm: float) -> str:
    """A line of that length in the middle of the room: the border of an empty paragraph."""
    side = max(round((room_mm / 25.4 * 72 - points) * 10), 0)
    return paragraph(style, "", f'<w:ind w:left="{side}" w:right="{side}"/>')


def cell(width: int, content: str, *, across: int = 1, merge: str = "", shade: str = "") -> str:
    """A cell; `merge` is "restart" or "continue" where it reaches over rows."""
    made = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    made += f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    made += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    made += f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADES[shade]}"/>' if shade else ""
    return f"<w:tc><w:tcPr>{made}</w:tcPr>{content}</w:tc>"


def row(cells: Sequence[str], *, repeated: bool = False) -> str:
    """A row that is never torn by the end of a page; a `repeated` one stands on top of every page."""
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * repeated}</w:trPr>{''.join(cells)}</w:tr>"


def table(style: str, widths: Sequence[int], rows: Sequence[str], caption: str = "") -> str:
    """A table of fixed widths; `caption` is read out to those who do not see it."""
    told = f'<w:tblCaption w:val="{escape(caption)}"/>' if caption else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="1" w:noHBand="1" w:noVBand="1"/>{told}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def picture(relation: str, number: int, width_mm: float, height_mm: float, told: str) -> str:
    """A picture in the line, with the words for those who do not see it."""
    size = f'cx="{round(width_mm * EMU)}" cy="{round(height_mm * EMU)}"'
    name = f'id="{number}" name="Biểu đồ {number}" descr="{escape(told)}"'
    graphic = (
        f"<pic:pic><pic:nvPicPr><pic:cNvPr {name}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>"
        f'<a:blip r:embed="{relation}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic>"
    )
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr {name}/>'
        f'<a:graphic><a:graphicData uri="{SPACES["pic"]}">{graphic}</a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
