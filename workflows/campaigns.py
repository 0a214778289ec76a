"""Campaigns: made from a plan, opened and closed; every move is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow, CampaignUnitRow, QuestionnaireRow
from store.models.units import UnitRow
from store.queries import audit, campaigns, chats, publications, questionnaires, units
from survey.campaign import CampaignPlan, may_move, read_campaign
from survey.faults import Fault, listed
from workflows import prepare
from workflows.places import questionnaire_of
from workflows.rehearsals import ended


def create_from_file(session: Session, path: Path, actor: str) -> CampaignRow | Sequence[Fault]:
    """The campaign that a plan file tells of; its questionnaire may lie beside it. Refused as a whole on any fault."""
    text = prepare.text_of(path)
    plan = read_campaign(text) if isinstance(text, str) else (text,)
    if isinstance(plan, tuple):
        return plan
    beside: str | None = None
    if plan.questionnaire_file is not None:
        file = path.parent / plan.questionnaire_file
        found = prepare.text_of(file) if file.is_file() else Fault("file_missing", str(file), {"found": file.name})
        if isinstance(found, Fault):
            return [found]
        beside = found
    return create(session, plan, beside, actor)


def create(session: Session, plan: CampaignPlan, beside: str | None, actor: str) -> CampaignRow | Sequence[Fault]:
    """Keep a campaign as a draft: its questionnaire version and the units of its first day are pinned."""
    version = pinned_version(session, plan, beside)
    if not isinstance(version, QuestionnaireRow):
        return version
    pinned_units = units_of(session, plan)
    languages = questionnaire_of(version).languages
    faults = [unit for unit in pinned_units if isinstance(unit, Fault)]
    for language in plan.languages or ():
        if language not in languages:
            faults.append(
                Fault("language_without_words", "languages", {"found": language, "known": ", ".join(languages)})
            )
    if campaigns.campaign(session, plan.code) is not None:
        faults.append(Fault("campaign_exists", "code", {"code": plan.code}))
    if faults:
        return faults
    row = CampaignRow(
        code=plan.code,
        title=dict(plan.title),
        year=plan.year,
        kind=plan.kind,
        basis=plan.basis,
        state="draft",
        questionnaire_id=version.id,
        short_form=plan.short_form,
        languages=list(plan.languages or languages),
        opens=plan.opens,
        closes=plan.closes,
        method=plan.method,
        grouping=plan.grouping,
        disclosure_minimum=plan.disclosure_minimum,
        disclosure_small=plan.disclosure_small,
        results=plan.results,
        batch_minimum=plan.batch_minimum_new,
        batch_every=plan.batch_every,
        minimum_fill_s=plan.minimum_fill_s,
        chat_once=plan.chat_once,
        chat_offered=plan.chat_offered,
    )
    session.add(row)
    session.flush()
    session.add_all(pinned(row.id, unit) for unit in pinned_units if isinstance(unit, UnitRow))
    audit.note(session, at=datetime.now(UTC), actor=actor, act="created", subject=row.code)
    return row


def pinned_version(session: Session, plan: CampaignPlan, beside: str | None) -> QuestionnaireRow | Sequence[Fault]:
    """The questionnaire version of a plan: the file beside it, or one that is kept already."""
    if beside is not None:
        kept = prepare.keep_questionnaire(session, beside)
        if isinstance(kept, QuestionnaireRow):
            return kept
        return [Fault(fault.code, f"{plan.questionnaire_file}: {fault.where}", fault.facts) for fault in kept]
    code, version = str(plan.questionnaire_code), int(plan.questionnaire_version or 0)
    found = questionnaires.version(session, code, version)
    if found is None:
        known = listed([f"{row.code} v{row.version}" for row in questionnaires.questionnaires(session)])
        return [Fault("unknown_questionnaire", "questionnaire", {"found": f"{code} v{version}", "known": known or "–"})]
    return found


def units_of(session: Session, plan: CampaignPlan) -> list[UnitRow | Fault]:
    """The units of a plan that exist on its first day, and a fault for each that was named and does not."""
    found = {row.code: row for row in units.units_on(session, plan.opens)}
    if plan.units is None:
        return list(found.values()) or [Fault("no_units", "units", {"day": plan.opens.isoformat()})]
    return [
        found.get(code) or Fault("unit_not_valid", "units", {"found": code, "day": plan.opens.isoformat()})
        for code in plan.units
    ]


def pinned(campaign_id: int, unit: UnitRow) -> CampaignUnitRow:
    """The unit as the campaign keeps it, whatever becomes of it later."""
    return CampaignUnitRow(
        campaign_id=campaign_id,
        unit_id=unit.id,
        code=unit.code,
        name=unit.name,
        short_name=unit.short_name,
        level=unit.level,
        block=unit.block,
        parent=unit.parent,
    )


def move(session: Session, code: str, onward: str, actor: str, closes: date | None = None) -> CampaignRow | Fault:
    """Open or close a campaign, with `closes` as its last day; moving to where it is already changes nothing.

    At the close the campaign's secret for chats dies, and with it all that tells who has taken part by chat.
    """
    row = campaigns.campaign(session, code)
    if row is None:
        return Fault("unknown_campaign", code, {"found": code})
    if row.state == onward:
        return row
    if not may_move(row.state, onward):
        return Fault("move_not_allowed", code, {"state": row.state, "onward": onward})
    if onward == "open" and publications.are_there(session, row.id):
        return Fault("published_stays_closed", code, {"campaign": code})
    facts = {"before": row.state} | with_last_day(row, closes)
    if row.state == "draft":
        facts.update(ended(session, row))
    audit.note(session, at=datetime.now(UTC), actor=actor, act=onward, subject=code, facts=facts)
    row.state = onward
    if onward == "closed":
        session.flush()
        chats.let_campaign_go(session.connection(), row.id)
        session.expire(row, ["chat_secret"])
    return row


def with_last_day(row: CampaignRow, closes: date | None) -> dict[str, object]:
    """Give a campaign another last day; what is written into the record of acts about it."""
    if closes is None or closes == row.closes:
        return {}
    facts: dict[str, object] = {"last_day_before": row.closes.isoformat(), "last_day": closes.isoformat()}
    row.closes = closes
    return facts


def last_day_if_closed(row: CampaignRow, today: date) -> date:
    """A campaign closed on one of its days ends on it: documents tell when answers came, not what was meant."""
    return today if row.opens <= today < row.closes else row.closes
