"""The menu of the office: in the order of the work, with the entry marked that the page at hand belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from store.database import Database
from tests.webforms.office.conftest import Desk
from tests.webforms.office.test_rights import world
from webforms.office.menu import MENU, PART_OF

MARKED = re.compile(r'<a href="([^"]*)" aria-current="page"')


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/campaigns/{code}", "/campaigns"),
        ("/campaigns/{code}/steps/name", "/campaigns"),
        ("/campaigns/{code}/counters", "/campaigns"),
        ("/campaigns/{code}/posters", "/campaigns"),
        ("/campaigns/{code}/moves/open", "/campaigns"),
        ("/questionnaires/{name}/{version}/try", "/questionnaires"),
        ("/board/{code}", "/board"),
        ("/audit", "/audit"),
    ],
)
def test_the_entry_is_marked_that_the_page_belongs_to(
    path: str, entry: str, database: Database, signed_in: Callable[..., Desk]
) -> None:
    with database.writing() as session:
        own, _ = world(session)
    page = signed_in("administrator").open(path.format(**own))
    assert MARKED.findall(page.text) == [entry]


def test_the_menu_follows_the_work(office: Flask) -> None:
    rooms = [endpoint.partition(".")[0] for _, endpoint, _ in MENU]
    assert rooms == ["campaigns", "workbench", "board", "quality", "comments", "people", "record"]
    assert set(PART_OF) <= set(office.blueprints)
    assert set(PART_OF.values()) <= set(rooms)
