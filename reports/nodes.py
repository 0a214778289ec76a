"""What a document is made of once everything is numbered and worded; Word and print lay out these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports import decree
from reports.columns import HeadCell
from reports.drawn import Drawn


@dataclass(frozen=True, slots=True)
class SetText:
    """A paragraph: `style` is body, bullet, basis, centred, article, note, warning or fill.

    One that is `last` stays by the signature.
    """

    style: str
    text: str
    lead: str = ""
    last: bool = False
    node: str = "text"


@dataclass(frozen=True, slots=True)
class SetHeading:
    """A heading with its number, such as "I." or "a)"."""

    level: int
    number: str
    text: str
    node: str = "heading"


@dataclass(frozen=True, slots=True)
class SetRow:
    """A row of a table: plain or strong cells, or a band of one text across."""

    kind: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetTable:
    """A table: `right` says of each column whether it holds figures, `widths` its share in percent."""

    number: str
    caption: str
    right: tuple[bool, ...]
    widths: tuple[float, ...]
    header: tuple[tuple[HeadCell, ...], ...]
    rows: tuple[SetRow, ...]
    notes: tuple[str, ...]
    small: bool
    node: str = "table"


@dataclass(frozen=True, slots=True)
class SetChart:
    """A chart and the words around it."""

    number: str
    caption: str
    alternative: str
    drawn: Drawn
    notes: tuple[str, ...]
    node: str = "chart"


@dataclass(frozen=True, slots=True)
class SetBreak:
    """A new page."""

    node: str = "break"


@dataclass(frozen=True, slots=True)
class SetContents:
    """Where the list of headings stands."""

    title: str
    node: str = "contents"


Node = SetText | SetHeading | SetTable | SetChart | SetBreak | SetContents


@dataclass(frozen=True, slots=True)
class SetHead:
    """The letterhead, line by line; lengths of lines in points."""

    superior: tuple[str, ...]
    body: tuple[str, ...]
    body_rule: float
    number: str
    day: str
    kind: str
    summary: str
    summary_rule: float
    to: tuple[str, ...]
    draft: str
    state: str = decree.STATE
    motto: str = decree.MOTTO
    motto_rule: float = round(decree.measured(decree.MOTTO, decree.PT["motto"]), 1)
    to_words: str = decree.TO


@dataclass(frozen=True, slots=True)
class SetFoot:
    """Who signs, and who receives it."""

    authority: tuple[str, ...]
    name: str
    recipients: tuple[str, ...]
    recipients_words: str = decree.RECIPIENTS
    sign_here: str = decree.SIGN_HERE


@dataclass(frozen=True, slots=True)
class SetAnnex:
    """An annex with its number."""

    number: str
    title: str
    line: str
    landscape: bool
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole document, ready to be laid out."""

    title: str
    author: str
    day: date | None
    head: SetHead
    nodes: tuple[Node, ...]
    foot: SetFoot
    annexes: tuple[SetAnnex, ...]
