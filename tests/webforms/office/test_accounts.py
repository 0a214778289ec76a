"""Accounts at the desk: the second step, the own account, people, the record of acts, figures for machines."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select

from runtime.settings import Settings
from store.database import Database
from store.models.accounts import AccountRow, SignInRow
from store.models.mail import MailRow
from store.models.results import AuditRow
from tests.webforms.office.conftest import PASSWORD, Desk, make_account
from webforms import create_office_app
from webforms.office import places

BASE = "http://127.0.0.1:8001"
SECRET = re.compile(r"<code>([A-Z2-7 ]{39})</code>")
SALT = re.compile(r'name="salt" value="([0-9a-f]{32})"')
RECOVERY = re.compile(r"<li><code>([a-z2-7-]{19})</code></li>")
LINK = re.compile(r"/welcome/[\w-]+")


def set_up(desk: Desk) -> tuple[TOTP, list[str]]:
    """Set up the second step as a person would: the key from the page into the app, the code back."""
    page = desk.open("/me/second")
    secret, salt = SECRET.search(page.text), SALT.search(page.text)
    assert secret is not None
    assert salt is not None
    totp = TOTP(secret[1].replace(" ", ""))
    page = desk.send("/me/second", {"salt": salt[1], "code": totp.now()})
    assert page.status_code == 200, page.text
    return totp, RECOVERY.findall(page.text)


def test_the_second_step_is_set_up_and_asked_for(office: Flask, signed_in: Callable[..., Desk]) -> None:
    desk = signed_in("supervisor", email="an@tinh.example")
    page = desk.open("/me/second")
    assert 'src="data:image/svg+xml;base64,' in page.text
    assert desk.send("/me/second", {"salt": "zz", "code": "000000"}).status_code == 422
    totp, codes = set_up(desk)
    assert len(codes) == 10
    other = Desk(office.test_client())
    other.open("/sign-in?to=/me")
    page = other.send("/sign-in?to=/me", {"email": "an@tinh.example", "password": PASSWORD})
    assert page.request.path == "/sign-in/code"
    assert other.client.get("/", base_url=BASE).status_code == 303, "half way in opens nothing"
    assert other.send("/sign-in/code?to=/me", {"code": "123 456"}).status_code == 422
    later = datetime.now(UTC) + timedelta(seconds=30)
    page = other.send("/sign-in/code?to=/me", {"code": totp.at(later)})
    assert page.request.path == "/me"
    assert page.status_code == 200
    third = Desk(office.test_client())
    third.open("/sign-in")
    third.send("/sign-in", {"email": "an@tinh.example", "password": PASSWORD})
    assert third.send("/sign-in/code", {"code": codes[3]}).request.path == "/"


def test_in_production_nobody_goes_on_without_a_second_step(settings: Settings, database: Database) -> None:
    address = "https://noivu.tinh.example"
    app = create_office_app(settings.model_copy(update={"env": "production", "office_url": address}), database)
    make_account(database, "administrator", email="an@tinh.example")
    client, token = app.test_client(), ""

    def ask(path: str, data: dict[str, str] | None = None) -> str:
        nonlocal token
        sent = {"csrf": token, **data} if data is not None else None
        response = client.open(path, method="POST" if sent else "GET", data=sent, base_url=address)
        if found := re.search(r'name="csrf" value="([^"]*)"', response.text):
            token = unescape(found[1])
        for header in response.headers.getlist("Set-Cookie"):
            assert header.startswith("__Host-office"), header
            assert "; Secure" in header
            assert "; HttpOnly" in header
            assert "; SameSite=" in header
        return response.headers.get("Location", response.text)

    ask("/sign-in")
    assert ask("/sign-in", {"email": "an@tinh.example", "password": PASSWORD}) == "/"
    for path in ("/", "/people", "/me", "/audit"):
        assert ask(path) == "/me/second", path
    page = ask("/me/second")
    secret, salt = SECRET.search(page), SALT.search(page)
    assert secret is not None
    assert salt is not None
    codes = ask("/me/second", {"salt": salt[1], "code": TOTP(secret[1].replace(" ", "")).now()})
    assert len(RECOVERY.findall(codes)) == 10
    assert "<h1>" in ask("/people")


def test_somebody_is_invited_changed_disabled_and_brought_back(
    office: Flask, database: Database, signed_in: Callable[..., Desk]
) -> None:
    desk = signed_in("administrator")
    desk.open("/people")
    wrong = desk.send("/people", {"email": "lan", "name": "", "role": "boss", "unit": "", "language": "vi"})
    assert wrong.status_code == 422
    assert wrong.text.count('class="wrong"') == 3
    sent = {"email": "lan@tinh.example", "name": "Lan", "role": "supervisor", "unit": "", "language": "vi"}
    page = desk.send("/people", sent)
    link = LINK.search(page.text)
    assert link is not None
    with database.reading() as session:
        letter = session.scalars(select(MailRow)).one()
        number = session.scalars(select(AccountRow.id).where(AccountRow.email == "lan@tinh.example")).one()
    assert (letter.address, link[0] in letter.words, "Kính gửi Lan" in letter.words) == ("lan@tinh.example", True, True)
    lan = Desk(office.test_client())
    lan.open(link[0])
    lan.send(link[0], {"password": PASSWORD, "again": PASSWORD})
    lan.send("/sign-in", {"email": "lan@tinh.example", "password": PASSWORD})
    assert lan.open("/audit").status_code == 200
    desk.open(f"/people/{number}")
    desk.send(f"/people/{number}/roles/drop", {"role": "supervisor", "unit": ""})
    assert lan.open("/audit").request.path == "/sign-in", "roles changed: sign in anew"
    lan.send("/sign-in", {"email": "lan@tinh.example", "password": PASSWORD})
    assert lan.open("/audit").status_code == 403
    assert desk.send(f"/people/{number}/roles", {"role": "supervisor", "unit": "A"}).status_code == 422
    desk.send(f"/people/{number}/disable")
    lan.open("/sign-in")
    assert lan.send("/sign-in", {"email": "lan@tinh.example", "password": PASSWORD}).status_code == 422
    desk.send(f"/people/{number}/enable")
    assert LINK.search(desk.send(f"/people/{number}/reset").text)


def test_nobody_reaches_their_own_roles(database: Database, signed_in: Callable[..., Desk]) -> None:
    desk = signed_in("administrator", email="an@tinh.example")
    with database.reading() as session:
        number = session.scalars(select(AccountRow.id)).one()
    desk.open(f"/people/{number}")
    for act in ("roles", "roles/drop", "disable", "reset"):
        page = desk.send(f"/people/{number}/{act}", {"role": "administrator", "unit": ""})
        assert (page.status_code, "Nobody changes their own roles" in page.text) == (422, True), act


def test_ones_own_account(office: Flask, database: Database, signed_in: Callable[..., Desk]) -> None:
    desk, other = signed_in("supervisor", email="an@tinh.example"), Desk(office.test_client())
    other.open("/sign-in")
    other.send("/sign-in", {"email": "an@tinh.example", "password": PASSWORD})
    desk.open("/me")
    assert desk.send("/me", {"name": " ", "language": "fr"}).status_code == 422
    assert "Tài khoản của tôi" in desk.send("/me", {"name": "Trần An", "language": "vi"}).text
    new = "một câu khác cũng đủ dài"
    desk.open("/me/password")
    assert desk.send("/me/password", {"old": "sai", "password": new, "again": new}).status_code == 422
    assert desk.send("/me/password", {"old": PASSWORD, "password": new, "again": new}).request.path == "/me"
    assert other.open("/me").request.path == "/sign-in"
    other.send("/sign-in", {"email": "an@tinh.example", "password": new})
    desk.open("/me")
    desk.send("/me/sign-out")
    assert [each.open("/me").request.path for each in (desk, other)] == ["/sign-in"] * 2


def test_a_session_ends_after_half_an_hour_of_nothing(
    office: Flask, signed_in: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = signed_in("supervisor")
    ahead = [0]
    before = places.TimestampSigner.get_timestamp
    monkeypatch.setattr(places.TimestampSigner, "get_timestamp", lambda signer: before(signer) + ahead[0])
    for _ in range(3):
        ahead[0] += 29 * 60
        assert desk.open("/me").request.path == "/me", "whoever works stays in"
    ahead[0] += 31 * 60
    assert desk.open("/me").request.path == "/sign-in"


def test_a_session_ends_after_eight_hours(database: Database, signed_in: Callable[..., Desk]) -> None:
    desk = signed_in("supervisor")
    with database.writing() as session:
        session.scalars(select(SignInRow)).one().ends_at = datetime.now(UTC)
    assert desk.open("/me").request.path == "/sign-in"


def test_the_password_is_asked_for_once_more_before_what_matters(
    database: Database, signed_in: Callable[..., Desk]
) -> None:
    desk = signed_in("supervisor")
    desk.open("/audit?actor=supervisor")
    assert desk.send("/audit.csv?actor=supervisor").content_type.startswith("text/csv")
    with database.writing() as session:
        session.scalars(select(SignInRow)).one().proved_at = datetime.now(UTC) - timedelta(minutes=11)
    page = desk.send("/audit.csv?actor=supervisor")
    assert page.request.path == "/again"
    there = page.request.full_path
    assert desk.send(there, {"password": "sai"}).status_code == 422
    page = desk.send(there, {"password": PASSWORD})
    assert page.request.full_path == "/audit?actor=supervisor", "one press away from the file, filters kept"
    assert 'action="/audit.csv?actor=supervisor"' in page.text
    assert desk.send("/audit.csv?actor=supervisor").content_type.startswith("text/csv")
    with database.reading() as session:
        taken = session.scalars(select(AuditRow).where(AuditRow.act == "export").order_by(AuditRow.number)).all()
    assert [(row.actor, row.subject) for row in taken] == [("supervisor-0@tinh.example", "audit")] * 2
    assert taken[0].facts == {"actor": "supervisor", "what": "acts", "rows": "1"}


def test_the_record_is_read_searched_and_looked_at(database: Database, signed_in: Callable[..., Desk]) -> None:
    desk = signed_in("supervisor", email="=an@tinh.example")
    page = desk.open("/audit")
    head = re.search(r"<code>(\d+:[0-9a-f]{64})</code>", page.text)
    assert head is not None
    assert "Signed in" in page.text
    assert "Signed in" not in desk.open("/audit?act=denied").text.partition("<tbody>")[2]
    for query in ("actor=%25", "subject=_____x", "from=2099-01-01", "to=1999-01-01", "actor=nobody"):
        assert "No act fits" in desk.open(f"/audit?{query}").text, query
    for query in ("from=x", "page=0", "page=-1", "page=99999999999", "page=9", "from=9999-12-31&to=9999-12-31"):
        assert desk.open(f"/audit?{query}").status_code == 200, query
    assert "still there" in desk.open(f"/audit/whole?head={head[1]}").text
    assert desk.open("/audit/whole?head=1:abc").status_code == 422
    assert "is another one" in desk.open(f"/audit/whole?head=1:{'0' * 64}").text
    assert desk.open("/audit.csv").status_code == 405, "a look takes nothing along"
    desk.open("/audit")
    sheet = desk.send("/audit.csv?act=signed+in")
    assert "'=an@tinh.example" in sheet.text
    assert sheet.headers["Content-Disposition"].startswith("attachment")


def test_figures_are_for_administrators_and_for_machines_with_the_token(
    settings: Settings, database: Database, signed_in: Callable[..., Desk]
) -> None:
    assert "hailong_office_accounts 1.0" in signed_in("administrator").open("/metrics").text
    app = create_office_app(settings.model_copy(update={"metrics_token": "a-token-of-16-signs"}), database)
    client = app.test_client()
    for header, code in (("Bearer a-token-of-16-signs", 200), ("Bearer x", 303), ("", 303), ("Bearer é", 303)):
        found = client.get("/metrics", base_url=BASE, headers={"Authorization": header})
        assert found.status_code == code, header
    assert client.get("/readyz", base_url="http://10.0.0.7:8001").json["status"] == "ok"
    assert (
        client.get("/people", base_url=BASE, headers={"Authorization": "Bearer a-token-of-16-signs"}).status_code == 303
    )
