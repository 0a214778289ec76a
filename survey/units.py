"""Units of the administration in time: what was valid on a day, and what came after what, with shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, get_args

from survey.faults import Fault, listed, shown

Level = Literal["province", "department", "district", "commune"]
LEVELS: tuple[str, ...] = get_args(Level)
PARENTS: Mapping[str, tuple[str, ...]] = {  # level → levels that its parent may have
    "province": (),
    "department": ("province",),
    "district": ("province",),
    "commune": ("district", "province"),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit for as long as it kept its name, level and parent; the last day of validity is inclusive."""

    code: str
    name: str
    short_name: str
    level: str
    block: str | None
    parent: str | None
    valid_from: date
    valid_to: date | None
    legal_basis: str


@dataclass(frozen=True, slots=True)
class UnitLink:
    """From the day `on`, this share of the predecessor belongs to the successor; None where nobody knows the share."""

    predecessor: str
    successor: str
    on: date
    share: Fraction | None


def valid(unit: Unit, day: date) -> bool:
    """Whether the unit exists on that day."""
    return unit.valid_from <= day and (unit.valid_to is None or day <= unit.valid_to)


def valid_on(units: Sequence[Unit], day: date) -> tuple[Unit, ...]:
    """The units that exist on that day, in the order given.

    >>> old = Unit("A", "A", "A", "province", None, None, date(2024, 1, 1), date(2025, 6, 30), "")
    >>> valid_on([old], date(2025, 6, 30)) == (old,), valid_on([old], date(2025, 7, 1))
    (True, ())
    """
    return tuple(unit for unit in units if valid(unit, day))


def successors(links: Sequence[UnitLink], code: str, since: date, until: date) -> dict[str, Fraction | None]:
    """What became, by the end of `until`, of the unit that bore `code` on `since`: code → share, None if unknown.

    Codes are used again after reforms, so links are followed day by day: a code stands for the unit that bore it at
    that time. A unit that no link names stays itself.

    >>> half, split, merger = Fraction(1, 2), date(2024, 12, 1), date(2025, 7, 1)
    >>> links = [UnitLink("a", "b", split, half), UnitLink("a", "c", split, half), UnitLink("b", "a", merger, half * 2)]
    >>> successors(links, "a", date(2024, 1, 1), date(2025, 7, 1))
    {'a': Fraction(1, 2), 'c': Fraction(1, 2)}
    """
    shares: dict[str, Fraction | None] = {code: Fraction(1)}
    for day in sorted({link.on for link in links if since < link.on <= until}):
        onward: defaultdict[str, list[UnitLink]] = defaultdict(list)
        for link in links:
            if link.on == day:
                onward[link.predecessor].append(link)
        moved: dict[str, Fraction | None] = {}
        for held, share in shares.items():
            for link in onward.get(held, [UnitLink(held, held, day, Fraction(1))]):
                part = None if share is None or link.share is None else share * link.share
                known = moved.get(link.successor, Fraction(0))
                moved[link.successor] = None if part is None or known is None else known + part
        shares = moved
    return shares


def check_units(units: Sequence[Unit], links: Sequence[UnitLink]) -> tuple[Fault, ...]:
    """Everything that is wrong with units and their links; a place is `units[n]` or `links[n]`, counted from 1.

    >>> [fault.code for fault in check_units([], [UnitLink("a", "b", date(2025, 1, 1), Fraction(1, 2))])]
    ['link_predecessor', 'link_successor', 'link_shares']
    """
    by_code: defaultdict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        by_code[unit.code].append(unit)
    faults = [fault for n, unit in enumerate(units, start=1) for fault in unit_faults(unit, f"units[{n}]", by_code)]
    faults += twice(units)
    faults += [fault for n, link in enumerate(links, start=1) for fault in link_faults(link, f"links[{n}]", by_code)]
    return (*faults, *share_faults(links))


def unit_faults(unit: Unit, where: str, by_code: Mapping[str, Sequence[Unit]]) -> Iterator[Fault]:
    """What is wrong with one unit by itself and with its parent."""
    if not unit.code.strip() or not unit.name.strip():
        yield Fault("unit_without_name", where, {"code": shown(unit.code)})
    if unit.valid_to is not None and unit.valid_to < unit.valid_from:
        facts = {"code": unit.code, "from": unit.valid_from.isoformat(), "to": unit.valid_to.isoformat()}
        yield Fault("unit_ends_before_it_begins", where, facts)
    if unit.level not in LEVELS:
        yield Fault("unknown_level", where, {"found": shown(unit.level), "levels": listed(LEVELS)})
    elif unit.parent is not None:
        yield from parent_faults(unit, where, by_code)


def parent_faults(unit: Unit, where: str, by_code: Mapping[str, Sequence[Unit]]) -> Iterator[Fault]:
    """A parent that is not there when the unit begins, or of a level that cannot hold it; none at all is allowed."""
    facts = {"code": shown(unit.code), "parent": shown(unit.parent or ""), "levels": listed(PARENTS[unit.level])}
    if unit.level == "province":
        yield Fault("province_with_parent", where, facts)
        return
    parents = [parent for parent in by_code.get(unit.parent or "", ()) if valid(parent, unit.valid_from)]
    if not parents:
        yield Fault("unknown_parent", where, facts | {"day": unit.valid_from.isoformat()})
    elif parents[0].level not in PARENTS[unit.level]:
        yield Fault("parent_level", where, facts | {"level": parents[0].level})


def twice(units: Sequence[Unit]) -> Iterator[Fault]:
    """Codes that two units bear on one day; told at the later one, or at the second row."""
    rows: defaultdict[str, list[tuple[date, int, Unit]]] = defaultdict(list)
    for n, unit in enumerate(units, start=1):
        rows[unit.code].append((unit.valid_from, n, unit))
    for same in rows.values():
        for begins, n, unit in same:
            if any(valid(other, begins) for earlier, m, other in same if (earlier, m) < (begins, n)):
                yield Fault("unit_twice", f"units[{n}]", {"code": shown(unit.code), "day": begins.isoformat()})


def link_faults(link: UnitLink, where: str, by_code: Mapping[str, Sequence[Unit]]) -> Iterator[Fault]:
    """Ends of a link that are not there, and a share that is no share."""
    facts = {"predecessor": shown(link.predecessor), "successor": shown(link.successor), "on": link.on.isoformat()}
    if not any(unit.valid_from < link.on for unit in by_code.get(link.predecessor, ())):
        yield Fault("link_predecessor", where, facts)
    if not any(valid(unit, link.on) for unit in by_code.get(link.successor, ())):
        yield Fault("link_successor", where, facts)
    if link.share is not None and not 0 < link.share <= 1:
        yield Fault("share_range", where, facts | {"share": str(link.share)})


def share_faults(links: Sequence[UnitLink]) -> Iterator[Fault]:
    """Predecessors whose shares of one day do not add up to 1, as far as they are known; links given twice."""
    shares: defaultdict[tuple[str, date], list[Fraction | None]] = defaultdict(list)
    seen: set[tuple[str, str, date]] = set()
    for n, link in enumerate(links, start=1):
        shares[link.predecessor, link.on].append(link.share)
        if (link.predecessor, link.successor, link.on) in seen:
            facts = {"predecessor": shown(link.predecessor), "successor": shown(link.successor)}
            yield Fault("link_twice", f"links[{n}]", facts)
        seen.add((link.predecessor, link.successor, link.on))
    for (code, on), parts in shares.items():
        total = sum((part for part in parts if part is not None), Fraction(0))
        if total >= 1 if None in parts else total != 1:
            facts = {"predecessor": shown(code), "on": on.isoformat(), "sum": str(total)}
            yield Fault("link_shares", "links", facts)
