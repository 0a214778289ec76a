"""Nothing that stands for a person in a chat shares a transaction with the response: on PostgreSQL each row names the
transaction that wrote it, and a join by these numbers would say who answered what."""

from __future__ import annotations

import pytest

from store.database import Database
from tests.factories import make_campaign, responses
from tests.journeys.runner import HERE
from tests.workflows.test_turns import Chatter
from workflows import chat

VISIT = (HERE / "questionnaires" / "visit.yaml").read_text(encoding="utf-8")
LAST = ("den", "yes"), ("so_lan", "2"), ("tiep_cho", "4"), ("tiep_loi", "5"), ("tiep_gio", "na")
PEOPLE = ("chat", "participant")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_row_of_a_person_bears_the_number_of_a_response(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session, text=VISIT)
    person = Chatter(database)
    person.does(chat.Come("000000012"))
    person.does(chat.Begin())
    for step, code in LAST:
        person.does(chat.Say(step, {step: [code]}))
    person.does(chat.Tick("giay_to", "anh"))
    person.does(chat.Done("giay_to"))
    person.does(chat.Pass("ngay"))
    assert isinstance(person.does(chat.Say("y_kien", {"y_kien": ["dài" * 1_000]})), chat.Went)  # a failed try is noted
    assert isinstance(person.does(chat.Say("y_kien", {"y_kien": ["Tốt"]})), chat.Thanked)
    assert len(responses(database)) == 1
    with database.engine.begin() as connection:
        for table in PEOPLE:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 1, table
            joined = f"SELECT count(*) FROM response JOIN {table} ON response.xmin::text = {table}.xmin::text"
            assert connection.exec_driver_sql(joined).scalar() == 0, table
