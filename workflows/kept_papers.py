"""Documents that are kept for a time only, and codes that nobody typed: forgotten by rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection

from store.queries import mails
from survey.definitions import Row, load, shape
from workflows.bound_chats import CODE_LIFE, WAITING
from workflows.places import BrokenInstrumentError

Days = Annotated[int, Field(ge=7, le=3660)]


class KeepingRow(Row):
    """The file of how long documents are kept."""

    version: Annotated[int, Field(ge=1)]
    days: dict[str, Days]
    source: str


@cache
def keeping() -> Mapping[str, timedelta]:
    """How long documents of a kind are kept, those of other kinds for good; the shipped file, read once a process."""
    found = load((files("instruments") / "reports" / "keeping.yaml").read_text(encoding="utf-8"))
    row = found if isinstance(found, tuple) else shape(KeepingRow, found)
    if isinstance(row, tuple):
        raise BrokenInstrumentError(f"keeping.yaml: {row[0]}")
    return {kind: timedelta(days=days) for kind, days in row.days.items()}


def forget(connection: Connection, now: datetime) -> int:
    """Delete what is older, but nothing that a mail still has to carry; gives how many rows that were."""
    papers = sum(mails.forget_papers(connection, kind, now - life) for kind, life in keeping().items())
    return papers + mails.forget_waiting(connection, WAITING, now - CODE_LIFE)
