"""Which one option typed words name. Where they fit two of them, or none, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from bot.folding import bare, fits, folded, plain, trimmed, word_fits
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
SIDES = re.compile(r"[,/;()|]")
DIGITS = re.compile(r"[1-9][0-9]{0,2}")
NUMBER_AND_WORDS = re.compile(r"([1-9][0-9]{0,2})(?: ?[-.):·=,] ?| |(?=[^\W0-9_]))([^0-9 ].*)")


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
    known = [] if has_face(item, typed) else labels(item, language)
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


def has_face(item: Item, typed: str) -> bool:
    """Whether a face was sent that stands for an option."""
    return is_satisfaction(item) and not set(FACES).isdisjoint(typed)


def by_face(item: Item, typed: str, language: str) -> set[str]:
    """The options whose face was sent; number or words beside it must say the same."""
    if not has_face(item, typed):
        return set()
    found = {option.code for option in item.options if FACES[(option.score or 1) - 1] in typed}
    rest = trimmed("".join(letter for letter in typed if letter not in FACES))
    return found | {one(item, rest, language) or ""} if found and rest else found


def by_digits(item: Item, typed: str, language: str) -> set[str]:
    """The option whose number was typed in digits."""
    number = digits_in(typed)
    code = by_number(item, number) if number else None
    return {code} if code is not None else set()


def by_count(item: Item, typed: str, language: str) -> set[str]:
    """The option whose number was typed as a word; another option, too, where the word may be of its label."""
    number = count_in(typed)
    code = by_number(item, number) if number else None
    if code is None:
        return set()
    parts = parts_in(item, bare(typed).split(), language)
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
    return parts_in(item, words, language)


def parts_in(item: Item, words: list[str], language: str) -> set[str]:
    """The options in whose labels these words stand; not one alone whose meaning they would turn."""
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


def exact_or_less(item: Item, typed: str, language: str) -> set[str]:
    """The options whose words were typed, with their marks or fewer."""
    return exactly(item, typed, language) or by_words(item, typed, language)


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
