"""What was typed is not lost where the password is asked for anew, and giving the password does nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from store.database import Database
from store.models.accounts import SignInRow
from store.models.campaigns import CampaignRow
from tests.webforms.office.conftest import PASSWORD, Desk
from tests.webforms.office.test_rights import digests, world
from webforms.office import guards

FILLED = re.compile(r'<input[^>]* id="reason"[^>]* value="([^"]*)"')
AREA = re.compile(r"<textarea[^>]*>([^<]*)</textarea>")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
WHY = 'Sai số liệu "quầy 1" <script>x</script>'


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    return {unescape(name): unescape(words) for name, words in HIDDEN.findall(page) if name != "csrf"}


@pytest.fixture
def path(database: Database) -> str:
    with database.writing() as session:
        code = world(session)[0]["code"]
        session.scalars(select(CampaignRow).where(CampaignRow.code == code)).one().state = "locked"
        return f"/campaigns/{code}/publication/unlock"


@pytest.fixture
def late(path: str, database: Database, signed_in: Callable[..., Desk]) -> Desk:
    desk = signed_in("administrator")
    desk.open(path)
    with database.writing() as session:
        session.scalars(select(SignInRow)).one().proved_at = datetime.now(UTC) - timedelta(minutes=11)
    return desk


def test_the_page_of_the_form_comes_back_filled_in_once_the_password_is_given(
    path: str, late: Desk, database: Database
) -> None:
    page = late.send(path, {"reason": WHY, "do": "unlock", "code": "123456"})
    assert page.status_code == 200
    assert hidden(page.text) == {"reason": WHY}, "no secret goes along"
    wrong = late.send(path, {**hidden(page.text), "password": "sai"})
    assert (wrong.status_code, hidden(wrong.text)) == (422, hidden(page.text))
    before = digests(database)["campaign"]
    shown = late.send(path, {**hidden(page.text), "password": PASSWORD})
    assert [unescape(words) for words in FILLED.findall(shown.text)] == [WHY]
    assert PASSWORD not in shown.text
    assert digests(database)["campaign"] == before, "the password does nothing by itself"
    assert late.send(path, {"reason": WHY}).request.path == path.removesuffix("/publication/unlock"), "then it is done"
    assert digests(database)["campaign"] != before


def test_a_form_that_would_lose_what_was_typed_is_not_built() -> None:
    blueprint, _ = guards.guarded("some", __name__, "publish")
    with pytest.raises(ValueError, match="loses what was typed"):
        guards.page(blueprint, "/some", post=True, fresh=True)


def test_who_was_signed_out_since_is_shown_what_was_typed(path: str, late: Desk, database: Database) -> None:
    with database.writing() as session:
        session.delete(session.scalars(select(SignInRow)).one())
    page = late.send(path, {"reason": WHY, "do": "ok", "password": "secret"})
    assert page.status_code == 403
    assert [unescape(words) for words in AREA.findall(page.text)] == [WHY], "and no secret"
    strange = late.client.post(path, data={"reason": WHY, "csrf": "0"}, base_url="http://127.0.0.1:8001")
    assert (strange.status_code, WHY in unescape(strange.text)) == (303, False), "no words of another site"


def test_a_form_without_our_token_is_not_carried(path: str, late: Desk) -> None:
    assert late.send(path, {"reason": WHY, "csrf": "0"}).status_code == 403
