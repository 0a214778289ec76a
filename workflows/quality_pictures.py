"""What a flag's page shows beside its words: how many answers came when, against what is usual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from scoring.quality_rules import usual_slot
from store.models.quality import FlagRow
from store.queries import campaigns, quality
from workflows.quality import Flagged, flagged
from workflows.quality_evidence import parameters

LONGEST = 70  # columns that a picture has room for: the newest days


@dataclass(frozen=True, slots=True)
class Picture:
    """Counts in their order, each by the beginning of its half hour (`by` "slot") or its day (`by` "day").

    `usual` is what the place usually gets in one of them; `marked` are the places of the columns that stand out.
    """

    by: str
    counts: tuple[tuple[datetime | date, int], ...]
    usual: float
    marked: frozenset[int]


@dataclass(frozen=True, slots=True)
class Opened:
    """A flag as its page shows it: other flags of its unit, its picture, how many answers count, and how many this flag
    has set aside."""

    found: Flagged
    others: tuple[Flagged, ...]
    picture: Picture
    counting: int
    set_aside: int


def opened(session: Session, code: str, number: int, units: Collection[int] | None, zone: ZoneInfo) -> Opened | None:
    """The flag of that number in a campaign; None where there is none, or none of these units."""
    row = campaigns.campaign(session, code)
    found = None if row is None else next((each for each in flagged(session, row.id, units, number)), None)
    if row is None or found is None:
        return None
    others = tuple(each for each in flagged(session, row.id, [found.flag.unit_id]) if each.flag.id != number)
    concerned = quality.concerned(session, found.flag)
    mine = concerned.get(("quarantined", f"flag-{number}"), 0)
    counting = sum(n for (state, _), n in concerned.items() if state == "valid")
    return Opened(found, others, picture(session, found.flag, zone, flagged_days(found, others)), counting, mine)


def flagged_days(found: Flagged, others: Collection[Flagged]) -> frozenset[str]:
    """The days that stand out: the flag's own, or of a flag on all days those of the unit's other flags."""
    if found.flag.on_day:
        return frozenset({found.flag.on_day})
    return frozenset(each.flag.on_day for each in others if each.flag.on_day)


def picture(session: Session, flag: FlagRow, zone: ZoneInfo, days: Collection[str]) -> Picture:
    """The half hours of the flagged day while they are kept, or else the days, of which `days` stand out."""
    daily = days_of(session, flag)
    if flag.on_day and (slots := slots_of(session, flag, zone)):
        others = [n for day, n in daily.items() if day.isoformat() != flag.on_day]
        working = [each for each in others if each] or [0]
        usual = usual_slot(working, parameters().working.hours)
        highest = max(n for _, n in slots)
        marked = frozenset(at for at, (_, n) in enumerate(slots) if n == highest)
        return Picture("slot", tuple(slots), usual, marked)
    counts = tuple(sorted(daily.items()))[-LONGEST:]
    marked = frozenset(at for at, (day, _) in enumerate(counts) if day.isoformat() in days)
    usual = float(median(n for _, n in counts if n)) if any(n for _, n in counts) else 0.0
    return Picture("day", counts, usual, marked)


def days_of(session: Session, flag: FlagRow) -> dict[date, int]:
    """Answers by day at the place of a flag, days without any between the first and the last included."""
    found: Counter[date] = Counter()
    for _, counter, day, n in quality.daily(session, flag.campaign_id, flag.unit_id):
        if flag.counter_id in (0, counter):
            found[day] += n
    if not found:
        return {}
    first, last = min(found), max(found)
    return {day: found[day] for n in range((last - first).days + 1) if (day := first + timedelta(n))}


def slots_of(session: Session, flag: FlagRow, zone: ZoneInfo) -> list[tuple[datetime | date, int]]:
    """Answers by half hour at the place of a flag on its day, from the first that holds any to the last."""
    here = {
        counter.id
        for counter, unit in campaigns.counters(session, flag.campaign_id)
        if flag.counter_id in (0, counter.id) and unit.unit_id == flag.unit_id
    }
    found: Counter[datetime] = Counter()
    for counter, at, n in quality.arrivals(session, flag.campaign_id):
        local = at.astimezone(zone)
        if counter in here and local.date().isoformat() == flag.on_day:
            found[local] += n
    if not found:
        return []
    day = next(iter(found)).date()
    working = parameters().working
    first = min(*found, datetime.combine(day, working.begins, zone))
    last = max(*found, datetime.combine(day, working.ends, zone) - timedelta(minutes=30))
    steps = int((last - first) / timedelta(minutes=30)) + 1
    return [(at, found[at]) for n in range(steps) if (at := first + n * timedelta(minutes=30))]
