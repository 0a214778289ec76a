"""The paper form says everything that the page says, and where to go on after an answer."""

from __future__ import annotations

import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from qr_templates.codes import picture
from reports.asked_of import condition_words, only_words, sheet_of, skips
from reports.chat_form import turns
from reports.paper_form import Counter, drawn, paper, pictures
from survey.conditions import All, Answered, Any_, AtLeast, Equals, In, Not
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire
from survey.xlsform import read_xlsform
from tests.survey.xlsforms import simple

ROOT = Path(__file__).parents[2]
FORMS = (
    *sorted((ROOT / "instruments" / "questionnaires").glob("*.yaml")),
    ROOT / "tests" / "webforms" / "every_type.yaml",
)
LIST = (("a", "1", "Một"), ("a", "2", "Hai"), ("yn", "yes", "Có"), ("yn", "no", "Không"))


def read(path: Path) -> Questionnaire:
    form = read_questionnaire(path.read_text(encoding="utf-8"))
    assert isinstance(form, Questionnaire), form
    return form


def made(*rows, choices=LIST) -> Questionnaire:
    text = read_xlsform(simple(*rows, choices=choices))
    assert isinstance(text, str), text
    form = read_questionnaire(text)
    assert isinstance(form, Questionnaire)
    return form


def words_in(pdf: bytes, tmp_path: Path) -> str:
    """The text of a PDF as its readers see it."""
    (tmp_path / "form.pdf").write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-layout", tmp_path / "form.pdf", "-"], capture_output=True, check=True).stdout
    return " ".join(told.decode().split())


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_word_of_a_form_stands_on_paper(path, tmp_path):
    form = read(path)
    text = words_in(paper(form, "vi"), tmp_path).replace(" ", "")
    for question in form.questions:
        assert "".join(question.text["vi"].split()) in text, question.text["vi"]
        assert question.help is None or "".join(question.help["vi"].split()) in text
    assert f"Mãphiếu:{form.code}v{form.version}" in text
    assert re.search(r"Trang1/\d", text)


def test_the_counter_stands_on_its_form_with_its_code(tmp_path):
    form = read(ROOT / "instruments" / "questionnaires" / "sipas-quay-v1.yaml")
    address = "khaosat.example/c/0000-0000-0"
    counter = Counter("UBND xã Phú Bình", "Quầy 1", address, picture(f"https://{address}"), "Khảo sát 2025")
    text = words_in(paper(form, "en", counter), tmp_path)
    for words in ("UBND xã Phú Bình", "Quầy 1", "Khảo sát 2025", "Answering is voluntary", "Form code: sipas-quay v1"):
        assert words in text


def test_skips_say_where_to_go_on():
    form = made(
        ("select_one yn", "den", "Có đến?"),
        ("integer", "lan", "Mấy lần?", "${den} = 'yes'"),
        ("text", "vi_sao", "Vì sao?", "${den} = 'yes'"),
        ("select_one a", "muc", "Mức?"),
        ("text", "them", "Nói thêm", "${muc} = '2'"),
    )
    sheet = sheet_of(form, "vi")
    questions = {question.code: question for question in form.questions}
    assert skips(sheet, questions["den"]) == ["Nếu chọn “Không”, xin chuyển sang câu 4."]
    assert skips(sheet, questions["muc"]) == ["Nếu chọn “Một”, Ông/Bà đã trả lời xong phiếu."]
    assert skips(sheet, questions["lan"]) == []
    assert only_words(sheet) == {
        "lan": "Chỉ trả lời từ câu 2 đến câu 3 nếu Ông/Bà chọn “Có” ở câu 1.",
        "them": "Chỉ trả lời câu này nếu Ông/Bà chọn “Hai” ở câu 4.",
    }


def test_no_skip_where_another_answer_could_bring_the_question_back():
    form = made(
        ("select_one yn", "a1", "Một?"),
        ("select_one yn", "b1", "Hai?"),
        ("text", "c", "Ba", "${a1} = 'yes' or ${b1} = 'yes'"),
        ("text", "d", "Bốn"),
    )
    sheet = sheet_of(form, "vi")
    assert [skips(sheet, question) for question in form.questions[:2]] == [[], []]


@pytest.mark.parametrize(
    ("condition", "vi"),
    [
        (Equals("den", "yes"), "chọn “Có” ở câu 1"),
        (In("muc", ("1", "2")), "chọn “Một” hoặc “Hai” ở câu 3"),
        (AtLeast("lan", Decimal(3)), "ghi từ 3 trở lên ở câu 2"),
        (Answered("lan"), "đã trả lời câu 2"),
        (Not(Equals("den", "yes")), "không chọn “Có” ở câu 1"),
        (Not(Answered("lan")), "không trả lời câu 2"),
        (
            All((Equals("den", "yes"), Any_((Equals("muc", "1"), Answered("lan"))))),
            "chọn “Có” ở câu 1 và (chọn “Một” ở câu 3 hoặc đã trả lời câu 2)",
        ),
    ],
)
def test_conditions_in_plain_words(condition, vi):
    form = made(("select_one yn", "den", "Đến?"), ("integer", "lan", "Lần?"), ("select_one a", "muc", "Mức?"))
    assert condition_words(sheet_of(form, "vi"), condition) == vi


def test_forms_that_number_their_questions_are_numbered_by_items():
    form = made(("text", "a1", "Câu 5. Hỏi gì?"), ("text", "b1", "Hỏi thêm"))
    numbers = [
        q["number"] for section in drawn(form, "vi", None, draft=False)["sections"] for q in section["questions"]
    ]
    assert numbers == ["Mục 1.", "Mục 2."]


def test_hostile_words_are_set_as_text(tmp_path):
    words = '#panic("x") *đậm* $1$ [a](b) \\u{41} <lbl> @ref // hết ' + "dài" * 60
    text = words_in(paper(made(("text", "t", words)), "vi"), tmp_path)
    assert '#panic("x") *đậm* $1$ [a](b) \\u{41} <lbl> @ref // hết' in text


def test_a_draft_says_so_on_every_picture():
    form = made(("text", "t", "Lời"))
    assert len(pictures(form, "vi", draft=True, dots=40)) == 1
    assert drawn(form, "vi", None, draft=True)["draft"] == "BẢN DỰ THẢO"


@pytest.mark.parametrize("path", FORMS[-2:], ids=lambda path: path.stem)
def test_the_chat_that_is_shown_asks_what_the_bot_asks(path):
    from bot.questions_in_words import item_in, option_lines
    from survey.conversation import Asked
    from survey.journey import plan

    form = read(path)
    shown = turns(form, "vi")
    steps = plan(form, "question")
    assert len(shown) == len(steps)
    for turn, step in zip(shown, steps, strict=True):
        item = item_in(Asked(step.step, step.questions, 1, 1))
        said = "\n".join(turn.paragraphs)
        for question in step.questions:
            assert question.text["vi"] in said
        lines = option_lines(item, "vi") if item is not None and item.options else []
        for option in item.options if item is not None else ():
            assert any(option.text["vi"] in button for button in turn.buttons)
            assert any(option.text["vi"] in line for line in lines)
