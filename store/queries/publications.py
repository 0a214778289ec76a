"""What was published of each campaign; its document only where that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, defer

from store.models.campaigns import CampaignRow
from store.models.results import AuditRow, PublicationRow

P = PublicationRow


def publications(session: Session, campaign_id: int) -> Sequence[PublicationRow]:
    """Every publication of a campaign, the newest first, without its document until it is looked at."""
    statement = select(P).where(P.campaign_id == campaign_id).order_by(P.number.desc())
    return session.scalars(statement.options(defer(P.document))).all()


def are_there(session: Session, campaign_id: int) -> bool:
    """Whether anything was ever published of the campaign."""
    return session.scalar(select(P.id).where(P.campaign_id == campaign_id).limit(1)) is not None


def document(session: Session, publication_id: int) -> str:
    """The index document of a publication, as it was frozen."""
    return session.scalars(select(P.document).where(P.id == publication_id)).one()


def moments(session: Session) -> Sequence[Row[str, datetime, datetime | None]]:
    """Of every publication its campaign's code, when it was made, and until when it is held back."""
    statement = select(CampaignRow.code, P.at, P.embargo_until).join(P, P.campaign_id == CampaignRow.id)
    return session.execute(statement.order_by(P.campaign_id, P.number)).all()


def newest_act(session: Session, code: str, acts: Sequence[str]) -> AuditRow | None:
    """The newest of these acts that was done to a campaign."""
    statement = select(AuditRow).where(AuditRow.subject == code, AuditRow.act.in_(acts))
    return session.scalar(statement.order_by(AuditRow.number.desc()).limit(1))
