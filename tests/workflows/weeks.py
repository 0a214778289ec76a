"""A campaign of a few units with answers on known days, for reports about these days."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from store.database import Database
from store.models.campaigns import StratumRow
from store.models.collection import NONE, ResponseRow
from store.queries import campaigns
from survey.conditions import Value
from survey.document import encode
from tests.factories import make_campaign
from workflows.places import questionnaire_of

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MANNER = SimpleNamespace(
    zone=ZONE, letterhead="", word_template="", public_url="https://khaosat.example.vn", secret_key="a secret for tests"
)
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # Monday, half past seven in the province
LAST_WEEK = NOW - timedelta(days=7)
NAMES = {"A": "Sở Y tế", "B": "Sở Xây dựng", "C": "UBND huyện Đại Từ", "D": "UBND huyện Võ Nhai", "E": "Sở Tư pháp"}

Given = tuple[str, int, int]  # unit, days before MONDAY, how many answers


def make_week(database: Database, answers: Sequence[Given] = (), *, basis: str = "open", **plan: object) -> None:
    """The campaign `thu` with five units of two blocks, one counter each."""
    with database.writing() as session:
        units = {
            code: {
                "name": name,
                "short_name": name.removeprefix("UBND "),
                "level": "district" if "huyện" in name else "department",
                "block": "huyen" if "huyện" in name else "so",
            }
            for code, name in NAMES.items()
        }
        days = {"opens": date(2026, 10, 1), "closes": date(2026, 12, 15)}
        row = make_campaign(session, units=units, basis=basis, **{**days, **plan})  # type: ignore[arg-type]
        if basis == "sample":
            for unit in campaigns.campaign_units(session, row.id):
                stratum = {"code": f"S-{unit.code}", "size": 900, "issued": 200}
                session.add(StratumRow(campaign_id=row.id, unit_id=unit.unit_id, **stratum))
    give(database, answers, basis=basis)


def give(
    database: Database,
    answers: Sequence[Given],
    *,
    basis: str = "open",
    channel: str = "web",
    state: str = "valid",
    quality: Mapping[str, float] | None = None,
) -> None:
    """So many answers to each unit on each day; about `quality` of those of a unit are satisfied."""
    with database.writing() as session:
        row = campaigns.campaign(session, "thu")
        assert row is not None
        whole = questionnaire_of(campaigns.questionnaire(session, row))
        units = {each.code: each.unit_id for each in campaigns.campaign_units(session, row.id)}
        counters = {unit.code: counter.id for counter, unit in campaigns.counters(session, row.id)}
        strata = {each.unit_id: each.id for each in campaigns.strata(session, row.id)}
        chance = random.Random(str((answers, channel, state)))
        for unit, ago, count in answers:
            for _ in range(count):
                good = (quality or {}).get(unit, 0.7)
                given: dict[str, Value] = {
                    item.code: "45"[chance.random() < 0.5] if chance.random() < good else "123"[chance.randrange(3)]
                    for item in whole.items
                    if item.factor and item.options
                }
                key = chance.randbytes(16)
                session.execute(
                    insert(ResponseRow).values(
                        id=key, campaign_id=row.id, questionnaire_id=row.questionnaire_id, unit_id=units[unit],
                        counter_id=counters[unit] if basis == "open" else NONE,
                        stratum_id=strata[units[unit]] if basis == "sample" else NONE,
                        stream=basis, channel=channel, language="vi", assisted=False,
                        day=MONDAY - timedelta(days=ago), duration_s=60, codes=encode(whole, given)[0], words=None,
                        state=state, reason="", external_id=key.hex(),
                    )
                )  # fmt: skip
