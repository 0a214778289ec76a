"""A questionnaire as it is once read: sections of questions, questions of items, items with their options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from survey.conditions import Condition
from survey.faults import SurveyError

Words = Mapping[str, str]  # language → words
QuestionType = Literal["scale", "single", "several", "yes_no", "matrix", "number", "date", "text", "note"]
NA = "na"  # the answer code of "not applicable", reserved among option codes
OTHER = ".other"  # words typed beside an option marked `other` are kept under "<item>.other"


class UnknownItemError(SurveyError):
    """A code that no item of the questionnaire bears."""

    code = "unknown_item"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: its code in the data, its words, its score, and whether it counts as satisfied."""

    code: str
    text: Words = field(hash=False)
    score: int | None = None
    satisfied: bool = False
    exclusive: bool = False
    other: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """What holds one answer: a question, or one row of a matrix."""

    code: str
    question: str
    type: QuestionType
    text: Words = field(hash=False)
    options: tuple[Option, ...] = ()
    na: Words | None = field(default=None, hash=False)
    required: bool = False
    factor: str | None = None
    short: bool = False
    max_choices: int | None = None
    minimum: Decimal | date | None = None
    maximum: Decimal | date | None = None
    decimals: int = 0
    max_length: int = 2000
    by_code: Mapping[str, Option] = field(init=False, repr=False, compare=False)  # option code → option
    accepted: frozenset[str] = field(init=False, repr=False, compare=False)  # codes that a closed item takes
    single: bool = field(init=False, repr=False, compare=False)  # one option code or na, nothing else
    offers_other: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out once what every answer to this item needs."""
        known = {option.code: option for option in self.options}
        object.__setattr__(self, "by_code", known)
        object.__setattr__(self, "accepted", frozenset(known) | ({NA} if self.na is not None else set()))
        object.__setattr__(self, "single", self.type in ("scale", "single", "yes_no", "matrix"))
        object.__setattr__(self, "offers_other", any(option.other for option in self.options))


@dataclass(frozen=True, slots=True)
class Question:
    """What is put to a person at once: a note has no items, a matrix one a row, every other question one."""

    code: str
    type: QuestionType
    text: Words = field(hash=False)
    help: Words | None = field(hash=False)
    items: tuple[Item, ...]
    show_if: Condition | None = None
    short: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading."""

    code: str
    title: Words = field(hash=False)
    intro: Words | None = field(hash=False)
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """Items that are counted together; `general` is the item that stands for all of them under grouping G3."""

    code: str
    title: Words = field(hash=False)
    block: str | None = None
    general: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Factors that are counted together."""

    code: str
    title: Words = field(hash=False)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of a questionnaire; published ones never change. Its hash is cheap, so it can key a cache."""

    code: str
    version: int
    title: Words
    purpose: Words
    minutes: int
    languages: tuple[str, ...]
    source: str
    sensitive: tuple[str, ...]
    blocks: tuple[Block, ...]
    factors: tuple[Factor, ...]
    sections: tuple[Section, ...]
    items: tuple[Item, ...] = field(init=False, repr=False, compare=False)  # in file order
    questions: tuple[Question, ...] = field(init=False, repr=False, compare=False)  # in file order, notes too
    conditional: tuple[Question, ...] = field(init=False, repr=False, compare=False)  # those with show_if
    by_code: Mapping[str, Item] = field(init=False, repr=False, compare=False)  # item code → item

    def __post_init__(self) -> None:
        """Work out once what every answer needs."""
        questions = tuple(question for section in self.sections for question in section.questions)
        items = tuple(item for question in questions for item in question.items)
        object.__setattr__(self, "questions", questions)
        object.__setattr__(self, "items", items)
        object.__setattr__(self, "conditional", tuple(q for q in questions if q.show_if is not None))
        object.__setattr__(self, "by_code", {item.code: item for item in items})

    def __hash__(self) -> int:
        """Code and version; equality still looks at everything."""
        return hash((self.code, self.version))

    def item(self, code: str) -> Item:
        """The item of that code; raises UnknownItemError."""
        try:
            return self.by_code[code]
        except KeyError:
            raise UnknownItemError(f"{self.code} v{self.version} has no item {code!r}") from None


def short_form(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire cut down to what is marked `short: true`; itself where nothing is marked.

    Sections, factors and blocks that are left without items go too. Answers to a short form are kept under the layout
    of the whole questionnaire (its other items are blank), so that both forms are counted together.

    >>> from survey.examples import EXAMPLE
    >>> [item.code for item in short_form(EXAMPLE).items]
    ['used', 'wait']
    """
    if not any(item.short for item in questionnaire.items):
        return questionnaire
    sections = tuple(cut for section in questionnaire.sections if (cut := short_section(section)).questions)
    left = {item.factor for section in sections for question in section.questions for item in question.items}
    codes = {item.code for section in sections for question in section.questions for item in question.items}
    factors = tuple(
        replace(factor, general=factor.general if factor.general in codes else None)
        for factor in questionnaire.factors
        if factor.code in left
    )
    blocks = tuple(block for block in questionnaire.blocks if block.code in {factor.block for factor in factors})
    sensitive = tuple(code for code in questionnaire.sensitive if code in codes)
    return replace(questionnaire, sections=sections, factors=factors, blocks=blocks, sensitive=sensitive)


def short_section(section: Section) -> Section:
    """The section with its short questions, notes marked short and short rows of a matrix only."""
    questions = tuple(
        replace(question, items=tuple(item for item in question.items if item.short))
        for question in section.questions
        if question.short or any(item.short for item in question.items)
    )
    return replace(section, questions=questions)
