"""Units as they are chosen: by level and block, found by name with or without tone marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from store.models.units import UnitRow

LEVEL_WORDS = {
    "province": "Province",
    "department": "Departments",
    "district": "Districts",
    "commune": "Communes",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Units of one level and block that stand together."""

    level: str
    block: str
    units: tuple[UnitRow, ...]


def plain(words: str) -> str:
    """Words without tone marks and capitals.

    >>> plain("Xã Đồng Hỷ")
    'xa dong hy'
    """
    split = unicodedata.normalize("NFD", words.lower().replace("đ", "d"))
    return " ".join("".join(letter for letter in split if not unicodedata.combining(letter)).split())


def groups_of(units: Iterable[UnitRow], words: str, level: str) -> list[Group]:
    """The units that fit, by level and block."""
    wanted = plain(words).split()
    found: dict[tuple[str, str], list[UnitRow]] = {}
    for unit in units:
        told = plain(f"{unit.name} {unit.short_name} {unit.code}")
        if (not level or unit.level == level) and all(word in told for word in wanted):
            found.setdefault((unit.level, unit.block), []).append(unit)
    order = list(LEVEL_WORDS)
    keys = sorted(found, key=lambda key: (order.index(key[0]) if key[0] in order else len(order), key[1]))
    return [Group(level, block, tuple(found[level, block])) for level, block in keys]


def ticked_after(
    units: Sequence[UnitRow], looked_at: Collection[str], ticked: Collection[str], wished: str
) -> set[str]:
    """The ticks after a button: `all` or `none` of what stood on the page, or of one group, as `all:commune:xa`."""
    act, _, group = wished.partition(":")
    meant = {
        unit.code for unit in units if unit.code in looked_at and (not group or group == f"{unit.level}:{unit.block}")
    }
    if act == "all":
        return set(ticked) | meant
    return set(ticked) - meant if act == "none" else set(ticked) & set(looked_at)
