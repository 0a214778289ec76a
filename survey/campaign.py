"""Campaigns: their states and allowed moves, and the plan that a campaign file holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Union

from pydantic import Discriminator, Field, Tag

from survey.definitions import CODE, Row, load, repeated, shape, tidy, words_faults
from survey.faults import Fault
from survey.questionnaire import Words

MOVES: Mapping[str, tuple[str, ...]] = {  # state → states that may follow; a published campaign never changes
    "draft": ("open",),
    "open": ("closed",),
    "closed": ("open", "locked"),
    "locked": ("published",),
    "published": (),
}
Kind = Literal["sipas", "officials", "other"]
APPROVAL: Mapping[str, bool] = {"sipas": True, "officials": True, "other": False}  # kind → a person must agree first
Stream = Literal["sample", "open"]


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """What campaign.yaml says. Either `questionnaire_file` (beside the plan) or code and version are given."""

    code: str
    title: Words
    year: int
    kind: Kind
    basis: Stream
    questionnaire_file: str | None
    questionnaire_code: str | None
    questionnaire_version: int | None
    short_form: bool  # ask only what the questionnaire marks as short
    languages: tuple[str, ...] | None  # None: those of the questionnaire
    opens: date  # first day
    closes: date  # last day, inclusive
    units: tuple[str, ...] | None  # None: all that are valid on `opens`
    method: str
    grouping: str
    disclosure_minimum: int
    disclosure_small: int
    results: Literal["public", "withheld"]
    batch_minimum_new: int
    batch_every: Literal["hour", "day", "week"]
    minimum_fill_s: int  # a form sent sooner after it was opened is kept but set apart
    chat_once: bool  # by chat, one answer of a person at each counter
    chat_offered: bool = True  # whether it can be answered by chat at all


class QuestionnaireName(Row):
    """The questionnaire of a campaign: a file beside the plan, or a code and version that is already known."""

    file: str | None = None
    code: Annotated[str, Field(pattern=CODE)] | None = None
    version: Annotated[int, Field(ge=1)] | None = None
    form: Literal["whole", "short"] = "whole"


class MethodRow(Row):
    """How the index is worked out."""

    id: Literal["M1", "M2", "M3"] = "M1"
    grouping: Literal["G1", "G2", "G3"] = "G1"


class DisclosureRow(Row):
    """Below `minimum` answers nothing of a cell is shown; below `small` only their number."""

    minimum: Annotated[int, Field(ge=1, le=100)] = 5
    small: Annotated[int, Field(ge=1, le=1000)] = 30


class BatchRow(Row):
    """When the public page moves on."""

    minimum_new: Annotated[int, Field(ge=1, le=10_000)] = 20
    every: Literal["hour", "day", "week"] = "day"


class FillRow(Row):
    """How long a person needs at least: what is sent sooner is kept and set apart until somebody has looked at it."""

    minimum_s: Annotated[int, Field(ge=0, le=600)] = 3


class ChatRow(Row):
    """Whether chats are `offered`, and how often one person may answer there: `once` at each counter, or at will."""

    offered: bool = True
    once: bool = True


def units_kind(found: object) -> str:
    """Which way of naming units this is."""
    return "listed" if isinstance(found, list) else "all"


UnitsRow = Annotated[
    Union[  # noqa: UP007 - read at run time
        Annotated[Literal["all"], Tag("all")],
        Annotated[list[str], Field(min_length=1), Tag("listed")],
    ],
    Discriminator(units_kind),
]


class CampaignRow(Row):
    """A campaign file."""

    code: Annotated[str, Field(pattern=CODE)]
    title: dict[str, Annotated[str, Field(max_length=300)]]
    year: Annotated[int, Field(ge=1900, le=2200)]
    kind: Kind
    basis: Stream
    questionnaire: QuestionnaireName
    languages: Annotated[list[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]], Field(min_length=1)] | None = None
    opens: date
    closes: date
    units: UnitsRow = "all"
    method: MethodRow = MethodRow()
    disclosure: DisclosureRow = DisclosureRow()
    results: Literal["public", "withheld"] | None = None
    batch: BatchRow = BatchRow()
    fill: FillRow = FillRow()
    chat: ChatRow = ChatRow()


def may_move(state: str, onward: str) -> bool:
    """Whether a campaign in `state` may go to `onward`.

    >>> may_move("draft", "open"), may_move("published", "open")
    (True, False)
    """
    return onward in MOVES.get(state, ())


def needs_approval(kind: str) -> bool:
    """Whether a person must agree before figures of a campaign of this kind are published.

    >>> needs_approval("sipas"), needs_approval("other")
    (True, False)
    """
    return APPROVAL[kind]


def takes_answers(state: str, opens: date, closes: date, today: date) -> bool:
    """Whether a campaign takes answers today: it is open, and today is within its days.

    >>> takes_answers("open", date(2024, 5, 1), date(2024, 5, 31), date(2024, 5, 31))
    True
    """
    return state == "open" and opens <= today <= closes


def read_campaign(text: str) -> CampaignPlan | tuple[Fault, ...]:
    """The plan that a campaign file holds, or everything that is wrong with it; never raises.

    >>> [fault.code for fault in read_campaign("code: x")][:2]
    ['code_form', 'missing_key']
    """
    found = load(text)
    if isinstance(found, tuple):
        return found
    row = shape(CampaignRow, found)
    if isinstance(row, tuple):
        return row
    return tuple(campaign_faults(row)) or plan_of(row)


def campaign_faults(row: CampaignRow) -> Iterator[Fault]:
    """What the keys of a campaign file mean together and cannot."""
    name = row.questionnaire
    if (name.file is None) == (name.code is None) or (name.code is None) != (name.version is None):
        yield Fault("questionnaire_name", "questionnaire", {})
    elif name.file is not None and not plain_name(name.file):
        yield Fault("file_beside", "questionnaire.file", {"found": name.file[:60]})
    if row.closes < row.opens:
        facts = {"opens": row.opens.isoformat(), "closes": row.closes.isoformat()}
        yield Fault("closes_before_it_opens", "closes", facts)
    if row.disclosure.small < row.disclosure.minimum:
        facts = {"minimum": str(row.disclosure.minimum), "small": str(row.disclosure.small)}
        yield Fault("disclosure_order", "disclosure", facts)
    named = [("units", row.units if isinstance(row.units, list) else []), ("languages", row.languages or [])]
    for where, codes in named:
        for code in repeated(codes):
            yield Fault("duplicate_code", where, {"code": code})
    yield from words_faults(row.title, row.languages or list(row.title) or ["vi"], "title")


def plain_name(name: str) -> bool:
    """Whether this names a file beside the plan: no folders, nothing hidden."""
    return bool(name.strip()) and not name.startswith(".") and not set(name) & set("/\\:\0")


def plan_of(row: CampaignRow) -> CampaignPlan:
    """The plan of a row without faults."""
    return CampaignPlan(
        code=row.code,
        title=tidy(row.title),
        year=row.year,
        kind=row.kind,
        basis=row.basis,
        questionnaire_file=row.questionnaire.file,
        questionnaire_code=row.questionnaire.code,
        questionnaire_version=row.questionnaire.version,
        short_form=row.questionnaire.form == "short",
        languages=tuple(row.languages) if row.languages is not None else None,
        opens=row.opens,
        closes=row.closes,
        units=tuple(row.units) if isinstance(row.units, list) else None,
        method=row.method.id,
        grouping=row.method.grouping,
        disclosure_minimum=row.disclosure.minimum,
        disclosure_small=row.disclosure.small,
        results=row.results or ("public" if row.basis == "open" else "withheld"),
        batch_minimum_new=row.batch.minimum_new,
        batch_every=row.batch.every,
        minimum_fill_s=row.fill.minimum_s,
        chat_once=row.chat.once,
        chat_offered=row.chat.offered,
    )
