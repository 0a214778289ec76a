"""Who may do what in the office: roles, the rights that come with them, and the units that they reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OF_UNIT = ("unit_officer", "head_of_unit")  # these roles are held for a unit and those below it
READ = frozenset({"see_campaigns", "see_fieldwork", "see_questionnaires", "see_quality", "read_comments"})
HOME_AFFAIRS = READ | {
    "run_campaigns",
    "manage_counters",
    "edit_questionnaires",
    "decide_flags",
    "moderate_comments",
    "publish",
    "export",
    "see_audit",
}
RIGHTS: Mapping[str, frozenset[str]] = {  # role → what its holders may do
    "unit_officer": frozenset({"see_fieldwork", "read_comments", "manage_counters"}),
    "head_of_unit": frozenset({"see_fieldwork", "read_comments", "manage_counters", "see_quality", "answer_flags"}),
    "interviewer_organiser": frozenset({"see_campaigns", "see_fieldwork", "see_questionnaires"}),
    "appraiser": READ,
    "supervisor": READ | {"see_audit"},
    "home_affairs": HOME_AFFAIRS,
    "administrator": HOME_AFFAIRS | {"manage_people", "see_system"},
}
ROLES = tuple(RIGHTS)
EVERY_RIGHT = frozenset().union(*RIGHTS.values())


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody holds: for the whole province where `units` is None, else for the units of these ids."""

    role: str
    units: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed in to the office."""

    id: int
    email: str
    name: str
    language: str
    grants: tuple[Grant, ...]


def may(person: Person, right: str) -> bool:
    """Whether a person has a right, for the whole province or for some unit.

    >>> head = Person(1, "a@b.vn", "A", "vi", (Grant("head_of_unit", frozenset({7})),))
    >>> may(head, "answer_flags"), may(head, "publish")
    (True, False)
    """
    return any(right in RIGHTS[grant.role] for grant in person.grants)


def own_units(person: Person) -> frozenset[int]:
    """The ids of the units that a person works for, by the roles held for units.

    >>> officer = Grant("unit_officer", frozenset({7}))
    >>> sorted(own_units(Person(1, "a@b.vn", "A", "vi", (officer, Grant("home_affairs")))))
    [7]
    """
    return frozenset().union(*(grant.units for grant in person.grants if grant.units is not None))


def reach(person: Person, right: str) -> frozenset[int] | None:
    """The ids of the units for which a person has a right; None is every unit, an empty set none.

    >>> officer = Grant("unit_officer", frozenset({7}))
    >>> sorted(reach(Person(1, "a@b.vn", "A", "vi", (officer,)), "see_fieldwork"))
    [7]
    >>> reach(Person(1, "a@b.vn", "A", "vi", (officer, Grant("supervisor"))), "see_fieldwork") is None
    True
    """
    held = [grant.units for grant in person.grants if right in RIGHTS[grant.role]]
    return None if None in held else frozenset().union(*(units for units in held if units is not None))


def reaches(person: Person, right: str, unit_id: int) -> bool:
    """Whether a person has a right for that unit.

    >>> reaches(Person(1, "a@b.vn", "A", "vi", (Grant("unit_officer", frozenset({7})),)), "see_fieldwork", 8)
    False
    """
    units = reach(person, right)
    return units is None or unit_id in units
