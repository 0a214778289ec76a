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
from store.database import Database
from store.models.campaigns import CampaignRow
from store.models.results import PublicationRow
from store.queries import audit, campaigns, tallies
from store.queries import publications as kept_publications
from survey.campaign import needs_approval
from survey.faults import Fault
from workflows import publication_papers, tally
from workflows.batches import moving
from workflows.counters import unknown_campaign
from workflows.index import VALID
from workflows.release import Contents, contents, folder_fault, with_papers, written
from workflows.release_files import Edition
from workflows.reporting import Manner


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


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A publication before it is one: its cells, its files, how many answers wait, and whether a person agreed."""

    campaign: str
    edition: Edition
    cells: Mapping[tally.Key, Tally]
    held_back: int
    contents: Contents
    approved: bool


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


def draft(
    database: Database,
    code: str,
    manner: Manner,
    *,
    reason: str,
    now: datetime,
    embargo: datetime | None = None,
    approved: bool = False,
) -> Draft | Sequence[Fault]:
    """The next publication of a locked campaign with its documents, ready to be kept; nothing is written.

    `approved` tells that a person agreed; campaigns of some kinds are not published without. Nobody waits for it:
    figures and documents are worked out before anything is locked.
    """
    with database.snapshot() as session:
        row = campaigns.campaign(session, code)
        if row is None:
            return [unknown_campaign(session, code)]
        before = kept_publications.publications(session, row.id)
        faults = publish_faults(row, before, reason, now, embargo, approved=approved)
        if faults:
            return faults
        edition = Edition(len(before) + 1, reason.strip(), now, embargo, tuple(map(edition_of_row, reversed(before))))
        cells, held_back = publishable(session, row, first=not before)
        made = contents(session, code, now, edition=edition, kept=cells)
        material = publication_papers.material(session, code, edition, cells, manner)
    if not isinstance(material, publication_papers.Material):
        return material
    papers = publication_papers.papers(material)
    if isinstance(papers, Fault):
        return [papers]
    return Draft(code, edition, cells, held_back, with_papers(made, papers), approved)


def publish(database: Database, ready: Draft, folder: Path, actor: str) -> Published | Sequence[Fault]:
    """Freeze the figures and documents of a draft as a publication and write its release into `folder`.

    The folder is taken away again where the program that goes with it would not agree, or the campaign has moved on.
    """
    was_there, taken = folder.exists(), folder_fault(folder)
    if taken is not None:
        return [taken]
    written(ready.contents, folder)
    try:
        faults = disagreements(ready, folder) or gone_on(database, ready, actor)
    except BaseException:
        taken_away(folder, was_there=was_there)
        raise
    if faults:
        taken_away(folder, was_there=was_there)
        return faults
    return told_of(ready, folder)


def told_of(ready: Draft, folder: Path) -> Published:
    """A draft as the publication that it is, or would be."""
    made = ready.contents
    return Published(ready.campaign, ready.edition.number, folder, made.figures, made.digest, ready.held_back)


def disagreements(ready: Draft, folder: Path) -> list[Fault]:
    """What the program in the folder does not find as it should be."""
    wrong, _ = verify.check(folder, ready.contents.digest)
    return [Fault("release_disagrees", str(folder), {"found": line}) for line in wrong]


def gone_on(database: Database, ready: Draft, actor: str) -> Sequence[Fault]:
    """Keep the publication in one transaction; what keeps it from being kept where the campaign is not as it was."""
    with database.writing(in_turn=True) as session:
        faults = keep(session, ready, actor)
        if faults:
            session.rollback()
        return faults


def keep(session: Session, ready: Draft, actor: str) -> Sequence[Fault]:
    """Keep the publication, its documents and what the public sees from now on; the faults that are in the way."""
    row = campaigns.held(session, ready.campaign)
    if row is None:
        return [unknown_campaign(session, ready.campaign)]
    edition, made = ready.edition, ready.contents
    before = kept_publications.publications(session, row.id)
    faults = publish_faults(row, before, edition.reason, edition.at, edition.embargo_until, approved=ready.approved)
    if faults:
        return faults
    rows = tallies.rows(session, row.id)
    cells, _ = publishable(session, row, first=not before)
    if len(before) + 1 != edition.number or cells != ready.cells:
        return [Fault("publish_moved_on", row.code, {"campaign": row.code})]
    keys = {tallies.key_of(each): cells[tally.key_of(each)] for each in rows}
    tallies.show(session, row.id, {key: (each.n, each.to_bytes()) for key, each in keys.items()})
    session.add(frozen(row, edition, actor, made))
    publication_papers.keep(session, row.code, edition, made.files)
    facts = {"number": edition.number, "sha256": made.digest, "why": edition.reason}
    audit.note(session, at=edition.at, actor=actor, act="published", subject=row.code, facts=facts)
    row.state = "published"
    session.flush()
    return []


def taken_away(folder: Path, *, was_there: bool) -> None:
    """Take the folder away; an empty one that was there stays."""
    shutil.rmtree(folder, ignore_errors=True)
    if was_there:
        folder.mkdir()


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
    """The cells that are published, on which the public page is to rest, and how many answers wait.

    Where the public has seen figures already, a unit's counts move on by several answers or not at all, as in batches.
    """
    kept = tallies.rows(session, row.id)
    unseen = first and row.results != "public"
    cells = {tally.key_of(each): Tally.from_bytes(each.live if unseen else each.shown) for each in kept}
    if not unseen:
        cells |= {tally.key_of(each): counted for each, counted in moving(session, row, kept)}
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
