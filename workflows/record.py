"""The record of acts is looked at: whether it is whole, and what of it somebody looks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from store.models.results import AuditRow
from store.queries import audit
from store.queries.audit import Wanted
from survey.faults import Fault, shown

MOST_BREAKS = 20  # told; where one row was changed, a second place seldom tells more
HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")
PAGE = 50


@dataclass(frozen=True, slots=True)
class Break:
    """A place at which the chain is not whole: the number of a row, and what is wrong there."""

    number: int
    code: str  # changed | missing | moved | cut | rewritten | unguarded, of row 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What looking at the whole record came to."""

    rows: int
    head: str
    breaks: tuple[Break, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of acts."""

    rows: tuple[AuditRow, ...]
    found: int
    page: int
    pages: int
    head: str


def head_words(number: int, digest: bytes) -> str:
    """The end of the chain as people note it down.

    >>> head_words(7, bytes(32))[:6]
    '7:0000'
    """
    return f"{number}:{digest.hex()}"


def head(session: Session) -> str:
    """The end of the chain as it is now."""
    return head_words(*audit.head(session))


def verify(session: Session, noted: str = "") -> Verdict | Fault:
    """Look at every row; `noted` is an end that somebody noted down earlier, and that must still be there."""
    kept = HEAD.fullmatch(noted.strip().lower())
    if noted and kept is None:
        return Fault("head_form", "--head", {"found": shown(noted)})
    seen = b""
    count, number, previous = 0, 0, audit.START
    breaks: list[Break] = []
    if not audit.is_guarded(session):
        breaks.append(Break(0, "unguarded"))
    for row in audit.chain(session):
        if isinstance(row, int):
            breaks.append(Break(row, "changed"))
            count, number, previous = count + 1, row, b""  # nobody knows what the next one should follow
            continue
        breaks += broken(row, number, previous)
        count, number, previous = count + 1, row.number, row.digest
        if kept is not None and row.number == int(kept[1]):
            seen = row.digest
        session.expunge(row)
    if kept is not None and seen.hex() != kept[2]:
        breaks.append(Break(int(kept[1]), "rewritten" if seen else "cut"))
    return Verdict(count, head_words(number, previous), tuple(breaks[:MOST_BREAKS]))


def broken(row: AuditRow, number: int, previous: bytes) -> Iterator[Break]:
    """What is wrong with a row that should follow the one with this number and digest."""
    if row.number != number + 1:
        yield Break(number + 1, "missing")
    if not fits(row):
        yield Break(row.number, "changed")
    elif previous and row.number == number + 1 and row.previous != previous:
        yield Break(row.number, "moved")


def fits(row: AuditRow) -> bool:
    """Whether a row holds what its digest says; what nobody can have written does not."""
    try:
        return row.digest == audit.digest_of(row)
    except (AttributeError, TypeError, ValueError):
        return False


def wanted_of(asked: Mapping[str, str], zone: ZoneInfo) -> Wanted:
    """What an address asks for; a day that cannot be read holds nobody back."""
    since, until = day_of(asked.get("from", "")), day_of(asked.get("to", ""))
    return Wanted(
        asked.get("actor", "").strip()[:200],
        asked.get("act", "")[:200],
        asked.get("subject", "").strip()[:200],
        begins(since, zone) if since else None,
        begins(until + timedelta(days=1), zone) if until else None,
    )


def day_of(words: str) -> date | None:
    """A day as a browser sends it."""
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if 1900 < day.year < 9000 else None


def begins(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins in the province."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def leaf(session: Session, wanted: Wanted, page: str) -> Leaf:
    """A page of the acts that somebody looks for, the newest first."""
    found = audit.count(session, wanted)
    pages = max(1, -(-found // PAGE))
    at = min(int(page), pages) if page.isascii() and page.isdecimal() and len(page) < 9 and int(page) > 0 else 1
    rows = tuple(audit.acts(session, wanted, (at - 1) * PAGE, PAGE))
    return Leaf(rows, found, at, pages, head(session))


def sheet(session: Session, wanted: Wanted, most: int, zone: ZoneInfo) -> Iterator[list[str | int]]:
    """The acts that somebody looks for as rows of a sheet."""
    for row in islice(audit.acts(session, wanted, 0, most), most):
        facts = "; ".join(f"{name}: {fact}" for name, fact in sorted(row.facts.items()))
        at = row.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        yield [row.number, at, row.actor, row.act, row.subject, facts, row.digest.hex()]
