"""What is sent on trial is in no number: a campaign that was rehearsed beside one that was not, up to the release."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from werkzeug.test import TestResponse

from runtime.settings import Settings
from store.database import Database, open_database
from store.models.campaigns import CampaignRow, CounterRow
from store.models.collection import ResponseRow, TrialRow
from store.models.quality import ArrivalRow
from store.models.results import TallyRow
from store.queries import campaigns
from store.queries import quality as quality_rows
from survey.document import encode
from survey.questionnaire import Questionnaire
from survey.rights import Grant, Person
from tests.factories import COUNTER, make_campaign
from tests.servers import execute
from tests.webforms.conftest import Person as Phone
from tests.webforms.office.conftest import PASSWORD, Desk, make_account
from tests.webforms.test_kiosk import ANSWERS, Tablet
from tests.workflows.test_rehearsals import to_the_end
from tests.workflows.test_turns import Chatter
from tests.workflows.weeks import MANNER
from webforms import create_office_app, create_public_app
from workflows import (
    batches,
    board,
    comments,
    comments_anew,
    index,
    kept_figures,
    kiosks,
    publications,
    quality,
    results,
    tally,
)
from workflows.campaigns import move
from workflows.places import questionnaire_of
from workflows.reporting import make_summary, span_of
from workflows.responses import count_responses, export_responses
from workflows.sipas_facts import facts
from workflows.summaries import summary_facts

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime.now(UTC).replace(hour=5, minute=0, second=0, microsecond=0)
TODAY = NOW.date()
PERSON = Person(1, "lan@tinh.example", "Lan", "vi", (Grant("administrator"),))
LOW = {"tiep_can": "1", "thu_tuc": "1", "cong_chuc": "1"}, {"ket_qua": "1", "gop_y": "1", "chung": "1"}
SAID = "Thử xem có bị tính không"
WEB, LATE = 12, 6  # forms sent on trial by the web, and as many begun then and sent after the opening
PAGES = (
    "/",
    "/board/thu",
    "/board/thu?unit=A",
    *(f"/board/thu/{what}.csv" for what in ("units", "counters", "channels", "days", "funnel")),
    "/board/thu/days.svg",
    "/board/thu/funnel.svg",
    "/quality/thu?state=all",
    "/quality/thu/figures",
)
PUBLIC_PAGES = ("/results", "/results/thu", "/results/thu.json", "/results/thu.csv", "/comments/thu")


@dataclasses.dataclass
class House:
    """A database with the two webs in front of it, and a folder."""

    database: Database
    settings: Settings
    folder: Path
    office: Flask
    public: Flask

    def desk(self) -> Desk:
        """Where somebody of Home Affairs has signed in."""
        desk = Desk(self.office.test_client())
        desk.open("/sign-in")
        desk.send("/sign-in", {"email": "lan@tinh.example", "password": PASSWORD})
        return desk

    def count(self, table: type) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def twin_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """Another empty database of the same kind."""
    if database_url.startswith("sqlite"):
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "twin.db")
        yield f"sqlite:///{tmp_path / 'twin.db'}"
        return
    address, _, name = database_url.rpartition("/")
    execute(address, f"CREATE DATABASE {name}_twin TEMPLATE template")
    yield f"{address}/{name}_twin"
    execute(address, f"DROP DATABASE {name}_twin WITH (FORCE)")


def house(database: Database, folder: Path) -> House:
    """A draft campaign of three units with two counters each, and somebody who may do everything."""
    folder.mkdir()
    settings = Settings(
        secret_key="a secret for tests that is long enough", public_url="http://localhost", data_dir=folder
    )
    make_account(database, "administrator", email="lan@tinh.example")
    with database.writing() as session:
        make_campaign(
            session,
            units={"A": {}, "B": {}, "C": {}},
            counters=2,
            state="draft",
            batch={"minimum_new": 5, "every": "hour"},
        )
    return House(
        database, settings, folder, create_office_app(settings, database), create_public_app(settings, database)
    )


@pytest.fixture
def houses(
    database: Database, twin_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[House, House]]:
    """The campaign that is rehearsed, and the one that is not; processes go on believing what they once saw."""
    monkeypatch.setattr("workflows.known_places.FRESH_S", 3_600.0)
    twin = open_database(twin_url, pool_size=4)
    yield house(database, tmp_path / "rehearsed"), house(twin, tmp_path / "plain")
    twin.close()


def rehearsed(of: House) -> list[Phone]:
    """Trials by every way there is; gives phones on which forms are open that were begun on trial."""
    desk = of.desk()
    desk.open("/campaigns/thu")
    assert desk.send("/campaigns/thu/rehearsal", {"wanted": "begin"}).status_code == 200
    tried_in_the_office(desk)
    for _ in range(WEB):
        filled_in(opened(of))
    chatter = Chatter(of.database)
    to_the_end(chatter)
    with of.database.writing() as session:
        kiosk = kiosks.add(
            session, COUNTER, "Máy 1", secret=of.settings.secret_key, actor="test", now=datetime.now(UTC)
        )
    assert isinstance(kiosk, kiosks.Added)
    tablet = Tablet(of.public.test_client())
    assert tablet.client.post(f"{tablet.address}/leave", data={"code": kiosk.code.lower()}).status_code == 303
    for key in tablet.keys()[:2]:
        assert tablet.send(key["form"], ANSWERS | {"y_kien": SAID}, took=30).status_code == 200
    assert of.count(TrialRow) == WEB + 1 + 2
    return [opened(of) for _ in range(LATE)]


def opened(of: House) -> Phone:
    """A phone that has opened the form of a counter."""
    phone = Phone(of.public.test_client())
    assert "<b>THỬ</b>" in phone.open().text
    return phone


def filled_in(phone: Phone) -> None:
    """Send the whole form, with the lowest level everywhere and a comment."""
    first, last = LOW
    phone.send(first)
    assert phone.send({**last, "y_kien": SAID}).status_code == 200


def tried_in_the_office(desk: Desk) -> None:
    """Go through the trial of the questionnaire to its end."""
    page = desk.open("/questionnaires/sipas-quay/1/try?language=vi")
    for _ in range(8):
        hidden = dict(re.findall(r'name="(-state|-step)" value="([^"]*)"', page.text))
        if "-state" not in hidden:
            break
        page = desk.send(
            "/questionnaires/sipas-quay/1/try", {**LOW[0], **LOW[1], "y_kien": SAID, **hidden, "-do": "next"}
        )
    assert "The trial is finished" in page.text


def real_answers(database: Database) -> None:
    """Answers that count: every unit on many days, some with words, a burst at one counter."""
    with database.writing() as session:
        row = session.scalars(select(CampaignRow)).one()
        whole = questionnaire_of(campaigns.questionnaire(session, row))
        counters = list(session.scalars(select(CounterRow).order_by(CounterRow.id)))
        days = [day for n in range(25, 0, -1) if (day := TODAY - timedelta(n)).isoweekday() < 6]
        rows = []
        for place, counter in enumerate(counters):
            for day in days:
                burst = place == 0 and day == days[-1]
                for number in range(46 if burst else 6):
                    rows.append(answer(row, whole, counter, day, number, quick=number >= 6))
        session.execute(insert(ResponseRow), rows)
        noon = datetime.combine(days[-1], datetime.min.time(), ZONE) + timedelta(hours=12)
        quality_rows.count_arrivals(session, row.id, noon, {counters[0].id: 40})


def answer(
    row: CampaignRow, whole: Questionnaire, counter: CounterRow, day: date, number: int, *, quick: bool
) -> dict[str, object]:
    """One answer."""
    level = "5" if quick else str(2 + (number + day.day + counter.id) % 4)
    said = {"y_kien": f"Chờ lâu, anh Nguyễn Văn Nam số 09123456{number:02}"} if number == day.day % 6 else {}
    names = ("tiep_can", "thu_tuc", "cong_chuc", "ket_qua", "chung")
    codes, words = encode(whole, dict.fromkeys(names, level) | said)
    key = f"{counter.id}-{day}-{number}"
    return {
        "id": key.encode().rjust(16, b"0"), "campaign_id": row.id, "questionnaire_id": row.questionnaire_id,
        "unit_id": counter.unit_id, "counter_id": counter.id, "stratum_id": 0, "stream": "open", "channel": "web",
        "language": "vi", "assisted": False, "day": day, "duration_s": 4 if quick else 90, "codes": codes,
        "words": words, "state": "valid", "reason": "", "external_id": key,
    }  # fmt: skip


def clock_beats(database: Database) -> None:
    """Everything that the clock works out of the answers."""
    tally.fold(database, "thu")
    board.count(database, "thu", NOW)
    batches.show_batch(database, "thu", NOW, ZONE, at_once=True)
    quality.look(database, "thu", NOW, ZONE)
    kept_figures.work_out(database, "thu", NOW)
    comments.gather(database, "thu")
    newer = dataclasses.replace(comments.lexicon(), version=comments.lexicon().version + 1)
    comments_anew.renew(database, "thu", NOW, newer)


def numbers(of: House) -> dict[str, object]:
    """Every number that somebody can get to see, under the name of where."""
    clock_beats(of.database)
    with of.database.reading() as session:
        row = session.scalars(select(CampaignRow)).one()
        reading = comments.read(session, row, PERSON, {}, "vi")
        voices = comments.public(session, row, "", 1)
        summary, summed = summary_facts(session, "thu", span_of("weekly", TODAY), NOW.astimezone(ZONE))
        told: dict[str, object] = {
            "responses": count_responses(session, "thu"),
            "tallies": {key: each.to_bytes() for key, each in tally.kept_cells(session, row.id).items()},
            "shown tallies": {
                key: each.to_bytes() for key, each in tally.kept_cells(session, row.id, shown=True).items()
            },
            "recount": tally.recount(session, "thu"),
            "index": index.document(session, "thu", NOW),
            "index shown": index.document(session, "thu", NOW, shown=True),
            "board": board.board(session, row, PERSON, board.Wanted(), TODAY),
            "quality": quality.counts(session, row.id),
            "flags": [plain(each.flag) for each in quality.flagged(session, row.id)],
            "arrivals": [(each.counter_id, each.at, each.n) for each in session.scalars(select(ArrivalRow))],
            "figures": kept_figures.kept(session, row),
            "comments counted": (reading.found, reading.states, reading.topics, reading.units, reading.held_back),
            "comments as a sheet": sorted(comments.sheet(session, row, PERSON, {}, "vi")),
            "voices": (voices.found, voices.units),
            "summary": repr(summary),  # parts of it are equal by identity only
            "summary's index": summed,
            "yearly report": repr(facts(session, "thu", NOW)),
            "as the public sees it": repr(facts(session, "thu", NOW, shown=True)),
        }
        sheet = of.folder / "export.csv"
        assert isinstance(export_responses(session, "thu", sheet), int)
        told["export"] = sheet.read_bytes()
        shown = results.release(session, "thu", NOW)
        told["results"] = json.loads(results.document(session, shown)) if shown and shown.standing == "shown" else shown
    return told | papers(of) | pages(of)


def plain(row: object) -> dict[str, object]:
    """The columns of a row."""
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def papers(of: House) -> dict[str, object]:
    """The documents of the weekly report."""
    made = make_summary(of.database, "thu", span_of("weekly", TODAY), NOW, MANNER)
    return {f"paper {each.name}": each.content for each in made.attachments} | {"mail": made.words}


def pages(of: House) -> dict[str, object]:
    """Pages of the office and of the public web, without what is drawn anew for every view."""
    desk, anybody = of.desk(), of.public.test_client()
    found: dict[str, object] = {f"office {path}": still(told(desk.open(path))) for path in PAGES}
    return found | {f"public {path}": still(told(anybody.get(path))) for path in PUBLIC_PAGES}


def told(response: TestResponse) -> str:
    """The status of an answer, and what it says."""
    return f"{response.status_code} {response.text}"


def still(text: str) -> str:
    """A page without nonces and form tokens, and without the word that a draft is being tried out."""
    return re.sub(r'(nonce|value)="[^"]{20,}"| <span class="state waiting">Being tried out</span>', "", text)


def opened_for_all(of: House) -> None:
    with of.database.writing() as session:
        assert isinstance(move(session, "thu", "open", "test"), CampaignRow)


def published(of: House) -> Mapping[str, bytes]:
    """Close, lock and publish; gives the files of the release."""
    with of.database.writing() as session:
        assert isinstance(move(session, "thu", "closed", "test"), CampaignRow)
    with of.database.writing(in_turn=True) as session:
        assert isinstance(publications.lock(session, "thu", "test", NOW), CampaignRow)
    ready = publications.draft(of.database, "thu", MANNER, reason="", now=NOW, approved=True)
    assert isinstance(ready, publications.Draft), ready
    done = publications.publish(of.database, ready, of.folder / "out", "test")
    assert isinstance(done, publications.Published), done
    return {path.name: path.read_bytes() for path in sorted(done.folder.rglob("*")) if path.is_file()}


def same(one: Mapping[str, object], other: Mapping[str, object]) -> None:
    """Every number of one is that of the other; names those that are not."""
    assert set(one) == set(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_not_a_single_number_moves_with_what_is_sent_on_trial(houses: tuple[House, House]) -> None:
    tried, untouched = houses
    late = rehearsed(tried)
    same(numbers(tried), numbers(untouched))
    assert (tried.count(ResponseRow), tried.count(TallyRow)) == (0, 0)
    for each in houses:
        opened_for_all(each)
    for phone in late:
        filled_in(phone)
    assert (tried.count(TrialRow), untouched.count(TrialRow)) == (LATE, 0)
    for each in houses:
        real_answers(each.database)
    found = numbers(tried)
    same(found, numbers(untouched))
    files = published(tried)
    same(files, published(untouched))
    assert tried.count(TrialRow) == LATE, "they are there all the while"
    same(numbers(tried), numbers(untouched))
    assert SAID not in repr(found) + repr(files), "nor is a word of them"
    real = tried.count(ResponseRow)
    assert (found["responses"], found["recount"]) == (real, tally.Recount(real, 6, ()))
    assert found["flags"]
    assert found["comments as a sheet"]
    assert {path for path in PAGES if not found[f"office {path}"].startswith("200")} == set()
    assert {path for path in PUBLIC_PAGES if not found[f"public {path}"].startswith("200")} == set()
