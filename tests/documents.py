"""Index documents as the public sees them, made from a real questionnaire and plain counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow
from store.models.results import BatchRow
from store.queries import campaigns
from survey.questionnaire import Item, Questionnaire
from workflows.methods import methods
from workflows.places import questionnaire_of

AT = datetime(2026, 11, 22, 7, 5, tzinfo=UTC)
SPREAD = (3, 7, 20, 40, 30)  # how a hundred people answer, the lowest level first
UNTOLD = {"value": None, "n": None, "state": "suppressed", "distribution": None}
SMALL = {"value": None, "n": 12, "state": "flag_small", "distribution": None}
NOBODY = {"value": None, "n": 0, "state": "undefined", "distribution": None}


def make_figure(scope: str, code: str, item: str, **facts: Any) -> dict[str, Any]:
    """One figure; of the open stream and fit to be shown unless told otherwise."""
    plain = dict.fromkeys(("value", "n", "se", "low", "high", "interval", "rank", "rank_low", "rank_high"))
    named = {"scope": scope, "code": code, "item": item, "stream": "open", "aggregation": None, "state": "ok"}
    return {**named, **plain, "value": 70.0, "n": 100, "distribution": None, **facts}


def spread_over(item: Item) -> dict[str, int]:
    """A hundred answers to an item, with some that count nowhere."""
    return {"blank": 2, **{option.code: SPREAD[at % 5] for at, option in enumerate(item.options)}, "na": 4}


def place_figures(questionnaire: Questionnaire, scope: str, code: str, **facts: Any) -> Iterable[dict[str, Any]]:
    """The figures of every item at one place."""
    yield make_figure(scope, code, "overall", **facts)
    yield from (make_figure(scope, code, f"block:{block.code}", **facts) for block in questionnaire.blocks)
    yield from (make_figure(scope, code, f"factor:{factor.code}", **facts) for factor in questionnaire.factors)
    for item in questionnaire.items:
        if item.options:
            told = {"value": 70.0 if item.factor else None, "distribution": spread_over(item)}
            yield make_figure(scope, code, f"question:{item.code}", **told | facts)


def make_document(
    row: CampaignRow,
    questionnaire: Questionnaire,
    blocks: Mapping[str, str],
    units: Mapping[str, Mapping[str, Any]],
    **facts: Any,
) -> dict[str, Any]:
    """A whole document: `units` code → what differs in its figures, `blocks` unit → block, `facts` of all figures."""
    figures = [
        figure
        for aggregation in ("units", "pooled")
        for figure in place_figures(questionnaire, "province", "province", **{"aggregation": aggregation, **facts})
    ]
    for block in sorted(set(blocks.values())):
        figures += place_figures(questionnaire, "block", block, **{"aggregation": "units", **facts})
    for code, differing in units.items():
        figures += place_figures(questionnaire, "unit", code, **{**facts, **differing})
    rules = methods()
    return {
        "campaign": row.code,
        "title": row.title,
        "basis": row.basis,
        "questionnaire": {"code": questionnaire.code, "version": questionnaire.version, "sha256": "0" * 64},
        "method": {
            "id": row.method,
            "grouping": row.grouping,
            "overall": rules.overall,
            "aggregation": rules.aggregation,
            "rounding": rules.rounding,
            "version": rules.version,
        },
        "computed_at": AT.isoformat(timespec="seconds"),
        "answers": {
            "sample": {"issued": 1500, "received": 1200, "valid": 1190},
            "open": {"received": 5048, "valid": 5000, "quarantined": 48},
        },
        "figures": figures,
    }


def publish(session: Session, row: CampaignRow, units: Mapping[str, Mapping[str, Any]], **facts: Any) -> BatchRow:
    """A batch with such a document for a campaign."""
    questionnaire = questionnaire_of(campaigns.questionnaire(session, row))
    blocks = {unit.code: unit.block for unit in campaigns.campaign_units(session, row.id)}
    document = make_document(row, questionnaire, blocks, units, **facts)
    return keep(session, row, document)


def keep(session: Session, row: CampaignRow, document: Mapping[str, Any]) -> BatchRow:
    """The document as the newest batch."""
    batch = BatchRow(campaign_id=row.id, computed_at=AT, document=json.dumps(document, ensure_ascii=False))
    session.add(batch)
    session.flush()
    return batch


def named(names: Sequence[str], block: str = "xa", level: str = "commune") -> dict[str, dict[str, str]]:
    """Units of those names, with codes from U1 on, for `make_campaign`."""
    return {f"U{at}": {"name": name, "block": block, "level": level} for at, name in enumerate(names, 1)}
