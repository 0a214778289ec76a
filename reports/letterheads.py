"""Who issues a document: the bodies, the place, who signs and who receives it; a province's own data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.papers import Head, Signature


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What the documents of one body have in common. `mark` ends the sign of its papers ("BC-SNV").

    `report_to` is whom reports are submitted to, as a closing sentence names them.
    """

    superior: str
    body: str
    mark: str
    place: str
    authority: tuple[str, ...]
    signer: str
    report_to: str
    recipients: tuple[str, ...]


def head(letterhead: Letterhead, kind: str, sign: str, summary: str, day: date | None, *, draft: bool = False) -> Head:
    """The beginning of a paper of that body: `kind` "Báo cáo" has the `sign` "BC". The number is left to whoever
    registers it."""
    return Head(
        superior=letterhead.superior,
        body=letterhead.body,
        sign=f"{sign}-{letterhead.mark}",
        place=letterhead.place,
        kind=kind,
        summary=summary,
        day=day,
        draft=draft,
    )


def signature(letterhead: Letterhead) -> Signature:
    """Who signs."""
    return Signature(letterhead.authority, letterhead.signer)
