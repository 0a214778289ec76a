"""Many rows at once, close to what the driver itself can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert

from store.queries.prepared import prepared

Row = tuple[Any, ...]


def insert_many(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows whose values stand in the order of `names`."""
    if rows:
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        prepared(insert(table), names, connection.dialect).run_many(connection, columns)
