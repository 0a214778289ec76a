"""A Word file opened, filled and saved; every part bears the same day, so that the same paper is the same bytes."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from reports.nodes import Sheet
from reports.print import Shot
from reports.word_marks import OPENING
from reports.word_styles import TemplateError

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.section import CT_SectPr

MADE = (1980, 1, 1, 0, 0, 0)


def opened(template: Path) -> Document:
    """The template. Raises TemplateError for a file that is none."""
    import docx
    from docx.opc.exceptions import OpcError

    broken = (OpcError, zipfile.BadZipFile, OSError, ValueError, KeyError, AttributeError, SyntaxError)
    try:
        return docx.Document(str(template))
    except broken as error:  # the library has no one error for a file that is not what it says
        raise TemplateError("template_unreadable", found=template.name) from error


def pictures_in(document: Document, shots: Sequence[Shot]) -> list[tuple[str, Shot]]:
    """The pictures put into the file, each with the name by which a paragraph calls it."""
    return [(document.part.get_or_add_image(io.BytesIO(shot.png))[0], shot) for shot in shots]


def section_of(document: Document, *, landscape: bool, anew: bool) -> CT_SectPr:
    """The template's page, turned where that is wanted; `anew` counts its pages from 1."""
    from docx.oxml import parse_xml

    made: CT_SectPr = copy.deepcopy(document.element.body.sectPr)
    size = made.xpath("./w:pgSz")[0]
    wide = made.xpath("./w:pgSz/@w:w")[0], made.xpath("./w:pgSz/@w:h")[0]
    if landscape:
        names = [f"{{{made.nsmap['w']}}}{name}" for name in ("w", "h", "orient")]
        for name, value in zip(names, (wide[1], wide[0], "landscape"), strict=True):
            size.set(name, value)
    if anew:
        for old in made.xpath("./w:pgNumType"):
            made.remove(old)
        made.xpath("./w:pgMar")[0].addnext(parse_xml(f'<w:pgNumType {OPENING} w:start="1"/>'))
    return made


def section_end(document: Document, style: str, *, landscape: bool, anew: bool) -> str:
    """The paragraph with which a part of the document ends, its page in it."""
    from docx.oxml.xmlchemy import serialize_for_reading

    made = serialize_for_reading(section_of(document, landscape=landscape, anew=anew))
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{made}</w:pPr></w:p>'


def filled(document: Document, content: str, *, landscape: bool, anew: bool) -> None:
    """Put the content in the place of whatever the template shows; the last part has the page of the body itself."""
    from docx.oxml import parse_xml

    body = document.element.body
    page = section_of(document, landscape=landscape, anew=anew)
    made = parse_xml(f"<w:body{OPENING}>{content}</w:body>")
    body[:] = [*made, page]


def saved(document: Document, sheet: Sheet) -> bytes:
    """The file, with its title, who issues it and the day."""
    facts = document.core_properties
    facts.title, facts.subject, facts.author = sheet.title[:255], sheet.head.summary[:255], sheet.author[:255]
    facts.last_modified_by, facts.comments, facts.language, facts.revision = sheet.author[:255], "", "vi-VN", 1
    if sheet.day:
        facts.created = facts.modified = datetime.combine(sheet.day, time(), UTC)
    return packed(document)


def packed(document: Document) -> bytes:
    """The file, every part of it under the same day."""
    written, made = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for part in parts.infolist():
            kept = zipfile.ZipInfo(part.filename, MADE)
            how = zipfile.ZIP_STORED if part.filename.endswith(".png") else zipfile.ZIP_DEFLATED
            file.writestr(kept, parts.read(part), how)
    return made.getvalue()
