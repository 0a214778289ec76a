"""Campaign files and the states of a campaign."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.campaign import MOVES, CampaignPlan, may_move, read_campaign, takes_answers

LEAST = """
code: quay-2024
title: {vi: Khảo sát tại quầy}
year: 2024
kind: sipas
basis: open
questionnaire: {code: sipas-quay, version: 1}
opens: 2024-05-01
closes: 2024-12-31
"""


def plan_of(text: str) -> CampaignPlan:
    """The plan of a text that must be sound."""
    found = read_campaign(text)
    assert isinstance(found, CampaignPlan), found
    return found


def test_what_a_campaign_file_leaves_out_has_its_usual_value() -> None:
    plan = plan_of(LEAST)

    assert (plan.method, plan.grouping, plan.disclosure_minimum, plan.disclosure_small) == ("M1", "G1", 5, 30)
    assert (plan.batch_minimum_new, plan.batch_every, plan.units, plan.languages) == (20, "day", None, None)
    assert (plan.questionnaire_code, plan.questionnaire_version, plan.questionnaire_file) == ("sipas-quay", 1, None)
    assert plan.chat_once


def test_a_campaign_may_take_many_answers_of_one_person_by_chat() -> None:
    assert not plan_of(LEAST + "chat: {once: false}").chat_once


RESULTS = [
    ("open", "", "public"),
    ("sample", "", "withheld"),
    ("open", "results: withheld", "withheld"),
    ("sample", "results: public", "public"),
]


@pytest.mark.parametrize(("basis", "line", "results"), RESULTS, ids=[f"{row[0]} {row[1]}" for row in RESULTS])
def test_results_of_a_sample_wait_for_publication(basis: str, line: str, results: str) -> None:
    assert plan_of(LEAST.replace("basis: open", f"basis: {basis}") + line).results == results


def test_everything_may_be_said() -> None:
    text = LEAST.replace("{code: sipas-quay, version: 1}", "{file: questionnaire.yaml}") + (
        "languages: [vi]\nunits: [A, B]\nmethod: {id: M3, grouping: G2}\n"
        "disclosure: {minimum: 10, small: 50}\nbatch: {minimum_new: 5, every: week}\n"
    )
    plan = plan_of(text)

    assert (plan.questionnaire_file, plan.languages, plan.units) == ("questionnaire.yaml", ("vi",), ("A", "B"))
    assert (plan.method, plan.grouping, plan.disclosure_minimum, plan.disclosure_small) == ("M3", "G2", 10, 50)
    assert (plan.batch_minimum_new, plan.batch_every) == (5, "week")


WRONG = [
    ("closes too early", LEAST.replace("2024-12-31", "2024-04-30"), ["closes_before_it_opens"]),
    ("file and code", LEAST.replace("{code", "{file: q.yaml, code"), ["questionnaire_name"]),
    ("code without version", LEAST.replace(", version: 1", ""), ["questionnaire_name"]),
    ("no questionnaire at all", LEAST.replace("{code: sipas-quay, version: 1}", "{}"), ["questionnaire_name"]),
    ("file elsewhere", LEAST.replace("{code: sipas-quay, version: 1}", "{file: ../../secret.yaml}"), ["file_beside"]),
    ("hidden file", LEAST.replace("{code: sipas-quay, version: 1}", "{file: .env}"), ["file_beside"]),
    ("file of Windows", LEAST.replace("{code: sipas-quay, version: 1}", "{file: 'C:\\q.yaml'}"), ["file_beside"]),
    ("small below minimum", LEAST + "disclosure: {minimum: 9, small: 5}", ["disclosure_order"]),
    ("unit twice", LEAST + "units: [A, A]", ["duplicate_code"]),
    ("language missing", LEAST + "languages: [vi, en]", ["missing_language"]),
    ("no title", LEAST.replace("{vi: Khảo sát tại quầy}", "{}"), ["missing_language"]),
    ("units of another word", LEAST + "units: some", ["not_one_of"]),
    ("units as numbers", LEAST + "units: [1, 2]", ["not_quoted", "not_quoted"]),
    ("unknown method", LEAST + "method: {id: M9, grouping: G1}", ["not_one_of"]),
    ("unknown key", LEAST + "open: true", ["unknown_key"]),
    ("day in words", LEAST.replace("2024-05-01", "hôm nay"), ["not_a_date"]),
    ("code with capitals", LEAST.replace("quay-2024", "Quay"), ["code_form"]),
    (
        "all at once",
        "code: a b\nyear: 1\nunits: []",
        ["code_form"] + ["missing_key"] * 6 + ["number_too_small", "empty_list"],
    ),
    ("no mapping", "- a", ["not_a_definition"]),
]


@pytest.mark.parametrize(("text", "codes"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_with_a_campaign_file_is_told(text: str, codes: list[str]) -> None:
    found = read_campaign(text)

    assert isinstance(found, tuple)
    assert sorted(fault.code for fault in found) == sorted(codes)


@given(st.text(st.characters(), max_size=100))
def test_any_text_is_read_or_told_about(text: str) -> None:
    assert isinstance(read_campaign(text), (CampaignPlan, tuple))


ALLOWED = {("draft", "open"), ("open", "closed"), ("closed", "open"), ("closed", "locked"), ("locked", "published")}


@pytest.mark.parametrize(("state", "onward"), list(product(MOVES, MOVES)), ids=str)
def test_only_these_moves_are_allowed(state: str, onward: str) -> None:
    assert may_move(state, onward) is ((state, onward) in ALLOWED)


DAYS = [
    ("first day", "open", date(2024, 5, 1), True),
    ("last day", "open", date(2024, 5, 31), True),
    ("day before", "open", date(2024, 4, 30), False),
    ("day after", "open", date(2024, 6, 1), False),
    ("closed early", "closed", date(2024, 5, 2), False),
    ("not yet open", "draft", date(2024, 5, 2), False),
]


@pytest.mark.parametrize(("state", "today", "expected"), [row[1:] for row in DAYS], ids=[row[0] for row in DAYS])
def test_answers_are_taken_while_open_on_days_of_the_campaign(state: str, today: date, expected: bool) -> None:
    assert takes_answers(state, date(2024, 5, 1), date(2024, 5, 31), today) is expected
