"""The record of acts: a chain to which rows are only ever added, so that none can be changed or taken away unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, event, func, select, text
from sqlalchemy.orm import Session

from store.models.results import AuditRow

START = bytes(32)  # what stands before the first row
TURN = 0x68616961  # the number of the lock under which rows are tied to the chain
WAITING = "acts"  # where a session keeps the acts of its transaction until that is committed
AT_ONCE = 1_000
UNREADABLE = (ValueError, TypeError)  # what a value that was forced into a column of SQLite comes to
GUARDS = {  # asks whether the triggers of migration 0010 are there
    "sqlite": "SELECT count(*) = 2 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit' "
    "AND name IN ('audit_no_update', 'audit_no_delete')",
    "postgresql": "SELECT count(*) = 1 FROM pg_trigger WHERE tgname = 'audit_only_added' "
    "AND tgrelid = 'audit'::regclass AND tgenabled IN ('O', 'A')",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts somebody looks for; what is empty or None holds nobody back."""

    actor: str = ""
    act: str = ""
    subject: str = ""
    since: datetime | None = None
    before: datetime | None = None


def note(
    session: Session, *, at: datetime, actor: str, act: str, subject: str, facts: Mapping[str, object] | None = None
) -> None:
    """Write down that somebody did something to a subject, with numbers and names as text.

    The row is tied to the chain at the very end of the transaction, so that others wait for that moment only.
    """
    told = {name: str(fact) for name, fact in (facts or {}).items()}
    row = AuditRow(at=at, actor=actor, act=act, subject=subject, facts=told)
    session.info.setdefault(WAITING, []).append(row)


@event.listens_for(Session, "before_commit")
def tie(session: Session) -> None:
    """Tie the acts of a transaction to the chain, in turn with every other transaction."""
    rows: list[AuditRow] = session.info.get(WAITING, [])
    if not rows or session.in_nested_transaction():
        return
    session.info[WAITING] = []
    session.flush()  # whatever else waits is done before others have to wait for us
    if session.connection().dialect.name == "postgresql":
        session.connection().exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
    number, previous = head(session)
    for row in rows:
        number += 1
        row.number, row.previous = number, previous
        row.digest = previous = digest_of(row)
        session.add(row)


@event.listens_for(Session, "after_soft_rollback")
def forget(session: Session, _undone: object) -> None:
    """What was undone is not written down as done."""
    if not session.in_nested_transaction():
        session.info.pop(WAITING, None)


def digest_of(row: AuditRow) -> bytes:
    """The hash of everything in a row, and by `previous` of everything before it."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    facts = sorted(row.facts.items())
    told = [row.number, row.previous.hex(), at, row.actor, row.act, row.subject, facts]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()).digest()


def head(session: Session) -> tuple[int, bytes]:
    """Number and digest of the last row; whoever notes them down sees later whether the end was cut off."""
    found = session.execute(select(AuditRow.number, AuditRow.digest).order_by(AuditRow.number.desc()).limit(1)).first()
    return (found[0], found[1]) if found is not None else (0, START)


def chain(session: Session) -> Iterator[AuditRow | int]:
    """Every row, in the order of the chain; of one that cannot be read any more, its number."""
    numbers = session.scalars(select(AuditRow.number).order_by(AuditRow.number)).all()
    for some in batched(numbers, AT_ONCE):
        try:
            yield from session.scalars(
                select(AuditRow).where(AuditRow.number.in_(some)).order_by(AuditRow.number)
            ).all()
        except UNREADABLE:
            yield from (row_or_number(session, number) for number in some)


def row_or_number(session: Session, number: int) -> AuditRow | int:
    """The row of that number, or the number alone where the row holds what none of its columns can."""
    try:
        return session.scalars(select(AuditRow).where(AuditRow.number == number)).one()
    except UNREADABLE:
        return number


def batched(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """The numbers in parts of that size."""
    return (numbers[at : at + size] for at in range(0, len(numbers), size))


def is_guarded(session: Session) -> bool:
    """Whether the database still refuses by itself to change or delete a row."""
    return bool(session.scalar(text(GUARDS[session.connection().dialect.name])))


def newest(session: Session, act: str) -> datetime | None:
    """When that was last done."""
    return session.scalar(select(func.max(AuditRow.at)).where(AuditRow.act == act))


def acts(session: Session, wanted: Wanted, skip: int, limit: int) -> Sequence[AuditRow]:
    """The newest acts that somebody looks for."""
    rows = select(AuditRow).where(*conditions(wanted)).order_by(AuditRow.number.desc())
    return session.scalars(rows.offset(skip).limit(limit)).all()


def count(session: Session, wanted: Wanted) -> int:
    """How many acts fit."""
    return session.scalar(select(func.count()).select_from(AuditRow).where(*conditions(wanted))) or 0


def kinds(session: Session) -> Sequence[str]:
    """Every kind of act that was ever done."""
    return session.scalars(select(AuditRow.act).distinct().order_by(AuditRow.act)).all()


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a row must be like to fit."""
    found = []
    if wanted.actor:
        found.append(AuditRow.actor.icontains(wanted.actor, autoescape=True))
    if wanted.act:
        found.append(AuditRow.act == wanted.act)
    if wanted.subject:
        found.append(AuditRow.subject.icontains(wanted.subject, autoescape=True))
    if wanted.since is not None:
        found.append(AuditRow.at >= wanted.since)
    if wanted.before is not None:
        found.append(AuditRow.at < wanted.before)
    return found
