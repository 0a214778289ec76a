"""The pages of data quality: what stands out in plain words, two people who decide, the unit's words, both figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from store.database import Database
from store.models.accounts import AccountGrantRow, AccountRow
from store.models.quality import FlagDecisionRow, FlagRow
from store.queries import quality as rows
from tests.factories import make_campaign
from tests.webforms.office.conftest import Desk
from tests.workflows.test_quality import FIRST, NOW, ZONE, counters, flag_of, states, stuffed, weekdays
from webforms.office.quality_words import RULE_WORDS
from workflows import kept_figures, quality, tally
from workflows.quality_evidence import parameters

SignedIn = Callable[..., Desk]
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def burst(database: Database) -> FlagRow:
    """A stuffed counter of unit A whose flags are found."""
    with database.writing() as session:
        make_campaign(session, units={"A": {}, "B": {}, "C": {}}, opens=FIRST, closes=date(2026, 12, 31))
    stuffed(database)
    quality.look(database, "thu", NOW, ZONE)
    return flag_of(database, "burst")


def test_every_rule_has_its_words() -> None:
    assert set(RULE_WORDS) == {"unit", *parameters().rules}


def test_flags_are_listed_units_first_and_lead_to_their_page(signed_in: SignedIn, burst: FlagRow) -> None:
    desk = signed_in("home_affairs")
    page = desk.open("/quality").text
    assert page.index("Several independent signs") < page.index("Many answers at once")
    assert f'href="/quality/thu/{burst.id}"' in page
    assert "Open answers received" in page


def test_a_flag_tells_its_story_with_picture_and_numbers(signed_in: SignedIn, burst: FlagRow) -> None:
    page = signed_in("supervisor").open(f"/quality/thu/{burst.id}").text
    assert "40 answers came in within one half hour" in page
    assert "Answers by half hour" in page
    assert '<rect class="out"' in page
    assert '<th scope="row">12:00</th><td class="number">40</td>' in page
    assert "Say so" not in page
    assert "Send the explanation" not in page


def test_once_the_half_hours_are_gone_the_days_are_shown(
    signed_in: SignedIn, burst: FlagRow, database: Database
) -> None:
    database.write(lambda connection: rows.forget_arrivals(connection, NOW + timedelta(days=9)))
    page = signed_in("supervisor").open(f"/quality/thu/{burst.id}").text
    assert "Answers by day" in page
    assert "Half hours are kept for seven days" in page
    assert '<td class="number">48</td>' in page


def test_two_different_people_decide_and_each_gives_a_reason(
    signed_in: SignedIn, burst: FlagRow, database: Database
) -> None:
    address = f"/quality/thu/{burst.id}"
    first = signed_in("home_affairs", email="mot@tinh.example")
    first.open(address)
    refused = first.send(address, {"kind": "set_aside", "reason": "  "})
    assert refused.status_code == 422
    assert "The reason is missing" in refused.text
    assert refused.text.count(" checked>") == 1
    assert first.send(address, {"reason": "x"}).status_code == 422
    assert "a second person agrees" in first.send(address, {"kind": "set_aside", "reason": f"Camera {EVIL}"}).text
    assert "quarantined" not in states(database)
    assert "second person has to agree" in first.send(address, {"kind": "set_aside", "reason": "again"}).text
    second = signed_in("administrator", email="hai@tinh.example")
    seen = second.open(address).text
    assert "<script>alert" not in seen
    assert "Camera &#34;&gt;&lt;script&gt;" in seen
    second.send(address, {"kind": "set_aside", "reason": "Đồng ý"})
    assert states(database)["quarantined"] == 48
    listed = second.open("/quality/thu?state=set_aside").text
    assert f'href="{address}"' in listed
    with database.reading() as session:
        assert tally.recount(session, "thu").different == ()


def test_the_head_of_the_unit_answers_for_it_and_for_no_other(signed_in: SignedIn, burst: FlagRow) -> None:
    address = f"/quality/thu/{burst.id}"
    head = signed_in("head_of_unit", burst.unit_id)
    head.open(address)
    assert "Đoàn 40 người" in head.send(f"{address}/answer", {"words": "Đoàn 40 người của xã bạn"}).text
    assert head.send(f"{address}/answer", {"words": ""}).status_code == 422
    assert "the unit has answered" in signed_in("home_affairs").open("/quality/thu").text
    other = signed_in("head_of_unit", burst.unit_id + 1)
    assert other.open(address).status_code == 404
    assert other.send(f"{address}/answer", {"words": "x"}).status_code == 404
    assert f'href="{address}"' not in other.open("/quality/thu?state=all").text


def test_nobody_decides_on_a_unit_that_they_work_for(signed_in: SignedIn, burst: FlagRow, database: Database) -> None:
    both = signed_in("head_of_unit", burst.unit_id, email="ca-hai@tinh.example")
    with database.writing() as session:
        row = session.scalars(select(AccountRow).where(AccountRow.email == "ca-hai@tinh.example")).one()
        session.add(AccountGrantRow(account_id=row.id, role="home_affairs", unit_id=0))
    address = f"/quality/thu/{burst.id}"
    assert "decided on by others" in both.open(address).text
    assert "Say so" not in both.page.text
    refused = both.send(address, {"kind": "keep", "reason": "Đúng là đoàn khách"})
    assert (refused.status_code, "decided on by others" in refused.text) == (422, True)
    with database.reading() as session:
        assert session.scalars(select(FlagDecisionRow)).all() == []


def test_a_flag_is_found_under_its_own_campaign_only(signed_in: SignedIn, burst: FlagRow, database: Database) -> None:
    with database.writing() as session:
        make_campaign(session, units={"Z": {}}, code="khac", state="closed", counters=0)
    desk = signed_in("home_affairs")
    assert desk.open(f"/quality/khac/{burst.id}").status_code == 404
    assert desk.send(f"/quality/khac/{burst.id}", {"kind": "keep", "reason": "x"}).status_code == 404


def test_the_index_stands_with_and_without(signed_in: SignedIn, burst: FlagRow, database: Database) -> None:
    before = signed_in("supervisor").open("/quality/thu/figures").text
    assert "have not been worked out yet" in before
    assert "<table" not in before
    kept_figures.work_out(database, "thu", NOW)
    page = signed_in("home_affairs").open("/quality/thu/figures").text
    assert "Worked out at 20/11/2026 16:40." in page
    assert page.count('<th scope="row">') == 4
    assert "Whole province" in page
    own = signed_in("head_of_unit", burst.unit_id).open("/quality/thu/figures").text
    assert "Xã B" not in own
    assert "UBND xã B" not in own
    assert "Whole province" not in own


def test_pages_speak_vietnamese(signed_in: SignedIn, burst: FlagRow, database: Database) -> None:
    desk = signed_in("home_affairs", language="vi")
    assert "mời Ông/Bà xem lại" in desk.open("/quality/thu/figures").text
    kept_figures.work_out(database, "thu", NOW)
    for address in ("/quality/thu", f"/quality/thu/{burst.id}", "/quality/thu/figures"):
        text = desk.open(address).text
        assert "Data quality" not in text
        assert "What stands out" not in text
        assert "answers" not in text.replace("answers_", "")
    with database.reading() as session:
        row = session.get_one(FlagRow, burst.id)
        assert isinstance(row.at, datetime)
    assert len(counters(database)) == 3
    assert weekdays()[-1].isoformat() == burst.on_day
