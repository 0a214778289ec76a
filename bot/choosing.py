"""Which options typed words choose. Where they fit two of them, or none, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from bot.folding import bare, fits, folded, plain, seen, trimmed, word_fits
from bot.keyboards import FACES, is_satisfaction, numbered, own_number
from bot.words_of_people import (
    BEFORE_NUMBERS,
    BUT,
    COUNTED,
    NEGATIONS,
    NO,
    NOT_APPLICABLE,
    OTHERS,
    TOO_LITTLE,
    TURNING_AFTER,
    TURNING_BEFORE,
    YES,
    among,
    without_courtesy,
)
from survey.questionnaire import NA, Item

LEAST_LETTERS = 3  # of a part of a label
MOST_PIECES = 100
LONGEST_LABEL = 6  # pieces between commas that one label may have
SIDES = re.compile(r"[,/;()|]")
DIGITS = re.compile(r"[1-9][0-9]{0,2}")
NUMBER_AND_WORDS = re.compile(r"([1-9][0-9]{0,2})(?: ?[-.):·=,] ?| |(?=[^\W0-9_]))([^0-9 ].*)")
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


def one(item: Item, typed: str, language: str) -> str | None:
    """The code of the one option that folded words name."""
    spare = without_courtesy(typed)
    for words in (typed, spare) if spare != typed else (typed,):
        for reading in READINGS:
            found = reading(item, words, language)
            if found:
                return next(iter(found)) if len(found) == 1 else None
    return None


def exactly(item: Item, typed: str, language: str) -> set[str]:
    """The options whose whole words were typed, with all their marks."""
    known = labels(item, language)
    found = {code for code, words in known if typed == words or (trimmed(typed) or typed) == trimmed(words)}
    if found or is_digits(typed):
        return found
    return {code for code, words in known if (bare(typed) or typed) == bare(words)}


def labels(item: Item, language: str) -> list[tuple[str, str]]:
    """Each answer code of the item with its folded words."""
    known = [(option.code, folded(option.text.get(language, ""))) for option in item.options]
    return known if item.na is None else [*known, (NA, folded(item.na.get(language, "")))]


def is_digits(typed: str) -> bool:
    """Whether there is nothing but digits: these are the number of an option, and no part of its words."""
    return bare(typed).replace(" ", "").isdigit()


def by_face(item: Item, typed: str, language: str) -> set[str]:
    """The options whose face was sent; number or words beside it must say the same."""
    if not is_satisfaction(item):
        return set()
    found = {option.code for option in item.options if FACES[(option.score or 1) - 1] in typed}
    rest = trimmed("".join(letter for letter in typed if letter not in FACES))
    return found | {one(item, rest, language) or ""} if found and rest else found


def by_digits(item: Item, typed: str, language: str) -> set[str]:
    """The option whose number was typed in digits."""
    number = digits_in(typed)
    return set(as_list(by_number(item, number))) if number else set()


def by_count(item: Item, typed: str, language: str) -> set[str]:
    """The option whose number was typed as a word; another option, too, where the word may be of its label."""
    number = count_in(typed)
    code = by_number(item, number) if number else None
    if code is None:
        return set()
    parts = by_part(item, typed, language)
    return {code} | (by_words(item, typed, language) or (parts if len(parts) == 1 else set()))


def digits_in(typed: str) -> int | None:
    """The number in digits that stands there alone or after a word such as "số"."""
    last = after_number_word(typed)
    return int(last) if DIGITS.fullmatch(last) else None


def count_in(typed: str) -> int | None:
    """The number from one to ten that stands there as a word, alone or after a word such as "số"."""
    return COUNTED.get(among(after_number_word(typed), COUNTED) or "")


def after_number_word(typed: str) -> str:
    """What stands after a word that comes before numbers, or alone; "" for anything else."""
    before, _, last = trimmed(typed).rpartition(" ")
    return last if not before or among(bare(before), BEFORE_NUMBERS) else ""


def by_number(item: Item, number: int) -> str | None:
    """The code of the option with that number; "not applicable" comes after the last one."""
    if not numbered(item):
        own = [o.code for o in item.options if number in {own_number(words) for words in o.text.values()}]
        return own[0] if len(own) == 1 else None
    if 1 <= number <= len(item.options):
        return item.options[number - 1].code
    return NA if item.options and item.na is not None and number == len(item.options) + 1 else None


def by_words(item: Item, typed: str, language: str) -> set[str]:
    """The options whose words were typed with fewer marks, or one side of a comma, slash or bracket of them."""
    words, known = bare(typed), labels(item, language)
    if not words or is_digits(typed):
        return set()
    found = {code for code, label in known if fits(words, bare(label))}
    return found or {code for code, label in known if any(fits(words, side) for side in sides(label))}


def sides(label: str) -> Iterator[str]:
    """What a label puts side by side; not where it goes on with a "but"."""
    found = [bare(side) for side in SIDES.split(label)]
    if BUT.isdisjoint(bare(label).split()):
        yield from (side for side in found if side and not side.isdigit())


def by_number_and_words(item: Item, typed: str, language: str) -> set[str]:
    """The option whose number and words were both typed, as they stand in the question."""
    found = NUMBER_AND_WORDS.fullmatch(trimmed(typed))
    code = by_number(item, int(found[1])) if found else None
    named = exact_or_less(item, found[2], language) if found else set()
    return {code} | named if code is not None and named else set()


def by_saying(item: Item, typed: str, language: str) -> set[str]:
    """The option that everyday words mean: yes, no, not applicable, other."""
    words = bare(typed)
    if item.na is not None and among(words, NOT_APPLICABLE):
        return {NA}
    if among(words, OTHERS):
        others = {option.code for option in item.options if option.other}
        return others if len(others) == 1 else set()
    if item.type != "yes_no" or not NEGATIONS.isdisjoint(bare(folded(item.by_code["yes"].text[language])).split()):
        return set()
    return {code for code, known in (("yes", YES), ("no", NO)) if among(words, known)}


def by_part(item: Item, typed: str, language: str) -> set[str]:
    """The options of whose words a part was typed; none where what was left out would turn the meaning."""
    words = bare(typed).split()
    letters = sum(len(word) for word in words)
    if letters < LEAST_LETTERS or is_digits(typed) or all(plain(word) in TOO_LITTLE for word in words):
        return set()
    found = {code: list(placings(words, bare(label).split())) for code, label in labels(item, language)}
    hits = {code for code, places in found.items() if places}
    clear = all(place for places in found.values() for place in places)
    return hits if clear or len(hits) > 1 else set()


def placings(words: list[str], label: list[str]) -> Iterator[bool]:
    """For each place where the words stand in the label, the last perhaps cut short: whether that is clear.

    It is not where what is left out makes it another answer; a word that is cut short and words with digits are clear
    at the beginning of the label only.
    """
    digits = any(letter.isdigit() for word in words for letter in word)
    for start in range(len(label) - len(words) + 1):
        here = label[start : start + len(words)]
        if not all(map(word_fits, words[:-1], here)) or not word_fits(words[-1], here[-1], whole=False):
            continue
        whole = word_fits(words[-1], here[-1])
        sound = (whole and not digits) or (start == 0 and (whole or not words[-1][-1].isdigit()))
        yield sound and not turns(label[:start], label[start + len(words) :])


def turns(before: Collection[str], after: Collection[str]) -> bool:
    """Whether words that were left out turn the meaning of the others, or change its degree."""
    return not (TURNING_BEFORE.isdisjoint(before) and TURNING_AFTER.isdisjoint(after))


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


def exact_or_less(item: Item, typed: str, language: str) -> set[str]:
    """The options whose words were typed, with their marks or fewer."""
    return exactly(item, typed, language) or by_words(item, typed, language)


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


Reading = Callable[[Item, str, str], set[str]]
READINGS: tuple[Reading, ...] = (
    exactly,
    by_face,
    by_digits,
    by_count,
    by_words,
    by_number_and_words,
    by_saying,
    by_part,
)
