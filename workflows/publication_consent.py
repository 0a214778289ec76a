"""Two people publish: one proposes it with a reason, another agrees. The record of acts is where that stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow
from store.queries import audit, publications
from survey.campaign import needs_approval
from survey.faults import Fault, shown
from workflows.campaign_forms import Form, one

PROPOSED = "publication_proposed"
FORGOTTEN_BY = ("locked", "unlocked", "published")  # acts after which a proposal does not stand any more


@dataclass(frozen=True, slots=True)
class Proposal:
    """That somebody proposed to publish, why, and until when nobody is to see it."""

    by: str
    at: datetime
    reason: str
    embargo: datetime | None


def standing_proposal(session: Session, code: str) -> Proposal | None:
    """The proposal that waits for a second person."""
    row = publications.newest_act(session, code, (PROPOSED, *FORGOTTEN_BY))
    if row is None or row.act != PROPOSED:
        return None
    until = row.facts.get("embargo", "")
    return Proposal(row.actor, row.at, row.facts.get("why", ""), datetime.fromisoformat(until) if until else None)


def read_proposal(
    session: Session, row: CampaignRow, form: Form, *, actor: str, now: datetime, zone: ZoneInfo
) -> Proposal | list[Fault]:
    """What the form proposes: why, needed from the second publication on, and until when nobody sees it."""
    faults = []
    reason = one(form, "reason")[:500]
    if not reason and publications.are_there(session, row.id):
        faults.append(Fault("reason_missing", "reason"))
    embargo = moment(one(form, "embargo"), zone, faults)
    if embargo is not None and embargo <= now + timedelta(minutes=1):
        faults.append(Fault("embargo_past", "embargo", {"found": one(form, "embargo")}))
    return faults or Proposal(actor, now, reason, embargo)


def moment(text: str, zone: ZoneInfo, faults: list[Fault]) -> datetime | None:
    """A moment as browsers send it, in the province's time; none where nothing was typed."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        faults.append(Fault("moment_unreadable", "embargo", {"found": shown(text)}))
        return None


def propose(session: Session, row: CampaignRow, found: Proposal) -> None:
    """Write the proposal down."""
    facts = {"why": found.reason, "embargo": found.embargo.isoformat() if found.embargo else ""}
    audit.note(session, at=found.at, actor=found.by, act=PROPOSED, subject=row.code, facts=facts)


def waits_for(row: CampaignRow, found: Proposal | None, person: str) -> str:
    """What the next step is: propose, wait for another person, or publish.

    >>> from types import SimpleNamespace as Row
    >>> mine = Proposal("a@b.vn", datetime.now(UTC), "", None)
    >>> [waits_for(Row(kind="sipas"), each, "a@b.vn") for each in (None, mine)]
    ['propose', 'wait']
    >>> waits_for(Row(kind="sipas"), mine, "c@d.vn")
    'publish'
    >>> waits_for(Row(kind="other"), None, "a@b.vn")
    'publish'
    """
    if not needs_approval(row.kind):
        return "publish"
    if found is None:
        return "propose"
    return "wait" if found.by == person else "publish"
