"""The index document read back for people: which figure stands where on a page, with the words of the questionnaire."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reports.asked import Chapter, chapters
from reports.figures import NOTHING, Figure, figure
from reports.names import words_of
from survey.questionnaire import Questionnaire, Words


@dataclass(frozen=True, slots=True)
class Part:
    """One factor, or one block of factors, with its title."""

    title: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Parts:
    """Factors under the block that they belong to; without a block where the questionnaire has none."""

    block: Part | None
    factors: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """Forms of one stream: how many were issued (sample only), came in, count, and are held back."""

    issued: int
    received: int
    valid: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that a page shows. `units` holds the overall figure of every unit, `blocks` of every block of units;
    both are empty on the page of one unit."""

    basis: str
    computed_at: datetime
    method: str
    grouping: str
    method_version: int
    overall: Words
    aggregation: Words
    rounding: Words
    questionnaire_sha256: str
    answers: Counted
    aside: Counted
    headline: Figure
    pooled: Figure
    weighted: Figure
    aside_headline: Figure
    parts: tuple[Parts, ...]
    chapters: tuple[Chapter, ...]
    blocks: Mapping[str, Figure]
    units: Mapping[str, Figure]
    satisfied: tuple[str, ...]


START = '{"scope": "'  # how every figure begins; it cannot stand inside a JSON string, where quotes are escaped
Rows = list[dict[str, Any]]


def findings(document: str, questionnaire: Questionnaire, language: str, unit: str | None = None) -> Findings:
    """The document as a page of the province shows it, or the page of one unit."""
    held: dict[str, Any] = json.loads(trimmed(document, unit))
    basis, method, answers = held["basis"], held["method"], held["answers"]
    other = "sample" if basis == "open" else "open"
    rows = [row for row in held["figures"] if row["stream"] == basis]
    mine = figures_of(rows, unit, None if unit else "units")
    pooled = mine if unit else figures_of(rows, None, "pooled")
    aside = figures_of([row for row in held["figures"] if row["stream"] == other], unit, None if unit else "units")
    return Findings(
        basis=basis,
        computed_at=datetime.fromisoformat(held["computed_at"]),
        method=method["id"],
        grouping=method["grouping"],
        method_version=method["version"],
        overall=method["overall"],
        aggregation=method["aggregation"],
        rounding=method["rounding"],
        questionnaire_sha256=held["questionnaire"]["sha256"],
        answers=counted(answers[basis]),
        aside=counted(answers[other]),
        headline=mine.get("overall", NOTHING),
        pooled=NOTHING if unit else pooled.get("overall", NOTHING),
        weighted=NOTHING if unit else figures_of(rows, None, "weighted").get("overall", NOTHING),
        aside_headline=aside.get("overall", NOTHING),
        parts=parts(questionnaire, language, mine),
        chapters=chapters(questionnaire, language, pooled, traits=unit is None),
        blocks={} if unit else overall_of(rows, "block", "units"),
        units={} if unit else overall_of(rows, "unit", None),
        satisfied=satisfied_words(questionnaire, language),
    )


def trimmed(document: str, unit: str | None) -> str:
    """The document without most figures that the page does not show: reading all of them takes longer than the page.

    >>> trimmed('[{"scope": "unit", "code": "A", "item": "factor:X"}, {"scope": "unit", "code": "B"}]', None)
    '[{"scope": "unit", "code": "B"}]'
    """
    head, *figures = document.split(START)
    mine = f'unit", "code": {json.dumps(unit, ensure_ascii=False)},' if unit else "province"
    kept = [
        figure
        for figure in figures[:-1]
        if figure.startswith(mine) or (not unit and '"item": "overall"' in figure and not figure.startswith("counter"))
    ]
    return START.join([head, *kept, *figures[-1:]])  # the last one carries the end of the document


def counted(row: Mapping[str, int]) -> Counted:
    """The forms of one stream."""
    return Counted(row.get("issued", 0), row["received"], row["valid"], row.get("quarantined", 0))


def figures_of(rows: Rows, unit: str | None, aggregation: str | None) -> dict[str, Figure]:
    """Item → figure of one place: the unit, or the province under one way of adding up."""
    scope = "unit" if unit else "province"
    return {
        row["item"]: figure(row)
        for row in rows
        if row["scope"] == scope and row["aggregation"] == aggregation and unit in (None, row["code"])
    }


def overall_of(rows: Rows, scope: str, aggregation: str | None) -> dict[str, Figure]:
    """Code → overall figure of every place of that scope."""
    return {
        row["code"]: figure(row)
        for row in rows
        if row["item"] == "overall" and row["scope"] == scope and row["aggregation"] == aggregation
    }


def parts(questionnaire: Questionnaire, language: str, found: Mapping[str, Figure]) -> tuple[Parts, ...]:
    """Factors with their figures, in the questionnaire's order, under their blocks."""
    groups: list[tuple[str | None, Words]] = [(block.code, block.title) for block in questionnaire.blocks]
    made = []
    for code, title in [*groups, (None, {})]:
        factors = tuple(
            Part(words_of(factor.title, language), found.get(f"factor:{factor.code}", NOTHING))
            for factor in questionnaire.factors
            if factor.block == code
        )
        head = Part(words_of(title, language), found.get(f"block:{code}", NOTHING)) if code else None
        if factors:
            made.append(Parts(head, factors))
    return tuple(made)


def satisfied_words(questionnaire: Questionnaire, language: str) -> tuple[str, ...]:
    """The levels that count as satisfied, where all rated questions name them alike; nothing otherwise."""
    rated = [item for item in questionnaire.items if item.factor is not None]
    named = {
        tuple(words_of(option.text, language) for option in item.options if option.satisfied)
        for item in rated or [item for item in questionnaire.items if item.type in ("scale", "matrix")]
    }
    return named.pop() if len(named) == 1 else ()


def extremes(groups: Iterable[Parts]) -> tuple[Part, Part] | None:
    """The factors with the highest and the lowest figure; nothing where fewer than two differ."""
    told: Sequence[Part] = [part for group in groups for part in group.factors if part.figure.value is not None]
    ordered = sorted(told, key=lambda part: part.figure.value or 0.0)
    return (ordered[-1], ordered[0]) if ordered and ordered[0].figure.value != ordered[-1].figure.value else None
