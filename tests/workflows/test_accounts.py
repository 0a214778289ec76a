"""Accounts: passwords, the second step, throttles, roles, and what ends where somebody is signed in."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pyotp import TOTP
from sqlalchemy import select

from store.database import Database
from store.models.accounts import AccountCodeRow, AccountGrantRow, AccountRow, FailedSignInRow, SignInRow
from store.models.mail import MailRow
from store.models.results import AuditRow
from store.queries import accounts as kept
from survey.faults import Fault
from workflows import accounts, mail, passwords, retain, second_step, sign_ins
from workflows.sign_ins import Passed, Whence

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 23, 5, 0, 10, tzinfo=UTC)
KEY = "a secret for tests that is long enough"
PASSWORD = "một câu đủ dài để nhớ"
HASHED = passwords.HASHER.hash(passwords.plain(PASSWORD))
HERE, THERE = Whence(b"h" * 32), Whence(b"t" * 32)


def make(database: Database, email: str = "lan@tinh.example", role: str = "administrator") -> int:
    with database.writing() as session:
        row = AccountRow(email=email, name="Lan", language="vi", password=HASHED, added_at=NOW)
        session.add(row)
        session.flush()
        session.add(AccountGrantRow(account_id=row.id, role=role, unit_id=0))
        return row.id


def try_in(database: Database, password: str, whence: Whence = HERE, at: datetime = NOW) -> Passed | Fault:
    with database.writing() as session:
        return sign_ins.first_step(session, "lan@tinh.example", password, whence, at)


def enter(database: Database, whence: Whence = HERE) -> str:
    passed = try_in(database, PASSWORD, whence)
    assert isinstance(passed, Passed)
    with database.writing() as session:
        return sign_ins.enter(session, passed, whence, NOW)


def is_in(database: Database, token: str, at: datetime = NOW) -> bool:
    with database.reading() as session:
        return sign_ins.signed_in(session, token, at) is not None


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("một câu đủ dài để nhớ", []),
        ("con mèo nhà tôi thích ăn khoai", []),
        ("correct horse battery staple", []),
        ("x" * 201, ["password_length"]),
        ("ngắn quá", ["password_length"]),
        ("MatKhau@123456", ["password_common"]),
        ("mật khẩu 2026!", ["password_common"]),
        ("Password12345!", ["password_common"]),
        ("hanoi2026hanoi", ["password_common"]),
        ("Thái Nguyên 2026", ["password_common"]),
        ("anhyeuem123456", ["password_common"]),
        ("qwertyuiop123", ["password_common"]),
        ("123456789012", ["password_common"]),
        ("aaaabbbbaaaa", ["password_common"]),
        ("abcabcabcabc", ["password_common"]),
        ("lan@tinh.example", ["password_own"]),
        ("Lan.2026.Lan!", ["password_own"]),
    ],
)
def test_which_passwords_nobody_may_choose(password: str, codes: list[str]) -> None:
    assert [fault.code for fault in passwords.faults_of(password, password, "lan@tinh.example", "Lan")] == codes


def test_a_long_password_counts_to_its_last_sign_and_in_either_spelling() -> None:
    kept_hash = passwords.HASHER.hash(passwords.plain("ề" * 100 + "a" * 99 + "b"))
    assert passwords.proves(kept_hash, "ề" * 100 + "a" * 99 + "b")
    assert passwords.proves(kept_hash, "e\u0302\u0300" * 100 + "a" * 99 + "b"), "three signs for one letter"
    assert not passwords.proves(kept_hash, "ề" * 100 + "a" * 99 + "c")
    assert not passwords.proves(None, "nobody has this password")


def test_a_wrong_password_takes_as_long_as_an_unknown_address(database: Database) -> None:
    make(database)
    times: dict[str, list[float]] = {"lan@tinh.example": [], "niemand@tinh.example": []}
    for number in range(5):
        for email, found in times.items():
            begun = time.process_time()
            with database.writing() as session:
                sign_ins.first_step(session, email, "sai mật khẩu", Whence(bytes([number]) * 32), NOW)
            found.append(time.process_time() - begun)
    known, unknown = (statistics.median(found) for found in times.values())
    assert 0.4 < known / unknown < 2.5


def test_five_wrong_passwords_from_one_place_make_that_place_wait_and_no_other(database: Database) -> None:
    make(database)
    for _ in range(5):
        assert getattr(try_in(database, "sai"), "code", "") == "sign_in_refused"
    assert getattr(try_in(database, PASSWORD), "code", "") == "too_many_attempts"
    assert isinstance(try_in(database, PASSWORD, THERE), Passed), "whoever else is elsewhere"
    assert isinstance(try_in(database, PASSWORD, at=NOW + sign_ins.COUNTED_FOR), Passed), "and not for ever"


def test_a_browser_that_is_known_is_not_locked_out_by_others(database: Database) -> None:
    make(database)
    for number in range(sign_ins.MOST_AT_ACCOUNT):
        try_in(database, "sai", Whence(number.to_bytes(32)))
    assert getattr(try_in(database, PASSWORD, THERE), "code", "") == "too_many_attempts"
    known = Whence(THERE.address, b"known")
    assert isinstance(try_in(database, PASSWORD, known), Passed)
    for _ in range(5):
        try_in(database, "sai", known)
    assert getattr(try_in(database, PASSWORD, known), "code", "") == "too_many_attempts", (
        "it guesses no more than others"
    )


def test_what_is_typed_for_an_address_is_not_written_down(database: Database) -> None:
    with database.writing() as session:
        sign_ins.first_step(session, "my secret password", "x", HERE, NOW)
    with database.reading() as session:
        assert [row.actor for row in session.scalars(select(AuditRow))] == ["–"]


def enrolled(database: Database, account_id: int) -> tuple[TOTP, list[str]]:
    salt = second_step.new_salt()
    totp = TOTP(second_step.secret_of(KEY, account_id, salt))
    with database.writing() as session:
        codes = second_step.enrol(session, KEY, account_id, b"", salt, totp.at(NOW), NOW)
    assert isinstance(codes, list)
    return totp, codes


def step_two(database: Database, code: str, at: datetime = NOW, whence: Whence = HERE) -> Passed | Fault:
    passed = try_in(database, PASSWORD, whence, at)
    assert isinstance(passed, Passed), passed
    assert passed.has_second
    with database.writing() as session:
        return sign_ins.second(session, KEY, passed.account_id, passed.seal, code, whence, at)


def test_a_code_of_the_telephone_is_taken_once(database: Database) -> None:
    totp, _ = enrolled(database, make(database))
    later = NOW + timedelta(seconds=60)
    assert getattr(step_two(database, totp.at(NOW)), "code", "") == "code_wrong", "it was used to set the step up"
    assert isinstance(step_two(database, totp.at(later), later), Passed)
    assert getattr(step_two(database, totp.at(later), later), "code", "") == "code_wrong"
    late = later + timedelta(seconds=90)
    assert isinstance(step_two(database, totp.at(late - timedelta(seconds=30)), late), Passed), "a clock that is slow"
    stale = late + timedelta(seconds=120)
    assert getattr(step_two(database, totp.at(stale - timedelta(seconds=90)), stale), "code", "") == "code_wrong"


def test_codes_are_not_guessed(database: Database) -> None:
    totp, _ = enrolled(database, make(database))
    later = NOW + timedelta(seconds=60)
    right = totp.at(later)
    passed = try_in(database, PASSWORD)
    assert isinstance(passed, Passed)
    for number in range(6):
        wrong = f"{(int(right) + number + 1) % 1_000_000:06}"
        with database.writing() as session:
            found = sign_ins.second(session, KEY, passed.account_id, passed.seal, wrong, HERE, later)
    assert isinstance(found, Fault)
    assert found.code == "too_many_attempts"
    with database.writing() as session:
        found = sign_ins.second(session, KEY, passed.account_id, passed.seal, right, HERE, later)
    assert getattr(found, "code", "") == "too_many_attempts"


def test_a_recovery_code_lets_in_once_however_it_is_typed(database: Database) -> None:
    _, codes = enrolled(database, make(database))
    assert len(set(codes)) == second_step.RECOVERY_CODES
    assert isinstance(step_two(database, codes[0].upper().replace("-", " ")), Passed)
    assert getattr(step_two(database, codes[0]), "code", "") == "code_wrong"
    assert isinstance(step_two(database, codes[1]), Passed)


def test_neither_secret_nor_codes_stand_in_the_database(database: Database) -> None:
    account_id = make(database)
    totp, codes = enrolled(database, account_id)
    with database.reading() as session:
        row = session.get_one(AccountRow, account_id)
        assert row.totp is not None
        assert TOTP(second_step.secret_of("another key of the server", account_id, row.totp)).secret != totp.secret
        assert totp.byte_secret() not in row.totp
        assert not {code.encode() for code in codes} & {each.digest for each in session.scalars(select(AccountCodeRow))}


def test_the_second_step_does_not_outlive_a_change_of_password(database: Database) -> None:
    account_id = make(database)
    totp, _ = enrolled(database, account_id)
    passed = try_in(database, PASSWORD)
    assert isinstance(passed, Passed)
    with database.writing() as session:
        session.get_one(AccountRow, account_id).password = passwords.HASHER.hash("another long password")
    with database.writing() as session:
        code = totp.at(NOW + timedelta(seconds=60))
        found = sign_ins.second(session, KEY, account_id, passed.seal, code, HERE, NOW + timedelta(seconds=60))
    assert getattr(found, "code", "") == "sign_in_again"


def test_what_ends_where_somebody_is_signed_in(database: Database) -> None:
    other, account_id = make(database, "an@tinh.example"), make(database)

    def role_given() -> None:
        with database.writing() as session:
            row = session.get_one(AccountRow, account_id)
            assert accounts.give_role(session, row, "supervisor", "", NOW, "an@tinh.example") is None

    def role_taken() -> None:
        with database.writing() as session:
            row = session.get_one(AccountRow, account_id)
            assert accounts.take_role(session, row, "supervisor", "", NOW, "an@tinh.example") is None

    def disabled() -> None:
        with database.writing() as session:
            assert isinstance(accounts.disable(session, "lan@tinh.example", NOW, "an@tinh.example"), AccountRow)
        with database.writing() as session:
            accounts.enable(session, session.get_one(AccountRow, account_id), NOW, "an@tinh.example")

    for change in (role_given, role_taken, disabled):
        token = enter(database)
        assert is_in(database, token)
        change()
        assert not is_in(database, token), change.__name__
    assert other != account_id
    first, second = enter(database), enter(database, THERE)
    with database.writing() as session:
        signed = sign_ins.signed_in(session, second, NOW)
        assert signed is not None
        new = "một câu khác cũng đủ dài"
        assert accounts.change_password(session, signed, None, new, new, NOW) == ()
    assert (is_in(database, first), is_in(database, second)) == (False, True)
    assert not is_in(database, second, NOW + sign_ins.LASTS), "eight hours at the longest"


def test_the_last_administrator_stays_and_nobody_changes_their_own_roles(database: Database) -> None:
    account_id = make(database)
    with database.writing() as session:
        row = session.get_one(AccountRow, account_id)
        found = [
            accounts.take_role(session, row, "administrator", "", NOW, "terminal"),
            accounts.disable(session, row.email, NOW, "terminal"),
            accounts.give_role(session, row, "supervisor", "", NOW, row.email),
            accounts.take_role(session, row, "administrator", "", NOW, row.email),
            accounts.disable(session, row.email, NOW, row.email),
            accounts.reset(session, row, NOW, row.email),
        ]
    assert [getattr(fault, "code", "") for fault in found] == ["last_administrator"] * 2 + ["own_account"] * 4
    second = make(database, "an@tinh.example")
    with database.writing() as session:
        assert accounts.disable(session, "lan@tinh.example", NOW, "an@tinh.example")
        row = session.get_one(AccountRow, second)
        fault = accounts.take_role(session, row, "administrator", "", NOW, "terminal")
    assert getattr(fault, "code", "") == "last_administrator", "one who is disabled is none"


def test_a_new_link_ends_everything_of_before(database: Database) -> None:
    account_id = make(database)
    make(database, "an@tinh.example")
    _, codes = enrolled(database, account_id)
    with database.writing() as session:
        code = accounts.reset(session, session.get_one(AccountRow, account_id), NOW, "an@tinh.example")
    assert isinstance(code, str)
    assert getattr(try_in(database, PASSWORD), "code", "") == "sign_in_refused"
    with database.writing() as session:
        new = "một câu khác cũng đủ dài"
        assert accounts.accept(session, code, new, new, NOW + accounts.INVITED_FOR) != "lan@tinh.example", "too late"
        assert accounts.accept(session, code, new, new, NOW) == "lan@tinh.example"
    passed = try_in(database, "một câu khác cũng đủ dài")
    assert isinstance(passed, Passed)
    assert not passed.has_second
    assert codes


def test_an_invitation_leaves_by_mail_and_its_link_is_not_kept(database: Database) -> None:
    with database.writing() as session:
        code = accounts.invite(session, "mới@x", "", "boss", "", NOW, "t")
        assert [fault.code for fault in code if isinstance(fault, Fault)] == [
            "address_form",
            "name_missing",
            "unknown_role",
        ]
        code = accounts.invite(session, "Moi@tinh.example", "Mới", "supervisor", "", NOW, "t")
        assert isinstance(code, str)
        accounts.send(session, "Moi@tinh.example", code, lambda row, link: (f"Chào {row.name}", f"link {link}"), NOW)
    letters: list[mail.Letter] = []
    assert mail.send_due(database, NOW, letters.append, lambda: True) == 1
    assert (letters[0].address, letters[0].subject, letters[0].words) == (
        "moi@tinh.example",
        "Chào Mới",
        f"link {code}",
    )
    with database.reading() as session:
        assert session.scalars(select(MailRow.words)).all() == [""]


def test_what_has_ended_is_forgotten(database: Database) -> None:
    make(database)
    token = enter(database)
    try_in(database, "sai")
    retain.clean_up(database, NOW + timedelta(minutes=59), ZONE)
    assert is_in(database, token)
    retain.clean_up(database, NOW + sign_ins.LASTS, ZONE)
    with database.reading() as session:
        assert session.scalars(select(SignInRow)).all() == []
        assert session.scalars(select(FailedSignInRow)).all() == []
        assert kept.account(session, "lan@tinh.example") is not None
