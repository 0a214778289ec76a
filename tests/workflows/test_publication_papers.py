"""The documents of a publication read back: they say what was published, and not a word more."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import docx
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from reports import verify
from reports.numerals import numeral
from reports.papers import Fill, Heading, Paragraph
from reports.published import written
from reports.sipas_people import yamane
from store.database import Database, open_database, upgrade
from store.models.campaigns import CampaignRow
from tests.workflows.surveys import CANARY, SMALL, make_survey
from tests.workflows.weeks import MANNER, give, make_week
from workflows import tally
from workflows.campaigns import move
from workflows.publications import Draft, Published, draft, lock, publish, unlock

NOW = datetime(2024, 11, 20, 3, tzinfo=UTC)
PAPERS = ("report.docx", "report.pdf", "report.xlsx")
NUMBER = re.compile(r"\d[\d.]*(?:,\d+)?")
OTHER_YEAR = ("2023", "Chênh lệch", "Thay đổi", "STT")  # columns that are not of this publication's figures
FROM_ANSWERS = ("Đọc trước", "T4", "T6")  # sheets of what no index document holds


class Release(NamedTuple):
    """A release as anybody finds it."""

    folder: Path
    done: Published
    index: dict
    names: dict[str, set[str]]  # code of a unit → the names by which documents call it


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """Two years of the long questionnaire over 29 units; the second one is published."""
    place = tmp_path_factory.mktemp("published")
    database = open_database(f"sqlite:///{place / 'survey.db'}")
    upgrade(database)
    make_survey(database, 2023)
    code = make_survey(database, 2024, shift=0.05)
    done = publication(database, code, place / "out")
    index = json.loads((done.folder / "index.json").read_text(encoding="utf-8"))
    method = json.loads((done.folder / "method.json").read_text(encoding="utf-8"))
    names = {each["code"]: {each["name"].removesuffix(" tỉnh Thái Nguyên")} for each in method["units"]}
    yield Release(done.folder, done, index, names)
    database.close()


def publication(
    database: Database, code: str, folder: Path, reason: str = "", now: datetime = NOW, **told: datetime
) -> Published:
    """A closed campaign locked and published by a person who agreed."""
    with database.writing(in_turn=True) as session:
        assert isinstance(lock(session, code, "test", now), CampaignRow)
    ready = draft(database, code, MANNER, reason=reason, now=now, approved=True, **told)
    assert isinstance(ready, Draft), ready
    done = publish(database, ready, folder, "test")
    assert isinstance(done, Published), done
    return done


def sheets(folder: Path) -> dict[str, list[list[object]]]:
    """The sheets of a release's workbook."""
    book = CalamineWorkbook.from_path(str(folder / "report.xlsx"))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def lines(folder: Path) -> dict[str, list[str]]:
    """Every row, paragraph and line of the three documents as plain text."""
    word = docx.Document(str(folder / "report.docx"))
    rows = [" | ".join(cell.text for cell in row.cells) for table in word.tables for row in table.rows]
    printed = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(str(folder / "report.pdf"))]
    cells = [
        " | ".join(f"{cell:g}".replace(".", ",") if isinstance(cell, float) else str(cell) for cell in row)
        for rows in sheets(folder).values()
        for row in rows
    ]
    return {
        "report.docx": [*rows, *(each.text for each in word.paragraphs)],
        "report.pdf": [line for page in printed for line in page.splitlines()],
        "report.xlsx": cells,
    }


def test_the_documents_lie_in_the_folder_under_its_sums(release: Release) -> None:
    assert verify.check(release.folder, release.done.digest)[0] == []
    listed = (release.folder / verify.SUMS).read_text(encoding="utf-8")
    for name in PAPERS:
        assert f"{hashlib.sha256((release.folder / name).read_bytes()).hexdigest()}  {name}\n" in listed
        assert f"`{name}`" in (release.folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAPERS)
def test_one_altered_byte_of_a_document_is_found_and_named(release: Release, name: str) -> None:
    file = release.folder / name
    kept = file.read_bytes()
    for at in (0, len(kept) // 2, len(kept) - 1):
        changed = bytearray(kept)
        changed[at] ^= 1
        file.write_bytes(changed)
        try:
            assert verify.altered(release.folder, "")[0] == [f"{name}: was changed"]
        finally:
            file.write_bytes(kept)
    file.rename(release.folder / "gone")
    try:
        assert f"{name}: is missing" in verify.altered(release.folder, "")[0]
    finally:
        (release.folder / "gone").rename(file)
    assert verify.altered(release.folder, release.done.digest)[0] == []


def published_numbers(index: dict) -> set[float]:
    """Everything that the index document tells, and the shares that follow from its distributions."""
    found: set[float] = set()
    for each in index["figures"]:
        spread = each["distribution"] or {}
        n, counts = each["n"] or 0, list(spread.values())
        found |= {float(each[key]) for key in ("value", "n", "se", "low", "high") if each[key] is not None}
        found |= {float(count) for count in counts} | {100 * count / n for count in counts if n}
        found |= {100 * (one + other) / n for one, other in pairwise(counts) if n}
        if sum(counts):
            found.add(100 * n / sum(counts))
        if each["low"] is not None:
            found.add((each["high"] - each["low"]) / 2)
    return {round(number, 9) for number in found}


def test_every_figure_of_the_workbook_is_in_the_index_document(release: Release) -> None:
    published = published_numbers(release.index)
    seen = 0
    for name, rows in sheets(release.folder).items():
        if name.startswith(FROM_ANSWERS):
            continue
        titles = rows[0]
        for row in rows[1:]:
            for title, cell in zip(titles, row, strict=True):
                if isinstance(cell, float) and not any(words in str(title) for words in OTHER_YEAR):
                    assert round(cell, 9) in published, (name, title, row)
                    seen += 1
    assert seen > 800


def test_unit_and_factor_bear_their_own_figure(release: Release) -> None:
    value = {
        (each["code"], each["item"]): each["value"] for each in release.index["figures"] if each["scope"] == "unit"
    }
    ranking = {row[2]: row[4] for row in sheets(release.folder)["T1 Xếp hạng"][1:]}
    codes = {name: code for code, names in release.names.items() for name in names}
    told = {codes[str(name)]: figure for name, figure in ranking.items() if isinstance(figure, float) and name in codes}
    assert len(told) == 27
    assert told == {code: pytest.approx(value[code, "overall"], abs=1e-12) for code in told}


def test_forms_of_units_and_strata_are_those_of_the_release(release: Release) -> None:
    with (release.folder / "strata.csv").open(encoding="utf-8-sig", newline="") as file:
        strata = {row["stratum"]: row for row in csv.DictReader(file)}
    rows = {str(row[1]): row for row in sheets(release.folder)["T6 Mẫu"][1:]}
    told = {code: rows[f"Tầng {code}"] for code in strata}
    shown = {code: row[5] for code, row in told.items() if row[5] != ""}
    assert shown == {code: float(strata[code]["returned"]) for code in shown}
    assert 50 < len(shown) < len(strata)
    total = rows["Cộng"]
    answers = release.index["answers"]["sample"]
    assert total[3:6] == [answers["issued"], answers["received"], answers["valid"]]


@pytest.mark.parametrize("name", PAPERS)
def test_what_the_release_hides_stands_in_no_document(release: Release, name: str) -> None:
    """A hidden unit has the dossiers and forms that were declared beforehand, and no other number."""
    hidden = {
        each["code"]
        for each in release.index["figures"]
        if (each["scope"], each["item"], each["state"]) == ("unit", "overall", "suppressed")
    }
    assert hidden == {CANARY, SMALL}
    with (release.folder / "strata.csv").open(encoding="utf-8-sig", newline="") as file:
        strata = list(csv.DictReader(file))
    seen = 0
    for code in hidden:
        mine = [row for row in strata if row["unit"] == code]
        sizes = [int(row["N"]) for row in mine]
        issued = [int(row["issued"]) for row in mine]
        allowed = {numeral(each, 0) for each in (*sizes, *issued, sum(sizes), sum(issued), yamane(sum(sizes)))}
        words = {*release.names[code], *(f"Tầng {row['stratum']}" for row in mine)}
        for line in lines(release.folder)[name]:
            for each in words:
                if each in line:
                    seen += 1
                    beside = line.split(each, 1)[1] if line.startswith(each) else line.replace(each, "")
                    beside = re.sub(r"\(không .*", "", beside)
                    assert set(NUMBER.findall(beside)) <= allowed, line
    assert seen >= 8


def test_the_report_has_no_place_left_to_write_in(release: Release) -> None:
    word = docx.Document(str(release.folder / "report.docx"))
    assert not [each.text for each in word.paragraphs if each.style.name == "Cần điền"]
    text = "\n".join(lines(release.folder)["report.pdf"])
    assert "Cần điền" not in text
    assert "công bố số 1, ngày 20/11/2024" in " ".join(text.split())
    assert "Kiến nghị" not in [each.text for each in word.paragraphs if each.style.name == "Heading 1"]


def test_headings_under_which_nothing_is_left_go_too() -> None:
    blocks = (
        Heading(1, "A"), Heading(2, "B"), Fill("x"), Heading(2, "C"), Paragraph("y"), Heading(1, "D"), Heading(2, "E"),
        Fill("z"),
    )  # fmt: skip
    assert written(blocks) == (Heading(1, "A"), Heading(2, "C"), Paragraph("y"))


def test_the_same_publication_is_the_same_bytes(database: Database) -> None:
    """Also where the campaign is of a kind of its own: it gets its tables."""
    make_week(database, [("A", 5, 40), ("B", 3, 35)], kind="other", opens=date(2026, 10, 1))
    tally.fold(database, "thu")
    with database.writing() as session:
        move(session, "thu", "closed", "test")
    with database.writing(in_turn=True) as session:
        assert isinstance(lock(session, "thu", "test", NOW), CampaignRow)
    made = [draft(database, "thu", MANNER, reason="", now=NOW) for _ in range(2)]
    assert isinstance(made[0], Draft)
    assert isinstance(made[1], Draft)
    assert made[0].contents.files == made[1].contents.files
    printed = pypdfium2.PdfDocument(io.BytesIO(made[0].contents.files["report.pdf"]))
    assert "Kết quả khảo sát: " in " ".join(printed[0].get_textpage().get_text_range().split())


def test_a_correction_tells_nothing_by_groups_of_people(database: Database, tmp_path: Path) -> None:
    """Two tables by groups, and the difference of them is what the few said who came in between."""
    code = make_survey(database, 2024, basis="open", people=60, levels=("district",))
    first = publication(database, code, tmp_path / "one")
    assert any(name.startswith("T4") for name in sheets(first.folder))
    with database.writing() as session:
        unlock(session, code, "Thiếu một tệp", "test", NOW)
    second = publication(database, code, tmp_path / "two", "Thiếu một tệp")
    assert not any(name.startswith("T4") for name in sheets(second.folder))
    assert ["Lý do", "Thiếu một tệp", ""] in sheets(second.folder)["Đọc trước"]
    assert verify.check(second.folder, second.digest)[0] == []


def test_answers_that_wait_are_in_no_document(database: Database, tmp_path: Path) -> None:
    """Where three answers are left out, the documents count none of them and tell no channel and no week."""
    make_week(database, [("A", 9, 40), ("B", 9, 38)], kind="sipas", results="withheld")
    tally.fold(database, "thu")
    with database.writing() as session:
        move(session, "thu", "closed", "test")
    publication(database, "thu", tmp_path / "one")
    with database.writing() as session:
        unlock(session, "thu", "Sửa", "test", NOW)
    give(database, [("A", 5, 3)])
    done = publication(database, "thu", tmp_path / "two", "Sửa")
    assert done.held_back == 3
    found = sheets(done.folder)
    assert [row[-2:] for row in found["T6 Mẫu"] if row[1] == "Cộng"] == [[78.0, 78.0]]
    assert [row[1] for row in found["T6 Hình thức"][1:]][:1] == [78.0]
