"""Where an answer is given: the counter of a poster's code, with the campaign, questionnaire and unit behind it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Row
from sqlalchemy.orm import Session

from store.models.campaigns import QuestionnaireRow
from store.queries import campaigns
from survey.questionnaire import Questionnaire, short_form
from survey.reading import read_questionnaire

Standing = Literal["open", "not_yet", "closed", "revoked", "dissolved"]


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A counter as its page shows it, and what is needed to keep an answer that is given there."""

    counter_id: int
    code: str
    counter: str
    service: str
    revoked: bool
    unit_id: int
    unit: str
    unit_ended: date | None
    successors: tuple[str, ...]
    campaign_id: int
    campaign: str
    title: dict[str, str]
    state: str
    opens: date
    closes: date
    languages: tuple[str, ...]
    minimum_fill_s: int
    chat_once: bool
    chat_offered: bool
    trial: bool  # the campaign is being rehearsed: what is sent is never counted
    questionnaire_id: int
    questionnaire: Questionnaire  # what is asked there
    whole: Questionnaire  # what responses are kept under; differs where only the short form is asked


class BrokenInstrumentError(Exception):
    """A stored questionnaire version can no longer be read; only a damaged database shows this."""

    code = "broken_instrument"


@lru_cache(maxsize=64)
def read_definition(sha256: str, definition: str) -> Questionnaire:
    """The questionnaire that a stored definition says, read once a process."""
    questionnaire = read_questionnaire(definition)
    if isinstance(questionnaire, tuple):
        raise BrokenInstrumentError(f"questionnaire {sha256[:12]}: {questionnaire[0]}")
    return questionnaire


@lru_cache(maxsize=64)
def shortened(whole: Questionnaire) -> Questionnaire:
    """The short form of a questionnaire, cut once a process."""
    return short_form(whole)


def questionnaire_of(row: QuestionnaireRow) -> Questionnaire:
    """The questionnaire of that stored version."""
    return read_definition(row.sha256, row.definition)


def place(session: Session, code: str, today: date) -> Place | None:
    """The place of a counter's code; None where no counter bears it."""
    return places(session, [code], today).get(code)


def places(session: Session, codes: Collection[str], today: date) -> dict[str, Place]:
    """The places of these counters' codes; a code that no counter bears is not among them."""
    rows = campaigns.places_of(session, codes)
    versions = {row.questionnaire_id for row in rows}
    wholes = {number: questionnaire_of(session.get_one(QuestionnaireRow, number)) for number in versions}
    return {
        row.code: told(
            row, wholes[row.questionnaire_id], names_of_successors(session, row.unit_id, row.unit_ended, today)
        )
        for row in rows
    }


def told(row: Row[*tuple[Any, ...]], whole: Questionnaire, successors: tuple[str, ...]) -> Place:
    """The place that a row of `campaigns.places_of` tells of."""
    return Place(
        counter_id=row.counter_id,
        code=row.code,
        counter=row.counter,
        service=row.service,
        revoked=row.revoked_at is not None,
        unit_id=row.unit_id,
        unit=row.unit,
        unit_ended=row.unit_ended,
        successors=successors,
        campaign_id=row.campaign_id,
        campaign=row.campaign,
        title=row.title,
        state=row.state,
        opens=row.opens,
        closes=row.closes,
        languages=tuple(row.languages),
        minimum_fill_s=row.minimum_fill_s,
        chat_once=row.chat_once,
        chat_offered=row.chat_offered,
        trial=row.state == "draft" and row.rehearsing,
        questionnaire_id=row.questionnaire_id,
        questionnaire=shortened(whole) if row.short_form else whole,
        whole=whole,
    )


def names_of_successors(session: Session, unit_id: int, ended: date | None, today: date) -> tuple[str, ...]:
    """Who took over from a unit that has ceased to exist."""
    if ended is None or ended >= today:
        return ()
    return tuple(row.name for row in campaigns.successors(session, unit_id, today))


def standing(where: Place, today: date) -> Standing:
    """Whether answers are taken there today, or which kind page a person should see instead."""
    if where.revoked:
        return "revoked"
    if where.unit_ended is not None and where.unit_ended < today:
        return "dissolved"
    if where.trial:
        return "open"
    if where.state == "draft" or (where.state == "open" and today < where.opens):
        return "not_yet"
    if where.state != "open" or today > where.closes:
        return "closed"
    return "open"
