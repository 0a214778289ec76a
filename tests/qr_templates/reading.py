"""What a printed poster shows, read back by readers that had no part in drawing it."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2
import zxingcpp
from numpy.typing import NDArray
from pypdfium2 import raw

Picture = NDArray[np.uint8]

MM_AN_INCH = 25.4
POINTS_AN_INCH = 72


@dataclass(frozen=True, slots=True)
class Seen:
    """A code that was found: what it says, its middle, its tilt, and its side without quiet zone, in pixels."""

    address: str
    corners: NDArray[np.float64]

    @property
    def side(self) -> float:
        return float(np.mean(np.linalg.norm(self.corners - np.roll(self.corners, 1, axis=0), axis=1)))


def codes_in(picture: Picture) -> list[Seen]:
    """Every QR code in a picture."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return [Seen(code.text, corners(code)) for code in found]


def corners(code: zxingcpp.Barcode) -> NDArray[np.float64]:
    position = code.position
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([(point.x, point.y) for point in points], dtype=float)


def pictures(pdf: bytes, dots: float) -> list[Picture]:
    """Each page as a grey picture of so many dots an inch."""
    document = pypdfium2.PdfDocument(pdf)
    return [
        np.ascontiguousarray(
            page.render(scale=dots / POINTS_AN_INCH, grayscale=True).to_numpy().reshape(rows(page, dots))
        )
        for page in document
    ]


def rows(page: pypdfium2.PdfPage, dots: float) -> tuple[int, int]:
    return (-1, int(np.ceil(page.get_width() * dots / POINTS_AN_INCH)))


def picture_in(png: bytes) -> Picture:
    """A PNG as a grey picture."""
    read = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert read is not None
    return read.astype(np.uint8)


def photographed(picture: Picture, degrees: float, blur: float) -> Picture:
    """The picture as an unsteady hand takes it in poor light: tilted, blurred, grey instead of black and white."""
    high, wide = picture.shape
    across = int(np.hypot(high, wide)) + 20
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1)
    turn[:, 2] += (across - wide) / 2, (across - high) / 2
    tilted = cv2.warpAffine(picture, turn, (across, across), borderValue=(255.0,))
    softened = cv2.GaussianBlur(tilted, (0, 0), blur)
    noise = np.random.default_rng(7).normal(0, 6, softened.shape)
    return np.clip(softened * 0.55 + 60 + noise, 0, 255).astype(np.uint8)


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in whole millimetres."""
    millimetres = MM_AN_INCH / POINTS_AN_INCH
    return [
        (round(page.get_width() * millimetres), round(page.get_height() * millimetres))
        for page in pypdfium2.PdfDocument(pdf)
    ]


def words_on(pdf: bytes, page: int = 0) -> str:
    """The words of a page without spaces and line ends, as a reader copies them."""
    text = pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_bounded()
    return "".join(letter for letter in text if letter.isprintable() and letter not in " \u200b\ufffe\u00ad")


def word_boxes(pdf: bytes, page: int = 0) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right, top of every run of words, in points from the page's lower left corner."""
    text = pypdfium2.PdfDocument(pdf)[page].get_textpage()
    return [text.get_rect(number) for number in range(text.count_rects())]


def shapes(pdf: bytes, page: int = 0) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right, top of every painted or framed shape that could hold or hide words, in points."""
    found = [
        part.get_bounds()
        for part in pypdfium2.PdfDocument(pdf)[page].get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,), max_depth=8)
    ]
    return [box for box in found if box[2] - box[0] > 40 and box[3] - box[1] > 15]


def fonts_of(pdf: bytes, page: int = 0) -> set[tuple[str, bool]]:
    """Name of every font that the words are set in, and whether the file carries it."""
    found = set()
    sheet = pypdfium2.PdfDocument(pdf)[page]
    for part in sheet.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,), max_depth=8):
        font = raw.FPDFTextObj_GetFont(part.raw)
        name = ctypes.create_string_buffer(200)
        raw.FPDFFont_GetBaseFontName(font, name, 200)
        found.add((name.value.decode("ascii"), bool(raw.FPDFFont_GetIsEmbedded(font))))
    return found


def is_tagged(pdf: bytes) -> bool:
    """True where the file tells a screen reader what is what."""
    document = pypdfium2.PdfDocument(pdf)
    return bool(raw.FPDFCatalog_IsTagged(document.raw))
