"""One figure of the index document, without what its state forbids to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["ok", "flag_small", "suppressed", "undefined"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the document, as far as pages show it; what may not be shown is None."""

    code: str
    state: State
    value: float | None
    n: int | None
    low: float | None
    high: float | None
    rank_low: int | None
    rank_high: int | None
    distribution: Mapping[str, int]
    se: float | None = None
    rank: int | None = None


NOTHING = Figure("", "undefined", None, None, None, None, None, None, {})


def figure(row: Mapping[str, Any]) -> Figure:
    """One figure, without what its state forbids to print."""
    told = row["state"] == "ok"
    value, low, high, se, rank = (row.get(name) if told else None for name in ("value", "low", "high", "se", "rank"))
    ranks = (row["rank_low"], row["rank_high"])
    spread = row["distribution"] if told else None
    return Figure(row["code"], row["state"], value, row["n"], low, high, *ranks, spread or {}, se, rank)
