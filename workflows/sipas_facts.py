"""The facts of a campaign's yearly report, from one snapshot of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files

import yaml
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from reports.figures import Figure, figure
from reports.findings import Counted as Forms
from reports.names import words_of
from reports.sipas_material import PROVINCE, Before, Facts, Key, Wording
from scoring.figure import Figure as Scored
from scoring.figure import as_dict
from scoring.tallies import Tally
from store.models.campaigns import CampaignRow
from store.queries import campaigns
from survey.questionnaire import Questionnaire
from workflows import tally
from workflows.index import Counted, answers, counted, may_be_told, told
from workflows.methods import methods
from workflows.places import questionnaire_of
from workflows.results import unit_of
from workflows.sipas_fieldwork import fieldwork
from workflows.sipas_groups import breakdowns

WORDS = "sipas.yaml"


def facts(
    session: Session,
    code: str,
    now: datetime,
    *,
    shown: bool = False,
    kept: Mapping[tally.Key, Tally] | None = None,
    before: str | None = None,
    corrects: bool = False,
) -> Facts:
    """All that the documents of a campaign tell, from its tallies as they are, as the public sees them (`shown`), or
    from those that are given.

    Figures are those of the index document; what it holds for the officer alone is left out. `before` names the
    campaign to compare with, where it is not the one of the year before. What `corrects` an earlier publication tells
    nothing by groups of people: the difference of two such tables would give away the few who came in between.
    Raises UnknownCampaignError.
    """
    found = counted(session, code, shown=shown, kept=kept)
    asked = questionnaire_of(found.version)
    row = found.row
    units = {each.code: unit_of(each) for each in campaigns.campaign_units(session, row.id)}
    scored = told(found)
    figures = known(scored, asked)
    top = next((each for each in units.values() if each.level == PROVINCE), None)
    earlier, reason = year_before(session, found, asked, before)
    counts = answers(session, row, found.cells)
    other = "open" if row.basis == "sample" else "sample"
    return Facts(
        code=row.code,
        kind=row.kind,
        title=words_of(row.title, "vi"),
        year=row.year,
        basis=row.basis,
        state=row.state,
        opens=row.opens,
        closes=row.closes,
        computed_at=now,
        province=top.name[:1].lower() + top.name[1:] if top else "",
        place=top.short_name if top else "",
        minimum=row.disclosure_minimum,
        small=row.disclosure_small,
        wording=wording(row.year),
        questionnaire=asked,
        sha256=found.version.sha256,
        method=found.rules.method,
        grouping=found.rules.grouping,
        methods=methods(),
        units=units,
        figures=figures,
        answers=forms(counts[row.basis]),
        aside=forms(counts[other]),
        fieldwork=fieldwork(session, found, units, figures, scored),
        before=earlier,
        incomparable=reason,
        groups=() if corrects else breakdowns(session, found, asked),
    )


def known(scored: Sequence[Scored], asked: Questionnaire) -> dict[Key, Figure]:
    """The figures that may be told, by place and item, each without what its state forbids."""
    return {
        (each.scope, each.code, each.item, each.aggregation): figure(as_dict(each))
        for each in scored
        if may_be_told(each, asked)
    }


def forms(row: Mapping[str, int]) -> Forms:
    """The forms of one stream."""
    return Forms(row.get("issued", 0), row["received"], row["valid"], row.get("quarantined", 0))


@cache
def wording(year: int) -> Wording:
    """The shipped words for a year; without grounds where none are known of that year."""
    text = (files("instruments") / "reports" / WORDS).read_text(encoding="utf-8")
    held = yaml.safe_load(text)
    return TypeAdapter(Wording).validate_python({**held, "grounds": held["grounds"].get(year, ())})


def year_before(
    session: Session, found: Counted, asked: Questionnaire, wanted: str | None
) -> tuple[Before | None, str]:
    """The campaign to compare with, or why there is none: none, several, basis, questionnaire."""
    row = found.row
    rows = [
        each
        for each in campaigns.campaigns(session)
        if each.id != row.id
        and (each.code == wanted if wanted else (each.year, each.kind) == (row.year - 1, row.kind))
        and each.state != "draft"
    ]
    alike = [each for each in rows if each.questionnaire_id == row.questionnaire_id]
    rows = alike or rows
    if len(rows) != 1:
        return None, "several" if rows else "none"
    if rows[0].basis != row.basis:
        return None, "basis"
    old = as_told(session, rows[0], found)
    form = questionnaire_of(old.version)
    if measured(form) != measured(asked) or rows[0].short_form != row.short_form:
        return None, "questionnaire"
    return compared(session, row, rows[0], known(told(old), form)), ""


def as_told(session: Session, old: CampaignRow, found: Counted) -> Counted:
    """The year before by this year's method; where this year's figures are for the public, as the public may see it."""
    rules, public = found.rules, found.rules.public
    seen = old.state == "published" or old.results == "public"
    kept = None if not public or seen else tally.kept_cells(session, old.id, shown=False)
    return counted(session, old.code, method=rules.method.id, grouping=rules.grouping.id, shown=public, kept=kept)


def measured(asked: Questionnaire) -> tuple[object, ...]:
    """What must be alike for two years to be compared: factors, rated questions, their words and levels."""
    factors = tuple((each.code, each.block, each.general) for each in asked.factors)
    return factors, tuple(
        (
            item.code,
            item.factor,
            words_of(item.text, "vi"),
            tuple((option.code, option.score, option.satisfied) for option in item.options),
        )
        for item in asked.items
        if item.factor is not None or not asked.factors
    )


def compared(session: Session, row: CampaignRow, old: CampaignRow, figures: Mapping[Key, Figure]) -> Before:
    """The year before under this year's codes: a unit is the same where its number is, whatever it is called."""
    now = {each.unit_id: each.code for each in campaigns.campaign_units(session, row.id)}
    then = {each.code: each.unit_id for each in campaigns.campaign_units(session, old.id)}
    kept: dict[Key, Figure] = {}
    for (scope, code, item, aggregation), value in figures.items():
        here = now.get(then[code]) if scope == "unit" else code
        if here is not None:
            kept[scope, here, item, aggregation] = value
    gone = tuple(code for number, code in now.items() if number not in then.values())
    return Before(old.year, words_of(old.title, "vi"), kept, gone)
