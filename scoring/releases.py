"""Figures that move on in releases: what one adds to the one before must not give a few people away."""

from __future__ import annotations

import numpy as np

from scoring.disclosure import told_apart
from scoring.frames import Column, Frame
from scoring.items import answered
from scoring.tallies import Integers


def few_more(frame: Frame, live: Integers, shown: Integers, minimum: int) -> tuple[Column, ...]:
    """The items that 1 … minimum − 1 more people answered since they were shown, in frame order.

    `live` and `shown` are the tallies of one place now and as released, alike in shape: (cells, length) int. An item
    that nobody had answered before is left to the rule for small cells, which hides it. Source: as `told_apart`.

    >>> from survey.examples import EXAMPLE
    >>> from scoring.frames import frame
    >>> shape = frame(EXAMPLE)
    >>> before = np.full((1, shape.open_length), 9)
    >>> now = before.copy()
    >>> now[0, 1 + shape.by_code["wait"].slot + 2] += 1
    >>> [column.code for column in few_more(shape, now, before, 5)]
    ['wait']
    """
    sums = np.stack([live, shown]).sum(axis=1)
    people = np.array([answered(column, sums[:, 0], sums[:, 1 : frame.open_length]) for column in frame.columns])
    apart = told_apart(people[:, 0], people[:, 1], minimum) & (people[:, 1] > 0)
    return tuple(column for column, few in zip(frame.columns, apart.tolist(), strict=True) if few)


def held_back(live: Integers, shown: Integers, columns: tuple[Column, ...]) -> Integers:
    """The tallies of one place without what is new about these items: whoever is new left them blank, for now.

    Shapes as in `few_more`, of the open stream: cross-products of several items cannot be held back one by one.

    >>> from survey.examples import EXAMPLE
    >>> from scoring.frames import frame
    >>> column = frame(EXAMPLE).by_code["used"]
    >>> now, before = np.array([[10, 1, 5, 4, 0]]), np.array([[7, 1, 4, 2, 0]])
    >>> held_back(now, before, (column,)).tolist()
    [[10, 4, 4, 2, 0]]
    """
    kept = live.copy()
    for column in columns:
        part = slice(1 + column.slot, 1 + column.slot + len(column.labels))
        kept[:, part] = shown[:, part]
        kept[:, part.start] += live[:, 0] - shown[:, 0]
    return kept
