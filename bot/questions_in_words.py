"""The open question in words: where it stands, what is asked, how it is answered, and what else may be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from bot.answers_in_words import answer_words, day_example, decimal_words, how_to_choose, two_of
from bot.keyboards import face, na_face, numbered, offers_buttons, titled
from bot.lengths import fit, units
from bot.saying import ASIDE, NOTE, STEM, Part, Way, said
from bot.typed import zero_is_an_answer
from runtime.words import number_words
from survey.conversation import Asked, Resume, advance, begin
from survey.journey import off_way, on_way, plan
from survey.questionnaire import OTHER, Item, Question, Questionnaire, Section
from workflows.chat import Talk

WIDE = 38  # characters of a button's words that a small phone shows in full
LABEL = 300  # characters of an option where many words must fit
EARLIER = 200  # characters of an earlier answer that are shown again
ROW = "👉"


def open_question(talk: Talk) -> Asked | None:
    """What is asked now; nothing where the browser has left no question open."""
    last = advance(talk.place.questionnaire, talk.state, Resume(), "question")[1][-1]
    return last if isinstance(last, Asked) else None


def most_questions(form: Questionnaire) -> int:
    """How many questions the longest way has."""
    first = begin(form, form.languages[0], "question")[1][-1]
    assert isinstance(first, Asked), "a form has at least one question"
    return first.total


def item_in(asked: Asked) -> Item | None:
    """The item that is asked for; none where there are only notes."""
    return next((item for question in asked.questions for item in question.items), None)


def question_parts(way: Way, talk: Talk, asked: Asked) -> Iterator[Part]:
    """The paragraphs of the open question."""
    language = talk.state.language
    section, is_new = section_of(talk, asked)
    heading = heading_of(asked, language)
    yield Part(f"{heading} · {section.title[language]}" if is_new else heading)
    told = not is_new or talk.misses > 0  # what stands above a section's first question
    if section.intro is not None and (not told or is_stem(section.intro[language])):
        yield Part(section.intro[language], ASIDE)
    for question in asked.questions:
        yield from stem_parts(question, section, language)
    item = item_in(asked)
    if item is not None:
        yield Part(earlier(talk, item))
        yield Part(options_in_words(item, way, language))
        yield Part(how_to_answer(item, way, language, told))
    if not way.buttons:
        yield Part(footer(talk, asked))


def heading_of(asked: Asked, language: str) -> str:
    """Where the question stands on the way."""
    return said("Question %(position)s/%(total)s", language, position=asked.position, total=asked.total)


def section_of(talk: Talk, asked: Asked) -> tuple[Section, bool]:
    """The section of the open step, and whether it begins there on this person's way."""
    form = talk.place.questionnaire
    way = on_way(plan(form, "question"), off_way(form, talk.state.answers)[0])
    place = [page.step for page in way].index(asked.step)
    return way[place].section, place == 0 or way[place - 1].section.code != way[place].section.code


def is_stem(intro: str) -> bool:
    """Whether an introduction asks something that each question below it only completes."""
    return intro.rstrip().endswith("?")


def stem_parts(question: Question, section: Section, language: str) -> Iterator[Part]:
    """A note, or what is asked, with the row of a matrix and the help."""
    if not question.items:
        yield Part(question.text[language], NOTE)
        if question.help is not None:
            yield Part(question.help[language], ASIDE)
        return
    item = question.items[0]
    yield Part(question.text[language], STEM)
    if question.type == "matrix":
        yield Part(f"{ROW} {item.text[language]}", STEM)
    if question.help is not None and is_first_row(question, section):
        yield Part(question.help[language], ASIDE)


def is_first_row(question: Question, section: Section) -> bool:
    """Whether this is a whole question or the first row of a matrix."""
    whole = next(each for each in section.questions if each.code == question.code)
    return whole.items[0].code == question.items[0].code


def earlier(talk: Talk, item: Item) -> str:
    """What was answered here before, when a person has come back."""
    value, language = talk.state.answers.get(item.code), talk.state.language
    if value is None:
        return ""
    words = fit(answer_words(item, value, language), EARLIER)
    beside = talk.state.answers.get(item.code + OTHER)
    return said("Answered before: %(answer)s", language, answer=f"{words} ({beside})" if beside else words)


def options_in_words(item: Item, way: Way, language: str) -> str:
    """The options, one a line; where they are buttons, only what a small phone would cut short."""
    lines = option_lines(item, language) if item.options else []
    if way.buttons and offers_buttons(item) and all(units(line) <= WIDE for line in lines[: len(item.options)]):
        lines = [line for line in lines[len(item.options) :] if units(line) > WIDE]
    long = sum(map(units, lines)) > LABEL * 4
    return "\n".join(fit(line, LABEL) if long else line for line in lines)


def option_lines(item: Item, language: str) -> list[str]:
    """Each option with its sign and number, and "not applicable" at the end."""
    lines = [titled(face(item, option), option.text[language]) for option in item.options]
    return lines if item.na is None else [*lines, titled(na_face(item), item.na[language])]


def how_to_answer(item: Item, way: Way, language: str, told: bool) -> str:
    """How this type of question is answered; how one option is chosen, only where it has not been told."""
    if item.single:
        buttons = way.buttons and offers_buttons(item)
        return "" if buttons or told else how_to_choose(item, way, language)
    found = HINTS[item.type](item, way, language)
    if not way.buttons and item.na is not None and not item.options:
        found += " " + said("Or send “%(words)s”.", language, words=item.na[language])
    return found


def hint_of_several(item: Item, way: Way, language: str) -> str:
    """How several are chosen, and how many may be."""
    if way.buttons and offers_buttons(item):
        found = said("Press each choice that fits, then press “%(done)s”.", language, done=said("Done", language))
    else:
        found = said(SEND_SEVERAL[numbered(item)], language, words=two_of(item, language))
    return found if item.max_choices is None else f"{found}\n{said(AT_MOST, language, count=item.max_choices)}"


AT_MOST = "Choose at most %(count)s."
SEND_SEVERAL: Mapping[bool, str] = {
    True: "Please send the numbers of all that fit, for example: %(words)s",
    False: "Please send the words of all that fit, for example: %(words)s",
}


def hint_of_number(item: Item, way: Way, language: str) -> str:
    """Which numbers are possible."""
    low, high = (
        decimal_words(each, language) if isinstance(each, Decimal) else "" for each in (item.minimum, item.maximum)
    )
    if low and high:
        found = said("Please send a number from %(low)s to %(high)s.", language, low=low, high=high)
    elif low:
        found = said("Please send a number, %(low)s or more.", language, low=low)
    elif high:
        found = said("Please send a number, %(high)s at most.", language, high=high)
    else:
        found = said("Please send a number.", language)
    return f"{found} {said('For example 3.5.', language)}" if item.decimals else found


def hint_of_date(item: Item, way: Way, language: str) -> str:
    """How a day is written."""
    return said("Please send day/month/year, for example: %(day)s", language, day=day_example(item))


def hint_of_text(item: Item, way: Way, language: str) -> str:
    """That words are to be typed, and how many fit."""
    most = number_words(item.max_length, 0, language)
    return said("Please type your answer and send it (at most %(count)s characters).", language, count=most)


def footer(talk: Talk, asked: Asked) -> str:
    """What else may be sent, where there are no buttons: short, and only what works here."""
    language, item = talk.state.language, item_in(asked)
    words = []
    if item is None:
        words.append(said("continue", language))
    if asked.position > 1:
        words.append(said("back", language) if zero_is_an_answer(talk) else said("0 (back)", language))
    if item is not None and not item.required:
        words.append(said("skip", language))
    words += [said("web", language), said("STOP", language)]
    return said("You can also send: %(words)s", language, words=" · ".join(words))


Hint = Callable[[Item, Way, str], str]
HINTS: Mapping[str, Hint] = {
    "several": hint_of_several,
    "number": hint_of_number,
    "date": hint_of_date,
    "text": hint_of_text,
}
