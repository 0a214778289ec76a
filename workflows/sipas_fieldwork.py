"""How a campaign's answers came in, as a report may tell it: forms by unit and stratum, channels, weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from sqlalchemy.orm import Session

from reports.figures import NOTHING, Figure
from reports.sipas_material import PROVINCE, Fieldwork, Key, Sampled
from reports.unit_groups import Unit
from scoring.disclosure import Line, hidden
from scoring.figure import Figure as Scored
from scoring.ledger import desks, layers
from store.queries import campaigns
from store.queries import fieldwork as came_in
from workflows.index import VALID, Counted

Place = tuple[str, str]  # unit, stratum


def fieldwork(
    session: Session, found: Counted, units: Mapping[str, Unit], figures: Mapping[Key, Figure], scored: Sequence[Scored]
) -> Fieldwork:
    """The counts of the stream that the index rests on; `scored` are the figures that are told of it.

    Where the public does not see all answers yet, nothing is told that only the answers themselves know.
    """
    row = found.row
    channels: Counter[str] = Counter()
    assisted = 0
    for channel, helped, state, count in came_in.by_channel(session, row.id, row.basis):
        if state == "valid":
            channels[channel] += count
            assisted += count if helped else 0
    days = came_in.by_day(session, row.id, row.basis)
    minimum = row.disclosure_minimum
    if found.rules.public and sum(channels.values()) != sum(numbers(found, VALID).values()):
        channels, days, assisted = Counter(), [], 0
    kinds = sorted(channels, key=lambda name: -channels[name])
    weeks = by_week(days)
    aside: Counter[tuple[str, str]] = Counter()
    for _, _, state, reason, count in came_in.by_place(session, row.id, row.basis):
        if state != "valid":
            aside[state, reason] += count
    return Fieldwork(
        sampled=sampled(session, found, units, figures, scored),
        channels=tuple(zip(kinds, masked([channels[name] for name in kinds], minimum), strict=True)),
        weeks=tuple(zip(weeks, masked(list(weeks.values()), minimum), strict=True)),
        set_aside=tuple((*key, count) for key, count in sorted(aside.items())),
        assisted=assisted if assisted >= minimum else None,
        first=days[0][0] if days else None,
        last=days[-1][0] if days else None,
    )


def numbers(found: Counted, *states: int) -> Counter[Place]:
    """Forms by unit and stratum, as they were counted: of all states, or of these."""
    counts: Counter[Place] = Counter()
    for cell, counted in found.cells.items():
        if cell.stream == found.row.basis and (not states or cell.flagged in states):
            counts[cell.unit, cell.stratum] += counted.n
    return counts


def told_strata(found: Counted, scored: Sequence[Scored]) -> Iterator[Place]:
    """Strata whose forms a release tells one by one."""
    for desk in desks(found.frame, found.valid, found.campaign, found.rules, scored):
        if desk.strata is None:
            continue
        every = list(layers(found.campaign, desk))
        groups = Counter((each.unit, each.counted_in) for each in every)
        for each in every:
            if each.returned is not None and groups[each.unit, each.counted_in] == 1:
                yield each.unit, each.stratum


def by_week(days: Sequence[tuple[date, int]]) -> dict[date, int]:
    """Valid answers of each week, from its Monday, weeks without any among them."""
    found: dict[date, int] = {}
    for day, count in days:
        monday = day - timedelta(days=day.weekday())
        last = max(found, default=monday)
        while last < monday:
            last += timedelta(days=7)
            found.setdefault(last, 0)
        found[monday] = found.get(monday, 0) + count
    return found


def masked(counts: Sequence[int], minimum: int) -> list[int | None]:
    """Parts of a known total, those that are too small and their partners hidden."""
    people = np.array([[sum(counts)], *([count] for count in counts)], dtype=np.int64)
    mask = hidden(people, minimum, [Line(0, tuple(range(1, len(people))))])
    return [None if out else count for count, out in zip(counts, mask[1:, 0].tolist(), strict=True)]


def sampled(
    session: Session, found: Counted, units: Mapping[str, Unit], figures: Mapping[Key, Figure], scored: Sequence[Scored]
) -> tuple[Sampled, ...]:
    """Every unit, and under it its strata; what is too small is hidden together with what would give it away.

    What the public gets tells no stratum that a release does not tell.
    """
    row = found.row
    unit_code = {each.unit_id: each.code for each in campaigns.campaign_units(session, row.id)}
    strata = campaigns.strata(session, row.id)
    received, valid = numbers(found), numbers(found, VALID)
    sizes = {(unit_code[each.unit_id], each.code): (each.size, each.issued) for each in strata}
    keys = sorted({*sizes, *received})
    order = [code for code, unit in units.items() if unit.level != PROVINCE]
    shut = {code for code in order if figures.get(("unit", code, "overall", None), NOTHING).state == "suppressed"}
    out = closed_places(order, units, keys, valid, row.disclosure_minimum) | {(code, "") for code in shut}
    if found.rules.public:
        out |= {key for key in keys if key[1]} - set(told_strata(found, scored))
    made = []
    for code in order:
        mine = [key for key in keys if key[0] == code]
        parts = [sizes[key] for key in mine if key in sizes]
        closed = (code, "") in out
        size, issued = (sum(part[0] for part in parts), sum(part[1] for part in parts)) if parts else (None, None)
        sums = sum(received[key] for key in mine), sum(valid[key] for key in mine)
        made.append(Sampled(code, "", size, issued, *((None, None) if closed else sums)))
        for key in mine:
            if key[1]:
                counts = (None, None) if closed or key in out else (received[key], valid[key])
                made.append(Sampled(*key, *sizes.get(key, (None, None)), *counts))
    return tuple(made)


def closed_places(
    order: Sequence[str], units: Mapping[str, Unit], keys: Sequence[Place], valid: Mapping[Place, int], minimum: int
) -> set[Place]:
    """Units (stratum "") and strata whose counts must not be told: province = blocks = units = strata."""
    blocks = sorted({units[code].block for code in order})
    nodes: list[object] = ["", *blocks, *((code, "") for code in order), *(key for key in keys if key[1])]
    at = {node: place for place, node in enumerate(nodes)}
    people = np.zeros((len(nodes), 1), dtype=np.int64)
    children: dict[int, set[int]] = {}
    for code in order:
        unit, block = at[code, ""], at[units[code].block]
        children.setdefault(0, set()).add(block)
        children.setdefault(block, set()).add(unit)
    for key in keys:
        unit, block = at[key[0], ""], at[units[key[0]].block]
        for place in {0, unit, block, at[key] if key[1] else unit}:
            people[place] += valid[key]
        if key[1]:
            children.setdefault(unit, set()).add(at[key])
    mask = hidden(people, minimum, [Line(parent, tuple(sorted(below))) for parent, below in children.items()])
    return {node for node in nodes if isinstance(node, tuple) and mask[at[node], 0]}
