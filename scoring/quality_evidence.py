"""What the rules of data quality look at, and what they find."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from scoring.quality_rules import Floats
from scoring.tallies import Integers

WHOLE = 0  # in the place of a counter: all of the unit's
Facts = Mapping[str, float]
Time = TypeVar("Time", bound=date)


class Finding(NamedTuple):
    """What a rule found at a counter (0: the whole unit) on a day (None: all days): its score against a threshold."""

    rule: str
    unit: int
    counter: int
    day: date | None
    score: float
    threshold: float
    facts: Facts


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Open responses of one questionnaire version, a place in each array a response.

    `unit` and `counter` are ids, `day` ordinals (int64); `seconds` the time taken (float64, NaN: not known); `kind` the
    number of its channel; `words` how many words were read for its answers; `codes` (n, width) the documents (uint8).
    """

    unit: Integers
    counter: Integers
    day: Integers
    seconds: Floats
    kind: Integers
    words: Floats
    codes: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that the rules look at.

    `arrivals`: local beginning of a half hour → answers, by (unit, counter). `daily`: day → open answers, by (unit,
    counter), on every day that the campaign took answers. `dossiers`: finished ones of a day, by (unit, counter or 0,
    day). `period`: finished ones of the whole period by unit, where the whole frame is known. `samples`: the mean score
    of each sample response, by unit.
    """

    answers: Answers
    arrivals: Mapping[tuple[int, int], Mapping[datetime, int]]
    daily: Mapping[tuple[int, int], Mapping[date, int]]
    dossiers: Mapping[tuple[int, int, date], int]
    period: Mapping[int, int]
    samples: Mapping[int, Floats]


def with_units(
    by_counter: Mapping[tuple[int, int], Mapping[Time, int]], fewest: int
) -> dict[tuple[int, int], dict[Time, int]]:
    """Counts by time of every (unit, counter) and, under counter 0, of every unit with `fewest` counters or more.

    >>> days = {(7, 1): {date(2026, 11, 2): 3}, (7, 2): {date(2026, 11, 2): 4}}
    >>> with_units(days, 2)[7, 0]
    {datetime.date(2026, 11, 2): 7}
    """
    whole: defaultdict[int, dict[Time, int]] = defaultdict(dict)
    counters: defaultdict[int, int] = defaultdict(int)
    for (unit, _), times in by_counter.items():
        counters[unit] += 1
        for at, n in times.items():
            whole[unit][at] = whole[unit].get(at, 0) + n
    units = {(unit, WHOLE): times for unit, times in whole.items() if counters[unit] >= fewest}
    return {place: dict(times) for place, times in by_counter.items()} | units


def bounded(z: float) -> float:
    """A score that can be kept: ∞ becomes a large number.

    >>> bounded(float("inf")), bounded(-2.5)
    (1000000.0, -2.5)
    """
    return min(max(z, -1e6), 1e6)
