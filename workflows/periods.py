"""When a job is due: named periods, worked out from the last one done and the time of the province."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Union
from zoneinfo import ZoneInfo

CatchUp = Literal["once", "each", "skip"]


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many seconds; periods are counted from midnight UTC of 1 January 1970."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day at that local time."""

    at: time


@dataclass(frozen=True, slots=True)
class Weekly:
    """On that day of every week (1 is Monday) at that local time."""

    day: int
    at: time


@dataclass(frozen=True, slots=True)
class Monthly:
    """On that day of every month (1 to 28) at that local time."""

    day: int
    at: time


When = Union[Every, Daily, Weekly, Monthly]  # noqa: UP007 - read at run time


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One turn of a job: when it falls due, and the name that makes it unlike every other."""

    due_at: datetime
    name: str


def period_at(when: When, moment: datetime, zone: ZoneInfo) -> Period:
    """The period that had fallen due last at that moment.

    >>> zone = ZoneInfo("Asia/Ho_Chi_Minh")
    >>> period_at(Weekly(1, time(7, 30)), datetime(2026, 11, 23, 0, 29, tzinfo=UTC), zone).name
    '2026-W47'
    >>> period_at(Weekly(1, time(7, 30)), datetime(2026, 11, 23, 0, 30, tzinfo=UTC), zone).name
    '2026-W48'
    """
    if isinstance(when, Every):
        seconds = int(moment.timestamp()) // when.seconds * when.seconds
        due_at = datetime.fromtimestamp(seconds, UTC)
        return Period(due_at, f"{due_at:%Y-%m-%dT%H:%M:%SZ}")
    day = moment.astimezone(zone).date()
    found = on(when, day, zone)
    while found is None or found.due_at > moment:
        day -= timedelta(days=1)
        found = on(when, day, zone)
    return found


def next_period(when: When, moment: datetime, zone: ZoneInfo) -> Period:
    """The first period that falls due after that moment.

    >>> next_period(Daily(time(7)), datetime(2026, 11, 23, 0, 0, tzinfo=UTC), ZoneInfo("Asia/Ho_Chi_Minh")).name
    '2026-11-24'
    """
    if isinstance(when, Every):
        return period_at(when, moment + timedelta(seconds=when.seconds), zone)
    day = moment.astimezone(zone).date()
    found = on(when, day, zone)
    while found is None or found.due_at <= moment:
        day += timedelta(days=1)
        found = on(when, day, zone)
    return found


def on(when: Daily | Weekly | Monthly, day: date, zone: ZoneInfo) -> Period | None:
    """The period that falls due on that local day."""
    if isinstance(when, Weekly):
        if day.isoweekday() != when.day:
            return None
        year, week, _ = day.isocalendar()
        name = f"{year}-W{week:02}"
    elif isinstance(when, Monthly):
        if day.day != when.day:
            return None
        name = f"{day:%Y-%m}"
    else:
        name = day.isoformat()
    return Period(datetime.combine(day, when.at, zone).astimezone(UTC), name)


def due_periods(
    when: When, catch_up: CatchUp, last: datetime | None, now: datetime, zone: ZoneInfo, grace: timedelta
) -> tuple[list[Period], list[Period]]:
    """The periods to do now, and those that are passed over, where the last one done fell due at `last`.

    `once` does the newest for all that were missed; `each` does every one in turn; `skip` does one only if it is not
    older than `grace`. Where none was ever done, only the newest counts as due. A clock set back finds nothing due.

    >>> zone, last = ZoneInfo("Asia/Ho_Chi_Minh"), datetime(2026, 11, 20, tzinfo=UTC)
    >>> now, day = datetime(2026, 11, 23, 1, tzinfo=UTC), timedelta(days=1)
    >>> [[each.name for each in part] for part in due_periods(Daily(time(7)), "once", last, now, zone, day)]
    [['2026-11-23'], ['2026-11-21', '2026-11-22']]
    """
    newest = period_at(when, now, zone)
    if last is not None and newest.due_at <= last:
        return [], []
    if isinstance(when, Every) and catch_up != "each":
        return [newest], []  # what beats all day long is not made up for
    missed = [newest] if last is None else list(between(when, last, newest, zone))
    if catch_up == "each":
        return missed, []
    late = catch_up == "skip" and now - newest.due_at > grace
    return ([], missed) if late else ([newest], missed[:-1])


def between(when: When, last: datetime, newest: Period, zone: ZoneInfo) -> Iterator[Period]:
    """Every period after `last`, up to the newest."""
    found = next_period(when, last, zone)
    while found.due_at < newest.due_at:
        yield found
        found = next_period(when, found.due_at, zone)
    yield newest
