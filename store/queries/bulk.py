"""Many rows at once, close to what the driver itself can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, LargeBinary, Table, insert

Row = tuple[Any, ...]


def insert_many(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows whose values stand in the order of `names`.

    The statement is worked out once and the driver is given the rows as they are: Core would build two dictionaries a
    row, which took longer than the insert itself.
    """
    dialect = connection.dialect
    compiled = insert(table).compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup or [str(column.name) for column in table.columns if column.name in names]
    given = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    columns = [outgoing(table, name, given[name], dialect) for name in order if rows]
    ready = zip(*columns, strict=True)
    parameters: Any = list(ready) if compiled.positional else [dict(zip(order, row, strict=True)) for row in ready]
    if parameters:
        connection.exec_driver_sql(str(compiled), parameters)


def outgoing(table: Table, name: str, values: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
    """A column's values as the driver takes them; bytes it takes as they are."""
    kind = table.c[name].type
    written = None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).bind_processor(dialect)
    return values if written is None else [written(value) for value in values]
