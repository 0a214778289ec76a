"""The picture of how far forms come, for a document: a bar a step, then a bar for each question where forms stopped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import NamedTuple

WIDTH, ROOM = 900, 640  # of the picture, of its longest bar: the number stands beside it
LETTERS, LINES, LINE = 125, 2, 18  # that stand in a line, lines that words may fill, their height
THICK, GAP = 14, 10
GREEN, INK, SOFT = "#0b6347", "#14202b", "#45535f"


class Bar(NamedTuple):
    """A step or a question: its words, its number, and how that is printed."""

    words: str
    n: int
    printed: str


Part = tuple[str, Sequence[Bar]]  # a heading, and bars that are as long as they are beside the longest of them


def funnel(parts: Sequence[Part], title: str, source: str) -> str:
    """The parts one below the other, with title and source; it can stand alone.

    >>> drawn = funnel([("Web", [Bar("Opened", 4, "4"), Bar("Sent", 1, "1 (25 %)")])], "A & B", "Here")
    >>> [each in drawn for each in ('width="640"', 'width="160"', '>1 (25 %)<', '>A &amp; B<')]
    [True, True, True, True]
    >>> funnel([], "Nothing", "Here").count("<rect")
    0
    """
    body, y = line(20, title, f'font-size="16" font-weight="600" fill="{INK}"'), 44
    for heading, bars in parts:
        body += line(y, heading, f'font-weight="600" fill="{INK}"')
        y += 24
        most = max([1, *(each.n for each in bars)])
        for each in bars:
            drawn, y = row(each, most, y)
            body += drawn
        y += GAP
    body += line(y + 4, source, 'font-size="11"')
    size = f'xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 16}" viewBox="0 0 {WIDTH} {y + 16}"'
    named = f"<title>{escape(title)}</title>"
    return f'<svg {size} role="img">{named}<g font-family="sans-serif" font-size="13" fill="{SOFT}">{body}</g></svg>'


def row(bar: Bar, most: int, y: int) -> tuple[str, int]:
    """The words of a bar, the bar with its number, and where the next one begins."""
    body = ""
    for words in wrap(bar.words, LETTERS, max_lines=LINES, placeholder="…") or [""]:
        body += line(y, words)
        y += LINE
    long = ROOM * bar.n / most
    body += f'<rect y="{y - THICK + 2}" width="{long:g}" height="{THICK}" rx="3" fill="{GREEN}"/>'
    body += f'<text x="{long + 8:g}" y="{y}" fill="{INK}">{escape(bar.printed)}</text>'
    return body, y + THICK + GAP


def line(y: int, words: str, look: str = "") -> str:
    """A line of words."""
    return f'<text y="{y}" {look}>{escape(words)}</text>'
