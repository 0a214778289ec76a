"""Rehearsals: a draft takes answers on trial, which are never counted and are deleted as the campaign opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow
from store.queries import audit, campaigns, trials
from survey.faults import Fault


def rehearse(session: Session, row: CampaignRow, *, wanted: bool, actor: str, now: datetime) -> Fault | None:
    """Begin or end the rehearsal of a draft; what was sent on trial stays until it opens or is rehearsed no more."""
    if row.state != "draft":
        return Fault("rehearsal_of_draft", "rehearsal", {"state": row.state})
    if wanted and not campaigns.counters(session, row.id):
        return Fault("rehearsal_needs_counters", "rehearsal")
    if wanted == row.rehearsing:
        return None
    row.rehearsing = wanted
    facts = {} if wanted else {"trials": trials.forget(session.connection(), row.id)}
    act = "rehearsal_begun" if wanted else "rehearsal_ended"
    audit.note(session, at=now, actor=actor, act=act, subject=row.code, facts=facts)
    return None


def ended(session: Session, row: CampaignRow) -> Mapping[str, object]:
    """End a rehearsal as the campaign opens: all that was sent on trial goes, and how many that were is told."""
    row.rehearsing = False
    session.flush()
    deleted = trials.forget(session.connection(), row.id)
    return {"trials": deleted} if deleted else {}
