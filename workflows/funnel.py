"""How far people come with a form: opened, begun, sent, and the question at which those stopped who never sent it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from scoring.tallies import Integers
from store.models.campaigns import CampaignRow
from store.queries import campaigns, funnel
from survey.rights import Person, reach
from workflows import board
from workflows.board import Wanted
from workflows.collect import CONVERSATION_LIFE
from workflows.places import questionnaire_of
from workflows.response_rows import CHANNELS

KINDS: Mapping[str, tuple[str, ...]] = {"web": ("web",), "chat": ("zalo", "telegram")}


@dataclass(frozen=True, slots=True)
class Funnel:
    """How far forms of one kind came: `opened` is None where nobody counts it, `stops` are in order of the items."""

    kind: str
    opened: int | None
    started: int
    under_way: int
    sent: int
    stops: tuple[tuple[str, int], ...]

    @property
    def stopped(self) -> int:
        """How many were begun and never sent."""
        return sum(number for _, number in self.stops)


def funnels(
    session: Session, campaign: CampaignRow, person: Person, wanted: Wanted, now: datetime
) -> tuple[Funnel, ...]:
    """How far the forms came that a person may see and wants to, by web and by chat, where there is anything.

    Counters are not told apart, nor are the chats: a form that is under way or was given up no longer says by which it
    came. What was sent is as of the board; what is under way is of this moment. A rehearsal has none.
    """
    if wanted.counter or campaign.state == "draft":
        return ()
    _, chosen = board.units_of(session, campaign, person, wanted)
    units = frozenset(row.unit_id for row in chosen)
    cells = board.within(board.cells_of(session, campaign.id), sorted(units), replace(wanted, channel=""), ())
    days = wanted.first, wanted.last
    stops: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    everywhere = reach(person, "see_fieldwork") is None and not wanted.unit
    for kind, item, number in funnel.stopped(session, campaign.id, None if everywhere else units, *days):
        stops[kind][item] += number
    going: Counter[str] = Counter()
    if wanted.last is None or wanted.last >= (now - CONVERSATION_LIFE).date():
        for unit, by_chat, greeted, number in funnel.under_way(session, campaign.id, now):
            kind, counted = "chat" if by_chat else "web", number if unit in units else 0
            going[kind] += 0 if greeted else counted
            stops[kind][""] += counted if greeted else 0
    shown = sum(n for unit, n in funnel.opened(session, campaign.id, *days).items() if unit in units)
    order = [item.code for item in questionnaire_of(campaigns.questionnaire(session, campaign)).items]
    found = [
        funnel_of(kind, shown, going[kind], sent(cells, channels), stops[kind], order)
        for kind, channels in KINDS.items()
        if wanted.channel in ("", *channels)
    ]
    return tuple(each for each in found if each.started or each.opened)


def sent(cells: Integers, channels: Sequence[str]) -> int:
    """How many forms came by these channels, whatever became of them."""
    mine = np.isin(cells[:, board.CHANNEL], [CHANNELS.index(each) for each in channels])
    return int(cells[mine, board.NUMBER].sum())


def funnel_of(kind: str, shown: int, going: int, sent: int, stops: Counter[str], order: Sequence[str]) -> Funnel:
    """One funnel; in a chat a form is opened by the greeting, so one that stopped there was opened and not begun."""
    greeted = stops.pop("", 0)
    told = tuple((code, stops[code]) for code in order if stops[code])
    started = sent + going + sum(number for _, number in told)
    opened = (max(shown, started) if shown else None) if kind == "web" else started + greeted
    return Funnel(kind, opened, started, going, sent, told)
