"""Buttons say what they stand for, fit the channel's limits, and a press is read as what the button says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.keyboards import (
    FREE,
    begin_keyboard,
    data,
    face,
    keyboard,
    languages_keyboard,
    na_face,
    numbered,
    offers_buttons,
    pressed,
    stay_keyboard,
)
from bot.messages import Choice
from survey.journey import plan
from survey.questionnaire import NA, Item, Questionnaire
from tests.bot.talks import EVERY_TYPE, FORMS, IN_LANGUAGES, asked_of, make_form, make_talk, shipped
from workflows.chat import Act, Begin, Done, GoBack, Old, OnWeb, Pass, Say, Show, Speak, Stop, Talk, Tick, tag_of

SERVICE, COUNTER = shipped("sipas-dich-vu"), shipped("sipas-quay")
SCALE = make_talk(COUNTER, "thu_tuc")
Rows = tuple[tuple[Choice, ...], ...]


def rows_of(talk: Talk) -> Rows:
    """The buttons below the open question."""
    return keyboard(talk, asked_of(talk))


def labels_of(rows: Rows) -> list[str]:
    """The words on buttons."""
    return [choice.label for row in rows for choice in row]


def every_talk() -> Iterator[Talk]:
    """Every step of every questionnaire in each of its languages."""
    for form, language in IN_LANGUAGES:
        for page in plan(form, "question"):
            yield make_talk(form, page.step, language, tag=tag_of(form.code))


def expected(talk: Talk, item: Item, choice: Choice) -> Act | None:
    """The act that a button stands for, judged by its words alone."""
    spoken = talk.state.language
    known = {option.text[spoken]: option.code for option in item.options}
    if item.na is not None:
        known[item.na[spoken]] = NA
    signs = ("·", "\u20e3", "🔟", "➖")
    ends = {code: tuple(f"{sign} {words}" for sign in signs) for words, code in known.items()}
    code = next((code for code, endings in ends.items() if choice.label.endswith(endings)), None)
    if code is None:
        return None
    return Tick(item.code, code) if choice.label.startswith("☐") else Say(item.code, {item.code: [code]})


def test_every_button_of_every_questionnaire_is_read_as_what_it_says() -> None:
    for talk in every_talk():
        item = talk.place.questionnaire.by_code.get(talk.state.step)
        read = [pressed(choice.data, talk) for row in rows_of(talk) for choice in row]
        assert Old() not in read
        assert OnWeb() in read
        if item is None:
            assert Pass(talk.state.step) in read
            continue
        meant = [expected(talk, item, choice) for row in rows_of(talk) for choice in row]
        assert [act for act in read if isinstance(act, (Say, Tick))] == [act for act in meant if act is not None]
        assert len([act for act in meant if act is not None]) == len(item.options) + (item.na is not None)
        assert (Pass(item.code) in read) is not item.required
        assert (Done(item.code) in read) is (item.type == "several")


def test_every_message_keeps_to_the_limits_of_the_channel() -> None:
    for talk in every_talk():
        for rows in (rows_of(talk), begin_keyboard(talk), stay_keyboard(talk)):
            buttons = [choice for row in rows for choice in row]
            assert len(buttons) <= 100
            assert all(len(row) <= 8 for row in rows)
            assert all(1 <= len(choice.data.encode()) <= 64 and choice.label.strip() for choice in buttons)


def test_the_longest_codes_fit() -> None:
    form = make_form("single", [f"Mục số {place} dài" for place in range(1, 91)], na="Không áp dụng")
    item = form.item("q")
    assert offers_buttons(item)
    rows = rows_of(make_talk(form, "q"))
    assert len(labels_of(rows)) <= 100
    assert len(data("a", make_talk(form), "q" * 40, "200").encode()) <= 64


def test_too_many_options_are_typed() -> None:
    for kind in ("single", "several"):
        form = make_form(kind, [f"Mục {place}" for place in range(1, 151)], na="Không áp dụng")
        assert not offers_buttons(form.item("q"))
        acts = [pressed(choice.data, make_talk(form, "q")) for row in rows_of(make_talk(form, "q")) for choice in row]
        assert acts == [Say("q", {"q": [NA]}), Pass("q"), OnWeb()]
    assert not offers_buttons(EVERY_TYPE.item("y"))


def test_levels_of_satisfaction_have_faces_and_other_options_keycaps() -> None:
    assert labels_of(rows_of(SCALE))[:6] == [
        "😠 1 · Rất không hài lòng",
        "🙁 2 · Không hài lòng",
        "😐 3 · Bình thường",
        "🙂 4 · Hài lòng",
        "😄 5 · Rất hài lòng",
        "➖ 6 · Không áp dụng",
    ]
    assert labels_of(rows_of(make_talk(SERVICE, "gioi_tinh", "en")))[:4] == [
        "1️⃣ Male",
        "2️⃣ Female",
        "3️⃣ Other",
        "4️⃣ Prefer not to say",
    ]
    interest = shipped("sipas-ho-gia-dinh").item("q1_1")
    assert [face(interest, option) for option in interest.options] == ["1️⃣", "2️⃣", "3️⃣", "4️⃣"]
    assert na_face(interest) == "5️⃣"


def test_labels_with_numbers_of_their_own_get_no_second_number() -> None:
    marks = make_form("single", [str(mark) for mark in range(11)]).item("q")
    assert not numbered(marks)
    assert [face(marks, option) for option in marks.options] == [""] * 11
    same = make_form("single", ["1. Nhanh", "2. Chậm"]).item("q")
    assert numbered(same)


def test_short_labels_share_a_row_and_long_ones_do_not() -> None:
    assert [len(row) for row in rows_of(make_talk(SERVICE, "gioi_tinh"))] == [3, 1, 2, 1]
    assert [len(row) for row in rows_of(make_talk(SERVICE, "nghe_nghiep"))][:8] == [1] * 8
    assert [len(row) for row in rows_of(SCALE)][:6] == [1] * 6


def test_several_options_are_ticked_on_the_same_message() -> None:
    ticked = make_talk(SERVICE, "biet_qua", ticked=("2", "7"))
    labels = labels_of(rows_of(ticked))
    assert [label[0] for label in labels[:7]] == ["☐", "☑", "☐", "☐", "☐", "☐", "☑"]
    assert labels[1] == "☑ 2️⃣ Người thân, bạn bè"
    assert labels[7] == "✅ Chọn xong"


def test_what_was_answered_before_is_marked() -> None:
    talk = make_talk(COUNTER, "thu_tuc", answers={"thu_tuc": "4"})
    assert [label for label in labels_of(rows_of(talk)) if "✓" in label] == ["🙂 4 · Hài lòng ✓"]
    assert pressed(rows_of(talk)[3][0].data, talk) == Say("thu_tuc", {"thu_tuc": ["4"]})


def test_a_required_question_cannot_be_skipped_and_the_first_has_nothing_before_it() -> None:
    first = next(talk for talk in every_talk() if talk.place.questionnaire is COUNTER)
    assert [label for label in labels_of(rows_of(first)) if "Quay lại" in label] == []
    required = make_talk(COUNTER, "chung")
    assert COUNTER.item("chung").required
    assert [label for label in labels_of(rows_of(required)) if "Bỏ qua" in label] == []
    assert "← Quay lại" in labels_of(rows_of(required))


def test_words_beside_an_option_can_be_left_out_by_a_button() -> None:
    talk = make_talk(SERVICE, "nghe_nghiep", ticked=("7",), wants_words="7")
    assert [pressed(choice.data, talk) for row in rows_of(talk) for choice in row] == [
        Pass("nghe_nghiep"),
        GoBack("nghe_nghiep"),
        OnWeb(),
    ]


def test_the_first_message_offers_to_begin_and_the_other_language() -> None:
    talk = make_talk(COUNTER)
    rows = begin_keyboard(talk)
    assert [pressed(choice.data, talk) for row in rows for choice in row] == [Begin(), OnWeb(), Speak("en")]
    assert labels_of(rows) == ["▶ Bắt đầu", "🌐 Trả lời trên trang web", "🗣 English"]
    assert pressed(rows[0][0].data, make_talk(COUNTER, "thu_tuc")) == Show()


def test_languages_can_be_chosen_with_and_without_a_form() -> None:
    for talk in (None, SCALE):
        rows = languages_keyboard(("vi", "en"), talk)
        assert [pressed(choice.data, talk) for row in rows for choice in row] == [Speak("vi"), Speak("en")]
    free = languages_keyboard(("vi", "en"), None)
    assert pressed(free[1][0].data, SCALE) == Speak("en")
    assert pressed(data("l", None), None) == Speak("")


def test_a_button_of_another_form_is_old() -> None:
    other = make_talk(COUNTER, "thu_tuc", tag="ffff")
    buttons = [
        choice
        for rows in (rows_of(SCALE), begin_keyboard(SCALE), stay_keyboard(SCALE))
        for row in rows
        for choice in row
    ]
    for talk in (other, None):
        assert {type(pressed(choice.data, talk)) for choice in buttons} == {Old}


@pytest.mark.parametrize(
    "found",
    [
        "",
        "|",
        "|||",
        "a|a1b2|thu_tuc",
        "a|a1b2|thu_tuc|0",
        "a|a1b2|thu_tuc|6x",
        "a|a1b2|thu_tuc|01",
        "a|a1b2|thu_tuc|7",
        "a|a1b2|thu_tuc|１",
        "a|a1b2|thu_tuc|1|",
        "a|a1b2|thu_tuc|1\n",
        "a|a1b2||1",
        "a|a1b2|khac|1",
        "a|a1b2|Thu_tuc|1",
        "t|a1b2|thu_tuc|1",
        "d|a1b2|khac|",
        "b|a1b2||",
        "p|a1b2|thu_tuc|1",
        "g|a1b2||1",
        "w|a1b2||1",
        "l|a1b2||xx",
        "l|-||xx",
        "g|-||",
        "w|-||",
        "a|-|thu_tuc|1",
        "z|a1b2||",
        "z|-||",
        "s|a1b2||1",
        "A|a1b2|thu_tuc|1",
        "a" * 64,
        "thu_tuc:1",
    ],
)
def test_mangled_data_are_old(found: str) -> None:
    assert pressed(found, SCALE) == Old()


def test_several_options_are_not_answered_one_by_one() -> None:
    talk = make_talk(SERVICE, "biet_qua")
    assert pressed(data("a", talk, "biet_qua", "1"), talk) == Old()
    assert pressed(data("a", talk, "biet_qua", NA), talk) == Say("biet_qua", {"biet_qua": [NA]})
    assert pressed(data("t", talk, "biet_qua", "2"), talk) == Tick("biet_qua", "2")
    assert pressed(data("a", talk, "so_lan", NA), talk) == Say("so_lan", {"so_lan": [NA]})
    assert pressed(data("a", talk, "so_lan", "1"), talk) == Old()


def test_without_a_form_only_what_needs_none_is_read() -> None:
    assert pressed(data("s", None), None) == Show()
    assert pressed(data("x", None), None) == Stop()
    assert pressed(data("x", SCALE), SCALE) == Stop()
    assert pressed(data("s", SCALE), SCALE) == Show()
    assert FREE not in {talk.tag for talk in every_talk()}


PARTS = st.sampled_from(
    ("a", "t", "d", "b", "p", "g", "w", "l", "s", "x", "|", "a1b2", "-", "thu_tuc", "1", "na", "vi", "")
)
STEPS = [(form, step) for form in FORMS for step in ("", *form.by_code)]


@given(
    st.sampled_from(STEPS),
    st.text() | st.lists(PARTS).map("".join) | st.lists(PARTS, min_size=4, max_size=4).map("|".join),
)
def test_nothing_pressed_is_too_odd(where: tuple[Questionnaire, str], found: str) -> None:
    talk = make_talk(*where)
    for known in (talk, None):
        act = pressed(found, known)
        if isinstance(act, (Say, Tick)):
            assert act.step in talk.place.questionnaire.by_code


@given(st.sampled_from(list(every_talk())), st.data())
def test_data_of_another_shape_are_old(talk: Talk, drawn: st.DataObject) -> None:
    """Any one letter changed, dropped or added either is another button's data or reads as Old; nothing raises."""
    buttons = [choice.data for row in rows_of(talk) for choice in row]
    found = drawn.draw(st.sampled_from(buttons))
    place = drawn.draw(st.integers(0, len(found)))
    changed = found[:place] + drawn.draw(st.text(max_size=1)) + found[place + drawn.draw(st.integers(0, 1)) :]
    act = pressed(changed, talk)
    if changed.split("|")[1:2] != [talk.tag]:
        assert act == Old() or changed.split("|")[1:2] == [FREE]
