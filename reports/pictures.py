"""Charts of a document as plain values; `reports/designs/charts.typ` draws them for Word and PDF alike.

A value of None is a place that is left empty and named "–": it has no bar of length 0. Every chart is readable without
colour: parts differ in lightness, lines in their form, and every value is printed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `mark` is a target of its own (a plan), `strong` sets it apart (a mean, the own unit)."""

    label: str
    value: float | None
    mark: float | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Lying bars in the given order, with a line where the mean is; `top` is the end of the scale, None the highest."""

    bars: tuple[Bar, ...]
    mean: float | None = None
    top: float | None = 100
    unit: str = "%"
    decimals: int = 2
    mean_words: str = "Trung bình"
    mark_words: str = "Kế hoạch"


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar of parts that add up to 100 percent; `n` is how many answered."""

    label: str
    shares: tuple[float, ...]
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Stacks:
    """Stacked answers to questions: the levels from the lowest to the highest, light to dark."""

    levels: tuple[str, ...]
    stacks: tuple[Stack, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """One value with the interval in which the true one lies."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Dots:
    """Values as dots on a line, with their intervals; `before` of a dot is the year before, as a hollow one."""

    dots: tuple[Dot, ...]
    mean: float | None = None
    low: float = 0
    top: float = 100
    unit: str = "%"
    decimals: int = 2
    mean_words: str = "Trung bình"
    now_words: str = ""
    before_words: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What a unit had in two years."""

    label: str
    before: float | None
    after: float | None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Slope:
    """Lines from one year to the next."""

    before: str
    after: str
    lines: tuple[Line, ...]
    unit: str = "%"
    decimals: int = 2


@dataclass(frozen=True, slots=True)
class Heat:
    """Values of rows by columns as shades of grey, the value in each field."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]
    low: float = 0
    top: float = 100
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class Steps:
    """Standing columns along time, such as answers a week, with a plan as a line."""

    steps: tuple[tuple[str, float | None], ...]
    plan: float | None = None
    unit: str = ""
    decimals: int = 0
    plan_words: str = "Kế hoạch"


Picture = Bars | Stacks | Dots | Slope | Heat | Steps


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its title below it; `alternative` tells those who do not see it what it shows, with the figures."""

    caption: str
    alternative: str
    picture: Picture
    notes: tuple[str, ...] = ()
    key: str = ""
