"""`hailong report` as a person at the terminal runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.__main__ import hailong
from store.database import Database
from tests.factories import make_campaign
from workflows.prepare import keep_instruments


@pytest.fixture
def call(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """The program on a campaign without answers."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.chdir(tmp_path)
    with database.writing() as session:
        keep_instruments(session)
        make_campaign(session)

    def run(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(hailong, list(words))
        assert done.exit_code == code, done.output
        return done

    return run


@pytest.mark.parametrize(("form", "start"), [("docx", b"PK\x03\x04"), ("xlsx", b"PK\x03\x04"), ("pdf", b"%PDF")])
def test_a_report_is_written(call, tmp_path: Path, form: str, start: bytes) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / f"báo cáo.{form}"
    told = json.loads(call("report", "thu", "--kind", "summary", "--format", form, "--out", str(out), "--json").stdout)
    assert told == {"ok": True, "file": str(out), "bytes": out.stat().st_size}
    assert out.read_bytes().startswith(start)
    assert [path.name for path in tmp_path.glob("*unfinished*")] == []


def test_a_file_that_is_there_is_replaced_only_by_force(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "x.xlsx"
    out.write_bytes(b"kept")
    words = ["report", "thu", "--kind", "summary", "--format", "xlsx", "--out", str(out)]
    assert "--force" in call(*words, code=1).stderr
    assert out.read_bytes() == b"kept"
    assert f"Đã ghi báo cáo vào {out}." in call(*words, "--force").stderr
    assert out.read_bytes() != b"kept"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["nowhere"], 1, "nowhere"),
        (["thu", "--period", "2026-11-22..2026-11-16"], 2, "--period"),
        (["thu", "--period", "yearly"], 2, "--period"),
        (["thu", "--format", "odt"], 2, "odt"),
        (["thu", "--out", "no/such/folder.pdf"], 1, "no/such"),
    ],
)
def test_what_cannot_be_written_is_refused(call, words: list[str], code: int, told: str) -> None:  # type: ignore[no-untyped-def]
    base = ["--kind", "summary", "--format", "pdf", "--out", "x.pdf"]
    given = [word for at in range(0, len(base), 2) if base[at] not in words for word in base[at : at + 2]]
    if told == "no/such":
        with pytest.raises(FileNotFoundError, match=told):
            CliRunner().invoke(hailong, ["report", *words, *given], catch_exceptions=False)
    else:
        assert told in call("report", *words, *given, code=code).stderr
    assert not Path("x.pdf").exists()


@pytest.mark.parametrize("period", ["weekly", "monthly", "daily", "2026-11-16..2026-11-22"])
def test_every_period_is_understood(call, period: str) -> None:  # type: ignore[no-untyped-def]
    call("report", "thu", "--kind", "summary", "--format", "xlsx", "--out", "x.xlsx", "--period", period)
    assert Path("x.xlsx").stat().st_size > 5_000


def test_doctor_tells_whether_anybody_reads(call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def finding(name: str) -> dict[str, object]:
        done = CliRunner().invoke(hailong, ["doctor", "--json"])
        return next(each for each in json.loads(done.stdout)["findings"] if each["name"] == name)

    assert "recipients add" in str(finding("reports")["cure"])
    call("recipients", "add", "summary", "so.noivu@example.vn")
    assert (finding("reports")["found"], finding("reports")["cure"]) == ("readers of the summary: 1", "")
    (tmp_path / "dau.yaml").write_text("body: x\n")
    (tmp_path / "mau.docx").write_bytes(b"no template")
    monkeypatch.setenv("LETTERHEAD", str(tmp_path / "dau.yaml"))
    monkeypatch.setenv("WORD_TEMPLATE", str(tmp_path / "mau.docx"))
    assert [finding(name)["ok"] for name in ("letterhead", "word template")] == [False, False]
    refused = call("report", "thu", "--kind", "summary", "--format", "docx", "--out", "x.docx", code=1)
    assert "dau.yaml" in refused.stderr


def test_a_code_for_a_chat_is_printed_and_kept_as_a_hash_only(call) -> None:  # type: ignore[no-untyped-def]
    told = json.loads(call("recipients", "add", "summary", "--chat", "--json").stdout)
    assert told["code"].startswith("BC-")
    listed = call("recipients", "list", "--json").stdout
    assert [(row["report"], row["address"]) for row in json.loads(listed)] == [("summary", "")]
    assert told["code"] not in listed
    assert "unknown_report" in call("recipients", "add", "tasks", "--chat", "--json", code=1).stdout
    call("recipients", "add", "summary", code=2)
    call("recipients", "add", "summary", "a@example.vn", "--chat", code=2)
