"""`hailong questionnaire import`, `compare` and `paper` as a person at the terminal runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from cli.__main__ import hailong
from store.database import Database
from store.models.campaigns import CounterRow
from store.queries import questionnaires
from tests.factories import make_campaign
from tests.survey.xlsforms import SOUND, SURVEY, simple, workbook


@pytest.fixture
def call(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """The command on an empty, prepared database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)

    def run(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(hailong, ["questionnaire", *words])
        assert done.exit_code == code, done.output
        return done

    return run


def test_a_workbook_is_kept_as_a_draft_and_compared_with_a_file(call, database, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(workbook(SOUND))
    told = json.loads(call("import", str(tmp_path / "a.xlsx"), "--json").stdout)
    assert (told["code"], told["version"], told["items"]) == ("mot-cua", 1, 9)
    with database.reading() as session:
        assert [row.kept_by for row in questionnaires.drafts(session)] == ["terminal"]
    survey = [list(row) for row in SURVEY]
    survey[4][2] = "Tuổi của Ông/Bà"
    (tmp_path / "b.xlsx").write_bytes(workbook({**SOUND, "survey": survey}))
    rows = call("compare", "mot-cua@1", str(tmp_path / "b.xlsx")).stdout.splitlines()
    assert rows[1:] == ["Sửa\tCâu hỏi\tchung · tuoi\tlời\tvi\tTuổi\tTuổi của Ông/Bà"]
    assert json.loads(call("compare", "mot-cua@1", "mot-cua@1", "--json").stdout) == []
    assert "mot-cua@9" in call("compare", "mot-cua@9", "mot-cua@1", code=1).stderr


def test_every_fault_is_told_with_its_row(call, database, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(workbook(simple(("geopoint", "noi", "Ở đâu?"), ("text", "a b", ""))))
    told = call("import", str(tmp_path / "a.xlsx"), code=1).stderr
    for words in ("survey: dòng 2, cột type", "survey: dòng 3, cột name", "survey: dòng 3, cột label"):
        assert words in told
    with database.reading() as session:
        assert list(questionnaires.drafts(session)) == []


def test_a_workbook_can_be_written_out_as_a_file_of_ours(call, database, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(workbook(SOUND))
    call("import", str(tmp_path / "a.xlsx"), "--out", str(tmp_path / "a.yaml"))
    assert "mot-cua v1: 9" in call("check", str(tmp_path / "a.yaml")).stderr
    with database.reading() as session:
        assert list(questionnaires.drafts(session)) == []


def test_the_paper_form_is_written(call, database, tmp_path):
    with database.writing() as session:
        make_campaign(session)
        code = questionnaires.questionnaires(session)[0].code
        counter = session.scalars(select(CounterRow.code)).first()
    out = tmp_path / "in" / "phieu.pdf"
    assert str(out) in call("paper", code, "--out", str(out)).stderr
    assert out.read_bytes().startswith(b"%PDF")
    alone = out.stat().st_size
    call("paper", code, "--out", str(out), "--counter", counter)
    assert out.stat().st_size > alone
    call("paper", code, "--out", str(out), "--counter", "khongco", code=1)
    call("paper", code, "--out", str(out), "--language", "fr", code=1)
    call("paper", "khong-co", "--out", str(out), code=1)
