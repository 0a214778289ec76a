"""The picture of a flag: a column a half hour or day, what is usual as a line, what stands out in another colour."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

from reports.charts import percent, picture

HEIGHT, FOOT, HEAD = 150, 22, 18  # of the columns, of the labels under them, of the number above the highest
LABELS = 5  # labels that have room under a picture on a phone


def columns(
    labels: Sequence[str], counts: Sequence[int], usual: float, marked: Collection[int], title: str, described: str
) -> str:
    """Columns side by side, as wide as the page lets them be; `marked` are the places of those that stand out.

    >>> drawn = columns(["8:00", "8:30"], [2, 40], 1.5, {1}, "Answers", "Half hours")
    >>> drawn.count("<rect"), 'class="out"' in drawn, drawn.count("<line"), ">40<" in drawn
    (2, True, 1, True)
    >>> columns([], [], 0.0, (), "Answers", "").count("<rect")
    0
    """
    top = max([1.0, usual, *counts])
    wide = 100 / max(1, len(counts))
    every = max(1, -(-len(counts) // LABELS))
    body = ""
    for at, n in enumerate(counts):
        tall, x = HEIGHT * n / top, at * wide
        place = f'x="{percent(x + wide * 0.1)}" width="{percent(wide * 0.8)}"'
        kind = "out" if at in marked else "in"
        body += f'<rect class="{kind}" {place} y="{HEAD + HEIGHT - tall:g}" height="{tall:g}"/>'
        if at in marked or (n == top and not marked):
            above = f'x="{percent(x + wide / 2)}" y="{HEAD + HEIGHT - tall - 4:g}"'
            body += f'<text {above} text-anchor="{anchor(at, len(counts))}">{n}</text>'
    for at in range(0, len(counts), every):
        middle = percent((at + 0.5) * wide)
        foot = f'y="{HEAD + HEIGHT + 16}" text-anchor="{anchor(at, len(counts))}"'
        body += f'<text class="foot" x="{middle}" {foot}>{escape(labels[at])}</text>'
    y = f"{HEAD + HEIGHT - HEIGHT * usual / top:g}"
    body += f'<line class="usual" x1="0" x2="100%" y1="{y}" y2="{y}"/>'
    return picture("counts", f'width="100%" height="{HEAD + HEIGHT + FOOT}"', body, title, described)


def anchor(at: int, count: int) -> str:
    """Where the letters of a column's label are held, so that those at the ends are not cut.

    >>> anchor(0, 20), anchor(19, 20), anchor(9, 20)
    ('start', 'end', 'middle')
    """
    if count <= LABELS:
        return "middle"
    return "start" if at == 0 else "end" if at == count - 1 else "middle"
