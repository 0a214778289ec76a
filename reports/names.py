"""Words in the reader's language, and names in the order in which a Vietnamese reader looks for them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
PLACE = {unicodedata.normalize("NFD", letter): place for place, letter in enumerate(LETTERS, 1)}

Order = tuple[tuple[int, ...], tuple[int, ...]]


def alphabetical(name: str) -> Order:
    """A key that sorts names by Vietnamese letters first and by tones where the letters are alike.

    >>> sorted(["Sở Y tế", "Đại Từ", "Sở Xây dựng", "Ân Thi", "Dân Tiến", "Ăn Lạc"], key=alphabetical)
    ['Ăn Lạc', 'Ân Thi', 'Dân Tiến', 'Đại Từ', 'Sở Xây dựng', 'Sở Y tế']
    """
    letters: list[int] = []
    tones: list[int] = []
    for sign in unicodedata.normalize("NFC", name.casefold()):
        parts = unicodedata.normalize("NFD", sign)
        bare = "".join(part for part in parts if part not in TONES)
        place = PLACE.get(bare)
        letters.append(place if place is not None else ord(bare[0]) - 0x110000)
        tones.append(next((TONES.index(part) + 1 for part in parts if part in TONES), 0))
    return tuple(letters), tuple(tones)


def words_of(words: Mapping[str, str], language: str) -> str:
    """The words in that language, or in the first one that there is."""
    return words.get(language) or next(iter(words.values()), "")
