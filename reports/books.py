"""A workbook before it is a file: its tables, and what a reader must know before reading them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reports.papers import Table


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet: the name on its tab and its table. Groups of columns and bands of rows become part of the titles and a
    column of their own, so that it can be filtered."""

    name: str
    table: Table


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook. `facts` are pairs of what and its words (campaign, method, computed at); `warnings` follow them."""

    title: str
    facts: tuple[tuple[str, str], ...]
    leaves: tuple[Leaf, ...]
    warnings: tuple[str, ...] = ()
    author: str = ""
    made: datetime | None = None
