"""Every text of a questionnaire file with its place, for the checks that look at words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from survey.shapes import OptionRow, QuestionnaireRow, QuestionRow, SectionRow, WordsRow

Place = tuple[str, WordsRow]


def placed_words(row: QuestionnaireRow) -> Iterator[Place]:
    """Every text of the file, in file order."""
    yield "title", row.title
    yield "purpose", row.purpose
    for name, scale in row.scales.items():
        yield from option_words(scale.options, f"scales.{name}")
        if scale.na is not None:
            yield f"scales.{name}.na", scale.na
    yield from ((f"blocks[{n}].title", block.title) for n, block in enumerate(row.blocks, start=1))
    yield from ((f"factors[{n}].title", factor.title) for n, factor in enumerate(row.factors, start=1))
    for position, section in enumerate(row.sections, start=1):
        yield from section_words(section, f"sections[{position}]")


def section_words(section: SectionRow, where: str) -> Iterator[Place]:
    """The texts of a section."""
    yield f"{where}.title", section.title
    if section.intro is not None:
        yield f"{where}.intro", section.intro
    for position, question in enumerate(section.questions, start=1):
        yield from question_words(question, f"{where}.questions[{position}]")


def question_words(question: QuestionRow, where: str) -> Iterator[Place]:
    """The texts of a question, its options and its rows."""
    yield f"{where}.text", question.text
    if question.help is not None:
        yield f"{where}.help", question.help
    if isinstance(question.na, dict):
        yield f"{where}.na", question.na
    if isinstance(question.options, list):
        yield from option_words(question.options, where)
    for position, part in enumerate(question.rows or (), start=1):
        yield f"{where}.rows[{position}].text", part.text
        if isinstance(part.na, dict):
            yield f"{where}.rows[{position}].na", part.na


def option_words(options: Sequence[OptionRow], where: str) -> Iterator[Place]:
    """The texts of a list of options."""
    yield from ((f"{where}.options[{n}].text", option.text) for n, option in enumerate(options, start=1))
