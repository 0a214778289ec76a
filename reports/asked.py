"""Every closed question with how it was answered, as pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reports.figures import Figure
from reports.names import words_of
from survey.questionnaire import Item, Questionnaire

Tone = Literal["likert", "order", "choice"]
BLANK, NA = "blank", "na"
LEVELS = 5  # a scale of more levels is shown as a list of choices
CHOICES = ("single", "several")


@dataclass(frozen=True, slots=True)
class Level:
    """How many chose one option; `share` is in percent of the valid answers."""

    words: str
    count: int
    share: float
    satisfied: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and how it was answered; `blank` and `na` are answers that count nowhere."""

    code: str
    stem: str
    words: str
    tone: Tone
    rated: bool
    figure: Figure
    levels: tuple[Level, ...]
    uncounted: tuple[tuple[str, int], ...]  # choices without a score beside others that have one
    na: int
    blank: int

    @property
    def satisfied(self) -> float:
        """The share, in percent, of the answers at levels that count as satisfied."""
        return sum(level.share for level in self.levels if level.satisfied)


@dataclass(frozen=True, slots=True)
class Chapter:
    """The questions of one section."""

    title: str
    asked: tuple[Asked, ...]


def chapters(
    questionnaire: Questionnaire, language: str, found: Mapping[str, Figure], *, traits: bool
) -> tuple[Chapter, ...]:
    """Every closed question whose answers may be told, section by section, those about satisfaction first.

    Sensitive ones are left out; so are, without `traits`, choices that say who somebody is: a unit has few of a kind.
    """
    made = []
    for section in questionnaire.sections:
        asked = tuple(
            shown(item, words_of(question.text, language) if question.type == "matrix" else "", language, figure)
            for question in section.questions
            for item in question.items
            if item.code not in questionnaire.sensitive and (figure := found.get(f"question:{item.code}"))
            if traits or item.type not in CHOICES
        )
        if asked:
            made.append(Chapter(words_of(section.title, language), asked))
    return tuple(sorted(made, key=lambda chapter: all(asked.tone != "likert" for asked in chapter.asked)))


def shown(item: Item, stem: str, language: str, figure: Figure) -> Asked:
    """One question with its answers, the lowest level first."""
    scored = [option for option in item.options if option.score is not None]
    levels = bool(scored) and len(scored) <= LEVELS and item.type not in CHOICES
    options = sorted(scored, key=lambda option: option.score or 0) if levels else item.options
    counts = figure.distribution
    whole = sum(counts.get(option.code, 0) for option in options) if item.type != "several" else (figure.n or 0)
    rated = item.factor is not None or item.type != "yes_no"  # a fact that happened is not satisfaction with it
    satisfying = rated and any(option.satisfied for option in options)
    tone: Tone = "choice" if not levels else "likert" if satisfying else "order"
    return Asked(
        code=item.code,
        stem=stem,
        words=words_of(item.text, language),
        tone=tone,
        rated=item.factor is not None and figure.value is not None,
        figure=figure,
        levels=tuple(
            Level(
                words_of(option.text, language),
                counts.get(option.code, 0),
                100 * counts.get(option.code, 0) / whole if whole else 0.0,
                option.satisfied and satisfying,
            )
            for option in options
            if counts
        ),
        uncounted=tuple(
            (words_of(option.text, language), counts.get(option.code, 0))
            for option in item.options
            if levels and option.score is None
        ),
        na=counts.get(NA, 0),
        blank=counts.get(BLANK, 0),
    )
