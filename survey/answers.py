"""Reading one answer: what was posted, typed or imported for an item becomes a value, nothing, or a fault."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from survey.conditions import Value
from survey.faults import Fault, listed, shown
from survey.questionnaire import NA, Item

MAX_MARKS = 8  # combining marks on one letter; Vietnamese needs two
OTHER_LENGTH = 200
NUMBER = re.compile(r"([+-]?)([0-9]{1,15})(?:[.,]([0-9]{1,10}))?")
ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
LOCAL_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
UNSEEN = dict.fromkeys((*range(1, 9), 11, 12, *range(14, 32), *range(127, 160)), " ")


def read(item: Item, raw: Sequence[str]) -> Value | Fault | None:
    """The answer to `item` that the strings in `raw` give: a value, None for blank, or a Fault.

    A closed item takes option codes and "na"; `several` gives its codes in file order. Numbers may have a decimal
    comma, days may be written 2024-05-01 or 1/5/2024. Words come back trimmed and in NFC.

    >>> from survey.examples import EXAMPLE
    >>> read(EXAMPLE.item("wait"), [" 3 "]), read(EXAMPLE.item("wait"), [""])
    ('3', None)
    >>> read(EXAMPLE.item("ways"), ["post", "desk"])
    ('desk', 'post')
    >>> read(EXAMPLE.item("wait"), ["9"])
    Fault(code='unknown_option', where='wait', facts={'found': '9', 'options': '1, 2, 3, na'})
    """
    if item.single and len(raw) == 1 and raw[0] in item.accepted:
        return raw[0]
    given = [text for text in raw if text and not text.isspace()]
    if not given:
        return None
    for text in given:
        if flaw := unreadable(text):
            return Fault(flaw, item.code, {"limit": str(MAX_MARKS)})
    if item.type == "several":
        return read_several(item, given)
    if len(given) > 1:
        return Fault("too_many_values", item.code, {"count": str(len(given))})
    return READERS[item.type](item, given[0].strip())


def read_cell(item: Item, text: str) -> Value | Fault | None:
    """The answer that one cell of a sheet gives; several options stand with a bar between them.

    >>> from survey.examples import EXAMPLE
    >>> read_cell(EXAMPLE.item("ways"), "desk|post")
    ('desk', 'post')
    """
    return read(item, text.split("|") if item.type == "several" else (text,))


def read_other(item: Item, raw: Sequence[str]) -> str | Fault | None:
    """The words typed beside an option marked `other`, at most 200 characters.

    >>> from survey.examples import EXAMPLE
    >>> read_other(EXAMPLE.item("ways"), ["  by a neighbour "])
    'by a neighbour'
    """
    given = [text for text in raw if text and not text.isspace()]
    if len(given) > 1:
        return Fault("too_many_values", item.code, {"count": str(len(given))})
    return read_words(item, given[0], OTHER_LENGTH) if given else None


def has_other(item: Item, value: Value | None) -> bool:
    """Whether the answer chooses an option that words may be typed beside."""
    chosen = value if isinstance(value, tuple) else (value,)
    return item.offers_other and any(isinstance(code, str) and is_other(item, code) for code in chosen)


def is_other(item: Item, code: str) -> bool:
    """Whether that option is marked `other`."""
    option = item.by_code.get(code)
    return option is not None and option.other


def unreadable(text: str) -> str | None:
    """The code of a fault that makes text unfit to keep anywhere, or None."""
    if text.isascii():
        return "bad_character" if "\0" in text else None
    try:
        text.encode()
    except UnicodeEncodeError:
        return "bad_character"
    if "\0" in text:
        return "bad_character"
    return "too_many_marks" if marks(text) > MAX_MARKS else None


def marks(text: str) -> int:
    """The longest run of combining marks.

    >>> marks("Việt Nam"), marks("a" + "\u0301" * 9)
    (0, 9)
    """
    longest = run = 0
    for letter in text:
        run = run + 1 if letter >= "\u0300" and unicodedata.category(letter) in ("Mn", "Me") else 0
        longest = max(longest, run)
    return longest


def read_single(item: Item, text: str) -> Value | Fault:
    """One option code, or na."""
    return text if text in item.accepted else unknown_option(item, text)


def unknown_option(item: Item, text: str) -> Fault:
    """The fault of a code that the item does not offer."""
    offered = [option.code for option in item.options] + ([NA] if item.na is not None else [])
    return Fault("unknown_option", item.code, {"found": shown(text), "options": listed(offered)})


def read_several(item: Item, given: Sequence[str]) -> Value | Fault:
    """Option codes in file order; na and exclusive options stand alone."""
    chosen = {text.strip() for text in given}
    for text in given:
        if text.strip() not in item.accepted:
            return unknown_option(item, text.strip())
    if len(chosen) > 1:
        for code in [NA] + [option.code for option in item.options if option.exclusive]:
            if code in chosen:
                return Fault("exclusive_with_others", item.code, {"option": code})
    if item.max_choices is not None and len(chosen) > item.max_choices:
        return Fault("too_many_choices", item.code, {"count": str(len(chosen)), "limit": str(item.max_choices)})
    return NA if chosen == {NA} else tuple(option.code for option in item.options if option.code in chosen)


def read_number(item: Item, text: str) -> Value | Fault:
    """A number with a point or a comma before its decimals; no thousands separators, which are ambiguous."""
    if text in item.accepted:
        return text
    found = NUMBER.fullmatch(text)
    if found is None:
        return Fault("number_form", item.code, {"found": shown(text)})
    sign, whole, fraction = found[1], found[2], found[3] or ""
    if len(fraction) > item.decimals:
        return Fault("too_many_decimals", item.code, {"found": shown(text), "limit": str(item.decimals)})
    return in_range(item, plain(Decimal(f"{sign}{whole}.{fraction or 0}")))


def plain(number: Decimal) -> Decimal:
    """The number without trailing zeros, exponent or negative zero, so that equal answers are written alike.

    >>> plain(Decimal("-0.50")), plain(Decimal("100")), plain(Decimal("-0"))
    (Decimal('-0.5'), Decimal('100'), Decimal('0'))
    """
    return Decimal(f"{number.normalize():f}") if number else Decimal(0)


def read_date(item: Item, text: str) -> Value | Fault:
    """A day, as 2024-05-01 or as 1/5/2024."""
    if text in item.accepted:
        return text
    found = day(text)
    return Fault(found, item.code, {"found": shown(text)}) if isinstance(found, str) else in_range(item, found)


def day(text: str) -> date | str:
    """The day that a text names, or the code of what is wrong with it.

    >>> day("1/5/2024"), day("2024-02-30"), day("May")
    (datetime.date(2024, 5, 1), 'no_such_day', 'date_form')
    """
    iso, local = ISO_DAY.fullmatch(text), LOCAL_DAY.fullmatch(text)
    parts = iso.groups() if iso else tuple(reversed(local.groups())) if local else None
    if parts is None:
        return "date_form"
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return "no_such_day"


def in_range(item: Item, value: Decimal | date) -> Value | Fault:
    """The value, or the fault of a number or day outside its bounds."""
    low, high = item.minimum, item.maximum
    below = low is not None and value < low  # type: ignore[operator]  # a number item has numbers as bounds
    above = high is not None and value > high  # type: ignore[operator]  # a date item has days
    if not (below or above):
        return value
    facts = {"found": bound_words(value), "minimum": bound_words(low), "maximum": bound_words(high)}
    missing = {(True, False): "above_maximum", (False, True): "below_minimum"}
    return Fault(missing.get((low is None, high is None), "out_of_range"), item.code, facts)


def bound_words(bound: Decimal | date | None) -> str:
    """A bound as a person reads it: no exponents."""
    return "" if bound is None else f"{bound:f}" if isinstance(bound, Decimal) else bound.isoformat()


def read_text(item: Item, text: str) -> Value | Fault | None:
    """Free words within the item's length."""
    return read_words(item, text, item.max_length)


def read_words(item: Item, text: str, limit: int) -> str | Fault | None:
    """Words trimmed and composed (NFC), line ends as one character, what cannot be seen as a blank."""
    if flaw := unreadable(text):
        return Fault(flaw, item.code, {"limit": str(MAX_MARKS)})
    words = text.replace("\r\n", "\n").replace("\r", "\n").translate(UNSEEN)
    words = unicodedata.normalize("NFC", words).strip()
    if len(words) > limit:
        return Fault("words_too_long", item.code, {"count": str(len(words)), "limit": str(limit)})
    return words or None


READERS: Mapping[str, Callable[[Item, str], Value | Fault | None]] = {
    "scale": read_single,
    "single": read_single,
    "yes_no": read_single,
    "matrix": read_single,
    "number": read_number,
    "date": read_date,
    "text": read_text,
}
