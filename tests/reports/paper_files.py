"""Documents read back from their files, by readers that had no part in writing them."""

from __future__ import annotations

import ctypes
import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from pypdfium2 import raw

from reports.print import ROOM

POINTS_A_MM = 72 / 25.4
SOFT = re.compile("[\u200b\ufffe\u00ad\r\n]")


def office_pdfs(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """DOCX files as LibreOffice prints them; all in one start of the program, which takes most of the time."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "LibreOffice is missing: run `make test-tools`"
    for name, content in files.items():
        (folder / f"{name}.docx").write_bytes(content)
    asked = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    asked += ["--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder / "made")]
    asked += [str(folder / f"{name}.docx") for name in files]
    subprocess.run(asked, check=True, capture_output=True, timeout=240, env=os.environ | fonts_of_ours(folder))
    return {name: (folder / "made" / f"{name}.pdf").read_bytes() for name in files}


def fonts_of_ours(folder: Path) -> dict[str, str]:
    """LibreOffice sees the fonts that we ship and no others, so that it prints the same on every computer."""
    alias = "<match><test name='family'><string>Times New Roman</string></test>"
    alias += "<edit name='family' mode='assign' binding='same'><string>Liberation Serif</string></edit></match>"
    ours, kept = f"<dir>{ROOM / 'fonts'}</dir>", f"<cachedir>{folder / 'fontcache'}</cachedir>"
    (folder / "fonts.conf").write_text(f"<fontconfig>{ours}{kept}{alias}</fontconfig>", encoding="utf-8")
    return {"FONTCONFIG_FILE": str(folder / "fonts.conf")}


def page_count(pdf: bytes) -> int:
    """How many pages there are."""
    return len(pypdfium2.PdfDocument(pdf))


def text_of(pdf: bytes, page: int) -> str:
    """The words of a page on one line."""
    text = pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_bounded()
    return " ".join(SOFT.sub(" ", text).replace("\u00a0", " ").split())


def text_in(pdf: bytes, page: int, left: float, top: float, right: float, bottom: float) -> str:
    """The words within a part of a page, in millimetres from its upper left corner."""
    found = pypdfium2.PdfDocument(pdf)[page]
    high = found.get_height()
    box = (left * POINTS_A_MM, high - bottom * POINTS_A_MM, right * POINTS_A_MM, high - top * POINTS_A_MM)
    return " ".join(found.get_textpage().get_text_bounded(*box).split())


def ink_box(pdf: bytes, page: int) -> tuple[float, float, float, float]:
    """Left, top, right and bottom margin in millimetres that stay white."""
    dark = np.argwhere(picture(pdf, page, 100) < 200)
    high, wide = picture(pdf, page, 100).shape
    top, left = dark.min(axis=0)
    bottom, right = dark.max(axis=0)
    return tuple(round(float(each) * 0.254, 1) for each in (left, top, wide - 1 - right, high - 1 - bottom))  # type: ignore[return-value]


def picture(pdf: bytes, page: int, dots: float) -> NDArray[np.uint8]:
    """A page as a grey picture of so many dots an inch."""
    made = pypdfium2.PdfDocument(pdf)[page].render(scale=dots / 72, grayscale=True).to_numpy()
    return np.asarray(made).reshape(made.shape[0], -1)


def colours(pdf: bytes, page: int) -> set[tuple[int, int, int]]:
    """Every colour on a page."""
    made = np.asarray(pypdfium2.PdfDocument(pdf)[page].render(scale=1).to_numpy())[:, :, :3]
    return {tuple(int(part) for part in each) for each in np.unique(made.reshape(-1, 3), axis=0)}  # type: ignore[misc]


def tags(pdf: bytes, page: int) -> Iterator[tuple[str, str]]:
    """What a screen reader is told of a page: the kind of every part and its alternative text."""
    document = pypdfium2.PdfDocument(pdf)
    sheet = document[page]  # has to live as long as its tree
    tree = raw.FPDF_StructTree_GetForPage(sheet.raw)
    for at in range(raw.FPDF_StructTree_CountChildren(tree)):
        yield from below(raw.FPDF_StructTree_GetChildAtIndex(tree, at))
    raw.FPDF_StructTree_Close(tree)


def below(element: object) -> Iterator[tuple[str, str]]:
    """A part and all that it consists of."""
    if not element:
        return
    yield told(raw.FPDF_StructElement_GetType, element), told(raw.FPDF_StructElement_GetAltText, element)
    for at in range(raw.FPDF_StructElement_CountChildren(element)):
        yield from below(raw.FPDF_StructElement_GetChildAtIndex(element, at))


def told(ask: object, element: object) -> str:
    """A text of the structure tree."""
    size = ask(element, None, 0)  # type: ignore[operator]
    buffer = ctypes.create_string_buffer(size)
    ask(element, buffer, size)  # type: ignore[operator]
    return bytes(buffer).decode("utf-16-le").rstrip("\0")


def parts(docx: bytes) -> dict[str, str]:
    """The XML parts of a DOCX by name."""
    with zipfile.ZipFile(io.BytesIO(docx)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if name.endswith((".xml", ".rels"))}
