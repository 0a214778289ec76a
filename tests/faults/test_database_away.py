"""The database is locked, full or gone: a page that keeps what was typed, nothing half stored, and no restart after."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import make_url

from store.database import BUSY_MS, Database
from tests.factories import kept_answers
from tests.faults.forms import WORDS, Form, begun, own_cluster, prepared
from tests.faults.people import PAGES
from tests.load.web_server import public_app
from tests.servers import postgresql_control

NOT_RECORDED = "Chưa ghi nhận phiếu"


def check_refused(form: Form, database: Database | None) -> None:
    """The form comes back with all that was typed, and nothing is stored."""
    status, page = form.send()
    assert status == 503
    text = unescape(page)
    assert WORDS in text
    assert NOT_RECORDED.casefold() in text.casefold()
    assert form.token in text
    for name, value in PAGES[-1][1].items():
        assert f'name="{name}" value="{value}"' in text
    assert form.receipt() == ""
    if database is not None:
        assert kept_answers(database) == []


def check_taken(form: Form, database: Database) -> None:
    """The same form sent again leads to its receipt, and is stored once."""
    assert form.send()[0] == 303
    assert form.send()[0] == 303
    assert form.receipt()
    assert [answers["y_kien"] for answers in kept_answers(database)] == [WORDS]


@pytest.mark.xdist_group("faults")
def test_a_locked_file_is_told_and_the_form_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hailong.db"
    database = prepared(url)
    with public_app(url, tmp_path) as server:
        form = begun(server.port, database)
        with closing(sqlite3.connect(tmp_path / "hailong.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            check_refused(form, database)
            other.execute("ROLLBACK")
        check_taken(form, database)
    database.close()


@pytest.mark.xdist_group("faults")
def test_a_lock_that_is_let_go_in_time_is_only_waited_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hailong.db"
    database = prepared(url)
    with public_app(url, tmp_path) as server:
        form = begun(server.port, database)
        holder = hold_lock(tmp_path / "hailong.db", BUSY_MS / 1000 / 4)
        assert form.send()[0] == 303
        assert holder.wait(10) == 0
        check_taken(form, database)
    database.close()


def hold_lock(path: Path, seconds: float) -> subprocess.Popen[str]:
    """Another process that has the file's write lock when this returns, and for so long after."""
    words = (
        "import sqlite3, sys, time\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "print('held', flush=True)\n"
        "time.sleep(float(sys.argv[2]))\n"
        "connection.execute('ROLLBACK')\n"
    )
    arguments = ["python3", "-c", words, str(path), str(seconds)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    process.stdout.close()
    return process


@pytest.mark.xdist_group("faults")
def test_a_full_disk_is_told_and_the_form_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hailong.db"
    database = prepared(url)
    with public_app(url, tmp_path) as server:
        form = begun(server.port, database)
        with no_room(server.workers()[0]):
            check_refused(form, database)
        check_taken(form, database)
    with database.snapshot() as session:
        assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    database.close()


@contextmanager
def no_room(process: int) -> Iterator[None]:
    """Every write of that process beyond the second page of a file fails, as on a disk that is full."""
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (8_192, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)


@pytest.mark.xdist_group("faults")
def test_postgresql_may_stop_and_start_again_under_the_web_server(tmp_path: Path) -> None:
    with own_cluster() as (cluster, url):
        port = make_url(url).port or 0
        database = prepared(url)
        with public_app(url, tmp_path, WEB_PROCESSES="1") as server:
            form = begun(server.port, database)
            postgresql_control(cluster, port, "stop")
            check_refused(form, None)
            postgresql_control(cluster, port, "start")
            database.engine.dispose()  # the test's own connections are cut too
            check_taken(form, database)
        database.close()


@pytest.mark.xdist_group("faults")
def test_postgresql_may_restart_between_two_forms_and_nobody_sees_it(tmp_path: Path) -> None:
    with own_cluster() as (cluster, url):
        port = make_url(url).port or 0
        database = prepared(url)
        with public_app(url, tmp_path, WEB_PROCESSES="1") as server:
            form = begun(server.port, database)
            postgresql_control(cluster, port, "stop")
            postgresql_control(cluster, port, "start")
            database.engine.dispose()  # the test's own connections are cut too
            check_taken(form, database)
        database.close()
