"""The questionnaires of the province: they load, are complete in both languages, and a published one never changes."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.journey import pages
from survey.questionnaire import Questionnaire, short_form
from survey.reading import fingerprint, read_questionnaire

ROOT = Path(__file__).parents[2]
INSTRUMENTS = ROOT / "instruments"
LOCK = INSTRUMENTS / "published.lock"
FILES = sorted((INSTRUMENTS / "questionnaires").glob("*.yaml"))
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*/questionnaire.yaml"))
SERVICE, HOUSEHOLD, COUNTER = "sipas-dich-vu-v1", "sipas-ho-gia-dinh-v1", "sipas-quay-v1"


def load(path: Path) -> Questionnaire:
    found = read_questionnaire(path.read_text(encoding="utf-8"))
    assert isinstance(found, Questionnaire), found
    return found


def instrument(name: str) -> Questionnaire:
    return load(INSTRUMENTS / "questionnaires" / f"{name}.yaml")


def factor_sizes(questionnaire: Questionnaire) -> list[int]:
    sizes = Counter(item.factor for item in questionnaire.items if item.factor)
    return [sizes[factor.code] for factor in questionnaire.factors]


def locked() -> dict[str, str]:
    """Path within instruments/ → fingerprint, from lines `path sha256`."""
    lines = [line.split() for line in LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return dict(lines)


def texts(questionnaire: Questionnaire) -> Iterator[tuple[str, dict[str, str]]]:
    """Every text of a questionnaire with the place where it stands."""
    yield "title", dict(questionnaire.title)
    yield "purpose", dict(questionnaire.purpose)
    for group in (*questionnaire.blocks, *questionnaire.factors):
        yield group.code, dict(group.title)
    for section in questionnaire.sections:
        yield section.code, dict(section.title)
        if section.intro:
            yield f"{section.code}.intro", dict(section.intro)
        for question in section.questions:
            yield question.code, dict(question.text)
            if question.help:
                yield f"{question.code}.help", dict(question.help)
    for item in questionnaire.items:
        yield item.code, dict(item.text)
        if item.na:
            yield f"{item.code}.na", dict(item.na)
        for option in item.options:
            yield f"{item.code}.{option.code}", dict(option.text)


@pytest.mark.parametrize("path", FILES + EXAMPLES, ids=lambda path: path.stem)
def test_every_questionnaire_loads_without_faults(path: Path) -> None:
    assert load(path).items


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_named_after_its_code_and_version(path: Path) -> None:
    questionnaire = load(path)
    assert path.stem == f"{questionnaire.code}-v{questionnaire.version}"


@pytest.mark.parametrize("path", FILES + EXAMPLES, ids=lambda path: path.stem)
def test_every_text_speaks_vietnamese_and_english(path: Path) -> None:
    silent = [
        (place, words)
        for place, words in texts(load(path))
        if not all(words.get(key, "").strip() for key in ("vi", "en"))
    ]
    assert not silent


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_two_options_of_an_item_read_alike(path: Path) -> None:
    for item in load(path).items:
        for language in ("vi", "en"):
            words = [option.text[language] for option in item.options]
            assert len(words) == len(set(words)), item.code


@pytest.mark.parametrize("path", FILES + EXAMPLES, ids=lambda path: path.stem)
def test_no_decomposed_letters(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        (SERVICE, [4, 5, 6, 3, 4]),
        (HOUSEHOLD, [2, 2, 9, 10, 3, 4, 3, 3, 3]),
        (COUNTER, [1, 1, 1, 1, 1]),
    ],
)
def test_factors_hold_their_number_of_items(name: str, sizes: list[int]) -> None:
    assert factor_sizes(instrument(name)) == sizes


def test_the_household_form_has_two_blocks_of_four_and_five_components() -> None:
    questionnaire = instrument(HOUSEHOLD)
    assert [block.code for block in questionnaire.blocks] == ["I", "II"]
    assert [factor.block for factor in questionnaire.factors] == ["I"] * 4 + ["II"] * 5


def test_the_household_form_asks_what_the_outline_asks() -> None:
    questionnaire = instrument(HOUSEHOLD)
    asked = Counter(item.question for item in questionnaire.items)
    assert {code: asked[code] for code in ("q1", "q2", "q3", "q7", "q10")} == {
        "q1": 9,
        "q2": 1,
        "q3": 7,
        "q7": 3,
        "q10": 10,
    }
    assert len([item for item in questionnaire.items if item.code.startswith("q8_")]) == 7
    assert len([item for item in questionnaire.items if item.code.startswith("q9_")]) == 39
    assert [len(questionnaire.item(code).options) for code in ("q1_1", "q4", "q5", "q6", "q9_01", "q10_01")] == [
        4,
        4,
        3,
        3,
        5,
        4,
    ]
    assert [len(questionnaire.item(code).options) for code in ("hoc_van", "nghe_nghiep")] == [6, 7]


def test_the_counter_form_has_seven_items_on_at_most_three_pages() -> None:
    questionnaire = instrument(COUNTER)
    assert len(questionnaire.items) == 7
    assert questionnaire.minutes == 1
    assert len(pages(questionnaire, {})) <= 3
    assert short_form(questionnaire) == questionnaire


def test_service_and_counter_forms_share_their_factors() -> None:
    assert instrument(SERVICE).factors == instrument(COUNTER).factors


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_satisfaction_has_five_levels_and_the_top_two_are_satisfied(path: Path) -> None:
    for item in load(path).items:
        if item.factor:
            assert [(option.score, option.satisfied) for option in item.options] == [
                (1, False),
                (2, False),
                (3, False),
                (4, True),
                (5, True),
            ], item.code


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nobody_has_to_judge_what_he_does_not_know(path: Path) -> None:
    forced = [item.code for item in load(path).items if item.type != "text" and item.na is None]
    assert not forced


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_questions_about_the_person_are_optional(path: Path) -> None:
    person = [
        item for item in load(path).items if item.code in {"gioi_tinh", "tuoi", "dan_toc", "hoc_van", "nghe_nghiep"}
    ]
    assert [item.code for item in person if item.required] == []
    assert {item.na["vi"] for item in person if item.na} <= {"Không muốn trả lời"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_ethnicity_is_marked_sensitive(path: Path) -> None:
    questionnaire = load(path)
    assert ("dan_toc" in questionnaire.sensitive) == ("dan_toc" in {item.code for item in questionnaire.items})


def test_a_published_questionnaire_never_changes() -> None:
    now = {str(path.relative_to(INSTRUMENTS)): fingerprint(path.read_text(encoding="utf-8")) for path in FILES}
    changed = sorted(path for path, sha in now.items() if path in locked() and locked()[path] != sha)
    assert not changed, f"{changed} changed after publication: put the new wording into a new file …-v2.yaml"
    assert sorted(locked()) == sorted(now), "published.lock must name every questionnaire, and nothing else"


def test_a_changed_word_is_noticed_and_a_comment_is_not() -> None:
    text = FILES[0].read_text(encoding="utf-8")
    assert fingerprint(f"# note\n{text}") == fingerprint(text)
    assert fingerprint(text.replace("Rất hài lòng", "Hài lòng lắm")) != fingerprint(text)


def test_the_copenhagen_index_rests_on_the_top_level_of_satisfaction_alone() -> None:
    questionnaire = load(ROOT / "docs" / "examples" / "copenhagen" / "questionnaire.yaml")
    counted = [item for item in questionnaire.items if item.factor]
    assert [item.code for item in counted] == ["satisfaction"]
    assert [option.code for option in counted[0].options if option.satisfied] == ["3"]
    assert [item.code for item in questionnaire.items] == ["satisfaction", "influence", "contact"]
