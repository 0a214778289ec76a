"""Plain builders of questionnaires and items, with defaults."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from survey.questionnaire import Item, Option, Questionnaire, QuestionType
from survey.reading import read_questionnaire

QUESTIONNAIRES = Path(__file__).parents[1] / "journeys" / "questionnaires"
INSTRUMENTS = Path(__file__).parents[2] / "instruments" / "questionnaires"


def read_file(path: Path) -> Questionnaire:
    """The questionnaire of a file that must be sound."""
    found = read_questionnaire(path.read_text(encoding="utf-8"))
    assert isinstance(found, Questionnaire), found
    return found


def visit() -> Questionnaire:
    """The questionnaire that most journeys go through: every type of question, every kind of condition."""
    return read_file(QUESTIONNAIRES / "visit.yaml")


def make_item(
    kind: QuestionType = "scale",
    codes: str = "123",
    *,
    na: bool = False,
    exclusive: str = "",
    other: str = "",
    minimum: Decimal | date | None = None,
    maximum: Decimal | date | None = None,
    decimals: int = 0,
    max_length: int = 20,
    max_choices: int | None = None,
) -> Item:
    """An item `q` whose options are the letters of `codes`."""
    closed = kind in ("scale", "single", "several", "yes_no", "matrix")
    options = tuple(
        Option(code, {"vi": code}, score=place, exclusive=code in exclusive, other=code in other)
        for place, code in enumerate(codes, start=1)
    )
    return Item(
        "q",
        "q",
        kind,
        {"vi": "Câu"},
        options if closed else (),
        na={"vi": "Không áp dụng"} if na else None,
        minimum=minimum,
        maximum=maximum,
        decimals=decimals,
        max_length=max_length,
        max_choices=max_choices,
    )
