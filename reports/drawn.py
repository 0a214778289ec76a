"""Charts as numbers and words for the drawing: every value beside the words that are printed for it."""

from __future__ import annotations

from reports.numerals import NONE, numeral
from reports.pictures import Bars, Dots, Heat, Picture, Slope, Stacks, Steps
from reports.plain import plain

Drawn = dict[str, object]


def drawn(picture: Picture) -> Drawn:
    """What the drawing is given; a value that is not there stays None and is printed as a dash."""
    match picture:
        case Bars():
            return bars(picture)
        case Stacks():
            return stacks(picture)
        case Dots():
            return dots(picture)
        case Slope():
            return slope(picture)
        case Heat():
            return heat(picture)
        case Steps():
            return steps(picture)


def point(value: float | None, decimals: int, unit: str = "") -> Drawn:
    """A value and its words; the unit stands after a percent figure without the space that would break it off."""
    words = NONE if value is None else f"{numeral(value, decimals)}{unit and chr(0xA0)}{unit}"
    return {"at": value, "words": words}


def bars(picture: Bars) -> Drawn:
    """Lying bars."""
    values = [each for bar in picture.bars for each in (bar.value, bar.mark) if each is not None]
    top = max([*values, picture.mean or 0], default=0) if picture.top is None else picture.top
    return {
        "kind": "bars",
        "top": top or 1,
        "mean": [point(picture.mean, picture.decimals, picture.unit)],
        "mean_words": plain(picture.mean_words),
        "mark_words": plain(picture.mark_words) if any(bar.mark is not None for bar in picture.bars) else "",
        "rows": [
            point(bar.value, picture.decimals) | {"label": plain(bar.label), "mark": bar.mark, "strong": bar.strong}
            for bar in picture.bars
        ],
    }


def stacks(picture: Stacks) -> Drawn:
    """Stacked bars; a part is told where there is room for it, the shares are of 100."""
    return {
        "kind": "stacks",
        "levels": [plain(level) for level in picture.levels],
        "rows": [
            {
                "label": plain(stack.label),
                "n": "" if stack.n is None else f"n = {numeral(stack.n, 0)}",
                "parts": [point(share, 0) for share in stack.shares],
            }
            for stack in picture.stacks
        ],
    }


def dots(picture: Dots) -> Drawn:
    """Dots with their intervals."""
    return {
        "kind": "dots",
        "low": picture.low,
        "top": picture.top,
        "unit": picture.unit,
        "mean": [point(picture.mean, picture.decimals, picture.unit)],
        "mean_words": plain(picture.mean_words),
        "now_words": plain(picture.now_words),
        "before_words": plain(picture.before_words),
        "rows": [
            point(dot.value, picture.decimals)
            | {"label": plain(dot.label), "from": dot.low, "to": dot.high, "before": dot.before}
            for dot in picture.dots
        ],
    }


def slope(picture: Slope) -> Drawn:
    """Lines between two years, on a scale that holds all of them."""
    values = [each for line in picture.lines for each in (line.before, line.after) if each is not None]
    return {
        "kind": "slope",
        "before": plain(picture.before),
        "after": plain(picture.after),
        "low": min(values, default=0.0),
        "top": max(values, default=1.0),
        "rows": [
            {
                "label": plain(line.label),
                "strong": line.strong,
                "before": [point(line.before, picture.decimals)],
                "after": [point(line.after, picture.decimals)],
            }
            for line in picture.lines
        ],
    }


def heat(picture: Heat) -> Drawn:
    """Fields of grey."""
    return {
        "kind": "heat",
        "low": picture.low,
        "top": picture.top,
        "columns": [plain(column) for column in picture.columns],
        "rows": [
            {"label": plain(label), "cells": [point(value, picture.decimals) for value in values]}
            for label, values in picture.rows
        ],
    }


def steps(picture: Steps) -> Drawn:
    """Standing columns."""
    values = [value for _, value in picture.steps if value is not None]
    return {
        "kind": "steps",
        "top": max([*values, picture.plan or 0], default=0) or 1,
        "plan": [point(picture.plan, picture.decimals, picture.unit)],
        "plan_words": plain(picture.plan_words),
        "rows": [point(value, picture.decimals) | {"label": plain(label)} for label, value in picture.steps],
    }
