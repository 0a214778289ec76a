"""The methods file: complete, in both languages, and refused with every fault at once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from scoring.frames import ScoringError
from scoring.parameters import Methods, read_methods

TEXT = Path("instruments/methods.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def methods() -> Methods:
    found = read_methods(TEXT)
    assert isinstance(found, Methods), found
    return found


def test_declared_methods_and_thresholds(methods):
    assert [(each.id, each.measure) for each in methods.methods] == [
        ("M1", "satisfied_share"),
        ("M2", "mean_of_top"),
        ("M3", "mean_between_ends"),
    ]
    assert [(each.id, each.pooling) for each in methods.groupings] == [
        ("G1", "mean_of_items"),
        ("G2", "pooled_answers"),
        ("G3", "general_item"),
    ]
    assert (methods.disclosure.minimum, methods.disclosure.small) == (5, 30)
    assert (methods.interval.confidence, methods.interval.widest) == (Fraction(95, 100), 30)
    assert (methods.decimals, methods.interval_decimals) == (2, 1)


def test_every_method_cites_a_source_and_a_day(methods):
    for each in (*methods.methods, *methods.groupings):
        assert each.source.strip()
        assert each.since.year >= 2017


def test_open_stream_has_its_sentence_in_both_languages(methods):
    assert "không đại diện" in methods.sentences["open"]["vi"]
    assert "represents no one else" in methods.sentences["open"]["en"]


def test_unknown_method_is_refused(methods):
    with pytest.raises(ScoringError) as raised:
        methods.method("M9")
    assert raised.value.code == "unknown_method"
    with pytest.raises(ScoringError) as raised:
        methods.grouping("M1")
    assert raised.value.code == "unknown_grouping"


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("measure: mean_of_top", "measure: mean_of_bottom", "not_one_of", "methods[2].measure"),
        ("id: M2", "id: M1", "duplicate_code", "methods[2].id"),
        ("id: G1", "id: first", "code_form", "groupings[1].id"),
        ("minimum: 5", "minimum: 1", "number_too_small", "disclosure.minimum"),
        ("small: 30", "small: 4", "number_too_small", "disclosure.small"),
        ("confidence: 95", "confidence: 0.95", "not_a_whole_number", "interval.confidence"),
        ("widest: 30", "widest: 300", "number_too_large", "interval.widest"),
        ("decimals: 2", "places: 2", "missing_key", "rounding.decimals"),
        ("name: {vi: Tỷ lệ hài lòng, en:", "name: {vi: Tỷ lệ hài lòng, fr:", "missing_language", "methods[1].name"),
        ("version: 1", "version: 1\nversion: 2", "duplicate_key", "line 4"),
        ("sentences:", "sentences: [", "yaml_unreadable", None),
    ],
)
def test_fault_is_told_with_its_place(old, new, code, where):
    assert old in TEXT
    found = read_methods(TEXT.replace(old, new, 1))
    assert isinstance(found, tuple)
    assert (code, where) in {(fault.code, fault.where if where is not None else None) for fault in found}


def test_all_faults_are_told_at_once():
    found = read_methods(TEXT.replace("minimum: 5", "minimum: 0").replace("widest: 30", "widest: 0"))
    assert [fault.where for fault in found] == ["disclosure.minimum", "interval.widest"]
