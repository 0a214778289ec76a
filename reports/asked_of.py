"""Conditions of questions in words, and the way through a form as somebody with a pen goes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from survey.conditions import All, Answered, Any_, AtLeast, Condition, Equals, In, Not, judge
from survey.questionnaire import NA, Item, Question, Questionnaire

Texts = Mapping[str, str]
OWN_NUMBER = re.compile(r"(?i)(câu|question|q)\s*[0-9]+[.:)]")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SAID: Mapping[str, Texts] = {
    "vi": {
        "question": "câu",
        "item": "mục",
        "place": "{noun} {number}",
        "row": "{noun} {number}{letter}",
        "chose": "chọn {options} ở {place}",
        "did_not_choose": "không chọn {options} ở {place}",
        "wrote": "ghi từ {least} trở lên ở {place}",
        "did_not_write": "không ghi từ {least} trở lên ở {place}",
        "answered": "đã trả lời {place}",
        "left": "không trả lời {place}",
        "not": "không thuộc trường hợp: {inside}",
        "and": " và ",
        "or": " hoặc ",
        "only": "Chỉ trả lời {noun} này nếu Ông/Bà {condition}.",
        "only_these": "Chỉ trả lời từ {noun} {first} đến {noun} {last} nếu Ông/Bà {condition}.",
        "skip": "Nếu chọn {options}, xin chuyển sang {noun} {number}.",
        "skip_end": "Nếu chọn {options}, Ông/Bà đã trả lời xong phiếu.",
    },
    "en": {
        "question": "question",
        "item": "item",
        "place": "{noun} {number}",
        "row": "{noun} {number}{letter}",
        "chose": "chose {options} in {place}",
        "did_not_choose": "did not choose {options} in {place}",
        "wrote": "wrote {least} or more in {place}",
        "did_not_write": "did not write {least} or more in {place}",
        "answered": "answered {place}",
        "left": "left {place} blank",
        "not": "are not in this case: {inside}",
        "and": " and ",
        "or": " or ",
        "only": "Answer this {noun} only if you {condition}.",
        "only_these": "Answer {noun}s {first} to {last} only if you {condition}.",
        "skip": "If you choose {options}, please go on to {noun} {number}.",
        "skip_end": "If you choose {options}, you have finished the form.",
    },
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form on paper: its language, and the number that each question bears there."""

    form: Questionnaire
    language: str
    numbers: Mapping[str, int]  # question → its number; notes have none
    noun: str = "question"  # "item" where the form's words number questions themselves

    def say(self, key: str, **facts: object) -> str:
        """A sentence in the form's language, in Vietnamese where ours lack it."""
        table = SAID.get(self.language, SAID["vi"])
        return table[key].format(noun=table[self.noun], **facts)

    def words(self, texts: Texts) -> str:
        """Words of the form."""
        return texts.get(self.language) or next(iter(texts.values()), "")


def sheet_of(form: Questionnaire, language: str) -> Sheet:
    """The form with its questions numbered from 1."""
    asked = [question.code for question in form.questions if question.items]
    words = [question.text for question in form.questions] + [each.intro for each in form.sections if each.intro]
    own = any(OWN_NUMBER.match(text) for texts in words for text in texts.values())
    numbers = {code: number for number, code in enumerate(asked, start=1)}
    return Sheet(form, language, numbers, "item" if own else "question")


def condition_words(sheet: Sheet, condition: Condition) -> str:
    """What somebody must have answered, as the end of "if you …".

    >>> from survey.examples import EXAMPLE
    >>> condition_words(sheet_of(EXAMPLE, "en"), Equals("used", "yes"))
    'chose “Yes” in question 1'
    """
    return WORDINGS[type(condition)](sheet, condition)


def chosen(sheet: Sheet, condition: Equals | In, *, key: str = "chose") -> str:
    """That one of some options was chosen."""
    codes = (condition.option,) if isinstance(condition, Equals) else condition.options
    return sheet.say(key, options=option_words(sheet, condition.item, codes), place=place_words(sheet, condition.item))


def option_words(sheet: Sheet, code: str, options: tuple[str, ...]) -> str:
    """Options in quotes, joined by "or"."""
    item = sheet.form.by_code[code]
    return sheet.say("or").join(f"“{choice_words(sheet, item, option)}”" for option in options)


def choice_words(sheet: Sheet, item: Item, code: str) -> str:
    """The words of one option, or of "not applicable"."""
    if code == NA and item.na is not None:
        return sheet.words(item.na)
    return sheet.words(item.by_code[code].text) if code in item.by_code else code


def place_words(sheet: Sheet, code: str) -> str:
    """Which question, or which row of a table, is meant."""
    item = sheet.form.by_code[code]
    number = sheet.numbers.get(item.question, 0)
    question = next(each for each in sheet.form.questions if each.code == item.question)
    if question.type != "matrix":
        return sheet.say("place", number=number)
    return sheet.say("row", number=number, letter=letter([row.code for row in question.items].index(code)))


def letter(place: int) -> str:
    """The letter of a row: a to z, then aa.

    >>> letter(0), letter(27)
    ('a', 'bb')
    """
    return LETTERS[place % len(LETTERS)] * (place // len(LETTERS) + 1)


def at_least(sheet: Sheet, condition: AtLeast, *, keys: tuple[str, str] = ("wrote", "chose")) -> str:
    """That a number is large enough, or that an option with such a score was chosen."""
    item = sheet.form.by_code[condition.item]
    place = place_words(sheet, condition.item)
    if item.type == "number":
        return sheet.say(keys[0], least=number_text(condition.least, sheet.language), place=place)
    codes = tuple(o.code for o in item.options if o.score is not None and o.score >= condition.least)
    return sheet.say(keys[1], options=option_words(sheet, condition.item, codes), place=place)


def number_text(number: Decimal, language: str) -> str:
    """A number as it is written in that language."""
    text = f"{number:f}"
    return text if language == "en" else text.replace(".", ",")


def answered(sheet: Sheet, condition: Answered) -> str:
    """That there is an answer, or none."""
    return sheet.say("answered" if condition.answered else "left", place=place_words(sheet, condition.item))


def joined(sheet: Sheet, condition: All | Any_) -> str:
    """Several conditions; those that are joined otherwise stand in brackets."""
    word = sheet.say("and" if isinstance(condition, All) else "or")
    parts = [
        f"({condition_words(sheet, part)})"
        if isinstance(part, All | Any_) and type(part) is not type(condition) and len(part.conditions) > 1
        else condition_words(sheet, part)
        for part in condition.conditions
    ]
    return word.join(parts)


def denied(sheet: Sheet, condition: Not) -> str:
    """That something does not hold."""
    inside = condition.condition
    if isinstance(inside, Equals | In):
        return chosen(sheet, inside, key="did_not_choose")
    if isinstance(inside, AtLeast):
        return at_least(sheet, inside, keys=("did_not_write", "did_not_choose"))
    if isinstance(inside, Answered):
        return answered(sheet, Answered(inside.item, not inside.answered))
    return sheet.say("not", inside=condition_words(sheet, inside))


WORDINGS: Mapping[type, Callable[[Sheet, Any], str]] = {
    Equals: chosen,
    In: chosen,
    AtLeast: at_least,
    Answered: answered,
    All: joined,
    Any_: joined,
    Not: denied,
}


def only_words(sheet: Sheet) -> dict[str, str]:
    """Question → whom it is for, told at the first of those that follow each other under one condition."""
    found: dict[str, str] = {}
    run: list[Question] = []
    for question in (*sheet.form.questions, None):
        if question is not None and run and question.show_if == run[0].show_if:
            run.append(question)
            continue
        if run and run[0].show_if is not None:
            found[run[0].code] = only_sentence(sheet, run)
        run = [question] if question is not None else []
    return found


def only_sentence(sheet: Sheet, run: list[Question]) -> str:
    """The sentence above a question, or above several."""
    assert run[0].show_if is not None, "only conditional questions have one"
    words = condition_words(sheet, run[0].show_if)
    numbers = [sheet.numbers[question.code] for question in run if question.code in sheet.numbers]
    if len(numbers) < 2:
        return sheet.say("only", condition=words)
    return sheet.say("only_these", first=numbers[0], last=numbers[-1], condition=words)


def skips(sheet: Sheet, question: Question) -> list[str]:
    """Where somebody goes on who chose an option that passes over the next questions."""
    if len(question.items) != 1 or not question.items[0].single:
        return []
    item = question.items[0]
    codes = [option.code for option in item.options] + ([NA] if item.na is not None else [])
    targets = {code: target(sheet, question, code) for code in codes}
    following = next_number(sheet, question)
    found: dict[int, list[str]] = {}
    for code, number in targets.items():
        if number != following:
            found.setdefault(number, []).append(code)
    if len(found) == 1 and len(next(iter(found.values()))) == len(codes):
        return []
    return [skip_sentence(sheet, item, tuple(choices), number) for number, choices in found.items()]


def skip_sentence(sheet: Sheet, item: Item, choices: tuple[str, ...], number: int) -> str:
    """The instruction for these options; number 0 is the end."""
    options = option_words(sheet, item.code, choices)
    return sheet.say("skip" if number else "skip_end", options=options, number=number)


def after(sheet: Sheet, question: Question) -> Iterator[Question]:
    """The questions behind one."""
    questions = sheet.form.questions
    yield from questions[[each.code for each in questions].index(question.code) + 1 :]


def next_number(sheet: Sheet, question: Question) -> int:
    """The number of the next question; 0 at the end."""
    return next((sheet.numbers[each.code] for each in after(sheet, question) if each.items), 0)


def target(sheet: Sheet, question: Question, code: str) -> int:
    """The first question behind that this answer does not certainly rule out; 0 where it rules out all of them."""
    answers = {question.items[0].code: code}
    unknown = {item.code for item in sheet.form.items} - answers.keys()
    for later in after(sheet, question):
        if later.show_if is None or judge(later.show_if, sheet.form, answers, unknown) is not False:
            if later.items:
                return sheet.numbers[later.code]
            continue
        unknown -= {item.code for item in later.items}
    return 0
