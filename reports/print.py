"""A paper as PDF: laid out by typst after the decree, tagged (PDF/UA-1), with the fonts that we ship."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from reports import decree
from reports.nodes import SetChart, Sheet
from reports.papers import Paper
from reports.typeset import typeset

if TYPE_CHECKING:
    from typst import Compiler, Fonts

ROOM = Path(__file__).parent
DOTS = 300  # an inch, of pictures in Word
AT_ONCE = 8  # charts; all of a long report together would take 300 MB
UNSHOWN = "could not be displayed with font"  # typst's words for a letter that our fonts do not have


@dataclass(frozen=True, slots=True)
class Shot:
    """A chart as a picture: PNG, width and height in millimetres."""

    png: bytes
    width: float
    height: float


def pdf(paper: Paper) -> bytes:
    """The document as PDF; accessible (PDF/UA-1) unless a word has a letter that no font of ours shows."""
    return printed(typeset(paper))


def printed(sheet: Sheet) -> bytes:
    """The set document as PDF."""
    import typst

    compiler = compiler_of("paper", measures() | {"sheet": json.dumps(asdict(sheet), default=date.isoformat)})
    try:
        made = compiler.compile(format="pdf", pdf_standards="ua-1")
    except typst.TypstError as error:
        if UNSHOWN not in error.message:
            raise
        made = compiler.compile(format="pdf")
    return made if isinstance(made, bytes) else b""


def chart_shots(charts: Sequence[tuple[SetChart, float]]) -> list[Shot]:
    """Pictures of charts as print draws them, each as wide as its room in millimetres."""
    if not charts:
        return []
    asked = [{"drawn": chart.drawn, "room": room} for chart, room in charts]
    made: list[bytes] = []
    for start in range(0, len(asked), AT_ONCE):
        some = {"charts": json.dumps(asked[start : start + AT_ONCE])}
        drawn = compiler_of("shots", measures() | some).compile(format="png", ppi=DOTS)
        made += drawn if isinstance(drawn, list) else [drawn or b""]
    return [
        Shot(png, room, struct.unpack(">I", png[20:24])[0] / DOTS * 25.4)
        for png, (_, room) in zip(made, charts, strict=True)
    ]


def heading_pages(sheet: Sheet) -> list[str]:
    """The page of every heading and annex in order, as print numbers them."""
    compiler = compiler_of("paper", measures() | {"sheet": json.dumps(asdict(sheet), default=date.isoformat)})
    found: list[str] = json.loads(compiler.query("<heading-page>", field="value"))
    return found


def compiler_of(design: str, inputs: dict[str, str]) -> Compiler:
    """Typst with one of our designs, our fonts and nothing else to read."""
    import typst

    return typst.Compiler(
        ROOM / "designs" / f"{design}.typ",
        root=ROOM / "designs",
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
    )


def measures() -> dict[str, str]:
    """The decree's measures as typst is given them."""
    return {"mm": json.dumps(decree.MM), "pt": json.dumps(decree.PT), "lines": str(decree.LINES)}


@cache
def fonts() -> Fonts:
    """The fonts beside this file and no others, so that a document looks the same wherever it is made."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[ROOM / "fonts"])
