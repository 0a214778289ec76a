"""Publishing freezes: a figure changes only by a new number that says why, and nobody sees it before its time."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from reports import verify
from store.database import Database
from store.models.campaigns import CampaignRow
from store.models.collection import ResponseRow
from store.models.results import AuditRow, PublicationRow, TallyRow
from survey.conditions import Value
from survey.counter_codes import counter_code
from survey.faults import Fault
from tests.factories import make_campaign
from tests.workflows.weeks import MANNER
from workflows import batches, collect, index, results, tally
from workflows.campaigns import move
from workflows.collect import Form
from workflows.places import Place, place
from workflows.publications import Draft, Published, draft, lock, publish, unlock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 5, 5)
NOON = datetime(2026, 5, 5, 5, tzinfo=UTC)
KEYS = itertools.count()


@pytest.fixture
def where(database: Database) -> Place:
    with database.writing() as session:
        make_campaign(session, opens=date(2026, 5, 1), closes=date(2026, 5, 31), results="withheld", kind="sipas")
    return place_of(database)


def place_of(database: Database) -> Place:
    with database.reading() as session:
        found = place(session, counter_code(1), TODAY)
    assert found is not None
    return found


def give(database: Database, where: Place, level: str, count: int) -> None:
    answers: dict[str, Value] = {"tiep_can": level, "chung": level}
    for _ in range(count):
        form = Form(f"key {next(KEYS)}", "secret", "vi", "web", NOON, NOON, TODAY)
        database.write(lambda connection, form=form: collect.keep(connection, where, form, answers))


def closed_and_locked(database: Database) -> None:
    with database.writing() as session:
        assert isinstance(move(session, "thu", "closed", "test"), CampaignRow)
    with database.writing(in_turn=True) as session:
        assert isinstance(lock(session, "thu", "test", NOON), CampaignRow)


def drafted(database: Database, **told: Any) -> Draft | list[str]:
    """What a person who agreed would publish; the codes of the faults where it is refused."""
    plain = {"reason": "", "now": NOON, "approved": True}
    ready = draft(database, "thu", MANNER, **{**plain, **told})
    return ready if isinstance(ready, Draft) else [fault.code for fault in ready]


def publishing(database: Database, folder: Path, **told: Any) -> Published | list[str]:
    """Publish as a person who agreed; the codes of the faults where it was refused."""
    ready = drafted(database, **told)
    if not isinstance(ready, Draft):
        return ready
    done = publish(database, ready, folder, "test")
    return done if isinstance(done, Published) else [fault.code for fault in done]


def seen(database: Database, now: datetime = NOON, number: int | None = None) -> Mapping[str, Any] | str | None:
    """The document that the public gets; where it gets none, how the results stand."""
    with database.reading() as session:
        found = results.release(session, "thu", now, number)
        if found is None or found.standing != "shown":
            return found and found.standing
        document: dict[str, Any] = json.loads(results.document(session, found))
        return document


def test_what_is_published_is_the_folder_the_page_and_the_record(
    database: Database, where: Place, tmp_path: Path
) -> None:
    give(database, where, "5", 40)
    closed_and_locked(database)
    assert seen(database) == "withheld"
    done = publishing(database, tmp_path / "out")
    assert isinstance(done, Published)
    assert (done.number, done.held_back) == (1, 0)
    assert verify.check(done.folder, done.digest)[0] == []
    shown = seen(database)
    assert shown == json.loads((done.folder / "index.json").read_text(encoding="utf-8"))
    assert isinstance(shown, dict)
    assert shown["publication"]["number"] == 1
    assert shown["answers"]["open"]["valid"] == 40
    with database.reading() as session:
        row = session.scalars(select(PublicationRow)).one()
        assert (row.number, row.sha256, row.actor) == (1, done.digest, "test")
        acts = session.scalars(select(AuditRow.act).order_by(AuditRow.id)).all()
        assert acts[-3:] == ["closed", "locked", "published"]
        assert session.scalars(select(CampaignRow.state)).one() == "published"


def test_publishing_waits_for_lock_person_and_moment(database: Database, where: Place, tmp_path: Path) -> None:
    give(database, where, "5", 40)
    assert publishing(database, tmp_path / "out", approved=False, embargo=NOON) == [
        "publish_not_locked", "embargo_past", "approval_needed",
    ]  # fmt: skip
    with database.writing() as session:
        assert isinstance(refused := lock(session, "thu", "test", NOON), list)
        assert refused[0].code == "move_not_allowed"
    closed_and_locked(database)
    assert publishing(database, tmp_path / "out", approved=False) == ["approval_needed"]
    assert not (tmp_path / "out").exists()
    with database.writing() as session:
        session.execute(update(CampaignRow).values(kind="other"))
    assert isinstance(publishing(database, tmp_path / "out", approved=False), Published)


def test_a_locked_campaign_takes_and_shows_nothing_more(database: Database, where: Place, tmp_path: Path) -> None:
    give(database, where, "5", 40)
    closed_and_locked(database)
    with database.reading() as session:
        assert session.scalar(select(TallyRow.n)) == 40
    assert not batches.show_batch(database, "thu", NOON, ZONE, at_once=True)
    with database.writing() as session:
        assert isinstance(move(session, "thu", "open", "test"), Fault)
    publishing(database, tmp_path / "out")
    assert not batches.show_batch(database, "thu", NOON + timedelta(days=9), ZONE, at_once=True)


def test_a_count_that_was_tampered_with_is_not_locked(database: Database, where: Place) -> None:
    give(database, where, "5", 40)
    tally.fold(database, "thu")
    with database.writing() as session:
        assert isinstance(move(session, "thu", "closed", "test"), CampaignRow)
        row = session.scalars(select(TallyRow)).one()
        row.live = (41).to_bytes(8, "little") + row.live[8:]
    with database.writing(in_turn=True) as session:
        refused = lock(session, "thu", "test", NOON)
        assert isinstance(refused, list)
        assert [fault.code for fault in refused] == ["tally_differs"]


def test_a_figure_changes_only_by_a_new_number_that_says_why(database: Database, where: Place, tmp_path: Path) -> None:
    give(database, where, "5", 40)
    closed_and_locked(database)
    publishing(database, tmp_path / "one")
    first = seen(database)
    with database.writing() as session:
        assert isinstance(nothing := unlock(session, "thu", " ", "test", NOON), Fault)
        assert nothing.code == "reason_needed"
        assert isinstance(unlock(session, "thu", "Thiếu một tệp", "test", NOON), CampaignRow)
    give(database, where, "1", 10)
    tally.fold(database, "thu")
    assert seen(database) == first
    with database.writing() as session:
        stays = move(session, "thu", "open", "test")
        assert isinstance(stays, Fault)
        assert stays.code == "published_stays_closed"
    with database.writing(in_turn=True) as session:
        assert isinstance(lock(session, "thu", "test", NOON), CampaignRow)
    later = NOON + timedelta(days=3)
    assert publishing(database, tmp_path / "two", now=later) == ["reason_needed"]
    done = publishing(database, tmp_path / "two", now=later, reason="Thêm mười phiếu giấy bị sót")
    assert isinstance(done, Published)
    second = seen(database)
    assert isinstance(second, dict)
    assert isinstance(first, dict)
    assert (second["publication"]["number"], second["answers"]["open"]["valid"]) == (2, 50)
    assert second["publication"]["reason"] == "Thêm mười phiếu giấy bị sót"
    assert [each["number"] for each in second["publication"]["earlier"]] == [1]
    assert seen(database, number=1) == first
    assert seen(database, number=2) == second
    assert seen(database, number=3) is None
    assert verify.check(tmp_path / "one", "")[0] == verify.check(tmp_path / "two", "")[0] == []


def test_a_correction_by_a_few_people_waits_for_it_would_give_them_away(
    database: Database, where: Place, tmp_path: Path
) -> None:
    give(database, where, "5", 40)
    closed_and_locked(database)
    publishing(database, tmp_path / "one")
    with database.writing() as session:
        unlock(session, "thu", "Thiếu phiếu", "test", NOON)
    give(database, where, "1", 2)
    with database.writing(in_turn=True) as session:
        lock(session, "thu", "test", NOON)
    done = publishing(database, tmp_path / "two", reason="Thêm phiếu")
    assert isinstance(done, Published)
    assert done.held_back == 2
    shown = seen(database)
    assert isinstance(shown, dict)
    assert shown["answers"]["open"]["valid"] == 40


def test_the_last_few_answers_of_a_page_that_was_public_wait_too(
    database: Database, where: Place, tmp_path: Path
) -> None:
    with database.writing() as session:
        session.execute(update(CampaignRow).values(results="public"))
    give(database, where, "5", 40)
    tally.fold(database, "thu")
    assert batches.show_batch(database, "thu", NOON, ZONE)
    give(database, where, "1", 3)
    closed_and_locked(database)
    done = publishing(database, tmp_path / "out")
    assert isinstance(done, Published)
    assert done.held_back == 3
    with database.snapshot() as session:
        assert tally.recount(session, "thu").different == ()
        assert index.document(session, "thu", NOON)["answers"]["open"]["valid"] == 43


def test_nobody_sees_what_is_held_back_until_its_moment(database: Database, where: Place, tmp_path: Path) -> None:
    give(database, where, "5", 40)
    closed_and_locked(database)
    until = NOON + timedelta(days=2)
    assert isinstance(publishing(database, tmp_path / "out", embargo=until), Published)
    assert seen(database) == seen(database, until - timedelta(seconds=1)) == "embargoed"
    assert seen(database, until - timedelta(seconds=1), number=1) is None
    assert isinstance(seen(database, until), dict)
    with database.reading() as session:
        assert [each.standing for each in results.results(session, NOON)] == ["embargoed"]
        assert [each.standing for each in results.results(session, until)] == ["shown"]


def test_a_correction_that_is_held_back_leaves_the_earlier_one_in_its_place(
    database: Database, where: Place, tmp_path: Path
) -> None:
    give(database, where, "5", 40)
    closed_and_locked(database)
    publishing(database, tmp_path / "one")
    with database.writing(in_turn=True) as session:
        unlock(session, "thu", "Sửa", "test", NOON)
        lock(session, "thu", "test", NOON)
    until = NOON + timedelta(days=2)
    assert isinstance(publishing(database, tmp_path / "two", reason="Sửa", embargo=until), Published)
    for moment, number in ((NOON, 1), (until, 2)):
        shown = seen(database, moment)
        assert isinstance(shown, dict)
        assert shown["publication"]["number"] == number


def test_a_draft_of_a_campaign_that_moved_on_is_not_published(database: Database, where: Place, tmp_path: Path) -> None:
    give(database, where, "5", 40)
    closed_and_locked(database)
    ready = drafted(database)
    assert isinstance(ready, Draft)
    assert seen(database) == "withheld", "a draft is nothing that anybody sees"
    with database.writing() as session:
        unlock(session, "thu", "Thiếu phiếu", "test", NOON)
    give(database, where, "1", 10)
    with database.writing(in_turn=True) as session:
        lock(session, "thu", "test", NOON)
    refused = publish(database, ready, tmp_path / "lost", "test")
    assert not isinstance(refused, Published)
    assert [fault.code for fault in refused] == ["publish_moved_on"]
    assert not (tmp_path / "lost").exists()
    assert seen(database) == "withheld"
    again = drafted(database)
    assert isinstance(again, Draft)
    done = publish(database, again, tmp_path / "out", "test")
    assert isinstance(done, Published)
    assert done.number == 1
    twice = publish(database, again, tmp_path / "twice", "test")
    assert not isinstance(twice, Published)
    assert "publish_already" in [fault.code for fault in twice]
    assert not (tmp_path / "twice").exists()


def test_a_number_is_given_once_and_a_correction_has_its_reason(database: Database, where: Place) -> None:
    told = {"at": NOON, "actor": "test", "sha256": "0", "document": "{}"}
    for number, reason in ((1, ""), (1, "again"), (2, "")):
        with database.writing() as session:
            campaign = session.scalars(select(CampaignRow.id)).one()
            session.add(PublicationRow(campaign_id=campaign, number=number, reason=reason, **told))
            if (number, reason) == (1, ""):
                continue
            with pytest.raises(IntegrityError):
                session.flush()
            session.rollback()


def test_invalid_answers_that_were_taken_out_leave_the_published_figures_alone(
    database: Database, where: Place, tmp_path: Path
) -> None:
    """What is published is frozen as a document: nothing that happens to the answers moves it."""
    give(database, where, "5", 40)
    closed_and_locked(database)
    publishing(database, tmp_path / "out")
    before = seen(database)
    with database.writing() as session:
        session.execute(update(ResponseRow).values(state="invalid"))
        session.execute(update(TallyRow).values(n=0))
    assert seen(database) == before
