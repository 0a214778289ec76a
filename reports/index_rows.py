"""The index document as a sheet: a row a figure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from reports.names import words_of
from reports.sheets import Cell
from survey.questionnaire import Questionnaire

PLACE = ("scope", "code", "name", "item", "title")
FIGURE = ("stream", "aggregation", "value", "n", "low", "high", "state", "rank_low", "rank_high")
PUBLICATION = ("publication", "published_on")
COLUMNS = (*PLACE, *FIGURE, *PUBLICATION)


def index_rows(
    document: str,
    questionnaire: Questionnaire,
    names: Mapping[str, str],
    language: str,
    publication: tuple[()] | tuple[int, str] = (),
) -> Iterator[Sequence[Cell]]:
    """Every figure as a row: place with its name, item with its title, values with full precision, state, ranks.

    `publication` are number and day of what was published, where it was.
    """
    titles = {f"block:{each.code}": words_of(each.title, language) for each in questionnaire.blocks}
    titles |= {f"factor:{each.code}": words_of(each.title, language) for each in questionnaire.factors}
    titles |= {f"question:{item.code}": words_of(item.text, language) for item in questionnaire.items}
    for row in json.loads(document)["figures"]:
        yield (
            row["scope"],
            row["code"],
            names.get(row["code"], ""),
            row["item"],
            titles.get(row["item"], ""),
            *(row[name] for name in FIGURE),
            *(publication or (None, None)),
        )
