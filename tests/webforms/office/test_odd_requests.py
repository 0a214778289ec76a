"""What no column can hold is refused at the door, on both databases, and never a fault of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webforms.office.conftest import Desk
from tests.webforms.office.test_rights import TABLE

BASE = "http://127.0.0.1:8001"
NUMBERED = [route for route in TABLE if "<int:" in route.path]


@pytest.mark.parametrize("number", [2**31, 2**63, 10**22])
def test_a_number_that_no_column_holds_leads_nowhere(signed_in: Callable[..., Desk], number: int) -> None:
    desk = signed_in("administrator")
    desk.open("/me")
    assert NUMBERED
    for route in NUMBERED:
        path = route.path.replace("<code>", "demo").replace("<name>", "sipas-quay")
        for kind in ("number", "flag", "version", "sheet"):
            path = path.replace(f"<int:{kind}>", str(number))
        found = desk.client.open(path, method=route.method, data={"csrf": desk.token}, base_url=BASE)
        assert found.status_code in (404, 405), path


@pytest.mark.parametrize(
    "path",
    [
        "/campaigns/%00",
        "/board/%00.csv",
        "/quality/a%00b",
        "/questionnaires/compare?old=%00&new=x",
        "/audit?actor=a%00",
        "/audit?%00=x",
    ],
)
def test_an_address_with_a_nul_is_refused(signed_in: Callable[..., Desk], path: str) -> None:
    assert signed_in("administrator").open(path).status_code == 400


@pytest.mark.parametrize("path", ["/me", "/people", "/campaigns/new"])
def test_a_form_with_a_nul_is_refused(signed_in: Callable[..., Desk], path: str) -> None:
    desk = signed_in("administrator")
    desk.open("/me")
    sent = {"name": "a\0b", "language": "vi", "email": "a@b.vn", "role": "supervisor", "kind": "sipas", "year": "2026"}
    assert desk.send(path, {**sent, "title_vi": "a\0b"}).status_code == 400


def test_a_sign_in_with_a_nul_is_refused(office: Flask) -> None:
    desk = Desk(office.test_client())
    desk.open("/sign-in")
    assert desk.send("/sign-in", {"email": "a\0@b.vn", "password": "x"}).status_code == 400


def test_a_public_address_with_a_nul_is_refused(client: FlaskClient) -> None:
    assert client.get("/results/%00").status_code == 400
