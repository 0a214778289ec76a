"""Plain builders with defaults: things that tests need in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from store.database import Database
from store.models.campaigns import CampaignRow, CounterRow, QuestionnaireRow
from store.models.collection import ResponseRow
from store.models.units import UnitRow
from store.queries import campaigns
from survey.campaign import CampaignPlan, read_campaign
from survey.conditions import Value
from survey.counter_codes import counter_code
from survey.document import decode
from workflows.campaigns import create
from workflows.places import questionnaire_of

QUESTIONNAIRES = Path(__file__).parent.parent / "instruments" / "questionnaires"
COUNTER = counter_code(1)


def definition(name: str = "sipas-quay") -> str:
    """The text of a shipped questionnaire."""
    return (QUESTIONNAIRES / f"{name}-v1.yaml").read_text(encoding="utf-8")


def make_unit(session: Session, code: str = "A", **columns: Any) -> UnitRow:
    """A unit that has been there for long."""
    values = {
        "name": f"UBND xã {code}",
        "short_name": f"Xã {code}",
        "level": "commune",
        "block": "xa",
        "parent": None,
        "valid_from": date(2020, 1, 1),
        "valid_to": None,
        "legal_basis": "",
    }
    row = UnitRow(code=code, **values | columns)
    session.add(row)
    session.flush()
    return row


def make_campaign(
    session: Session,
    *,
    text: str | None = None,
    units: Mapping[str, Mapping[str, Any]] | None = None,
    counters: int = 1,
    state: str = "open",
    **plan: Any,
) -> CampaignRow:
    """An open campaign around today with counters in each of its units; the first counter has the code COUNTER."""
    for code, columns in (units or {"A": {}}).items():
        make_unit(session, code, **columns)
    text = text or definition()
    today = date.today()  # noqa: DTZ011 - the builder's campaign lies wide around any zone's day
    written = {
        "code": "thu",
        "title": {"vi": "Khảo sát thử", "en": "Trial survey"},
        "year": today.year,
        "kind": "sipas",
        "basis": "open",
        "questionnaire": {"file": "questionnaire.yaml"},
        "opens": today - timedelta(days=30),
        "closes": today + timedelta(days=30),
        "units": list(units or {"A": {}}),
        "fill": {"minimum_s": 0},
    } | plan
    read = read_campaign(yaml.safe_dump(written, allow_unicode=True))
    assert isinstance(read, CampaignPlan), read
    row = create(session, read, text, actor="test")
    assert isinstance(row, CampaignRow), row
    row.state = state
    session.flush()
    for number, unit in enumerate(campaigns.campaign_units(session, row.id)):
        for place in range(counters):
            at = 1 + number * counters + place
            names = {"name": f"Quầy {place + 1}", "service": "Chứng thực"}
            session.add(CounterRow(campaign_id=row.id, unit_id=unit.unit_id, code=counter_code(at), **names))
    session.flush()
    return row


def take_guards_off(session: Session) -> None:
    """Let rows of the record of acts be changed, as somebody who owns the database could."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sql("ALTER TABLE audit DISABLE TRIGGER USER"))
        return
    for verb in ("update", "delete"):
        session.execute(sql(f"DROP TRIGGER IF EXISTS audit_no_{verb}"))


def kept_answers(database: Database) -> list[dict[str, Value]]:
    """The answers of every stored response."""
    with database.reading() as session:
        rows = session.scalars(select(ResponseRow)).all()
        versions = {row.id: questionnaire_of(row) for row in session.scalars(select(QuestionnaireRow))}
    return [decode(versions[row.questionnaire_id], row.codes, row.words) for row in rows]


def responses(database: Database) -> list[ResponseRow]:
    """Every stored response."""
    with database.reading() as session:
        found = list(session.scalars(select(ResponseRow)))
        session.expunge_all()
    return found
