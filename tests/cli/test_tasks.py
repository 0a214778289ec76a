"""`hailong tasks` and `hailong recipients`, as a person at the terminal uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.__main__ import hailong
from tests.test_docs import fences

UNITS = "code,name,level,parent,valid_from\nTN,Tỉnh,province,,2020-01-01\nTN-SNV,Sở Nội vụ,department,TN,2020-01-01\n"


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)

    def call(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(hailong, words)
        assert done.exit_code == code, done.output
        return done

    call("init")
    return call


def told(result: Result) -> Any:
    return json.loads(result.stdout)


def standing(run: Any, code: str, *words: str) -> tuple[str, int]:
    [found] = [each for each in told(run("tasks", "list", "--json", *words))["tasks"] if each["code"] == code]
    return found["state"], found["days"]


def test_init_brings_the_plan_and_the_list_tells_how_it_stands(run: Any) -> None:
    listed = run("tasks", "list", "--on", "2024-07-01").stdout.splitlines()
    assert listed[0] == "task\tdue\tstate\tdays\tlead\tunfinished\ttitle"
    assert len(listed) == 18
    assert listed[2].split("\t")[:6] == ["1.2", "2024-06-30", "late", "1", "Department of Home Affairs", "1/1"]
    found = told(run("tasks", "list", "--calendar", "2024", "--on", "2024-06-20", "--json"))
    assert (found["calendar"], found["source"]["number"], found["on"]) == ("2024", "98/KH-UBND", "2024-06-20")
    assert found["tasks"][1] | {"title": "", "lead": "", "product": ""} == {
        "code": "1.2", "part": "I", "page": 1, "title": "", "deadline": "Tháng 06/2024", "due": "2024-06-30",
        "state": "open", "days": 10, "done_on": None, "note": "", "lead": "", "members": 1, "unfinished": ["TN-SNV"],
        "coordinating": "Các sở, ban, ngành, địa phương", "coordinating_units": [], "product": "",
    }  # fmt: skip
    assert "unknown_calendar" in run("tasks", "list", "--calendar", "2023", "--json", code=1).stdout


def test_a_task_is_done_and_opened_again(run: Any) -> None:
    done = told(run("tasks", "done", "1.2", "--on", "2024-07-04", "--note", "CV 12", "--json"))
    assert (done["state"], done["days"], done["done_on"], done["note"]) == ("done_late", 4, "2024-07-04", "CV 12")
    assert standing(run, "1.2", "--on", "2024-07-01") == ("late", 1)
    assert run("tasks", "reopen", "1.2", code=2).stdout == ""
    assert "Task 1.2 is late; not finished: 1 of 1." in run("tasks", "reopen", "1.2", "--note", "chưa đạt").stderr
    again = told(run("tasks", "reopen", "1.2", "--note", "x", "--json", code=1))
    assert [fault["code"] for fault in again["faults"]] == ["task_not_done"]


def test_a_calendar_of_ones_own_is_checked_then_kept(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "lich.yaml"
    [example] = fences("docs/calendar.md", "yaml")
    file.write_text(example, encoding="utf-8")
    assert "nothing was kept" in run("tasks", "load", str(file), "--dry-run").stderr
    assert run("tasks", "list", "--calendar", "2025", code=1).stdout == ""
    assert told(run("tasks", "load", str(file), "--json")) == {
        "ok": True, "dry_run": False, "code": "2025", "version": 1, "tasks": 1,
    }  # fmt: skip
    assert standing(run, "1.1", "--calendar", "2025", "--on", "2025-07-31") == ("open", 0)
    file.write_text(example.replace("Tháng 07/2025", "Tháng 17/2025").replace("lead: cac-xa", "lead: xa"))
    wrong = told(run("tasks", "load", str(file), "--json", code=1))
    assert [fault["code"] for fault in wrong["faults"]] == ["deadline_form", "unknown_body"]
    file.write_text(example.replace("Tháng 07/2025", "Tháng 08/2025"))
    assert "write “version: 2”" in run("tasks", "load", str(file), code=1).stderr
    file.write_bytes(b"\xff\xfe")
    assert run("tasks", "load", str(file), code=1).stdout == ""


def test_recipients_have_lists_by_report_and_unit(run: Any, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    run("units", "import", str(tmp_path / "units.csv"))
    run("recipients", "add", "summary", "a@tn.vn", "--name", "Văn thư", "--language", "en")
    run("recipients", "add", "tasks", "a@tn.vn")
    run("recipients", "add", "tasks", "a@tn.vn", "--unit", "TN-SNV")
    run("recipients", "add", "tasks", "b@doclap.vn", "--unit", "don-vi-doc-lap")
    found = [(each["report"], each["unit"], each["address"]) for each in told(run("recipients", "list", "--json"))]
    assert found == [
        ("summary", "", "a@tn.vn"),
        ("tasks", "", "a@tn.vn"),
        ("tasks", "TN-SNV", "a@tn.vn"),
        ("tasks", "don-vi-doc-lap", "b@doclap.vn"),
    ]
    refused = told(run("recipients", "add", "daily", "nobody", "--unit", "X", "--json", code=1))
    assert {fault["code"] for fault in refused["faults"]} == {"list_without_units", "unknown_list"}
    run("recipients", "remove", "tasks", "a@tn.vn")
    assert "is not on the list" in run("recipients", "remove", "tasks", "a@tn.vn", code=1).stderr
    left = [each["unit"] for each in told(run("recipients", "list", "--json")) if each["until"]]
    assert left == [""]
    assert "tasks\tTN-SNV\ta@tn.vn" in run("recipients", "list").stdout
