"""Buttons below a question, and what the press of one means. Their data fit in 64 bytes whatever the form is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from bot.folding import folded
from bot.messages import Choice
from runtime.words import LANGUAGES, TONGUES, translate
from survey.conversation import Asked
from survey.journey import plan
from survey.questionnaire import NA, Item, Option
from workflows.chat import Act, Begin, Done, GoBack, Old, OnWeb, Pass, Say, Show, Speak, Stop, Talk, Tick

Row = tuple[Choice, ...]
Rows = tuple[Row, ...]
MOST_OPTIONS = 90  # of the 100 buttons that a message may bear; the others lead elsewhere
SHORT, SHORTEST = 18, 12  # characters of labels of which two or three go into a row
FACES = ("😠", "🙁", "😐", "🙂", "😄")
CHOSEN = " ✓"  # behind what was answered before, when a person has come back to it
FREE = "-"  # the tag of buttons that belong to no form
OWN_NUMBER = re.compile(r"([0-9]{1,3})(?: ?[.):·=-] ?(?![0-9 ]).*)?")
DATA = re.compile(r"([a-z])\|([0-9a-z-]{1,4})\|([a-z0-9_]{0,40})\|([a-z0-9]{0,3})")


def data(verb: str, talk: Talk | None, step: str = "", number: str = "") -> str:
    """What comes back when a button is pressed."""
    return f"{verb}|{talk.tag if talk else FREE}|{step}|{number}"


def offers_buttons(item: Item) -> bool:
    """Whether the item's options fit below a message; where they do not, their numbers are typed."""
    return 0 < len(item.options) <= MOST_OPTIONS


def is_satisfaction(item: Item) -> bool:
    """Whether the options are five levels of satisfaction, scored 1 to 5."""
    kinds = {option.satisfied for option in item.options}
    return kinds == {True, False} and sorted(option.score or 0 for option in item.options) == [1, 2, 3, 4, 5]


@lru_cache(maxsize=4_096)
def own_number(label: str) -> int | None:
    """The number that a label itself is, or begins with as a number of its own: "3", "3. Nhanh", "3 - Nhanh".

    >>> own_number("10"), own_number("2) Hai"), own_number("25 đến 34"), own_number("1-2 lần")
    (10, 2, None, None)
    """
    found = OWN_NUMBER.fullmatch(folded(label))
    return int(found[1]) if found else None


def numbered(item: Item) -> bool:
    """Whether options go by their number in file order; not where labels bear numbers of their own that differ."""
    return all(
        own_number(words) in (None, place)
        for place, option in enumerate(item.options, start=1)
        for words in option.text.values()
    )


def face(item: Item, option: Option) -> str:
    """The sign and number before the words of an option: a face and a number, or a number on a keycap.

    "" where the labels bear numbers of their own.
    """
    place = item.options.index(option) + 1
    if not numbered(item):
        return FACES[(option.score or 1) - 1] if is_satisfaction(item) else ""
    if is_satisfaction(item):
        return f"{FACES[(option.score or 1) - 1]} {place}"
    return keycap(place)


def na_face(item: Item) -> str:
    """The sign and number before the words of "not applicable"."""
    if not item.options or not numbered(item):
        return "➖"
    return f"➖ {len(item.options) + 1}" if is_satisfaction(item) else keycap(len(item.options) + 1)


def keycap(number: int) -> str:
    """A number on keycaps.

    >>> keycap(4), keycap(10), keycap(12)
    ('4️⃣', '🔟', '1️⃣2️⃣')
    """
    return "🔟" if number == 10 else "".join(f"{digit}\ufe0f\u20e3" for digit in str(number))


def titled(sign: str, words: str) -> str:
    """A sign before words: after a face and number a dot stands between, after a keycap a blank."""
    return f"{sign} · {words}" if sign[-1:].isdigit() else f"{sign} {words}".strip()


def keyboard(talk: Talk, asked: Asked) -> Rows:
    """The rows of buttons for the open question: options, not applicable, and the ways out of it."""
    item = next((item for question in asked.questions for item in question.items), None)
    rows: list[Row] = []
    if talk.wants_words or item is None:
        rows.append((Choice(onward_words(talk), data("p", talk, asked.step)),))
        return (*rows, *ways_out(talk, asked, passable=False))
    if item.type == "several":
        rows += several_rows(talk, item)
    elif offers_buttons(item):
        rows += laid([option_choice(talk, item, option, "a") for option in item.options], item)
    if item.na is not None:
        rows.append((na_choice(talk, item),))
    return (*rows, *ways_out(talk, asked, passable=not item.required))


def onward_words(talk: Talk) -> str:
    """What leads on where nothing must be chosen: past the words beside an option, or past a note."""
    language = talk.state.language
    return translate("Go on without further words", language) if talk.wants_words else translate("Continue", language)


def several_rows(talk: Talk, item: Item) -> Iterator[Row]:
    """Boxes to tick and the button that says that this is all."""
    if not offers_buttons(item):
        return
    for option in item.options:
        yield (option_choice(talk, item, option, "t"),)
    yield (Choice(f"✅ {translate('Done', talk.state.language)}", data("d", talk, item.code)),)


def option_choice(talk: Talk, item: Item, option: Option, verb: str) -> Choice:
    """The button of one option."""
    words = titled(face(item, option), option.text[talk.state.language])
    if verb == "t":
        words = f"{'☑' if option.code in talk.ticked else '☐'} {words}"
    elif talk.state.answers.get(item.code) == option.code:
        words += CHOSEN
    return Choice(words, data(verb, talk, item.code, str(item.options.index(option) + 1)))


def na_choice(talk: Talk, item: Item) -> Choice:
    """The button of "not applicable"."""
    assert item.na is not None
    words = titled(na_face(item), item.na[talk.state.language])
    if talk.state.answers.get(item.code) == NA:
        words += CHOSEN
    return Choice(words, data("a", talk, item.code, NA))


def laid(choices: Sequence[Choice], item: Item) -> list[Row]:
    """Buttons in rows: one a row, or two or three where every label is short and there are no faces."""
    longest = max(len(choice.label) for choice in choices)
    wide = 1 if is_satisfaction(item) or longest > SHORT else 2 if longest > SHORTEST else 3
    return [tuple(choices[place : place + wide]) for place in range(0, len(choices), wide)]


def ways_out(talk: Talk, asked: Asked, *, passable: bool) -> Iterator[Row]:
    """Back, past the question where that is allowed, and over to the browser."""
    language = talk.state.language
    row = []
    if asked.position > 1 or talk.wants_words:
        row.append(Choice(f"← {translate('Back', language)}", data("b", talk, asked.step)))
    if passable:
        row.append(Choice(f"{translate('Skip', language)} →", data("p", talk, asked.step)))
    if row:
        yield tuple(row)
    yield (web_choice(talk),)


def web_choice(talk: Talk) -> Choice:
    """The button that moves to the browser, with the answers so far."""
    return Choice(f"🌐 {translate('Answer on the web page', talk.state.language)}", data("w", talk, talk.state.step))


def begin_keyboard(talk: Talk) -> Rows:
    """Below the first message: begin, the same in the browser, and the other languages."""
    start = Choice(f"▶ {translate('Begin', talk.state.language)}", data("g", talk))
    others = [tongue for tongue in talk.place.languages if tongue != talk.state.language]
    return ((start,), (web_choice(talk),), *languages_keyboard(others, talk))


def languages_keyboard(offered: Sequence[str], talk: Talk | None) -> Rows:
    """A button for each language, by its name for itself."""
    return tuple((Choice(f"🗣 {TONGUES.get(tongue, tongue)}", data("l", talk, "", tongue)),) for tongue in offered)


def stay_keyboard(talk: Talk) -> Rows:
    """Back to what is open: below help and below the words that say that it waits."""
    return ((Choice(f"▶ {translate('Continue', talk.state.language)}", data("s", talk)),), (web_choice(talk),))


def pressed(found: str, talk: Talk | None) -> Act:
    """What the press of a button means; Old where it is of another form or cannot be read."""
    parts = DATA.fullmatch(found)
    if parts is None:
        return Old()
    verb, tag, step, number = parts.groups()
    if tag == FREE:
        return LOOSE[verb](None, step, number) if verb in LOOSE else Old()
    if talk is None or tag != talk.tag or verb not in PRESSES:
        return Old()
    return PRESSES[verb](talk, step, number)


def answer(talk: Talk, step: str, number: str) -> Act:
    """An option of a question, or that it does not apply."""
    item = talk.place.questionnaire.by_code.get(step)
    code = code_of(item, number)
    if item is None or code is None or (item.type == "several" and code != NA):
        return Old()
    return Say(step, {step: [code]})


def ticked(talk: Talk, step: str, number: str) -> Act:
    """One option of several."""
    item = talk.place.questionnaire.by_code.get(step)
    code = code_of(item, number)
    return Tick(step, code) if item is not None and code is not None and item.type == "several" else Old()


def code_of(item: Item | None, number: str) -> str | None:
    """The code of the option with that number; None where the item has none."""
    if item is None:
        return None
    if number == NA:
        return NA if item.na is not None else None
    return next((option.code for place, option in enumerate(item.options, start=1) if str(place) == number), None)


def at_step(act: Callable[[str], Act]) -> Press:
    """A press that names a step and nothing else."""

    def read(talk: Talk, step: str, number: str) -> Act:
        codes = {code for page in plan(talk.place.questionnaire, "question") for code in page.codes}
        return act(step) if step in codes and not number else Old()

    return read


def begun(talk: Talk, step: str, number: str) -> Act:
    """Begin, unless that has been done."""
    if step or number:
        return Old()
    return Show() if talk.state.step else Begin()


def spoken(talk: Talk | None, step: str, number: str) -> Act:
    """A language, or which there are."""
    known = talk.place.languages if talk else LANGUAGES
    return Speak(number) if not step and number in ("", *known) else Old()


def alone(act: Callable[[], Act]) -> Callable[[Talk | None, str, str], Act]:
    """A press that means the same at every step."""
    return lambda talk, step, number: Old() if number else act()


Press = Callable[[Talk, str, str], Act]
LOOSE: Mapping[str, Callable[[Talk | None, str, str], Act]] = {"l": spoken, "s": alone(Show), "x": alone(Stop)}
PRESSES: Mapping[str, Press] = {
    **LOOSE,
    "a": answer,
    "t": ticked,
    "d": at_step(Done),
    "b": at_step(GoBack),
    "p": at_step(Pass),
    "g": begun,
    "w": alone(OnWeb),
}
