"""Text that may stand in a document: no control characters, nothing that XML forbids, directions closed."""

from __future__ import annotations

import re
import unicodedata

# What XML 1.0 forbids, with C1 controls, private letters and non-characters.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]"
)
EMBEDDING, ISOLATE, POP, POP_ISOLATE = "\u202a\u202b\u202d\u202e", "\u2066\u2067\u2068", "\u202c", "\u2069"


def plain(text: str) -> str:
    """One line of NFC text; directions that it opens are closed, so that they end with it.

    >>> plain("Sở\\x00  Y\\ntế"), len(plain("\\u202eabc"))
    ('Sở Y tế', 5)
    """
    clean = " ".join(re.split(r"[ \t\r\n\u2028\u2029]+", FORBIDDEN.sub("", unicodedata.normalize("NFC", text)))).strip()
    return clean + closing(clean)


def closing(text: str) -> str:
    """What closes the directions that the text leaves open, the last one first."""
    opened: list[str] = []
    for letter in text:
        if letter in EMBEDDING:
            opened.append(POP)
        elif letter in ISOLATE:
            opened.append(POP_ISOLATE)
        elif opened and letter == opened[-1]:
            opened.pop()
    return "".join(reversed(opened))
