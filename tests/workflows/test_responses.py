"""Responses from sheets: all or nothing, each once, every fault told; and out again without a loss."""

from __future__ import annotations

import threading
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from store.database import Database
from store.models.campaigns import CampaignRow, QuestionnaireRow
from store.models.collection import ResponseRow
from store.models.results import AuditRow
from survey.conditions import Value
from survey.document import decode, encode
from survey.faults import Fault
from survey.journey import kept
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire
from tests.workflows.builders import (
    BROKEN,
    HEADER,
    NOW,
    QUESTIONNAIRE,
    cases,
    counts,
    make_campaign,
    sheet,
    told,
    workbook,
)
from workflows.answer_columns import Found, read_documents
from workflows.collect import new_external_id
from workflows.places import questionnaire_of
from workflows.responses import Imported, count_responses, export_responses, import_responses
from workflows.sheets import Sheet, read_sheet

SOUND = f"""{HEADER},used,wait,staff_polite,staff_clear,why,why.other,ways,visits,came_on,remark
A1,SNV,0000-0000-0,,open,web,vi,2024-06-01,95,yes,2,5,na,else,mất hồ sơ,desk|post,"3",2024-05-30,"Nhanh, gọn
và lịch sự"
A2,SYT,,SYT-a,sample,paper,en,15/6/2024,,no,5,,,,,none,,,
A3,SNV,,,open,,,2024-12-31 17:00:00,0,,,,,,,,,,=1+1
"""


def take(database: Database, text: str | bytes | Sheet, **more: object) -> Imported | tuple[Fault, ...]:
    read = text if isinstance(text, Sheet) else sheet(text)
    return import_responses(database, "dot-1", read, actor="test", now=NOW, **more)  # type: ignore[arg-type]


def stored(database: Database) -> dict[str, tuple[ResponseRow, dict[str, Value]]]:
    with database.reading() as session:
        session.expire_on_commit = False
        rows = session.scalars(select(ResponseRow)).all()
        version = questionnaire_of(session.scalars(select(QuestionnaireRow)).one())
    return {row.external_id: (row, decode(version, row.codes, row.words)) for row in rows}


def done(result: Imported | tuple[Fault, ...]) -> Imported:
    assert isinstance(result, Imported), told(result)
    return result


def test_responses_are_kept_as_the_sheet_has_them(database: Database) -> None:
    make_campaign(database)
    assert done(take(database, SOUND)) == Imported(3, 3, 0, 0, 0, 0)
    found = stored(database)
    row, answers = found["A1"]
    assert answers == {
        "used": "yes",
        "wait": "2",
        "staff_polite": "5",
        "staff_clear": "na",
        "why": "else",
        "why.other": "mất hồ sơ",
        "ways": ("desk", "post"),
        "visits": Decimal(3),
        "came_on": date(2024, 5, 30),
        "remark": "Nhanh, gọn\nvà lịch sự",
    }
    assert (row.stream, row.channel, row.language, row.day, row.duration_s) == (
        "open",
        "web",
        "vi",
        date(2024, 6, 1),
        95,
    )
    assert row.counter_id
    assert (row.stratum_id, row.state, row.reason, row.assisted, row.folded) == (0, "valid", "", False, 0)
    row, answers = found["A2"]
    assert (row.stream, row.language, row.day, row.duration_s) == ("sample", "en", date(2024, 6, 15), None)
    assert row.stratum_id
    assert answers == {"used": "no", "wait": "5", "ways": ("none",)}
    row, answers = found["A3"]
    assert (row.channel, row.language, row.day) == ("import", "vi", date(2024, 12, 31))
    assert answers == {"remark": "=1+1"}


def test_an_import_is_written_down_with_its_counts(database: Database) -> None:
    make_campaign(database)
    take(database, SOUND)
    with database.reading() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.subject == "dot-1", AuditRow.act == "import")).one()
    assert (row.actor, row.at) == ("test", NOW)
    assert row.facts["stored"] == "3"


def test_the_same_sheet_again_stores_nothing(database: Database) -> None:
    make_campaign(database)
    take(database, SOUND)
    before = stored(database).keys()
    assert done(take(database, SOUND)) == Imported(3, 0, 3, 0, 0, 0)
    assert stored(database).keys() == before


def test_a_response_that_reads_differently_now_is_told_and_left_alone(database: Database) -> None:
    make_campaign(database)
    take(database, SOUND)
    changed = SOUND.replace(
        "A2,SYT,,SYT-a,sample,paper,en,15/6/2024,,no,5", "A2,SYT,,SYT-a,sample,paper,en,15/6/2024,,no,1"
    )
    assert done(take(database, changed.replace("A3,", "A4,"))) == Imported(3, 1, 2, 1, 0, 0)
    assert stored(database)["A2"][1]["wait"] == "5"


def test_rows_without_an_identifier_are_given_one_and_counted(database: Database) -> None:
    make_campaign(database)
    text = "unit,stream,finished_on,wait\nSNV,open,2024-06-01,5\nSNV,open,2024-06-01,5\n"
    assert done(take(database, text)) == Imported(2, 2, 0, 0, 0, 2)
    names = stored(database).keys()
    assert len(names) == 2
    assert all(len(name) == len(new_external_id()) and name.startswith("R-") for name in names)


def test_a_dry_run_tells_the_same_and_keeps_nothing(database: Database) -> None:
    make_campaign(database)
    take(database, SOUND)
    before = counts(database)
    more = SOUND.replace("A1,", "B1,")
    told_before = take(database, more, dry_run=True)
    assert counts(database) == before
    assert take(database, more) == told_before == Imported(3, 1, 2, 0, 0, 0)


@pytest.mark.parametrize(("name", "expected"), cases("responses"))
def test_a_broken_sheet_is_refused_with_every_fault(database: Database, name: str, expected: list[str]) -> None:
    make_campaign(database)
    before = counts(database)
    read = read_sheet(BROKEN / "responses" / name)
    assert isinstance(read, Sheet)
    refused = take(database, read)
    assert not isinstance(refused, Imported)
    assert told(refused) == expected
    assert counts(database) == before


def test_ten_thousand_faults_are_all_told_and_soon(database: Database) -> None:
    make_campaign(database)
    rows = "".join(f"X{n},SNV,,,open,web,vi,2024-06-01,,{n % 9 + 6},\n" for n in range(10_000))
    begun = time.process_time()
    refused = take(database, f"{HEADER},wait,used\n{rows}")
    assert time.process_time() - begun < 2
    assert not isinstance(refused, Imported)
    assert [fault.where for fault in refused] == [f"row {n}, column wait" for n in range(2, 10_002)]
    assert {fault.facts["found"] for fault in refused} == {str(code) for code in range(6, 15)}
    assert stored(database) == {}


def test_beyond_the_limit_the_faults_are_counted(database: Database) -> None:
    make_campaign(database)
    rows = "".join(f"X{n},SNV,,,open,web,vi,2024-06-01,,7,maybe\n" for n in range(10_001))
    refused = take(database, f"{HEADER},wait,used\n{rows}")
    assert not isinstance(refused, Imported)
    assert len(refused) == 20_001
    assert (refused[-1].code, refused[-1].facts) == ("more_faults", {"more": "2"})


def test_one_faulty_row_at_the_end_keeps_every_other_out(database: Database) -> None:
    make_campaign(database)
    rows = "".join(f"X{n},SNV,,,open,web,vi,2024-06-01,,5\n" for n in range(12_000))
    assert not isinstance(take(database, f"{HEADER},wait\n{rows}X12000,SNV,,,open,web,vi,2024-06-01,,0\n"), Imported)
    assert stored(database) == {}


def test_a_database_that_fails_half_way_keeps_nothing(database: Database) -> None:
    make_campaign(database)
    before = counts(database)
    rows = "".join(f"X{n},SNV,,,open,web,vi,2024-06-01,,5\n" for n in range(25_000))

    def fail(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(database, f"{HEADER},wait\n{rows}", advance=fail)
    assert counts(database) == before


def test_progress_adds_up_to_the_rows(database: Database) -> None:
    make_campaign(database)
    rows = "".join(f"X{n},SNV,,,open,web,vi,2024-06-01,,5\n" for n in range(12_000))
    heard: list[int] = []
    take(database, f"{HEADER},wait\n{rows}", advance=heard.append)
    assert (len(heard), sum(heard)) == (2, 12_000)


def test_two_imports_of_one_sheet_at_once_store_it_once(database: Database) -> None:
    make_campaign(database)
    rows = "".join(f"X{n},SNV,,,open,web,vi,2024-06-01,,5\n" for n in range(300))
    results: list[Imported | tuple[Fault, ...]] = []
    threads = [
        threading.Thread(target=lambda: results.append(take(database, f"{HEADER},wait\n{rows}"))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done(result).stored for result in results) == [0, 0, 300]
    assert len(stored(database)) == 300


@pytest.mark.parametrize("state", ["locked", "published"])
def test_a_frozen_campaign_takes_no_responses(database: Database, state: str) -> None:
    make_campaign(database)
    with database.writing() as session:
        session.scalars(select(CampaignRow)).one().state = state
    refused = take(database, SOUND)
    assert not isinstance(refused, Imported)
    assert [fault.code for fault in refused] == ["campaign_frozen"]


def test_an_unknown_campaign_is_refused(database: Database) -> None:
    make_campaign(database)
    refused = import_responses(database, "dot-9", sheet(SOUND), actor="test", now=NOW)
    assert not isinstance(refused, Imported)
    assert [fault.code for fault in refused] == ["unknown_campaign"]


def test_answers_off_the_way_are_left_out_and_counted(database: Database) -> None:
    make_campaign(database)
    text = f"{HEADER},used,wait,why,why.other,visits\nA1,SNV,,,open,web,vi,2024-06-01,,no,5,else,chậm,3\n"
    text += "A2,SNV,,,open,web,vi,2024-06-01,,yes,1,queue,chậm,3\nA3,SNV,,,open,web,vi,2024-06-01,,,,else,,\n"
    assert done(take(database, text)).left_out == 5
    assert {name: answers for name, (_, answers) in stored(database).items()} == {
        "A1": {"used": "no", "wait": "5"},
        "A2": {"used": "yes", "wait": "1", "why": "queue", "visits": Decimal(3)},
        "A3": {},
    }


def test_a_workbook_is_imported_like_a_csv(database: Database) -> None:
    make_campaign(database)
    rows = [
        ["finished_on", "unit", "stream", "wait", "visits", "used", "came_on", "external_id"],
        [date(2024, 6, 1), "SNV", "open", 5, 3.0, "yes", date(2024, 5, 30), 17],
    ]
    assert done(take(database, workbook(rows))).stored == 1
    row, answers = stored(database)["17"]
    assert answers == {"wait": "5", "visits": Decimal(3), "used": "yes", "came_on": date(2024, 5, 30)}
    assert row.day == date(2024, 6, 1)


# Documents are the same whether read in columns or one by one


def trial() -> Questionnaire:
    read = read_questionnaire(QUESTIONNAIRE)
    assert isinstance(read, Questionnaire)
    return read


SCALE = st.sampled_from(["", "1", "2", "3", "4", "5", "na"])
ROW = st.fixed_dictionaries(
    {
        "used": st.sampled_from(["", "yes", "no"]),
        "wait": SCALE,
        "staff_polite": SCALE,
        "why": st.sampled_from(["", "queue", "else"]),
        "why.other": st.sampled_from(["", "chậm", "xa"]),
        "ways": st.sampled_from(["", "desk", "post", "desk|post", "none"]),
        "visits": st.sampled_from(["", "0", "3", "50"]),
        "came_on": st.sampled_from(["", "2024-05-30"]),
        "remark": st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs")), max_size=10),
    }
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, min_size=1, max_size=12))
def test_columns_give_the_documents_that_single_answers_give(rows: list[dict[str, str]]) -> None:
    from survey.answers import has_other, read_cell, read_other

    version = trial()
    columns = {name: [row[name].strip() for row in rows] for name in rows[0]}
    found = Found()
    read = read_documents(version, Sheet(tuple(columns), range(2, len(rows) + 2), columns), found)
    assert found.placed == []
    for place, (codes, words) in enumerate(zip(read.codes, read.words, strict=True)):
        answers: dict[str, Value] = {}
        for item in version.items:
            if item.code in columns and (value := read_cell(item, columns[item.code][place])) is not None:
                assert not isinstance(value, Fault)
                answers[item.code] = value
        other = read_other(version.item("why"), (columns["why.other"][place],))
        if isinstance(other, str) and has_other(version.item("why"), answers.get("why")):
            answers["why.other"] = other
        assert (codes, words) == encode(version, kept(version, answers))


# Out and in again


def moved(database: Database, path: Path) -> None:
    """Export, forget every response, import what was exported."""
    with database.reading() as session:
        assert export_responses(session, "dot-1", path) == count_responses(session, "dot-1")
    with database.writing() as session:
        session.execute(ResponseRow.__table__.delete())  # type: ignore[attr-defined]
    done(take(database, read_sheet(path)))  # type: ignore[arg-type]


def content(database: Database) -> dict[str, tuple[object, ...]]:
    with database.reading() as session:
        rows = session.execute(select(ResponseRow.__table__)).all()
    return {row.external_id: tuple(row)[3:] for row in rows}


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_what_is_exported_can_be_imported_without_a_loss(database: Database, tmp_path: Path, ending: str) -> None:
    make_campaign(database)
    take(
        database,
        SOUND
        + 'A4,SNV,,,open,web,vi,2024-06-02,,,,,,,,,,,"-5 điểm, \'=x"\n'
        + "=A5,SNV,,,open,web,vi,2024-06-02,,,,,,,,,,,'=1\n",
    )
    quarantined = update(ResponseRow).where(ResponseRow.external_id == "A2")
    with database.writing() as session:
        session.execute(quarantined.values(state="quarantined", reason="quick", assisted=True))
    before = content(database)
    moved(database, tmp_path / f"out{ending}")
    assert content(database) == before
    assert set(before) == {"A1", "A2", "A3", "A4", "=A5"}


def test_an_export_imported_into_its_own_database_stores_nothing(database: Database, tmp_path: Path) -> None:
    make_campaign(database)
    take(database, "unit,stream,finished_on,wait\nSNV,open,2024-06-01,5\nSNV,open,2024-06-01,4\n")
    with database.reading() as session:
        export_responses(session, "dot-1", tmp_path / "out.csv")
    read = read_sheet(tmp_path / "out.csv")
    assert isinstance(read, Sheet)
    assert done(take(database, read)) == Imported(2, 0, 2, 0, 0, 0)


def test_an_export_holds_no_key_and_does_not_stand_in_the_order_of_the_keys(database: Database, tmp_path: Path) -> None:
    make_campaign(database)
    rows = "".join(f"X{n:03},SNV,,,open,web,vi,2024-06-01,,5\n" for n in range(50))
    take(database, f"{HEADER},wait\n{rows}")
    with database.reading() as session:
        export_responses(session, "dot-1", tmp_path / "out.csv")
        keys = session.scalars(select(ResponseRow.id)).all()
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert not any(key.hex() in text for key in keys)
    names = [line.partition(",")[0] for line in text.splitlines()[1:]]
    assert names == sorted(names)


def test_an_export_of_no_campaign_writes_no_file(database: Database, tmp_path: Path) -> None:
    make_campaign(database)
    with database.reading() as session:
        refused = export_responses(session, "dot-9", tmp_path / "out.csv")
    assert isinstance(refused, tuple)
    assert [fault.code for fault in refused] == ["unknown_campaign"]
    assert list(tmp_path.glob("*.csv")) == []
