"""The way through a questionnaire: conditions, what is kept, and how it is cut into steps."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from survey.conditions import All, Answered, Any_, AtLeast, Condition, Equals, In, Not, Value, holds, items_of, judge
from survey.journey import PAGE_ITEMS, journey, kept, pages, plan
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire
from tests.survey.builders import INSTRUMENTS, read_file, visit
from tests.survey.strategies import answers_of

VISIT = visit()
YES: Condition = Equals("den", "yes")
NO: Condition = Equals("den", "no")

CONDITIONS: list[tuple[str, Condition, dict[str, Value], bool]] = [
    ("equals", YES, {"den": "yes"}, True),
    ("equals another", YES, {"den": "no"}, False),
    ("equals nothing", YES, {}, False),
    ("equals one of several", Equals("giay_to", "anh"), {"giay_to": ("cccd", "anh")}, True),
    ("equals na", Equals("tiep_cho", "na"), {"tiep_cho": "na"}, True),
    ("in", In("tiep_cho", ("1", "2")), {"tiep_cho": "2"}, True),
    ("in, not", In("tiep_cho", ("1", "2")), {"tiep_cho": "3"}, False),
    ("in, several", In("giay_to", ("anh", "don")), {"giay_to": ("cccd", "don")}, True),
    ("at least, number", AtLeast("so_lan", Decimal(3)), {"so_lan": Decimal(3)}, True),
    ("at least, smaller number", AtLeast("so_lan", Decimal(3)), {"so_lan": Decimal("2.9")}, False),
    ("at least, score", AtLeast("tiep_cho", Decimal(4)), {"tiep_cho": "5"}, True),
    ("at least, smaller score", AtLeast("tiep_cho", Decimal(4)), {"tiep_cho": "3"}, False),
    ("at least, na", AtLeast("tiep_cho", Decimal(0)), {"tiep_cho": "na"}, False),
    ("at least, no score", AtLeast("kenh", Decimal(0)), {"kenh": "mang"}, False),
    ("at least, nothing", AtLeast("so_lan", Decimal(0)), {}, False),
    ("answered", Answered("so_lan"), {"so_lan": Decimal(1)}, True),
    ("answered with na", Answered("tiep_cho"), {"tiep_cho": "na"}, True),
    ("answered, nothing", Answered("so_lan"), {}, False),
    ("unanswered", Answered("so_lan", answered=False), {}, True),
    ("unanswered, though it is", Answered("so_lan", answered=False), {"so_lan": Decimal(1)}, False),
    ("all", All((YES, Answered("so_lan"))), {"den": "yes", "so_lan": Decimal(1)}, True),
    ("all, one fails", All((YES, Answered("so_lan"))), {"den": "yes"}, False),
    ("any", Any_((NO, Answered("so_lan"))), {"so_lan": Decimal(1)}, True),
    ("any, none", Any_((NO, Answered("so_lan"))), {"den": "yes"}, False),
    ("not", Not(YES), {"den": "no"}, True),
    ("not, of nothing", Not(YES), {}, True),
]


@pytest.mark.parametrize(
    ("condition", "answers", "expected"), [c[1:] for c in CONDITIONS], ids=[c[0] for c in CONDITIONS]
)
def test_condition_is_judged_by_the_answers(condition: Condition, answers: dict[str, Value], expected: bool) -> None:
    assert holds(condition, VISIT, answers) is expected


OPEN: list[tuple[str, Condition, bool | None]] = [
    ("unknown alone", Equals("kenh", "mang"), None),
    ("all with one that fails", All((Equals("kenh", "mang"), YES)), False),
    ("all with one that holds", All((Equals("kenh", "mang"), NO)), None),
    ("any with one that holds", Any_((Equals("kenh", "mang"), NO)), True),
    ("any with one that fails", Any_((Equals("kenh", "mang"), YES)), None),
    ("not unknown", Not(Equals("kenh", "mang")), None),
    ("unanswered, unknown", Answered("kenh", answered=False), None),
]


@pytest.mark.parametrize(("condition", "expected"), [row[1:] for row in OPEN], ids=[row[0] for row in OPEN])
def test_condition_stays_open_while_it_hangs_on_the_unknown(condition: Condition, expected: bool | None) -> None:
    assert judge(condition, VISIT, {"den": "no"}, {"kenh"}) is expected


def test_orphaned_answer_does_not_steer() -> None:
    answers: dict[str, Value] = {"den": "no", "so_lan": Decimal(9), "vi_sao": "xa"}

    assert "vi_sao" not in [question.code for question in journey(VISIT, answers)]
    assert kept(VISIT, answers) == {"den": "no"}


def test_words_beside_an_option_go_with_their_question() -> None:
    assert kept(VISIT, {"den": "yes", "kenh": "khac", "kenh.other": "Qua thôn"}) == {"den": "yes"}


@given(answers=answers_of(VISIT))
def test_what_is_kept_is_on_the_way_and_keeping_again_changes_nothing(answers: dict[str, Value]) -> None:
    found = kept(VISIT, answers)
    on_way = {item.code for question in journey(VISIT, found) for item in question.items}

    assert {code.removesuffix(".other") for code in found} <= on_way
    assert kept(VISIT, found) == found
    assert journey(VISIT, found) == journey(VISIT, answers)


@given(answers=answers_of(VISIT))
def test_pages_hold_the_way_in_its_order(answers: dict[str, Value]) -> None:
    way = journey(VISIT, answers)
    asked = [item.code for question in way for item in question.items]

    assert tuple(question for page in pages(VISIT, answers) for question in page.questions) == way
    assert [item.code for page in pages(VISIT, answers, "question") for item in page.items] == asked


def test_step_keeps_its_name_whatever_the_answers_are() -> None:
    steps = [page.step for page in plan(VISIT, "page")]

    assert steps == ["chao", "kenh", "vi_sao", "tiep", "ly_do"]
    assert [page.step for page in pages(VISIT, {"den": "no"})] == ["chao", "kenh", "tiep", "ly_do"]


@pytest.mark.parametrize("path", sorted(INSTRUMENTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_page_is_long_and_none_has_a_question_that_looks_at_its_own_page(path: Path) -> None:
    questionnaire = read_file(path)
    for page in plan(questionnaire, "page"):
        here = {item.code for item in page.items}
        assert len(page.items) <= PAGE_ITEMS or len([q for q in page.questions if q.items]) == 1
        assert all(here.isdisjoint(items_of(q.show_if)) for q in page.questions if q.show_if is not None)


def test_pages_are_cut_after_eight_items_and_a_note_stays_with_what_follows() -> None:
    rows = "".join(f"      - {{code: q{n}, type: text, text: {{en: Q}}}}\n" for n in range(8))
    found = read_questionnaire(
        "code: long-one\nversion: 1\ntitle: {en: T}\npurpose: {en: P}\nminutes: 1\nlanguages: [en]\nsource: own\n"
        "sections:\n  - code: s\n    title: {en: S}\n    questions:\n"
        + rows
        + "      - {code: n, type: note, text: {en: N}}\n      - {code: q8, type: text, text: {en: Q}}\n"
        "      - {code: end, type: note, text: {en: E}}\n"
    )
    assert isinstance(found, Questionnaire)

    assert [(page.step, len(page.items)) for page in plan(found, "page")] == [("q0", 8), ("n", 1)]
    assert [page.step for page in plan(found, "question")][-2:] == ["q8", "end"]
