"""Fixtures are resources: databases, applications, a browser."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from store.database import Database, open_database, upgrade
from tests.servers import execute, postgresql

NUMBERS = itertools.count(1)
settings.register_profile("patient", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("patient")


@pytest.fixture(scope="session")
def postgresql_address() -> Iterator[str]:
    """A PostgreSQL cluster with a migrated database named `template`.

    It lies outside pytest's own folder, which the user `postgres` may not enter.
    """
    with TemporaryDirectory(prefix="hailong-") as folder, postgresql(Path(folder) / "cluster") as address:
        execute(address, "CREATE DATABASE template")
        database = open_database(f"{address}/template")
        upgrade(database)
        database.close()
        yield address


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database: each test runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "hailong.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    address = request.getfixturevalue("postgresql_address")
    name = f"test_{next(NUMBERS)}"
    execute(address, f"CREATE DATABASE {name} TEMPLATE template")
    yield f"{address}/{name}"
    execute(address, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database, migrated and empty."""
    opened = open_database(database_url, pool_size=4)
    yield opened
    opened.close()
