"""Typed answers are taken in many forms, and a wrong answer is never taken for a right one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from bot.folding import folded, plain
from bot.typed import meaning, zero_is_an_answer
from survey.questionnaire import NA, Questionnaire
from tests.bot.talks import EVERY_TYPE, IN_LANGUAGES, closed_items, make_form, make_talk, refused, said, shipped
from workflows.chat import Done, GoBack, OnWeb, Talk

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
GENDER = make_talk(SERVICE, "gioi_tinh")
VISITS = make_talk(SERVICE, "so_lan")
DAY = make_talk(EVERY_TYPE, "ngay")


CHOICES: list[tuple[Talk, str, str]] = [
    *(
        (SCALE, text, "4")
        for text in ("4", "４", "4️⃣", "④", "❹", "٤", "4.", " 4 ", "(4)", "4!", "bốn", "tư", "TƯ", "bon", "four")
    ),
    *(
        (SCALE, text, "4")
        for text in ("số 4", "mức 4", "muc bon", "mức độ 4", "4 ạ", "dạ 4", "em chọn mức 4 nhé", "#4")
    ),
    *((SCALE, text, "4") for text in ("hài lòng", "hai long", "HÀI LÒNG.", "hài long", "tôi hài lòng ạ", "4 hài lòng")),
    *((SCALE, text, "4") for text in ("🙂", "🙂 4 · Hài lòng", "4 - Hài lòng", "4. hai long", "🙂 4 · Hài lòng ✓")),
    *((SCALE, text, "2") for text in ("hai", "Hai", "không hài lòng", "khong hai long", "KHÔNG HÀI LÒNG!", "🙁")),
    *((SCALE, text, "5") for text in ("rất hài lòng", "rat hai long", "năm", "nam", "😄", "😄😄")),
    *((SCALE, text, "3") for text in ("bình thường", "binh thuong 👍", "thường")),
    *((SCALE, text, NA) for text in ("6", "sáu", "na", "N/A", "KAD", "không áp dụng", "Không đến trực tiếp")),
    *(
        (YES_NO, text, "yes")
        for text in ("có", "co", "CÓ Ạ", "yes", "đúng", "ừ", "vâng", "dạ", "dạ có", "rồi", "1", "1️⃣ Có")
    ),
    *((YES_NO, text, "no") for text in ("không", "khong", "ko", "no", "chưa", "dạ không", "2", "hai", "không ạ")),
    *((YES_NO, text, NA) for text in ("không nhớ", "3", "khong nho")),
    (AGE, "dưới 25", "1"),
    (AGE, "Từ 25", "2"),
    (AGE, "từ 60 tuổi", "5"),
    (GENDER, "nam", "1"),
    (GENDER, "nu", "2"),
    (GENDER, "khác", "3"),
    (WORK, "nông nghiệp", "1"),
    (WORK, "thuỷ sản", "1"),
    (WORK, "khác", "7"),
    (WORK, "nghỉ hưu", "6"),
    (BRIBES, "không có", "1"),
]


@pytest.mark.parametrize(("talk", "text", "code"), CHOICES, ids=[f"{t.state.step}: {text!r}" for t, text, _ in CHOICES])
def test_one_option_is_named_in_many_ways(talk: Talk, text: str, code: str) -> None:
    assert meaning(text, talk, "vi") == said(talk, code)
    assert meaning(unicodedata.normalize("NFD", text), talk, "vi") == said(talk, code)


UNCLEAR: list[tuple[Talk, str]] = [
    *((SCALE, text) for text in ("rất", "lòng", "hài", "không", "chưa hài lòng", "hài lòng lắm", "hài lòng một phần")),
    *((SCALE, text) for text in ("không bình thường", "hãi lòng", "hái lòng", "hài lồng", "hai lonh", "rat hai lomg")),
    *(
        (SCALE, text)
        for text in ("7", "44", "4.5", "4,5", "4/5", "4-5", "45", "4 5", "-4", "4%", "00", "câu 4", "no 4")
    ),
    *((SCALE, text) for text in ("5 · hài lòng", "😄 4", "😄🙁", "😠 hài lòng", "ba bốn", "½", "4²", "mười bốn")),
    *((SCALE, text) for text in ("hài lòng hay không hài lòng", "không phải hài lòng", "tôi không", "👍", "...", "!")),
    *((YES_NO, text) for text in ("dung", "có không", "có lẽ", "không biết", "nhớ", "vâng không", "cò", "kò")),
    *(
        (AGE, text)
        for text in ("25", "60", "24 tuổi", "25 tuổi", "34", "dưới", "từ", "tuổi", "trên 60", "từ 2", "từ 3")
    ),
    *((GENDER, text) for text in ("năm", "n", "nám", "không", "ba má")),
    *((BRIBES, text) for text in ("có", "người", "không", "một", "co", "mot")),
    *((WORK, text) for text in ("công", "7 nuôi ong", "1: nuôi ong", "tự", "không", "1. Nghỉ hưu")),
    *(
        (SOURCES, text)
        for text in ("1,9", "1;0", "3-1", "1-9", "11", "78", "xong", "tivi", "1, tivi", "cán bộ hoặc bạn bè")
    ),
    *((SOURCES, text) for text in ("hai ba", "không, 1", "tất cả", "tất cả trừ 3", "1,7 hàng xóm", "1..9", "một hai")),
    *(
        (VISITS, text)
        for text in ("khoảng 3", "3-4", "hơn 3", "3 ngày", "không", "mấy lần", "3 bốn", "ba không", "1.5")
    ),
    *((DAY, text) for text in ("hôm nay", "1/5", "tháng 5 năm 2024", "1/5/24", "30 tháng 2 năm 2024", "3", "năm 2024")),
]


@pytest.mark.parametrize(("talk", "text"), UNCLEAR, ids=[f"{talk.state.step}: {text!r}" for talk, text in UNCLEAR])
def test_what_is_unclear_is_asked_again(talk: Talk, text: str) -> None:
    assert refused(talk, text)


SEVERAL: list[tuple[str, tuple[str, ...]]] = [
    *(
        (text, ("1", "3"))
        for text in ("1,3", "1 3", "1 và 3", "1 va 3", "1.3", "1+3", "13", "31", "3, 1", "１，３", "1;3.")
    ),
    *((text, ("1", "3")) for text in ("số 1, số 3", "một, ba", "mot va ba", "1\n3", "1 và 3 ạ", "1️⃣3️⃣")),
    *((text, ("1", "2", "3")) for text in ("1-3", "1 – 3", "từ 1 đến 3", "1~3", "123", "1 to 3", "1,2-3")),
    *(
        (text, ("1", "5"))
        for text in ("cán bộ, mạng xã hội", "Can bo; mang xa hoi", "1, mạng xã hội", "cán bộ và mạng xã hội")
    ),
    *((text, ("3",)) for text in ("3", "báo chí", "Phát thanh, truyền hình, báo chí", "phát thanh, báo chí")),
    ("Người thân, bạn bè; Phát thanh, truyền hình, báo chí", ("2", "3")),
    ("Người thân, bạn bè, 4", ("2", "4")),
    ("cán bộ\nmạng xã hội", ("1", "5")),
    ("1,1", ("1",)),
    ("8", (NA,)),
    ("không nhớ", (NA,)),
    ("1, 8", ("1", NA)),
]


@pytest.mark.parametrize(("text", "codes"), SEVERAL, ids=[repr(text) for text, _ in SEVERAL])
def test_several_options_are_listed_in_many_ways(text: str, codes: tuple[str, ...]) -> None:
    assert meaning(text, SOURCES, "vi") == said(SOURCES, *codes)


def test_digits_run_together_only_where_they_can_mean_nothing_else() -> None:
    many = make_talk(make_form("several", [f"Mục {chr(place)}" for place in range(65, 80)]), "q")
    assert meaning("13", many, "vi") == said(many, "o13")
    assert refused(many, "124")
    assert meaning("1, 3", many, "vi") == said(many, "o1", "o3")


def test_ticked_options_are_sent_by_a_word() -> None:
    ticked = make_talk(SERVICE, "biet_qua", ticked=("1",))
    assert [meaning(text, ticked, "vi") for text in ("xong", "OK", "Chọn xong ạ")] == [Done("biet_qua")] * 3


@pytest.mark.parametrize(
    ("talk", "text", "codes", "words"),
    [
        (WORK, "7: Nuôi ong", ("7",), "Nuôi ong"),
        (WORK, "７：nuôi ong", ("7",), "nuôi ong"),
        (WORK, "7️⃣. nuôi ong", ("7",), "nuôi ong"),
        (WORK, "7 - nuôi ong", ("7",), "nuôi ong"),
        (WORK, "Khác: nuôi ong: mật", ("7",), "nuôi ong: mật"),
        (WORK, "cong viec khac: Nuôi ong", ("7",), "Nuôi ong"),
        (SOURCES, "1,7: hàng xóm", ("1", "7"), "hàng xóm"),
        (SOURCES, "cán bộ, nguồn khác: hàng xóm, 2 người", ("1", "7"), "hàng xóm, 2 người"),
        (SOURCES, "khác: trên mạng", ("7",), "trên mạng"),
    ],
)
def test_words_beside_an_option_may_come_with_it(talk: Talk, text: str, codes: tuple[str, ...], words: str) -> None:
    assert meaning(text, talk, "vi") == said(talk, *codes, words=words)


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("3", "3"),
        ("３", "3"),
        ("ba", "3"),
        ("3 lần", "3"),
        ("ba lần ạ", "3"),
        ("0", "0"),
        ("0 lần", "0"),
        ("không nhớ", NA),
    ],
)
def test_numbers_are_read_with_what_the_question_counts(text: str, raw: str) -> None:
    assert meaning(text, VISITS, "vi") == said(VISITS, raw)


def test_zero_is_a_number_where_the_question_allows_it_and_back_elsewhere() -> None:
    assert zero_is_an_answer(VISITS)
    assert meaning("0", VISITS, "vi") == said(VISITS, "0")
    for text in ("quay lại", "<", "back", "/back"):
        assert meaning(text, VISITS, "vi") == GoBack("so_lan")
    one_at_least = make_talk(make_form("number", minimum=1), "q")
    assert not zero_is_an_answer(one_at_least)
    assert meaning("0", one_at_least, "vi") == GoBack("q")
    for talk in (SCALE, REMARK, WELCOME, WORDS):
        assert not zero_is_an_answer(talk)


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("1/5/2024", "1/5/2024"),
        ("１／５／２０２４", "1/5/2024"),
        ("1 - 5 - 2024", "1-5-2024"),
        ("ngày 1 tháng 5 năm 2024", "1/5/2024"),
        ("Ngay 01 thang 5, 2024.", "01/5/2024"),
        ("2024-05-01", "2024-05-01"),
    ],
)
def test_days_are_read_as_people_write_them(text: str, raw: str) -> None:
    assert meaning(text, DAY, "vi") == said(DAY, raw)


def test_labels_that_bear_numbers_of_their_own_go_by_these() -> None:
    marks = make_talk(make_form("single", [str(mark) for mark in range(11)]), "q")
    assert [meaning(str(mark), marks, "vi") for mark in range(11)] == [
        said(marks, f"o{mark + 1}") for mark in range(11)
    ]
    assert zero_is_an_answer(marks)
    turned = make_talk(make_form("single", ["5 - Rất tốt", "4 - Tốt", "3 - Trung bình", "2 - Kém", "1 - Rất kém"]), "q")
    assert meaning("5", turned, "vi") == said(turned, "o1")
    assert meaning("tốt", turned, "vi") != said(turned, "o1")


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        (("Chưa hài lòng", "Bình thường"), "hài lòng"),
        (("Rất tốt", "Khá", "Kém"), "tốt"),
        (("Trên đại học", "Trung cấp"), "đại học"),
        (("Biết nhưng chưa dùng", "Chưa nghe"), "biết"),
        (("Tày", "Nùng"), "tây"),
        (("Tày", "Tây"), "tay"),
        (("Ông", "Bà", "Cháu"), "ba"),
        (("Không", "Một", "Hai", "Ba hoặc hơn"), "ba"),
        (("<18", ">60"), ">18"),
        (("Dưới 18", "Từ 18"), "18"),
        (("Đồng ý một phần", "Phản đối"), "đồng ý"),
        (("Hộ tịch", "Hộ tịch điện tử"), "hộ"),
    ],
)
def test_a_part_of_a_label_never_turns_its_meaning(labels: tuple[str, ...], text: str) -> None:
    talk = make_talk(make_form("single", labels), "q")
    assert refused(talk, text)


def test_a_label_that_is_a_command_word_is_the_answer_on_its_question() -> None:
    talk = make_talk(make_form("single", ["Tiếng Việt", "English", "Web"]), "q")
    assert [meaning(text, talk, "vi") for text in ("english", "Web", "tiếng việt")] == [
        said(talk, "o2"),
        said(talk, "o3"),
        said(talk, "o1"),
    ]
    assert meaning("/web", talk, "vi") == OnWeb()


def test_a_code_of_an_option_that_nobody_was_shown_is_no_answer() -> None:
    for talk, text in ((make_talk(EVERY_TYPE, "tuoi"), "a"), (make_talk(EVERY_TYPE, "cach"), "a"), (YES_NO, "na x")):
        assert refused(talk, text)


SHAPES: dict[str, Callable[[str], str]] = {
    "as it stands": str,
    "without marks": lambda label: plain(folded(label)),
    "decomposed": lambda label: unicodedata.normalize("NFD", label),
    "upper case": str.upper,
    "wide": lambda label: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in label),
    "blanks and dots": lambda label: f"  {label} . ",
    "in quotes": lambda label: f"“{label}”",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("form", "language"), IN_LANGUAGES, ids=lambda found: getattr(found, "code", found))
def test_every_label_of_every_questionnaire_gives_its_option(form: Questionnaire, language: str, shape: str) -> None:
    wrong = []
    for item in closed_items(form):
        talk = make_talk(form, item.code, language)
        known = [(option.code, option.text[language]) for option in item.options]
        for code, label in known + ([(NA, item.na[language])] if item.na is not None else []):
            if meaning(SHAPES[shape](label), talk, language) != said(talk, code):
                wrong.append((item.code, label))
    assert wrong == []


WRITTEN: dict[str, Callable[[int], str]] = {
    "digits": str,
    "wide": lambda number: "".join(chr(ord(digit) + 0xFEE0) for digit in str(number)),
    "keycaps": lambda number: "".join(f"{digit}\ufe0f\u20e3" for digit in str(number)),
    "with a word": lambda number: f"Số {number}.",
}


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize(("form", "language"), IN_LANGUAGES, ids=lambda found: getattr(found, "code", found))
def test_every_number_of_every_questionnaire_gives_its_option(form: Questionnaire, language: str, written: str) -> None:
    wrong = []
    for item in closed_items(form):
        talk = make_talk(form, item.code, language)
        codes = [option.code for option in item.options] + ([NA] if item.na is not None else [])
        for number, code in enumerate(codes, start=1):
            if meaning(WRITTEN[written](number), talk, language) != said(talk, code):
                wrong.append((item.code, number))
    assert wrong == []
