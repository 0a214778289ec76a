"""Every fault that the core can find has a sentence, in both languages, that its facts fill."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.sentences import SENTENCES
from runtime.words import catalog, fault_sentence
from survey.answers import read, read_other
from survey.campaign import read_campaign
from survey.comments import read_lexicon
from survey.definitions import SHAPE_FAULTS
from survey.faults import Fault, listed, shown
from survey.reading import read_questionnaire
from survey.unit_rows import read_link, read_unit
from survey.units import check_units
from survey.xlsform import read_xlsform
from tests.survey import test_answers, test_calendar, test_campaign, test_units, test_xlsform
from tests.survey.test_reading import BROKEN

SOURCES = sorted((Path(__file__).parents[2] / "survey").glob("*.py"))
IN_SOURCE = {
    code for path in SOURCES for code in re.findall(r'\bFault\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))
}
CODES = sorted(IN_SOURCE | set(SHAPE_FAULTS.values()))


def found_faults() -> Iterator[Fault]:
    """The faults of every table of broken input."""
    outcomes: list[object] = [read_questionnaire(path.read_text(encoding="utf-8")) for path in BROKEN]
    outcomes += [read_questionnaire("a" * 1_000_001), read_questionnaire('a: "\\ud800"'), read_questionnaire("\0")]
    outcomes += [(read(item, raw),) for _, item, raw, _ in test_answers.FAULTS]
    outcomes += [(read_other(test_answers.SEVERAL, ["x" * 999]),)]
    outcomes += [read_campaign(text) for _, text, _ in test_campaign.WRONG]
    outcomes += [check_units(units, links) for _, units, links, _ in test_units.WRONG]
    outcomes += [read_unit({"valid_from": "x"}, "row 2"), read_unit({"valid_to": "31/4/2025"}, "row 2")]
    outcomes += [read_link({"predecessor": "a", "successor": "b", "on": "1/1/2025", "share": "x"}, "row 2")]
    outcomes += [test_calendar.read(**wrong) for wrong in (test_calendar.WRONG, test_calendar.WITHOUT_OVERSEER)]
    outcomes += [read_xlsform(sheets) for sheets in test_xlsform.BROKEN]
    outcomes += [read_lexicon('version: 1\nsource: x\ntopics: []\nredactions: [{name: x, pattern: "("}]')]
    for outcome in outcomes:
        assert isinstance(outcome, tuple)
        yield from outcome


FOUND = list(found_faults())


@pytest.mark.parametrize("code", CODES)
def test_every_fault_code_of_the_core_has_a_sentence(code: str) -> None:
    assert code in SENTENCES


@pytest.mark.parametrize("code", CODES)
def test_sentence_has_vietnamese_words_with_the_same_facts(code: str) -> None:
    words = catalog("vi")[SENTENCES[code]]

    assert set(re.findall(r"\{(\w+)\}", words)) == set(re.findall(r"\{(\w+)\}", SENTENCES[code]))
    assert unicodedata.is_normalized("NFC", words)


@pytest.mark.parametrize("fault", FOUND, ids=[f"{n} {fault.code}" for n, fault in enumerate(FOUND)])
def test_facts_of_a_fault_fill_its_sentence(fault: Fault) -> None:
    places = set(re.findall(r"\{(\w+)\}", SENTENCES[fault.code]))

    assert places <= fault.facts.keys()
    assert all(fault.facts[place] for place in places)
    assert "{" not in fault_sentence(fault.code, fault.facts, "vi").replace("{…}", "")


def test_every_fault_code_is_seen_in_a_table_of_broken_input() -> None:
    assert {fault.code for fault in FOUND} >= set(CODES) - {"wrong_value"}


SHOWN = [
    ("long", "x" * 99, "x" * 60 + "…"),
    ("unprintable", "a\x1b[31m\u202eb", "a�[31m�b"),
    ("endless number", 10**5000, "…"),
    ("nothing", None, "None"),
]


@pytest.mark.parametrize(("found", "words"), [row[1:] for row in SHOWN], ids=[row[0] for row in SHOWN])
def test_what_was_found_is_shown_so_that_it_fits(found: object, words: str) -> None:
    assert shown(found) == words


def test_long_lists_are_cut() -> None:
    assert listed([str(n) for n in range(20)], limit=3) == "0, 1, 2, …"
