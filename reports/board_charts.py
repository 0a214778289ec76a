"""Pictures of the fieldwork board: a column a day, and the last days of each place as a small row of columns."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from reports.charts import percent, picture

HEIGHT, FOOT, HEAD = 130, 22, 18  # of the columns, of the labels under them, of the number above the highest
FEWEST = 14  # days that there is room for at least: a single day is no wall
LABELS = 6  # labels that have room under a picture on a phone
SMALL = 22


def columns(days: Sequence[tuple[str, str, int]], title: str = "", source: str = "") -> str:
    """A column a day, given as (short label, whole day, answers); with a title and a source it can stand alone.

    >>> drawn = columns([("1/5", "1 May", 2), ("2/5", "2 May", 40)])
    >>> drawn.count("<rect"), ">40<" in drawn, "<title>1 May: 2</title>" in drawn
    (2, True, True)
    >>> columns([]).count("<rect")
    0
    """
    top = max([1, *(n for *_, n in days)])
    room = max(FEWEST, len(days))
    wide = 100 / room
    every = -(-room // LABELS)
    body, highest = "", next((at for at, (*_, n) in enumerate(days) if n == top), -1)
    for at, (label, whole, n) in enumerate(days):
        tall, x = HEIGHT * n / top, at * wide
        place = f'x="{percent(x + wide * 0.1)}" width="{percent(wide * 0.8)}"'
        y = f'y="{HEAD + HEIGHT - tall:g}" height="{tall:g}"'
        body += f'<rect class="in" {place} {y}><title>{escape(whole)}: {n}</title></rect>'
        anchor, part = held(at, room)
        middle = f'x="{percent(x + wide * part)}" text-anchor="{anchor}"'
        if at == highest:
            body += f'<text {middle} y="{HEAD + HEIGHT - tall - 4:g}">{n}</text>'
        if at % every == 0:
            body += f'<text class="foot" {middle} y="{HEAD + HEIGHT + 16}">{escape(label)}</text>'
    size = f'width="100%" height="{HEAD + HEIGHT + FOOT}"'
    return alone(body, title, source) if title else picture("counts", size, body)


def alone(body: str, title: str, source: str) -> str:
    """The picture with its title, source and colours of its own, for a document."""
    size = f'xmlns="http://www.w3.org/2000/svg" width="900" height="{HEAD + HEIGHT + FOOT + 60}"'
    look = 'font-family="sans-serif" font-size="13" fill="#45535f"'
    words = f'<text x="0" y="20" font-size="16" font-weight="600" fill="#14202b">{escape(title)}</text>'
    inner = f'<svg y="34" width="900" height="{HEAD + HEIGHT + FOOT}">{body}</svg>'
    foot = f'<text x="0" y="{HEAD + HEIGHT + FOOT + 54}" font-size="11">{escape(source)}</text>'
    return f'<svg {size} role="img"><g {look}>{words}{inner}{foot}</g></svg>'


def sparks(rows: Sequence[Sequence[int]]) -> list[str]:
    """A small picture a row, each by its own highest day: it shows how that place went, and numbers stand beside it.

    >>> [drawn.count("<rect") for drawn in sparks([[1, 0, 3], [0, 0, 0]])]
    [2, 0]
    """
    return [spark(row) for row in rows]


def spark(row: Sequence[int]) -> str:
    """A small column for each number; nothing for none."""
    top = max([1, *row])
    wide = 100 / max(1, len(row))
    body = "".join(
        f'<rect class="in" x="{percent(at * wide)}" width="{percent(wide * 0.8)}" '
        f'y="{SMALL - max(1.5, SMALL * n / top):g}" height="{max(1.5, SMALL * n / top):g}"/>'
        for at, n in enumerate(row)
        if n
    )
    return picture("counts", f'width="100%" height="{SMALL}"', body)


def held(at: int, count: int) -> tuple[str, float]:
    """Where the letters of a column's label are held, and at which part of its width: those at the ends are not cut.

    >>> held(0, 20), held(19, 20), held(9, 20)
    (('start', 0.1), ('end', 0.9), ('middle', 0.5))
    """
    if at == 0:
        return "start", 0.1
    return ("end", 0.9) if at == count - 1 else ("middle", 0.5)
