"""Where each closed item stands in a compact answer document, and where its counts stand in a tally."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.document import Cell, layout
from survey.questionnaire import Factor, Item, Questionnaire

RATED = ("scale", "yes_no", "matrix")  # types that may carry an index


class ScoringError(Exception):
    """Numbers that cannot be worked out from what was given; `code` names the fact."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Column:
    """One closed item: `offset` and `width` in bytes of the document, `slot` the place of its first count.

    A tally counts it in the order blank, option 1 … option K, na: K + 2 numbers.
    """

    code: str
    offset: int
    width: int
    several: bool
    options: tuple[str, ...]
    scores: tuple[int | None, ...]
    satisfied: tuple[bool, ...]
    slot: int

    @property
    def labels(self) -> tuple[str, ...]:
        """The keys of its distribution, in the order of its counts."""
        return ("blank", *self.options, "na")

    @property
    def valid(self) -> tuple[bool, ...]:
        """Which options are valid answers: all, save those without a score where others have one."""
        scored = any(score is not None for score in self.scores)
        return tuple(not scored or score is not None for score in self.scores)

    @property
    def ends(self) -> tuple[int, int] | None:
        """Lowest and highest score; nothing where no option has a score or all have the same."""
        scores = [score for score in self.scores if score is not None]
        return (min(scores), max(scores)) if scores and min(scores) < max(scores) else None


@dataclass(frozen=True, slots=True)
class Group:
    """A factor: places in `Frame.indexed` of its items, and of its general item."""

    code: str
    items: tuple[int, ...]
    general: int | None
    block: str | None


@dataclass(frozen=True, slots=True)
class Frame:
    """All that scoring needs of one questionnaire version.

    `indexed` lists places in `columns` of the items that carry an index; `width` is the bytes of a document.
    """

    columns: tuple[Column, ...]
    indexed: tuple[int, ...]
    groups: tuple[Group, ...]
    blocks: tuple[str, ...]
    width: int
    by_code: Mapping[str, Column] = field(compare=False)

    @property
    def counted(self) -> int:
        """How many counts a tally holds."""
        return sum(len(column.labels) for column in self.columns)

    @property
    def moments(self) -> int:
        """Length p of z: satisfied, score and valid of every indexed item, item by item."""
        return 3 * len(self.indexed)

    @property
    def open_length(self) -> int:
        """Numbers in a tally without cross-products: n, then the counts."""
        return 1 + self.counted

    @property
    def full_length(self) -> int:
        """Numbers in a tally with cross-products: the upper triangle of the p × p matrix M follows, row by row."""
        return self.open_length + self.moments * (self.moments + 1) // 2


def frame(questionnaire: Questionnaire) -> Frame:
    """The frame of a questionnaire: every closed item is counted, in file order.

    An item carries an index if it belongs to a factor or is a factor's general item; in a questionnaire without
    factors, every scale, yes/no and matrix item with an option marked satisfied does.

    >>> from survey.examples import EXAMPLE
    >>> [column.code for column in frame(EXAMPLE).columns][:2]
    ['used', 'wait']
    """
    plan = layout(questionnaire)
    columns: list[Column] = []
    slot = 0
    for item in questionnaire.items:
        if plan.by_item[item.code].kind != "words":
            columns.append(column_of(item, plan.by_item[item.code], slot))
            slot += len(columns[-1].labels)
    general = {factor.general for factor in questionnaire.factors}
    rated = [item.code for item in questionnaire.items if item.type in RATED]
    belongs = {item.code for item in questionnaire.items if item.factor is not None} | general
    if not questionnaire.factors:
        belongs = {column.code for column in columns if any(column.satisfied)}
    indexed = tuple(at for at, column in enumerate(columns) if column.code in belongs and column.code in rated)
    places = {columns[at].code: place for place, at in enumerate(indexed)}
    groups = tuple(group(factor, questionnaire, places) for factor in questionnaire.factors)
    blocks = tuple(block.code for block in questionnaire.blocks)
    return Frame(tuple(columns), indexed, groups, blocks, plan.width, {column.code: column for column in columns})


def column_of(item: Item, cell: Cell, slot: int) -> Column:
    """The column of a closed item."""
    return Column(
        code=item.code,
        offset=cell.offset,
        width=cell.width,
        several=cell.kind == "several",
        options=cell.codes,
        scores=tuple(option.score for option in item.options),
        satisfied=tuple(option.satisfied for option in item.options),
        slot=slot,
    )


def group(factor: Factor, questionnaire: Questionnaire, places: Mapping[str, int]) -> Group:
    """A factor's items; its general item stands for all of them under G3 and is not one of them unless it is alone."""
    items = [item.code for item in questionnaire.items if item.factor == factor.code and item.code in places]
    own = [code for code in items if code != factor.general] or items
    general = places.get(factor.general) if factor.general is not None else None
    return Group(factor.code, tuple(places[code] for code in own), general, factor.block)
