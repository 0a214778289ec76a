"""Answers in words: what was taken, why one was refused and what would be right, with an example where it helps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from bot.keyboards import numbered, offers_buttons
from bot.lengths import fit
from bot.saying import Way, said
from runtime.words import LANGUAGES, day_words, fault_sentence, number_words
from survey.conditions import Value
from survey.conversation import Accepted, Event, Rejected
from survey.faults import Fault
from survey.questionnaire import NA, OTHER, Item, Questionnaire

ECHO = 120  # characters of an answer that is repeated
FAILED_AGAIN = 2  # tries after which an example is shown
EXAMPLE_DAY = date(2026, 9, 25)
EXAMPLE_NUMBER = Decimal(12)


def label(item: Item, code: str, language: str) -> str:
    """The words of an option, or of "not applicable"."""
    words = item.na if code == NA else item.by_code[code].text if code in item.by_code else None
    return code if words is None else words[language]


def answer_words(item: Item, value: Value, language: str) -> str:
    """An answer as it reads: labels, a number, a day, or the words themselves."""
    if isinstance(value, tuple):
        return "; ".join(label(item, code, language) for code in value)
    if isinstance(value, Decimal):
        return decimal_words(value, language)
    if isinstance(value, date):
        return day_words(value, language)
    return label(item, value, language)


def decimal_words(number: Decimal, language: str) -> str:
    """A number with the digits that it has and no more."""
    return number_words(number, max(0, -int(number.normalize().as_tuple().exponent)), language)


def taken(questionnaire: Questionnaire, events: Iterable[Event], language: str) -> str:
    """The answers that were taken, as one phrase; nothing where none was, or where it is words of the person's own."""
    accepted = {event.item: event.value for event in events if isinstance(event, Accepted)}
    phrases = []
    for code, value in accepted.items():
        item = questionnaire.by_code.get(code)
        if item is None or (item.type == "text" and value != NA):
            continue
        words, beside = answer_words(item, value, language), accepted.get(code + OTHER)
        phrases.append(f"{words} ({beside})" if beside else words)
    return fit("; ".join(phrases), ECHO)


def acknowledged(questionnaire: Questionnaire, events: Iterable[Event], language: str) -> str:
    """A short line that says what was taken; nothing where no answer came."""
    known = tuple(events)
    if not any(isinstance(event, Accepted) for event in known):
        return ""
    words = taken(questionnaire, known, language)
    return f"✓ {said('Noted: %(answer)s', language, answer=words) if words else said('Your words are noted', language)}"


def refused(item: Item, events: Iterable[Event], way: Way, language: str) -> list[str]:
    """Why an answer was refused, and what would be right."""
    faults = [event.fault for event in events if isinstance(event, Rejected)]
    return [fault_words(item, fault, way, language) for fault in faults]


def fault_words(item: Item, fault: Fault, way: Way, language: str) -> str:
    """A fault as it reads in a chat, where nobody has seen the codes of options."""
    if fault.code == "unknown_option":
        return unknown_option(item, fault, way, language)
    if fault.code == "number_form" and not item.decimals:
        return said("“%(found)s” is not a number; please use digits only.", language, **fault.facts)
    facts = {**fault.facts}
    if "option" in facts:
        facts["option"] = label(item, facts["option"], language)
    for name in ("found", "minimum", "maximum"):
        facts[name] = bound(facts.get(name, ""), language)
    return fault_sentence(fault.code, facts, language if language in LANGUAGES else LANGUAGES[0])


def bound(fact: str, language: str) -> str:
    """A day or number of a fault as people write it; anything else as it stands."""
    try:
        return day_words(date.fromisoformat(fact), language)
    except ValueError:
        return fact.replace(".", ",") if language == "vi" and fact.replace(".", "", 1).isdigit() else fact


def unknown_option(item: Item, fault: Fault, way: Way, language: str) -> str:
    """That something was understood as none of the options, and how one is chosen."""
    found = said("“%(found)s” could not be read as one of the choices.", language, found=fault.facts.get("found", "…"))
    return found if item.type == "several" else f"{found} {how_to_choose(item, way, language)}"


def how_to_choose(item: Item, way: Way, language: str) -> str:
    """How one of the options is chosen: by its button, its number or its words."""
    last = len(item.options) + (item.na is not None)
    if way.buttons and offers_buttons(item):
        return said("Please press one of the buttons below.", language)
    if numbered(item):
        return said("Please send a number from 1 to %(last)s.", language, last=last)
    return said("Please send the words of one choice.", language)


def example(item: Item, way: Way, language: str) -> str:
    """What an answer to this question looks like; nothing where any words would do."""
    return EXAMPLES[item.type](item, way, language) if item.type in EXAMPLES else ""


def example_of_one(item: Item, way: Way, language: str) -> str:
    """Both ends of the list, so that the example leads to neither."""
    ends = [option.text[language] for option in (item.options[0], item.options[-1])]
    if not numbered(item):
        return said("For example, send: %(words)s", language, words=ends[0])
    return said(
        "For example: send 1 for “%(first)s”, or %(last)s for “%(final)s”.",
        language,
        first=fit(ends[0], ECHO),
        last=len(item.options),
        final=fit(ends[1], ECHO),
    )


def example_of_several(item: Item, way: Way, language: str) -> str:
    """Two of several."""
    if way.buttons and offers_buttons(item):
        return said("Press each choice that fits, then press “%(done)s”.", language, done=said("Done", language))
    return said("For example, send: %(words)s", language, words=two_of(item, language))


def two_of(item: Item, language: str) -> str:
    """Two options as one may type them."""
    second = min(3, len(item.options))
    return f"1,{second}" if numbered(item) else ", ".join(option.text[language] for option in item.options[:2])


def example_of_number(item: Item, way: Way, language: str) -> str:
    """A number that is possible here."""
    return said("For example, send: %(words)s", language, words=number_example(item, language))


def number_example(item: Item, language: str) -> str:
    """A number within the bounds, as people write it."""
    low, high = item.minimum, item.maximum
    number = min(EXAMPLE_NUMBER, high) if isinstance(high, Decimal) else EXAMPLE_NUMBER
    number = max(number, low) if isinstance(low, Decimal) else number
    return decimal_words(number, language)


def example_of_date(item: Item, way: Way, language: str) -> str:
    """A day that is possible here."""
    return said("For example, send: %(words)s", language, words=day_example(item))


def day_example(item: Item) -> str:
    """A day within the bounds, as it may be typed."""
    low, high = item.minimum, item.maximum
    found = min(EXAMPLE_DAY, high) if isinstance(high, date) else EXAMPLE_DAY
    found = max(found, low) if isinstance(low, date) else found
    return f"{found.day}/{found.month}/{found.year}"


Example = Callable[[Item, Way, str], str]
EXAMPLES: Mapping[str, Example] = {
    **dict.fromkeys(("scale", "single", "yes_no", "matrix"), example_of_one),
    "several": example_of_several,
    "number": example_of_number,
    "date": example_of_date,
}
