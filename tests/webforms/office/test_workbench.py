"""The questionnaire workbench in a browser: files in, three ways to look, a trial, a comparison, publishing."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import func, select

from store.base import Base
from store.models.results import AuditRow
from store.queries import questionnaires
from tests.survey.xlsforms import SETTINGS, SOUND, SURVEY, simple, workbook

CANARY = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>{{'zq'*3}}"
HERE = "/questionnaires/mot-cua/1"


def send(desk, data: bytes, name: str = "phieu.xlsx", **more):
    desk.open("/questionnaires/new")
    return desk.send("/questionnaires/new", {"file": (io.BytesIO(data), name), **more})


def counts(database) -> dict[str, int]:
    with database.reading() as session:
        return {t.name: session.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables}


def field(page, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def test_a_workbook_becomes_a_draft_that_is_looked_at_and_published(signed_in, database):
    desk = signed_in("home_affairs")
    page = send(desk, workbook(SOUND))
    assert page.status_code == 200, page.text
    assert page.request.path == HERE
    for words in ("How satisfied", "😠 1 · Level 1", "paper-1.png", "only if you chose “Yes” in question 3"):
        assert words in page.text
    assert page.text.count('class="bubble"') == 10
    picture = desk.client.get(f"{HERE}/paper-1.png?language=vi", base_url="http://127.0.0.1:8001")
    assert picture.data.startswith(b"\x89PNG")
    paper = desk.client.get(f"{HERE}/paper.pdf", base_url="http://127.0.0.1:8001")
    assert paper.data.startswith(b"%PDF")
    assert paper.headers["Content-Disposition"] == 'attachment; filename="mot-cua-v1-en.pdf"'
    refused = desk.send(f"{HERE}/publish", {})
    assert refused.status_code == 422
    assert 'href="#looked"' in refused.text
    assert "Published" in desk.send(f"{HERE}/publish", {"looked": "1"}).text
    with database.reading() as session:
        assert questionnaires.version(session, "mot-cua", 1) is not None
        assert "questionnaire_published" in session.scalars(select(AuditRow.act)).all()


def test_every_fault_of_a_file_is_shown_by_row(signed_in, database):
    desk = signed_in("home_affairs")
    before = counts(database)
    page = send(
        desk, workbook(simple(("geopoint", "noi", "Ở đâu?"), ("text", "a b", ""), ("integer", "n", "x", "1 +")))
    )
    assert page.status_code == 422
    for words in ("survey: row 2, column type", "survey: row 3, column name", "survey: row 3, column label", "row 4"):
        assert words in page.text
    assert counts(database) == before


@pytest.mark.parametrize(
    ("data", "name"), [(b"", ""), (b"x", "a.exe"), (b"\x00", "a.yaml"), (b"PK\x03\x04x", "a.xlsx")]
)
def test_what_is_no_questionnaire_is_refused_kindly(signed_in, data, name):
    page = send(signed_in("home_affairs"), data, name)
    assert page.status_code == 422
    assert "Traceback" not in page.text


def test_hostile_words_and_names_stay_words(signed_in):
    survey = [list(row) for row in SURVEY]
    for row in survey[1:]:
        row[2:4] = [CANARY if cell else "" for cell in row[2:4]]
    settings = [SETTINGS[0], [CANARY if place in (0, 1, 5, 6) else cell for place, cell in enumerate(SETTINGS[1])]]
    choices = [
        [CANARY if place in (2, 3) and n else c for place, c in enumerate(r)] for n, r in enumerate(SOUND["choices"])
    ]
    desk = signed_in("home_affairs")
    sheets = {"survey": survey, "choices": choices, "settings": settings}
    pages = [send(desk, workbook(sheets), "<script>alert(3)</script>.xlsx")]
    assert pages[0].status_code == 200, pages[0].text
    pages += [
        desk.open(path) for path in ("/questionnaires", f"{HERE}/try", "/questionnaires/compare?old=x&new=%3Cscript%3E")
    ]
    pages.append(send(desk, workbook(simple((CANARY, CANARY, CANARY, CANARY)))))
    for page in pages:
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "zqzqzq" not in page.text


def test_a_trial_goes_to_the_end_and_leaves_nothing(signed_in, database):
    desk = signed_in("home_affairs")
    send(desk, workbook(SOUND))
    page = desk.open(f"{HERE}/try?language=vi")
    before = counts(database)
    wanted = {"gioi_tinh": "nu", "tuoi": "abc", "da_den": "no"}
    for _ in range(8):
        if "-state" not in page.text:
            break
        kept = {"-state": field(page, "-state"), "-step": field(page, "-step"), "-do": "next"}
        page = desk.send(f"{HERE}/try", {**wanted, **kept})
        if page.status_code == 422:
            assert "abc" in page.text
            wanted["tuoi"] = "40"
    assert "The trial is finished" in page.text
    assert "gioi_tinh" in page.text
    assert "so_lan" not in page.text
    assert counts(database) == before


def test_a_trial_takes_no_state_that_is_not_ours(signed_in):
    desk = signed_in("home_affairs")
    send(desk, workbook(SOUND))
    page = desk.open(f"{HERE}/try")
    token = field(page, "-state")
    for forged in ("", "x", token[:-3] + "abc", "e30." + token):
        assert desk.send(f"{HERE}/try", {"-state": forged, "-step": "loi_chao"}).status_code == 400


def test_two_versions_stand_side_by_side(signed_in):
    desk = signed_in("home_affairs")
    send(desk, workbook(SOUND))
    desk.send(f"{HERE}/publish", {"looked": "1"})
    survey = [list(row) for row in SURVEY]
    survey[4][2] = "Tuổi của Ông/Bà"
    send(desk, workbook({**SOUND, "survey": survey}))
    page = desk.open("/questionnaires/compare?old=mot-cua@1&new=mot-cua@2")
    assert "Tuổi của Ông/Bà" in page.text
    assert "1 differences" in page.text
    assert desk.open("/questionnaires/compare?old=mot-cua@1&new=mot-cua@9").status_code == 422


def test_who_may_only_look_may_not_change(signed_in):
    send(signed_in("home_affairs"), workbook(SOUND))
    desk = signed_in("supervisor")
    page = desk.open(HERE)
    assert page.status_code == 200
    assert "/publish" not in page.text
    assert "/questionnaires/new" not in desk.open("/questionnaires").text
    assert desk.send(f"{HERE}/publish", {"looked": "1"}).status_code == 403
    assert desk.send(f"{HERE}/discard").status_code == 403


def test_a_draft_can_be_thrown_away(signed_in):
    desk = signed_in("home_affairs")
    send(desk, workbook(SOUND))
    assert "mot-cua" not in desk.send(f"{HERE}/discard").text
    assert desk.open(HERE).status_code == 404
