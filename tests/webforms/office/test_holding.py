"""What every answer of the office carries, and what other sites, hosts and links cannot make it do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from store.database import Database
from tests.webforms.office.conftest import PASSWORD, Desk, make_account
from tests.webforms.office.test_rights import TABLE, Route, World, seat, stranger, world

BASE = "http://127.0.0.1:8001"


@pytest.fixture
def parameters(database: Database) -> World:
    with database.writing() as session:
        return world(session)


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    """One kind of database is enough here."""
    path = tmp_path / "hailong.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


def test_every_answer_carries_the_headers(office: Flask, database: Database, parameters: World) -> None:
    who = seat(office, database, "administrator", 0).client
    paths = [(route.method, route.address(parameters[0])) for route in TABLE if route.path != "/sign-out"]
    for method, path in [*paths, ("GET", "/nowhere"), ("POST", "/"), ("DELETE", "/"), ("GET", "/%00")]:
        answer = who.open(path, method=method, base_url=BASE)
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), path
        assert "unsafe" not in policy, path
        assert "frame-ancestors 'none'" in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert "no-store" in headers["Cache-Control"], path
        assert len(headers.getlist("Content-Security-Policy")) == 1, path
        assert "Access-Control-Allow-Origin" not in headers, path


def test_cookies_are_out_of_reach(office: Flask, database: Database) -> None:
    make_account(database, "supervisor", email="an@tinh.example")
    desk = Desk(office.test_client())
    first = desk.client.get("/sign-in", base_url=BASE)
    desk.see(first)
    second = desk.send("/sign-in", {"email": "an@tinh.example", "password": PASSWORD}, follow=False)
    cookies = first.headers.getlist("Set-Cookie") + second.headers.getlist("Set-Cookie")
    assert len(cookies) == 3
    for cookie in cookies:
        assert "; HttpOnly" in cookie
        assert "; SameSite=" in cookie
        assert "; Path=/" in cookie
        assert "Domain" not in cookie


def test_a_token_of_before_signing_in_opens_nothing_after(office: Flask, database: Database) -> None:
    """Whoever plants their own token in another's browser is not signed in with them."""
    make_account(database, "supervisor", email="an@tinh.example")
    attacker, victim = Desk(office.test_client()), Desk(office.test_client())
    attacker.open("/sign-in")
    planted = attacker.client.get_cookie("office", domain="127.0.0.1")
    assert planted is not None
    victim.client.set_cookie("office", planted.value, domain="127.0.0.1")
    victim.open("/sign-in")
    assert victim.send("/sign-in", {"email": "an@tinh.example", "password": PASSWORD}).request.path == "/"
    fresh = victim.client.get_cookie("office", domain="127.0.0.1")
    assert fresh is not None
    assert fresh.value != planted.value
    assert attacker.open("/").request.path == "/sign-in"


def test_nobody_is_signed_in_by_another_site(office: Flask, database: Database) -> None:
    make_account(database, "supervisor", email="an@tinh.example")
    whom = {"email": "an@tinh.example", "password": PASSWORD}
    bare = office.test_client().post("/sign-in", data=whom, base_url=BASE)
    assert bare.status_code == 403, "a browser that never saw our form"
    desk, other = Desk(office.test_client()), Desk(office.test_client())
    desk.open("/sign-in")
    other.open("/sign-in")
    assert desk.client.post("/sign-in", data={**whom, "csrf": other.token}, base_url=BASE).status_code == 403
    for site in ("cross-site", "same-site"):
        sent = {"csrf": desk.token, **whom}
        found = desk.client.post("/sign-in", data=sent, base_url=BASE, headers={"Sec-Fetch-Site": site})
        assert found.status_code == 403, site


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "/%09/evil.example\x01",
        "evil.example",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(to: str, office: Flask, database: Database) -> None:
    make_account(database, "supervisor", email="an@tinh.example")
    desk = Desk(office.test_client())
    desk.open("/sign-in")
    sent = {"csrf": desk.token, "email": "an@tinh.example", "password": PASSWORD}
    found = desk.client.post("/sign-in", query_string={"to": to}, data=sent, base_url=BASE)
    assert (found.status_code, found.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8001.evil.example", "127.0.0.1:8000", "127.0.0.1"])
def test_another_host_is_not_served(host: str, office: Flask) -> None:
    for path in ("/sign-in", "/people", "/welcome/x"):
        found = office.test_client().get(path, headers={"Host": host})
        assert found.status_code == 400, path
        assert "evil" not in found.text
        assert "Set-Cookie" not in found.headers


def test_a_forwarded_host_changes_no_link(office: Flask, signed_in: Callable[..., Desk]) -> None:
    desk = signed_in("administrator")
    desk.open("/people")
    sent = {"csrf": desk.token, "email": "lan@tinh.example", "name": "Lan", "role": "supervisor", "language": "vi"}
    found = desk.client.post("/people", data=sent, base_url=BASE, headers={"X-Forwarded-Host": "evil.example"})
    assert f"{BASE}/welcome/" in found.text
    assert "evil" not in found.text


def test_a_cookie_that_is_not_ours_opens_nothing(office: Flask) -> None:
    for value in ("", "x", "~x.y.z", "~2.1.0.x", "a" * 3000, "é"):
        client = office.test_client()
        client.set_cookie("office", value, domain="127.0.0.1")
        assert client.get("/", base_url=BASE).status_code == 303, value
        assert client.get("/sign-in/code", base_url=BASE).status_code == 303, value


def test_strangers_learn_nothing_of_what_there_is(office: Flask, parameters: World) -> None:
    """A page that exists and one that belongs to nobody look alike to whoever has not signed in."""
    nobody = stranger(office)
    found = {
        nobody.ask(Route("GET", path, "", 0, ""), {}) for path in ("/comments/thu", "/comments/none", "/people/999999")
    }
    assert found == {303}
