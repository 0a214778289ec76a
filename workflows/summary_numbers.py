"""How many answers came in, by day, unit and channel, for a summary report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from reports.summary_facts import Span
from store.queries import progress

PICTURED = 14  # days at least that the picture of days shows


@dataclass(frozen=True, slots=True)
class Numbers:
    """Valid answers of the stream that the index rests on, as the tallies count them, in several ways.

    `fresh`, `before` and `total` are channels by unit, `recent` and `last_day` by unit, `by_day` by day.
    """

    total: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    fresh: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    before: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    recent: Counter[int] = field(default_factory=Counter)
    by_day: Counter[date] = field(default_factory=Counter)
    last_day: dict[int, date] = field(default_factory=dict)


def numbers_of(session: Session, campaign_id: int, basis: str, span: Span, silent_days: int) -> Numbers:
    """Count the campaign's answers; those that no tally holds yet are left out, so that all numbers agree."""
    found = Numbers()
    for unit, channel, stream, state, number, last in progress.by_unit(session, campaign_id):
        if (stream, state) == (basis, "valid"):
            found.total[unit][channel] += number
            found.last_day[unit] = max(found.last_day.get(unit, last), last)
    first = min(span.before.first, days_of(span)[0], span.last - timedelta(days=silent_days - 1))
    for day, unit, channel, stream, state, number in progress.by_day(session, campaign_id, first):
        if (stream, state) == (basis, "valid"):
            add(found, span, silent_days, day, unit, channel, number)
    for day, unit, channel, stream, state in progress.uncounted(session, campaign_id):
        if (stream, state) == (basis, "valid"):
            found.total[unit][channel] -= 1
            add(found, span, silent_days, day, unit, channel, -1)
    return found


def add(found: Numbers, span: Span, silent_days: int, day: date, unit: int, channel: str, number: int) -> None:
    """Add answers of one day to the days that it belongs to; take them away where the number is below nought."""
    if day > span.last:
        return
    found.by_day[day] += number
    if day >= span.first:
        found.fresh[unit][channel] += number
    elif span.before.first <= day <= span.before.last:
        found.before[unit][channel] += number
    if (span.last - day).days < silent_days:
        found.recent[unit] += number


def days_of(span: Span) -> list[date]:
    """The days of the picture: those of the report, fourteen at least."""
    length = max(span.days, PICTURED)
    return [date.fromordinal(span.last.toordinal() - ago) for ago in reversed(range(length))]


def summed(numbers: Mapping[int, Counter[str]]) -> Counter[str]:
    """Channel → answers of all units."""
    found: Counter[str] = Counter()
    for of_unit in numbers.values():
        found.update(of_unit)
    return found
