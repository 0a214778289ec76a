"""XLSForms become questionnaires of ours, or every cell that cannot is told with its sheet, row and column."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.sentences import SENTENCES
from survey.conditions import All, Answered, Any_, AtLeast, Equals, In, Not
from survey.faults import Fault
from survey.journey import journey
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire
from survey.xlsform import read_xlsform
from tests.survey.xlsforms import CHOICES, SETTINGS, SOUND, SURVEY, simple

HEADED = [*SURVEY[0], SURVEY[0][0], "label::Tiếng Lạ (?)", "lạ"]
BROKEN = (  # workbooks as a whole, and headers
    {},
    {"survey": SURVEY[:1], "settings": SETTINGS},
    {**SOUND, "entities": [["a"], ["b"]]},
    {**SOUND, "survey": [*SURVEY, *([SURVEY[1]] * 5_000)]},
    {**SOUND, "survey": [HEADED, *([*row, *[""] * (len(SURVEY[0]) - len(row)), "x", "x", "x"] for row in SURVEY[1:])]},
)
LIST = (("a", "1", "Một"), ("a", "2", "Hai"), ("a", "3", "Ba"))


def made(sheets) -> Questionnaire:
    text = read_xlsform(sheets, 7)
    assert isinstance(text, str), text
    read = read_questionnaire(text)
    assert isinstance(read, Questionnaire), read
    return read


def faults(sheets) -> dict[str, str]:
    found = read_xlsform(sheets)
    assert isinstance(found, tuple), found
    return {fault.where: fault.code for fault in found}


def test_a_form_of_every_kind_is_taken_over():
    form = made(SOUND)
    assert (form.code, form.version, form.languages, form.minutes) == ("mot-cua", 7, ("vi", "en"), 2)
    assert form.title == {"vi": "Phiếu một cửa", "en": "One-stop form"}
    assert [(section.code, section.title["vi"]) for section in form.sections] == [
        ("part_1", "Phiếu một cửa"),
        ("chung", "Thông tin chung"),
        ("danh_gia", "Đánh giá"),
    ]
    assert {question.code: question.type for question in form.questions} == {
        "loi_chao": "note",
        "gioi_tinh": "single",
        "tuoi": "number",
        "da_den": "yes_no",
        "so_lan": "number",
        "ly_do": "several",
        "bang": "matrix",
        "khac_ly_do": "text",
        "ngay": "date",
    }
    assert (form.item("tuoi").minimum, form.item("tuoi").maximum) == (Decimal(18), Decimal(120))
    assert form.item("so_lan").minimum == Decimal(1)
    assert form.item("khac_ly_do").max_length == 300
    assert [option.code for option in form.item("ly_do").options if option.exclusive] == ["khong"]
    row = form.item("thai_do")
    assert (row.required, form.item("thoi_gian").required) == (True, False)
    assert [option.score for option in row.options] == [1, 2, 3, 4, 5]
    assert [option.code for option in row.options if option.satisfied] == ["4", "5"]
    assert row.na == {"vi": "Không áp dụng", "en": "Not applicable"}
    assert form.questions[2].help == {"vi": "Số tuổi tròn", "en": "Full years"}


def test_conditions_say_the_same_as_before():
    form = made(SOUND)
    shows = {question.code: question.show_if for question in form.questions}
    came = Equals("da_den", "yes")
    assert shows["so_lan"] == came
    assert shows["ly_do"] == All((came, All((AtLeast("so_lan", Decimal(2)), Not(Equals("gioi_tinh", "nam"))))))
    assert shows["khac_ly_do"] == All((came, Any_((Equals("ly_do", "khac"), In("thai_do", ("1", "2"))))))
    asked = [q.code for q in journey(form, {"gioi_tinh": "nu", "da_den": "yes", "so_lan": Decimal(2), "thai_do": "5"})]
    assert asked == ["loi_chao", "gioi_tinh", "tuoi", "da_den", "so_lan", "ly_do", "bang", "ngay"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("${n} < 3", All((Answered("n"), Not(AtLeast("n", Decimal(3)))))),
        ("${n} <= 3", All((Answered("n"), Not(AtLeast("n", Decimal(4)))))),
        ("${n} = 3", All((AtLeast("n", Decimal(3)), Not(AtLeast("n", Decimal(4)))))),
        ("3 < ${n}", AtLeast("n", Decimal(4))),
        ("${d} > 2.5", AtLeast("d", Decimal("2.51"))),
        ("${n} != ''", Answered("n")),
        ('${t} = ""', Answered("t", False)),
        ("string-length(${t}) > 0", Answered("t")),
        ("${c} = 1", Equals("c", "1")),
        ("${c} >= 2", In("c", ("2", "3"))),
        ("selected(${c},'2')", Equals("c", "2")),
        ("not(selected(${m}, '1'))", Not(Equals("m", "1"))),
        (
            "(${c} = '1' or ${c} = '2') and ${n} >= 1",
            All((Any_((Equals("c", "1"), Equals("c", "2"))), AtLeast("n", Decimal(1)))),
        ),
        (
            "${c} = '1' or ${c} = '2' and ${n} >= 1",
            Any_((Equals("c", "1"), All((Equals("c", "2"), AtLeast("n", Decimal(1)))))),
        ),
    ],
)
def test_expressions_of_the_simple_kinds(expression, expected):
    form = made(
        simple(
            ("integer", "n", "Số"), ("decimal", "d", "Số lẻ"), ("text", "t", "Lời"),
            ("select_one a", "c", "Chọn"), ("select_multiple a", "m", "Chọn"), ("note", "x", "Xem", expression),
            choices=LIST,
        )
    )  # fmt: skip
    assert form.questions[-1].show_if == expected


@pytest.mark.parametrize(
    "expression",
    [
        "${n} > today()", "${n} + 1 > 2", "count-selected(${m}) > 1", "${m} = '1'", "regex(${t}, 'a')", "${t} = 'x'",
        "if(${n}>1, 1, 2)", "${n} > 1 and", "(${n} > 1", "${n} > ${d}", "${n}", "'a' = 'a'", "true()", "${n} >> 2",
        "(" * 50 + "${n} > 1" + ")" * 50, "${c} > 9",
    ],
)  # fmt: skip
def test_other_expressions_are_told(expression):
    sheets = simple(
        ("integer", "n", "Số"), ("decimal", "d", "Số lẻ"), ("text", "t", "Lời"),
        ("select_one a", "c", "Chọn"), ("select_multiple a", "m", "Chọn"), ("note", "x", "Xem", expression),
        choices=LIST,
    )  # fmt: skip
    assert faults(sheets) == {"survey: row 7, column relevant": "xlsform_expression"}


def test_everything_is_told_at_once_and_in_order():
    sheets = simple(
        ("start", "start"),
        ("geopoint", "noi", "Ở đâu?"),
        ("select_one vang", "a1", "Chọn"),
        ("text", "a b", "Tên"),
        ("text", "ten", ""),
        ("text", "TEN", "Xin chào ${ten}"),
        ("begin_repeat", "lap", "Lặp"),
        ("integer", "n", "Số", "${sau} = 1", ". mod 2 = 0"),
        ("end_repeat",),
        ("calculate", "tinh"),
        ("text", "u", "Lời", "", "", "signature", "${n} > 1"),
        ("end_group",),
        ("begin_group", "mo", "Mở"),
        ("text", "sau", "Sau"),
        choices=LIST,
    )
    sheets["survey"][0].append("calculation")
    sheets["survey"][10].append("1 + 1")
    sheets["settings"] = [["form_title", "form_id", "minutes"], ["Phiếu", "9 phiếu", "nhanh"]]
    found = read_xlsform(sheets)
    assert isinstance(found, tuple)
    assert [(fault.where, fault.code) for fault in found] == [
        ("settings: row 2, column form_id", "xlsform_form_id"),
        ("settings: row 2, column purpose", "xlsform_cell_missing"),
        ("settings: row 2, column minutes", "xlsform_minutes"),
        ("survey: row 1, column calculation", "xlsform_column"),
        ("survey: row 2, column type", "xlsform_by_itself"),
        ("survey: row 3, column type", "xlsform_type"),
        ("survey: row 4, column type", "xlsform_list"),
        ("survey: row 5, column name", "xlsform_name"),
        ("survey: row 6, column label", "xlsform_cell_missing"),
        ("survey: row 7, column name", "xlsform_name_twice"),
        ("survey: row 7, column label", "xlsform_piped"),
        ("survey: row 8, column type", "xlsform_repeat"),
        ("survey: row 9, column constraint", "xlsform_constraint"),
        ("survey: row 9, column relevant", "xlsform_unknown_name"),
        ("survey: row 11, column type", "xlsform_type"),
        ("survey: row 12, column required", "xlsform_yes_or_no"),
        ("survey: row 12, column appearance", "xlsform_look"),
        ("survey: row 13, column type", "xlsform_group_end"),
        ("survey: row 14, column type", "xlsform_group_open"),
    ]


def test_what_our_own_rules_refuse_is_told_at_the_row_it_came_from():
    sheets = simple(
        ("select_one a", "ten", "Chọn"),
        ("select_one b", "unit", "Chọn"),
        ("note", "x", "Xem", "${ten} = '9'"),
        choices=[*LIST, ("b", "được rồi", "Được"), ("b", "2", "Hai")],
    )
    assert faults(sheets) == {"choices: row 5, column name": "code_form"}
    sheets["choices"][4][1] = "1"
    assert faults(sheets) == {
        "survey: row 3": "column_code",
        "survey: row 4, column relevant": "unknown_option",
    }


def test_a_language_without_words_is_told_with_its_row():
    survey = [list(row) for row in SURVEY]
    survey[4][3] = ""
    choices = [list(row) for row in CHOICES]
    choices[2][3] = ""
    found = read_xlsform({"survey": survey, "choices": choices, "settings": SETTINGS})
    assert isinstance(found, tuple)
    assert [(fault.where, fault.code, fault.facts["language"]) for fault in found] == [
        ("choices: row 3, column label::English (en)", "xlsform_words_missing", "en"),
        ("survey: row 5, column label::English (en)", "xlsform_words_missing", "en"),
    ]


def test_a_language_that_cannot_be_told_is_a_fault():
    sheets = simple(("text", "t", "Lời"))
    sheets["survey"][0][2] = "label::Français"
    assert faults(sheets)["survey: row 1, column label::Français"] == "xlsform_language"


def test_other_tables_and_lists():
    rows = [
        ("begin_group", "g", "Nhóm"),
        ("begin_group", "bang", ""),
        ("select_one a", "dau", "Xin chọn một mức", "", "", "label"),
        ("select_one a", "r1", "Dòng 1", "", "", "list-nolabel"),
        ("select_one a", "r2", "Dòng 2", "", "", "list-nolabel"),
        ("end_group",),
        ("begin_group", "phu", "Phần phụ", "${r1} = '1'"),
        ("select_one a or_other", "nghe", "Nghề"),
        ("end_group",),
        ("end_group",),
        ("text", "cuoi", "Cuối"),
    ]
    form = made(simple(*rows, choices=LIST))
    assert [(q.code, q.type) for q in form.questions] == [
        ("bang", "matrix"), ("phu", "note"), ("nghe", "single"), ("cuoi", "text"),
    ]  # fmt: skip
    assert form.questions[0].text == {"vi": "Xin chọn một mức"}
    assert [item.code for item in form.questions[0].items] == ["r1", "r2"]
    assert form.questions[1].show_if == form.questions[2].show_if == Equals("r1", "1")
    assert [(option.code, option.other) for option in form.item("nghe").options][-1] == ("other", True)
    assert [section.title["vi"] for section in form.sections] == ["Nhóm", "Phiếu"]


def test_hostile_words_stay_words():
    words = "<script>alert(1)</script> {{ 7*7 }} =cmd|' #[raw] \"'\\ : - yes"
    form = made(simple(("text", "t", words), ("note", "u", "yes"), ("note", "v", "2024-05-01")))
    assert [question.text["vi"] for question in form.questions] == [words, "yes", "2024-05-01"]


def test_what_is_no_form_is_told():
    assert faults({"Sheet1": [["a"], ["b"]]}) == {"file": "xlsform_no_sheet"}
    assert "xlsform_empty_sheet" in faults({"survey": [["type"]], "settings": [["form_title"], ["x"]]}).values()
    assert faults({}) == {"file": "xlsform_no_sheet"}
    huge = simple(*[("text", f"t{n}", "Lời") for n in range(5_001)])
    assert "sheet_too_many_rows" in faults(huge).values()


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "\ufffe"])
def test_characters_that_cannot_be_shown_are_refused(bad):
    found = read_xlsform(simple(("text", "t", f"Lời {bad}")))
    assert isinstance(found, tuple)
    assert all(isinstance(fault, Fault) for fault in found)


def test_days_have_no_bounds_in_expressions():
    sheets = simple(("date", "d", "Ngày", "", ". <= today()"))
    assert faults(sheets) == {"survey: row 2, column constraint": "xlsform_constraint"}


WORDS = (
    "|x|select_one muc|select_multiple viec or_other|begin_group|end_group|text|note|na|yes|${tuoi} > 1|${a|not(|"
    "selected(${ly_do}, 'cho')|. <= 3|table-list|label|list-nolabel|1e9|-1|99999999999999999999|<b>|=1+1|label::|"
    "label::xx|::"
)
PIECES = st.sampled_from([*WORDS.split("|"), "\ud800", "\x00", "ă" * 5_000]) | st.text(max_size=8)
CHANGE = st.tuples(st.sampled_from(sorted(SOUND)), st.integers(0, 20), st.integers(0, 9), PIECES)


@given(st.lists(CHANGE, max_size=12))
@settings(max_examples=60)
def test_no_workbook_makes_it_raise(changes):
    sheets = {name: [list(row) for row in grid] for name, grid in SOUND.items()}
    for sheet, row, column, cell in changes:
        grid = sheets[sheet]
        line = grid[row % len(grid)]
        line[column % len(line)] = cell
    found = read_xlsform(sheets)
    assert found
    assert isinstance(found, str) or all(fault.code in SENTENCES for fault in found)
