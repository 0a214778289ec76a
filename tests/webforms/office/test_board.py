"""The fieldwork board: its numbers are those of the answers, filters narrow them, and units see their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from store.database import Database
from store.models.campaigns import CampaignRow, CampaignUnitRow, CounterRow
from store.models.collection import ResponseRow
from survey.rights import Grant, Person
from tests.webforms.office.conftest import Desk
from workflows import board, demo, tally
from workflows.board import Wanted

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WHOLE = Wanted()
TO_UNIT = CampaignUnitRow.unit_id == ResponseRow.unit_id
PERSON = Person(1, "lan@tinh.example", "Lan", "vi", (Grant("home_affairs"),))


@pytest.fixture
def full(database: Database) -> Database:
    demo.load(database, ZONE, answers=600)
    return database


def seen(database: Database, wanted: Wanted = WHOLE, person: Person = PERSON) -> board.Board:
    with database.reading() as session:
        campaign = session.scalars(select(CampaignRow)).one()
        return board.board(session, campaign, person, wanted, datetime.now(ZONE).date())


def answers(database: Database, *conditions: object) -> int:
    with database.reading() as session:
        valid = select(func.count()).select_from(ResponseRow).where(ResponseRow.state == "valid")
        return session.scalar(valid.where(*conditions)) or 0  # type: ignore[arg-type]


def test_the_numbers_are_those_of_the_answers(full: Database) -> None:
    found = seen(full)
    assert found.answers == answers(full) == sum(line.answers for line in found.units)
    assert found.answers + found.set_apart == 600
    assert found.answers == sum(n for _, n in found.days) == sum(n for _, n in found.channels)
    with full.reading() as session:
        last = {
            row.code: session.scalar(select(func.max(ResponseRow.day)).where(ResponseRow.unit_id == row.unit_id))
            for row in session.scalars(select(CampaignUnitRow))
        }
    valid_last = {line.code: line.last for line in found.units if line.last}
    assert all(day <= (last[code] or date.min) for code, day in valid_last.items())


def test_filters_narrow_the_numbers_down(full: Database) -> None:
    whole = seen(full)
    unit = whole.units[0]
    first = datetime.now(ZONE).date() - timedelta(days=10)
    one = seen(full, Wanted(unit=unit.code))
    assert (one.answers, [line.code for line in one.units]) == (unit.answers, [unit.code])
    assert sum(line.answers for line in one.counters) == unit.answers
    counter = seen(full, Wanted(unit=unit.code, counter=one.counters[0].code))
    assert counter.answers == one.counters[0].answers
    assert seen(full, Wanted(first=first)).answers == answers(full, ResponseRow.day >= first)
    by_zalo = seen(full, Wanted(channel="zalo"))
    assert by_zalo.answers == 0
    assert by_zalo.heard == whole.heard, "whoever answers by another channel is not silent"
    assert {line.code: line.silent_days for line in by_zalo.units} == {
        line.code: line.silent_days for line in whole.units
    }


def test_a_board_is_counted_anew_only_where_answers_have_moved(full: Database) -> None:
    later = datetime.now(UTC)
    assert board.count(full, "demo", later) == 0
    with full.writing() as session:
        one = session.scalars(select(ResponseRow.id).where(ResponseRow.state == "valid").limit(1)).one()
        session.execute(update(ResponseRow).where(ResponseRow.id == one).values(folded=0, id=b"0123456789abcdef"))
    before = seen(full).answers
    tally.fold(full, "demo")
    assert board.count(full, "demo", later) == 600
    assert seen(full).answers == before


def test_answers_that_change_places_between_units_are_noticed(full: Database) -> None:
    with full.writing() as session:
        campaign = session.scalars(select(CampaignRow)).one()
        one, other = [line.code for line in seen(full).units[:2]]
        units = {row.code: row.unit_id for row in session.scalars(select(CampaignUnitRow))}
        for code, before, after in ((one, "valid", "quarantined"), (other, "quarantined", "valid")):
            where = (ResponseRow.unit_id == units[code], ResponseRow.state == before)
            found = session.scalars(select(ResponseRow).where(*where).limit(1)).first()
            if found is None:  # nobody's answer is set apart there yet
                found = session.scalars(select(ResponseRow).where(ResponseRow.unit_id == units[code]).limit(1)).one()
            row = (found.questionnaire_id, found.stream, found.unit_id, found.counter_id, found.stratum_id)
            tally.shift(session, campaign.id, [(*row, found.state, found.codes)], after)
            found.state = after
    assert board.count(full, "demo", datetime.now(UTC)) == 600
    assert seen(full).answers == answers(full)


def test_a_unit_sees_its_own_and_no_other(full: Database, signed_in: Callable[..., Desk]) -> None:
    with full.reading() as session:
        own, other = session.scalars(select(CampaignUnitRow).where(CampaignUnitRow.level == "commune").limit(2))
    desk = signed_in("unit_officer", own.unit_id)
    page = desk.open("/board/demo").text
    assert own.short_name in page
    assert other.short_name not in page
    assert desk.open(f"/board/demo?unit={other.code}").status_code == 404
    assert other.name not in desk.open("/board/demo/units.csv").text


@pytest.mark.parametrize(
    "query", ["first=x&last=%01", "unit=none", "channel=none", "first=2999-01-01", "last=1999-01-01"]
)
def test_any_filter_is_answered(full: Database, signed_in: Callable[..., Desk], query: str) -> None:
    assert signed_in("supervisor").open(f"/board/demo?{query}").status_code == (404 if "unit" in query else 200)


def test_the_picture_can_be_put_into_a_document(full: Database, signed_in: Callable[..., Desk]) -> None:
    picture = signed_in("home_affairs").open("/board/demo/days.svg")
    assert picture.headers["Content-Disposition"] == 'attachment; filename="demo-ngay.svg"'
    assert picture.text.startswith("<svg xmlns=")


def sheet_of(desk: Desk, path: str) -> list[list[str]]:
    """The rows of a sheet, the header apart."""
    return list(csv.reader(io.StringIO(desk.open(path).text.lstrip("\ufeff"))))[1:]


def test_each_table_and_picture_can_be_taken_along(full: Database, signed_in: Callable[..., Desk]) -> None:
    desk, whole = signed_in("home_affairs"), seen(full)
    unit = whole.units[0]
    mine = seen(full, Wanted(unit=unit.code))
    assert [int(row[1]) for row in sheet_of(desk, "/board/demo/days.csv")] == [n for _, n in whole.days]
    assert sheet_of(desk, "/board/demo/channels.csv") == [["Web form", str(whole.answers)]]
    units = sheet_of(desk, "/board/demo/units.csv")
    assert sum(int(row[1]) for row in units) == whole.answers
    week = datetime.now(ZONE).date() - timedelta(days=7)
    recent = [answers(full, ResponseRow.day > week, CampaignUnitRow.short_name == row[0], TO_UNIT) for row in units]
    assert [int(row[-1]) for row in units] == recent
    counters = sheet_of(desk, f"/board/demo/counters.csv?unit={unit.code}")
    assert [(row[1], int(row[2])) for row in counters] == [(line.code, line.answers) for line in mine.counters]
    assert sum(line.change for line in mine.counters) == mine.units[0].change
    assert desk.open("/board/demo/else.csv").status_code == 404


def test_a_withdrawn_counter_says_so(full: Database, signed_in: Callable[..., Desk]) -> None:
    with full.writing() as session:
        counter = session.scalars(select(CounterRow)).first()
        assert counter is not None
        counter.revoked_at = datetime.now(UTC)
        unit = session.scalars(select(CampaignUnitRow).where(CampaignUnitRow.unit_id == counter.unit_id)).one()
    page = signed_in("home_affairs").open(f"/board/demo?unit={unit.code}").text
    assert f"{counter.code} withdrawn" in page
