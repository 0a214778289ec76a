"""What the public sees of each campaign: the newest batch, without its document where only its number is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, ScalarSelect, select
from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow
from store.models.results import BatchRow


def newest_id() -> ScalarSelect[int]:
    """The number of the newest batch of the campaign of the enclosing statement."""
    return (
        select(BatchRow.id)
        .where(BatchRow.campaign_id == CampaignRow.id)
        .order_by(BatchRow.id.desc())
        .limit(1)
        .correlate(CampaignRow)
        .scalar_subquery()
    )


def newest(session: Session, campaign_id: int) -> BatchRow | None:
    """The newest batch of a campaign."""
    statement = select(BatchRow).where(BatchRow.campaign_id == campaign_id).order_by(BatchRow.id.desc()).limit(1)
    return session.scalar(statement)


def newest_of(session: Session, code: str) -> Row[int, str, str, int | None] | None:
    """Number, results rule and state of the campaign of that code, and the number of its newest batch."""
    statement = select(CampaignRow.id, CampaignRow.results, CampaignRow.state, newest_id())
    return session.execute(statement.where(CampaignRow.code == code)).one_or_none()


def campaigns_with_newest(session: Session) -> Sequence[Row[CampaignRow, int | None, datetime | None]]:
    """Every campaign, the newest year first, with number and moment of its newest batch."""
    return session.execute(
        select(CampaignRow, BatchRow.id, BatchRow.computed_at)
        .outerjoin(BatchRow, BatchRow.id == newest_id())
        .order_by(CampaignRow.year.desc(), CampaignRow.opens.desc(), CampaignRow.code)
    ).all()


def document(session: Session, batch_id: int) -> str:
    """The index document of a batch, as it was kept."""
    return session.scalars(select(BatchRow.document).where(BatchRow.id == batch_id)).one()
