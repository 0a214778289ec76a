"""Small SVG charts of our own: bars, stacked answers, intervals and a hundred dots; as wide as the page lets them be.

Places and widths are in percent, so that a chart needs no scaling and its letters stay as large as those of the page.
Colours come from the page's style sheet by class. A chart without a title is an ornament of the number beside it and is
hidden from screen readers; one with a title is an image with that name.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Literal, NamedTuple

Palette = Literal["likert", "order", "choice"]
SHADES: dict[int, str] = {1: "e", 2: "be", 3: "bce", 4: "abde", 5: "abcde"}  # levels → shades from lowest to highest
ROOM = 13.0  # a segment narrower than this, in percent, has no room for its number
DOTS, ROWS = 20, 5
BAR, STACK, DOT = 14, 34, 10


class Segment(NamedTuple):
    """A part of a stacked bar: its width in percent, the number printed in it, its shade."""

    share: float
    printed: str
    shade: str


def shades(palette: Palette, levels: int) -> list[str]:
    """The classes of so many levels, the lowest first.

    >>> shades("likert", 3)
    ['likert-b', 'likert-c', 'likert-e']
    """
    return [f"{palette}-{shade}" for shade in SHADES[levels]]


def picture(kind: str, size: str, body: str, title: str = "", described: str = "") -> str:
    """An SVG of that size, named by `title` or hidden from those who do not see it."""
    size = f'class="{kind}" {size} focusable="false"'
    if not title:
        return f'<svg {size} aria-hidden="true">{body}</svg>'
    told = f"<desc>{escape(described)}</desc>" if described else ""
    return f'<svg {size} role="img"><title>{escape(title)}</title>{told}{body}</svg>'


def bar(value: float, *, mean: float | None = None, title: str = "", described: str = "") -> str:
    """A bar from 0 to `value` percent, with a mark where the mean is.

    >>> bar(50.0)
    '<svg class="bar" width="100%" height="14" focusable="false" aria-hidden="true"><rect class="rail" width="100%" height="14" rx="3"/><rect class="fill" width="50%" height="14" rx="3"/></svg>'
    """  # noqa: E501 - an example cannot be broken
    body = f'<rect class="rail" width="100%" height="{BAR}" rx="3"/>'
    body += f'<rect class="fill" width="{percent(value)}" height="{BAR}" rx="3"/>'
    return picture("bar", wide(BAR), body + mark(mean, BAR), title, described)


def interval(
    value: float, low: float, high: float, *, mean: float | None = None, title: str = "", described: str = ""
) -> str:
    """A value as a dot on the stretch from `low` to `high` in which the true one lies."""
    middle = f"{BAR / 2:g}"
    body = f'<rect class="rail" y="5" width="100%" height="4" rx="2"/>{mark(mean, BAR)}'
    body += f'<rect class="reach" x="{percent(low)}" y="4" width="{percent(high - low)}" height="6" rx="3"/>'
    body += f'<circle class="dot" cx="{percent(value)}" cy="{middle}" r="5.5"/>'
    return picture("bar", wide(BAR), body, title, described)


def stacked(segments: Sequence[Segment], *, title: str = "", described: str = "") -> str:
    """Segments side by side, each with its number where there is room for it.

    >>> "66 %" in stacked([Segment(34.0, "34 %", "likert-b"), Segment(66.0, "66 %", "likert-e")])
    True
    """
    body, start = "", 0.0
    for share, printed, shade in segments:
        if share > 0:
            body += f'<rect class="{shade}" x="{percent(start)}" width="{percent(share)}" height="{STACK}"/>'
        if share >= ROOM:
            middle = percent(start + share / 2)
            body += f'<text class="on-{shade}" x="{middle}" y="66%" text-anchor="middle">{escape(printed)}</text>'
        start += share
    return picture("stack", wide(STACK), body, title, described)


def hundred(filled: int, *, title: str = "", described: str = "") -> str:
    """A hundred dots of which so many are filled: a share that needs no knowledge of percentages.

    >>> hundred(72).count('class="yes"'), hundred(72).count('class="no"')
    (72, 28)
    """
    step = DOT + 4
    body = ""
    for number in range(DOTS * ROWS):
        x, y = (number // ROWS) * step + step / 2, (number % ROWS) * step + step / 2
        body += f'<circle class="{"yes" if number < filled else "no"}" cx="{x:g}" cy="{y:g}" r="{DOT / 2:g}"/>'
    name = (
        f'role="img"><title>{escape(title)}</title><desc>{escape(described)}</desc>' if title else 'aria-hidden="true">'
    )
    return f'<svg class="hundred" viewBox="0 0 {DOTS * step} {ROWS * step}" focusable="false" {name}{body}</svg>'


def swatch(shade: str) -> str:
    """The colour of a legend's entry."""
    return picture("swatch", 'width="16" height="16"', f'<rect class="{shade}" width="16" height="16"/>')


def wide(height: int) -> str:
    """As wide as the place, so many pixels high."""
    return f'width="100%" height="{height}"'


def mark(mean: float | None, height: int) -> str:
    """A line where the mean is."""
    if mean is None:
        return ""
    place = f'x1="{percent(mean)}" x2="{percent(mean)}" y1="0" y2="{height}"'
    return f'<line class="halo" {place}/><line class="mean" {place}/>'


def percent(share: float) -> str:
    """A share as SVG takes it, kept between 0 and 100."""
    return f"{round(min(max(share, 0.0), 100.0), 2):g}%"
