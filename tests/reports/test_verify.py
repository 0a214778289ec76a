"""Every change in a release is found: by its sums, or where these were made anew, by figures that no longer agree."""

from __future__ import annotations

import ast
import csv
import io
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from scipy.special import stdtrit

from reports import verify
from tests.workflows.releases import make_counted, make_files, write
from workflows.release_files import sums

PROGRAM = Path(verify.__file__)
RETURNED = {"A1": [60, 80, 45], "A2": [90, 70], "A3": [12], "A4": [14], "B1": [50, 60], "B2": [44, 51], "B3": [120]}
SHEETS = ("cells.csv", "strata.csv", "squares.csv", "pools.csv", "index.csv")
SMALL = ("A3", "A4")
FLIPS, FORGERIES = 25, 40


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return make_files(make_counted(11, RETURNED))


@pytest.fixture
def folder(files: Mapping[str, bytes], tmp_path: Path) -> Path:
    return write(files, tmp_path)


@pytest.fixture
def told(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs the program on the folder; gives its exit code and what it says."""

    def run(*words: str) -> tuple[int, str]:
        code = verify.main([str(folder), *words])
        return code, capsys.readouterr().out

    return run


def forged(files: Mapping[str, bytes], name: str, content: bytes) -> dict[str, bytes]:
    """The release with another content of one file and all sums made anew."""
    rest = {each: held for each, held in files.items() if each != verify.SUMS} | {name: content}
    return rest | {verify.SUMS: sums(rest)}


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def sheet(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return ("\ufeff" + out.getvalue()).encode()


def test_it_runs_alone_on_an_old_python() -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {name.split(".")[0] for name in imported} <= {*sys.stdlib_module_names, "__future__"}
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not called & {"removeprefix", "removesuffix", "lcm", "cache", "is_relative_to", "bit_count", "pairwise"}


def test_a_release_that_nobody_touched_is_right(told: Callable[..., tuple[int, str]]) -> None:
    code, said = told()
    assert (code, said.count("\n")) == (0, 1)
    assert said.startswith("OK")


def test_the_folder_checks_itself_from_anywhere(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    words = [sys.executable, "-I", str(folder / "verify.py")]
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    done = subprocess.run(words, cwd=elsewhere, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (folder / "__pycache__").exists()


@pytest.mark.parametrize("name", sorted(make_files(make_counted(11, RETURNED))))
def test_a_byte_that_was_changed_is_found(
    name: str, files: Mapping[str, bytes], folder: Path, told: Callable[..., tuple[int, str]]
) -> None:
    chance = random.Random(name)
    for _ in range(FLIPS):
        content = bytearray(files[name])
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        (folder / name).write_bytes(content)
        code, said = told()
        assert code == 1
        assert name == verify.SUMS or f"{name}: was changed" in said


def test_a_file_that_was_added_or_taken_away_is_found(
    files: Mapping[str, bytes], folder: Path, told: Callable[..., tuple[int, str]]
) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "note.txt").write_text("x")
    assert told()[0] == 1
    assert "more/note.txt: was added" in told()[1]
    (folder / "more" / "note.txt").unlink()
    for name, content in files.items():
        (folder / name).unlink()
        code, said = told()
        assert code == 1
        assert name == verify.SUMS or f"{name}: is missing" in said
        (folder / name).write_bytes(content)
    assert told()[0] == 0


@pytest.mark.parametrize("other", ["CR", "order", "double", "case", "blank"])
def test_a_list_of_sums_that_only_looks_alike_is_found(
    other: str, files: Mapping[str, bytes], folder: Path, told: Callable[..., tuple[int, str]]
) -> None:
    listed = files[verify.SUMS]
    lines = listed.splitlines(keepends=True)
    looks = {
        "CR": listed.replace(b"\n", b"\r\n"),
        "order": b"".join(reversed(lines)),
        "double": listed + lines[-1],
        "case": listed[:64].upper() + listed[64:],
        "blank": listed + b"\n",
    }
    (folder / verify.SUMS).write_bytes(looks[other])
    assert told()[0] == 1


def numbers(files: Mapping[str, bytes], name: str) -> Iterator[tuple[int, int]]:
    """Where a sheet holds numbers that figures are made of: not zero, and not the frame of a unit that is not told."""
    rows = table(files[name])
    for at, row in enumerate(rows[1:], 1):
        untold = name == "strata.csv" and row[0] in SMALL
        for place, text in enumerate(row):
            if rows[0][place] not in ("stratum", "code", "answer", "issued") and not untold and is_number(text):
                yield at, place


def is_number(text: str) -> bool:
    try:
        return float(text) != 0
    except ValueError:
        return False


@pytest.mark.parametrize("name", SHEETS)
def test_a_digit_that_was_changed_with_all_sums_made_anew_is_found(
    name: str, files: Mapping[str, bytes], folder: Path, told: Callable[..., tuple[int, str]]
) -> None:
    """The forger knows how sums are made; the figures no longer follow from the cells, and it is said where."""
    places = list(numbers(files, name))
    for at, place in random.Random(name).sample(places, min(FORGERIES, len(places))):
        rows = table(files[name])
        old = rows[at][place]
        rows[at][place] = str(int(old) + 1) if old.isdigit() else repr(float(old) * 1.001)
        write(forged(files, name, sheet(rows)), folder)
        code, said = told()
        assert code == 1, (rows[0][place], rows[at])
        assert "index.csv line" in said or "figures" in said or "forms issued" in said


def test_answers_moved_from_one_level_to_another_are_found_at_the_figures_that_they_change(
    files: Mapping[str, bytes], folder: Path, told: Callable[..., tuple[int, str]]
) -> None:
    """The forger keeps every number of answers, and tells the new distribution in both files of figures."""
    rows = table(files["cells.csv"])
    mine = {row[6]: at for at, row in enumerate(rows) if row[1:6] == ["unit", "B3", "", "B3-0", "a1"]}
    rows[mine["1"]][7] = str(int(rows[mine["1"]][7]) - 1)
    rows[mine["5"]][7] = str(int(rows[mine["5"]][7]) + 1)
    changed = forged(files, "cells.csv", sheet(rows))
    index, document = table(changed["index.csv"]), json.loads(changed["index.json"])
    for row, figure in zip(index[1:], document["figures"], strict=True):
        if figure["item"] == "question:a1" and figure["distribution"] and figure["code"] in ("B3", "B", "province"):
            figure["distribution"]["1"] -= 1
            figure["distribution"]["5"] += 1
            row[-1] = verify.spread(figure["distribution"])
    changed = forged(changed, "index.csv", sheet(index))
    write(forged(changed, "index.json", json.dumps(document).encode()), folder)
    code, said = told()
    assert code == 1
    wrong = [line for line in said.splitlines() if "from the cells" in line]
    assert {word for line in wrong for word in ("value is", "se is", "low is") if word in line} == {
        "value is",
        "se is",
        "low is",
    }
    assert all(any(place in line for place in ("unit B3", "block B", "province")) for line in wrong)


def test_a_whole_release_made_anew_is_told_by_its_number_in_the_minutes(
    files: Mapping[str, bytes], folder: Path, told: Callable[..., tuple[int, str]]
) -> None:
    right = told()[1].split()[-1]
    assert told("--expect", right)[0] == 0
    assert told("--expect", right.upper())[0] == 0
    write(make_files(make_counted(12, RETURNED)), folder)
    assert told()[0] == 0
    code, said = told("--expect", right)
    assert code == 1
    assert right in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"satisfied_share"', '"mean_of_top"'),
        ('"mean_of_items"', '"general_item"'),
        ('"confidence": 95.0', '"confidence": 90.0'),
        ('"small": 30', '"small": 130'),
        ('"satisfied": true', '"satisfied": false'),
        ('"decimals": 2', '"decimals": 1'),
        ('"sha256": "', '"sha256": "0'),
        ('"block": "A"', '"block": "B"'),
    ],
)
def test_a_parameter_that_was_changed_with_all_sums_made_anew_is_found(
    old: str, new: str, files: Mapping[str, bytes], folder: Path, told: Callable[..., tuple[int, str]]
) -> None:
    text = files["method.json"].decode()
    assert old in text
    write(forged(files, "method.json", text.replace(old, new, 1).encode()), folder)
    assert told()[0] == 1


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 30, 101, 1000, 25_001])
def test_quantiles_are_those_of_student(freedom: int) -> None:
    for confidence in (0.5, 0.9, 0.95, 0.99):
        expected = float(stdtrit(freedom, (1 + confidence) / 2))
        assert abs(verify.quantile(confidence, freedom) - expected) < 1e-10 * expected
