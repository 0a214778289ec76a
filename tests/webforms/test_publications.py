"""Pages of published results: which publication is shown, the earlier ones beside it, nothing before its moment."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from store.database import Database
from store.models.results import PublicationRow
from store.queries import campaigns
from tests.documents import make_document, named
from tests.factories import make_campaign
from workflows import mail
from workflows.mail import Attachment
from workflows.places import questionnaire_of
from workflows.results import FORMS, KIND

FIRST = datetime(2026, 3, 14, 20, tzinfo=UTC)  # the 15th in the province
SECOND = datetime(2026, 4, 2, 1, tzinfo=UTC)
REASON = "Sửa <b>số hồ sơ</b> của một đơn vị"
PATHS = ("/results/thu", "/results/thu/U1", "/results/thu.json", "/results/thu.csv")


@pytest.fixture
def surveyed(database: Database) -> None:
    with database.writing() as session:
        make_campaign(session, units=named(["UBND xã Ân Phú", "UBND xã Đại Từ"]), results="withheld", state="published")


def publish(
    database: Database, number: int, value: float, at: datetime, reason: str = "", until: datetime | None = None
) -> None:
    """A publication whose figures all have that value."""
    with database.writing() as session:
        row = campaigns.campaign(session, "thu")
        assert row is not None
        asked = questionnaire_of(campaigns.questionnaire(session, row))
        document = make_document(row, asked, {"U1": "xa", "U2": "xa"}, {"U1": {}, "U2": {}}, value=value)
        told = {"at": at, "actor": "test", "sha256": f"{number:064d}", "embargo_until": until}
        session.add(
            PublicationRow(
                campaign_id=row.id, number=number, reason=reason, document=json.dumps(document, indent=1), **told
            )
        )


@pytest.mark.usefixtures("surveyed")
def test_the_page_tells_number_and_day_of_what_is_published(client: FlaskClient, database: Database) -> None:
    publish(database, 1, 71.25, FIRST)
    for path in PATHS[:2]:
        page = client.get(f"{path}?lang=vi").text
        assert "Công bố số 1, ngày 15/03/2026" in page
        assert "71,25%" in page
        assert "Các lần công bố" not in page
        assert "Lần cập nhật tới" not in page
    assert f"{1:064d}" in client.get("/results/thu").text
    rows = list(csv.DictReader(io.StringIO(client.get("/results/thu.csv").data.decode("utf-8-sig"))))
    assert {(row["publication"], row["published_on"]) for row in rows} == {("1", "2026-03-15")}
    assert "15/03/2026" in client.get("/results?lang=vi").text


@pytest.mark.usefixtures("surveyed")
def test_a_correction_is_shown_with_its_reason_and_the_earlier_one_stays(
    client: FlaskClient, database: Database
) -> None:
    publish(database, 1, 71.25, FIRST)
    before = client.get("/results/thu.json").data
    publish(database, 2, 64.5, SECOND, REASON)
    page = client.get("/results/thu?lang=vi").text
    assert "Công bố số 2, ngày 02/04/2026" in page
    assert "Sửa &lt;b&gt;số hồ sơ&lt;/b&gt; của một đơn vị" in page
    assert "64,50%" in page
    assert "71,25%" not in page
    assert 'href="/results/thu?number=1&amp;lang=vi"' in page
    old = client.get("/results/thu?number=1&lang=vi").text
    assert "71,25%" in old
    assert "Đây là bản công bố trước" in old
    assert 'href="/results/thu/U1?lang=vi&amp;number=1"' in old
    assert 'href="/results/thu.json?number=1"' in old
    assert "71,25%" in client.get("/results/thu/U1?number=1&lang=vi").text
    assert client.get("/results/thu.json?number=1").data == before
    assert client.get("/results/thu.json").data != before
    rows = list(csv.DictReader(io.StringIO(client.get("/results/thu.csv?number=1").data.decode("utf-8-sig"))))
    assert {row["publication"] for row in rows} == {"1"}


@pytest.mark.usefixtures("surveyed")
def test_a_browser_that_has_an_earlier_publication_is_sent_the_new_one(client: FlaskClient, database: Database) -> None:
    publish(database, 1, 71.25, FIRST)
    tag = client.get("/results/thu.json").headers["ETag"]
    assert client.get("/results/thu.json", headers={"If-None-Match": tag}).status_code == 304
    publish(database, 2, 64.5, SECOND, REASON)
    assert client.get("/results/thu.json", headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/results/thu.json?number=1", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.usefixtures("surveyed")
@pytest.mark.parametrize("number", ["0", "3", "-1", "x", "", "1.0", "１", "99999999999999999999"])
def test_a_number_that_was_never_published_is_not_there(client: FlaskClient, database: Database, number: str) -> None:
    publish(database, 1, 71.25, FIRST)
    for path in PATHS:
        assert client.get(path, query_string={"number": number}).status_code == 404


@pytest.mark.usefixtures("surveyed")
def test_before_its_moment_the_page_says_when_and_no_file_is_served(client: FlaskClient, database: Database) -> None:
    until = datetime.now(UTC) + timedelta(days=400)
    publish(database, 1, 71.25, FIRST, until=until)
    page = client.get("/results/thu?lang=vi")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Kết quả khảo sát này sẽ được công bố lúc " in page.text
    assert f"{until:%Y}" in page.text
    for path in ("/results/thu.json", "/results/thu.csv", "/results/thu.json?number=1", "/results/thu?number=1"):
        assert client.get(path).status_code == 404
    assert "71,25" not in client.get("/results/thu/U1").text
    assert "Kết quả sắp được công bố" in client.get("/results?lang=vi").text
    assert "will be published at" in client.get("/results/thu?lang=en").text


@pytest.mark.usefixtures("surveyed")
def test_a_correction_that_waits_for_its_moment_is_not_told_of(client: FlaskClient, database: Database) -> None:
    publish(database, 1, 71.25, FIRST)
    publish(database, 2, 64.5, SECOND, REASON, until=datetime.now(UTC) + timedelta(days=1))
    page = client.get("/results/thu?lang=vi").text
    assert "71,25%" in page
    assert "số 2" not in page
    assert client.get("/results/thu.json?number=2").status_code == 404


def keep_report(database: Database, number: int) -> None:
    """The report that goes with a publication, in every format."""
    with database.writing() as session:
        made = [Attachment(f"{number}.{form}", kind, f"{form} {number}".encode()) for form, kind in FORMS.items()]
        mail.keep_papers(session, KIND, "thu", str(number), made, FIRST)


@pytest.mark.usefixtures("surveyed")
@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_report_is_downloaded_as_it_was_published(client: FlaskClient, database: Database, form: str) -> None:
    publish(database, 1, 71.25, FIRST)
    keep_report(database, 1)
    publish(database, 2, 64.5, SECOND, REASON)
    keep_report(database, 2)
    for number, query in ((2, ""), (1, "?number=1")):
        sent = client.get(f"/results/thu.{form}{query}")
        assert (sent.status_code, sent.data) == (200, f"{form} {number}".encode())
        assert sent.mimetype == FORMS[form]
        assert sent.headers["Content-Disposition"] == f'attachment; filename="thu-{number}.{form}"'
        assert sent.headers["X-Content-Type-Options"] == "nosniff"
        tag = {"If-None-Match": sent.headers["ETag"]}
        assert client.get(f"/results/thu.{form}{query}", headers=tag).status_code == 304
        page = client.get(f"/results/thu{query}").text
        assert f'href="/results/thu.{form}{query}" download' in page
    assert f'href="/results/thu.{form}?number=1" download' in client.get("/results/thu/U1?number=1").text


@pytest.mark.usefixtures("surveyed")
def test_where_there_is_no_report_none_is_offered(client: FlaskClient, database: Database) -> None:
    publish(database, 1, 71.25, FIRST)
    page = client.get("/results/thu").text
    for form in FORMS:
        assert client.get(f"/results/thu.{form}").status_code == 404
        assert f"thu.{form}" not in page


@pytest.mark.usefixtures("surveyed")
def test_a_report_that_is_held_back_is_not_served(client: FlaskClient, database: Database) -> None:
    publish(database, 1, 71.25, FIRST, until=datetime.now(UTC) + timedelta(days=1))
    keep_report(database, 1)
    for form in FORMS:
        assert client.get(f"/results/thu.{form}").status_code == 404
        assert client.get(f"/results/thu.{form}?number=1").status_code == 404
