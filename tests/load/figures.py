"""What a benchmark gives, and the one table in which all of them are printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound of performance.md: the figure is to be at most, or at least, `bound`."""

    bound: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether a value keeps the bound."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {plain(self.bound)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: the values of all rounds, and a goal for their median where there is one."""

    id: str
    what: str
    values: tuple[float, ...]
    goal: Goal | None = None
    unit: str = "×"
    detail: str = ""

    @property
    def middle(self) -> float:
        """The median of the rounds."""
        return median(self.values)

    @property
    def verdict(self) -> str:
        """Whether the goal is met; nothing for a line that only informs."""
        return "" if self.goal is None else "met" if self.goal.met(self.middle) else "MISSED"


def rounds(count: int, *sides: Callable[[], float]) -> list[tuple[float, ...]]:
    """The sides measured in turn, `count` times, so that a busy machine is as busy for one as for the other.

    Which of them goes first changes from round to round.
    """
    found = []
    for number in range(count):
        order = range(len(sides)) if number % 2 == 0 else reversed(range(len(sides)))
        measured = {place: sides[place]() for place in order}
        found.append(tuple(measured[place] for place in range(len(sides))))
    return found


def ratios(measured: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """First side ÷ second side of each round."""
    return tuple(each[0] / each[1] for each in measured)


def middles(measured: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The median of each side."""
    return tuple(median(side) for side in zip(*measured, strict=True))


def table(figures: Sequence[Figure]) -> str:
    """All figures: id, what, median, min–max, goal, met or missed, and beneath each what it was made of."""
    head = ("id", "what", "median", "min–max", "goal", "")
    rows = [
        (
            each.id,
            each.what,
            f"{plain(each.middle)} {each.unit}",
            f"{plain(min(each.values))}–{plain(max(each.values))}",
            str(each.goal or ""),
            each.verdict,
        )
        for each in figures
    ]
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()

    lines = [line(head), line(["─" * width for width in widths])]
    for each, row in zip(figures, rows, strict=True):
        lines.append(line(row))
        if each.detail:
            lines.append(f"{' ' * (widths[0] + 2)}{each.detail}")
    return "\n".join(lines)


def plain(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
