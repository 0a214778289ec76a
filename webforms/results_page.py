"""What stands on a results page and in its sheet: findings and charts in the person's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from flask import abort
from markupsafe import Markup

from reports import charts
from reports.asked import Asked
from reports.findings import Findings, extremes, findings
from reports.index_rows import index_rows
from reports.names import words_of
from reports.sheets import Cell
from reports.unit_groups import Sort, unit_groups
from runtime.words import number_words, translate
from webforms import pages
from webforms.door import door
from workflows.methods import methods
from workflows.results import Material

# block of units → its name on the page; others are named by their own code
BLOCKS = {
    "so-ban-nganh": "Departments and agencies of the province",
    "huyen": "Districts and cities",
    "xa": "Communes, wards and townships",
}
EVERY = {
    "hour": "Once an hour at most.",
    "day": "Once a day at most.",
    "week": "Once a week at most.",
}


def campaign(material: Material, language: str, sort: Sort) -> bytes:
    """The page of a campaign."""
    found = findings(material.document, material.questionnaire, language)
    groups = unit_groups(material.units, found.units, found.blocks, sort)
    heard = sum(len(group.lines) for group in groups)
    words = shared(material, found, language) | {"groups": groups, "sort": sort, "heard": heard}
    return pages.render("results/campaign.html", language, **words).encode()


def unit(material: Material, language: str, code: str) -> bytes:
    """The page of one unit; the page that says that there is none for a code that the campaign did not pin."""
    if code not in material.units:
        abort(404)
    found = findings(material.document, material.questionnaire, language, code)
    words = shared(material, found, language) | {"unit": material.units[code]}
    return pages.render("results/unit.html", language, **words).encode()


def shared(material: Material, found: Findings, language: str) -> dict[str, Any]:
    """What both pages are given."""
    rules = methods()
    return {
        "survey": material.survey,
        "address": f"{door().settings.public_url}/results/{material.survey.code}",
        "title": words_of(material.survey.title, language),
        "form": material.questionnaire,
        "form_title": words_of(material.questionnaire.title, language),
        "found": found,
        "items": sum(len(chapter.asked) for chapter in found.chapters),
        "extremes": extremes(found.parts),
        "method": rules.method(found.method),
        "grouping": rules.grouping(found.grouping),
        "sentences": {name: words_of(words, language) for name, words in rules.sentences.items()},
        "publication": material.publication,
        "publications": material.publications,
        "papers": material.forms,
        "newest": material.publication in (None, *material.publications[:1]),
        "zone": door().settings.zone,
        "computed_at": found.computed_at.astimezone(door().settings.zone),
        "bar": marked(charts.bar),
        "interval": marked(charts.interval),
        "hundred": marked(charts.hundred),
        "swatch": marked(charts.swatch),
        "stack": lambda asked, title, described: stack(asked, title, described, language),
        "shades": charts.shades,
        "blocks": BLOCKS,
        "every": EVERY,
        "words_of": words_of,
    }


@cache
def marked(draw: Any) -> Any:
    """The chart as markup: charts escape their own words."""
    return lambda *given, **words: Markup(draw(*given, **words))  # noqa: S704 - see above


def stack(asked: Asked, title: str, described: str, language: str) -> Markup:
    """The answers to one question side by side."""
    shades = charts.shades(asked.tone, len(asked.levels))
    parts = [
        charts.Segment(level.share, f"{number_words(level.share, 0, language)}%", shade)
        for level, shade in zip(asked.levels, shades, strict=True)
    ]
    return Markup(charts.stacked(parts, title=title, described=described))  # noqa: S704 - it escapes its own words


def rows(material: Material, language: str) -> Iterator[Sequence[Cell]]:
    """The sheet's rows, in the order of the document."""
    names = {code: each.name for code, each in material.units.items()}
    names |= {code: translate(name, language) for code, name in BLOCKS.items()}
    told = material.publication
    named = () if told is None else (told.number, told.at.astimezone(door().settings.zone).date().isoformat())
    yield from index_rows(material.document, material.questionnaire, names, language, named)
