"""What becomes of a campaign from the office: opened, extended, closed, opened again; each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow
from store.queries import audit, campaigns
from survey.faults import Fault
from workflows.campaign_check import checked
from workflows.campaign_forms import Form, day, reason_of
from workflows.campaign_steps import pin_again
from workflows.campaigns import last_day_if_closed, move, with_last_day

REASON = {"extend", "close", "reopen", "unlock"}  # acts that say why
DATED = {"extend", "reopen"}  # acts that set the last day
FROM = {"open": "draft", "extend": "open", "close": "open", "reopen": "closed"}  # act → the state that it starts from


def act_on(
    session: Session, row: CampaignRow, act: str, form: Form, *, today: date, actor: str, now: datetime
) -> Sequence[Fault]:
    """Do it, or say what keeps it from being done."""
    if row.state != FROM[act]:
        return [Fault("act_not_now", "act", {"state": row.state})]
    faults: list[Fault] = []
    reason = reason_of(form) if act in REASON else ""
    if isinstance(reason, Fault):
        faults.append(reason)
    closes = new_last_day(row, form, today, faults) if act in DATED else None
    if act == "close":
        closes = last_day_if_closed(row, today)
    if act == "open" and not checked(session, row, today, "vi").ready:
        faults.append(Fault("not_ready", "act"))
    if faults:
        return faults
    return done(session, row, act, str(reason), closes, actor=actor, now=now)


def new_last_day(row: CampaignRow, form: Form, today: date, faults: list[Fault]) -> date:
    """The new last day: not before today, and not before the first."""
    found = day(form, "closes", faults)
    if not any(fault.where == "closes" for fault in faults) and (fault := too_early(row, found, today)):
        faults.append(fault)
    return found


def too_early(row: CampaignRow, closes: date, today: date) -> Fault | None:
    """What keeps that day from being the last one."""
    if closes < max(today, row.opens):
        return Fault("last_day_past", "closes", {"found": f"{closes:%d/%m/%Y}"})
    return None


def opened(
    session: Session, code: str, closes: date | None, *, today: date, actor: str, now: datetime
) -> CampaignRow | Fault:
    """Open a campaign, or open it again, with `closes` as its last day; one that is open just gets that day."""
    row = campaigns.campaign(session, code)
    if row is None or closes is None:
        return move(session, code, "open", actor)
    if fault := too_early(row, closes, today):
        return fault
    if row.state != "open":
        return move(session, code, "open", actor, closes)
    if facts := with_last_day(row, closes):
        audit.note(session, at=now, actor=actor, act="campaign_extend", subject=code, facts=facts)
    return row


def closed(session: Session, code: str, today: date, actor: str) -> CampaignRow | Fault:
    """Close a campaign; early, it ends today."""
    row = campaigns.campaign(session, code)
    return move(session, code, "closed", actor, last_day_if_closed(row, today) if row else None)


def done(
    session: Session, row: CampaignRow, act: str, reason: str, closes: date | None, *, actor: str, now: datetime
) -> Sequence[Fault]:
    """The act itself, written down with its reason."""
    if act == "open":
        pin_again(session, row)
    facts: dict[str, object] = {"why": reason}
    if act == "extend":
        facts |= with_last_day(row, closes)
    else:
        moved = move(session, row.code, "closed" if act == "close" else "open", actor, closes)
        if isinstance(moved, Fault):
            return [moved]
    if act != "open":
        audit.note(session, at=now, actor=actor, act=f"campaign_{act}", subject=row.code, facts=facts)
    return ()
