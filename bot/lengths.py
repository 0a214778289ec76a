"""How long a message may be, and how it is shortened where it must be."""

from __future__ import annotations

LIMIT = 2000  # characters of a message in Zalo; counted as UTF-16 does, so that it holds however Zalo counts


def units(text: str) -> int:
    """The length of a text in UTF-16 units: an emoji is two.

    >>> units("ạ"), units("😀")
    (1, 2)
    """
    return len(text.encode("utf-16-le", "replace")) // 2


def fit(text: str, limit: int = LIMIT) -> str:
    """A text as channels take it: without edges and halves of letters, cut at the end of a word where it must be.

    >>> fit(" Xin chào bà con "), fit("Xin chào bà con", 10)
    ('Xin chào bà con', 'Xin chào…')
    """
    whole = text.encode("utf-8", "ignore").decode().replace("\0", "").strip()
    if units(whole) <= limit:
        return whole
    start = whole.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    words = start.rsplit(maxsplit=1)
    if not whole[len(start)].isspace() and len(words) == 2 and len(words[0]) > len(start) // 2:
        start = words[0]
    return start.rstrip() + "…"
