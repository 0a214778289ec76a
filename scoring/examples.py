"""Rules that the examples in docstrings follow: shares of satisfied answers, means of items, usual thresholds."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from scoring.parameters import Disclosure, Grouping, IntervalRules, Method, Rules

WORDS = {"en": "As in the example."}
RULES = Rules(
    Method("M1", "satisfied_share", WORDS, WORDS, WORDS, date(2026, 1, 1), "example"),
    Grouping("G1", "mean_of_items", WORDS, WORDS, WORDS, date(2026, 1, 1), "example"),
    Disclosure(5, 30),
    IntervalRules("wilson_neff_t", Fraction(95, 100), Fraction(30)),
)
