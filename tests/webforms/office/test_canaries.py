"""What somebody writes is shown as it was written, and is never markup, a template or a formula on a page or sheet."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from store.database import Database
from store.models.accounts import AccountRow
from store.models.campaigns import CampaignRow, CampaignUnitRow, CounterRow
from store.models.units import UnitRow
from store.queries import audit
from survey.rights import ROLES
from tests.webforms.office.test_rights import BASE, TABLE, World, seat, stranger, world

MARKUP = "\"'><script>ran(1)</script><img src=x onerror=ran(1)>{{'zq'*3}}${'zq'*3}%(x)s</bdi></textarea></title>"
OWN_LINK = re.compile(r"(/(?!/)|\?|#|data:(,|image/(svg\+xml|png);base64,)|http://127\.0\.0\.1|$)")
FORMULA = '=HYPERLINK("http://evil.example";1)'


class Page(HTMLParser):
    """What a browser would find in a page: elements, attributes that run, links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.running: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what may run."""
        told = dict(attrs)
        if tag in ("script", "iframe", "object", "embed", "base") or (tag == "img" and told.get("src") == "x"):
            self.scripts.append(tag)
        self.running += [name for name in told if name.startswith("on")]
        self.links += [told[name] or "" for name in ("href", "src", "action", "formaction") if name in told]

    def handle_data(self, data: str) -> None:
        """The words that people read."""
        self.words.append(data)


def canaries(session: Session, canary: str) -> None:
    """Write the canary into whatever somebody may write."""
    session.execute(update(UnitRow).values(name=f"{canary} đơn vị", short_name=f"{canary} ngắn", legal_basis=canary))
    session.execute(update(CampaignUnitRow).values(name=f"{canary} đơn vị", short_name=f"{canary} ngắn"))
    session.execute(update(CounterRow).values(name=canary, service=canary))
    session.execute(update(AccountRow).values(name=canary))
    for row in session.query(CampaignRow):
        row.title = {"vi": canary, "en": canary}
    facts = {"note": canary, canary: "x"}
    audit.note(session, at=datetime.now(UTC), actor=canary, act=canary, subject=canary, facts=facts)


@pytest.fixture
def parameters(database: Database) -> World:
    with database.writing() as session:
        return world(session)


def read(text: str) -> Page:
    """The page as a browser reads it."""
    page = Page()
    page.feed(text)
    page.close()
    return page


def held(text: str, where: str) -> str:
    """The words of a page in which nothing runs."""
    page = read(text)
    assert page.scripts == [], where
    assert page.running == [], where
    for link in page.links:
        assert OWN_LINK.match(link), f"{where}: {link}"
    words = "".join(page.words)
    assert "zqzqzq" not in words, where  # no template reads what people wrote; no digest spells this by chance
    return words


def typed(canary: str) -> dict[str, str]:
    """A form in which the canary stands in every field that forms of the office have."""
    fields = "email name role unit language code reason words title keys state q head password again old salt service"
    return dict.fromkeys(fields.split(), canary)


def test_what_is_stored_is_never_markup(office: Flask, database: Database, parameters: World) -> None:
    seats = {role: seat(office, database, role, int(parameters[0]["unit_id"])) for role in ROLES}
    with database.writing() as session:
        canaries(session, MARKUP)
    seen = set()
    for role, who in seats.items():
        for route in TABLE:
            if route.method == "GET" and route.right != "anyone":
                answer = who.client.get(route.address(parameters[0]), base_url=BASE)
                is_page = answer.content_type.startswith("text/html")
                if is_page and "<script>ran(1)" in held(answer.text, f"{role} {route.path}"):
                    seen.add(route.path)
    assert {"/", "/me", "/people", "/people/<int:number>", "/audit"} <= seen, "the canary stands there, as words"


def test_what_is_typed_comes_back_as_words(office: Flask, database: Database, parameters: World) -> None:
    seen = set()
    for route in TABLE:
        who = stranger(office) if route.right == "anyone" else seat(office, database, "administrator", 0)
        place = route.address(parameters[0])
        if route.method == "POST":
            sent = typed(MARKUP) | {"csrf": who.token}
            answer = who.client.post(place, data=sent, base_url=BASE, query_string={"to": MARKUP})
        else:
            names = ("to", "lang", "q", "head", "actor", "subject", "from", "page", "unit", "state")
            answer = who.client.get(place, base_url=BASE, query_string=dict.fromkeys(names, MARKUP))
        assert answer.status_code < 500, place
        if answer.content_type.startswith("text/html") and MARKUP[:20] in held(answer.text, place):
            seen.add(route.path)
        assert "evil" not in answer.headers.get("Location", ""), place
    assert "/people" in seen


def test_no_sheet_holds_a_formula(office: Flask, database: Database, parameters: World) -> None:
    who = seat(office, database, "administrator", 0)
    with database.writing() as session:
        canaries(session, FORMULA)
    sheets = [route for route in TABLE if route.path.endswith(".csv")]
    assert "/audit.csv" in {route.path for route in sheets}
    seen = 0
    for route in sheets:
        sent = {"csrf": who.token} if route.method == "POST" else None
        answer = who.client.open(route.address(parameters[0]), method=route.method, base_url=BASE, data=sent)
        assert answer.status_code == 200, route.path
        for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))):
            for cell in row:
                assert not re.match(r"\s*[=+@＝＋＠\t\r]", cell), (route.path, cell)
                seen += FORMULA in cell
    assert seen > 0


def test_the_canary_would_be_found() -> None:
    """Pages that hold it unescaped do fail."""
    links = ('<a href="javascript:x">', '<a href="//evil.example">')
    for broken in (f"<p>{MARKUP}</p>", '<p onclick="x">', *links, "<p>zqzqzq"):
        with pytest.raises(AssertionError):
            held(broken, "")
