"""The files of a release folder: what was published, the counts that it follows from, and the means to check it."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from reports.names import words_of
from reports.sheets import Cell, write_csv
from reports.verify import PEOPLE, SUMS, spread
from scoring.figure import Figure, as_dict
from scoring.frames import Frame
from scoring.ledger import Count, Desk, counts, desks, layers
from scoring.pools import Pool, Square, rests
from scoring.satisfaction import printed
from store.models.campaigns import CampaignUnitRow
from survey.questionnaire import Questionnaire
from survey.reading import canonical
from workflows.index import Counted
from workflows.methods import methods
from workflows.places import questionnaire_of

FIGURE = ("value", "n", "se", "low", "high", "interval", "state", "rank", "rank_low", "rank_high")
INDEX = (
    *("scope", "code", "name", "item", "title", "stream", "aggregation", *FIGURE),
    *("printed", "printed_low", "printed_high", "distribution"),
)
CELLS = ("stream", "scope", "code", "aggregation", "stratum", "question", "answer", "count")
STRATA = ("unit", "stratum", "N", "issued", "counted_in", "returned")
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Edition:
    """Which publication a release belongs to: its number, why it was made, when, until when it is held back, and the
    ones before it, the first one first."""

    number: int
    reason: str
    at: datetime
    embargo_until: datetime | None
    earlier: tuple[Edition, ...] = ()


def release_files(
    found: Counted, figures: Sequence[Figure], document: str, units: Sequence[CampaignUnitRow], edition: Edition | None
) -> dict[str, bytes]:
    """Every file of the release by name, the list of sums last."""
    asked = questionnaire_of(found.version)
    made = list(desks(found.frame, found.valid, found.campaign, found.rules, figures))
    pools, squares = rest_of(made)
    sample = [desk for desk in made if desk.strata is not None]
    definition = found.version.definition
    held = {
        "README.md": readme(found, document, edition).encode(),
        "method.json": pretty(method_file(found, asked, units, edition)),
        "questionnaire.yaml": definition.encode(),
        "questionnaire.json": canonical(definition).encode(),
        "strata.csv": sheet(STRATA, (layer for desk in sample for layer in layers(found.campaign, desk))),
        "cells.csv": sheet(CELLS, cell_rows(found.frame, (count for desk in made for count in counts(desk)))),
        "squares.csv": sheet(Square._fields, squares),
        "pools.csv": sheet(Pool._fields, pools),
        "index.csv": sheet(INDEX, index_rows(figures, asked, {unit.code: unit.name for unit in units})),
        "index.json": document.encode(),
        "verify.py": (files("reports") / "verify.py").read_bytes(),
    }
    return held | {SUMS: sums(held)}


def rest_of(made: Iterable[Desk]) -> tuple[list[Pool], list[Square]]:
    """Pools and squares of all streams."""
    each = [rests(desk) for desk in made]
    return [pool for pools, _ in each for pool in pools], [square for _, squares in each for square in squares]


def sums(held: Mapping[str, bytes]) -> bytes:
    """The list of sums, as `sha256sum` writes and checks it."""
    return "".join(f"{hashlib.sha256(held[name]).hexdigest()}  {name}\n" for name in sorted(held)).encode()


def sheet(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A sheet's bytes."""
    file = io.BytesIO()
    write_csv(file, header, rows)
    return file.getvalue()


def pretty(document: Mapping[str, Any]) -> bytes:
    """JSON that people can read."""
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def cell_rows(frame: Frame, found: Iterable[Count]) -> Iterator[Sequence[Cell]]:
    """A row an option, blank and na included; where several may be chosen, one more for the people who chose any."""
    for each in found:
        column = frame.by_code[each.question]
        told = dict(zip(column.labels, each.counts, strict=True)) | ({PEOPLE: each.people} if column.several else {})
        place = (each.stream, each.scope, each.code, each.aggregation, each.stratum, each.question)
        yield from ((*place, answer, count) for answer, count in told.items())


def index_rows(figures: Sequence[Figure], asked: Questionnaire, names: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
    """A row a figure, with full precision and as it is printed."""
    titles = {f"block:{each.code}": words_of(each.title, "vi") for each in asked.blocks}
    titles |= {f"factor:{each.code}": words_of(each.title, "vi") for each in asked.factors}
    titles |= {f"question:{item.code}": words_of(item.text, "vi") for item in asked.items}
    for figure in figures:
        row: dict[str, Any] = as_dict(figure)
        rules = methods()
        yield (
            *(row["scope"], row["code"], names.get(figure.code, ""), row["item"], titles.get(figure.item, "")),
            *(row["stream"], row["aggregation"], *(row[name] for name in FIGURE)),
            *(as_printed(row["value"], rules.decimals), as_printed(row["low"], rules.interval_decimals)),
            as_printed(row["high"], rules.interval_decimals),
            None if row["distribution"] is None else spread(row["distribution"]),
        )


def as_printed(value: float | None, decimals: int) -> str | None:
    """A number as it is printed, nothing for none."""
    return None if value is None else printed(value, decimals)


def method_file(
    found: Counted, asked: Questionnaire, units: Sequence[CampaignUnitRow], edition: Edition | None
) -> dict[str, Any]:
    """How the figures were worked out: every parameter with its version and source, what was asked, of which units."""
    row, rules, declared = found.row, found.rules, methods()
    chosen = {
        name: {"id": each.id, "name": each.name, "formula": each.formula, "missing": each.missing}
        | {"since": each.since.isoformat(), "source": each.source}
        for name, each in (("method", rules.method), ("grouping", rules.grouping))
    }
    return {
        "format": FORMAT,
        "campaign": row.code,
        "title": row.title,
        "basis": row.basis,
        "opens": row.opens.isoformat(),
        "closes": row.closes.isoformat(),
        "publication": None if edition is None else edition_of(edition),
        "version": declared.version,
        "method": chosen["method"] | {"measure": rules.method.measure},
        "grouping": chosen["grouping"] | {"pooling": rules.grouping.pooling},
        "overall": declared.overall,
        "aggregation": declared.aggregation,
        "rounding": {
            "decimals": declared.decimals,
            "interval_decimals": declared.interval_decimals,
            "wording": declared.rounding,
        },
        "interval": {
            "name": rules.interval.name,
            "confidence": float(100 * rules.interval.confidence),
            "widest": float(rules.interval.widest),
        },
        "disclosure": {"minimum": rules.disclosure.minimum, "small": rules.disclosure.small},
        "sentences": declared.sentences,
        "questionnaire": {"code": asked.code, "version": asked.version, "sha256": found.version.sha256},
        "blocks": list(found.frame.blocks),
        "factors": factors(found.frame),
        "questions": questions(found.frame, asked),
        "units": [{"code": unit.code, "name": unit.name, "level": unit.level, "block": unit.block} for unit in units],
    }


def edition_of(edition: Edition) -> dict[str, Any]:
    """The publication as data."""
    until = edition.embargo_until
    return {
        "number": edition.number,
        "reason": edition.reason,
        "at": edition.at.isoformat(timespec="seconds"),
        "embargo_until": None if until is None else until.isoformat(timespec="seconds"),
        "earlier": [edition_of(each) for each in edition.earlier],
    }


def factors(frame: Frame) -> list[dict[str, Any]]:
    """Each factor with the questions that it is made of, and its general question."""
    codes = [frame.columns[at].code for at in frame.indexed]
    return [
        {
            "code": group.code,
            "block": group.block,
            "items": [codes[at] for at in group.items],
            "general": [] if group.general is None else [codes[group.general]],
        }
        for group in frame.groups
    ]


def questions(frame: Frame, asked: Questionnaire) -> list[dict[str, Any]]:
    """Each closed question with its options as they count."""
    indexed = {frame.columns[at].code for at in frame.indexed}
    return [
        {
            "code": column.code,
            "text": asked.item(column.code).text,
            "several": column.several,
            "indexed": column.code in indexed,
            "options": [
                {"code": code, "score": score, "satisfied": satisfied, "valid": valid}
                for code, score, satisfied, valid in zip(
                    column.options, column.scores, column.satisfied, column.valid, strict=True
                )
            ],
        }
        for column in frame.columns
    ]


def readme(found: Counted, document: str, edition: Edition | None) -> str:
    """The page at the front of the folder."""
    number = "" if edition is None else str(edition.number)
    reason = "" if edition is None or not edition.reason else edition.reason
    title, at = found.row.title, datetime.fromisoformat(json.loads(document)["computed_at"])
    text = (files("instruments") / "publication" / "readme.md").read_text(encoding="utf-8")
    return text.format(
        title_vi=words_of(title, "vi"),
        title_en=words_of(title, "en"),
        campaign=found.row.code,
        edition_vi=f"số {number}" if number else "thử",
        edition_en=number or "on trial",
        reason_vi=f" Lý do: {reason}" if reason else "",
        reason_en=f" Reason: {reason}" if reason else "",
        at_vi=f"{at:%H:%M} ngày {at:%d/%m/%Y}",
        at_en=f"{at:%Y-%m-%d %H:%M}",
        sha256=found.version.sha256,
        minimum=found.rules.disclosure.minimum,
        small=found.rules.disclosure.small,
    )
