"""Reading a questionnaire file: its shape, then what it means, with every fault at once."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal

from survey.answers import plain
from survey.checks import check
from survey.conditions import All, Answered, Any_, AtLeast, Condition, Equals, In, Not
from survey.definitions import load, shape, tidy
from survey.faults import Fault, SurveyError
from survey.questionnaire import Block, Factor, Item, Option, Question, Questionnaire, Section, Words
from survey.shapes import (
    ConditionRow,
    MatrixRow,
    NaRow,
    OptionRow,
    QuestionnaireRow,
    QuestionRow,
    SectionRow,
    WordsRow,
)

NOT_APPLICABLE = {"vi": "Không áp dụng", "en": "Not applicable"}
YES_NO = (
    Option("yes", {"vi": "Có", "en": "Yes"}, score=1, satisfied=True),
    Option("no", {"vi": "Không", "en": "No"}, score=0),
)


class DefinitionError(SurveyError):
    """A definition that was said to be sound and is not."""

    code = "definition"


def read_questionnaire(text: str) -> Questionnaire | tuple[Fault, ...]:
    """The questionnaire that a YAML text defines, or everything that is wrong with it; never raises.

    Faults of shape (a wrong key, a number where words should stand) are told first and all together; only a text
    without any is looked at for what it means. A place is a path in the file, counted from 1.

    >>> [fault.code for fault in read_questionnaire("code: a-b\\nversion: one")][:2]
    ['not_a_whole_number', 'missing_key']
    """
    found = load(text)
    if isinstance(found, tuple):
        return found
    row = shape(QuestionnaireRow, found)
    if isinstance(row, tuple):
        return row
    return tuple(check(row)) or questionnaire_of(row)


def json_schema() -> dict[str, object]:
    """The JSON schema of a questionnaire file, for editors that check while one types.

    >>> json_schema()["title"]
    'Hài lòng questionnaire'
    """
    schema: dict[str, object] = QuestionnaireRow.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Hài lòng questionnaire",
    }


def canonical(text: str) -> str:
    """What a definition says, as JSON that is the same whatever the order of keys, comments and white space.

    Raises DefinitionError for a text that is not a definition.

    >>> canonical("b: 2  # two\\na: 1")
    '{"a":1,"b":2}'
    """
    found = load(text)
    if isinstance(found, tuple):
        raise DefinitionError(f"not a definition: {found[0].code} {found[0].where}")
    return json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def fingerprint(text: str) -> str:
    """SHA-256 of what a definition says, in hex: comments, order of keys and white space do not count.

    Raises DefinitionError for a text that is not a definition.

    >>> fingerprint("a: 1  # one\\nb: 2") == fingerprint("{b: 2, a: 1}")
    True
    """
    return hashlib.sha256(canonical(text).encode()).hexdigest()


def questionnaire_of(row: QuestionnaireRow) -> Questionnaire:
    """The questionnaire of a row without faults."""
    return Questionnaire(
        code=row.code,
        version=row.version,
        title=tidy(row.title),
        purpose=tidy(row.purpose),
        minutes=row.minutes,
        languages=tuple(row.languages),
        source=row.source.strip(),
        sensitive=tuple(row.sensitive),
        blocks=tuple(Block(block.code, tidy(block.title)) for block in row.blocks),
        factors=tuple(Factor(f.code, tidy(f.title), f.block, f.general) for f in row.factors),
        sections=tuple(section_of(section, row) for section in row.sections),
    )


def section_of(row: SectionRow, whole: QuestionnaireRow) -> Section:
    """A section with its questions."""
    questions = tuple(question_of(question, whole) for question in row.questions)
    return Section(row.code, tidy(row.title), tidy(row.intro) if row.intro else None, questions)


def question_of(row: QuestionRow, whole: QuestionnaireRow) -> Question:
    """A question with its items: none for a note, one a row for a matrix, one otherwise."""
    if row.type == "note":
        items: tuple[Item, ...] = ()
    elif row.type == "matrix":
        items = tuple(matrix_item(part, row, whole) for part in row.rows or ())
    else:
        items = (plain_item(row, whole),)
    return Question(
        code=row.code,
        type=row.type,
        text=tidy(row.text),
        help=tidy(row.help) if row.help else None,
        items=items,
        show_if=condition_of(row.show_if) if row.show_if else None,
        short=row.short,
    )


def plain_item(row: QuestionRow, whole: QuestionnaireRow) -> Item:
    """The only item of a question that is no matrix."""
    return Item(
        code=row.code,
        question=row.code,
        type=row.type,
        text=tidy(row.text),
        options=options_of(row, whole),
        na=na_of(row.na, row, whole),
        required=row.required,
        factor=row.factor,
        short=row.short,
        max_choices=row.max_choices,
        minimum=bound_of(row.minimum),
        maximum=bound_of(row.maximum),
        decimals=row.decimals or 0,
        max_length=row.max_length or 2000,
    )


def matrix_item(part: MatrixRow, row: QuestionRow, whole: QuestionnaireRow) -> Item:
    """The item of one row of a matrix."""
    return Item(
        code=part.code,
        question=row.code,
        type="matrix",
        text=tidy(part.text),
        options=options_of(row, whole),
        na=na_of(row.na if part.na is None else part.na, row, whole),
        required=row.required if part.required is None else part.required,
        factor=part.factor or row.factor,
        short=row.short if part.short is None else part.short,
    )


def options_of(row: QuestionRow, whole: QuestionnaireRow) -> tuple[Option, ...]:
    """The options that a question offers."""
    listed = whole.scales[row.options].options if isinstance(row.options, str) else row.options or []
    if row.type != "yes_no":
        return tuple(option_of(option) for option in listed)
    if not listed:
        return YES_NO
    marked = any(option.satisfied is not None for option in listed)
    return tuple(yes_no_option(option, marked) for option in listed)


def option_of(row: OptionRow) -> Option:
    """One option."""
    return Option(row.code, tidy(row.text), row.score, bool(row.satisfied), row.exclusive, row.other)


def yes_no_option(row: OptionRow, marked: bool) -> Option:
    """Yes or no in words of its own; yes scores 1 and is the satisfied one where the file says nothing else."""
    score = row.score if row.score is not None else int(row.code == "yes")
    return Option(row.code, tidy(row.text), score, bool(row.satisfied) if marked else row.code == "yes")


def na_of(na: NaRow | None, row: QuestionRow, whole: QuestionnaireRow) -> Words | None:
    """The words of "not applicable": its own, the scale's, or the usual ones; None where it is not offered."""
    if na is None or na is False:
        return None
    if isinstance(na, dict):
        return tidy(na)
    scale = whole.scales[row.options].na if isinstance(row.options, str) else None
    return tidy(scale) if scale else usual(NOT_APPLICABLE, whole)


def usual(words: WordsRow, whole: QuestionnaireRow) -> Words:
    """Built-in words in the languages of the questionnaire."""
    return {language: words[language] for language in whole.languages}


def bound_of(bound: date | float | None) -> Decimal | date | None:
    """A bound as it is compared: a day, or an exact number."""
    return bound if bound is None or isinstance(bound, date) else plain(Decimal(str(bound)))


def condition_of(row: ConditionRow) -> Condition:
    """The condition of a row without faults."""
    if row.all_ is not None:
        return All(tuple(condition_of(part) for part in row.all_))
    if row.any_ is not None:
        return Any_(tuple(condition_of(part) for part in row.any_))
    if row.not_ is not None:
        return Not(condition_of(row.not_))
    return test_of(row, row.question or "")


def test_of(row: ConditionRow, item: str) -> Condition:
    """The one test that a condition makes of an item."""
    if row.equals is not None:
        return Equals(item, row.equals)
    if row.in_ is not None:
        return In(item, tuple(row.in_))
    if row.at_least is not None:
        return AtLeast(item, plain(Decimal(str(row.at_least))))
    return Answered(item, row.answered is not False)
