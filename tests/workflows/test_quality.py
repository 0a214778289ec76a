"""Flags from the rows to the decision: arrivals apart from responses, flags once, two people, counts that go along."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from store.database import Database
from store.models.campaigns import CampaignRow, CounterRow
from store.models.collection import ResponseRow
from store.models.quality import ArrivalRow, FlagRow
from store.queries import audit, campaigns, job_runs
from store.queries import quality as rows
from survey.document import encode
from survey.faults import Fault
from survey.flags import Standing
from tests.factories import make_campaign
from workflows import arrivals, batches, index, quality, retain, tally
from workflows.places import questionnaire_of
from workflows.quality_dossiers import import_dossiers
from workflows.quality_figures import sensitivity
from workflows.sheets import Sheet, read_sheet

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST = date(2026, 11, 2)
NOW = datetime(2026, 11, 20, 9, 40, tzinfo=UTC)
LEVELS = {"hai_long": "5", "binh_thuong": "3"}


@pytest.fixture(autouse=True)
def campaign(database: Database) -> CampaignRow:
    with database.writing() as session:
        return make_campaign(
            session,
            units={"A": {}, "B": {}, "C": {}},
            opens=FIRST,
            closes=date(2026, 12, 31),
            batch={"minimum_new": 5, "every": "hour"},
        )


def weekdays() -> list[date]:
    return [day for n in range(19) if (day := FIRST + timedelta(n)).isoweekday() < 6]


def counters(database: Database) -> list[CounterRow]:
    with database.reading() as session:
        return list(session.scalars(select(CounterRow).order_by(CounterRow.id)))


def give(database: Database, counter: CounterRow, day: date, count: int, level: str = "4", seconds: int = 90) -> None:
    """So many people answer at that counter on that day."""
    with database.writing() as session:
        row = session.get_one(CampaignRow, counter.campaign_id)
        whole = questionnaire_of(campaigns.questionnaire(session, row))
        answers = {item.code: level for item in whole.items if item.type in ("scale", "matrix")}
        for number in range(count):
            answers[next(iter(answers))] = str(3 + number % 3) if level == "4" else level
            name = f"{counter.id}-{day}-{level}-{number}"
            values = {
                "id": name.encode()[-16:].rjust(16, b"0"), "campaign_id": row.id,
                "questionnaire_id": row.questionnaire_id, "unit_id": counter.unit_id, "counter_id": counter.id,
                "stratum_id": 0, "stream": "open", "channel": "web", "language": "vi", "assisted": False, "day": day,
                "duration_s": seconds, "codes": encode(whole, answers)[0], "words": None, "state": "valid",
                "reason": "", "external_id": name,
            }  # fmt: skip
            session.execute(insert(ResponseRow).values(**values))


def beat(database: Database, at: datetime) -> None:
    """The clock counted then."""
    note = {
        "job": "tally", "period": at.isoformat(), "due_at": at, "started_at": at, "finished_at": at, "state": "done",
        "fence": 1, "facts": {},
    }  # fmt: skip
    database.write(lambda connection: job_runs.note(connection, note))


def arrived(database: Database) -> list[tuple[int, int]]:
    with database.reading() as session:
        return [(row.counter_id, row.n) for row in session.scalars(select(ArrivalRow).order_by(ArrivalRow.counter_id))]


def states(database: Database) -> dict[str, int]:
    with database.reading() as session:
        found = [row.state for row in session.scalars(select(ResponseRow))]
    return {state: found.count(state) for state in sorted(set(found))}


def stuffed(database: Database) -> None:
    """Eight answers a day everywhere; at the first counter 40 quick fives more on one day, within half an hour."""
    for counter in counters(database):
        for day in weekdays():
            give(database, counter, day, 8)
    first = counters(database)[0]
    give(database, first, weekdays()[-1], 40, "5", 4)
    tally.fold(database, "thu")
    noon = datetime.combine(weekdays()[-1], datetime.min.time(), ZONE) + timedelta(hours=12)
    with database.writing() as session:
        rows.count_arrivals(session, first.campaign_id, noon, {first.id: 40})


def flag_of(database: Database, rule: str) -> FlagRow:
    with database.reading() as session:
        return session.scalars(select(FlagRow).where(FlagRow.rule == rule)).one()


def say(database: Database, flag: FlagRow, actor: str, kind: str, reason: str = "Đã kiểm tra") -> Standing | Fault:
    with database.writing() as session:
        return quality.decide(session, flag.id, actor=actor, kind=kind, reason=reason, now=NOW, own=())


def test_what_the_clock_counts_is_noted_by_counter_and_half_hour_once(database: Database) -> None:
    one, two, _ = counters(database)
    beat(database, datetime.now(UTC) - timedelta(seconds=50))
    give(database, one, FIRST, 3)
    give(database, two, FIRST, 2)
    tally.fold(database, "thu")
    tally.fold(database, "thu")
    assert arrived(database) == [(one.id, 3), (two.id, 2)]
    give(database, one, weekdays()[1], 4)
    tally.fold(database, "thu")
    assert sum(n for counter, n in arrived(database) if counter == one.id) == 7


def test_answers_of_an_unknown_moment_are_of_no_half_hour(database: Database) -> None:
    give(database, counters(database)[0], FIRST, 3)
    tally.fold(database, "thu")  # no clock ever ran
    beat(database, datetime.now(UTC) - timedelta(minutes=11))
    give(database, counters(database)[1], FIRST, 3)
    tally.fold(database, "thu")  # it stood still
    assert arrived(database) == []


def test_a_sheet_that_was_taken_in_is_no_burst(database: Database) -> None:
    beat(database, datetime.now(UTC) - timedelta(seconds=50))
    give(database, counters(database)[0], FIRST, 3)
    with database.writing() as session:
        audit.note(session, at=datetime.now(UTC), actor="x", act="import", subject="thu")
    tally.fold(database, "thu")
    assert arrived(database) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_count_shares_a_transaction_with_a_response(database: Database) -> None:
    beat(database, datetime.now(UTC) - timedelta(seconds=50))
    give(database, counters(database)[0], FIRST, 3)
    tally.fold(database, "thu")
    assert len(arrived(database)) == 1
    joined = "SELECT count(*) FROM response JOIN arrival ON response.xmin::text = arrival.xmin::text"
    with database.engine.begin() as connection:
        assert connection.exec_driver_sql(joined).scalar() == 0


def test_half_hours_are_forgotten_after_seven_days(database: Database) -> None:
    first = counters(database)[0]
    with database.writing() as session:
        for days in (6, 8):
            moment = arrivals.half_hour(NOW - timedelta(days=days))
            rows.count_arrivals(session, first.campaign_id, moment, {first.id: days})
    database.write(lambda connection: retain.forget(connection, NOW, ZONE))
    assert arrived(database) == [(first.id, 6)]


def test_flags_are_kept_once_and_name_the_day_only(database: Database) -> None:
    stuffed(database)
    assert quality.look(database, "thu", NOW, ZONE) > 0
    assert quality.look(database, "thu", NOW + timedelta(hours=1), ZONE) == 0
    burst, unit = flag_of(database, "burst"), flag_of(database, "unit")
    first = counters(database)[0]
    assert (burst.counter_id, burst.unit_id, burst.on_day) == (first.id, first.unit_id, weekdays()[-1].isoformat())
    assert unit.unit_id == first.unit_id
    assert {"burst", "speed"} <= set(unit.facts)
    assert states(database) == {"valid": 8 * 3 * len(weekdays()) + 40}


def test_a_locked_campaign_is_left_alone(database: Database) -> None:
    stuffed(database)
    quality.look(database, "thu", NOW, ZONE)
    burst = flag_of(database, "burst")
    with database.writing() as session:
        session.scalars(select(CampaignRow)).one().state = "locked"
    assert quality.look(database, "thu", NOW, ZONE) == 0
    assert say(database, burst, "a@x", "set_aside") == Fault(
        "campaign_frozen", "flag", {"campaign": "thu", "state": "locked"}
    )


def test_two_people_set_answers_aside_and_two_bring_them_back(database: Database) -> None:
    stuffed(database)
    quality.look(database, "thu", NOW, ZONE)
    burst = flag_of(database, "burst")
    assert isinstance(say(database, burst, "a@x", "set_aside", " "), Fault)
    assert say(database, burst, "a@x", "set_aside") == Standing("", "set_aside", "a@x")
    assert isinstance(say(database, burst, "A@x", "set_aside"), Fault)
    assert "quarantined" not in states(database)
    assert say(database, burst, "b@x", "set_aside") == Standing("set_aside")
    everything = 8 * 3 * len(weekdays()) + 40
    assert states(database) == {"quarantined": 48, "valid": everything - 48}
    with database.reading() as session:
        assert tally.recount(session, "thu").different == ()
        assert index.document(session, "thu", NOW)["answers"]["open"] == {
            "received": everything, "valid": everything - 48, "quarantined": 48,
        }  # fmt: skip
    assert say(database, burst, "b@x", "keep") == Standing("set_aside", "keep", "b@x")
    assert say(database, burst, "c@x", "keep") == Standing("keep")
    assert states(database) == {"valid": everything}
    with database.reading() as session:
        assert tally.recount(session, "thu").different == ()
        said = rows.decisions(session, [burst.id])
    assert [(each.actor, each.kind) for each in said] == [
        ("a@x", "set_aside"), ("b@x", "set_aside"), ("b@x", "keep"), ("c@x", "keep"),
    ]  # fmt: skip


def test_an_answer_that_is_not_counted_yet_goes_along(database: Database) -> None:
    stuffed(database)
    quality.look(database, "thu", NOW, ZONE)
    burst, first = flag_of(database, "burst"), counters(database)[0]
    give(database, first, weekdays()[-1], 2, "1")
    say(database, burst, "a@x", "set_aside")
    say(database, burst, "b@x", "set_aside")
    tally.fold(database, "thu")
    with database.reading() as session:
        assert tally.recount(session, "thu").different == ()
    assert states(database)["quarantined"] == 50


def test_what_was_set_aside_for_another_reason_stays_so(database: Database) -> None:
    stuffed(database)
    quality.look(database, "thu", NOW, ZONE)
    burst, unit = flag_of(database, "burst"), flag_of(database, "unit")
    for flag in (burst, unit):
        say(database, flag, "a@x", "set_aside")
        say(database, flag, "b@x", "set_aside")
    for actor in ("a@x", "b@x"):
        say(database, unit, actor, "keep")
    assert states(database)["quarantined"] == 48


def test_the_units_own_words_decide_nothing(database: Database) -> None:
    stuffed(database)
    quality.look(database, "thu", NOW, ZONE)
    burst = flag_of(database, "burst")
    with database.writing() as session:
        assert quality.answer(session, burst.id, actor="head@x", words="Đoàn 40 người", now=NOW) is None
        assert quality.answer(session, 999, actor="head@x", words="x", now=NOW) is not None
    with database.reading() as session:
        found = next(each for each in quality.flagged(session, burst.campaign_id) if each.flag.id == burst.id)
    assert (found.standing, [each.kind for each in found.said]) == (Standing(""), ["answer"])


def test_the_public_page_follows_what_was_set_aside(database: Database) -> None:
    stuffed(database)
    assert batches.show_batch(database, "thu", NOW, ZONE, at_once=True)
    quality.look(database, "thu", NOW, ZONE)
    burst = flag_of(database, "burst")
    say(database, burst, "a@x", "set_aside")
    say(database, burst, "b@x", "set_aside")
    assert batches.show_batch(database, "thu", NOW + timedelta(hours=2), ZONE)
    with database.reading() as session:
        found = index.document(session, "thu", NOW, shown=True)
    assert found["answers"]["open"]["quarantined"] == 48


def test_the_index_stands_with_and_without_what_is_flagged(database: Database) -> None:
    stuffed(database)
    quality.look(database, "thu", NOW, ZONE)
    with database.reading() as session:
        before = {row.code: row for row in sensitivity(session, "thu")}
    first = 8 * len(weekdays()) + 40
    assert (before["A"].received.n, before["A"].valid.n, before["A"].without.n) == (first, first, 0)
    assert before["B"].valid == before["B"].without
    whole = before["*"]
    assert whole.without.value is not None
    assert whole.valid.value is not None
    assert whole.valid.value > whole.without.value
    for actor in ("a@x", "b@x"):
        say(database, flag_of(database, "burst"), actor, "set_aside")
    with database.reading() as session:
        after = {row.code: row for row in sensitivity(session, "thu")}
    assert (after["A"].received.n, after["A"].valid.n) == (first, first - 48)
    assert after["A"].received.value == before["A"].valid.value


def test_two_figures_that_differ_by_a_few_people_are_not_shown_side_by_side(database: Database) -> None:
    one = counters(database)[0]
    for day in weekdays():
        give(database, one, day, 8)
    give(database, one, FIRST + timedelta(5), 2)
    tally.fold(database, "thu")
    with database.writing() as session:
        session.add(
            FlagRow(
                campaign_id=one.campaign_id, rule="burst", rule_version=1, unit_id=one.unit_id, counter_id=one.id,
                on_day=(FIRST + timedelta(5)).isoformat(), score=0, threshold=0, facts={}, at=NOW,
            )
        )  # fmt: skip
    with database.reading() as session:
        found = {row.code: row for row in sensitivity(session, "thu")}
    assert found["A"].without.value is None
    assert found["A"].without.state == "suppressed"


def test_dossiers_are_taken_in_by_day_or_refused_with_every_fault(database: Database) -> None:
    def sheet(text: str) -> Sheet:
        found = read_sheet(text.encode())
        assert isinstance(found, Sheet)
        return found

    code = counters(database)[0].code
    good = f"unit,counter,day,dossiers\nA,,2026-11-03,40\nA,{code},2026-11-03,12\n"
    with database.writing() as session:
        done = import_dossiers(session, "thu", sheet(good), actor="x", now=NOW)
        again = import_dossiers(session, "thu", sheet(good.replace("40", "41")), actor="x", now=NOW)
        wrong = import_dossiers(session, "thu", sheet("unit,counter,day,dossiers\nX,y,z,many\n"), actor="x", now=NOW)
    assert not isinstance(done, tuple)
    assert not isinstance(again, tuple)
    assert (len(done.added), len(again.changed), again.unchanged) == (2, 1, 1)
    assert isinstance(wrong, tuple)
    assert [fault.code for fault in wrong] == [
        "unit_not_in_campaign", "unknown_counter", "date_form", "whole_number_form",
    ]  # fmt: skip
    with database.reading() as session:
        assert sorted(each.n for each in rows.dossiers(session, counters(database)[0].campaign_id)) == [12, 41]
