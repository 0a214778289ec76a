"""Made-up surveys of two years over the units of a province: a random sample at home, the whole long questionnaire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from importlib.resources import files

import numpy as np
import yaml
from sqlalchemy import insert

from scoring.frames import Frame
from store.database import Database
from store.models.campaigns import CampaignRow, StratumRow
from store.models.collection import NONE, ResponseRow
from store.queries import campaigns
from survey.campaign import CampaignPlan, read_campaign
from survey.document import NA_BYTE
from workflows import demo, prepare, tally
from workflows.campaigns import create, move
from workflows.collect import new_external_id
from workflows.tally import frame_of

LEVELS = ("department", "district")
CANARY = "TN-SNGV"  # three people answered about it
SMALL = "TN-BDT"  # twelve did


def make_survey(
    database: Database,
    year: int = 2024,
    *,
    questionnaire: str = "sipas-ho-gia-dinh",
    basis: str = "sample",
    people: int = 110,
    levels: Sequence[str] = LEVELS,
    shift: float = 0.0,
) -> str:
    """A closed campaign with about so many answers a unit; gives its code."""
    chance = np.random.default_rng(year)
    with database.writing() as session:
        row = campaign_of(session, year, questionnaire, basis, levels)
        shape = frame_of(session, row.questionnaire_id)
        units = campaigns.campaign_units(session, row.id)
        for at, unit in enumerate(units):
            if unit.level not in levels:
                continue
            n = {CANARY: 3, SMALL: 12}.get(unit.code, people + int(chance.integers(-20, 30)))
            quality = 0.66 + 0.12 * np.sin(at) + shift * np.cos(3 * at)
            strata = add_strata(session, row, unit.unit_id, unit.code, n) if basis == "sample" else [NONE]
            rows = responses(chance, shape, n, quality, year)
            pinned = {"campaign_id": row.id, "questionnaire_id": row.questionnaire_id, "stream": basis}
            for number, each in enumerate(rows):
                each.update(pinned, unit_id=unit.unit_id, stratum_id=strata[number % len(strata)])
            session.execute(insert(ResponseRow), rows)
        code = row.code
    tally.fold(database, code)
    with database.writing() as session:
        move(session, code, "closed", actor="test")
    return code


def campaign_of(session, year: int, questionnaire: str, basis: str, levels: Sequence[str]) -> CampaignRow:
    """The open campaign."""
    prepare.keep_instruments(session)
    known = yaml.safe_load((files("instruments") / "demo" / "demo.yaml").read_text(encoding="utf-8"))
    demo.add_units(session, known["units"])
    plan = {
        "code": f"sipas-{year}",
        "title": {"vi": f"Đo lường mức độ hài lòng về sự phục vụ hành chính năm {year}", "en": f"Satisfaction {year}"},
        "year": year,
        "kind": "sipas",
        "basis": basis,
        "questionnaire": {"code": questionnaire, "version": 1},
        "opens": date(2024, 9, 1),
        "closes": date(2024, 10, 31),
    }
    read = read_campaign(yaml.safe_dump(plan, allow_unicode=True))
    assert isinstance(read, CampaignPlan), read
    row = create(session, read, None, actor="test")
    assert isinstance(row, CampaignRow), row
    move(session, row.code, "open", actor="test")
    return row


def add_strata(session, row: CampaignRow, unit_id: int, unit: str, people: int) -> list[int]:
    """Two strata of a unit: one for each kind of case."""
    made = []
    for at, size in enumerate((9 * people, 5 * people)):
        stratum = StratumRow(
            campaign_id=row.id, unit_id=unit_id, code=f"{unit}-{at + 1}", size=size, issued=max(people * 7 // 10, 2)
        )
        session.add(stratum)
        session.flush()
        made.append(stratum.id)
    return made


def responses(chance: np.random.Generator, shape: Frame, people: int, quality: float, year: int) -> list[dict]:
    """Rows with random answers about a level of quality."""
    codes = np.zeros((people, shape.width), dtype=np.uint8)
    mood = np.clip(quality + chance.normal(0, 0.09, people), 0.05, 0.97)
    for number, column in enumerate(shape.columns):
        size = len(column.options)
        if column.several:
            codes[:, column.offset] = chance.integers(1, 2 ** min(size, 7), people)
        elif any(column.satisfied):
            level = np.clip(mood + 0.06 * np.cos(number), 0.03, 0.98)
            codes[:, column.offset] = 1 + chance.binomial(size - 1, level)
            codes[chance.random(people) < 0.06, column.offset] = NA_BYTE
        else:
            codes[:, column.offset] = 1 + chance.binomial(size - 1, 0.45, people)
            codes[chance.random(people) < 0.03, column.offset] = 0
    start = date(year, 9, 2)
    return [
        {
            "id": chance.bytes(16),
            "counter_id": NONE,
            "channel": ("interviewer", "interviewer", "paper", "web")[int(chance.integers(0, 4))],
            "language": "vi",
            "assisted": bool(chance.random() < 0.05),
            "day": start + timedelta(days=int(chance.integers(0, 55))),
            "duration_s": 900,
            "codes": codes[at].tobytes(),
            "words": None,
            "state": "quarantined" if at % 40 == 39 else "valid",
            "reason": "quick" if at % 40 == 39 else "",
            "external_id": new_external_id(),
            "folded": 0,
        }
        for at in range(people)
    ]
