"""Counters and strata from sheets; codes that survive fingers and spreadsheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from store.database import Database
from store.models.campaigns import CampaignRow, CounterRow, StratumRow
from store.models.results import AuditRow
from survey.counter_codes import ALPHABET, BITS, counter_code, like_a_number, read_counter_code, spoken
from survey.faults import Fault
from tests.workflows.builders import BROKEN, COUNTERS, NOW, STRATA, cases, counts, make_campaign, sheet, told
from workflows.counters import import_counters, list_counters, new_code, revoke_counter
from workflows.sheets import Sheet, read_sheet
from workflows.strata import import_strata
from workflows.units import Changes

NUMBERS = st.integers(0, 2**BITS - 1)
MORE = "unit,name,service\nSNV,Quầy 1,Chứng thực\nSNV,Quầy 3,Đất đai\n"


def take(
    database: Database,
    text: str,
    *,
    campaign: str = "dot-1",
    dry_run: bool = False,
    step: Callable[..., object] = import_counters,
) -> object:
    with database.writing() as session:
        return step(session, campaign, sheet(text), actor="test", now=NOW, dry_run=dry_run)


def counters(database: Database) -> dict[tuple[int, str], tuple[str, str]]:
    with database.reading() as session:
        return {(row.unit_id, row.name): (row.code, row.service) for row in session.scalars(select(CounterRow))}


def test_a_counter_without_a_code_is_given_one_and_keeps_it(database: Database) -> None:
    make_campaign(database)
    assert take(database, MORE) == Changes(("SNV: Quầy 3",), (), 1)
    before = counters(database)
    codes = [code for code, _ in before.values()]
    assert all(read_counter_code(code) == code for code in codes)
    assert len(set(codes)) == 3
    assert take(database, MORE) == Changes((), (), 2)
    assert counters(database) == before


def test_a_changed_service_is_told_and_the_code_stays(database: Database) -> None:
    make_campaign(database)
    before = counters(database)
    assert take(database, COUNTERS.replace("Cấp phép", "Cấp phép xây dựng")) == Changes((), ("SYT: Quầy 2",), 1)
    after = counters(database)
    assert {code for code, _ in after.values()} == {code for code, _ in before.values()}
    assert "Cấp phép xây dựng" in {service for _, service in after.values()}


def test_a_dry_run_tells_the_same_and_keeps_nothing(database: Database) -> None:
    make_campaign(database)
    before = counts(database)
    told_before = take(database, MORE, dry_run=True)
    assert counts(database) == before
    assert take(database, MORE) == told_before


@pytest.mark.parametrize(("name", "expected"), cases("counters"))
def test_a_broken_sheet_is_refused_with_every_fault(database: Database, name: str, expected: list[str]) -> None:
    make_campaign(database)
    before = counts(database)
    read = read_sheet(BROKEN / "counters" / name)
    assert isinstance(read, Sheet)
    with database.writing() as session:
        done = import_counters(session, "dot-1", read, actor="test", now=NOW)
    assert not isinstance(done, Changes)
    assert told(done) == expected
    assert counts(database) == before


@pytest.mark.parametrize("step", [import_counters, import_strata])
@pytest.mark.parametrize("state", ["locked", "published"])
def test_a_frozen_campaign_takes_nothing(database: Database, state: str, step: Callable[..., object]) -> None:
    make_campaign(database)
    with database.writing() as session:
        session.scalars(select(CampaignRow)).one().state = state
    done = take(database, MORE, step=step)
    assert isinstance(done, tuple)
    assert [fault.code for fault in done] == ["campaign_frozen"]
    unknown = take(database, MORE, step=step, campaign="dot-9")
    assert isinstance(unknown, tuple)
    assert [fault.code for fault in unknown] == ["unknown_campaign"]


def test_counters_are_listed_with_their_units(database: Database) -> None:
    make_campaign(database)
    with database.reading() as session:
        rows = list_counters(session, "dot-1")
        assert not isinstance(rows, Fault)
        assert [(unit.code, counter.name) for counter, unit in rows] == [("SNV", "Quầy 1"), ("SYT", "Quầy 2")]
        missing = list_counters(session, "dot-9")
    assert isinstance(missing, Fault)
    assert missing.code == "unknown_campaign"


def test_revoking_happens_once_however_the_code_is_typed(database: Database) -> None:
    make_campaign(database)
    for later, typed in enumerate(["0000-0000-0", "oooo oooo o"]):
        with database.writing() as session:
            row = revoke_counter(session, typed, actor="test", now=NOW + timedelta(days=later))
            assert isinstance(row, CounterRow)
            assert row.revoked_at == NOW
    with database.reading() as session:
        assert len(session.scalars(select(AuditRow).where(AuditRow.act == "revoke")).all()) == 1
    with database.writing() as session:
        missing = revoke_counter(session, "222222222", actor="test", now=NOW)
    assert isinstance(missing, Fault)
    assert missing.code == "unknown_counter"


def test_strata_are_kept_once_and_brought_up_to_date(database: Database) -> None:
    make_campaign(database)
    assert take(database, STRATA, step=import_strata) == Changes((), (), 2)
    assert take(database, STRATA.replace("286", "290.0"), step=import_strata) == Changes((), ("SNV-a",), 1)
    with database.reading() as session:
        rows = session.scalars(select(StratumRow).order_by(StratumRow.code)).all()
    assert [(row.code, row.size, row.issued) for row in rows] == [("SNV-a", 1000, 290), ("SYT-a", 200, 134)]


def test_every_fault_of_strata_is_told(database: Database) -> None:
    make_campaign(database)
    before = counts(database)
    broken = "stratum,unit,N,issued\nX,SNV,100,101\nX,SNV,1,1\n,SXD,a,-1\nY,SNV,1.5,\n"
    done = take(database, broken, step=import_strata)
    assert isinstance(done, tuple)
    assert told(done) == [
        "row 2, column issued: 101 forms were issued in a stratum of 100; correct one of the two numbers.",
        "row 4, column stratum: The cell of column stratum is empty; fill it in.",
        "row 4, column unit: The campaign has no unit “SXD”; write one of its codes: SNV, SYT.",
        "row 4, column N: “a” is not a whole number; write digits only, for example 1200.",
        "row 4, column issued: “-1” is not a whole number; write digits only, for example 1200.",
        "row 5, column N: “1.5” is not a whole number; write digits only, for example 1200.",
        "row 5, column issued: The cell of column issued is empty; fill it in.",
    ]
    assert counts(database) == before


@given(NUMBERS)
def test_a_code_is_read_however_it_is_typed(number: int) -> None:
    code = counter_code(number)
    typed = spoken(code).lower().replace("0", "o").replace("1", "l")
    assert read_counter_code(f" {typed} ") == code
    assert len(code) == 9


@given(NUMBERS, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(number: int, place: int, letter: str) -> None:
    code = counter_code(number)
    wrong = code[:place] + letter + code[place + 1 :]
    assert read_counter_code(wrong) == (code if wrong == code else None)


@given(NUMBERS, st.integers(0, 8), st.integers(0, 8))
def test_two_swapped_characters_are_noticed(number: int, one: int, two: int) -> None:
    code = counter_code(number)
    letters = list(code)
    letters[one], letters[two] = letters[two], letters[one]
    wrong = "".join(letters)
    assert read_counter_code(wrong) == (code if wrong == code else None)


@given(st.text(max_size=20))
def test_no_text_makes_the_reader_of_codes_raise(text: str) -> None:
    read = read_counter_code(text)
    assert read is None or len(read) == 9


def test_codes_that_a_spreadsheet_takes_for_numbers_are_not_given_out(monkeypatch: pytest.MonkeyPatch) -> None:
    like_one = next(number for number in range(100) if like_a_number(counter_code(number)))
    sound = next(number for number in range(2**39, 2**39 + 100) if not like_a_number(counter_code(number)))
    drawn = iter([like_one, sound])
    monkeypatch.setattr("workflows.counters.secrets.randbits", lambda bits: next(drawn))
    assert new_code() == counter_code(sound)
