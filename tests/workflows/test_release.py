"""A release holds what was published and what it follows from, and nothing of what the rule hides."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import verify
from scoring.items import answered
from scoring.tallies import Cell
from store.database import Database
from survey.faults import Fault
from tests.workflows.builders import make_campaign
from tests.workflows.releases import NOON, make_counted, make_files, write
from workflows import demo, tally
from workflows.batches import show_batch
from workflows.campaigns import create_from_file
from workflows.index import document
from workflows.release import Released, release
from workflows.release_files import Edition
from workflows.responses import import_responses
from workflows.sheets import Sheet, read_sheet
from workflows.units import import_units

EXAMPLE = Path("docs/examples/copenhagen")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MIXED = {
    "A1": [60, 80, 45], "A2": [90, 3], "A3": [12], "A4": [2], "A5": [40, 40], "A6": [14, 9], "A7": [20],
    "B1": [50, 60], "B2": [44, 4, 38], "B3": [1], "B4": [0], "B5": [31],
}  # fmt: skip
WHOLE = {"A1": [60, 80, 45], "A2": [90, 70], "A3": [100], "B1": [50, 60], "B2": [44, 51, 38], "B3": [120]}


def rows(files: Mapping[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))


def checked(files: Mapping[str, bytes], folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What the program says of the release; it must find nothing wrong."""
    code = verify.main([str(write(files, folder))])
    told = capsys.readouterr().out
    assert code == 0, told
    assert told.count("\n") == 1
    return told


def copenhagen(database: Database) -> None:
    """The worked example, counted and shown."""
    now = datetime.now(UTC)
    sheets = [read_sheet(EXAMPLE / name) for name in ("units.csv", "answers.csv")]
    assert all(isinstance(sheet, Sheet) for sheet in sheets)
    with database.writing() as session:
        import_units(session, sheets[0], actor="test", now=now)
        create_from_file(session, EXAMPLE / "campaign.yaml", "test")
    import_responses(database, "copenhagen", sheets[1], actor="test", now=now)
    tally.fold(database, "copenhagen")
    show_batch(database, "copenhagen", now, ZONE, at_once=True)


def test_the_worked_example_can_be_checked_by_anybody(database: Database, tmp_path: Path) -> None:
    copenhagen(database)
    with database.snapshot() as session:
        done = release(session, "copenhagen", tmp_path / "out", NOON, edition=Edition(1, "", NOON, None))
        shown = document(session, "copenhagen", NOON, shown=True)
    assert isinstance(done, Released)
    assert sorted(path.name for path in done.folder.iterdir()) == sorted(done.files)
    told = json.loads((done.folder / "index.json").read_text(encoding="utf-8"))
    assert told.pop("publication")["number"] == 1
    assert told == shown
    command = [sys.executable, "-I", "verify.py", "--expect", done.digest]
    ran = subprocess.run(command, cwd=done.folder, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr, ran.stdout.count("\n")) == (0, "", 1), ran.stdout
    assert done.digest in ran.stdout
    values = {(row["code"], row["aggregation"]): row["printed"] for row in rows_of(done) if row["item"] == "overall"}
    assert values == {
        ("province", "units"): "38,73", ("province", "pooled"): "39,74",
        ("loai-nha", "units"): "38,73", ("loai-nha", "pooled"): "39,74",
        ("TOWER", ""): "50,00", ("ATRIUM", ""): "40,17", ("APARTMENT", ""): "39,48", ("TERRACE", ""): "25,27",
    }  # fmt: skip


def rows_of(done: Released) -> list[dict[str, str]]:
    with (done.folder / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_demonstration_can_be_checked(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo.load(database, ZONE, answers=1500)
    with database.snapshot() as session:
        done = release(session, "demo", tmp_path / "out", NOON)
        again = release(session, "demo", tmp_path / "again", NOON)
    assert isinstance(done, Released)
    assert isinstance(again, Released)
    assert done.digest == again.digest
    assert verify.main([str(done.folder)]) == 0
    assert capsys.readouterr().out.startswith("OK")


def test_a_sample_on_the_database_can_be_checked(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_campaign(database)
    answers = "\n".join(
        f"r{unit}{n},{unit},,{unit}-a,sample,paper,vi,2024-06-01,,yes,{1 + n * 7 % 5},{1 + n * 3 % 5},4"
        for unit in ("SNV", "SYT")
        for n in range(60)
    )
    header = "external_id,unit,counter,stratum,stream,channel,language,finished_on,duration_s,used,wait,staff_polite"
    sheet = read_sheet(f"{header},staff_clear\n{answers}\n".encode())
    assert isinstance(sheet, Sheet)
    import_responses(database, "dot-1", sheet, actor="test", now=NOON)
    tally.fold(database, "dot-1")
    show_batch(database, "dot-1", NOON, ZONE, at_once=True)
    with database.snapshot() as session:
        done = release(session, "dot-1", tmp_path / "out", NOON)
    assert isinstance(done, Released)
    assert verify.main([str(done.folder)]) == 0
    capsys.readouterr()
    told = {(row["scope"], row["code"], row["aggregation"]) for row in rows_of(done) if row["se"]}
    assert {("province", "province", "weighted"), ("unit", "SNV", "")} <= told


def test_a_folder_that_holds_something_is_left_alone(database: Database, tmp_path: Path) -> None:
    copenhagen(database)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept.txt").write_text("kept")
    with database.snapshot() as session:
        done = release(session, "copenhagen", tmp_path / "out", NOON)
        nobody = release(session, "none", tmp_path / "new", NOON)
        nowhere = release(session, "copenhagen", tmp_path / "a" / "b", NOON)
    codes = [each.code for each in (done, nobody, nowhere) if isinstance(each, Fault)]
    assert codes == ["folder_not_empty", "unknown_campaign", "folder_not_writable"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["kept.txt"]


@pytest.mark.parametrize("grouping", ["G1", "G2", "G3"])
@pytest.mark.parametrize("method", ["M1", "M2", "M3"])
@pytest.mark.parametrize("stream", ["sample", "unknown", "open"])
def test_every_method_is_worked_out_again(
    stream: str, method: str, grouping: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = {"stream": "open" if stream == "open" else "sample", "known": stream != "unknown"}
    for place, returned in enumerate((MIXED, WHOLE)):
        found = make_counted(7 + place, returned, method=method, grouping=grouping, alike="B1", **kind)
        checked(make_files(found), tmp_path / str(place), capsys)


def test_nothing_of_a_sample_whose_cells_are_large_rests_on_sums_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = make_files(make_counted(3, WHOLE))
    checked(files, tmp_path, capsys)
    seldom = {row["item"] for row in rows(files, "pools.csv") if row["value_of"] == "whole"}
    assert seldom <= {"question:it_c1", "question:it_c3", "factor:C", "block:HAI", "overall"}
    assert {row["item"] for row in rows(files, "squares.csv")} >= {"factor:A", "factor:B"}


@pytest.mark.parametrize("returned", [{"A1": [2, 1, 5], "A2": [33]}, {"A1": [2, 1, 3], "A2": [60]}])
def test_a_block_whose_factor_is_hidden_but_not_its_questions_is_worked_out_again(
    returned: Mapping[str, Sequence[int]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = make_files(make_counted(131, returned, method="M2", grouping="G2"))
    told = {row["item"]: row["value"] for row in rows(files, "index.csv") if row["aggregation"] == "weighted"}
    assert (told["question:a1"] != "", told["block:MOT"] != "", told["factor:A"]) == (True, True, "")
    checked(files, tmp_path, capsys)


UNITS = st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 9, 29, 30, 33, 60]), min_size=1, max_size=4)


@given(
    returned=st.dictionaries(st.sampled_from(["A1", "A2", "A3", "A4", "B1", "B2", "B3", "C1"]), UNITS, min_size=1),
    seed=st.integers(0, 10_000),
    stream=st.sampled_from(["sample", "open"]),
    method=st.sampled_from(["M1", "M2", "M3"]),
    grouping=st.sampled_from(["G1", "G2", "G3"]),
)
@settings(max_examples=60)
def test_whatever_comes_back_the_release_agrees_and_hides_the_few(
    tmp_path_factory: pytest.TempPathFactory, returned, seed, stream, method, grouping
) -> None:
    found = make_counted(seed, returned, stream=stream, method=method, grouping=grouping)
    files = make_files(found)
    folder = write(files, tmp_path_factory.mktemp("release"))
    release_read = verify.read(folder)
    assert verify.altered(folder, "") == ([], verify.altered(folder, "")[1])
    assert verify.faults(release_read) == []
    assert_few_are_hidden(files, found.rules.disclosure.minimum)
    assert_nothing_follows(files, found)


def assert_few_are_hidden(files: Mapping[str, bytes], minimum: int) -> None:
    """No unit and no stratum of fewer people than the minimum is told of any question."""
    people: dict[tuple[str, ...], int] = {}
    questions = {each["code"]: each for each in json.loads(files["method.json"])["questions"]}
    for row in rows(files, "cells.csv"):
        asked = questions[row["question"]]
        valid = {verify.PEOPLE} if asked["several"] else {each["code"] for each in asked["options"] if each["valid"]}
        if row["scope"] == "unit" and row["answer"] in valid:
            key = tuple(row[name] for name in ("stream", "code", "stratum", "question"))
            people[key] = people.get(key, 0) + int(row["count"])
    assert {key: n for key, n in people.items() if 0 < n < minimum} == {}
    assert {row["returned"] for row in rows(files, "strata.csv")} & set(map(str, range(1, minimum))) == set()
    asked_of_all = {row["question"] for row in rows(files, "cells.csv")}
    assert "dan_toc" not in asked_of_all
    assert {row["question"] for row in rows(files, "cells.csv") if row["scope"] == "unit"} & {"gioi", "kenh"} == set()


def equations(files: Mapping[str, bytes], question: str, cells: Sequence[Cell]) -> Iterator[list[bool]]:
    """Which cells each told sum of a question adds up: a unit's or a stratum's, and what is left of places beside them.

    Of a mean over units everybody also knows which units are hidden and so not in it.
    """
    told = {
        (row["code"], row["stratum"])
        for row in rows(files, "cells.csv")
        if row["question"] == question and row["scope"] == "unit"
    }
    units = {code for code, _ in told}
    for code, stratum in told:
        yield [cell.unit == code and stratum in ("", "*", cell.stratum) for cell in cells]
    index = [row for row in rows(files, "index.csv") if row["item"] == f"question:{question}"]
    hidden = {row["code"] for row in index if row["scope"] == "unit" and row["state"] == "suppressed"}
    sums = ("pooled", "units") if any(row["scope"] == "unit" for row in index) else ("pooled",)
    for row in index:
        if row["distribution"] and row["aggregation"] in sums:
            left = units | (hidden if row["aggregation"] == "units" else set())
            inside = [row["scope"] == "province" or cell.unit[0] == row["code"] for cell in cells]
            yield [part and cell.unit not in left for part, cell in zip(inside, cells, strict=True)]


def assert_nothing_follows(files: Mapping[str, bytes], found) -> None:
    """No cell of 1 … minimum − 1 people is the difference of told sums: the equations do not determine it."""
    cells = sorted(found.valid)
    for column in found.frame.columns:
        people = [
            int(answered(column, np.array([tally.numbers[0]]), tally.numbers[None, 1 : found.frame.open_length])[0])
            for tally in (found.valid[cell] for cell in cells)
        ]
        known = list(equations(files, column.code, cells))
        if not known:
            continue
        matrix = np.array(known, dtype=float)
        some = [at for at, n in enumerate(people) if n > 0]
        rank = np.linalg.matrix_rank(matrix[:, some])
        for at in some:
            if people[at] < found.rules.disclosure.minimum:
                unit = np.zeros(len(cells))
                unit[at] = 1
                assert np.linalg.matrix_rank(np.vstack([matrix, unit])[:, some]) > rank, (cells[at], column.code)
