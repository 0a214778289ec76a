"""The real answers of the Copenhagen housing survey (Madsen 1976) give its known shares."""

from __future__ import annotations

import csv
from collections import Counter
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from scoring.examples import RULES
from scoring.figure import Figure
from scoring.figures import figures
from scoring.frames import frame
from scoring.places import Campaign
from scoring.satisfaction import printed
from scoring.tallies import Cell, Tally, tally
from survey.document import encode
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire

EXAMPLE = Path("docs/examples/copenhagen")


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str, str | None, str], Figure]:
    questionnaire = read_questionnaire((EXAMPLE / "questionnaire.yaml").read_text(encoding="utf-8"))
    assert isinstance(questionnaire, Questionnaire)
    with (EXAMPLE / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [item.code for item in questionnaire.items]
    documents = b"".join(encode(questionnaire, {code: row[code] for code in codes})[0] for row in rows)
    shape = frame(questionnaire)
    units = sorted({row["unit"] for row in rows})
    numbers = tally(
        shape,
        np.frombuffer(documents, dtype=np.uint8).reshape(len(rows), shape.width),
        np.array([units.index(row["unit"]) for row in rows]),
        len(units),
        products=False,
    )
    tallies = {Cell("open", unit): Tally(row) for unit, row in zip(units, numbers, strict=True)}
    made = figures(shape, tallies, Campaign(dict.fromkeys(units, "loai-nha"), {}), RULES)
    return {(each.scope, each.code, each.aggregation, each.item): each for each in made}


@pytest.mark.parametrize(
    ("unit", "satisfied", "n", "words"),
    [
        ("TOWER", 200, 400, "50,00"),
        ("ATRIUM", 96, 239, "40,17"),
        ("APARTMENT", 302, 765, "39,48"),
        ("TERRACE", 70, 277, "25,27"),
    ],
)
@pytest.mark.parametrize("item", ["overall", "factor:NHA_O", "question:satisfaction"])
def test_share_of_a_housing_type(found, unit, satisfied, n, words, item):
    figure = found["unit", unit, None, item]
    assert (figure.value, figure.n, figure.state) == (Fraction(100 * satisfied, n), n, "ok")
    assert printed(figure.value) == words


def test_province_is_the_plain_mean_with_the_pooled_share_beside_it(found):
    units = found["province", "province", "units", "overall"]
    pooled = found["province", "province", "pooled", "overall"]
    parts = [Fraction(200, 400), Fraction(96, 239), Fraction(302, 765), Fraction(70, 277)]
    assert units.value == 100 * sum(parts) / 4
    assert pooled.value == Fraction(100 * 668, 1681)
    assert (units.n, pooled.n) == (1681, 1681)


def test_distribution_counts_every_row(found):
    with (EXAMPLE / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        counted = Counter(row["satisfaction"] for row in csv.DictReader(file))
    distribution = found["province", "province", "pooled", "question:satisfaction"].distribution
    assert distribution == {"blank": 0, "1": counted["1"], "2": counted["2"], "3": counted["3"], "na": 0}


def test_question_without_satisfied_options_has_a_distribution_and_no_value(found):
    figure = found["unit", "TOWER", None, "question:contact"]
    assert (figure.value, figure.state, sum(figure.distribution.values())) == (None, "ok", 400)


def test_open_stream_has_neither_interval_nor_rank(found):
    assert {
        (each.se, each.low, each.high, each.interval, each.rank, each.rank_low, each.rank_high)
        for each in found.values()
    } == {(None,) * 7}
