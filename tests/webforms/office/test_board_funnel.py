"""The funnel of the board as a page, a sheet and a picture: the same numbers, counted by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree import ElementTree

import numpy as np
import pytest
from sqlalchemy import select, update

from store.database import Database
from store.models.campaigns import CampaignRow, CampaignUnitRow, CounterRow
from store.models.funnel import OpenedRow, StoppedRow
from store.queries import board as kept
from store.queries.responses import STATES
from tests.factories import make_campaign
from tests.webforms.office.conftest import Desk
from workflows.response_rows import CHANNELS

TODAY = datetime.now(UTC).date()


def make_funnel(database: Database) -> list[int]:
    """In unit A 15 forms opened, 6 sent, 3 given up at one question, 1 at another; in B 2 chats; gives the units."""
    with database.writing() as session:
        campaign = make_campaign(session, units={"A": {}, "B": {}})
        units = session.scalars(select(CampaignUnitRow.unit_id).order_by(CampaignUnitRow.code)).all()
        counter = session.scalars(select(CounterRow.id).where(CounterRow.unit_id == units[0])).first()
        mine = {"campaign_id": campaign.id, "day": TODAY}
        session.add(OpenedRow(unit_id=units[0], n=15, **mine))
        session.add(StoppedRow(unit_id=units[0], kind="web", item="ket_qua", n=3, **mine))
        session.add(StoppedRow(unit_id=units[0], kind="web", item="tiep_can", n=1, **mine))
        session.add(StoppedRow(unit_id=units[1], kind="chat", item="thu_tuc", n=2, **mine))
        place = (units[0], counter, CHANNELS.index("web"), STATES.index("valid"), TODAY.toordinal())
        cells = np.array([(*place, 6)], dtype="<i4")
        kept.keep(session, campaign.id, datetime.now(UTC), cells.tobytes())
    return list(units)


def sheet(desk: Desk, query: str = "") -> list[list[str]]:
    words = desk.open(f"/board/thu/funnel.csv{query}").get_data().decode("utf-8-sig")
    return [[row[0], row[1], *row[3:]] for row in csv.reader(io.StringIO(words))][1:]


WEB = [
    ["Web form", "Opened", "15", ""],
    ["Web form", "Begun", "10", "100.0"],
    ["Web form", "Under way, not yet given up", "0", "0.0"],
    ["Web form", "Sent", "6", "60.0"],
    ["Web form", "Stopped here", "1", "10.0"],
    ["Web form", "Stopped here", "3", "30.0"],
]
CHAT = [
    ["Zalo and Telegram", "Opened", "2", ""],
    ["Zalo and Telegram", "Begun", "2", "100.0"],
    ["Zalo and Telegram", "Under way, not yet given up", "0", "0.0"],
    ["Zalo and Telegram", "Sent", "0", "0.0"],
    ["Zalo and Telegram", "Stopped here", "2", "100.0"],
]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", WEB + CHAT),
        ("?unit=A", WEB),
        ("?unit=B", CHAT),
        ("?channel=web", WEB),
        ("?channel=telegram", CHAT),
        ("?channel=kiosk", []),
        ("?last=2000-01-01", []),
    ],
)
def test_filters_hold_for_the_sheet(
    database: Database, signed_in: Callable[..., Desk], query: str, told: list[list[str]]
) -> None:
    make_funnel(database)
    assert sheet(signed_in("home_affairs"), query) == told


def test_the_page_the_sheet_and_the_picture_say_the_same(database: Database, signed_in: Callable[..., Desk]) -> None:
    make_funnel(database)
    desk = signed_in("home_affairs")
    page = desk.open("/board/thu").text
    assert "Where 4 forms stopped" in page
    assert 'href="/board/thu/funnel.svg?"' in page
    picture = desk.open("/board/thu/funnel.svg")
    assert picture.headers["Content-Disposition"] == 'attachment; filename="thu-chang-duong.svg"'
    drawn = ElementTree.fromstring(picture.text)
    told = [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}text")]
    numbers = [words for words in told if words and words[0].isdigit()]
    assert numbers == [
        *("15", "10 (100 %)", "0 (0 %)", "6 (60 %)", "1 (10.0 %)", "3 (30.0 %)"),
        *("2", "2 (100 %)", "0 (0 %)", "0 (0 %)", "2 (100.0 %)"),
    ]


def test_an_officer_sees_the_own_unit_only(database: Database, signed_in: Callable[..., Desk]) -> None:
    own, _ = make_funnel(database)
    desk = signed_in("unit_officer", own)
    assert sheet(desk) == WEB
    assert "Telegram</h3>" not in desk.open("/board/thu").text
    for name in ("funnel.csv", "funnel.svg"):
        assert desk.open(f"/board/thu/{name}?unit=B").status_code == 404


def test_nothing_yet_is_said(database: Database, signed_in: Callable[..., Desk]) -> None:
    with database.writing() as session:
        make_campaign(session)
    desk = signed_in("supervisor")
    assert "Nothing to show yet for this choice." in desk.open("/board/thu").text
    assert "Nothing to show yet for this choice." in desk.open("/board/thu/funnel.svg").text


def test_words_of_a_campaign_are_no_markup_in_the_picture(database: Database, signed_in: Callable[..., Desk]) -> None:
    make_funnel(database)
    with database.writing() as session:
        session.execute(update(CampaignRow).values(title={"vi": "</title><script>x</script>"}))
    assert "<script" not in signed_in("home_affairs").open("/board/thu/funnel.svg").text
