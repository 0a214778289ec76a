"""Publishing: a campaign is locked, then its figures are frozen under a number; a later number corrects them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from reports import verify
from scoring.tallies import Tally
from store.models.campaigns import CampaignRow
from store.models.results import PublicationRow
from store.queries import audit, campaigns, tallies
from store.queries import publications as kept_publications
from survey.campaign import needs_approval
from survey.faults import Fault
from workflows import tally
from workflows.batches import moving
from workflows.counters import unknown_campaign
from workflows.index import VALID
from workflows.release import Contents, contents, folder_fault, written
from workflows.release_files import Edition


@dataclass(frozen=True, slots=True)
class Published:
    """A publication: its number, where its folder lies, the SHA-256 for the minutes, and how many valid answers wait,
    since one or a few more than were shown before would give each of them away."""

    campaign: str
    number: int
    folder: Path
    figures: int
    digest: str
    held_back: int


def lock(session: Session, code: str, actor: str, now: datetime) -> CampaignRow | Sequence[Fault]:
    """Lock a closed campaign: every answer is counted, counted again from scratch, and nothing changes any more."""
    row = campaigns.held(session, code)
    if row is None:
        return [unknown_campaign(session, code)]
    if row.state == "locked":
        return row
    if row.state != "closed":
        return [Fault("move_not_allowed", code, {"state": row.state, "onward": "locked"})]
    while tally.fold_some(session, code):
        session.flush()
    different = tally.recount(session, code).different
    if different:
        return [Fault("tally_differs", str(tuple(key)), {}) for key in different]
    audit.note(session, at=now, actor=actor, act="locked", subject=code, facts={"before": row.state})
    row.state = "locked"
    return row


def unlock(session: Session, code: str, reason: str, actor: str, now: datetime) -> CampaignRow | Fault:
    """Let a locked or published campaign be corrected; what was published stays until the next publication."""
    row = campaigns.held(session, code)
    if row is None:
        return unknown_campaign(session, code)
    if row.state not in ("locked", "published"):
        return Fault("move_not_allowed", code, {"state": row.state, "onward": "closed"})
    if not reason.strip():
        return Fault("reason_needed", code)
    audit.note(session, at=now, actor=actor, act="unlocked", subject=code, facts={"before": row.state, "why": reason})
    row.state = "closed"
    return row


def publish(
    session: Session,
    code: str,
    folder: Path,
    *,
    reason: str,
    actor: str,
    now: datetime,
    embargo: datetime | None = None,
    approved: bool = False,
) -> Published | Sequence[Fault]:
    """Freeze the figures of a locked campaign as its next publication and write its release into `folder`.

    `approved` tells that a person agreed; campaigns of some kinds are not published without. The folder is written
    last, and is taken away again where the program that goes with it would not agree.
    """
    row = campaigns.held(session, code)
    if row is None:
        return [unknown_campaign(session, code)]
    before = kept_publications.publications(session, row.id)
    faults = [*publish_faults(row, before, reason, now, embargo, approved=approved), folder_fault(folder)]
    if any(faults):
        return [fault for fault in faults if fault is not None]
    edition = Edition(len(before) + 1, reason.strip(), now, embargo, tuple(map(edition_of_row, reversed(before))))
    cells, held_back = publishable(session, row, first=not before)
    made = contents(session, code, now, edition=edition, kept=cells)
    session.add(frozen(row, edition, actor, made))
    facts = {"number": edition.number, "sha256": made.digest, "why": edition.reason}
    audit.note(session, at=now, actor=actor, act="published", subject=code, facts=facts)
    row.state = "published"
    session.flush()
    written(made, folder)
    wrong, _ = verify.check(folder, made.digest)
    if wrong:
        shutil.rmtree(folder)
        return [Fault("release_disagrees", str(folder), {"found": line}) for line in wrong]
    return Published(code, edition.number, folder, made.figures, made.digest, held_back)


def publish_faults(
    row: CampaignRow,
    before: Sequence[PublicationRow],
    reason: str,
    now: datetime,
    embargo: datetime | None,
    *,
    approved: bool,
) -> list[Fault]:
    """What keeps a campaign from being published."""
    faults = []
    if row.state == "published":
        faults.append(Fault("publish_already", row.code, {"campaign": row.code}))
    elif row.state != "locked":
        faults.append(Fault("publish_not_locked", row.code, {"state": row.state, "campaign": row.code}))
    if before and not reason.strip():
        faults.append(Fault("reason_needed", row.code))
    if embargo is not None and embargo <= now:
        faults.append(Fault("embargo_past", "--embargo", {"found": embargo.isoformat(timespec="minutes")}))
    if needs_approval(row.kind) and not approved:
        faults.append(Fault("approval_needed", row.code, {"campaign": row.code}))
    return faults


def edition_of_row(row: PublicationRow) -> Edition:
    """A publication as it was made."""
    return Edition(row.number, row.reason, row.at, row.embargo_until)


def publishable(session: Session, row: CampaignRow, *, first: bool) -> tuple[Mapping[tally.Key, Tally], int]:
    """The cells that are published, which the public page rests on from now on, and how many answers wait.

    Where the public has seen figures already, a unit's counts move on by several answers or not at all, as in batches.
    """
    kept = tallies.rows(session, row.id)
    unseen = first and row.results != "public"
    cells = {tally.key_of(each): Tally.from_bytes(each.live if unseen else each.shown) for each in kept}
    if not unseen:
        cells |= {tally.key_of(each): counted for each, counted in moving(session, row, kept)}
    moved = {tallies.key_of(each): (cells[tally.key_of(each)].n, cells[tally.key_of(each)].to_bytes()) for each in kept}
    tallies.show(session, row.id, moved)
    waiting = sum(each.n - cells[tally.key_of(each)].n for each in kept if each.flagged == VALID)
    return cells, waiting


def frozen(row: CampaignRow, edition: Edition, actor: str, made: Contents) -> PublicationRow:
    """The publication as it is kept."""
    return PublicationRow(
        campaign_id=row.id,
        number=edition.number,
        reason=edition.reason,
        at=edition.at,
        actor=actor,
        embargo_until=edition.embargo_until,
        sha256=made.digest,
        document=made.document,
    )
