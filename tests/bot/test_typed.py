"""Typed words mean what a person wants: a command, a code, or that one agrees to begin."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.typed import meaning
from survey.counter_codes import counter_code, spoken
from survey.questionnaire import Questionnaire
from tests.bot.talks import EVERY_TYPE, FORMS, make_form, make_talk, said, shipped
from workflows.chat import (
    Act,
    Begin,
    Come,
    Erase,
    GoBack,
    Help,
    OnWeb,
    Pass,
    Say,
    Show,
    Speak,
    Stop,
    Talk,
)

CODE = counter_code(0x9F3A2B7C41)
DIGIT_CODE = counter_code(0)
SERVICE, COUNTER = shipped("sipas-dich-vu"), shipped("sipas-quay")
SCALE = make_talk(COUNTER, "tiep_can")
YES_NO = make_talk(SERVICE, "bo_sung")
AGE = make_talk(SERVICE, "tuoi")
WORK = make_talk(SERVICE, "nghe_nghiep")
SOURCES = make_talk(SERVICE, "biet_qua")
BRIBES = make_talk(SERVICE, "phien_ha")
REMARK = make_talk(EVERY_TYPE, "y")
WELCOME = make_talk(COUNTER)
WORDS = make_talk(SERVICE, "nghe_nghiep", ticked=("7",), wants_words="7")


ANYWHERE: list[tuple[str, Act]] = [
    *(
        (text, GoBack("tiep_can"))
        for text in ("0", "０", "0.", "quay lại", "QUAY LAI", "← Quay lại", "back", "<", "/back")
    ),
    *((text, Pass("tiep_can")) for text in ("bỏ qua", "Bo Qua.", "BỎ QUA →", "skip", "-", "—", "/boqua", "bỏ qua nhé")),
    *(
        (text, Stop())
        for text in ("DỪNG", "dung lai", "STOP", "huỷ", "hủy", "huy", "/stop", "/dung", "/dừng", "dừng!", "thôi ạ")
    ),
    *((text, Erase()) for text in ("/xoa", "xóa", "xoá", "/delete", "/xóa@hailong_bot", "delete")),
    *((text, Help()) for text in ("trợ giúp", "help", "/help", "/trogiup", "/tro_giup", "?", "？")),
    *((text, Speak("")) for text in ("ngôn ngữ", "language", "/ngonngu", "/language", "Đổi ngôn ngữ")),
    *((text, Speak("en")) for text in ("english", "English", "/en", "tiếng Anh", "en", "/language english")),
    *((text, Speak("vi")) for text in ("tiếng việt", "Tieng Viet", "/vi", "vietnamese")),
    *((text, OnWeb()) for text in ("web", "/web", "trang web", "trên mạng", "🌐 Trả lời trên trang web")),
    *((text, Show()) for text in ("tiếp", "tiep tuc", "continue", "/tiep", "/start", "", " ", "\u200b", "\u2060\n")),
]


@pytest.mark.parametrize(("text", "act"), ANYWHERE, ids=[repr(text) for text, _ in ANYWHERE])
def test_commands_are_understood_while_a_question_is_open(text: str, act: Act) -> None:
    assert meaning(text, SCALE, "vi") == act
    assert meaning(unicodedata.normalize("NFD", text), SCALE, "en") == act


@pytest.mark.parametrize(
    ("text", "act"),
    [
        *(
            (text, Begin())
            for text in ("1", "１", "1️⃣", "ok", "OK ạ", "bắt đầu", "bat dau", "begin", "Có", "đồng ý ạ", "một")
        ),
        *((text, Begin()) for text in ("tôi đồng ý", "dạ vâng ạ", "▶ Bắt đầu", "/batdau")),
        *((text, Stop()) for text in ("không", "khong dong y", "no", "dừng", "dung")),
        *((text, Show()) for text in ("alo", "2", "0", "bỏ qua", "tiếp", "/start", "hài lòng", "12")),
        (f"/start {CODE}", Come(CODE)),
        ("help", Help()),
        ("english", Speak("en")),
        ("web", OnWeb()),
        ("xóa", Erase()),
    ],
)
def test_before_the_form_begins_words_agree_or_decline(text: str, act: Act) -> None:
    assert meaning(text, WELCOME, "vi") == act


@pytest.mark.parametrize("text", ["1", "ok", "có", "không", "hello", "/start", "tiếp", "xin chào", "0", "bỏ qua", "🙂"])
def test_without_a_form_words_that_are_no_code_lead_to_how_to_begin(text: str) -> None:
    assert meaning(text, None, "vi") == Show()


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        spoken(CODE),
        f" {spoken(CODE).replace('-', ' ')} ",
        spoken(CODE).replace("-", " – "),
        spoken(CODE).replace("-", "."),
        CODE.replace("0", "o").replace("1", "l"),
        f"Gửi mã {spoken(CODE)}",
        f"gui ma: {CODE} ạ",
        f"code {CODE}",
        f"mã quầy {CODE}.",
        f"Tôi muốn trả lời cho quầy {spoken(CODE)} nhé",
        f"https://khaosat.example.vn/c/{CODE}",
        f"xem https://t.me/hailong_bot?start={CODE} nhé",
        f"/start {CODE}",
        f"/start@hailong_bot  {CODE}",
        "".join(chr(ord(letter) + 0xFEE0) for letter in CODE),
    ],
)
@pytest.mark.parametrize("talk", [None, WELCOME, SCALE, YES_NO], ids=["no form", "not begun", "scale", "yes or no"])
def test_a_code_leads_to_its_counter_however_it_is_typed(text: str, talk: Talk | None) -> None:
    act = meaning(text, talk, "vi")
    assert isinstance(act, Come)
    assert act.code.upper().replace(" ", "").replace("-", "").replace("O", "0").replace("L", "1") == CODE


@pytest.mark.parametrize("text", ["mã P017", "P17A2B3C9", "1234-5678-9", "gửi mã 12345678", "/start xyz"])
def test_a_wrong_code_is_told_to_be_wrong(text: str) -> None:
    assert isinstance(meaning(text, None, "vi"), Come)


@pytest.mark.parametrize("text", [CODE, spoken(CODE), spoken(DIGIT_CODE), f"mã {CODE}", f"Gửi mã {DIGIT_CODE}"])
@pytest.mark.parametrize("talk", [REMARK, WORDS], ids=["text", "words beside an option"])
def test_where_words_are_asked_for_only_a_whole_code_is_one(text: str, talk: Talk) -> None:
    assert isinstance(meaning(text, talk, "vi"), Come)
    assert isinstance(meaning(f"Quầy {text} phục vụ tốt", talk, "vi"), Say)


@pytest.mark.parametrize(
    "text",
    [
        "dừng xe ở cổng khó quá",
        "không",
        "có",
        "1",
        "12",
        "ok",
        "excellent",
        "trang web",
        "trên mạng",
        "mã hồ sơ của tôi bị mất",
        "mã 123456",
        "Bỏ qua bước photo giấy tờ",
        "help desk tốt",
        "quay lại nhiều lần",
        "123 456 789",
        f"Tôi đã vào https://x.vn/c/{CODE} mà không được",
        "Rất hài lòng 👍",
        "/abc",
        "Ⅳ",
    ],
)
def test_words_of_ones_own_are_an_answer_as_they_stand(text: str) -> None:
    assert meaning(text, REMARK, "vi") == said(REMARK, text)
    assert meaning(text, WORDS, "vi") == said(WORDS, "7", words=text)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("DỪNG", Stop()),
        ("dừng.", Stop()),
        ("xoá", Erase()),
        ("web", OnWeb()),
        ("english", Speak("en")),
        ("tiếp tục", Show()),
        ("?", Help()),
        ("/boqua", Pass("y")),
        ("bỏ qua", Pass("y")),
        ("-", Pass("y")),
        ("0", GoBack("y")),
    ],
)
def test_a_command_that_is_the_whole_text_is_no_comment(text: str, act: Act) -> None:
    assert meaning(text, REMARK, "vi") == act


def test_words_beside_an_option_can_be_left_out() -> None:
    assert meaning("bỏ qua", WORDS, "vi") == said(WORDS, "7")
    assert meaning("quay lại", WORDS, "vi") == GoBack("nghe_nghiep")
    several = make_talk(SERVICE, "biet_qua", ticked=("1", "7"), wants_words="7")
    assert meaning("hàng xóm", several, "vi") == said(several, "1", "7", words="hàng xóm")
    assert meaning("x", make_talk(SERVICE, "nghe_nghiep", wants_words="7"), "vi") == said(WORDS, "7", words="x")


def test_a_page_of_notes_is_passed_by_any_word() -> None:
    talk = make_talk(make_form("text"), "n")
    for text in ("ok", "1", "tiếp", "vâng ạ"):
        assert meaning(text, talk, "vi") == Say("n", {})
    assert meaning("dừng", talk, "vi") == Stop()
    assert meaning("0", talk, "vi") == GoBack("n")


STEPS = [(form, step) for form in FORMS for step in ("", *form.by_code)]
ODD = st.sampled_from(
    ("0", "1️⃣", "không", "hài lòng", ",", "-", "và", "/start", "mã", ":", "\n", "😄", CODE, "７", "/", "\u0301")
)


@given(st.sampled_from(STEPS), st.text() | st.lists(ODD | st.text(max_size=3)).map(" ".join), st.booleans())
def test_no_text_is_too_odd(where: tuple[Questionnaire, str], text: str, bare: bool) -> None:
    form, step = where
    talk = None if bare else make_talk(form, step)
    act = meaning(text, talk, "vi")
    if isinstance(act, Say):
        assert act.step == step
        assert all(key.removesuffix(".other") == step for key in act.raw)
        assert all(
            isinstance(value, list) and all(isinstance(part, str) for part in value) for value in act.raw.values()
        )
