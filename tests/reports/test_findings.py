"""The document read for people: nothing that its state forbids, the right words, units in the right order."""

from __future__ import annotations

import json

import pytest

from reports.asked import shown
from reports.figures import NOTHING, Figure, figure
from reports.findings import extremes, findings
from reports.index_rows import index_rows
from reports.names import alphabetical
from reports.unit_groups import Unit, unit_groups
from store.models.campaigns import CampaignRow
from survey.questionnaire import Item, Option, Questionnaire
from survey.reading import read_questionnaire
from tests.documents import NOBODY, SMALL, UNTOLD, make_document, make_figure, place_figures
from tests.factories import definition


def form(name: str = "sipas-quay") -> Questionnaire:
    found = read_questionnaire(definition(name))
    assert isinstance(found, Questionnaire)
    return found


def document(name: str = "sipas-quay", units: dict[str, dict[str, object]] | None = None, **facts: object) -> str:
    row = CampaignRow(code="thu", title={"vi": "Thử"}, basis="open", method="M1", grouping="G1")
    units = units or {"A": {}}
    return json.dumps(make_document(row, form(name), dict.fromkeys(units, "xa"), units, **facts))


@pytest.mark.parametrize("state", ["flag_small", "suppressed", "undefined"])
def test_what_its_state_forbids_never_leaves_the_document(state: str) -> None:
    leaky = make_figure("unit", "A", "overall", state=state, value=12.5, low=1.0, high=20.0, distribution={"1": 3})
    found = figure(leaky)
    assert (found.value, found.low, found.high, found.distribution) == (None, None, None, {})


def test_levels_stand_from_low_to_high_with_shares_of_valid_answers() -> None:
    asked = findings(document(), form(), "vi").chapters[0].asked[0]
    assert [level.words for level in asked.levels][::4] == ["Rất không hài lòng", "Rất hài lòng"]
    assert [level.share for level in asked.levels] == [3, 7, 20, 40, 30]
    assert (asked.satisfied, asked.na, asked.blank, asked.tone) == (70, 4, 2, "likert")


def test_each_question_stands_in_its_section_and_open_texts_nowhere() -> None:
    chapters = findings(document(), form(), "en").chapters
    assert [chapter.title for chapter in chapters] == ["While you were being served", "Result and overall view"]
    assert [asked.code for chapter in chapters for asked in chapter.asked][-1] == "chung"
    assert [asked.rated for asked in chapters[1].asked] == [True, True, False]


def test_blocks_hold_their_factors() -> None:
    found = findings(document("sipas-ho-gia-dinh"), form("sipas-ho-gia-dinh"), "vi").parts
    assert [len(group.factors) for group in found] == [4, 5]
    assert all(group.block is not None for group in found)


def test_sensitive_and_written_answers_are_left_out() -> None:
    household = form("sipas-ho-gia-dinh")
    shown = {
        asked.code for each in findings(document(household.code), household, "vi").chapters for asked in each.asked
    }
    assert household.sensitive
    assert not shown & set(household.sensitive)
    assert shown <= {item.code for item in household.items if item.options}


def test_a_unit_page_holds_that_unit_alone() -> None:
    found = findings(document(units={"A": {"value": 61.0}, "B": {"value": 99.0}}), form(), "vi", "A")
    assert (found.headline.value, found.units, found.blocks, found.pooled) == (61.0, {}, {}, NOTHING)


def test_levels_that_count_are_named_only_where_all_questions_agree() -> None:
    assert findings(document(), form(), "vi").satisfied == ("Hài lòng", "Rất hài lòng")
    mixed = definition().replace("options: hai_long_5", "options: [{code: '1', score: 1, text: {vi: Chưa, en: 'No'}}, "
        "{code: '2', score: 2, satisfied: true, text: {vi: Rồi, en: 'Yes'}}]", 1)  # fmt: skip
    other = read_questionnaire(mixed)
    assert isinstance(other, Questionnaire)
    assert findings(document(), other, "vi").satisfied == ()


@pytest.mark.parametrize(
    ("values", "expected"),
    [((70.0, 80.0, 60.0), (80.0, 60.0)), ((70.0, 70.0, 70.0), None), ((None, 50.0, None), None), ((), None)],
)
def test_extremes_need_two_factors_that_differ(values: tuple[float | None, ...], expected: object) -> None:
    figures = list(place_figures(form(), "province", "province", aggregation="units"))
    for each, value in zip((row for row in figures if row["item"].startswith("factor:")), (*values, *[None] * 5)):  # noqa: B905
        each.update(value=value)
    held = json.loads(document()) | {"figures": figures}
    found = extremes(findings(json.dumps(held), form(), "vi").parts)
    assert expected == (found and (found[0].figure.value, found[1].figure.value))


def test_the_rows_of_the_sheet_are_the_figures() -> None:
    text = document(units={"A": {}, "B": UNTOLD})
    rows = list(index_rows(text, form(), {"A": "Xã A"}, "vi"))
    assert len(rows) == len(json.loads(text)["figures"])
    row = next(row for row in rows if row[1] == "A" and row[3] == "factor:TT")
    assert row[:9] == ("unit", "A", "Xã A", "factor:TT", "Thủ tục hành chính", "open", None, 70.0, 100)


def unit(code: str, name: str, block: str = "xa", level: str = "commune", parent: str | None = None) -> Unit:
    return Unit(code, name, name, level, block, parent)


def test_units_of_one_name_are_told_apart_by_the_unit_above() -> None:
    units = {
        each.code: each
        for each in (unit("D", "Huyện Đại Từ", "huyen", "district"), unit("X", "Xã Tân Lập", parent="D"))
    }
    groups = unit_groups(units, {"X": figure(make_figure("unit", "X", "overall"))}, {}, "name")
    assert [group.block for group in groups] == ["huyen", "xa"]
    assert groups[1].lines[0].parent == "Huyện Đại Từ"


def test_units_whose_figure_is_held_back_stay_in_the_list_and_silent_ones_do_not() -> None:
    units = {code: unit(code, f"Xã {code}") for code in "ABCD"}
    facts: dict[str, dict[str, object]] = {"A": UNTOLD, "B": SMALL, "C": NOBODY}
    figures: dict[str, Figure] = {code: figure(make_figure("unit", code, "overall", **facts[code])) for code in facts}
    (group,) = unit_groups(units, figures, {}, "value")
    assert [line.unit.code for line in group.lines] == ["A", "B"]
    assert group.silent == ("Xã C", "Xã D")


@pytest.mark.parametrize(
    "names",
    [
        ["Xã An Bình", "Xã Ăn Khê", "Xã Ân Phú", "Xã Bình Yên"],
        ["Xã Dân Tiến", "Xã Đại Từ", "Xã Em"],
        ["Xã Hoa", "Xã Hòa", "Xã Hỏa", "Xã Hóa", "Xã Họa", "Xã Hoà An"],
        ["Phường 1", "Phường Ỷ La"],
        ["Sở Y tế", "sở Y tế 2"],
    ],
)
def test_names_stand_in_vietnamese_order(names: list[str]) -> None:
    mixed = [names[-1], *names[:-1]]
    assert sorted(mixed, key=alphabetical) == names


def test_a_unit_page_does_not_say_who_its_people_are() -> None:
    household = form("sipas-ho-gia-dinh")
    text = document(household.code, units={"A": {}})
    types = {item.code: item.type for item in household.items}

    def shown_types(unit: str | None) -> set[str]:
        return {types[asked.code] for each in findings(text, household, "vi", unit).chapters for asked in each.asked}

    assert "single" in shown_types(None)
    assert not shown_types("A") & {"single", "several"}
    assert "matrix" in shown_types("A")


def test_satisfaction_comes_before_what_else_was_asked() -> None:
    household = form("sipas-ho-gia-dinh")
    tones = [
        {asked.tone for asked in each.asked} for each in findings(document(household.code), household, "vi").chapters
    ]
    about = ["likert" in each for each in tones]
    assert about == sorted(about, reverse=True)


@pytest.mark.parametrize("unit", [None, "A"])
def test_a_document_written_in_another_hand_reads_the_same(unit: str | None) -> None:
    text = document(units={"A": {"value": 61.0}, "B": UNTOLD, "C": SMALL})
    spread_out = json.dumps(json.loads(text), indent=1)
    assert findings(spread_out, form(), "vi", unit) == findings(text, form(), "vi", unit)


def test_a_fact_that_happened_is_not_satisfaction_with_it() -> None:
    household = form("sipas-ho-gia-dinh")
    asked = {
        each.code: each
        for chapter in findings(document(household.code), household, "vi").chapters
        for each in chapter.asked
    }
    facts = [asked[item.code] for item in household.items if item.type == "yes_no" and item.factor is None]
    assert facts
    assert {(each.tone, each.satisfied) for each in facts} == {("order", 0)}


def test_choices_without_a_score_are_told_and_not_counted() -> None:
    marks = (("1", 1, False), ("2", 2, True), ("x", None, False))
    options = tuple(Option(code, {"vi": code}, score, satisfied) for code, score, satisfied in marks)
    row = Item("q1", "q", "matrix", {"vi": "Hàng"}, options, factor="A")
    spread = {"blank": 1, "1": 10, "2": 30, "x": 9, "na": 0}
    found = shown(row, "", "vi", figure(make_figure("unit", "A", "question:q1", distribution=spread)))
    assert found.uncounted == (("x", 9),)
    assert [level.share for level in found.levels] == [25, 75]
