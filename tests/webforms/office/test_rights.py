"""Who may open what: a table of every route of the office, held against every role, own units and others'.

A new page needs its line in ROUTES. Columns: method, path, the right it takes (`anyone`, `signed-in` or one of
`survey.rights`), the code that whoever has the right gets, and the code for somebody whose role is held for another
unit than the path names (`-` where the path names nothing of a unit). A form is sent empty, so that its code is mostly
422. Parameters of paths come from `world`: own[...] for the unit of whoever asks, other[...] for another one.
"""

from __future__ import annotations

import hashlib
import importlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.base import Base
from store.database import Database
from store.models.accounts import AccountRow, SignInRow
from store.models.quality import FlagRow
from store.models.results import AuditRow
from store.queries import campaigns
from survey.counter_codes import counter_code
from survey.questionnaire import Questionnaire
from survey.rights import EVERY_RIGHT, OF_UNIT, RIGHTS, ROLES
from tests.factories import make_campaign
from tests.webforms.office.conftest import HASHED, make_account
from webforms.office import guards, places
from webforms.office.building import ROOMS
from workflows import kiosks, workbench
from workflows.accounts import digest_of

ROUTES = """
GET   /                                  signed-in           200  -
GET   /sign-in                           anyone              200  -
POST  /sign-in                           anyone              422  -
GET   /welcome/<code>                    anyone              200  -
POST  /welcome/<code>                    anyone              422  -
GET   /again                             signed-in           200  -
POST  /again                             signed-in           422  -
POST  /sign-out                          signed-in           303  -
GET   /sign-in/code                      anyone              303  -
POST  /sign-in/code                      anyone              303  -
GET   /healthz                           anyone              200  -
GET   /readyz                            anyone              200  -
GET   /metrics                           see_system          200  -
GET   /me                                signed-in           200  -
POST  /me                                signed-in           422  -
GET   /me/password                       signed-in           200  -
POST  /me/password                       signed-in           422  -
GET   /me/second                         signed-in           200  -
POST  /me/second                         signed-in           422  -
POST  /me/recovery                       signed-in           303  -
POST  /me/sign-out                       signed-in           303  -
GET   /people                            manage_people       200  -
POST  /people                            manage_people       422  -
GET   /people/<int:number>               manage_people       200  -
POST  /people/<int:number>/roles         manage_people       422  -
POST  /people/<int:number>/roles/drop    manage_people       422  -
POST  /people/<int:number>/disable       manage_people       303  -
POST  /people/<int:number>/enable        manage_people       303  -
POST  /people/<int:number>/reset         manage_people       200  -
GET   /audit                             see_audit           200  -
GET   /audit/whole                       see_audit           200  -
POST  /audit.csv                         see_audit           200  -
GET   /comments                          read_comments       303  -
GET   /comments/<code>                   read_comments       200  -
POST  /comments/<code>                   moderate_comments   422  -
POST  /comments/<code>.csv               export              200  -
GET   /board                             see_fieldwork       303  -
GET   /board/<code>                      see_fieldwork       200  -
GET   /board/<code>/days.svg             see_fieldwork       200  -
GET   /board/<code>/<what>.csv           see_fieldwork       200  -
GET   /board/<code>/funnel.csv           see_fieldwork       200  -
GET   /board/<code>/funnel.svg           see_fieldwork       200  -
GET   /quality                           see_quality         303  -
GET   /quality/<code>                    see_quality         200  -
GET   /quality/<code>/figures            see_quality         200  -
GET   /quality/<code>/<int:flag>         see_quality         200  404
POST  /quality/<code>/<int:flag>         decide_flags        422  -
POST  /quality/<code>/<int:flag>/answer  answer_flags        422  404
GET   /questionnaires                                 see_questionnaires   200  -
GET   /questionnaires/new                             edit_questionnaires  200  -
POST  /questionnaires/new                             edit_questionnaires  422  -
GET   /questionnaires/compare                         see_questionnaires   200  -
GET   /questionnaires/<name>/<int:version>            see_questionnaires   200  -
GET   /questionnaires/<name>/<int:version>.yaml       see_questionnaires   200  -
GET   /questionnaires/<name>/<int:version>/paper.pdf  see_questionnaires   200  -
GET   /questionnaires/<name>/<int:version>/paper-<int:sheet>.png  see_questionnaires  200  -
GET   /questionnaires/<name>/<int:version>/try        see_questionnaires   200  -
POST  /questionnaires/<name>/<int:version>/try        see_questionnaires   400  -
POST  /questionnaires/<name>/<int:version>/publish    edit_questionnaires  422  -
POST  /questionnaires/<name>/<int:version>/discard    edit_questionnaires  303  -
GET   /campaigns                         see_campaigns       200  -
GET   /campaigns/new                     run_campaigns       200  -
POST  /campaigns/new                     run_campaigns       422  -
GET   /campaigns/<code>                  see_campaigns       200  -
GET   /campaigns/<code>/check            see_campaigns       200  -
POST  /campaigns/<code>/rehearsal        run_campaigns       422  -
GET   /campaigns/<code>/campaign.yaml    see_campaigns       200  -
GET   /campaigns/<code>/steps/<step>     run_campaigns       200  -
POST  /campaigns/<code>/steps/<step>     run_campaigns       422  -
GET   /campaigns/<code>/counters         manage_counters     200  -
POST  /campaigns/<code>/counters         manage_counters     422  -
GET   /campaigns/<code>/counters/<counter> manage_counters   200  404
POST  /campaigns/<code>/counters/<counter> manage_counters   422  404
GET   /campaigns/<code>/counters/<counter>/tablets manage_counters 200 404
POST  /campaigns/<code>/counters/<counter>/tablets manage_counters 200 404
POST  /campaigns/<code>/counters/<counter>/tablets/<int:tablet>/revoke manage_counters 422 404
GET   /campaigns/<code>/posters          manage_counters     200  -
GET   /campaigns/<code>/posters.pdf      manage_counters     200  -
GET   /campaigns/<code>/moves/<act>      run_campaigns       200  -
POST  /campaigns/<code>/moves/<act>      run_campaigns       422  -
GET   /campaigns/<code>/publication/<final> publish          200  -
POST  /campaigns/<code>/publication/<final> publish          422  -
"""
World = tuple[dict[str, str], dict[str, str]]
ROOT = Path(__file__).parents[3]
BASE = "http://127.0.0.1:8001"


def world(session: Session) -> World:
    """A campaign with two units, and what paths name: own[...] belongs to unit A, other[...] to unit B.

    Add what your pages need and name it as the path's parameter does.
    """
    row = make_campaign(session, units={"A": {}, "B": {}})
    first, second = campaigns.campaign_units(session, row.id)
    same = {"code": row.code, "campaign": row.code, "number": somebody(session)}
    same |= {"name": draft_of(session), "version": "1", "sheet": "1"}
    same |= {"what": "units", "step": "name", "act": "open", "final": "lock"}
    flags = [flag_on(session, row.id, unit.unit_id) for unit in (first, second)]
    tablets = [tablet_at(session, counter_code(number)) for number in (1, 2)]
    own = {"unit": "A", "unit_id": str(first.unit_id), "flag": flags[0], "counter": counter_code(1)}
    other = {"unit": "B", "unit_id": str(second.unit_id), "flag": flags[1], "counter": counter_code(2)}
    return same | own | {"tablet": tablets[0]}, same | other | {"tablet": tablets[1]}


def draft_of(session: Session) -> str:
    """A draft of a questionnaire; its code."""
    text = (ROOT / "tests" / "workflows" / "questionnaire.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^code: .*$", "code: a-draft", re.sub(r"(?m)^version: .*$", "version: 1", text))
    kept = workbench.keep_draft(session, text, actor="a@tinh.example", at=datetime.now(UTC))
    assert isinstance(kept, Questionnaire), kept
    return kept.code


def somebody(session: Session) -> str:
    """The number of an account."""
    row = AccountRow(
        email="somebody@tinh.example", name="Somebody", language="en", password=HASHED, added_at=datetime.now(UTC)
    )
    session.add(row)
    session.flush()
    return str(row.id)


def tablet_at(session: Session, counter: str) -> str:
    """The number of a tablet at that counter."""
    made = kiosks.add(session, counter, "", secret="s" * 40, actor="test", now=datetime.now(UTC))
    assert isinstance(made, kiosks.Added)
    return str(made.number)


def flag_on(session: Session, campaign_id: int, unit_id: int) -> str:
    """The number of a flag of data quality on that unit."""
    facts = {"hits": 9.0, "answers": 30.0, "usual": 0.1}
    found = {"rule": "speed", "rule_version": 1, "counter_id": 0, "on_day": "", "score": 4.0, "threshold": 3.3}
    row = FlagRow(campaign_id=campaign_id, unit_id=unit_id, facts=facts, at=datetime.now(UTC), **found)
    session.add(row)
    session.flush()
    return str(row.id)


@dataclass(frozen=True)
class Route:
    """A line of the table."""

    method: str
    path: str
    right: str
    code: int
    other: str

    def address(self, parameters: dict[str, str]) -> str:
        """The path with its parameters filled in."""
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: parameters[found[1]], self.path)

    def expected(self, role: str) -> int:
        """What somebody with that role gets for what belongs to their own unit."""
        return self.code if self.right in ("anyone", "signed-in") or self.right in RIGHTS[role] else 403


def read(line: str) -> Route:
    """One line of the table."""
    method, path, right, code, other = line.split()
    return Route(method, path, right, int(code), other)


TABLE = [read(line) for line in ROUTES.strip().splitlines()]
# Forms come after pages, the way out last: what they change must not change what the others give.
IN_TURN = sorted(TABLE, key=lambda route: (route.method == "POST", route.path == "/sign-out"))


@dataclass
class Seat:
    """A browser in which somebody has signed in just now, and the token that its forms carry."""

    client: FlaskClient
    token: str

    def ask(self, route: Route, parameters: dict[str, str], *, token: bool = True) -> int:
        """The code of that route."""
        data = {"csrf": self.token if token else "", "keys": ""}
        return self.client.open(
            route.address(parameters), method=route.method, base_url=BASE, data=data if route.method == "POST" else None
        ).status_code


def seat(office: Flask, database: Database, role: str, unit_id: int) -> Seat:
    """Sit down with a role; the place of sign-in is made without the costly look at a password."""
    account = make_account(database, role, unit_id, f"{secrets.token_hex(6)}@tinh.example")
    now, kept = datetime.now(UTC), secrets.token_urlsafe(32)
    with database.writing() as session:
        session.add(
            SignInRow(
                digest=digest_of(kept),
                account_id=account.id,
                begun_at=now,
                proved_at=now,
                ends_at=now + timedelta(hours=8),
            )
        )
    return seated(office, kept)


def seated(office: Flask, kept: str) -> Seat:
    """A browser that has that token."""
    client = office.test_client()
    with office.test_request_context(base_url=BASE):
        client.set_cookie(places.cookie_name(), places.signer().sign(kept).decode(), domain="127.0.0.1")
        return Seat(client, places.form_token(kept))


def stranger(office: Flask) -> Seat:
    """A browser in which nobody has signed in, with a form of ours open."""
    return seated(office, places.STRANGER + secrets.token_urlsafe(32))


@pytest.fixture
def parameters(database: Database) -> World:
    with database.writing() as session:
        return world(session)


def test_every_route_has_a_row_with_the_right_that_its_view_takes(office: Flask) -> None:
    found = set()
    for rule in office.url_map.iter_rules():
        view = office.view_functions[rule.endpoint]
        right = getattr(view, "right", "anyone").replace(" ", "-")
        found |= {(method, rule.rule, right) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert found == {(route.method, route.path, route.right) for route in TABLE}


def test_every_blueprint_states_its_guard_and_only_the_entrance_is_open(office: Flask) -> None:
    known = EVERY_RIGHT | {guards.ANYONE, guards.ANYBODY_SIGNED_IN}
    assert {room.blueprint.name for room in ROOMS} == set(office.blueprints)
    for blueprint in office.blueprints.values():
        guard = getattr(importlib.import_module(blueprint.import_name), "GUARD", None)
        assert guard in known, blueprint.name
    for endpoint, view in office.view_functions.items():
        module = importlib.import_module(office.blueprints[endpoint.partition(".")[0]].import_name)
        assert module.GUARD == guards.ANYONE or hasattr(view, "right"), f"{endpoint}: take guards.page"


def test_a_page_that_nobody_guards_is_found(office: Flask) -> None:
    blueprint = Blueprint("hole", __name__)
    blueprint.add_url_rule("/hole", "hole", lambda: "open to all")
    office.register_blueprint(blueprint)
    with pytest.raises(AssertionError):
        test_every_route_has_a_row_with_the_right_that_its_view_takes(office)
    with pytest.raises((AssertionError, AttributeError)):
        test_every_blueprint_states_its_guard_and_only_the_entrance_is_open(office)


@pytest.mark.parametrize("role", ROLES)
def test_the_matrix_of_routes_and_roles(role: str, office: Flask, database: Database, parameters: World) -> None:
    own, other = parameters
    unit = int(own["unit_id"]) if role in OF_UNIT else 0
    found, expected = {}, {}
    for route in IN_TURN:
        who = stranger(office) if route.right == "anyone" else seat(office, database, role, unit)
        name = f"{route.method} {route.path}"
        found[name], expected[name] = who.ask(route, own), route.expected(role)
        if route.other != "-" and role in OF_UNIT and route.expected(role) != 403:
            found[f"{name} of another unit"] = who.ask(route, other)
            expected[f"{name} of another unit"] = int(route.other)
    assert found == expected


def digests(database: Database) -> dict[str, str]:
    """A hash of the rows of each table."""
    found = {}
    with database.reading() as session:
        for name, table in Base.metadata.tables.items():
            rows = session.execute(select(table).order_by(*table.primary_key.columns)).all()
            found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def denials(database: Database) -> int:
    """How many acts stand in the record that were denied."""
    with database.reading() as session:
        return session.query(AuditRow).filter(AuditRow.act == "denied").count()


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The tables that are not as they were."""
    return {name for name, digest in after.items() if before[name] != digest}


def test_a_form_without_our_token_is_refused(office: Flask, database: Database, parameters: World) -> None:
    posts = [route for route in TABLE if route.method == "POST"]
    who, nobody = seat(office, database, "administrator", 0), stranger(office)
    before = digests(database)
    for route in posts:
        asking = nobody if route.right == "anyone" else who
        assert asking.ask(route, parameters[0], token=False) == 403, route
    assert changed(before, digests(database)) == set()


def test_whoever_has_not_signed_in_is_sent_to_the_form(office: Flask, parameters: World) -> None:
    for route in TABLE:
        if route.right != "anyone":
            answer = stranger(office).client.open(route.address(parameters[0]), method=route.method, base_url=BASE)
            assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/sign-in"), route


def test_what_there_is_not_is_not_found(office: Flask, database: Database, parameters: World) -> None:
    nothing = dict.fromkeys(parameters[0], "999999")
    administrator = seat(office, database, "administrator", 0)
    head = seat(office, database, "head_of_unit", int(parameters[0]["unit_id"]))
    for route in TABLE:
        if "<" in route.path and route.right != "anyone":
            who = head if route.right in EVERY_RIGHT - RIGHTS["administrator"] else administrator
            assert who.ask(route, nothing) == 404, route


def test_get_never_writes(office: Flask, database: Database, parameters: World) -> None:
    seats = {role: seat(office, database, role, int(parameters[0]["unit_id"])) for role in ROLES}
    pages = [route for route in TABLE if route.method == "GET"]
    before = digests(database)
    found = {(role, route): who.ask(route, parameters[0]) for role, who in seats.items() for route in pages}
    refused = [code for code in found.values() if code == 403]
    assert changed(before, digests(database)) == {"audit"}
    assert denials(database) == len(refused), "that somebody was refused is written down, and nothing else"
