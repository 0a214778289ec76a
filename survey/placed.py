"""The questions of a file, each with its place and the options that it offers."""

from __future__ import annotations

from dataclasses import dataclass

from survey.shapes import MatrixRow, NaRow, OptionRow, QuestionnaireRow, QuestionRow

CLOSED = ("scale", "single", "several", "yes_no", "matrix")


@dataclass(frozen=True, slots=True)
class Placed:
    """A question and where it stands in the file."""

    row: QuestionRow
    where: str
    options: tuple[OptionRow, ...]

    @property
    def item_codes(self) -> tuple[str, ...]:
        """The codes of the items that hold its answers."""
        if self.row.type == "note":
            return ()
        return tuple(part.code for part in self.row.rows or ()) if self.row.type == "matrix" else (self.row.code,)


def placed_questions(row: QuestionnaireRow) -> tuple[Placed, ...]:
    """The questions in file order, each with its place and the options that its name or list gives."""
    return tuple(
        Placed(question, f"sections[{s}].questions[{q}]", options_of(question, row))
        for s, section in enumerate(row.sections, start=1)
        for q, question in enumerate(section.questions, start=1)
    )


def options_of(question: QuestionRow, row: QuestionnaireRow) -> tuple[OptionRow, ...]:
    """The options that a question offers; yes and no where a yes_no question names none."""
    if isinstance(question.options, str):
        return tuple(row.scales[question.options].options) if question.options in row.scales else ()
    if question.options is None and question.type == "yes_no":
        return tuple(OptionRow(code=code, text={}, score=int(code == "yes")) for code in ("yes", "no"))
    return tuple(question.options or ())


def na_rows(placed: Placed) -> tuple[NaRow | None, ...]:
    """What a question and its rows say about `na`."""
    rows: tuple[MatrixRow, ...] = tuple(placed.row.rows or ())
    return (placed.row.na, *(part.na for part in rows))
