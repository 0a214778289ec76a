"""The fieldwork board: how many answers came in, kept as of a moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Moment


class BoardRow(Base):
    """Numbers of answers by unit, counter, channel, state and day, packed as `workflows.board` packs them."""

    __tablename__ = "board"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(Moment)
    cells: Mapped[bytes] = mapped_column(LargeBinary)
