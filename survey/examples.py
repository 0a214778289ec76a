"""A small questionnaire that the examples in docstrings look at."""

from __future__ import annotations

from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire

TEXT = """
code: example
version: 1
title: {en: An example}
purpose: {en: It shows how things work.}
minutes: 1
languages: [en]
source: own wording
scales:
  three:
    options:
      - {code: "1", score: 1, text: {en: Long}}
      - {code: "2", score: 2, text: {en: Fair}}
      - {code: "3", score: 3, satisfied: true, text: {en: Short}}
    na: {en: Did not wait}
factors: [{code: T, title: {en: Time}}]
sections:
  - code: one
    title: {en: Your visit}
    questions:
      - {code: used, type: yes_no, text: {en: "Did you come in person?"}, required: true, short: true}
      - {code: wait, type: scale, options: three, na: true, factor: T, short: true, text: {en: How long the wait was},
         show_if: {question: used, equals: "yes"}}
      - {code: visits, type: number, minimum: 0, maximum: 50, text: {en: "How often did you come?"}}
      - code: ways
        type: several
        text: {en: "Which ways did you use?"}
        options:
          - {code: desk, text: {en: Desk}}
          - {code: post, text: {en: Post}}
          - {code: else, other: true, text: {en: Another way}}
          - {code: none, exclusive: true, text: {en: None}}
  - code: two
    title: {en: In your words}
    questions:
      - {code: remark, type: text, max_length: 200, text: {en: "What should be better?"}}
"""


def example() -> Questionnaire:
    """The example, read."""
    found = read_questionnaire(TEXT)
    if not isinstance(found, Questionnaire):
        raise TypeError(found)
    return found


EXAMPLE = example()
