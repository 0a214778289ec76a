"""Pages rendered once and kept as bytes; what differs from person to person is put between the pieces.

Rendering a page of 25 questions costs twenty times what Flask itself does, so a page is rendered once for its campaign,
step and language. The few words that differ stand in it as marks from Unicode's private area.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import escape

OPEN, CLOSE = "\ue000", "\ue001"
MARK = re.compile(f"{OPEN}([a-z_]+){CLOSE}")


@dataclass(frozen=True, slots=True)
class Page:
    """Pieces of a rendered page: constant bytes, and among them the places where something is put in, with its name."""

    pieces: tuple[bytes, ...]
    places: tuple[tuple[int, str], ...]


def mark(name: str) -> str:
    """The mark that stands in a template's output for the word called `name`."""
    return f"{OPEN}{name}{CLOSE}"


def cut(html: str) -> Page:
    """The rendered page cut at its marks: every second piece is one."""
    pieces = MARK.split(html)
    constants = (b"" if number % 2 else piece.encode() for number, piece in enumerate(pieces))
    return Page(tuple(constants), tuple((number, pieces[number]) for number in range(1, len(pieces), 2)))


def filled(page: Page, words: Mapping[str, bytes]) -> bytes:
    """The page with every mark replaced by its word, which must be escaped."""
    pieces = list(page.pieces)
    for place, name in page.places:
        pieces[place] = words[name]
    return b"".join(pieces)


def escaped(word: str) -> bytes:
    """A word as it may stand in a page."""
    return str(escape(word)).encode()
