"""What may be shown: small cells are hidden, and others with them until none follows by subtraction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.tallies import Integers

State = Literal["ok", "flag_small", "suppressed", "undefined"]
Mask = NDArray[np.bool_]


class Line(NamedTuple):
    """A parent and the children that it follows from, which stand after it: a unit and its counters, a factor and its
    questions."""

    parent: int
    children: tuple[int, ...]


def hidden(people: Integers, minimum: int, places: Sequence[Line], items: Sequence[Line] = ()) -> Mask:
    """Which cells must not be shown; (nodes, items) bool for `people` (nodes, items) int, the valid answers.

    A cell of 1 … minimum − 1 people is hidden. Along every line of places (province = its blocks, block = its units,
    unit = its counters) and of items (overall = its blocks, factor = its questions), further cells are hidden until
    no hidden one is a shown total less shown parts, nor the hidden parts together fewer than `minimum` people. The
    cell with the fewest people goes first, a total last. A cell of nobody hides nothing.
    Source: Hundepool et al. 2012, Statistical Disclosure Control, §4.2–4.4 (threshold rule, secondary suppression).

    >>> people = np.array([[40], [3], [12], [25]])
    >>> hidden(people, 5, [Line(0, (1, 2, 3))]).ravel().tolist()
    [False, True, True, False]
    """
    mask = (people > 0) & (people < minimum)
    before = -1
    while before != (before := int(mask.sum())) and before:
        sweep(mask, people, places, minimum, adds_up=True)
        sweep(mask.T, people.T, items, minimum, adds_up=False)
    return mask


def sweep(mask: Mask, people: Integers, lines: Sequence[Line], minimum: int, *, adds_up: bool) -> None:
    """Protect every line once, in place, the lowest first. People of places add up; those of items are the same people.

    `unseen` is how many people stand behind what is hidden of a cell once everything shown below it is taken away.
    """
    unseen = people.copy()
    for line in sorted(lines, reverse=True):
        children = np.array(line.children, dtype=np.intp)
        protect(mask, people, unseen, line, minimum, adds_up=adds_up)
        behind = np.where(mask[children], unseen[children], 0)
        left = behind.sum(axis=0) if adds_up else behind.max(axis=0, initial=0)
        unseen[line.parent] = np.where(mask[children].any(axis=0), left, people[line.parent])


def protect(mask: Mask, people: Integers, unseen: Integers, line: Line, minimum: int, *, adds_up: bool) -> None:
    """Hide, in place, cell by cell, until a line gives nothing away."""
    children = np.array(line.children, dtype=np.intp)
    while True:
        parts = mask[children]
        behind = np.where(parts, unseen[children], 0)
        weight = behind.sum(axis=0) if adds_up else behind.max(axis=0, initial=0)
        found = parts.sum(axis=0)
        leaks = ~mask[line.parent] & (found > 0) & ((found == 1) | (weight < minimum))
        leaks |= mask[line.parent] & (found == 0) & (people[children] > 0).any(axis=0)
        if not leaks.any():
            return
        for at in np.flatnonzero(leaks):
            shown = [child for child in line.children if not mask[child, at] and people[child, at] > 0]
            mask[min(shown, key=lambda child: people[child, at]) if shown else line.parent, at] = True


def told_apart(people: Integers, earlier: Integers, minimum: int) -> Mask:
    """Cells that must not be shown beside an earlier release, or beside the figure with flagged answers left out.

    Two figures of one cell whose people differ by 1 … minimum − 1 give the difference away. Shapes alike.

    >>> told_apart(np.array([30, 30, 30]), np.array([30, 28, 20]), 5).tolist()
    [False, True, False]
    """
    change = np.abs(people - earlier)
    apart: Mask = (change > 0) & (change < minimum)
    return apart


def state(people: int, small: int, *, suppressed: bool, effective: float | None = None) -> State:
    """The state of a cell: `suppressed` comes from `hidden`, `effective` is the effective sample size if there is one.

    >>> state(0, 30, suppressed=False), state(12, 30, suppressed=False), state(400, 30, suppressed=False)
    ('undefined', 'flag_small', 'ok')
    """
    if people == 0:
        return "undefined"
    if suppressed:
        return "suppressed"
    return "flag_small" if people < small or (effective is not None and effective < small) else "ok"
