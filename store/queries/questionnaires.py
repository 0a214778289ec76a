"""Kept versions of questionnaires."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.models.campaigns import QuestionnaireRow


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
