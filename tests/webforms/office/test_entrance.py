"""In and out of the office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask

from store.database import Database
from tests.webforms.office.conftest import PASSWORD, Desk, make_account
from workflows import accounts


def test_who_is_invited_sets_a_password_once_and_signs_in(office: Flask, database: Database) -> None:
    with database.writing() as session:
        code = accounts.invite(session, "Lan@Tinh.example", "Lan", "home_affairs", "", datetime.now(UTC), "terminal")
    assert isinstance(code, str)
    desk = Desk(office.test_client())
    desk.open(f"/welcome/{code}")
    assert desk.send(f"/welcome/{code}", {"password": "ngắn", "again": "khác"}).status_code == 422
    page = desk.send(f"/welcome/{code}", {"password": PASSWORD, "again": PASSWORD})
    assert page.request.path == "/sign-in"
    page = desk.send("/sign-in", {"email": "lan@tinh.example", "password": PASSWORD})
    assert page.request.path == "/"
    other = Desk(office.test_client())
    other.open(f"/welcome/{code}")
    assert other.send(f"/welcome/{code}", {"password": PASSWORD, "again": PASSWORD}).status_code == 422


def test_whoever_has_not_signed_in_is_sent_to_the_form_and_back(office: Flask, database: Database) -> None:
    make_account(database, "supervisor", email="an@tinh.example")
    desk = Desk(office.test_client())
    assert desk.open("/?x=1").request.path == "/sign-in"
    page = desk.send("/sign-in?to=/?x=1", {"email": "an@tinh.example", "password": PASSWORD})
    assert page.request.full_path == "/?x=1"


def test_a_form_without_our_token_changes_nothing(office: Flask, signed_in: Callable[..., Desk]) -> None:
    desk = signed_in("supervisor")
    desk.token = "0" * 64
    assert desk.send("/sign-out").status_code == 403
    assert desk.open("/").status_code == 200


def test_after_five_wrong_passwords_the_right_one_waits(office: Flask, database: Database) -> None:
    make_account(database, "supervisor", email="an@tinh.example")
    desk = Desk(office.test_client())
    desk.open("/sign-in")
    for _ in range(5):
        assert desk.send("/sign-in", {"email": "an@tinh.example", "password": "sai mật khẩu"}).status_code == 422
    assert desk.send("/sign-in", {"email": "an@tinh.example", "password": PASSWORD}).status_code == 422


def test_who_signs_out_or_is_disabled_is_out(database: Database, signed_in: Callable[..., Desk]) -> None:
    desk = signed_in("supervisor", email="an@tinh.example")
    other = signed_in("home_affairs")
    other.send("/sign-out")
    assert other.open("/").request.path == "/sign-in"
    with database.writing() as session:
        accounts.disable(session, "an@tinh.example", datetime.now(UTC), "test")
    assert desk.open("/").request.path == "/sign-in"
