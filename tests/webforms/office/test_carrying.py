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
from tests.webforms.office.conftest import PASSWORD, Desk
from tests.webforms.office.test_rights import digests, world

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
WHY = 'Sai số liệu "quầy 1" <script>x</script>'


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    return {unescape(name): unescape(words) for name, words in HIDDEN.findall(page) if name != "csrf"}


@pytest.fixture
def path(database: Database) -> str:
    with database.writing() as session:
        return f"/campaigns/{world(session)[0]['code']}/publication/lock"


@pytest.fixture
def late(path: str, database: Database, signed_in: Callable[..., Desk]) -> Desk:
    desk = signed_in("administrator")
    desk.open(path)
    with database.writing() as session:
        session.scalars(select(SignInRow)).one().proved_at = datetime.now(UTC) - timedelta(minutes=11)
    return desk


def test_what_was_typed_is_shown_again_and_sent_on_by_one_press(path: str, late: Desk, database: Database) -> None:
    page = late.send(path, {"reason": WHY, "password": "secret", "code": "123456"})
    assert page.status_code == 200
    assert hidden(page.text) == {"carried-to": path, "carried.reason": WHY}, "no secret goes along"
    wrong = late.send("/again", {**hidden(page.text), "password": "sai"})
    assert (wrong.status_code, hidden(wrong.text)) == (422, hidden(page.text))
    before = digests(database)["campaign"]
    shown = late.send("/again", {**hidden(page.text), "password": PASSWORD})
    assert hidden(shown.text) == {"reason": WHY}
    assert f'action="{path}"' in shown.text
    assert "<script>" not in shown.text
    assert digests(database)["campaign"] == before, "the password does nothing by itself"
    assert late.send(path, hidden(shown.text)).status_code == 422, "the form itself, of a draft that cannot be locked"


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example/x",
        "https://evil.example/",
        "/\\evil.example",
        "/me",
        "/sign-out",
        "/people/1/disable",
        "/nowhere",
        "javascript:alert(1)",
        "",
    ],
)
def test_only_a_form_that_asks_for_the_password_is_gone_on_to(place: str, late: Desk) -> None:
    page = late.send("/again", {"carried-to": place, "carried.x": "y", "password": PASSWORD})
    assert page.request.path == "/", "the first page, as without anything typed"
    assert "evil" not in page.text


def test_a_form_without_our_token_is_not_carried(path: str, late: Desk) -> None:
    assert late.send(path, {"reason": WHY, "csrf": "0"}).status_code == 403
