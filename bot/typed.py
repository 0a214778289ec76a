"""What typed words mean. Answers are strict: where anything is unclear the question is asked again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from bot.choosing import chosen
from bot.folding import bare, fits, folded, plain, seen, trimmed
from bot.naming import count_in, digits_in, exact_or_less, exactly
from bot.typed_codes import code_after_word, code_in_address, code_within, is_printed_code, like_a_code, lone_code
from bot.words_of_people import (
    ALSO_ANSWERS,
    BEGIN,
    DONE,
    NO,
    NOT_APPLICABLE,
    REFUSE,
    SIGNS,
    SLASHES,
    TONGUE_NAMES,
    TOO_LITTLE,
    YES,
    among,
    command_words,
    without_courtesy,
)
from runtime.words import LANGUAGES
from survey.answers import day
from survey.questionnaire import NA, OTHER, Item
from workflows.callers import item_of
from workflows.chat import Act, Begin, Come, Done, Erase, GoBack, Help, OnWeb, Pass, Say, Show, Speak, Stop, Talk

LONGEST = 500  # characters of an answer that is no words of one's own
MOST_READ = 1_000  # beyond that nobody looks for a code or a command: the others wait meanwhile
SLASH = re.compile(r"/([a-z_]{1,32})(?:@\w+)?(?: (.*))?", re.DOTALL)
AMOUNT = re.compile(r"([+-]?[0-9]{1,15}(?:[.,][0-9]{1,10})?)(?: ?([^\W\d_]+(?: [^\W\d_]+)?))?")
SPELT = re.compile(r"([^\W\d_]+)(?: ([^\W\d_]+(?: [^\W\d_]+)?))?")
SPELT_DAY = re.compile(r"(?:ngay )?([0-9]{1,2}) ?thang ?([0-9]{1,2}),? ?(?:nam )?([0-9]{4})")

ACTS: Mapping[str, Callable[[str], Act]] = {
    "back": lambda step: GoBack(step) if step else Show(),
    "pass": lambda step: Pass(step) if step else Show(),
    "stop": lambda step: Stop(),
    "erase": lambda step: Erase(),
    "help": lambda step: Help(),
    "speak": lambda step: Speak(""),
    "web": lambda step: OnWeb(),
    "show": lambda step: Show(),
    "begin": lambda step: Show() if step else Begin(),
}


def meaning(text: str, talk: Talk | None, language: str) -> Act:
    """What a person who typed that wants, given the form that is open; `language` is the one spoken otherwise."""
    if len(text) > MOST_READ:
        return in_own_words(text, talk)
    if not seen(text):
        return Show()
    typed, step = folded(text), talk.state.step if talk else ""
    found = slashed(text, step, talk.place.languages if talk else LANGUAGES)
    if found is not None:
        return found
    if talk is None or not step:
        return before_it_begins(text, typed, talk)
    return at_a_question(text, typed, talk, language)


def at_a_question(text: str, typed: str, talk: Talk, language: str) -> Act:
    """Words while a question is open."""
    step, item = talk.state.step, item_of(talk)
    if item is None:
        found = told(typed, step) or told_code(text)
        return Say(step, {}) if found is None or isinstance(found, Show) else found
    if talk.wants_words or item.type == "text":
        return own_words(text, typed, talk, item)
    return answer(text, typed, talk, item, talk.state.language or language)


def in_own_words(text: str, talk: Talk | None) -> Act:
    """The text as it stands as the answer; while nothing is asked there is none to give."""
    item = item_of(talk) if talk is not None else None
    if talk is None or item is None:
        return Show()
    words = {item.code: awaited(talk), item.code + OTHER: [text]} if talk.wants_words else {item.code: [text]}
    return Say(talk.state.step, words)


def zero_is_an_answer(talk: Talk) -> bool:
    """Whether a typed 0 answers the open question, so that it cannot mean "back" there."""
    item = item_of(talk)
    if item is None or talk.wants_words:
        return False
    if item.type != "number":
        return "0" in {folded(words) for option in item.options for words in option.text.values()}
    low, high = item.minimum, item.maximum
    return not (isinstance(low, Decimal) and low > 0) and not (isinstance(high, Decimal) and high < 0)


def slashed(text: str, step: str, languages: tuple[str, ...]) -> Act | None:
    """A command with a slash, as chat apps offer them; None where there is none that is known."""
    found = SLASH.fullmatch(plain(folded(text)))
    if found is None:
        return None
    name, rest = found[1].replace("_", ""), " ".join(text.split()[1:])
    if name == "start":
        return Come(code_in_address(rest) or rest[:64]) if seen(rest) else Show()
    if name in languages or name in LANGUAGES:
        return Speak(name)
    if SLASHES.get(name) == "speak" and rest:
        return Speak(tongue(folded(rest)) or "")
    return ACTS[SLASHES[name]](step) if name in SLASHES else None


def told(typed: str, step: str, *, own: bool = False, zero: bool = False) -> Act | None:
    """A command in words; with `own` only those that are not likely to be somebody's own words for something else."""
    if zero and trimmed(typed) == "0":
        return None
    name = SIGNS.get(typed.rstrip(" .!")) or SIGNS.get(trimmed(typed))
    if name:
        return ACTS[name](step)
    for said in (typed,) if own else (typed, without_courtesy(typed)):
        words = bare(trimmed(said))
        command = command_words(words)
        if command and not (own and command[1] in ALSO_ANSWERS):
            return ACTS[command[0]](step)
        spoken = tongue(words)
        if spoken and not (own and words in LANGUAGES):
            return Speak(spoken)
    return None


def tongue(words: str) -> str | None:
    """The language of that name or tag."""
    name = among(words, TONGUE_NAMES)
    return TONGUE_NAMES[name] if name else words if words in LANGUAGES else None


def told_code(text: str) -> Act | None:
    """A code that is called one, or an address with one."""
    code = code_in_address(text) or code_after_word(text)
    return Come(code) if code else None


def before_it_begins(text: str, typed: str, talk: Talk | None) -> Act:
    """Words while no question is open: a code, a command, or that one agrees to begin."""
    code = lone_code(text) or code_in_address(text) or code_after_word(text)
    if code:
        return Come(code)
    found = told(typed, "")
    if found is not None:
        return found
    words = bare(without_courtesy(typed))
    if talk is not None and (among(words, BEGIN) or digits_in(typed) == 1 or count_in(typed) == 1):
        return Begin()
    if talk is not None and among(words, REFUSE):
        return Stop()
    code = code_within(text) or like_a_code(text)
    return Come(code) if code else Show()


def own_words(text: str, typed: str, talk: Talk, item: Item) -> Act:
    """Words that are an answer as they stand, unless the whole of them is a command or a code."""
    step = talk.state.step
    found = told(typed, step, own=True)
    if isinstance(found, Pass) and talk.wants_words:
        return Say(step, {item.code: awaited(talk)})
    if found is not None:
        return found
    code = whole_code(text)
    if code:
        return Come(code)
    return in_own_words(text, talk)


def awaited(talk: Talk) -> list[str]:
    """The options chosen, while the words beside one of them are awaited."""
    return list(talk.ticked) or [talk.wants_words]


def whole_code(text: str) -> str | None:
    """The counter code that the whole text can only be, though words are asked for."""
    code = code_after_word(text) or (code_in_address(text) if len(text.split()) == 1 else None)
    return lone_code(code) if code else lone_code(text) if is_printed_code(text) else None


def answer(text: str, typed: str, talk: Talk, item: Item, language: str) -> Act:
    """Words while a question is open that has options, a number or a day as its answer."""
    step = talk.state.step
    exact = exactly(item, typed, language)
    if len(exact) == 1 and (typed not in SIGNS or zero_is_an_answer(talk)):
        return Say(step, {item.code: list(exact)})
    found = told(typed, step, zero=zero_is_an_answer(talk))
    if found is not None:
        return Say(step, {item.code: [text]}) if may_be_yes_or_no(item, typed) else found
    if talk.ticked and item.type == "several" and among(bare(without_courtesy(typed)), DONE):
        return Done(step)
    raw = READERS.get(item.type, choice)(item, text, language) if len(text) <= LONGEST else None
    if raw is not None:
        return Say(step, raw)
    code = code_in_address(text) or code_after_word(text) or whole_code(text) or code_within(text)
    return Come(code) if code else Say(step, {item.code: [refusable(item, text)]})


def may_be_yes_or_no(item: Item, typed: str) -> bool:
    """Whether a command without its tone marks may as well be an answer: "dung" is "dừng" or "đúng"."""
    words = bare(typed)
    command = command_words(words)
    return item.type == "yes_no" and command is not None and command[1] != words and bool(among(words, (*YES, *NO)))


def refusable(item: Item, text: str) -> str:
    """The text as the engine will refuse it: an option code that nobody was shown is no answer."""
    return f"{text.strip()}?" if item.options and text.strip() in item.accepted else text


Raw = Mapping[str, list[str]]


def choice(item: Item, text: str, language: str) -> Raw | None:
    """The options that were named, with words beside them."""
    found = chosen(item, text, language)
    if found is None:
        return None
    codes, words = found
    return {item.code: codes, item.code + OTHER: [words]} if words else {item.code: codes}


def not_applicable(item: Item, typed: str, language: str) -> bool:
    """Whether the words say that a number or day does not apply."""
    spare = without_courtesy(typed)
    known = item.na is not None and (among(bare(spare), NOT_APPLICABLE) or exact_or_less(item, spare, language))
    return bool(known)


def number(item: Item, text: str, language: str) -> Raw | None:
    """A number in digits or as a word; after it may stand what the question counts: "3 lần"."""
    typed = folded(text)
    if not_applicable(item, typed, language):
        return {item.code: [NA]}
    words = trimmed(without_courtesy(typed))
    found = AMOUNT.fullmatch(words)
    if found and is_counted(item, found[2], language):
        return {item.code: [found[1]]}
    spelt = SPELT.fullmatch(words)
    count = count_in(spelt[1]) if spelt else None
    return {item.code: [str(count)]} if spelt and count and is_counted(item, spelt[2], language) else None


def is_counted(item: Item, unit: str | None, language: str) -> bool:
    """Whether the question counts in that unit; no unit is as good."""
    if not unit:
        return True
    asked = bare(folded(item.text.get(language, ""))).split()
    size = len(unit.split())
    if any(plain(word) in TOO_LITTLE for word in unit.split()):
        return False
    return any(fits(unit, " ".join(asked[place : place + size])) for place in range(len(asked)))


def date(item: Item, text: str, language: str) -> Raw | None:
    """A day as the engine reads it, or spelt out: "ngày 1 tháng 5 năm 2024"."""
    typed = without_courtesy(folded(text))
    if not_applicable(item, typed, language):
        return {item.code: [NA]}
    spelt = SPELT_DAY.fullmatch(trimmed(plain(typed)))
    words = "/".join(spelt.groups()) if spelt else re.sub(r" ?([/.-]) ?", r"\1", trimmed(plain(typed)))
    words = words.removeprefix("ngay ")
    return {item.code: [words]} if day(words) != "date_form" else None


READERS: Mapping[str, Callable[[Item, str, str], Raw | None]] = {"number": number, "date": date}
