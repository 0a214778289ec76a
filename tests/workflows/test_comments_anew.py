"""A newer list of redactions: kept comments are read anew from the original words, and decisions looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from sqlalchemy import select

from store.database import Database
from store.models.campaigns import CampaignRow
from store.models.collection import ResponseRow
from store.models.comments import CommentRow
from store.models.results import AuditRow
from store.queries import campaigns
from survey.comments import Lexicon, read_lexicon
from survey.rights import Grant, Person
from tests.factories import make_campaign
from tests.webforms.office.test_comments import answer
from workflows import comments, comments_anew

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PERSON = Person(1, "lan@tinh.example", "Lan", "vi", (Grant("home_affairs"),))
GARAGE, SEATS, QUEUE = "Gara Minh Tâm chỉ chỗ đỗ xe", "Ghế ngồi thoải mái", "Xếp hàng ở Gara Minh Tâm"


@pytest.fixture
def units(database: Database) -> list[int]:
    with database.writing() as session:
        row = make_campaign(session, units={"A": {}})
        found = [unit.unit_id for unit in campaigns.campaign_units(session, row.id)]
    answer(database, found[0], "", 5)
    for said in (GARAGE, SEATS, QUEUE):
        answer(database, found[0], said)
    assert comments.gather(database, "thu") == 3
    return found


def newer(version: int = 2, pattern: str = "Minh Tâm") -> Lexicon:
    """The shipped list under another number, which hides a name more and knows another topic."""
    text = (files("instruments") / "comments.yaml").read_text(encoding="utf-8")
    text = text.replace("version: 1", f"version: {version}", 1)
    text = text.replace("topics:\n", "topics:\n  - {code: comfort, name: {vi: Tiện nghi}, terms: [thoải mái]}\n", 1)
    found = read_lexicon(f"{text}\n  - {{name: cửa hàng, pattern: '{pattern}'}}\n")
    assert isinstance(found, Lexicon), found
    return found


def kept(database: Database) -> dict[str, CommentRow]:
    """The comments by what was written."""
    with database.reading() as session:
        statement = select(CommentRow, ResponseRow.words).join(ResponseRow, ResponseRow.id == CommentRow.response_id)
        rows = {words: row for row, words in session.execute(statement)}
        session.expunge_all()
    return {said: row for said in (GARAGE, SEATS, QUEUE) for words, row in rows.items() if f'"{said}"' in words}


def key(row: CommentRow) -> str:
    return f"{row.id.hex()}.{row.lexicon}"


def decide(database: Database, row: CommentRow, state: str) -> object:
    with database.writing() as session:
        campaign = session.scalars(select(CampaignRow)).one()
        return comments.decide(session, campaign, PERSON, [key(row)], state, "vì", NOW)


def acts(database: Database) -> list[Mapping[str, str]]:
    with database.reading() as session:
        chosen = select(AuditRow.facts).where(AuditRow.act == "comments_redacted_anew").order_by(AuditRow.id)
        return list(session.scalars(chosen))


def test_decisions_stand_but_where_the_text_that_is_read_has_changed(units: list[int], database: Database) -> None:
    before = kept(database)
    for said, state in ((GARAGE, "shown"), (SEATS, "withheld")):
        assert decide(database, before[said], state) == 1
    assert comments_anew.renew(database, "thu", NOW, newer()) == 3
    after = kept(database)
    assert after[GARAGE].words == "Gara [cửa hàng] chỉ chỗ đỗ xe"
    assert "minh" not in after[GARAGE].toned + after[GARAGE].plain
    stands = {said: (row.state, row.reason, row.decided_by) for said, row in after.items()}
    assert stands == {
        GARAGE: ("waiting", "redacted_anew", ""),
        SEATS: ("withheld", "vì", PERSON.email),
        QUEUE: ("waiting", "", ""),
    }
    assert after[SEATS].topics == ["comfort", *before[SEATS].topics]
    assert {row.lexicon for row in after.values()} == {2}
    assert {row.id for row in after.values()} == {row.id for row in before.values()}
    assert acts(database) == [{"lexicon": "2", "comments": "3", "changed": "2", "waiting_again": "1", "left": "0"}]
    assert comments_anew.renew(database, "thu", NOW, newer()) == 0
    assert comments_anew.renew(database, "thu", NOW, newer(version=1)) == 0, "an older list changes nothing"
    assert len(acts(database)) == 1


def test_what_a_newer_list_no_longer_hides_comes_back_from_the_original_words(
    units: list[int], database: Database
) -> None:
    comments_anew.renew(database, "thu", NOW, newer())
    assert decide(database, kept(database)[GARAGE], "shown") == 1
    comments_anew.renew(database, "thu", NOW, newer(version=3, pattern="không có trong ý kiến nào"))
    found = kept(database)[GARAGE]
    assert (found.words, found.state) == (GARAGE, "waiting"), "nobody has read these words yet"


def test_batches_write_the_act_down_with_what_is_left(
    units: list[int], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments_anew, "AT_ONCE", 2)
    assert comments_anew.renew(database, "thu", NOW, newer()) == 3
    assert [(facts["comments"], facts["left"]) for facts in acts(database)] == [("2", "1"), ("1", "0")]


def test_whoever_read_the_older_text_decides_nothing_about_the_newer_one(units: list[int], database: Database) -> None:
    read = kept(database)[GARAGE]
    comments_anew.renew(database, "thu", NOW, newer())
    assert decide(database, read, "shown") == 0
    assert kept(database)[GARAGE].state == "waiting"
    assert decide(database, kept(database)[GARAGE], "shown") == 1


def test_where_the_original_words_are_gone_no_more_is_shown_than_before(units: list[int], database: Database) -> None:
    answer(database, units[0], "Gọi anh Nam ở Gara Minh Tâm")
    comments.gather(database, "thu")
    with database.writing() as session:
        session.query(ResponseRow).update({ResponseRow.words: None})
    comments_anew.renew(database, "thu", NOW, newer())
    with database.reading() as session:
        words = set(session.scalars(select(CommentRow.words)))
    assert "Gọi anh [họ tên] ở Gara [cửa hàng]" in words


@pytest.mark.parametrize("text", ["", ".", "x.1", "00.x", "00." + "9" * 90, "00.-" + "9" * 40, "00.²", "0.٣"])
def test_a_key_that_is_none_decides_nothing(text: str, units: list[int], database: Database) -> None:
    with database.writing() as session:
        campaign = session.scalars(select(CampaignRow)).one()
        assert comments.decide(session, campaign, PERSON, [text], "shown", "", NOW) == 0
