"""Comments in the office: redacted, held back where few answered, decided upon with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from store.database import Database
from store.models.campaigns import CampaignRow
from store.models.collection import NONE, ResponseRow
from store.models.results import AuditRow
from store.queries import campaigns
from survey.document import encode
from tests.factories import make_campaign
from tests.webforms.office.conftest import Desk
from workflows import comments, comments_anew
from workflows.places import questionnaire_of

SAID = "Chờ lâu quá. Gọi anh Nguyễn Văn Nam số 0912 345 678, <script>alert(1)</script>"


def answer(database: Database, unit: int, said: str, count: int = 1, **columns: object) -> None:
    with database.writing() as session:
        campaign = session.get_one(CampaignRow, 1)
        version = questionnaire_of(campaigns.questionnaire(session, campaign))
        codes, words = encode(version, {"y_kien": said} if said else {})
        for _ in range(count):
            number = database.engine.dialect.name + str(answer.__dict__.setdefault("n", 0))
            answer.__dict__["n"] += 1
            given = {
                "id": number.encode().ljust(16, b"-")[-16:],
                "campaign_id": campaign.id,
                "questionnaire_id": campaign.questionnaire_id,
                "unit_id": unit,
                "counter_id": NONE,
                "stratum_id": NONE,
                "stream": "open",
                "channel": "web",
                "language": "vi",
                "assisted": False,
                "day": campaign.opens,
                "duration_s": 60,
                "codes": codes,
                "words": words,
                "state": "valid",
                "reason": "",
                "external_id": number,
            } | columns
            session.add(ResponseRow(**given))


@pytest.fixture
def units(database: Database) -> list[int]:
    with database.writing() as session:
        row = make_campaign(session, units={"A": {}, "B": {}})
        found = [unit.unit_id for unit in campaigns.campaign_units(session, row.id)]
    answer(database, found[0], "", 5)
    answer(database, found[0], SAID)
    answer(database, found[1], "Một mình tôi viết")
    comments.gather(database, "thu")
    return found


def test_what_tells_who_somebody_is_does_not_reach_the_page(units: list[int], signed_in: Callable[..., Desk]) -> None:
    page = signed_in("home_affairs").open("/comments/thu").text
    assert "Chờ lâu quá. Gọi anh [họ tên] số [số], &lt;script&gt;" in page
    assert "0912" not in page
    assert "Một mình" not in page, "one answer is too few: whoever wrote could be known"


@pytest.mark.parametrize(
    ("typed", "found"), [("cho lau", True), ("Chờ lâu", True), ("chớ lâu", False), ("100%", False)]
)
def test_words_are_found_with_and_without_tone_marks(
    typed: str, found: bool, units: list[int], signed_in: Callable[..., Desk]
) -> None:
    page = signed_in("supervisor").client.get(
        "/comments/thu", query_string={"q": typed}, base_url="http://127.0.0.1:8001"
    )
    assert ("Gọi anh" in page.text) == found


def test_a_decision_needs_its_reason_and_can_be_taken_back(
    units: list[int], database: Database, signed_in: Callable[..., Desk]
) -> None:
    desk = signed_in("home_affairs")
    key = desk.open("/comments/thu").text.split('name="keys" value="')[1].split('"')[0]
    assert desk.send("/comments/thu", {"keys": key, "state": "withheld", "reason": " "}).status_code == 422
    page = desk.send("/comments/thu", {"keys": key, "state": "withheld", "reason": "nêu tên người"})
    assert page.status_code == 200
    assert "nêu tên người" in page.text
    assert "Gọi anh" in desk.open("/comments/thu?state=withheld").text
    desk.send("/comments/thu", {"keys": key, "state": "waiting", "reason": ""})
    assert "Gọi anh" in desk.open("/comments/thu?state=waiting").text


def test_a_unit_reads_its_own_and_decides_nothing(units: list[int], signed_in: Callable[..., Desk]) -> None:
    own, other = signed_in("head_of_unit", units[0]), signed_in("head_of_unit", units[1])
    assert "Chờ lâu quá" in own.open("/comments/thu").text
    assert "Chờ lâu quá" not in other.open(f"/comments/thu?unit={units[0]}").text
    assert own.send("/comments/thu", {"keys": "x", "state": "shown"}).status_code == 403


def test_a_sheet_of_comments_runs_nothing(units: list[int], database: Database, signed_in: Callable[..., Desk]) -> None:
    answer(database, units[0], "=HYPERLINK(1)")
    assert comments.gather(database, "thu") == 1
    assert comments.gather(database, "thu") == 0, "each once"
    desk = signed_in("home_affairs")
    assert 'action="/comments/thu.csv?q=HYPERLINK"' in desk.open("/comments/thu?q=HYPERLINK").text
    sheet = desk.send("/comments/thu.csv?q=HYPERLINK")
    assert sheet.headers["Content-Disposition"] == 'attachment; filename="thu-y-kien.csv"'
    assert "'=HYPERLINK(1)" in sheet.text
    with database.reading() as session:
        taken = session.query(AuditRow).filter(AuditRow.act == "export").one()
    assert (taken.actor, taken.subject) == ("home_affairs-0@tinh.example", "thu")
    assert taken.facts == {"q": "HYPERLINK", "what": "comments", "rows": "1"}


@pytest.mark.parametrize("state", ["invalid", "quarantined"])
def test_a_comment_of_an_answer_that_does_not_count_is_not_read(
    state: str, units: list[int], database: Database, signed_in: Callable[..., Desk]
) -> None:
    with database.writing() as session:
        for row in session.query(ResponseRow).filter(ResponseRow.words.is_not(None)):
            row.state, row.reason = state, "test"
    assert "Chờ lâu quá" not in signed_in("home_affairs").open("/comments/thu").text


def test_the_page_says_why_a_comment_waits_again(
    units: list[int], database: Database, signed_in: Callable[..., Desk]
) -> None:
    desk = signed_in("home_affairs")
    key = desk.open("/comments/thu").text.split('name="keys" value="')[1].split('"')[0]
    desk.send("/comments/thu", {"keys": key, "state": "shown"})
    now, older = datetime.now(UTC), comments.lexicon()
    newer = replace(older, version=2, redactions=(*older.redactions, ("lời chê", re.compile("lâu quá"))))
    assert comments_anew.renew(database, "thu", now, newer) == 2
    page = desk.open("/comments/thu?state=waiting").text
    assert "Chờ [lời chê]. Gọi" in page
    assert page.count("A newer list hides other words here; please read it again") == 1
    sheet = desk.send("/comments/thu.csv").text
    assert "please read it again" in sheet
    assert "redacted_anew" not in page + sheet
