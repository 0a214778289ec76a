"""Questions that are too long for one message: what is shortened, what never is, and where a message is split."""

from __future__ import annotations

import pytest

from bot.lengths import units
from bot.wording import worded
from survey.questionnaire import Questionnaire
from tests.bot.outcomes import LIMITS, TYPED, asked_at, press
from tests.bot.talks import make_form, make_talk
from workflows.chat import Outcome


def said(outcome: Outcome, *, buttons: bool) -> str:
    """The text of the one message for typed words."""
    (message,) = worded(outcome, buttons, TYPED[buttons])
    return message.text


def make_long(kind: str, count: int, label: str, text: str = "Câu hỏi?", help_words: str = "") -> Questionnaire:
    """A form of one question whose labels are these words with a number behind."""
    keys: dict[str, object] = {"text": {"vi": text}}
    if help_words:
        keys["help"] = {"vi": help_words}
    return make_form(kind, [f"{label} thứ {number}" for number in range(1, count + 1)], na="Không nhớ", **keys)


@pytest.mark.parametrize("buttons", [True, False])
def test_help_gives_way_before_the_question_and_options_never(buttons: bool) -> None:
    question, help_words = "Câu hỏi " * 80 + "hết?", "Lời giải thích " * 260
    form = make_long("single", 20, "Một lựa chọn khá dài để chiếm chỗ", question, help_words)
    text = said(asked_at(make_talk(form, "q")), buttons=buttons)
    assert units(text) <= LIMITS[buttons]
    assert "hết?" in text
    assert "thứ 20" in text
    assert "Không nhớ" in text
    assert text.endswith("Có phần nội dung đã được rút gọn. Trang web có đầy đủ.")


def test_options_beyond_one_message_go_into_several_and_none_is_cut() -> None:
    form = make_long("single", 200, "Dân tộc hoặc nhóm")
    messages = worded(asked_at(make_talk(form, "q")), False, TYPED[False])
    assert len(messages) > 1
    assert all(units(message.text) <= 2000 for message in messages)
    lines = [line for message in messages for line in message.text.split("\n")]
    assert [n for n in range(1, 201) if not any(line.endswith(f"nhóm thứ {n}") for line in lines)] == []


def test_only_the_last_of_several_messages_bears_buttons_and_the_first_answers_the_press() -> None:
    form = make_long("single", 200, "Dân tộc hoặc nhóm người ở trong tỉnh")
    messages = worded(asked_at(make_talk(form, "q")), True, press("s|a1b2||"))
    assert len(messages) > 1
    assert [bool(message.rows) for message in messages] == [False] * (len(messages) - 1) + [True]
    assert [message.press for message in messages] == ["9"] + [""] * (len(messages) - 1)


def test_labels_beyond_measure_are_shortened_alike() -> None:
    form = make_long("single", 12, "x" * 3000)
    for buttons in (True, False):
        for message in worded(asked_at(make_talk(form, "q")), buttons, TYPED[buttons]):
            assert units(message.text) <= LIMITS[buttons]
