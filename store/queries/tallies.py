"""Kept tallies as packed numbers: read and written by the hundred in one statement each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.orm import Session

from store.models.results import TallyRow

KEY = ("questionnaire_id", "stream", "unit_id", "counter_id", "stratum_id", "flagged")
T = TallyRow.__table__.c
CELL = [T[name] for name in KEY]

Key = tuple[int, str, int, int, int, int]  # the columns of KEY


def rows(session: Session, campaign_id: int) -> Sequence[TallyRow]:
    """The kept cells of a campaign, each with what the public page shows of it."""
    return session.scalars(select(TallyRow).where(TallyRow.campaign_id == campaign_id)).all()


def live(session: Session, campaign_id: int, units: Collection[int]) -> dict[Key, bytes]:
    """The packed numbers of the campaign's cells in these units, as they are now."""
    return packed(session, select(*CELL, T.live).where(T.campaign_id == campaign_id, T.unit_id.in_(units)))


def all_of(session: Session, campaign_id: int, *, shown: bool) -> dict[Key, bytes]:
    """The packed numbers of all the campaign's cells, as they are now or as the public page shows them."""
    return packed(session, select(*CELL, T.shown if shown else T.live).where(T.campaign_id == campaign_id))


def packed(session: Session, statement: Select[*tuple[Any, ...]]) -> dict[Key, bytes]:
    """What a statement finds: a cell's key, then its numbers."""
    return {tuple(row[:-1]): row[-1] for row in session.connection().execute(statement)}


def keep(session: Session, campaign_id: int, cells: Mapping[Key, tuple[int, bytes]]) -> None:
    """Write the counts of cells that are kept already: how many responses, and the packed numbers."""
    here = [T.campaign_id == campaign_id, *(T[name] == bindparam(f"at_{name}") for name in KEY)]
    statement = update(TallyRow.__table__).where(*here).values(n=bindparam("n"), live=bindparam("live"))  # type: ignore[arg-type]  # a mapped table is a Table
    rows = [{f"at_{name}": part for name, part in zip(KEY, key, strict=True)} | counts(cells[key]) for key in cells]
    if rows:
        session.connection().execute(statement, rows)


def show(session: Session, campaign_id: int, cells: Mapping[Key, tuple[int, bytes]]) -> None:
    """Write what the public page shows of these cells from now on: how many responses, and the packed numbers."""
    here = [T.campaign_id == campaign_id, *(T[name] == bindparam(f"at_{name}") for name in KEY)]
    statement = update(TallyRow.__table__).where(*here)  # type: ignore[arg-type]  # a mapped table is a Table
    statement = statement.values(shown_n=bindparam("to_n"), shown=bindparam("to_shown"))
    rows = [
        {f"at_{name}": part for name, part in zip(KEY, key, strict=True)} | {"to_n": n, "to_shown": packed}
        for key, (n, packed) in cells.items()
    ]
    if rows:
        session.connection().execute(statement, rows)


def key_of(row: TallyRow) -> Key:
    """The columns of a cell's key."""
    return row.questionnaire_id, row.stream, row.unit_id, row.counter_id, row.stratum_id, row.flagged


def begin(session: Session, campaign_id: int, cells: Mapping[Key, tuple[int, bytes]]) -> None:
    """Write the counts of new cells, of which the public page shows nothing yet."""
    rows: list[dict[str, Any]] = [
        {"campaign_id": campaign_id, "shown_n": 0, "shown": bytes(len(cells[key][1]))}
        | dict(zip(KEY, key, strict=True))
        | counts(cells[key])
        for key in cells
    ]
    if rows:
        session.connection().execute(insert(TallyRow), rows)


def counts(cell: tuple[int, bytes]) -> dict[str, int | bytes]:
    """The columns that a count fills."""
    return {"n": cell[0], "live": cell[1]}
