"""Statements in the driver's own words: worked out once by Core, then given to the driver with values in its order.

Core spends several times as long on wrapping one row's values as the driver does on inserting them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, LargeBinary, Table
from sqlalchemy.sql.dml import Insert

Value = Any  # what a column holds; each has a type of its own
Writer = Callable[[Value], Value] | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """An insert of one row: its SQL, the columns in the driver's order, and how each value is written."""

    sql: str
    names: tuple[str, ...]
    writers: tuple[Writer, ...]
    positional: bool

    def run(self, connection: Connection, row: Mapping[str, Value]) -> CursorResult[Any]:
        """Insert one row."""
        values = tuple(
            row[name] if writer is None else writer(row[name])
            for name, writer in zip(self.names, self.writers, strict=True)
        )
        return connection.exec_driver_sql(
            self.sql, values if self.positional else dict(zip(self.names, values, strict=True))
        )

    def run_many(self, connection: Connection, columns: Mapping[str, Sequence[Value]]) -> None:
        """Insert many rows, one at least, given as columns."""
        ready: Iterator[tuple[Value, ...]] = zip(
            *(
                columns[name] if writer is None else map(writer, columns[name])
                for name, writer in zip(self.names, self.writers, strict=True)
            ),
            strict=True,
        )
        parameters: Any = list(ready) if self.positional else [dict(zip(self.names, row, strict=True)) for row in ready]
        connection.exec_driver_sql(self.sql, parameters)


def prepared(statement: Insert, names: Sequence[str], dialect: Dialect) -> Prepared:
    """The insert of the columns `names` as this dialect's driver takes it."""
    table = statement.table
    assert isinstance(table, Table)
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup or [str(column.name) for column in table.columns if column.name in names]
    return Prepared(
        str(compiled), tuple(order), tuple(writer(table, name, dialect) for name in order), bool(compiled.positional)
    )


def writer(table: Table, name: str, dialect: Dialect) -> Writer:
    """How a column's value is written for the driver; it takes bytes as they are."""
    kind = table.c[name].type
    return None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).bind_processor(dialect)
