"""What the chat says at single moments: to a press, at a question, after a refusal, before and after a form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.wording import worded
from survey.conversation import Answered, State, advance
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire
from tests.bot.outcomes import RECEIPT, TYPED, URL, asked_at, labels, outcomes, press
from tests.bot.talks import EVERY_TYPE, make_form, make_place, make_talk, shipped
from workflows import chat
from workflows.chat import Outcome, Talk


def said(outcome: Outcome, *, buttons: bool = False) -> str:
    """The text of the one message for typed words."""
    (message,) = worded(outcome, buttons, TYPED[buttons])
    return message.text


def at(code: str, step: str, language: str = "vi", **changed: object) -> Talk:
    """A shipped form open at that step."""
    return replace(make_talk(shipped(code), step, language), **changed)


def refused_at(talk: Talk, *raw: str) -> chat.Went:
    """The open question, after an answer that was refused."""
    form, step = talk.place.questionnaire, talk.state.step
    return chat.Went(talk, advance(form, talk.state, Answered(step, {step: list(raw)}), "question")[1])


# A press changes its message, typed words get a new one.


def test_a_press_changes_the_message_that_bore_it() -> None:
    talk = at("sipas-quay", "thu_tuc")
    before = State({}, "tiep_can", "vi")
    events = advance(talk.place.questionnaire, before, Answered("tiep_can", {"tiep_can": ["4"]}), "question")[1]
    (message,) = worded(chat.Went(talk, events), True, press("a|a1b2|tiep_can|4"))
    assert (message.edit, message.press, message.toast) == ("5", "9", "Đã chọn: Hài lòng")
    assert message.text.startswith("✓ Đã ghi: Hài lòng\n\nCâu 2/7\n\n")


def test_typed_words_get_a_new_message() -> None:
    (message,) = worded(asked_at(at("sipas-quay", "thu_tuc")), True, TYPED[True])
    assert (message.edit, message.press, message.toast) == ("", "", "")
    assert message.rows


def test_the_consent_text_stays_when_the_first_question_comes() -> None:
    (message,) = worded(asked_at(at("sipas-quay", "tiep_can")), True, press("g|a1b2||"))
    assert (message.edit, message.press) == ("", "9")


@pytest.mark.parametrize(
    ("verb", "toast"), [("b", "Câu trước"), ("p", "Đã bỏ qua"), ("d", "Đã bỏ qua"), ("l", ""), ("g", "")]
)
def test_a_press_is_acknowledged_with_what_it_did(verb: str, toast: str) -> None:
    (message,) = worded(asked_at(at("sipas-quay", "thu_tuc")), True, press(f"{verb}|a1b2|thu_tuc|"))
    assert message.toast == toast


def test_a_button_of_a_question_gone_by_shows_the_open_one() -> None:
    talk = at("sipas-quay", "thu_tuc")
    events = advance(talk.place.questionnaire, talk.state, Answered("tiep_can", {"tiep_can": ["1"]}), "question")[1]
    (message,) = worded(chat.Went(talk, events), True, press("a|a1b2|tiep_can|1"))
    assert message.toast == "Câu đó đã qua rồi. Đây là câu đang hỏi."
    assert message.text.startswith("Câu 2/7")


def test_what_is_ticked_is_told_and_too_much_of_it_too() -> None:
    few, many, none = (
        worded(chat.Ticked(at("sipas-dich-vu", "mong_doi", ticked=ticked)), True, press("t|a1b2|mong_doi|4"))[0]
        for ticked in (("1", "4"), ("1", "2", "3", "4"), ())
    )
    assert few.toast == "Đã chọn: Cung cấp thông tin rõ ràng, dễ tìm; Rút ngắn thời gian giải quyết"
    assert many.toast == "Chỉ chọn được nhiều nhất 3 mục. Xin bỏ bớt."
    assert none.toast == "Chưa chọn mục nào"


# The questions.


def test_the_first_question_cannot_go_back_and_a_required_one_cannot_be_skipped() -> None:
    first, second, required = (
        said(asked_at(at("sipas-quay", step))).rpartition("\n")[2] for step in ("tiep_can", "thu_tuc", "chung")
    )
    assert first == "Cũng có thể gửi: bỏ qua · web · DỪNG"
    assert second == "Cũng có thể gửi: 0 (quay lại) · bỏ qua · web · DỪNG"
    assert required == "Cũng có thể gửi: 0 (quay lại) · web · DỪNG"


def test_where_zero_is_an_answer_it_does_not_lead_back() -> None:
    text = said(asked_at(at("sipas-dich-vu", "so_lan")))
    assert text.endswith("Cũng có thể gửi: quay lại · bỏ qua · web · DỪNG")
    assert "Xin gửi một số từ 0 đến 50. Hoặc gửi “Không nhớ”." in text


def test_a_matrix_shows_its_stem_with_each_row_and_its_help_with_the_first() -> None:
    first, second = (said(asked_at(at("sipas-dich-vu", step))) for step in ("gy1", "gy2"))
    stem = "trong việc góp ý, phản ánh, kiến nghị?"
    assert stem in first
    assert "👉 Các hình thức tiếp nhận" in first
    assert "Nếu chưa từng làm việc này" in first
    assert stem in second
    assert "👉 Mức độ dễ dàng" in second
    assert "Nếu chưa từng làm việc này" not in second


def test_an_introduction_stands_above_the_first_question_and_one_that_asks_above_each() -> None:
    about = [said(asked_at(at("sipas-ho-gia-dinh", step))) for step in ("gioi_tinh", "tuoi")]
    done = [said(asked_at(at("sipas-ho-gia-dinh", step))) for step in ("q8_1", "q8_2")]
    assert ["không bắt buộc" in text for text in about] == [True, False]
    assert ["Trong 12 tháng qua, Ông/Bà đã tự mình" in text for text in done] == [True, True]


def test_a_section_begins_with_its_title() -> None:
    assert said(asked_at(at("sipas-quay", "ket_qua"))).startswith("Câu 4/7 · Kết quả và đánh giá chung\n")
    assert said(asked_at(at("sipas-quay", "gop_y"))).startswith("Câu 5/7\n")


@pytest.mark.parametrize(
    ("form", "step", "value", "words"),
    [
        ("sipas-quay", "tiep_can", "4", "Đã trả lời trước đó: Hài lòng"),
        ("sipas-quay", "y_kien", "Nhanh hơn", "Đã trả lời trước đó: Nhanh hơn"),
        ("sipas-dich-vu", "biet_qua", ("1", "5"), "Đã trả lời trước đó: Cán bộ, công chức; Mạng xã hội"),
    ],
)
def test_a_person_who_comes_back_sees_the_earlier_answer(form: str, step: str, value: object, words: str) -> None:
    talk = at(form, step)
    assert words in said(asked_at(replace(talk, state=replace(talk.state, answers={step: value}))))


def test_options_that_a_phone_cuts_short_on_buttons_stand_in_the_text_too() -> None:
    long = said(asked_at(at("sipas-dich-vu", "nghe_nghiep")), buttons=True)
    short = said(asked_at(at("sipas-dich-vu", "tuoi")), buttons=True)
    row = said(asked_at(at("sipas-dich-vu", "tc1")), buttons=True)
    assert "4️⃣ Cán bộ, công chức, viên chức, lực lượng vũ trang" in long
    assert "5️⃣ Học sinh, sinh viên" in long
    assert "Dưới 25" not in short
    assert "➖ 6 · Không đến trực tiếp / chưa từng sử dụng" in row
    assert "Rất hài lòng" not in row


def test_options_with_numbers_of_their_own_are_chosen_by_their_words() -> None:
    form = make_form("single", ["3", "2", "1", "Hơn 3"])
    assert "Xin gõ đúng chữ của một lựa chọn rồi gửi." in said(asked_at(make_talk(form, "q")))


# Refusals.


def test_a_refusal_says_what_would_be_right_without_codes_of_the_data() -> None:
    form = EVERY_TYPE
    text = said(refused_at(make_talk(form, "tuoi"), "90 tuổi"))
    assert text.startswith("Chưa rõ “90 tuổi” là lựa chọn nào. Xin gửi một số từ 1 đến 4.\n\nCâu 2/9")
    assert "khac" not in text


def test_a_choice_that_stands_alone_is_named_by_its_words() -> None:
    text = said(refused_at(at("sipas-dich-vu", "mong_doi"), "1", "11"))
    assert text.startswith("Lựa chọn “Không cần cải thiện gì” không đi cùng lựa chọn khác")


@pytest.mark.parametrize(
    ("form", "step", "words"),
    [
        ("sipas-quay", "tiep_can", "Ví dụ: gửi 1 nếu chọn “Rất không hài lòng”, gửi 5 nếu chọn “Rất hài lòng”."),
        ("sipas-dich-vu", "biet_qua", "Ví dụ, gửi: 1,3"),
        ("sipas-dich-vu", "so_lan", "Ví dụ, gửi: 12"),
        ("sipas-dich-vu", "bo_sung", "Ví dụ: gửi 1 nếu chọn “Có”, gửi 2 nếu chọn “Không”."),
    ],
)
def test_the_second_refusal_brings_an_example_and_the_way_past(form: str, step: str, words: str) -> None:
    once, twice = (said(refused_at(at(form, step, misses=misses), "xyz")) for misses in (1, 2))
    assert words not in once
    assert "bỏ qua”" not in once
    assert f"{words}\nNếu không muốn trả lời câu này, xin gửi “bỏ qua”.\n\n" in twice


def test_a_required_question_is_not_offered_to_be_skipped() -> None:
    text = said(refused_at(at("sipas-quay", "chung", misses=3), "xyz"))
    assert "Ví dụ: gửi 1" in text
    assert "bỏ qua" not in text


def test_a_number_or_day_out_of_range_is_told_as_people_write_it() -> None:
    form = make_form("number", minimum=0.5, maximum=3, decimals=1)
    day = make_form("date", minimum=date(2026, 1, 5), maximum=date(2026, 6, 30))
    text = said(refused_at(make_talk(form, "q"), "7,5"))
    assert text.startswith("7,5 nằm ngoài khoảng cho phép; hãy nhập giá trị từ 0,5 đến 3.")
    assert said(refused_at(make_talk(day, "q"), "1/7/2026")).startswith("01/07/2026 nằm ngoài khoảng")
    assert "ví dụ: 30/6/2026" in said(asked_at(make_talk(day, "q")))


def test_what_is_missing_at_the_end_is_counted() -> None:
    named = dict(outcomes(shipped("sipas-quay"), "vi"))
    many = dict(outcomes(shipped("sipas-dich-vu"), "vi"))
    assert said(named["missing"]).startswith(
        "Sắp xong. Còn 1 câu cần trả lời thì phiếu mới gửi được.\n"
        "Nếu không lựa chọn nào phù hợp, xin chọn “Không có ý kiến”.\n\nCâu 6/7"
    )
    assert said(many["missing"]).startswith("Sắp xong. Còn 23 câu cần trả lời")


def test_what_is_unclear_among_several_is_told_without_asking_for_one() -> None:
    text = said(refused_at(at("sipas-dich-vu", "mong_doi"), "xyz"))
    assert text.startswith("Chưa rõ “xyz” là lựa chọn nào.\n\nCâu ")
    assert "Xin gửi số của các mục muốn chọn, ví dụ: 1,3\nChọn nhiều nhất 3 mục." in text


# Something else than an answer.


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("voice", "Cảm ơn Ông/Bà. Ở đây không nghe được tin nhắn thoại. Xin gõ câu trả lời."),
        ("sticker", "Cảm ơn Ông/Bà. Ở đây không nhận được nhãn dán. Xin gõ câu trả lời."),
        ("edited", "Tin nhắn sửa lại không được ghi nhận. Muốn sửa câu đã trả lời, xin gửi “quay lại”."),
        ("show", "Mời Ông/Bà trả lời tiếp:"),
    ],
)
def test_what_cannot_be_an_answer_is_answered_kindly_and_the_question_stays(why: str, words: str) -> None:
    assert said(chat.Again(at("sipas-quay", "thu_tuc"), why)).startswith(f"{words}\n\nCâu 2/7\n\n")


def test_a_voice_message_before_the_first_question_leads_back_to_the_beginning() -> None:
    text = said(chat.Again(at("sipas-quay", ""), "voice"))
    assert text.startswith("Cảm ơn Ông/Bà. Ở đây không nghe được tin nhắn thoại.\n\nUBND xã A\n")
    assert text.endswith("Nếu đồng ý, xin gửi số 1 để bắt đầu.")


def test_words_beside_an_option_are_still_asked_for_after_a_picture() -> None:
    talk = at("sipas-dich-vu", "nghe_nghiep", ticked=("7",), wants_words="7")
    (asked,), (again,) = (
        worded(outcome, True, TYPED[True]) for outcome in (chat.WordsWanted(talk), chat.Again(talk, "picture"))
    )
    assert asked.text.startswith("Câu 6/42\n\n✓ Đã chọn: Công việc khác\n\nXin ghi rõ")
    assert again.text.endswith(asked.text)
    assert again.rows == asked.rows


@pytest.mark.parametrize("buttons", [True, False])
def test_a_group_is_told_to_write_privately_and_gets_no_buttons(buttons: bool) -> None:
    (message,) = worded(chat.Lost("vi", why="group"), buttons, TYPED[buttons])
    assert "cuộc trò chuyện riêng" in message.text
    assert message.rows == ()


# Before and after.


@pytest.mark.parametrize("buttons", [True, False])
def test_the_first_message_tells_who_why_how_long_and_what_is_kept(buttons: bool) -> None:
    place = replace(make_place(shipped("sipas-quay")), service="Chứng thực")
    text = said(chat.Welcomed(replace(at("sipas-quay", ""), place=place)), buttons=buttons)
    name = "Telegram" if buttons else "Zalo"
    for words in (
        "Khảo sát\nUBND xã A\nQuầy 1\nLĩnh vực: Chứng thực",
        "giúp cơ quan phục vụ người dân tốt hơn",
        "Nhiều nhất 7 câu hỏi. Khoảng 1 phút.",
        "Cán bộ đã phục vụ Ông/Bà không xem được câu trả lời.",
        f"không lưu kèm tài khoản {name}",
        f"{name} có thể thấy nội dung",
        "“DỪNG”",
        "“xóa”",
    ):
        assert words in text
    assert "tiện hơn" not in text
    assert text.endswith("Nếu đồng ý, xin bấm “Bắt đầu”." if buttons else "Nếu đồng ý, xin gửi số 1 để bắt đầu.")


def test_a_long_form_is_advised_to_be_filled_in_on_the_web_page() -> None:
    text = said(chat.Welcomed(at("sipas-dich-vu", "")))
    assert "Nhiều nhất 42 câu hỏi. Khoảng 8 phút.\nTrả lời trên trang web sẽ tiện hơn: xin gửi “web”." in text


@pytest.mark.parametrize("again", [True, False])
def test_the_receipt_stands_on_a_line_of_its_own(again: bool) -> None:
    text = said(chat.Thanked(make_place(EVERY_TYPE), "vi", RECEIPT, again))
    assert RECEIPT in text.split("\n")
    assert ("tính một lần" in text) == again


@pytest.mark.parametrize("buttons", [True, False])
def test_the_web_address_stands_on_a_line_of_its_own_with_a_warning(buttons: bool) -> None:
    (message,) = worded(chat.Linked(at("sipas-quay", "gop_y"), URL), buttons, TYPED[buttons])
    assert URL in message.text.split("\n")
    assert "24 giờ" in message.text
    assert "xin đừng chuyển cho người khác" in message.text
    assert [choice.url for row in message.rows for choice in row] == ([URL, ""] if buttons else [])


def test_an_address_that_no_chat_service_takes_is_no_button() -> None:
    (message,) = worded(chat.Linked(at("sipas-quay", ""), "http://127.0.0.1:8000/c/1"), True, TYPED[True])
    assert "http://127.0.0.1:8000/c/1" in message.text.split("\n")
    assert labels(message) == "▶ Bắt đầu"


def test_a_form_that_the_browser_has_filled_can_be_sent_from_here() -> None:
    form = shipped("sipas-quay")
    passed = frozenset(form.by_code)
    talk = make_talk(form)
    full = replace(talk, state=State({"chung": "4"}, "khong_con", "vi", passed))
    (message,) = worded(chat.Again(full, "show"), True, TYPED[True])
    assert "Để gửi phiếu, xin bấm “Gửi phiếu”." in message.text
    assert message.rows[0][0].data == "p|a1b2|khong_con|"


def test_a_dissolved_office_names_who_does_its_work_now() -> None:
    place = replace(make_place(EVERY_TYPE), successors=("UBND xã B", "UBND xã C"))
    assert "Công việc đã được chuyển về:\n• UBND xã B\n• UBND xã C" in said(chat.Turned(place, "vi", "dissolved"))


def test_a_form_in_a_language_without_interface_words_is_spoken_to_in_vietnamese() -> None:
    words = "tay: Mì lăng?"
    form = read_questionnaire(
        "code: thu\nversion: 1\ntitle: {tay: Thử}\npurpose: {tay: Thử}\nminutes: 1\nlanguages: [tay]\nsource: own\n"
        "sections: [{code: s, title: {tay: Phần}, questions: [{code: q, type: text, text: {" + words + "}}]}]\n"
    )
    assert isinstance(form, Questionnaire), form
    assert said(asked_at(make_talk(form, "q"))).endswith("Cũng có thể gửi: bỏ qua · web · DỪNG")
