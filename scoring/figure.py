"""One figure of the index document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scoring.disclosure import State
from scoring.places import Scope
from scoring.tallies import Stream

Aggregation = Literal["units", "pooled", "weighted"]
Shown = float | int | str | None | dict[str, int]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `value`, `se`, `low`, `high` are in percent; `value` is exact.

    `aggregation` tells the figures of the province and of blocks apart: "units" plain mean of the units shown, "pooled"
    all answers in one heap, "weighted" by dossiers (sample); None for a unit or counter. `n` is valid answers; of an
    index of several questions, those of the question that got most. What is suppressed has neither value, count nor
    distribution; the open stream has no interval and no rank.
    """

    scope: Scope
    code: str
    item: str
    stream: Stream
    aggregation: Aggregation | None
    value: Fraction | None
    n: int | None
    se: float | None
    low: float | None
    high: float | None
    interval: str | None
    state: State
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    distribution: Mapping[str, int] | None


def as_dict(figure: Figure) -> dict[str, Shown]:
    """The figure as the index document holds it: JSON types only, the value as the nearest float.

    >>> as_dict(Figure("unit", "a", "overall", "open", None, Fraction(9600, 239), 239, None, None, None, None, "ok",
    ...                None, None, None, None))["value"]
    40.1673640167364
    """
    return {
        "scope": figure.scope,
        "code": figure.code,
        "item": figure.item,
        "stream": figure.stream,
        "aggregation": figure.aggregation,
        "value": None if figure.value is None else float(figure.value),
        "n": figure.n,
        "se": figure.se,
        "low": figure.low,
        "high": figure.high,
        "interval": figure.interval,
        "state": figure.state,
        "rank": figure.rank,
        "rank_low": figure.rank_low,
        "rank_high": figure.rank_high,
        "distribution": None if figure.distribution is None else dict(figure.distribution),
    }
