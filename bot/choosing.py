"""What typed words choose among options: one, several in a list, and words beside an option that takes some."""

from __future__ import annotations

import re

from bot.folding import folded, seen, trimmed
from bot.keyboards import numbered
from bot.naming import DIGITS, by_number, count_in, digits_in, exact_or_less, one
from bot.words_of_people import without_courtesy
from survey.questionnaire import NA, Item

MOST_PIECES = 100
LONGEST_LABEL = 6  # pieces between commas that one label may have
BETWEEN = re.compile(r" ?[,;.+&] ?| (?:và|va|and|với|voi) ")
BETWEEN_LABELS = re.compile(r" ?[,;+&] ?| (?:và|va|and) ")
RANGE = re.compile(r"(?:từ |tu )?([1-9][0-9]?) ?(?:[-~]|đến|den|tới|toi|to) ?([1-9][0-9]?)")
RUN = re.compile(r"[1-9]{2,9}")
COLON = re.compile(r"([^:：]{1,200})[:：](.+)", re.DOTALL)
AFTER_NUMBER = re.compile(r"(\W{0,4}\w{1,3}[\ufe0f\u20e3]*)\s*[.)=,–—-]\s*(\S.*)", re.DOTALL)


def chosen(item: Item, text: str, language: str) -> tuple[list[str], str] | None:
    """The codes that a typed answer chooses, with the words beside an option that takes some; None where unclear."""
    typed = folded(text.replace("\n", ", "))
    codes = many(item, typed, language) if item.type == "several" else as_list(one(item, typed, language))
    return (codes, "") if codes else with_words(item, text, language)


def as_list(code: str | None) -> list[str]:
    """The code alone in a list, or nothing."""
    return [code] if code is not None else []


def with_words(item: Item, text: str, language: str) -> tuple[list[str], str] | None:
    """An option that takes words and the words beside it: "7: nuôi ong", "khác: nuôi ong"."""
    split = COLON.fullmatch(text.strip())
    if split is None and item.type != "several":
        split = AFTER_NUMBER.fullmatch(text.strip())
        if split and (digits_in(folded(split[1])) is None or exact_or_less(item, folded(split[2]), language)):
            return None
    if split is None or not item.offers_other or not seen(split[2]):
        return None
    head = folded(split[1])
    codes = many(item, head, language) if item.type == "several" else as_list(one(item, head, language))
    takes = any(code in item.by_code and item.by_code[code].other for code in codes)
    return (codes, split[2].strip()) if takes else None


def many(item: Item, typed: str, language: str) -> list[str]:
    """The codes that folded words name, in file order; none where any part of them is unclear."""
    alone = one(item, typed, language)
    if alone is not None:
        return [alone]
    spare = without_courtesy(typed)
    codes = in_numbers(item, spare) or in_labels(item, spare, language)
    return [code for code in (*item.by_code, NA) if code in codes]


def in_numbers(item: Item, typed: str) -> set[str]:
    """Several options by their numbers: "1,3", "1 3", "1 và 3", "1-3", "13" where that can mean nothing else."""
    words = trimmed(typed)
    if RUN.fullmatch(words) and len(set(words)) == len(words) and len(item.options) < 9 and numbered(item):
        numbers = [int(digit) for digit in words]
        return {item.options[n - 1].code for n in numbers} if max(numbers) <= len(item.options) else set()
    codes: set[str] = set()
    for part in BETWEEN.split(words):
        found = [by_number(item, number) for number in numbers_of(part)]
        if not found or None in found:
            return set()
        codes.update(code for code in found if code is not None)
    return codes


def numbers_of(part: str) -> list[int]:
    """The numbers of one part of a list; none where it is something else."""
    span = RANGE.fullmatch(part)
    if span:
        first, last = int(span[1]), int(span[2])
        return list(range(first, last + 1)) if first < last else []
    if all(DIGITS.fullmatch(word) for word in part.split()):
        return [int(word) for word in part.split()]
    number = digits_in(part) or count_in(part)
    return [number] if number else []


def in_labels(item: Item, typed: str, language: str) -> set[str]:
    """Several options by their words, with commas between; a label may hold commas itself, so long ones come first."""
    marks = list(BETWEEN_LABELS.finditer(typed))
    starts, ends = [0, *(mark.end() for mark in marks)], [*(mark.start() for mark in marks), len(typed)]
    codes: set[str] = set()
    place = 0
    while place < len(starts) <= MOST_PIECES:
        for end in range(min(place + LONGEST_LABEL, len(ends)) - 1, place - 1, -1):
            code = one(item, typed[starts[place] : ends[end]], language)
            if code is not None:
                break
        else:
            return set()
        codes.add(code)
        place = end + 1
    return codes
