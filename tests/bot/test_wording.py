"""What the chat says: it fits, it is whole, it is in one language, and every word that it offers works."""

from __future__ import annotations

import ast
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from bot.answers_in_words import example
from bot.keyboards import numbered
from bot.lengths import units
from bot.messages import Outbound
from bot.saying import Way
from bot.typed import meaning
from bot.wording import WORDINGS, worded
from runtime.words import catalog
from survey.conversation import Accepted, Answered, State, advance
from survey.questionnaire import Questionnaire
from tests.bot.outcomes import LIMITS, TYPED, URL, asked_at, labels, outcomes, press, steps
from tests.bot.talks import IN_LANGUAGES, make_talk, shipped
from workflows import chat
from workflows.chat import Outcome

ROOM = Path(__file__).parents[2] / "bot"
RENDERED = [(form, language, buttons) for form, language in IN_LANGUAGES for buttons in (True, False)]
IDS = [f"{form.code}-{language}-{'buttons' if buttons else 'text'}" for form, language, buttons in RENDERED]
ENGLISH = re.compile(
    r"\b(the|please|send|your|you|press|answers?|questions?|forms?|skip|back|continue|stop|delete|chosen|noted|choose|"
    r"page|at most|for example)\b",
    re.IGNORECASE,
)
ACCENTED = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)
TONGUE_LINES = re.compile("🗣 .*|For English, send “English”.|Muốn dùng tiếng Việt, xin gửi “tiếng Việt”.")
UNSET = re.compile(r"%\(|%s|\{|\}|\*\*|__|<|  |\n\n\n| \n|\n ")  # places left open, markup, stray blanks
WORKS = {  # what messages offer to send, and what it means
    "vi": {
        "quay lại": chat.GoBack,
        "bỏ qua": chat.Pass,
        "web": chat.OnWeb,
        "DỪNG": chat.Stop,
        "xóa": chat.Erase,
        "ngôn ngữ": chat.Speak,
        "English": chat.Speak,
    },
    "en": {
        "back": chat.GoBack,
        "skip": chat.Pass,
        "web": chat.OnWeb,
        "STOP": chat.Stop,
        "delete": chat.Erase,
        "language": chat.Speak,
        "tiếng Việt": chat.Speak,
    },
}


@cache
def rendered(form: Questionnaire, language: str, buttons: bool) -> list[tuple[str, Outbound]]:
    """The messages of every outcome, with its name; where there are buttons, as the answer to a press."""
    inbound = press("a|a1b2|x|1") if buttons else TYPED[buttons]
    found = [(name, worded(outcome, buttons, inbound)) for name, outcome in outcomes(form, language)]
    assert all(messages for _, messages in found)
    return [(name, message) for name, messages in found for message in messages]


def test_every_outcome_has_its_words() -> None:
    assert set(WORDINGS) == set(get_args(Outcome))


@pytest.mark.parametrize(("form", "language", "buttons"), RENDERED, ids=IDS)
def test_every_message_fits_its_channel(form: Questionnaire, language: str, buttons: bool) -> None:
    for name, message in rendered(form, language, buttons):
        choices = [choice for row in message.rows for choice in row]
        assert 0 < units(message.text) <= LIMITS[buttons], name
        assert units(message.toast) <= 200, name
        assert len(choices) <= 100, name
        assert all(len(row) <= 8 for row in message.rows), name
        assert all(len(choice.data.encode()) <= 64 for choice in choices), name
        assert buttons or not message.rows, name


@pytest.mark.parametrize(("form", "language", "buttons"), RENDERED, ids=IDS)
def test_every_message_is_well_set(form: Questionnaire, language: str, buttons: bool) -> None:
    for name, message in rendered(form, language, buttons):
        text = f"{message.text}\n{labels(message)}"
        assert unicodedata.is_normalized("NFC", text), name
        assert UNSET.search(text) is None, (name, text)
        assert message.text == message.text.strip(), name


@pytest.mark.parametrize(("form", "language", "buttons"), RENDERED, ids=IDS)
def test_a_message_is_in_one_language(form: Questionnaire, language: str, buttons: bool) -> None:
    foreign = ENGLISH if language == "vi" else ACCENTED
    written = re.compile("|".join(map(re.escape, sorted(set(words_of(form, language)), key=len, reverse=True))))
    for name, message in rendered(form, language, buttons):
        text = "\n".join((message.text, labels(message), message.toast)).replace(URL, "")
        text = TONGUE_LINES.sub("", written.sub("", text).replace("Commune", "").replace("Counter", ""))
        assert foreign.search(text) is None, (name, text)


def words_of(form: Questionnaire, language: str) -> list[str]:
    """Every text of a questionnaire in that language."""
    found = [form.title, form.purpose]
    for section in form.sections:
        found += [section.title, section.intro or {}]
        for question in section.questions:
            found += [question.text, question.help or {}]
            for item in question.items:
                found += [item.text, item.na or {}, *(option.text for option in item.options)]
    return [words[language] for words in found if words]


@pytest.mark.parametrize(("form", "language", "buttons"), RENDERED, ids=IDS)
def test_a_question_shows_every_option_and_its_number(form: Questionnaire, language: str, buttons: bool) -> None:
    for step in steps(form):
        item = form.by_code.get(step)
        if item is None:
            continue
        messages = worded(asked_at(make_talk(form, step, language)), buttons, TYPED[buttons])
        shown = "\n".join(f"{message.text}\n{labels(message)}" for message in messages)
        lines = shown.replace("🔟", "10").replace("\ufe0f\u20e3", "").split("\n")
        for place, option in enumerate(item.options, start=1):
            found = [line for line in lines if line.endswith(option.text[language])]
            assert any(str(place) in line or not numbered(item) for line in found), (step, place, lines)
        assert item.na is None or item.na[language] in shown


@pytest.mark.parametrize(("form", "language"), IN_LANGUAGES, ids=[f"{f.code}-{spoken}" for f, spoken in IN_LANGUAGES])
def test_an_example_typed_as_it_stands_is_an_answer(form: Questionnaire, language: str) -> None:
    for step in steps(form):
        item = form.by_code.get(step)
        if item is None or item.type == "text":
            continue
        words = example(item, Way(buttons=False), language)
        typed = re.findall(r"\d+(?= (?:nếu|for))", words) or [words.rpartition(": ")[2]]
        for each in typed:
            act = meaning(each, make_talk(form, step, language), language)
            assert isinstance(act, chat.Say), (step, words)
            events = advance(form, State({}, step, language), Answered(step, act.raw), "question")[1]
            assert isinstance(events[0], Accepted), (step, words)


@pytest.mark.parametrize(("form", "language"), IN_LANGUAGES, ids=[f"{f.code}-{spoken}" for f, spoken in IN_LANGUAGES])
def test_every_word_that_is_offered_works_at_every_question(form: Questionnaire, language: str) -> None:
    for step in steps(form):
        talk = make_talk(form, step, language)
        footer = worded(asked_at(talk), False, TYPED[False])[-1].text.rpartition("\n")[2].partition(": ")[2]
        assert footer, step
        for word, act in WORKS[language].items():
            assert isinstance(meaning(word, talk, language), act), (step, word)
        acts = [meaning(word.partition(" (")[0], talk, language) for word in footer.split(" · ")]
        assert step not in form.by_code or not any(isinstance(act, chat.Say) for act in acts), (step, footer)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_help_names_only_words_that_work(language: str) -> None:
    for open_form in (make_talk(shipped("sipas-quay"), "thu_tuc", language), None):
        (message,) = worded(chat.Helped(language, open_form), False, TYPED[False])
        quoted = re.findall("“([^”]+)”", message.text)
        assert len(quoted) >= 2
        assert [word for word in quoted if isinstance(meaning(word, open_form, language), chat.Say)] == []


def test_sentences_in_tables_have_their_vietnamese_words() -> None:
    told = set()
    for path in (*ROOM.glob("*_in_words.py"), ROOM / "saying.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                texts = (part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant))
                told |= {text for text in texts if isinstance(text, str) and re.match(r"[A-Z“].* ", text)}
    assert len(told) > 40
    assert sorted(told - set(catalog("vi"))) == []
