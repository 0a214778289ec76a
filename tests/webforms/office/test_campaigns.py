"""From nothing to open to closed: each step is kept, nothing typed is lost, and trial answers are in no figure."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from runtime.settings import Settings
from store.database import Database
from store.models.campaigns import CampaignRow, CounterRow
from store.models.chat import ParticipantRow
from store.models.collection import ConversationRow, ResponseRow, TrialRow
from store.models.results import AuditRow, TallyRow
from store.models.units import UnitRow
from store.queries import campaigns
from survey.campaign import CampaignPlan, read_campaign
from tests.factories import definition, make_unit
from tests.webforms.office.conftest import Desk
from workflows import kiosks, prepare
from workflows.responses import count_responses
from workflows.tally import fold, recount

SignIn = Callable[..., Desk]
CODE = "khao-sat-sau-tinh"
TODAY = date.today()  # noqa: DTZ011 - the campaigns lie wide around any zone's day


@pytest.fixture
def prepared(database: Database) -> Database:
    """Three communes, a department, and the shipped questionnaires."""
    with database.writing() as session:
        for name in ("sipas-quay", "sipas-mau"):
            try:
                prepare.keep_questionnaire(session, definition(name))
            except FileNotFoundError:
                continue
        for code, name in (("X1", "Đồng Hỷ"), ("X2", "Phú Bình"), ("X3", "Đại Từ")):
            make_unit(session, code, name=f"UBND xã {name}", short_name=f"Xã {name}")
        make_unit(session, "S1", name="Sở Nội vụ", short_name="SNV", level="department", block="so")
    return database


def row_of(database: Database, code: str = CODE) -> CampaignRow:
    """The campaign as it is kept."""
    with database.reading() as session:
        row = campaigns.campaign(session, code)
        assert row is not None
        session.expunge_all()
    return row


def begun(desk: Desk, title: str = "Khảo sát sáu tỉnh", **more: str) -> None:
    """A draft is begun."""
    desk.open("/campaigns/new")
    desk.send("/campaigns/new", {"title_vi": title, "kind": "other", "year": str(TODAY.year), **more})


def days(opens: date = TODAY, closes: date = TODAY + timedelta(days=30)) -> dict[str, object]:
    """The fourth step."""
    return {
        "opens": opens.isoformat(),
        "closes": closes.isoformat(),
        "basis": "open",
        "languages": ["vi", "en"],
        "channels": ["chat"],
        "once": "once",
    }


METHOD = {
    "method": "M1",
    "grouping": "G1",
    "minimum": "5",
    "small": "30",
    "results": "public",
    "batch_minimum": "20",
    "every": "day",
    "fill_s": "0",
}


def walked(desk: Desk, database: Database) -> None:
    """Every step, three units, a counter each."""
    begun(desk)
    row = row_of(database)
    base = f"/campaigns/{CODE}/steps"
    desk.send(f"{base}/questionnaire", {"version": str(row.questionnaire_id), "form": "short"})
    desk.send(f"{base}/units", {"shown": ["X1", "X2", "X3", "S1"], "unit": ["X1", "X2", "X3"]})
    desk.send(f"{base}/days", days())
    desk.send(f"/campaigns/{CODE}/counters", {"do": "defaults"})
    desk.send(f"{base}/method", METHOD)
    desk.send(f"{base}/reports", {"do": "next"})


def opened(desk: Desk, database: Database) -> None:
    """Walked and opened."""
    walked(desk, database)
    desk.send(f"/campaigns/{CODE}/moves/open", {"do": "open"})
    assert row_of(database).state == "open"


def codes(database: Database) -> list[str]:
    """The codes of the counters, by unit."""
    with database.reading() as session:
        return list(session.scalars(select(CounterRow.code).order_by(CounterRow.unit_id)))


def rows(database: Database, table: type) -> int:
    """How many rows a table has."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def acts(database: Database) -> list[str]:
    """What was written down."""
    with database.reading() as session:
        return list(session.scalars(select(AuditRow.act).order_by(AuditRow.id)))


def facts(database: Database, act: str) -> dict[str, str]:
    """The facts of the newest such act."""
    with database.reading() as session:
        statement = select(AuditRow.facts).where(AuditRow.act == act).order_by(AuditRow.id.desc())
        return dict(session.scalars(statement).first() or {})


@pytest.fixture
def public(settings: Settings, prepared: Database) -> Flask:
    from webforms import create_public_app

    return create_public_app(settings.model_copy(update={"public_url": "http://localhost"}), prepared)


def answer(public: Flask, code: str) -> str:
    """Answer the form of a counter as a phone does; gives the last page."""
    client = public.test_client()
    page = client.get(f"/c/{code}")
    for _ in range(12):
        text = page.text
        if "<output" in text or 'name="form"' not in text:
            return text
        token = re.search(r'name="form" value="([^"]+)"', text)
        step = re.search(r'name="step" value="([^"]*)"', text)
        assert token
        fields: dict[str, str] = {"form": token[1], "step": step[1] if step else "", "lang": "vi", "do": "next"}
        for name, value in re.findall(r'type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]+)"', text):
            fields.setdefault(name, value)
        page = client.post(f"/c/{code}", data=fields, follow_redirects=True)
    return page.text


def test_a_draft_is_kept_at_each_step_and_can_be_opened_and_closed(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    begun(desk)
    row = row_of(prepared)
    assert (row.state, row.rehearsing, "units" in row.awaited, "name" in row.awaited) == ("draft", False, True, False)
    page = desk.open(f"/campaigns/{CODE}/check")
    assert "Not ready to open yet" in page.text
    walked_again = f"/campaigns/{CODE}/steps"
    desk.send(f"{walked_again}/questionnaire", {"version": str(row.questionnaire_id), "form": "short"})
    assert desk.page is not None
    assert "Which units take part" in desk.page.text
    desk.send(f"{walked_again}/units", {"shown": ["X1", "X2", "X3", "S1"], "unit": ["X1", "X2", "X3"]})
    desk.send(f"{walked_again}/days", days())
    assert "3 units have no counter yet." in desk.page.text
    desk.send(f"/campaigns/{CODE}/counters", {"do": "defaults"})
    desk.send(f"{walked_again}/method", METHOD)
    desk.send(f"{walked_again}/reports", {"do": "next"})
    assert "Ready to open" in desk.page.text
    desk.send(f"/campaigns/{CODE}/moves/open", {"do": "open"})
    assert "Its counters take answers now." in desk.page.text
    desk.send(f"/campaigns/{CODE}/moves/close", {"reason": "Đủ phiếu", "do": "close"})
    assert row_of(prepared).state == "closed"
    assert facts(prepared, "campaign_close")["why"] == "Đủ phiếu"
    assert {"created", "step", "counters_added", "open", "closed"} <= set(acts(prepared))


def test_nothing_typed_is_lost_on_a_fault(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    desk.open("/campaigns/new")
    page = desk.send("/campaigns/new", {"title_vi": "Đợt của tôi", "title_en": "My <b>round</b>", "year": "abc"})
    assert page.status_code == 422
    assert "Đợt của tôi" in page.text
    assert "My &lt;b&gt;round" in page.text
    assert 'value="abc"' in page.text
    assert 'href="#kind"' in page.text
    assert 'href="#year"' in page.text
    walked(desk, prepared)
    page = desk.send(f"/campaigns/{CODE}/steps/days", days(closes=TODAY - timedelta(days=9)))
    assert page.status_code == 422
    assert (TODAY - timedelta(days=9)).isoformat() in page.text
    typed = {"unit": "", "name": "Quầy số 9", "service": "Đất đai", "do": "add"}
    page = desk.send(f"/campaigns/{CODE}/counters", typed)
    assert page.status_code == 422
    assert "Quầy số 9" in page.text
    assert "Đất đai" in page.text
    assert rows(prepared, CounterRow) == 3


def test_ticks_of_units_that_are_not_on_the_page_stay(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    begun(desk)
    base = f"/campaigns/{CODE}/steps/units"
    desk.send(base, {"shown": ["X1", "X2", "X3", "S1"], "unit": ["X1"], "do": "look", "q": "phu binh"})
    assert desk.page is not None
    assert "Phú Bình" in desk.page.text
    assert "Đại Từ" not in desk.page.text
    desk.send(base, {"shown": ["X2"], "unit": ["X2"], "do": "next"})
    with prepared.reading() as session:
        row = campaigns.campaign(session, CODE)
        assert row
        assert [unit.code for unit in campaigns.campaign_units(session, row.id)] == ["X1", "X2"]
    desk.send(base, {"shown": ["X1", "X2", "X3", "S1"], "unit": [], "do": "all:commune:xa"})
    with prepared.reading() as session:
        assert [unit.code for unit in campaigns.campaign_units(session, row.id)] == ["X1", "X2", "X3"]
    desk.send(f"/campaigns/{CODE}/counters", {"do": "defaults"})
    page = desk.send(base, {"shown": ["X1", "X2", "X3", "S1"], "unit": ["X1"], "do": "next"})
    assert page.status_code == 422
    assert "Phú Bình" in page.text


def test_counters_come_as_lines_and_from_a_sheet_with_every_fault_by_row(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    walked(desk, prepared)
    path = f"/campaigns/{CODE}/counters"
    desk.send(path, {"unit": "X1", "lines": "Quầy 1; Đất đai\nQuầy 2;\n\nQuầy 3 ; Tư pháp", "do": "add"})
    assert len(codes(prepared)) == 6
    page = desk.send(path, {"unit": "X1", "lines": "Quầy 1; Đất đai\nQuầy 8", "do": "add"})
    assert page.status_code == 422
    assert "already has a counter “Quầy 1”" in page.text
    assert len(codes(prepared)) == 6
    bad = "unit,name,service\nX1,,x\nZZ,Quầy 9,\n".encode()
    page = desk.send(path, {"do": "import", "file": (io.BytesIO(bad), "quay.csv")})
    assert page.status_code == 422
    assert "row 2" in page.text
    assert "row 3" in page.text
    assert len(codes(prepared)) == 6
    good = "unit,name,service\nX2,Quầy 9,\n".encode()
    desk.send(path, {"do": "import", "file": (io.BytesIO(good), "quay.csv")})
    assert len(codes(prepared)) == 7


def test_a_code_is_withdrawn_with_a_reason_and_a_new_one_made(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    opened(desk, prepared)
    code = codes(prepared)[0]
    path = f"/campaigns/{CODE}/counters/{code}"
    assert f"/c/{code}" in desk.open(path).text
    assert desk.send(path, {"do": "renew", "reason": " "}).status_code == 422
    desk.send(path, {"do": "renew", "reason": "Áp phích bị chụp lại"})
    with prepared.reading() as session:
        before = session.scalars(select(CounterRow).where(CounterRow.code == code)).one()
        assert before.revoked_at is not None
        assert len(session.scalars(select(CounterRow).where(CounterRow.unit_id == before.unit_id)).all()) == 2
    assert facts(prepared, "revoke_reason") == {"why": "Áp phích bị chụp lại"}


def test_a_code_is_made_anew_once_and_not_where_all_is_frozen(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    opened(desk, prepared)
    path = f"/campaigns/{CODE}/counters/{codes(prepared)[0]}"
    desk.open(path)
    for _ in range(2):
        assert desk.send(path, {"do": "renew", "reason": "Mất"}, follow=False).status_code == 303
    assert len(codes(prepared)) == 4
    with prepared.writing() as session:
        campaigns.campaign(session, CODE).state = "locked"
    path = f"/campaigns/{CODE}/counters/{codes(prepared)[1]}"
    desk.open(path)
    assert desk.send(path, {"do": "renew", "reason": "Mất"}, follow=False).status_code == 422
    assert len(codes(prepared)) == 4


def test_a_counter_of_a_draft_goes_with_its_tablet(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    walked(desk, prepared)
    code = codes(prepared)[0]
    with prepared.writing() as session:
        kiosks.add(session, code, "Máy 1", secret="x" * 32, actor="terminal", now=datetime.now(UTC))
    desk.open(f"/campaigns/{CODE}/counters/{code}")
    assert desk.send(f"/campaigns/{CODE}/counters/{code}", {"do": "remove"}, follow=False).status_code == 303
    assert code not in codes(prepared)


def test_a_unit_sees_adds_and_prints_its_own_counters_only(signed_in: SignIn, prepared: Database) -> None:
    boss = signed_in("home_affairs")
    opened(boss, prepared)
    with prepared.reading() as session:
        own = session.scalars(select(UnitRow.id).where(UnitRow.code == "X1")).one()
        found = {row.unit_id: row.code for row in session.scalars(select(CounterRow))}
    mine, other = found[own], next(code for unit, code in found.items() if unit != own)
    desk = signed_in("unit_officer", own)
    page = desk.open(f"/campaigns/{CODE}/counters")
    assert mine in page.text
    assert other not in page.text
    assert desk.open(f"/campaigns/{CODE}/counters/{other}").status_code == 404
    assert desk.open(f"/campaigns/{CODE}/posters.pdf?unit=X2").status_code == 404
    desk.open(f"/campaigns/{CODE}/counters")
    assert desk.send(f"/campaigns/{CODE}/counters", {"unit": "X2", "name": "Quầy 9", "do": "add"}).status_code == 422
    sheet = "unit,name\nX2,Quầy 9\n".encode()
    page = desk.send(f"/campaigns/{CODE}/counters", {"do": "import", "file": (io.BytesIO(sheet), "a.csv")})
    assert page.status_code == 422
    assert len(codes(prepared)) == 3
    desk.send(f"/campaigns/{CODE}/counters", {"unit": "X1", "name": "Quầy 9", "do": "add"})
    assert len(codes(prepared)) == 4
    assert desk.open(f"/campaigns/{CODE}").status_code == 403


def test_posters_come_as_one_pdf_to_keep(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    walked(desk, prepared)
    page = desk.open(f"/campaigns/{CODE}/posters.pdf?design=a5")
    assert page.data.startswith(b"%PDF")
    assert "attachment" in page.headers["Content-Disposition"]
    assert desk.open(f"/campaigns/{CODE}/posters.pdf?design=x").status_code == 404


def test_its_file_makes_it_again(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    walked(desk, prepared)
    page = desk.open(f"/campaigns/{CODE}/campaign.yaml")
    plan = read_campaign(page.text)
    row = row_of(prepared)
    assert isinstance(plan, CampaignPlan), plan
    assert (plan.code, plan.opens, plan.units, plan.short_form) == (CODE, row.opens, ("X1", "X2", "X3"), True)
    assert plan.chat_offered
    assert plan.minimum_fill_s == 0


def test_everything_is_taken_over_from_an_earlier_one_with_codes_of_its_own(
    signed_in: SignIn, prepared: Database
) -> None:
    desk = signed_in("home_affairs")
    opened(desk, prepared)
    before = codes(prepared)
    begun(desk, "Khảo sát sáu tỉnh", copied=CODE)
    row = row_of(prepared, f"{CODE}-2")
    with prepared.reading() as session:
        mine = [counter.code for counter, _ in campaigns.counters(session, row.id)]
    assert row.short_form
    assert row.awaited == ["days"]
    assert len(mine) == 3
    assert not set(mine) & set(before)


def test_an_open_campaign_gets_a_new_last_day_with_a_reason(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    opened(desk, prepared)
    path, later = f"/campaigns/{CODE}/moves/extend", TODAY + timedelta(days=60)
    assert desk.send(path, {"closes": later.isoformat()}).status_code == 422
    past = {"closes": (TODAY - timedelta(days=5)).isoformat(), "reason": "x"}
    assert desk.send(path, past).status_code == 422
    desk.send(path, {"closes": f"{later:%d/%m/%Y}", "reason": "Mưa lũ"})
    assert row_of(prepared).closes == later
    assert facts(prepared, "campaign_extend")["last_day"] == later.isoformat()
    assert desk.send(f"/campaigns/{CODE}/steps/name", {"title_vi": "Khác"}).status_code == 422


def test_a_campaign_that_is_closed_early_ends_on_that_day(signed_in: SignIn, prepared: Database, public: Flask) -> None:
    desk = signed_in("home_affairs")
    opened(desk, prepared)
    meant = row_of(prepared).closes
    assert "Today becomes its last day" in desk.open(f"/campaigns/{CODE}/moves/close").text
    desk.send(f"/campaigns/{CODE}/moves/close", {"reason": "Đủ phiếu"})
    ended = row_of(prepared).closes
    assert TODAY <= ended <= TODAY + timedelta(days=1) < meant  # the province's day may be the next one already
    assert facts(prepared, "closed")["last_day_before"] == meant.isoformat()
    record = desk.open("/audit?act=step").text + desk.open("/audit?act=closed").text
    assert "<bdi>Method and results</bdi>" in record, "and not the code of the step"
    assert "Last day until then" in record
    forget_places(public)
    told = public.test_client().get(f"/c/{codes(prepared)[0]}", headers={"Accept-Language": "vi"}).text
    assert f"{ended:%d/%m/%Y}" in told
    assert f"{meant:%d/%m/%Y}" not in told
    again = f"/campaigns/{CODE}/moves/reopen"
    assert desk.send(again, {"reason": "Còn phiếu"}).status_code == 422
    desk.send(again, {"reason": "Còn phiếu", "closes": meant.isoformat()})
    row = row_of(prepared)
    assert (row.state, row.closes) == ("open", meant)
    assert "Today becomes" in desk.open(f"/campaigns/{CODE}/moves/close").text


def test_a_campaign_that_lacks_something_is_not_opened(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    begun(desk)
    assert desk.send(f"/campaigns/{CODE}/moves/open", {"do": "open"}).status_code == 422
    assert row_of(prepared).state == "draft"


def test_trial_answers_are_in_no_figure_and_go_at_the_opening(
    signed_in: SignIn, prepared: Database, public: Flask
) -> None:
    desk = signed_in("home_affairs")
    walked(desk, prepared)
    code = codes(prepared)[0]
    assert "THỬ" not in public.test_client().get(f"/c/{code}").text
    desk.send(f"/campaigns/{CODE}/rehearsal", {"wanted": "begin"})
    forget_places(public)
    page = public.test_client().get(f"/c/{code}").text
    assert "<b>THỬ</b>" in page
    assert "không có gì được tính" in answer(public, code)
    assert "1 trial answers have come: Web 1" in desk.open(f"/campaigns/{CODE}/check").text.replace("\n", " ")
    assert (rows(prepared, TrialRow), rows(prepared, ResponseRow), rows(prepared, ParticipantRow)) == (1, 0, 0)
    assert fold(prepared, CODE) == 0
    assert rows(prepared, TallyRow) == 0
    with prepared.reading() as session:
        assert recount(session, CODE).responses == count_responses(session, CODE) == 0
    desk.send(f"/campaigns/{CODE}/moves/open", {"do": "open"})
    assert (rows(prepared, TrialRow), rows(prepared, ConversationRow)) == (0, 0)
    assert facts(prepared, "open")["trials"] == "1"
    forget_places(public)
    assert "THỬ" not in public.test_client().get(f"/c/{code}").text
    assert "<output" in answer(public, code)
    assert fold(prepared, CODE) == 1


def test_a_form_that_was_given_on_trial_is_not_counted_after_the_opening(
    signed_in: SignIn, prepared: Database, public: Flask
) -> None:
    desk = signed_in("home_affairs")
    walked(desk, prepared)
    code = codes(prepared)[0]
    desk.send(f"/campaigns/{CODE}/rehearsal", {"wanted": "begin"})
    forget_places(public)
    client = public.test_client()
    page = client.get(f"/c/{code}").text
    token = re.search(r'name="form" value="([^"]+)"', page)
    step = re.search(r'name="step" value="([^"]*)"', page)
    desk.send(f"/campaigns/{CODE}/moves/open", {"do": "open"})
    assert token
    assert step
    fields = {"form": token[1], "step": step[1], "lang": "vi", "do": "next"}
    for name, value in re.findall(r'type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]+)"', page):
        fields.setdefault(name, value)
    client.post(f"/c/{code}", data=fields)  # the process still believes that it is a rehearsal
    forget_places(public)
    assert client.post(f"/c/{code}", data=fields).status_code == 422
    assert rows(prepared, ResponseRow) == 0


def forget_places(public: Flask) -> None:
    """Ask the database anew about places, as two seconds later."""
    from webforms.door import door

    with public.test_request_context(base_url="http://localhost"):
        door().places._seen.clear()


def locked(desk: Desk, prepared: Database, kind: str) -> None:
    """A campaign of that kind, opened, closed and locked."""
    opened(desk, prepared)
    with prepared.writing() as session:
        row = campaigns.campaign(session, CODE)
        assert row
        row.kind = kind
    desk.send(f"/campaigns/{CODE}/moves/close", {"reason": "xong", "do": "close"})
    desk.send(f"/campaigns/{CODE}/publication/lock", {"do": "lock"})
    assert row_of(prepared).state == "locked"


def test_two_people_publish_where_the_kind_needs_it(signed_in: SignIn, prepared: Database) -> None:
    first = signed_in("home_affairs")
    locked(first, prepared, "sipas")
    path = f"/campaigns/{CODE}/publication/publish"
    assert first.send(path, {"do": "publish"}).status_code == 422
    first.open(path)
    first.send(path, {"do": "propose"})
    assert facts(prepared, "publication_proposed")["why"] == ""
    assert "Another person has to agree now" in first.open(path).text
    assert first.send(path, {"do": "publish"}).status_code == 422
    assert row_of(prepared).state == "locked"
    second = signed_in("administrator")
    assert "Agree and publish" in second.open(path).text
    second.send(path, {"do": "publish"})
    assert row_of(prepared).state == "published"


def test_unlocking_says_why_and_forgets_a_proposal(signed_in: SignIn, prepared: Database) -> None:
    desk = signed_in("home_affairs")
    locked(desk, prepared, "sipas")
    desk.send(f"/campaigns/{CODE}/publication/publish", {"do": "propose"})
    unlock = f"/campaigns/{CODE}/publication/unlock"
    assert desk.send(unlock, {"do": "unlock"}).status_code == 422
    desk.send(unlock, {"do": "unlock", "reason": "Nhập thiếu phiếu"})
    assert row_of(prepared).state == "closed"
    desk.send(f"/campaigns/{CODE}/publication/lock", {"do": "lock"})
    assert "Propose to publish" in desk.open(f"/campaigns/{CODE}/publication/publish").text


def test_what_is_published_asks_for_a_password_that_is_not_old(
    signed_in: SignIn, prepared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = signed_in("home_affairs")
    opened(desk, prepared)
    monkeypatch.setattr("webforms.office.guards.FRESH_FOR", timedelta(0))
    page = desk.open(f"/campaigns/{CODE}/publication/lock")
    assert "Your password, please" in page.text
