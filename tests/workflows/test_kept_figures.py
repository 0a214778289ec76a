"""The index with and without flags, kept: the same numbers as worked out anew, and anew once something has moved."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from scheduler.jobs import JOBS
from store.database import Database
from store.models.campaigns import CampaignRow
from tests.factories import make_campaign
from tests.workflows.test_quality import FIRST, NOW, ZONE, counters, flag_of, give, say, stuffed, weekdays
from workflows import kept_figures, quality, tally
from workflows.kept_figures import packed, unpacked
from workflows.quality_figures import Compared, Value, sensitivity


@pytest.fixture(autouse=True)
def campaign(database: Database) -> CampaignRow:
    with database.writing() as session:
        return make_campaign(session, units={"A": {}, "B": {}, "C": {}}, opens=FIRST, closes=date(2026, 12, 31))


def kept(database: Database) -> kept_figures.Kept | None:
    with database.reading() as session:
        return kept_figures.kept(session, session.scalars(select(CampaignRow)).one())


def as_worked_out(database: Database) -> tuple[Compared, ...]:
    with database.reading() as session:
        return tuple(sensitivity(session, "thu"))


def test_kept_is_worked_out_anew_after_every_move_and_only_then(database: Database) -> None:
    assert kept(database) is None
    stuffed(database)
    moments = [NOW + timedelta(minutes=5 * number) for number in range(8)]
    seen = []

    def beat(expected: int) -> None:
        at = moments.pop(0)
        assert kept_figures.work_out(database, "thu", at) == expected
        found = kept(database)
        assert found is not None
        assert found.rows == as_worked_out(database)
        assert (found.worked_out_at == at) == bool(expected)
        seen.append(found.rows)

    beat(3)
    beat(0)
    quality.look(database, "thu", NOW, ZONE)
    beat(3)
    burst = flag_of(database, "burst")
    say(database, burst, "a@x", "set_aside")
    beat(0)
    say(database, burst, "b@x", "set_aside")
    beat(3)
    give(database, counters(database)[1], weekdays()[0], 7, "2")
    tally.fold(database, "thu")
    beat(3)
    assert len(set(seen)) == 4, "each move shows"


def test_a_draft_has_nothing_to_work_out(database: Database) -> None:
    with database.writing() as session:
        session.scalars(select(CampaignRow)).one().state = "draft"
    assert kept_figures.work_out(database, "thu", NOW) == 0
    assert kept_figures.work_out(database, "none", NOW) == 0
    assert kept(database) is None


def test_a_mean_over_many_units_is_kept_exactly() -> None:
    long = Fraction(3**20_000, 7**18_000)  # more digits than Python reads as decimals
    rows = [
        Compared("*", "", Value(long, 9, "ok"), Value(Fraction(-1, 3), 1, "flag_small"), Value(None, 0, "undefined"))
    ]
    assert unpacked(packed(rows), {}) == tuple(rows)


def test_the_clock_keeps_them() -> None:
    assert "figures" in {job.name for job in JOBS}
