"""Files become drafts, drafts become frozen versions, and nothing that a file says of itself is trusted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from store.models.results import AuditRow
from store.queries import questionnaires
from survey.questionnaire import Questionnaire
from tests.survey.xlsforms import SOUND, simple, workbook
from workflows import workbench

AT = datetime(2025, 3, 14, 9, tzinfo=UTC)
WHO = {"actor": "a@tinh.example", "at": AT}
YAML = (Path(__file__).parent / "questionnaire.yaml").read_text(encoding="utf-8")


def codes(found) -> list[str]:
    assert not isinstance(found, (str, Questionnaire)), found
    return [fault.code for fault in found]


def test_a_draft_is_replaced_until_it_is_frozen(database):
    with database.writing() as session:
        form = workbench.keep_draft(session, YAML, **WHO)
        assert isinstance(form, Questionnaire)
        again = workbench.keep_draft(session, YAML.replace("minutes: ", "minutes: 1"), **WHO)
        assert isinstance(again, Questionnaire)
        (kept,) = workbench.versions(session)
        assert (kept.state, kept.kept_by, kept.questionnaire.minutes) == ("draft", WHO["actor"], again.minutes)
        assert questionnaires.newest(session, form.code) is None
    with database.writing() as session:
        assert isinstance(workbench.publish(session, form.code, form.version, **WHO), Questionnaire)
        (frozen,) = workbench.versions(session)
        assert (frozen.state, frozen.questionnaire.minutes) == ("published", again.minutes)
        assert codes(workbench.keep_draft(session, YAML, **WHO)) == ["questionnaire_frozen"]
        assert codes(workbench.publish(session, form.code, form.version, **WHO)) == ["draft_unknown"]
    with database.reading() as session:
        acts = session.scalars(select(AuditRow.act).order_by(AuditRow.id)).all()
        assert acts == ["questionnaire_imported", "questionnaire_imported", "questionnaire_published"]


def test_the_next_free_number_is_given_where_it_is_wished(database):
    with database.writing() as session:
        form = workbench.keep_draft(session, YAML, **WHO)
        workbench.publish(session, form.code, form.version, **WHO)
        changed = YAML.replace("minutes: ", "minutes: 1").encode()
        text = workbench.read_upload(session, "phieu.yaml", changed, renumber=True)
        assert isinstance(text, str)
        assert workbench.keep_draft(session, text, **WHO).version == form.version + 1
        assert workbench.read_upload(session, "phieu.yaml", YAML.encode(), renumber=True) == YAML


def test_an_xlsform_takes_the_next_number_and_the_same_file_no_other(database):
    data = workbook(SOUND)
    with database.writing() as session:
        for _ in range(2):
            text = workbench.read_upload(session, "Phiếu.XLSX", data)
            assert isinstance(text, str), text
            assert workbench.keep_draft(session, text, **WHO).version == 1
        workbench.publish(session, "mot-cua", 1, **WHO)
        assert workbench.read_upload(session, "x.xlsx", data) == text
        other = workbook({**SOUND, "survey": SOUND["survey"][:-2] + SOUND["survey"][-1:]})
        assert "version: 2\n" in workbench.read_upload(session, "x.xlsx", other)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("", b"", "upload_missing"),
        ("x.exe", b"code: a", "upload_ending"),
        ("yaml", b"code: a", "upload_ending"),
        ("x.xlsm", workbook(SOUND), "upload_ending"),
        ("../../etc/passwd", b"code: a", "upload_ending"),
        ("x.yaml", b"a" * (2 * 2**20 + 1), "file_too_large"),
        ("x.yaml", b"\xff\xfe\x00", "not_utf8"),
        ("x.yaml", b"code: a\x00b", "upload_kind"),
        ("x.yaml", b"%PDF-1.7", "yaml_unreadable"),
        ("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet_old_excel"),
        ("x.xlsx", b"PK\x03\x04 no archive", "sheet_not_workbook"),
        ("x.xlsx", workbook({"Sheet1": [["a"]]}), "xlsform_no_sheet"),
        ("x.yaml", workbook(simple(("text", "t", ""))), "xlsform_cell_missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_sent_is_judged_by_its_content(database, name, data, code):
    with database.reading() as session:
        assert code in codes(workbench.read_upload(session, name, data))


def test_a_draft_can_be_thrown_away(database):
    with database.writing() as session:
        form = workbench.keep_draft(session, YAML, **WHO)
        assert workbench.discard(session, form.code, form.version, **WHO) == ()
        assert workbench.versions(session) == ()
        assert codes(workbench.discard(session, form.code, form.version, **WHO)) == ["draft_unknown"]


def test_versions_are_found_by_name_and_compared(database):
    with database.writing() as session:
        form = workbench.keep_draft(session, YAML, **WHO)
        workbench.publish(session, form.code, form.version, **WHO)
        text = workbench.renumbered(session, YAML.replace("minutes: ", "minutes: 1"))
        workbench.keep_draft(session, text, **WHO)
        old, new = (workbench.named(session, name) for name in (form.code, f"{form.code}@{form.version + 1}"))
        assert (old.state, new.state) == ("published", "draft")
        assert [change.aspect for change in workbench.compared(old, new)] == ["minutes"]
        for name in ("nothing", f"{form.code}@99", f"{form.code}@x", "@", "a@1@2"):
            assert workbench.named(session, name) is None
