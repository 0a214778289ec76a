"""The fieldwork board: what came in where and when against what was planned, who is silent, and the days between.

A board is counted by the clock and kept packed, so that a page costs what its cells cost and not what the answers do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from store.database import Database
from store.models.campaigns import CampaignRow, CampaignUnitRow
from store.queries import board as kept
from store.queries import campaigns
from store.queries.responses import STATES
from survey.rights import Person, reach
from workflows.response_rows import CHANNELS

UNIT, COUNTER, CHANNEL, STATE, DAY, NUMBER = range(6)  # the columns of a cell
VALID = STATES.index("valid")
RECENT_DAYS = 14
LONGEST_DAYS = 92  # that a picture can show a column each
SILENT_DAYS = 7
AT_LEAST_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see; what is empty leaves all."""

    unit: str = ""
    counter: str = ""
    channel: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A unit or a counter: what came in, what was planned, how the last days went."""

    code: str
    name: str
    block: str
    answers: int
    target: int | None
    last: date | None
    silent_days: int | None  # since the last answer; None where there never was one
    recent: tuple[int, ...]

    @property
    def silent(self) -> bool:
        """Whether nobody has been heard there for a week, or ever."""
        return self.silent_days is None or self.silent_days >= SILENT_DAYS

    @property
    def week(self) -> int:
        """Answers of the last seven days."""
        return sum(self.recent[-7:])

    @property
    def change(self) -> int:
        """How many more these are than those of the seven days before."""
        return self.week - sum(self.recent[-14:-7])

    @property
    def share(self) -> float | None:
        """Answers against what was planned, in percent."""
        return None if not self.target else 100 * self.answers / self.target


@dataclass(frozen=True, slots=True)
class Board:
    """What a person may see of the fieldwork of a campaign, as of a moment; `answers` are the valid ones."""

    counted_at: datetime | None
    answers: int
    set_apart: int
    target: int | None
    days: tuple[tuple[date, int], ...]
    units: tuple[Line, ...]
    counters: tuple[Line, ...]
    channels: tuple[tuple[str, int], ...]
    choices: tuple[tuple[str, str], ...]  # the units that can be chosen: code and short name
    withdrawn: frozenset[str]  # counters whose code leads nowhere any more

    @property
    def heard(self) -> int:
        """How many units have an answer."""
        return sum(line.last is not None for line in self.units)


def count(database: Database, code: str, now: datetime) -> int:
    """Count a campaign's board anew where the tallies have moved since; gives how many answers it then holds."""
    with database.snapshot() as session:
        row = campaigns.campaign(session, code)
        if row is None or is_fresh(session, row, now):
            return 0
        cells = packed(kept.counted(session, row.id))
    with database.writing() as session:
        kept.keep(session, row.id, now, cells.tobytes())
    return int(cells[:, NUMBER].sum())


def is_fresh(session: Session, campaign: CampaignRow, now: datetime) -> bool:
    """Whether a board still holds: its units have as many answers in each state as the tallies say.

    Answers that change places within a unit leave these as they are; so an open campaign's is counted every hour too.
    """
    row = kept.board(session, campaign.id)
    old = row is not None and campaign.state == "open" and now - row.counted_at >= AT_LEAST_EVERY
    return not old and by_unit(cells_of(session, campaign.id)) == kept.told(session, campaign.id)


def packed(rows: Sequence[Sequence[object]]) -> np.ndarray:
    """Counted rows as cells of whole numbers."""
    numbers = [
        (unit, counter, CHANNELS.index(str(channel)), STATES.index(str(state)), day.toordinal(), number)
        for unit, counter, channel, state, day, number in rows
        if isinstance(day, date)
    ]
    return np.array(numbers, dtype="<i4").reshape(-1, 6)


def cells_of(session: Session, campaign_id: int) -> np.ndarray:
    """The cells of a campaign's board; none where it has not been counted yet."""
    row = kept.board(session, campaign_id)
    return np.frombuffer(row.cells if row is not None else b"", dtype="<i4").reshape(-1, 6)


def by_unit(cells: np.ndarray) -> dict[tuple[int, int], int]:
    """How many answers the cells hold, by unit and number of the state."""
    pairs, at = np.unique(cells[:, [UNIT, STATE]], axis=0, return_inverse=True)
    numbers = np.bincount(at.reshape(-1), weights=cells[:, NUMBER], minlength=len(pairs))
    return {(unit, state): int(number) for (unit, state), number in zip(pairs.tolist(), numbers, strict=True)}


def board(session: Session, campaign: CampaignRow, person: Person, wanted: Wanted, today: date) -> Board:
    """The fieldwork of a campaign as far as a person may see it and wants to."""
    pinned, chosen = units_of(session, campaign, person, wanted)
    places = [pair for pair in campaigns.counters(session, campaign.id) if pair[1] in chosen]
    every = cells_of(session, campaign.id)
    cells = within(every, [row.unit_id for row in chosen], wanted, places)
    valid, heard = cells[cells[:, STATE] == VALID], every[every[:, STATE] == VALID]
    end = min(today, campaign.closes)
    narrowed = wanted.channel or wanted.counter or wanted.first or wanted.last
    targets = {} if narrowed else targets_of(session, campaign.id)  # a part is not held against the whole plan
    row = kept.board(session, campaign.id)
    of_units = lines(valid, heard, UNIT, [(r.unit_id, r.code, r.short_name, r.block) for r in chosen], targets, end)
    shown = [(c.id, c.code, c.name, u.short_name) for c, u in places] if wanted.unit else []
    of_counters = lines(valid, heard, COUNTER, shown, {}, end)
    planned = [line.target for line in of_units if line.target is not None]
    return Board(
        row.counted_at if row is not None else None,
        int(valid[:, NUMBER].sum()),
        int(cells[cells[:, STATE] != VALID, NUMBER].sum()),
        sum(planned) if planned else None,
        days_of(valid, wanted.first or campaign.opens, min(wanted.last or end, end)),
        of_units,
        of_counters,
        channels_of(valid),
        tuple((each.code, each.short_name) for each in pinned),
        frozenset(counter.code for counter, _ in places if counter.revoked_at is not None),
    )


def units_of(
    session: Session, campaign: CampaignRow, person: Person, wanted: Wanted
) -> tuple[list[CampaignUnitRow], list[CampaignUnitRow]]:
    """The units of a campaign that a person may see, and those of them that are wanted."""
    units = reach(person, "see_fieldwork")
    pinned = [row for row in campaigns.campaign_units(session, campaign.id) if units is None or row.unit_id in units]
    return pinned, [row for row in pinned if wanted.unit in ("", row.code)]


def within(cells: np.ndarray, units: Sequence[int], wanted: Wanted, places: Sequence[object]) -> np.ndarray:
    """The cells of these units that are wanted."""
    keep = np.isin(cells[:, UNIT], units)
    if wanted.channel in CHANNELS:
        keep &= cells[:, CHANNEL] == CHANNELS.index(wanted.channel)
    if wanted.counter:
        keep &= np.isin(cells[:, COUNTER], [pair[0].id for pair in places if pair[0].code == wanted.counter])  # type: ignore[index]  # rows of counter and unit
    if wanted.first is not None:
        keep &= cells[:, DAY] >= wanted.first.toordinal()
    if wanted.last is not None:
        keep &= cells[:, DAY] <= wanted.last.toordinal()
    return cells[keep]


def lines(
    cells: np.ndarray,
    heard: np.ndarray,
    column: int,
    places: Sequence[tuple[int, str, str, str]],
    targets: Mapping[int, int],
    end: date,
) -> tuple[Line, ...]:
    """A line for each place, the one with most answers first; when it was `heard` of last, no filter changes."""
    ids = np.array(sorted({place for place, *_ in places}), dtype=np.int64)
    cells, heard = cells[np.isin(cells[:, column], ids)], heard[np.isin(heard[:, column], ids)]
    at, days, counts = np.searchsorted(ids, cells[:, column]), cells[:, DAY], cells[:, NUMBER]
    numbers = np.bincount(at, weights=counts, minlength=len(ids))
    lasts = np.zeros(len(ids), dtype=np.int64)
    np.maximum.at(lasts, np.searchsorted(ids, heard[:, column]), heard[:, DAY])
    since = days - (end.toordinal() - RECENT_DAYS + 1)
    new = (since >= 0) & (since < RECENT_DAYS)
    places_and_days = at[new] * RECENT_DAYS + since[new]
    recent = np.bincount(places_and_days, weights=counts[new], minlength=len(ids) * RECENT_DAYS).reshape(
        -1, RECENT_DAYS
    )
    row = {place: number for number, place in enumerate(ids.tolist())}
    found = [
        line(code, name, block, targets.get(place), end, (int(numbers[n]), int(lasts[n])), recent[n])
        for n, code, name, block, place in (
            (row[place], code, name, block, place) for place, code, name, block in places
        )
    ]
    return tuple(sorted(found, key=lambda each: (-each.answers, each.name)))


def line(
    code: str, name: str, block: str, target: int | None, end: date, told: tuple[int, int], recent: np.ndarray
) -> Line:
    """The line of one place; `told` is the number of its answers, and the last day as an ordinal or 0."""
    answers, last = told
    day = date.fromordinal(last) if last else None
    silent = None if day is None else max((end - day).days, 0)
    return Line(code, name, block, answers, target, day, silent, tuple(int(number) for number in recent))


def targets_of(session: Session, campaign_id: int) -> dict[int, int]:
    """How many forms were issued in each unit, where the campaign has a sample."""
    found: dict[int, int] = {}
    for stratum in campaigns.strata(session, campaign_id):
        found[stratum.unit_id] = found.get(stratum.unit_id, 0) + stratum.issued
    return found


def days_of(cells: np.ndarray, first: date, last: date) -> tuple[tuple[date, int], ...]:
    """Each day with its answers, days without any included; the last three months at most."""
    if last < first:
        return ()
    first = max(first, last - timedelta(days=LONGEST_DAYS - 1))
    start, length = first.toordinal(), (last - first).days + 1
    inside = cells[(cells[:, DAY] >= start) & (cells[:, DAY] < start + length)]
    numbers = np.bincount(inside[:, DAY] - start, weights=inside[:, NUMBER], minlength=length)
    return tuple((first + timedelta(days=place), int(number)) for place, number in enumerate(numbers))


def channels_of(cells: np.ndarray) -> tuple[tuple[str, int], ...]:
    """How many answers came by each channel, the most used first."""
    numbers = np.bincount(cells[:, CHANNEL], weights=cells[:, NUMBER], minlength=len(CHANNELS))
    found = [(name, int(number)) for name, number in zip(CHANNELS, numbers, strict=True) if number]
    return tuple(sorted(found, key=lambda each: -each[1]))
