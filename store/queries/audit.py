"""The record of acts; rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models.results import AuditRow


def note(
    session: Session, *, at: datetime, actor: str, act: str, subject: str, facts: Mapping[str, object] | None = None
) -> None:
    """Write down that somebody did something to a subject, with numbers and names as text."""
    told = {name: str(fact) for name, fact in (facts or {}).items()}
    session.add(AuditRow(at=at, actor=actor, act=act, subject=subject, facts=told))


def newest(session: Session, act: str) -> datetime | None:
    """When that was last done."""
    return session.scalar(select(func.max(AuditRow.at)).where(AuditRow.act == act))
