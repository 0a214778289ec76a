"""The worked example: its files fit together, and counting by hand gives the figures that its README promises."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

from survey import answers
from survey.campaign import CampaignPlan, read_campaign
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire
from survey.unit_rows import read_unit
from survey.units import Unit, check_units, valid_on

FOLDER = Path(__file__).parents[2] / "docs" / "examples" / "copenhagen"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def questionnaire() -> Questionnaire:
    found = read_questionnaire((FOLDER / "questionnaire.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, Questionnaire)
    return found


def campaign() -> CampaignPlan:
    found = read_campaign((FOLDER / "campaign.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, CampaignPlan)
    return found


def test_the_campaign_names_this_questionnaire_and_units_of_its_day() -> None:
    plan = campaign()
    units = [read_unit(row, f"row {n}") for n, row in enumerate(rows("units.csv"), start=2)]
    known = [unit for unit in units if isinstance(unit, Unit)]
    assert len(known) == len(units) == 5
    assert check_units(known, []) == ()
    assert set(plan.units or ()) == {unit.code for unit in valid_on(known, plan.opens) if unit.parent}
    assert (FOLDER / str(plan.questionnaire_file)).is_file()
    assert set(plan.languages or ()) <= set(questionnaire().languages)


def test_answers_fall_into_the_campaign() -> None:
    plan = campaign()
    for row in rows("answers.csv"):
        assert plan.opens.isoformat() <= row["finished_on"] <= plan.closes.isoformat()
        assert row["language"] in (plan.languages or ())
        assert row["stream"] == plan.basis


def test_every_cell_is_an_answer_of_its_item() -> None:
    for item in questionnaire().items:
        options = {option.code for option in item.options}
        assert {answers.read_cell(item, row[item.code]) for row in rows("answers.csv")} == options


def test_every_answer_belongs_to_a_unit_and_has_its_own_identifier() -> None:
    found = rows("answers.csv")
    assert {row["unit"] for row in found} == set(campaign().units or ())
    assert len({row["external_id"] for row in found}) == len(found) == 1681


def test_counting_by_hand_gives_the_figures_of_the_readme() -> None:
    asked, satisfied = Counter[str](), Counter[str]()
    marked = {option.code for option in questionnaire().item("satisfaction").options if option.satisfied}
    for row in rows("answers.csv"):
        asked[row["unit"]] += 1
        satisfied[row["unit"]] += row["satisfaction"] in marked
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    promised = {
        unit: (int(part), int(whole), printed)
        for unit, part, whole, printed in re.findall(
            r"^\| ([A-Z]+) \|[^|]*\| (\d+) / (\d+) \|[^|]*\| ([\d.]+) \|$", readme, re.MULTILINE
        )
    }
    assert promised == {
        unit: (satisfied[unit], asked[unit], f"{100 * satisfied[unit] / asked[unit]:.2f}") for unit in asked
    }
