"""A backup that is made while answers come in brings every one of them back, into an empty place and no other."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select, text

from store import copies
from store.database import Database, migration_config, newest_migration, open_database, upgrade
from store.models.collection import ResponseRow
from survey.conditions import Value
from survey.counter_codes import counter_code
from survey.faults import Fault
from tests.factories import make_campaign
from tests.servers import execute
from workflows import backups, collect, index, tally
from workflows.backups import Backup, Restored
from workflows.collect import Form
from workflows.places import Place, place

NOW = datetime(2026, 5, 5, 18, tzinfo=UTC)
TODAY = date(2026, 5, 5)
NUMBERS = itertools.count(1)


@pytest.fixture
def where(database: Database) -> Place:
    with database.writing() as session:
        make_campaign(session, opens=date(2026, 5, 1), closes=date(2026, 5, 31))
    with database.reading() as session:
        found = place(session, counter_code(1), TODAY)
    assert found is not None
    return found


@pytest.fixture
def empty_url(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database of the same kind that holds nothing."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'new' / 'hailong.db'}"
        return
    address, name = request.getfixturevalue("postgresql_address"), f"empty_{next(NUMBERS)}"
    execute(address, f"CREATE DATABASE {name}")
    yield f"{address}/{name}"
    execute(address, f"DROP DATABASE {name} WITH (FORCE)")


def give(database: Database, where: Place, count: int) -> list[bytes]:
    """So many people answer; gives the keys of their responses."""
    answers: dict[str, Value] = {"tiep_can": "5", "chung": "4"}
    for _ in range(count):
        form = Form(f"key {next(NUMBERS)}", "secret", "vi", "web", NOW, NOW, TODAY)
        database.write(lambda connection, form=form: collect.keep(connection, where, form, answers))
    return keys(database)


def keys(database: Database) -> list[bytes]:
    with database.reading() as session:
        return sorted(session.scalars(select(ResponseRow.id)))


def made(done: Backup | Fault) -> Backup:
    assert isinstance(done, Backup), done
    return done


def brought_back(done: Restored | Fault) -> Restored:
    assert isinstance(done, Restored), done
    return done


def code_of(done: object) -> str:
    assert isinstance(done, Fault), done
    return done.code


def test_what_is_restored_counts_up_to_the_same(
    database: Database, where: Place, empty_url: str, tmp_path: Path
) -> None:
    before = give(database, where, 30)
    tally.fold(database, "thu")
    file = made(backups.backup(database, tmp_path / "copy", NOW)).file
    give(database, where, 5)
    done = brought_back(backups.restore(empty_url, file))
    assert (done.campaigns, done.responses, done.checked) == (1, 30, True)
    assert done.version == done.wanted == newest_migration()
    again = open_database(empty_url)
    assert keys(again) == before
    with again.snapshot() as session:
        recount = tally.recount(session, "thu")
        assert (recount.responses, recount.different) == (30, ())
        restored = index.document(session, "thu", NOW)
    assert restored["answers"]["open"]["valid"] == 30
    assert upgrade(again) == (newest_migration(), newest_migration())
    assert len(give(again, where, 3)) == 33
    again.close()


def test_answers_come_in_while_a_backup_is_made(
    database: Database, where: Place, empty_url: str, tmp_path: Path
) -> None:
    """What was acknowledged before it began is in it; nobody waits, nobody is turned away."""
    give(database, where, 20)
    stop, wrong = threading.Event(), []

    def people() -> None:
        try:
            while not stop.is_set():
                give(database, where, 1)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            wrong.append(error)

    crowd = [threading.Thread(target=people) for _ in range(2)]
    for each in crowd:
        each.start()
    before = keys(database)
    file = made(backups.backup(database, tmp_path / "copy", NOW)).file
    stop.set()
    for each in crowd:
        each.join()
    assert wrong == []
    brought_back(backups.restore(empty_url, file))
    again = open_database(empty_url)
    assert set(before) <= set(keys(again)) <= set(keys(database))
    again.close()


def test_a_backup_has_its_checksum_and_is_for_its_owner_only(database: Database, tmp_path: Path) -> None:
    done = made(backups.backup(database, tmp_path / "copy", NOW))
    assert (tmp_path / "copy.sha256").read_text() == f"{done.sha256}  copy\n"
    assert done.file.stat().st_mode & 0o077 == 0
    assert done.size == done.file.stat().st_size
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == ["copy", "copy.sha256"]
    assert copies.kind_of(done.file) == database.engine.dialect.name
    assert copies.version_of(done.file) == newest_migration()
    assert backups.newest_backup(database) == NOW


def test_a_backup_never_replaces_another(database: Database, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("older")
    assert code_of(backups.backup(database, tmp_path / "copy", NOW)) == "backup_there"
    assert (tmp_path / "copy").read_text() == "older"
    assert code_of(backups.backup(database, tmp_path / "no" / "copy", NOW)) == "folder_not_writable"
    assert backups.newest_backup(database) is None


def test_only_an_empty_place_is_restored_into(
    database: Database, where: Place, database_url: str, tmp_path: Path
) -> None:
    file = made(backups.backup(database, tmp_path / "copy", NOW)).file
    before = give(database, where, 4)
    assert code_of(backups.restore(database_url, file)) == "place_not_empty"
    assert keys(database) == before


@pytest.mark.parametrize("place_in_file", [0.02, 0.5, 0.95])
def test_a_backup_that_was_changed_is_refused(
    database: Database, where: Place, empty_url: str, tmp_path: Path, place_in_file: float
) -> None:
    give(database, where, 30)
    file = made(backups.backup(database, tmp_path / "copy", NOW)).file
    content = bytearray(file.read_bytes())
    content[int(len(content) * place_in_file)] ^= 0xFF
    file.write_bytes(content)
    assert code_of(backups.restore(empty_url, file)) == "backup_altered"


def test_half_a_backup_is_refused_even_without_its_checksum(
    database: Database, where: Place, empty_url: str, tmp_path: Path
) -> None:
    give(database, where, 30)
    file = made(backups.backup(database, tmp_path / "copy", NOW)).file
    backups.checksum_of(file).unlink()
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert code_of(backups.restore(empty_url, file)) in ("backup_not_whole", "backup_failed", "backup_newer")
    again = open_database(empty_url)
    assert copies.is_empty(again.engine)
    again.close()


def test_a_backup_without_its_checksum_is_restored_and_that_is_told(
    database: Database, empty_url: str, tmp_path: Path
) -> None:
    file = made(backups.backup(database, tmp_path / "copy", NOW)).file
    backups.checksum_of(file).unlink()
    assert brought_back(backups.restore(empty_url, file)).checked is False


@pytest.mark.parametrize(("content", "code"), [(b"", "backup_unknown"), (b"a letter to the council", "backup_unknown")])
def test_a_file_that_is_no_backup_is_refused(empty_url: str, tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "other").write_bytes(content)
    assert code_of(backups.restore(empty_url, tmp_path / "other")) == code


def test_a_backup_of_a_newer_program_is_refused(database: Database, empty_url: str, tmp_path: Path) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file = made(backups.backup(database, tmp_path / "copy", NOW)).file
    refused = backups.restore(empty_url, file)
    assert code_of(refused) == "backup_newer"
    assert isinstance(refused, Fault)
    assert refused.facts["found"] == "9999"


def test_a_backup_of_the_other_kind_of_database_is_refused(
    sqlite_template: Path, postgresql_address: str, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "template.db")
    for address, other in (
        (f"sqlite:///{tmp_path / 'template.db'}", f"{postgresql_address}/postgres"),
        (f"{postgresql_address}/template", f"sqlite:///{tmp_path / 'x.db'}"),
    ):
        database = open_database(address, pool_size=1)
        file = tmp_path / database.engine.dialect.name
        copies.copy_out(database.engine.url, file)
        database.close()
        assert code_of(backups.restore(other, file)) == "backup_kind"
        assert not (tmp_path / "x.db").exists()


def test_a_database_that_is_not_whole_gives_no_backup(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "live.db")
    with closing(sqlite3.connect(tmp_path / "live.db")) as engine:
        engine.execute("INSERT INTO counter VALUES (1, 999, 999, 'X', 'Quầy', '', NULL)")
        engine.commit()
    database = open_database(f"sqlite:///{tmp_path / 'live.db'}")
    assert code_of(backups.backup(database, tmp_path / "copy", NOW)) == "backup_not_whole"
    assert list(tmp_path.glob("*copy*")) == []
    database.close()


def test_the_newest_few_are_kept(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "notes.db").write_text("mine")
    for day in range(5):
        made(backups.backup_into(database, folder, 3, NOW + timedelta(days=day)))
    ending = backups.ENDINGS[database.engine.dialect.name]
    names = sorted(path.name for path in folder.iterdir() if not path.name.endswith(".sha256"))
    assert names == [*(f"hailong-202605{day:02d}T180000Z.{ending}" for day in (7, 8, 9)), "notes.db"]
    assert len(list(folder.glob("*.sha256"))) == 3
    assert backups.newest_backup(database) == NOW + timedelta(days=4)


def test_a_backup_that_failed_deletes_no_earlier_one(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    first = made(backups.backup_into(database, folder, 1, NOW)).file
    assert code_of(backups.backup_into(database, folder, 1, NOW)) == "backup_there"
    assert first.exists()


def test_an_older_backup_is_restored_and_can_be_upgraded(tmp_path: Path) -> None:
    old = open_database(f"sqlite:///{tmp_path / 'old.db'}")
    with old.engine.begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    copies.copy_out(old.engine.url, tmp_path / "copy")
    old.close()
    place = f"sqlite:///{tmp_path / 'new.db'}"
    done = brought_back(backups.restore(place, tmp_path / "copy"))
    assert (done.version, done.wanted) == ("0001", newest_migration())
    again = open_database(place)
    assert upgrade(again) == ("0001", newest_migration())
    again.close()


def test_a_password_is_not_told_to_whoever_lists_what_runs() -> None:
    url = copies.address("postgresql+psycopg://clerk:se:cr\\et@db.example:5433/hailong?sslmode=require")
    with copies.connection_words(url) as words:
        assert "cr" not in words.replace("passfile", "")
        told = dict(part.split("=", 1) for part in words.split())
        assert {name: told[name] for name in ("user", "host", "port", "dbname", "sslmode")} == {
            "user": "clerk", "host": "db.example", "port": "5433", "dbname": "hailong", "sslmode": "require",
        }  # fmt: skip
        file = Path(told["passfile"].strip("'"))
        assert file.stat().st_mode & 0o077 == 0
        assert file.read_text() == "*:*:*:*:se\\:cr\\\\et\n"
    assert not file.exists()
