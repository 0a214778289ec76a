"""Questionnaires that are being worked on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, Moment


class DraftRow(Base):
    """A version of a questionnaire that is not frozen yet, as the file that defines it; no campaign can use it."""

    __tablename__ = "questionnaire_draft"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    version: Mapped[int]
    sha256: Mapped[str]
    definition: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(Moment)
    kept_by: Mapped[str]
