"""How wide the columns of a table are, and the rows of its header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from reports.decree import measured
from reports.papers import Column

LONGEST = 34  # letters of a column that a wide text is content with
PADDING = 10.0  # points at both sides of a cell together


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A cell of the header that reaches over so many columns and rows."""

    text: str
    column: int
    across: int = 1
    down: int = 1


def header(columns: Sequence[Column]) -> tuple[tuple[HeadCell, ...], ...]:
    """One row of titles, or two where columns share a group.

    >>> [[cell.text for cell in row] for row in header([Column("Tên"), Column("2023", group="Chỉ số")])]
    [['Tên', 'Chỉ số'], ['2023']]
    """
    if not any(column.group for column in columns):
        return (tuple(HeadCell(column.title, at) for at, column in enumerate(columns)),)
    upper: list[HeadCell] = []
    lower: list[HeadCell] = []
    for group, members in groupby(enumerate(columns), key=lambda each: each[1].group):
        inside = list(members)
        if group:
            upper.append(HeadCell(group, inside[0][0], across=len(inside)))
            lower.extend(HeadCell(column.title, at) for at, column in inside)
        else:
            upper.extend(HeadCell(column.title, at, down=2) for at, column in inside)
    return tuple(upper), tuple(lower)


def widths(columns: Sequence[Column], cells: Sequence[Sequence[str]], size: float, room: float) -> tuple[float, ...]:
    """The share of each column in percent of the table: as given, or after what stands in it.

    No column is narrower than its longest word as long as all of them find room.
    """
    if all(column.width for column in columns):
        whole = sum(column.width for column in columns)
        return tuple(100 * column.width / whole for column in columns)
    least = [longest_word(column, at, cells, size) for at, column in enumerate(columns)]
    wished = [max(least[at], widest(column, at, cells, size)) for at, column in enumerate(columns)]
    spare = max(room - sum(least), 0.0)
    wanted = sum(wish - low for wish, low in zip(wished, least, strict=True))
    part = min(spare / wanted, 1.0) if wanted else 0.0
    found = [low + (wish - low) * part for wish, low in zip(wished, least, strict=True)]
    return tuple(100 * each / sum(found) for each in found)


def longest_word(column: Column, at: int, cells: Sequence[Sequence[str]], size: float) -> float:
    """The width of the longest word of a column; a figure is one word."""
    words = {word for row in cells for word in ((row[at],) if column.kind != "text" else row[at].split())}
    return max((measured(word, size) for word in words | set(column.title.split())), default=0.0) + PADDING


def widest(column: Column, at: int, cells: Sequence[Sequence[str]], size: float) -> float:
    """The width that a column would like: its longest cell, or a good part of a long one; titles may take two lines."""
    texts = [row[at][:LONGEST] for row in cells]
    return max([measured(text, size) for text in texts] + [measured(column.title, size) / 2], default=0.0) + PADDING
