"""The index of a campaign as one document, and the batches in which the public sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from scoring.design import Stratum
from scoring.figure import Figure, as_dict
from scoring.figures import figures
from scoring.frames import Frame
from scoring.parameters import Disclosure, Rules
from scoring.places import Campaign
from scoring.tallies import Cell, Stream, Tally
from store.models.campaigns import CampaignRow, QuestionnaireRow
from store.queries import campaigns
from store.queries.responses import STATES, STREAMS
from survey.questionnaire import Questionnaire
from workflows.methods import methods
from workflows.places import questionnaire_of
from workflows.tally import Key, frame_of, kept_cells

VALID = STATES.index("valid")
BASES: Mapping[str, Stream] = {"sample": "sample", "open": "open"}
Document = dict[str, Any]


class UnknownCampaignError(Exception):
    """No campaign bears that code."""

    code = "unknown_campaign"


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A campaign with all that its figures are worked out from: `cells` of every state, `valid` the ones that count."""

    row: CampaignRow
    version: QuestionnaireRow
    frame: Frame
    cells: Mapping[Cell, Tally]
    valid: Mapping[Cell, Tally]
    campaign: Campaign
    rules: Rules


def document(
    session: Session,
    code: str,
    now: datetime,
    *,
    method: str | None = None,
    grouping: str | None = None,
    shown: bool = False,
    kept: Mapping[Key, Tally] | None = None,
) -> Document:
    """The index document of a campaign: from its tallies as they are, or (`shown`) as the public page shows them.

    `kept` are tallies to take instead of those in the database.
    """
    found = counted(session, code, method=method, grouping=grouping, shown=shown, kept=kept)
    return document_of(session, found, told(found), now)


def counted(
    session: Session,
    code: str,
    *,
    method: str | None = None,
    grouping: str | None = None,
    shown: bool = False,
    kept: Mapping[Key, Tally] | None = None,
) -> Counted:
    """What the document of a campaign is worked out from; arguments as there."""
    row = campaigns.campaign(session, code)
    if row is None:
        raise UnknownCampaignError(code)
    version = campaigns.questionnaire(session, row)
    cells = named_cells(session, row, kept or kept_cells(session, row.id, shown=shown), counters=not shown)
    chosen = methods().method(method or row.method), methods().grouping(grouping or row.grouping)
    campaign = Campaign(
        units={unit.code: unit.block for unit in campaigns.campaign_units(session, row.id)},
        counters={} if shown else {counter.code: unit.code for counter, unit in campaigns.counters(session, row.id)},
        strata=strata(session, row.id),
    )
    disclosure = Disclosure(row.disclosure_minimum, row.disclosure_small)
    return Counted(
        row,
        version,
        frame_of(session, version.id),
        cells,
        {cell: tally for cell, tally in cells.items() if cell.flagged == VALID},
        campaign,
        Rules(chosen[0], chosen[1], disclosure, methods().interval, public=shown),
    )


def told(found: Counted) -> list[Figure]:
    """The figures of what was counted: all of them, or those that everybody may see."""
    worked_out = figures(found.frame, found.valid, found.campaign, found.rules, streams=(BASES[found.row.basis],))
    asked = questionnaire_of(found.version)
    return [figure for figure in worked_out if not found.rules.public or may_be_told(figure, asked)]


def document_of(session: Session, found: Counted, figures: Sequence[Figure], now: datetime) -> Document:
    """The index document of what was counted."""
    row, version, rules = found.row, found.version, found.rules
    return {
        "campaign": row.code,
        "title": row.title,
        "basis": row.basis,
        "questionnaire": {"code": version.code, "version": version.version, "sha256": version.sha256},
        "method": {
            "id": rules.method.id,
            "grouping": rules.grouping.id,
            "overall": methods().overall,
            "aggregation": methods().aggregation,
            "rounding": methods().rounding,
            "version": methods().version,
        },
        "computed_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "answers": answers(session, row, found.cells),
        "figures": [as_dict(figure) for figure in figures],
    }


def may_be_told(figure: Figure, questionnaire: Questionnaire) -> bool:
    """Whether everybody may see the figure, however many answers it has.

    Never sensitive items; of one unit, not what its people chose about themselves, which would describe the few.
    """
    kind, _, code = figure.item.partition(":")
    if figure.scope == "counter" or kind != "question":
        return figure.scope != "counter"
    item = questionnaire.item(code)
    own = figure.scope == "unit" and item.type in ("single", "several")
    return code not in questionnaire.sensitive and not own


def named_cells(session: Session, row: CampaignRow, kept: Mapping[Key, Tally], *, counters: bool) -> dict[Cell, Tally]:
    """The kept tallies of the campaign's questionnaire under the codes of their places.

    What the public sees is not split by `counters`: a counter is often one officer.
    """
    unit = {each.unit_id: each.code for each in campaigns.campaign_units(session, row.id)}
    counter = {} if not counters else {each.id: each.code for each, _ in campaigns.counters(session, row.id)}
    stratum = {each.id: each.code for each in campaigns.strata(session, row.id)}
    found: dict[Cell, Tally] = {}
    for key, counted in kept.items():
        if key.questionnaire_id == row.questionnaire_id:
            place = unit[key.unit_id], counter.get(key.counter_id, ""), stratum.get(key.stratum_id, "")
            cell = Cell(STREAMS[key.stream], *place, key.flagged)
            found[cell] = found[cell] + counted if cell in found else counted
    return found


def strata(session: Session, campaign_id: int) -> list[Stratum]:
    """The campaign's strata with the codes of their units."""
    unit = {each.unit_id: each.code for each in campaigns.campaign_units(session, campaign_id)}
    rows = campaigns.strata(session, campaign_id)
    return [Stratum(each.code, unit[each.unit_id], each.size, each.issued) for each in rows]


def answers(session: Session, row: CampaignRow, cells: Mapping[Cell, Tally]) -> Document:
    """How many answers there are of each stream, and how many of them count."""

    def count(stream: str, *states: int) -> int:
        return sum(
            each.n for cell, each in cells.items() if cell.stream == stream and (not states or cell.flagged in states)
        )

    issued = sum(each.issued for each in campaigns.strata(session, row.id))
    return {
        "sample": {"issued": issued, "received": count("sample"), "valid": count("sample", VALID)},
        "open": {
            "received": count("open"),
            "valid": count("open", VALID),
            "quarantined": count("open", STATES.index("quarantined")),
        },
    }
