"""A release: a folder from which anybody can work every published figure out again and see that nothing was changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from reports.verify import SUMS
from scoring.tallies import Tally
from store.queries import campaigns
from survey.faults import Fault
from workflows.counters import unknown_campaign
from workflows.index import counted, document_of, told
from workflows.release_files import Edition, edition_of, release_files, sums
from workflows.tally import Key


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """What a release holds before it is written: the index document and every file by name."""

    document: str
    figures: int
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The SHA-256 of the list of sums: the one number that stands for the whole release."""
        return hashlib.sha256(self.files[SUMS]).hexdigest()


@dataclass(frozen=True, slots=True)
class Released:
    """A folder that was written: its files, how many figures it tells, and its SHA-256 for the minutes."""

    folder: Path
    files: tuple[str, ...]
    figures: int
    digest: str


def release(
    session: Session,
    campaign_code: str,
    folder: Path,
    now: datetime,
    *,
    edition: Edition | None = None,
    kept: Mapping[Key, Tally] | None = None,
) -> Released | Fault:
    """Write the release of a campaign into a folder that is new or empty, from its tallies or those that are given."""
    if campaigns.campaign(session, campaign_code) is None:
        return unknown_campaign(session, campaign_code)
    taken = folder_fault(folder)
    if taken is not None:
        return taken
    return written(contents(session, campaign_code, now, edition=edition, kept=kept), folder)


def contents(
    session: Session,
    campaign_code: str,
    now: datetime,
    *,
    edition: Edition | None = None,
    kept: Mapping[Key, Tally] | None = None,
) -> Contents:
    """What the release of a campaign holds: the same bytes whenever it is made from the same tallies and moment."""
    found = counted(session, campaign_code, shown=True, kept=kept)
    figures = told(found)
    told_of = document_of(session, found, figures, now)
    if edition is not None:
        told_of = {"publication": edition_of(edition), **told_of}
    document = json.dumps(told_of, ensure_ascii=False, allow_nan=False)
    units = campaigns.campaign_units(session, found.row.id)
    return Contents(document, len(figures), release_files(found, figures, document, units, edition))


def with_papers(made: Contents, papers: Mapping[str, bytes]) -> Contents:
    """The same with documents beside its figures, all under one list of sums."""
    held = {name: content for name, content in made.files.items() if name != SUMS} | dict(papers)
    return Contents(made.document, made.figures, held | {SUMS: sums(held)})


def folder_fault(folder: Path) -> Fault | None:
    """What keeps a release from being written there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return Fault("folder_not_empty", str(folder), {"found": folder.name})
    if not folder.absolute().parent.is_dir():
        return Fault("folder_not_writable", str(folder), {"found": str(folder.absolute().parent)})
    return None


def written(made: Contents, folder: Path) -> Released:
    """Write the files; the folder appears under its name when it is whole."""
    unfinished = folder.absolute().with_name(f".{folder.absolute().name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    try:
        for name, content in made.files.items():
            (unfinished / name).write_bytes(content)
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Released(folder, tuple(made.files), made.figures, made.digest)
