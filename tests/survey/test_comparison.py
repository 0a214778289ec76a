# ruff: noqa: E501 - a question is a line
"""What changed between two versions is told part by part, and nothing else is."""

from __future__ import annotations

from survey.comparison import compare
from survey.conditions import Equals
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire

OLD = """
code: a-form
version: 1
title: {vi: Phiếu}
purpose: {vi: Để biết}
minutes: 2
languages: [vi]
source: x
sections:
  - code: s
    title: {vi: Phần}
    questions:
      - {code: a, type: single, text: {vi: Hỏi A}, options: [{code: "1", text: {vi: Một}}, {code: "2", text: {vi: Hai}}]}
      - {code: b, type: number, text: {vi: Hỏi B}, minimum: 1, maximum: 9}
      - {code: c, type: text, text: {vi: Hỏi C}}
  - code: t
    title: {vi: Phần hai}
    questions:
      - code: m
        type: matrix
        text: {vi: Bảng}
        options: [{code: "1", text: {vi: Một}}, {code: "2", text: {vi: Hai}}]
        rows: [{code: r1, text: {vi: Dòng 1}}, {code: r2, text: {vi: Dòng 2}}]
"""


def read(text: str) -> Questionnaire:
    found = read_questionnaire(text)
    assert isinstance(found, Questionnaire), found
    return found


def told(new: str) -> list[tuple[object, ...]]:
    return [
        (change.kind, change.part, change.code, change.aspect, change.before, change.after)
        for change in compare(read(OLD), read(new))
    ]


def test_the_same_form_has_no_difference():
    assert told(OLD.replace("version: 1", "version: 2")) == []


def test_changed_words_stand_side_by_side():
    assert told(OLD.replace("Hỏi A", "Xin hỏi A")) == [("changed", "question", "a", "text", "Hỏi A", "Xin hỏi A")]
    assert told(OLD.replace("Hai}}]}", "Ba}}]}")) == [("changed", "option", "2", "text", "Hai", "Ba")]
    assert told(OLD.replace("Dòng 2", "Dòng hai")) == [("changed", "row", "r2", "text", "Dòng 2", "Dòng hai")]


def test_added_and_removed_parts():
    assert told(OLD.replace("      - {code: b, type: number, text: {vi: Hỏi B}, minimum: 1, maximum: 9}\n", "")) == [
        ("removed", "question", "b", "", {"vi": "Hỏi B"}, None)
    ]
    assert told(OLD.replace(', {code: "2", text: {vi: Hai}}]}', ', {code: "3", text: {vi: Ba}}]}')) == [
        ("removed", "option", "2", "", {"vi": "Hai"}, None),
        ("added", "option", "3", "", None, {"vi": "Ba"}),
    ]


def test_conditions_bounds_and_types():
    new = OLD.replace("text: {vi: Hỏi C}", 'text: {vi: Hỏi C}, show_if: {question: a, equals: "1"}, required: true')
    assert told(new) == [
        ("changed", "question", "c", "show_if", None, Equals("a", "1")),
        ("changed", "question", "c", "required", False, True),
    ]
    assert told(OLD.replace("maximum: 9", "maximum: 10")) == [("changed", "question", "b", "maximum", "9", "10")]
    assert told(OLD.replace("minutes: 2", "minutes: 3")) == [("changed", "form", "a-form", "minutes", 2, 3)]


def test_moved_parts():
    rows = "rows: [{code: r1, text: {vi: Dòng 1}}, {code: r2, text: {vi: Dòng 2}}]"
    turned = "rows: [{code: r2, text: {vi: Dòng 2}}, {code: r1, text: {vi: Dòng 1}}]"
    assert told(OLD.replace(rows, turned)) == [("moved", "row", "", "order", ("r1", "r2"), ("r2", "r1"))]
    c = "      - {code: c, type: text, text: {vi: Hỏi C}}\n"
    assert told(OLD.replace(c, "") + c) == [("moved", "question", "c", "section", "s", "t")]


def test_languages_are_compared_one_by_one():
    new = OLD.replace("Hỏi C}", "Hỏi C}, help: {vi: Xin viết}")
    assert [(change.aspect, change.language) for change in compare(read(OLD), read(new))] == [("help", "vi")]
