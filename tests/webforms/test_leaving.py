"""The address at the end of a report's mail: opening it changes nothing, pressing the button does."""

from __future__ import annotations

from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy import select

from runtime.settings import Settings
from store.database import Database
from store.models.mail import RecipientRow
from workflows import mail


def test_only_the_press_takes_a_reader_off_the_list(
    database: Database, client: FlaskClient, settings: Settings
) -> None:
    with database.writing() as session:
        row = mail.add_recipient(session, "summary", "a@example.vn", "", "vi", datetime.now(UTC), "test")
        assert isinstance(row, RecipientRow)
        number = row.id
    address = mail.leave_address("", settings.secret_key, number)
    for _ in range(2):
        assert client.get(address).status_code == 200
        assert left(database) is None
    assert "Thôi nhận" in client.get(address).text
    assert client.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert left(database) is not None
    assert client.get(address[:-2] + "xx").status_code == 404
    assert client.post(address[:-2] + "xx").status_code == 404


def left(database: Database) -> datetime | None:
    with database.reading() as session:
        return session.scalars(select(RecipientRow.left_at)).one()
