"""Whatever keeps a command from its work is told in words, without a traceback, and as one document where asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(
    tmp_path: Path, *words: str | bytes, address: str = "", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """The command as the shell runs it, in a folder of its own."""
    known = {
        "DATABASE_URL": address or f"sqlite:///{tmp_path / 'hailong.db'}",
        "DATA_DIR": str(tmp_path),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return subprocess.run(
        [sys.executable, "-m", "cli", *words],
        env={**os.environ, **known, **environment},
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A folder with a database that is empty and ready."""
    assert run(tmp_path, "init").returncode == 0
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ("campaign", "show", "nowhere"),
        ("counters", "list", "nowhere"),
        ("index", "nowhere"),
        ("responses", "export", "nowhere", "--out", "x.csv"),
        ("qr", "nowhere", "--out", "x"),
        ("campaign", "create", "/dev/null"),
    ],
    ids=" ".join,
)
def test_a_refusal_is_one_document_where_asked_for(prepared: Path, words: tuple[str, ...]) -> None:
    done = run(prepared, *words, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"], len(told["faults"])) == (1, False, 1)
    assert told["faults"][0]["message"] in done.stderr.decode()
    assert run(prepared, *words).stdout == b""


def broken_file(folder: Path) -> str:
    (folder / "no.db").write_bytes(b"This is no database. " * 100)
    return f"sqlite:///{folder / 'no.db'}"


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(lambda folder: f"sqlite:///{folder}", id="a folder"),
        pytest.param(broken_file, id="no database"),
        pytest.param(lambda _: "sqlite:////proc/none/hailong.db", id="a place without folders"),
        pytest.param(lambda _: "postgresql://nobody@127.0.0.1:1/none", id="nobody answers"),
        pytest.param(lambda _: "mysql://host/hailong", id="another kind"),
    ],
)
@pytest.mark.parametrize("words", [("init",), ("index", "demo", "--json")], ids=" ".join)
def test_a_database_that_cannot_be_used_is_told_without_a_traceback(
    tmp_path: Path, address: object, words: tuple[str, ...]
) -> None:
    assert callable(address)
    done = run(tmp_path, *words, address=address(tmp_path))
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stderr.strip()
    if "--json" in words:
        assert json.loads(done.stdout)["faults"]


def test_a_word_that_is_no_text_is_wrong_usage(prepared: Path) -> None:
    done = run(prepared, "index", b"\xff\xfe")
    assert (done.returncode, b"Traceback" in done.stderr) == (2, False)


@pytest.mark.parametrize("count", ["0", "-5", "many"])
def test_a_demonstration_of_no_answers_is_wrong_usage(prepared: Path, count: str) -> None:
    assert run(prepared, "demo", "--answers", count).returncode == 2
