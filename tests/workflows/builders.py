"""Plain builders: a small campaign with everything in it, sheets from text, workbooks from rows."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
import yaml
from sqlalchemy import func, select

from runtime.words import fault_sentence
from store.base import Base
from store.database import Database
from store.models.campaigns import CampaignRow
from survey.campaign import CampaignPlan, read_campaign
from survey.faults import Fault
from workflows.campaigns import create
from workflows.counters import import_counters
from workflows.sheets import Sheet, read_sheet
from workflows.strata import import_strata
from workflows.units import Changes, import_units

BROKEN = Path(__file__).parent / "broken"
NOW = datetime(2024, 6, 1, 9, 30, tzinfo=UTC)
QUESTIONNAIRE = (Path(__file__).parent / "questionnaire.yaml").read_text(encoding="utf-8")
UNITS = """code,name,short_name,level,block,parent,valid_from,valid_to,legal_basis
TN,Tỉnh Thái Nguyên,Thái Nguyên,province,,,2020-01-01,,
SNV,Sở Nội vụ,Sở Nội vụ,department,so,TN,2020-01-01,,
SYT,Sở Y tế,Sở Y tế,department,so,TN,2020-01-01,,
"""
COUNTERS = """unit,name,service,code
SNV,Quầy 1,Chứng thực,000000000
SYT,Quầy 2,Cấp phép,111111118
"""
STRATA = "stratum,unit,N,issued\nSNV-a,SNV,1000,286\nSYT-a,SYT,200,134\n"
PLAN = """
code: dot-1
title: {vi: Đợt 1, en: Round 1}
year: 2024
kind: sipas
basis: open
questionnaire: {file: questionnaire.yaml}
opens: 2024-05-01
closes: 2024-12-31
units: [SNV, SYT]
"""
HEADER = "external_id,unit,counter,stratum,stream,channel,language,finished_on,duration_s"


def sheet(text: str | bytes) -> Sheet:
    """The sheet of a CSV text that is known to be sound."""
    read = read_sheet(text.encode() if isinstance(text, str) else text)
    assert isinstance(read, Sheet), told(read)
    return read


def make_units(database: Database, text: str = UNITS) -> Changes | tuple[Fault, ...]:
    """Import units."""
    with database.writing() as session:
        return import_units(session, sheet(text), actor="test", now=NOW)


def make_campaign(database: Database) -> None:
    """A campaign `dot-1` of two units, a counter and a stratum each."""
    assert isinstance(make_units(database), Changes)
    plan = read_campaign(PLAN)
    assert isinstance(plan, CampaignPlan), told(plan)
    with database.writing() as session:
        made = create(session, plan, QUESTIONNAIRE, "test")
        assert isinstance(made, CampaignRow), told(tuple(made))
        for take, text in ((import_counters, COUNTERS), (import_strata, STRATA)):
            done = take(session, "dot-1", sheet(text), actor="test", now=NOW)
            assert isinstance(done, Changes), told(done)


def told(faults: Iterable[Fault]) -> list[str]:
    """The faults as a clerk reads them."""
    return [f"{fault.where}: {fault_sentence(fault.code, fault.facts, 'en')}" for fault in faults]


def cases(folder: str) -> list[tuple[str, list[str]]]:
    """Broken files and the faults that each must give."""
    expected = yaml.safe_load((BROKEN / folder / "expected.yaml").read_text(encoding="utf-8"))
    assert set(expected) == {path.name for path in (BROKEN / folder).iterdir()} - {"expected.yaml"}
    return sorted(expected.items())


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has: what a refused import must not change."""
    with database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """An XLSX file of these rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                page.write(number, place, cell)
    return out.getvalue()
