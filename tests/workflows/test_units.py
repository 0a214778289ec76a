"""Units and their succession from sheets."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from store.database import Database
from store.models.results import AuditRow
from store.models.units import UnitLinkRow, UnitRow
from store.queries import units
from tests.workflows.builders import BROKEN, NOW, UNITS, cases, counts, make_units, sheet, told
from workflows.sheets import Sheet, read_sheet
from workflows.units import Changes, import_units

SHIPPED = Path(__file__).parents[2] / "instruments" / "units"
LINKS = "predecessor,successor,on,share\nSNV,SYT,2025-03-01,1\n"


def refused(database: Database, path: Path) -> list[str]:
    read = read_sheet(path)
    assert isinstance(read, Sheet)
    with database.writing() as session:
        done = import_units(session, read, actor="test", now=NOW)
    assert not isinstance(done, Changes)
    return told(done)


def test_units_are_kept_as_the_sheet_has_them(database: Database) -> None:
    done = make_units(database)
    assert done == Changes(("TN", "SNV", "SYT"), (), 0)
    with database.reading() as session:
        row = session.scalars(select(UnitRow).where(UnitRow.code == "SNV")).one()
    assert (row.name, row.level, row.block, row.parent) == ("Sở Nội vụ", "department", "so", "TN")
    assert (row.valid_from, row.valid_to, row.legal_basis) == (date(2020, 1, 1), None, "")


def test_the_same_sheet_again_changes_nothing(database: Database) -> None:
    make_units(database)
    before = counts(database)
    assert make_units(database, UNITS.replace(",", ";")) == Changes((), (), 3)
    assert counts(database) == before


def test_a_changed_row_is_brought_up_to_date_and_told(database: Database) -> None:
    make_units(database)
    changed = (
        UNITS.replace("Sở Y tế,Sở Y tế", "Sở Y tế tỉnh,Sở Y tế") + "SXD,Sở Xây dựng,,department,so,TN,1/1/2020,,\n"
    )
    assert make_units(database, changed) == Changes(("SXD",), ("SYT",), 2)
    with database.reading() as session:
        assert [row.name for row in units.units(session)] == [
            "Sở Nội vụ",
            "Sở Xây dựng",
            "Sở Y tế tỉnh",
            "Tỉnh Thái Nguyên",
        ]
        facts = session.scalars(select(AuditRow.facts).order_by(AuditRow.id)).all()
    assert facts[-1] == {"added": "1", "changed": "1", "unchanged": "2"}


def test_a_dry_run_tells_the_same_and_keeps_nothing(database: Database) -> None:
    make_units(database)
    before = counts(database)
    changed = sheet(
        UNITS.replace("Sở Y tế,Sở Y tế", "Sở Y tế tỉnh,Sở Y tế") + "SXD,Sở Xây dựng,,department,so,TN,2020-01-01,,\n"
    )
    with database.writing() as session:
        told_before = import_units(session, changed, actor="test", now=NOW, dry_run=True)
    assert counts(database) == before
    with database.reading() as session:
        assert "Sở Y tế" in {row.name for row in units.units(session)}
    with database.writing() as session:
        assert import_units(session, changed, actor="test", now=NOW) == told_before


@pytest.mark.parametrize(("name", "expected"), cases("units"))
def test_a_broken_sheet_is_refused_with_every_fault(database: Database, name: str, expected: list[str]) -> None:
    make_units(database)
    before = counts(database)
    assert refused(database, BROKEN / "units" / name) == expected
    assert counts(database) == before


def test_links_are_known_by_their_header_and_kept_once(database: Database) -> None:
    make_units(database)
    assert make_units(database, LINKS) == Changes(("SNV → SYT",), (), 0)
    assert make_units(database, LINKS) == Changes((), (), 1)
    assert make_units(database, LINKS.replace(",1\n", ",\n")) == Changes((), ("SNV → SYT",), 0)
    with database.reading() as session:
        assert [row.share for row in session.scalars(select(UnitLinkRow))] == [None]


def test_a_change_that_breaks_a_stored_link_is_refused(database: Database) -> None:
    make_units(database)
    make_units(database, LINKS)
    done = make_units(
        database,
        UNITS.replace("SYT,Sở Y tế,Sở Y tế,department,so,TN,2020-01-01", "SYT,Sở Y tế,,department,so,TN,2025-06-01"),
    )
    assert not isinstance(done, Changes)
    assert [fault.code for fault in done] == ["link_successor"]


def test_units_on_a_day_are_those_that_existed_then(database: Database) -> None:
    make_units(database, UNITS + "CU,Sở Cũ,,department,so,TN,2020-01-01,2023-12-31,\n")
    with database.reading() as session:
        assert "CU" in {row.code for row in units.units_on(session, date(2023, 12, 31))}
        assert "CU" not in {row.code for row in units.units_on(session, date(2024, 1, 1))}
        assert units.units_on(session, date(2019, 12, 31)) == []


def test_the_shipped_units_and_links_can_be_imported_and_again(database: Database) -> None:
    files = ["thai-nguyen-2024.csv", "thai-nguyen-2025.csv", "bac-kan-2024.csv", "unit_links.csv"]
    for name in files:
        done = make_units(database, (SHIPPED / name).read_text(encoding="utf-8"))
        assert isinstance(done, Changes), told(done)
        assert done.added
    before = counts(database)
    for name in files:
        done = make_units(database, (SHIPPED / name).read_text(encoding="utf-8"))
        assert isinstance(done, Changes)
        assert (done.added, done.changed) == ((), ())
    assert counts(database) == before
