"""What people type, made comparable: one case, one width, one form of each letter, with tone marks kept apart."""

from __future__ import annotations

import re
import unicodedata

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")  # à á ã ả ạ; people set them on either vowel: hoà, hòa
TWINS = str.maketrans({"ð": "đ", "−": "-", "’": "'", "‘": "'", "ʼ": "'", "…": " "})
BLANK = re.compile(r"\s+")
INNER = re.compile(r"[\w<>+%=$-](?:.*[\w<>+%=$])?", re.DOTALL)  # from the first to the last sign that says something


def folded(text: str) -> str:
    """The text in lower case, composed, with plain digits for keycaps, circles and wide ones, and single blanks.

    >>> folded("  RẤT  Hài lo\u0300ng "), folded("４"), folded("4️⃣"), folded("④"), folded("🔟")
    ('rất hài lòng', '4', '4', '4', '10')
    """
    wide = unicodedata.normalize("NFKC", text.replace("🔟", "10")).casefold()
    signs = unicodedata.normalize("NFC", "".join(sign(letter) for letter in wide).translate(TWINS))
    return BLANK.sub(" ", signs).strip()


def sign(letter: str) -> str:
    """A letter as it counts: digits of every script in ASCII, every dash a hyphen, what cannot be seen left out."""
    if letter.isascii():
        return letter
    if (digit := unicodedata.digit(letter, None)) is not None:
        return str(digit)
    kind = unicodedata.category(letter)
    if kind == "Pd":
        return "-"
    return "" if kind in ("Cf", "Me", "Cs", "Co", "Cn") or "\ufe00" <= letter <= "\ufe0f" else letter


def seen(text: str) -> bool:
    """Whether there is anything in the text that a person can see."""
    return any(unicodedata.category(letter)[0] not in "CZ" for letter in folded(text))


def trimmed(words: str) -> str:
    """Folded words without dots, brackets and pictures around them.

    >>> trimmed("(4)."), trimmed("← quay lại"), trimmed("-5")
    ('4', 'quay lại', '-5')
    """
    found = INNER.search(words)
    return found[0] if found and found[0] != "-" else ""


def bare(words: str) -> str:
    """Folded words without punctuation and pictures; signs that mean something (<, +, %) stay.

    >>> bare("không áp dụng / chưa từng sử dụng"), bare("people's < 25.")
    ('không áp dụng chưa từng sử dụng', 'peoples < 25')
    """
    kept = (" " if is_mark(letter) else letter for letter in words.replace("'", ""))
    return BLANK.sub(" ", "".join(kept)).strip()


def is_mark(letter: str) -> bool:
    """Whether a sign only sets words apart."""
    if letter.isascii():
        return not (letter.isalnum() or letter in " <>+%=$")
    return unicodedata.category(letter)[0] == "P" or unicodedata.category(letter) in ("So", "Sk")


def plain(words: str) -> str:
    """Folded words without tone marks and the other marks on letters.

    >>> plain("đồng ý"), plain("thuỷ") == plain("thủy")
    ('dong y', True)
    """
    letters = unicodedata.normalize("NFD", words.replace("đ", "d"))
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


def fits(typed: str, words: str) -> bool:
    """Whether what was typed is these words with all of their marks or fewer, and none that they lack.

    >>> fits("hai long", "hài lòng"), fits("hoà", "hòa"), fits("tây", "tày"), fits("đúng", "dừng")
    (True, True, False, False)
    """
    given, known = typed.split(), words.split()
    return len(given) == len(known) and all(map(word_fits, given, known))


def word_fits(typed: str, word: str, *, whole: bool = True) -> bool:
    """Whether one typed word is that word with fewer marks or the same; with `whole=False`, its beginning."""
    given, tones = letters_of(typed)
    known, all_tones = letters_of(word)
    if len(given) > len(known) or (whole and len(given) < len(known)) or not tones <= all_tones:
        return False
    return all(letter == other and marks <= more for (letter, marks), (other, more) in zip(given, known, strict=False))


def letters_of(word: str) -> tuple[list[tuple[str, frozenset[str]]], set[str]]:
    """A word's letters, each with what makes it another letter (â, ơ, đ), and the tones of the word."""
    letters: list[tuple[str, frozenset[str]]] = []
    tones: set[str] = set()
    for letter in unicodedata.normalize("NFD", word):
        if letter in TONES:
            tones.add(letter)
        elif unicodedata.category(letter) == "Mn" and letters:
            letters[-1] = (letters[-1][0], letters[-1][1] | {letter})
        else:
            letters.append(("d", frozenset("đ")) if letter == "đ" else (letter, frozenset()))
    return letters, tones
