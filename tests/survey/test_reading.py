"""Reading a questionnaire file: sound ones are read, broken ones are told about in full, nothing raises."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.conditions import All, Answered, Any_, AtLeast, Equals, In, Not
from survey.examples import TEXT
from survey.faults import Fault
from survey.questionnaire import Questionnaire, UnknownItemError, short_form
from survey.reading import DefinitionError, fingerprint, json_schema, read_questionnaire
from tests.survey.builders import INSTRUMENTS, QUESTIONNAIRES, read_file, visit

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
GOOD = sorted([*INSTRUMENTS.glob("*.yaml"), *QUESTIONNAIRES.glob("*.yaml")])
VISIT = (QUESTIONNAIRES / "visit.yaml").read_text(encoding="utf-8")


def faults_of(text: str) -> tuple[Fault, ...]:
    """The faults of a text that must have some."""
    found = read_questionnaire(text)
    assert not isinstance(found, Questionnaire)
    return found


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_every_fault_of_a_broken_file_is_told_at_once(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = text.partition("\n")[0].removeprefix("# expects: ").split()

    found = faults_of(text)

    assert sorted(fault.code for fault in found) == sorted(expected)


@pytest.mark.parametrize("value", ["!!bool maybe", "!!int ''", "!!float ''", "!!timestamp soon", "!!null {a: b}"])
def test_a_value_that_does_not_fit_its_tag_is_told(value: str) -> None:
    assert [fault.code for fault in faults_of(f"code: {value}")] == ["yaml_unreadable"]


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_sound_file_is_read(path: Path) -> None:
    questionnaire = read_file(path)

    assert questionnaire.items
    assert read_file(path) == questionnaire
    assert hash(read_file(path)) == hash(questionnaire)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_sound_file_means_the_same_to_the_parser_without_libyaml(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert yaml.load(text, Loader=yaml.SafeLoader) == yaml.load(text, Loader=yaml.CSafeLoader)


PLACES = [
    ("option", VISIT.replace('code: "4"', "code: 4"), "scales.nam_muc.options[4].code"),
    (
        "row",
        VISIT.replace("code: tiep_loi, short: true", "code: tiep_loi, short: 1"),
        "sections[2].questions[1].rows[2].short",
    ),
    (
        "condition",
        VISIT.replace("question: tiep_cho, in:", "question: ghe, in:"),
        "sections[3].questions[1].show_if.any[1]",
    ),
    ("line", VISIT.replace("minutes: 2", "minutes: 2\nminutes: 3"), "line 7"),
]


@pytest.mark.parametrize(("text", "where"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
def test_place_of_a_fault_is_a_path_that_counts_from_one(text: str, where: str) -> None:
    assert [fault.where for fault in faults_of(text)] == [where]


def test_conditions_are_read_as_they_are_written() -> None:
    conditions = {question.code: question.show_if for question in visit().questions}

    assert conditions["kenh"] == Equals("den", "no")
    assert conditions["vi_sao"] == AtLeast("so_lan", Decimal(3))
    assert conditions["ly_do"] == Any_((In("tiep_cho", ("1", "2")), Equals("giay_to", "khac")))
    assert conditions["hen"] == All((Equals("den", "yes"), Not(AtLeast("so_lan", Decimal(3))), Answered("ngay")))
    assert conditions["den"] is None


def test_matrix_rows_take_from_their_question_what_they_do_not_say() -> None:
    cho, loi, gio = visit().questions[5].items

    assert [item.question for item in (cho, loi, gio)] == ["tiep"] * 3
    assert [item.factor for item in (cho, loi, gio)] == ["TD"] * 3
    assert [item.required for item in (cho, loi, gio)] == [True, False, False]
    assert [item.na for item in (cho, loi, gio)] == [{"vi": "Không áp dụng", "en": "Not applicable"}] * 3
    assert [option.code for option in cho.options if option.satisfied] == ["4", "5"]


def test_yes_and_no_come_with_words_and_scores() -> None:
    yes, no = visit().item("den").options

    assert (yes.code, yes.score, yes.satisfied, yes.text["vi"]) == ("yes", 1, True, "Có")
    assert (no.code, no.score, no.satisfied, no.text["vi"]) == ("no", 0, False, "Không")


def test_yes_and_no_may_have_words_and_marks_of_their_own() -> None:
    own = 'type: yes_no, options: [{code: "yes", text: {en: Often}}, {code: "no", satisfied: true, text: {en: Never}}],'
    found = read_questionnaire(TEXT.replace("type: yes_no,", own))

    assert isinstance(found, Questionnaire)
    assert [(o.code, o.score, o.satisfied) for o in found.item("used").options] == [("yes", 1, False), ("no", 0, True)]


def test_item_that_is_not_there_raises() -> None:
    with pytest.raises(UnknownItemError):
        visit().item("nowhere")


def test_short_form_keeps_what_is_marked_and_what_belongs_to_it() -> None:
    short = short_form(visit())

    assert [item.code for item in short.items] == ["den", "tiep_cho", "tiep_loi", "y_kien"]
    assert [question.code for question in short.questions] == ["den", "tiep", "cam_on", "y_kien"]
    assert [factor.code for factor in short.factors] == ["TD"]
    assert (short.code, short.version) == ("visit", 1)


def test_short_form_of_a_form_without_marks_is_the_form() -> None:
    found = read_questionnaire(TEXT.replace("short: true", "short: false"))

    assert isinstance(found, Questionnaire)
    assert short_form(found) is found


SAME = [
    ("comments", VISIT + "\n# one more\n", True),
    ("white space", VISIT.replace("minutes: 2", "minutes:    2"), True),
    ("quotes", VISIT.replace("code: visit", 'code: "visit"'), True),
    ("words", VISIT.replace("Chỗ ngồi chờ", "Chỗ ngồi"), False),
    ("order of questions", VISIT.replace("code: ngay", "code: ngay_nhan"), False),
    ("quoted number", VISIT.replace("version: 1", 'version: "1"'), False),
]


@pytest.mark.parametrize(("text", "same"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_fingerprint_follows_what_is_said_and_not_how(text: str, same: bool) -> None:
    assert (fingerprint(text) == fingerprint(VISIT)) is same


def test_fingerprint_of_what_is_no_definition_raises() -> None:
    with pytest.raises(DefinitionError):
        fingerprint("[")


def test_schema_names_every_key_of_a_question() -> None:
    schema = json_schema()
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)

    keys = {"code", "type", "text", "help", "options", "na", "required", "factor", "short", "show_if", "rows"}
    assert keys <= definitions["QuestionRow"]["properties"].keys()
    assert {"in", "all", "any", "not"} <= definitions["ConditionRow"]["properties"].keys()


@given(text=st.text(st.characters(), max_size=200))
def test_any_text_is_read_or_told_about(text: str) -> None:
    assert isinstance(read_questionnaire(text), (Questionnaire, tuple))


PIECES = [
    "{",
    "}",
    "[",
    "]",
    ": ",
    "\n",
    "- ",
    '"',
    "'",
    "&a ",
    "*a",
    "!!binary ",
    "yes",
    "1e999",
    ".nan",
    "0x" + "f" * 5000,
    "\t",
    "null",
    "|",
    "<<: ",
]


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_a_sound_file_with_damage_is_read_or_told_about(data: st.DataObject) -> None:
    text = TEXT
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 30)))
        text = text[:start] + data.draw(st.sampled_from(PIECES) | st.text(max_size=3)) + text[end:]

    found = read_questionnaire(text)

    assert isinstance(found, Questionnaire) or (found and all(isinstance(fault, Fault) for fault in found))


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_a_sound_file_with_any_value_anywhere_is_read_or_told_about(data: st.DataObject) -> None:
    definition = yaml.safe_load(VISIT)
    here = definition
    while True:
        key = data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        if not here[key] or not isinstance(here[key], (dict, list)) or data.draw(st.integers(0, 3)) == 0:
            break
        here = here[key]
    here[key] = data.draw(NODES)

    found = read_questionnaire(yaml.safe_dump(definition, allow_unicode=True))

    assert isinstance(found, Questionnaire) or (found and all(isinstance(fault, Fault) for fault in found))


def test_a_file_beyond_the_limit_is_not_even_parsed() -> None:
    assert [fault.code for fault in faults_of("a" * 1_000_001)] == ["definition_too_large"]


def test_ten_thousand_faults_are_told_at_once() -> None:
    options = "\n".join(f"      - {{code: {n}, text: {{en: x}}}}" for n in range(10_000))
    found = faults_of(TEXT.replace("scales:\n", f"scales:\n  many:\n    options:\n{options}\n"))

    assert len(found) == 10_000
