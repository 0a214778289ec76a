"""Codes of counters in what people type: alone, after the word "mã", or as the end of an address."""

from __future__ import annotations

import re
import unicodedata

from bot.folding import folded, plain, trimmed
from bot.words_of_people import without_courtesy
from survey.counter_codes import LENGTH, read_counter_code

ADDRESS = re.compile(r"(?:/c/|[?&]start=)([0-9A-Za-z_-]{1,64})")
PREFIX = re.compile(
    r"(?:(?:xin|toi|em|cho toi) )*(?:(?:gui|nhap|send|enter) )?"
    r"(?:ma|code)(?: (?:so|quay|cua quay|khao sat|phieu|la|is))* ?[:#.-]? ?([0-9a-z][0-9a-z -]{2,18})"
)
GROUPS = re.compile(r"(?<![0-9a-z])(?=([0-9a-z]{4}[ -]?[0-9a-z]{4}[ -]?[0-9a-z](?![0-9a-z])))")
SHAPE = re.compile(r"[0-9a-z]+(?:[ -][0-9a-z]+){0,2}")


def code_in_address(text: str) -> str | None:
    """The code at the end of a poster's address or of a link to the bot, as it stands there."""
    found = ADDRESS.search(unicodedata.normalize("NFKC", text))
    return found[1] if found else None


def code_after_word(text: str) -> str | None:
    """What is called a code where the whole text says so: "Gửi mã 0000-0000-0"; it need not be right.

    >>> code_after_word("Gửi mã: 0000-0000-0."), code_after_word("mã P017"), code_after_word("mã hồ sơ của tôi")
    ('0000-0000-0', 'p017', None)
    """
    found = PREFIX.fullmatch(plain(trimmed(without_courtesy(tidy(text)))))
    if found is None or not (any(letter.isdigit() for letter in found[1]) or read_counter_code(found[1])):
        return None
    return found[1]


def lone_code(text: str) -> str | None:
    """The counter code that the whole text is; its check character makes it one.

    >>> lone_code("oooo oooo o"), lone_code("0000–0000–0."), lone_code("000000001")
    ('000000000', '000000000', None)
    """
    return read_counter_code(trimmed(tidy(text)))


def is_printed_code(text: str) -> bool:
    """Whether a text looks like a code and like nothing else: letters and digits, or in groups as on a poster."""
    words = trimmed(tidy(text))
    mixed = any(letter.isdigit() for letter in words) and any(letter.isalpha() for letter in words)
    return mixed or re.fullmatch("[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]", words) is not None


def code_within(text: str) -> str | None:
    """A counter code with at least one digit somewhere in the text."""
    for found in GROUPS.finditer(tidy(text)):
        code = read_counter_code(found[1])
        if code is not None and any(letter.isdigit() for letter in found[1]):
            return code
    return None


def like_a_code(text: str) -> str | None:
    """What was probably meant as a code and is none: one slip, or one letter too few or too many."""
    words = trimmed(tidy(text))
    letters = re.sub("[ -]", "", words)
    mixed = any(letter.isdigit() for letter in letters) and len(letters) in (LENGTH, LENGTH + 1, LENGTH + 2)
    return words if mixed and SHAPE.fullmatch(words) else None


def tidy(text: str) -> str:
    """Folded text with hyphens for the dots and underscores that people set between groups."""
    return re.sub(r"(?<=[0-9a-z])[._](?=[0-9a-z])", "-", folded(text))
