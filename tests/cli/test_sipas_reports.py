"""The yearly report and its companions from the terminal."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from cli.__main__ import hailong

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "copenhagen"
Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A terminal that speaks English, with the worked example in its database."""
    for name, value in {"DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "LANG": "en_US.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("LC_ALL", raising=False)

    def call(*words: object, code: int = 0) -> Result:
        done = CliRunner().invoke(hailong, [str(word) for word in words])
        assert done.exit_code == code, done.output
        return done

    call("init")
    call("units", "import", EXAMPLE / "units.csv")
    call("campaign", "create", EXAMPLE / "campaign.yaml")
    call("campaign", "open", "copenhagen")
    call("responses", "import", "copenhagen", EXAMPLE / "answers.csv")
    return call


def test_every_kind_is_written_in_its_formats(run: Run, tmp_path: Path) -> None:
    for kind in ("sipas", "press", "decision"):
        out = tmp_path / f"{kind}.docx"
        run("report", "copenhagen", "--kind", kind, "--format", "docx", "--out", out)
        assert docx.Document(io.BytesIO(out.read_bytes())).paragraphs
    run("report", "copenhagen", "--kind", "sipas", "--format", "xlsx", "--out", tmp_path / "sipas.xlsx")
    assert (tmp_path / "sipas.xlsx").read_bytes()[:2] == b"PK"
    run("report", "copenhagen", "--kind", "press", "--format", "pdf", "--out", tmp_path / "press.pdf")
    assert (tmp_path / "press.pdf").read_bytes()[:5] == b"%PDF-"
    folder = tmp_path / "letters"
    words = ("report", "copenhagen", "--kind", "letters", "--format", "docx", "--out", folder, "--json")
    told = json.loads(run(*words).stdout)
    index = json.loads(run("index", "copenhagen", "--json").stdout)["figures"]
    units = {
        row["code"] for row in index if row["scope"] == "unit" and row["item"] == "overall" and row["state"] == "ok"
    }
    assert {path.stem for path in folder.iterdir()} == units
    assert told["files"] == len(units)
    assert "file_there" in run(*words, "--force", code=1).stdout


def test_what_cannot_be_written_is_refused(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "x.xlsx"
    run("report", "copenhagen", "--kind", "press", "--format", "xlsx", "--out", out, code=2)
    run("report", "copenhagen", "--kind", "sipas", "--format", "xlsx", "--out", out, "--before", "gone", code=1)
    assert not out.exists()
