"""A form of one page: nothing of it is kept before it is sent to the end, so it works without cookies too."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from store.database import Database
from store.models.collection import ConversationRow
from tests.factories import COUNTER, kept_answers, make_campaign
from tests.webforms.conftest import Person

ONE_PAGE = """
code: one-page
version: 1
title: {vi: Một trang, en: One page}
purpose: {vi: Phiếu một trang., en: A form of one page.}
minutes: 1
languages: [vi, en]
source: own wording
sections:
  - code: mot
    title: {vi: Phần một, en: Part one}
    questions:
      - {code: hoi, type: yes_no, required: true, text: {vi: Có được không?, en: Did it work?}}
      - {code: y, type: text, max_length: 20, text: {vi: Ý kiến, en: Remarks}}
"""


@pytest.fixture
def person(app: Flask, database: Database) -> Person:
    """Somebody without cookies."""
    with database.writing() as session:
        make_campaign(session, text=ONE_PAGE)
    return Person(app.test_client(use_cookies=False))


@pytest.mark.parametrize(
    ("wrong", "beside", "kept"),
    [
        pytest.param({"y": "Chờ lâu"}, "e-hoi", "\nChờ lâu</textarea>", id="missing"),
        pytest.param({"hoi": "yes", "y": "dài" * 20}, "e-y", 'value="yes" id="q-hoi" checked', id="refused"),
    ],
)
def test_the_only_page_of_a_form_says_what_is_wrong_at_once_and_ends_at_the_receipt(
    person: Person, database: Database, wrong: dict[str, object], beside: str, kept: str
) -> None:
    person.open()
    page = person.send(wrong)
    assert (page.status_code, f'id="{beside}"' in page.text, kept in page.text) == (422, True, True)
    with database.reading() as session:
        assert session.scalars(select(ConversationRow.id)).all() == []
    sent = person.client.post(f"/c/{COUNTER}", data={**person.hidden, "do": "next", "hoi": "yes"})
    assert sent.headers["Location"].partition("?")[0].endswith("/thanks")
    cookie = sent.headers["Set-Cookie"].partition(";")[0]
    thanks = person.client.get(sent.headers["Location"], headers={"Cookie": cookie})
    assert 'class="receipt"' in thanks.text
    assert kept_answers(database) == [{"hoi": "yes"}]
