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
    """Pieces of a rendered page: constant bytes, and between them the names of what is put in."""

    constants: tuple[bytes, ...]
    names: tuple[str, ...]


def mark(name: str) -> str:
    """The mark that stands in a template's output for the word called `name`."""
    return f"{OPEN}{name}{CLOSE}"


def cut(html: str) -> Page:
    """The rendered page cut at its marks."""
    pieces = MARK.split(html)
    return Page(tuple(piece.encode() for piece in pieces[::2]), tuple(pieces[1::2]))


def filled(page: Page, words: Mapping[str, str]) -> bytes:
    """The page with every mark replaced by its word, escaped."""
    escaped = {name: str(escape(word)).encode() for name, word in words.items()}
    pieces = [page.constants[0]]
    for name, constant in zip(page.names, page.constants[1:], strict=True):
        pieces += (escaped[name], constant)
    return b"".join(pieces)
