"""Kept versions of questionnaires."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow, QuestionnaireRow
from store.models.drafts import DraftRow


def questionnaires(session: Session) -> Sequence[QuestionnaireRow]:
    """Every kept version, by code and version."""
    return session.scalars(select(QuestionnaireRow).order_by(QuestionnaireRow.code, QuestionnaireRow.version)).all()


def version(session: Session, code: str, number: int) -> QuestionnaireRow | None:
    """That version of the questionnaire of that code."""
    return session.scalar(select(QuestionnaireRow).filter_by(code=code, version=number))


def newest(session: Session, code: str) -> QuestionnaireRow | None:
    """The newest version of the questionnaire of that code."""
    statement = select(QuestionnaireRow).filter_by(code=code).order_by(QuestionnaireRow.version.desc()).limit(1)
    return session.scalar(statement)


def drafts(session: Session) -> Sequence[DraftRow]:
    """Every version that is being worked on, by code and version."""
    return session.scalars(select(DraftRow).order_by(DraftRow.code, DraftRow.version)).all()


def draft(session: Session, code: str, number: int) -> DraftRow | None:
    """The draft of that version."""
    return session.scalar(select(DraftRow).filter_by(code=code, version=number))


def highest(session: Session, code: str) -> int:
    """The highest number that a version or a draft of that questionnaire bears; 0 where there is none."""
    numbers = [
        session.scalar(select(func.max(table.version)).where(table.code == code))
        for table in (QuestionnaireRow, DraftRow)
    ]
    return max(number or 0 for number in numbers)


def uses(session: Session) -> dict[int, list[str]]:
    """Version (by its id) → codes of the campaigns that ask it."""
    found: dict[int, list[str]] = {}
    for number, code in session.execute(
        select(CampaignRow.questionnaire_id, CampaignRow.code).order_by(CampaignRow.code)
    ):
        found.setdefault(number, []).append(code)
    return found
