"""The shape of a questionnaire file, key by key; what the keys mean together is checked in `survey.checks`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Union

from pydantic import Discriminator, Field, Tag

from survey.definitions import CODE, Row

ITEM_CODE = r"^[a-z][a-z0-9_]{0,39}$"
GROUP_CODE = r"^[A-Za-z][A-Za-z0-9_-]{0,39}$"
OPTION_CODE = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"

ItemCode = Annotated[str, Field(pattern=ITEM_CODE)]
GroupCode = Annotated[str, Field(pattern=GROUP_CODE)]
OptionCode = Annotated[str, Field(pattern=OPTION_CODE)]
Sentence = Annotated[str, Field(max_length=4000)]
WordsRow = dict[str, Sentence]
Number = Annotated[float, Field(ge=-1e15, le=1e15)]  # a whole number is one too


def na_kind(found: object) -> str:
    """Which way of saying `na` this is: a plain true, or words of its own."""
    return "words" if isinstance(found, dict) else "flag"


def options_kind(found: object) -> str:
    """Which way of giving options this is: the name of a scale, or a list."""
    return "named" if isinstance(found, str) else "listed"


def bound_kind(found: object) -> str:
    """Which kind of bound this is: a day or a number."""
    return "date" if isinstance(found, date) else "number"


class OptionRow(Row):
    """One option of a list."""

    code: OptionCode
    text: WordsRow
    score: Annotated[int, Field(ge=-1000, le=1000)] | None = None
    satisfied: bool | None = None
    exclusive: bool = False
    other: bool = False


NaRow = Annotated[
    Union[Annotated[bool, Tag("flag")], Annotated[WordsRow, Tag("words")]],  # noqa: UP007 - read at run time
    Discriminator(na_kind),
]
Options = Annotated[
    Union[Annotated[str, Tag("named")], Annotated[list[OptionRow], Tag("listed")]],  # noqa: UP007 - read at run time
    Discriminator(options_kind),
]
Bound = Annotated[
    Union[Annotated[date, Tag("date")], Annotated[Number, Tag("number")]],  # noqa: UP007 - read at run time
    Discriminator(bound_kind),
]


class ScaleRow(Row):
    """A named list of options."""

    options: Annotated[list[OptionRow], Field(min_length=1)]
    na: WordsRow | None = None


class ConditionRow(Row):
    """One condition: `question` with one test, or one of `all`, `any`, `not`."""

    question: str | None = None
    equals: str | None = None
    in_: Annotated[list[str] | None, Field(alias="in", min_length=1)] = None
    at_least: Number | None = None
    answered: bool | None = None
    all_: Annotated[list[ConditionRow] | None, Field(alias="all", min_length=1)] = None
    any_: Annotated[list[ConditionRow] | None, Field(alias="any", min_length=1)] = None
    not_: Annotated[ConditionRow | None, Field(alias="not")] = None


class MatrixRow(Row):
    """One row of a matrix; what it does not say, it takes from its question."""

    code: ItemCode
    text: WordsRow
    factor: GroupCode | None = None
    required: bool | None = None
    short: bool | None = None
    na: NaRow | None = None


class QuestionRow(Row):
    """One question; which keys go with which type is a table in `survey.checks`."""

    code: ItemCode
    type: Literal["scale", "single", "several", "yes_no", "matrix", "number", "date", "text", "note"]
    text: WordsRow
    help: WordsRow | None = None
    options: Options | None = None
    na: NaRow | None = None
    required: bool = False
    factor: GroupCode | None = None
    short: bool = False
    show_if: ConditionRow | None = None
    rows: Annotated[list[MatrixRow] | None, Field(min_length=1)] = None
    max_choices: Annotated[int, Field(ge=1)] | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    max_length: Annotated[int, Field(ge=1, le=10_000)] | None = None


class SectionRow(Row):
    """Questions under one heading."""

    code: ItemCode
    title: WordsRow
    intro: WordsRow | None = None
    questions: Annotated[list[QuestionRow], Field(min_length=1)]


class FactorRow(Row):
    """Items that are counted together."""

    code: GroupCode
    title: WordsRow
    block: GroupCode | None = None
    general: ItemCode | None = None


class BlockRow(Row):
    """Factors that are counted together."""

    code: GroupCode
    title: WordsRow


class QuestionnaireRow(Row):
    """A questionnaire file."""

    code: Annotated[str, Field(pattern=CODE)]
    version: Annotated[int, Field(ge=1, le=9999)]
    title: WordsRow
    purpose: WordsRow
    minutes: Annotated[int, Field(ge=1, le=240)]
    languages: Annotated[list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]], Field(min_length=1)]
    source: str
    sensitive: list[ItemCode] = Field(default_factory=list)
    scales: dict[str, ScaleRow] = Field(default_factory=dict)
    blocks: list[BlockRow] = Field(default_factory=list)
    factors: list[FactorRow] = Field(default_factory=list)
    sections: Annotated[list[SectionRow], Field(min_length=1)]
