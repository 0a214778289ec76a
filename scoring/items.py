"""The items that figures are given for: overall, blocks, factors and every closed question."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scoring.disclosure import Line
from scoring.frames import Column, Frame
from scoring.parameters import Pooling
from scoring.tallies import Integers


def item_names(frame: Frame) -> tuple[str, ...]:
    """Every item in the order of the index document.

    >>> from survey.examples import EXAMPLE
    >>> from scoring.frames import frame
    >>> item_names(frame(EXAMPLE))
    ('overall', 'factor:T', 'question:used', 'question:wait', 'question:ways')
    """
    return (
        "overall",
        *(f"block:{block}" for block in frame.blocks),
        *(f"factor:{group.code}" for group in frame.groups),
        *(f"question:{column.code}" for column in frame.columns),
    )


def item_lines(frame: Frame, pooling: Pooling) -> tuple[Line, ...]:
    """Which items follow from which: the overall from blocks, a block from its factors, a factor from its questions.

    Places are those of `item_names`.
    """
    place = {name: at for at, name in enumerate(item_names(frame))}
    lines = []
    tops = [f"block:{block}" for block in frame.blocks if any(group.block == block for group in frame.groups)]
    tops += [f"factor:{group.code}" for group in frame.groups if group.block not in frame.blocks]
    for block in frame.blocks:
        lines.append((f"block:{block}", [f"factor:{group.code}" for group in frame.groups if group.block == block]))
    for group in frame.groups:
        own = group.items if pooling != "general_item" else [at for at in (group.general,) if at is not None]
        lines.append((f"factor:{group.code}", [question(frame, at) for at in own]))
    lines.append(("overall", tops or [question(frame, at) for at in range(len(frame.indexed))]))
    return tuple(Line(place[name], tuple(place[part] for part in parts)) for name, parts in lines if parts)


def question(frame: Frame, indexed: int) -> str:
    """The name of an indexed item."""
    return f"question:{frame.columns[frame.indexed[indexed]].code}"


def people(frame: Frame, responses: Integers, counts: Integers, pooling: Pooling) -> Integers:
    """Valid answers (places, items) from responses (places,) and counts (places, counted).

    Of an index of several questions it is the most that any of them got: so many people answered at the least.
    """
    found = np.zeros((len(counts), len(item_names(frame))), dtype=np.int64)
    first = found.shape[1] - len(frame.columns)
    for at, column in enumerate(frame.columns):
        found[:, first + at] = answered(column, responses, counts)
    lines: Mapping[int, tuple[int, ...]] = {line.parent: line.children for line in item_lines(frame, pooling)}
    for parent in sorted(lines, reverse=True):  # questions stand after factors, these after blocks, the overall first
        found[:, parent] = found[:, list(lines[parent])].max(axis=1)
    return found


def answered(column: Column, responses: Integers, counts: Integers) -> Integers:
    """Valid answers to one question (places,)."""
    slots = counts[:, column.slot : column.slot + len(column.labels)]
    if column.several:
        return responses - slots[:, 0] - slots[:, -1]
    return slots[:, 1:-1] @ np.array(column.valid, dtype=np.int64)


def distribution(column: Column, counts: Integers) -> dict[str, int]:
    """Counts of one question at one place (counted,): blank, every option code, na."""
    return dict(zip(column.labels, counts[column.slot : column.slot + len(column.labels)].tolist(), strict=True))
