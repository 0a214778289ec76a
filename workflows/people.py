"""Accounts as pages show them: who has which roles, in which state, and when they last came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from store.models.accounts import AccountGrantRow, AccountRow
from store.queries import accounts, units


@dataclass(frozen=True, slots=True)
class Held:
    """A role, and the code and name of the unit that it is held for; empty for the whole province."""

    role: str
    unit: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody who has or had an account."""

    id: int
    email: str
    name: str
    language: str
    state: str  # active | invited | disabled
    has_second: bool
    recovery_left: int
    added_at: datetime
    held: tuple[Held, ...]


def cards(session: Session) -> Sequence[Card]:
    """Everybody, by name."""
    names = unit_names(session)
    grants = accounts.all_grants(session)
    return [card_of(session, row, grants.get(row.id, ()), names) for row in accounts.accounts(session)]


def card(session: Session, account_id: int) -> Card | None:
    """One person."""
    row = accounts.account_of(session, account_id)
    return card_of(session, row, accounts.grants(session, row.id), unit_names(session)) if row is not None else None


def unit_names(session: Session) -> dict[int, tuple[str, str]]:
    """Code and name of every unit."""
    return {row.id: (row.code, row.name) for row in units.units(session)}


def card_of(
    session: Session, row: AccountRow, grants: Sequence[AccountGrantRow], names: dict[int, tuple[str, str]]
) -> Card:
    """The card of an account."""
    held = tuple(Held(each.role, *names.get(each.unit_id, ("", ""))) for each in grants)
    state = "disabled" if row.disabled_at else "active" if row.password else "invited"
    left = accounts.codes_left(session, row.id, "recovery") if row.totp is not None else 0
    return Card(row.id, row.email, row.name, row.language, state, row.totp is not None, left, row.added_at, held)
