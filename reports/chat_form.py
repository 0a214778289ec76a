"""A questionnaire as it is asked in a chat, turn by turn, to be looked at before anybody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.asked_of import Sheet, only_words, sheet_of
from survey.journey import Page, plan
from survey.questionnaire import Item, Questionnaire

FACES = ("😠", "🙁", "😐", "🙂", "😄")
MOST_BUTTONS = 90
ROW = "👉"
WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "heading": "Câu {position}/{total}",
        "several": "Xin bấm vào từng lựa chọn phù hợp, rồi bấm “{done}”.",
        "at_most": "Chọn nhiều nhất {count}.",
        "number": "Xin gửi một số.",
        "date": "Xin gửi ngày/tháng/năm.",
        "text": "Xin nhập câu trả lời rồi gửi (nhiều nhất {count} ký tự).",
        "done": "Xong",
        "skip": "Bỏ qua →",
        "go_on": "Tiếp tục",
    },
    "en": {
        "heading": "Question {position}/{total}",
        "several": "Press each choice that fits, then press “{done}”.",
        "at_most": "Choose at most {count}.",
        "number": "Please send a number.",
        "date": "Please send day/month/year.",
        "text": "Please type your answer and send it (at most {count} characters).",
        "done": "Done",
        "skip": "Skip →",
        "go_on": "Continue",
    },
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the chat: its paragraphs, its buttons, and whom it is put to where not to everybody."""

    heading: str
    paragraphs: tuple[str, ...]
    buttons: tuple[str, ...]
    only: str = ""


def turns(form: Questionnaire, language: str) -> tuple[Turn, ...]:
    """Every message that may be sent, in order; a matrix goes row by row."""
    sheet, every = sheet_of(form, language), plan(form, "question")
    only = only_words(sheet)
    found = []
    section = ""
    for position, page in enumerate(every, start=1):
        heading = said(language, "heading", position=position, total=len(every))
        if page.section.code != section:
            section = page.section.code
            heading += f" · {sheet.words(page.section.title)}"
        found.append(turn(sheet, page, heading, only))
    return tuple(found)


def turn(sheet: Sheet, page: Page, heading: str, only: Mapping[str, str]) -> Turn:
    """The message of one step."""
    paragraphs: list[str] = []
    if page.section.intro is not None and page.section.questions[0].code == page.questions[0].code:
        paragraphs.append(sheet.words(page.section.intro))
    for question in page.questions:
        paragraphs.append(sheet.words(question.text))
        if question.type == "matrix":
            paragraphs.append(f"{ROW} {sheet.words(question.items[0].text)}")
        if question.help is not None:
            paragraphs.append(sheet.words(question.help))
    item = page.items[0] if page.items else None
    if item is not None:
        paragraphs += hints(sheet.language, item)
    whom = next((only[question.code] for question in page.questions if question.code in only), "")
    return Turn(heading, tuple(paragraphs), tuple(buttons(sheet, item)), whom)


def hints(language: str, item: Item) -> list[str]:
    """How an item is answered, where its buttons do not say it."""
    if item.type == "several":
        most = [] if item.max_choices is None else [said(language, "at_most", count=item.max_choices)]
        return [said(language, "several", done=said(language, "done")), *most]
    if item.type in ("number", "date"):
        return [said(language, item.type)]
    return [said(language, "text", count=number_text_of(item.max_length, language))] if item.type == "text" else []


def number_text_of(count: int, language: str) -> str:
    """A whole number with its thousands apart."""
    text = f"{count:,}"
    return text if language == "en" else text.replace(",", ".")


def buttons(sheet: Sheet, item: Item | None) -> list[str]:
    """The buttons below a message."""
    language = sheet.language
    if item is None:
        return [said(language, "go_on")]
    shown = item.options if len(item.options) <= MOST_BUTTONS else ()
    found = [label(item, place, sheet.words(option.text)) for place, option in enumerate(shown)]
    if item.type == "several":
        found = [f"☐ {words}" for words in found] + [f"✅ {said(language, 'done')}"]
    if item.na is not None:
        found.append(f"➖ {sheet.words(item.na)}")
    return found if item.required else [*found, said(language, "skip")]


def label(item: Item, place: int, words: str) -> str:
    """An option's number, with a face on a scale of satisfaction, before its words."""
    scores = sorted(option.score or 0 for option in item.options)
    faced = scores == [1, 2, 3, 4, 5] and {option.satisfied for option in item.options} == {True, False}
    return f"{FACES[(item.options[place].score or 1) - 1]} {place + 1} · {words}" if faced else f"{place + 1}. {words}"


def said(language: str, key: str, **facts: object) -> str:
    """A sentence in the form's language, in Vietnamese where ours lack it."""
    return WORDS.get(language, WORDS["vi"])[key].format(**facts)
