"""The demonstration: units of Thái Nguyên, an open campaign with counters, and answers from a seeded simulator."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import insert
from sqlalchemy.orm import Session

from store.database import Database
from store.models.campaigns import CampaignRow, CounterRow
from store.models.collection import NONE, ResponseRow
from store.models.units import UnitRow
from store.queries import campaigns, funnel, mails, units
from store.queries.funnel import Opened, Stopped
from survey.campaign import read_campaign
from survey.conditions import Value
from survey.counter_codes import counter_code
from survey.document import encode
from survey.questionnaire import Questionnaire
from workflows import batches, board, comments, kept_figures, mail, prepare, tally
from workflows.campaigns import create, move
from workflows.collect import new_external_id
from workflows.places import questionnaire_of
from workflows.responses import count_responses

ANSWERS = 5_000
SEED = 20241117
DAYS = 60  # the simulated answers came in over so many days
CHUNK = 500
READER, READS = "so.noivu@thainguyen.example", ("summary", "daily")


class DemoError(Exception):
    """The shipped demonstration cannot be loaded; what it needs was changed in the database."""

    code = "demo"


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demonstration holds."""

    units: int
    counters: int
    answers: int
    first_counter: str


def load(
    database: Database, zone: ZoneInfo, *, answers: int = ANSWERS, advance: Callable[[int], None] = lambda _: None
) -> Demo:
    """Load what is not there yet; a second call changes nothing."""
    today = datetime.now(zone).date()
    plan = yaml.safe_load((files("instruments") / "demo" / "demo.yaml").read_text(encoding="utf-8"))
    with database.writing(in_turn=True) as session:
        campaign = campaigns.campaign(session, plan["campaign"]["code"])
        if campaign is None:
            prepare.keep_instruments(session)
            add_units(session, plan["units"])
            campaign = add_campaign(session, plan["campaign"], today)
            add_counters(session, campaign, plan)
    if add_answers(database, campaign, plan, answers, today, advance):
        tally.fold(database, campaign.code)
        comments.gather(database, campaign.code)
        board.count(database, campaign.code, datetime.now(zone))
        kept_figures.work_out(database, campaign.code, datetime.now(zone))
        batches.show_batch(database, campaign.code, datetime.now(zone), zone)
    return told(database, campaign)


def add_reader(database: Database, now: datetime) -> None:
    """Somebody to send reports to, at an address that can never be anybody's (RFC 2606); who has left stays away."""
    with database.writing(in_turn=True) as session:
        for report in READS:
            if mails.recipient(session, report, READER) is None:
                mail.add_recipient(session, report, READER, "Sở Nội vụ", "vi", now, "demo")


def told(database: Database, campaign: CampaignRow) -> Demo:
    """What is there now."""
    with database.reading() as session:
        rows = campaigns.counters(session, campaign.id)
        there = count_responses(session, campaign.code)
    return Demo(len({row[1].unit_id for row in rows}), len(rows), there, rows[0][0].code)


def add_units(session: Session, plan: Mapping[str, Any]) -> None:
    """The units as they were known on the plan's day; those that are there already stay as they are."""
    text = (files("instruments") / "units" / plan["file"]).read_text(encoding="utf-8-sig")
    known = {row.code for row in units.units(session)}
    for row in csv.DictReader(io.StringIO(text)):
        start, end = day_of(row["valid_from"]), day_of(row["valid_to"])
        if row["code"] in known or (start and start > plan["as_of"]) or (end and end < plan["as_of"]):
            continue
        words = {name: row[name] for name in ("code", "name", "short_name", "level", "block", "legal_basis")}
        session.add(UnitRow(**words, parent=row["parent"] or None, valid_from=start, valid_to=None))
    session.flush()


def day_of(text: str) -> date | None:
    """A day of the units file; none where the cell is empty."""
    return date.fromisoformat(text) if text else None


def add_campaign(session: Session, plan: Mapping[str, Any], today: date) -> CampaignRow:
    """The open campaign, with every unit that exists today."""
    opens = today - timedelta(days=DAYS)
    dated = {**plan, "year": today.year, "opens": opens, "closes": opens + timedelta(days=365)}
    read = read_campaign(yaml.safe_dump(dated, allow_unicode=True))
    made = read if isinstance(read, tuple) else create(session, read, None, actor="demo")
    if not isinstance(made, CampaignRow):
        raise DemoError(f"the shipped demonstration does not fit: {made[0]}")
    move(session, made.code, "open", actor="demo")
    return made


def add_counters(session: Session, campaign: CampaignRow, plan: Mapping[str, Any]) -> None:
    """Counters of the departments, of the districts and of a few communes; their codes follow from their names."""
    communes = 0
    for unit in campaigns.campaign_units(session, campaign.id):
        if unit.level == "commune":
            communes += 1
            if communes > plan["units"]["communes"]:
                continue
        for kind in plan["counters"].get(unit.level, ()):
            for number in range(kind["count"]):
                name = kind["name"].format(number=number + 1)
                seed = hashlib.sha256(f"{SEED}/{unit.code}/{name}".encode()).digest()
                session.add(
                    CounterRow(
                        campaign_id=campaign.id,
                        unit_id=unit.unit_id,
                        code=counter_code(int.from_bytes(seed[:5], "big")),
                        name=name,
                        service=kind["services"][number % len(kind["services"])],
                    )
                )
    session.flush()


def add_answers(
    database: Database,
    campaign: CampaignRow,
    plan: Mapping[str, Any],
    count: int,
    today: date,
    advance: Callable[[int], None],
) -> bool:
    """Simulated responses where there are none yet, in one transaction: all or none; gives whether it added any."""
    with database.writing(in_turn=True) as session:
        if count_responses(session, campaign.code):
            return False
        places = [(row[0].id, row[0].unit_id) for row in campaigns.counters(session, campaign.id)]
        version = questionnaire_of(campaigns.questionnaire(session, campaign))
        made = simulated(version, places, plan["comments"], count, today)
        pinned = {"campaign_id": campaign.id, "questionnaire_id": campaign.questionnaire_id}
        sent: Counter[Opened] = Counter()
        while chunk := [row | pinned for _, row in zip(range(CHUNK), made, strict=False)]:
            session.execute(insert(ResponseRow), chunk)
            sent.update((campaign.id, row["unit_id"], row["day"]) for row in chunk)
            advance(len(chunk))
        opened, stopped = not_sent(version, sent)
        funnel.add_opened(session.connection(), opened)
        funnel.add_stopped(session.connection(), stopped)
    return True


def not_sent(version: Questionnaire, sent: Mapping[Opened, int]) -> tuple[Counter[Opened], Counter[Stopped]]:
    """How often forms were opened by all these and by others, who only looked or stopped on the way: fewer later on."""
    chance = random.Random(SEED)  # noqa: S311 - likewise
    opened, stopped = Counter(sent), Counter[Stopped]()
    codes = [item.code for item in version.items][1:]
    for key, number in sorted(sent.items()):
        campaign, unit, day = key
        for _ in range(number):
            given_up, looked = chance.random() < 0.14, chance.random() < 0.25
            opened[key] += given_up + looked
            if given_up:
                item = codes[min(int(chance.expovariate(0.4)), len(codes) - 1)]
                stopped[campaign, unit, "web", day, item] += 1
    return opened, stopped


def simulated(
    version: Questionnaire, places: Sequence[tuple[int, int]], comments: Mapping[str, Any], count: int, today: date
) -> Iterator[dict[str, Any]]:
    """Response rows: units differ, so do persons and questions; some leave blanks, some write, a few are too quick."""
    chance = random.Random(SEED)  # noqa: S311 - a demonstration has to be repeatable, not secret
    quality = {unit: chance.gauss(0.9, 0.55) for _, unit in places}
    ease = {item.code: chance.gauss(0, 0.35) for item in version.items}
    busy = [chance.paretovariate(1.6) for _ in places]
    for counter, unit in chance.choices(places, busy, k=count):
        language = "en" if chance.random() < 0.03 else "vi"
        mood = chance.gauss(quality[unit], 0.8)
        quick = chance.random() < 0.008
        answers = answered(version, chance, mood, ease, comments[language])
        codes, words = encode(version, answers)
        yield {
            "id": chance.randbytes(16),
            "unit_id": unit,
            "counter_id": counter,
            "stratum_id": NONE,
            "stream": "open",
            "channel": "web",
            "language": language,
            "assisted": chance.random() < 0.06,
            "day": today - timedelta(days=working_day(chance, today)),
            "duration_s": 1 if quick else int(math.exp(chance.gauss(3.9, 0.45))),
            "codes": codes,
            "words": words,
            "state": "quarantined" if quick else "valid",
            "reason": "quick" if quick else "",
            "external_id": new_external_id(),
            "folded": 0,
        }


def working_day(chance: random.Random, today: date) -> int:
    """How many days ago: mostly on a working day, as counters are closed at weekends."""
    while True:
        ago = chance.randrange(DAYS)
        if (today - timedelta(days=ago)).weekday() < 5 or chance.random() < 0.04:
            return ago


def answered(
    version: Questionnaire, chance: random.Random, mood: float, ease: Mapping[str, float], comments: Mapping[str, Any]
) -> dict[str, Value]:
    """One person's answers: a mood for all questions, a level for each, now and then none."""
    given: dict[str, Value] = {}
    for item in version.items:
        if item.type == "text":
            if chance.random() < 0.16:
                given[item.code] = chance.choice(comments["good" if mood > 0.7 else "bad"])
        elif item.na is not None and chance.random() < 0.07 + 0.3 * item.code.startswith("gop_y"):
            given[item.code] = "na"
        elif item.options and (item.required or chance.random() > 0.03):
            feeling = chance.gauss(mood + ease[item.code], 0.7)
            level = sum(feeling > cut for cut in (-1.4, -0.6, 0.25, 1.25))
            given[item.code] = item.options[min(level, len(item.options) - 1)].code
    return given
