"""How each style of the shipped Word template looks; the decree's measures come from `reports.decree`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reports.decree import LINES, MM, PT

HEADINGS, BULLETS, ARTICLES = 1, 2, 3  # numberings of the template


@dataclass(frozen=True, slots=True)
class Look:
    """How a style looks: sizes and distances in points, indents in millimetres, `lines` in single lines."""

    size: float = PT["text"]
    align: str = "left"
    bold: bool = False
    italic: bool = False
    caps: bool = False
    before: float = 0
    after: float = 0
    lines: float = 1
    exact: float = 0
    first: float = 0
    left: float = 0
    hanging: float = 0
    keep: bool = False
    outline: int | None = None
    numbering: tuple[int, int] | None = None
    frame: str = ""
    base: str = "Normal"


TEXT = Look(align="both", after=PT["after"], lines=LINES, first=MM["indent"])
MIDDLE = Look(align="center")
CAPTION = Look(align="center", bold=True, base="Caption")
BAR = '<w:left w:val="single" w:sz="24" w:space="6" w:color="auto"/>'
BOX = "".join(
    f'<w:{side} w:val="single" w:sz="6" w:space="3" w:color="auto"/>' for side in ("top", "left", "bottom", "right")
)
FIELD = "".join(
    f'<w:{side} w:val="dashed" w:sz="6" w:space="4" w:color="auto"/>' for side in ("top", "left", "bottom", "right")
)
TOP = '<w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/>'

LOOKS: dict[str, Look] = {
    "superior": replace(MIDDLE, size=PT["body_name"]),
    "body_name": replace(MIDDLE, size=PT["body_name"], bold=True),
    "state": replace(MIDDLE, size=PT["motto_state"], bold=True),
    "motto": replace(MIDDLE, size=PT["motto"], bold=True),
    "number": replace(MIDDLE, size=PT["number"], before=8),
    "subject": replace(MIDDLE, size=PT["subject"], before=3),
    "draft": replace(MIDDLE, size=PT["number"], bold=True, before=10, left=18, frame=BOX),
    "day": replace(MIDDLE, size=PT["day"], italic=True, before=8),
    "rule": Look(2, exact=2, before=3, frame=TOP),
    "gap": Look(4, exact=6),
    "kind": replace(MIDDLE, size=PT["title"], bold=True, before=20, keep=True),
    "summary": replace(MIDDLE, size=PT["title"], bold=True, before=3, keep=True, left=15),
    "to": replace(MIDDLE, size=PT["text"], before=14, after=12),
    "to_many": Look(PT["text"], left=MM["to"], before=14, after=3, keep=True),
    "to_item": Look(PT["text"], left=MM["to"] + 25, hanging=3, after=3),
    "heading1": replace(TEXT, size=PT["title"], bold=True, caps=True, keep=True, outline=0, numbering=(HEADINGS, 0)),
    "heading2": replace(TEXT, size=PT["title"], bold=True, keep=True, outline=1, numbering=(HEADINGS, 1)),
    "heading3": replace(TEXT, size=PT["title"], keep=True, outline=2),
    "body": TEXT,
    "bullet": replace(TEXT, numbering=(BULLETS, 0)),
    "basis": replace(TEXT, italic=True),
    "centred": replace(MIDDLE, bold=True, before=6, after=6, keep=True),
    "article": replace(TEXT, numbering=(ARTICLES, 0)),
    "note": replace(TEXT, size=PT["note"], italic=True),
    "warning": Look(PT["text"] - 1, align="both", before=3, after=8, left=3, frame=BAR, lines=LINES),
    "fill": Look(PT["text"] - 1, align="both", before=3, after=8, left=3, frame=FIELD, lines=LINES),
    "table_caption": replace(CAPTION, before=6, after=6, keep=True),
    "chart": replace(MIDDLE, before=4, keep=True),
    "chart_caption": replace(CAPTION, before=5, after=12),
    "table_note": Look(PT["note"] - 1, italic=True, before=3, after=3, align="both"),
    "column": replace(MIDDLE, size=PT["cell"], bold=True, keep=True),
    "cell": Look(PT["cell"]),
    "figure": Look(PT["cell"], align="right"),
    "band": Look(PT["cell"], bold=True, keep=True),
    "column_small": replace(MIDDLE, size=PT["cell_small"], bold=True, keep=True),
    "cell_small": Look(PT["cell_small"]),
    "figure_small": Look(PT["cell_small"], align="right"),
    "band_small": Look(PT["cell_small"], bold=True, keep=True),
    "contents": replace(MIDDLE, bold=True, caps=True, after=8, keep=True),
    "contents1": Look(PT["text"], after=3),
    "contents2": Look(PT["text"], after=3, left=6),
    "recipients": Look(PT["recipients"], bold=True, italic=True),
    "recipient": Look(PT["recipient"], numbering=(BULLETS, 1)),
    "authority": replace(MIDDLE, size=PT["title"], bold=True, keep=True),
    "sign_here": replace(MIDDLE, size=PT["recipients"], italic=True, after=62),
    "signer": replace(MIDDLE, size=PT["title"], bold=True, before=76),
    "annex": replace(MIDDLE, size=PT["annex"], bold=True, keep=True, outline=0),
    "annex_title": replace(MIDDLE, size=PT["annex"], bold=True, keep=True),
    "annex_line": replace(MIDDLE, size=PT["text"], italic=True, after=12),
}
