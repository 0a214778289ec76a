"""P14: pages of office and public web with a million answers, and with few: they cost what their cells cost."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient

from runtime.settings import Settings
from store.database import Database, open_database
from store.queries import campaigns, funnel
from tests.load import survey_of_25
from tests.load.figures import Figure, Goal, middles, plain, ratios, rounds
from tests.load.sizes import Sizes
from tests.webforms.office.conftest import CSRF, PASSWORD, make_account
from webforms import create_office_app, create_public_app
from workflows import batches, board, demo, kept_figures
from workflows.places import questionnaire_of
from workflows.tally import fold

COUNTERS = 10  # in each unit
VIEWS = 5
BASE, PUBLIC_BASE = "http://127.0.0.1:8001", "http://127.0.0.1:8000"
PAGES = {
    "P14": ("the fieldwork board", "/board/{code}"),
    "P14a": ("the board of one unit with its counters", "/board/{code}?unit=U001"),
    "P14b": ("the page of the campaign", "/campaigns/{code}"),
    "P14c": ("the first page", "/"),
    "P14d": ("the list of flags", "/quality/{code}"),
    "P14e": ("figures: the index with and without what is flagged", "/quality/{code}/figures"),
}
PUBLIC_PAGES = {
    "P14f": ("the public results page", "/results/{code}"),
    "P14g": ("the same as data", "/results/{code}.json"),
}


def filled(folder: Path, units: int, count: int) -> Database:
    """An open survey with that many folded answers, its board and figures kept and its results shown."""
    url = survey_of_25.sqlite_url(folder / f"{count}.db")
    survey_of_25.prepare(url, units, places=COUNTERS)
    survey_of_25.fill(url, count)
    database = open_database(url)
    fold(database, survey_of_25.CODE)
    now = datetime.now(UTC)
    board.count(database, survey_of_25.CODE, now)
    add_funnel(database)
    kept_figures.work_out(database, survey_of_25.CODE, now)
    batches.show_batch(database, survey_of_25.CODE, now, ZoneInfo("Asia/Ho_Chi_Minh"), at_once=True)
    return database


def add_funnel(database: Database) -> None:
    """As many forms opened and given up beside those sent as the demonstration has."""
    with database.writing() as session:
        row = campaigns.campaign(session, survey_of_25.CODE)
        assert row is not None
        sent: Counter[funnel.Opened] = Counter()
        for cell in board.cells_of(session, row.id).tolist():
            sent[row.id, cell[board.UNIT], date.fromordinal(cell[board.DAY])] += cell[board.NUMBER]
        opened, stopped = demo.not_sent(questionnaire_of(campaigns.questionnaire(session, row)), sent)
        funnel.add_opened(session.connection(), opened)
        funnel.add_stopped(session.connection(), stopped)


def signed_in(database: Database, folder: Path) -> FlaskClient:
    """A browser in which somebody of Home Affairs has signed in."""
    row = make_account(database, "home_affairs")
    client = create_office_app(settings_in(folder), database).test_client()
    token = CSRF.search(client.get("/sign-in", base_url=BASE).text)
    assert token is not None
    form = {"csrf": token[1], "email": row.email, "password": PASSWORD}
    assert client.post("/sign-in", data=form, base_url=BASE).status_code == 303
    return client


def anybody(database: Database, folder: Path) -> FlaskClient:
    """A browser at the public web."""
    return create_public_app(settings_in(folder), database).test_client()


def settings_in(folder: Path) -> Settings:
    """Settings of both apps."""
    return Settings(secret_key="a secret for benchmarks that is long enough", data_dir=folder)


def seconds(client: FlaskClient, address: str) -> float:
    """Seconds that a page takes the server."""
    begun = time.perf_counter()
    for _ in range(VIEWS):
        answer = client.get(address)
        if answer.status_code != 200:
            raise AssertionError(f"{address}: {answer.status_code}")
    return (time.perf_counter() - begun) / VIEWS


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Each page on the many answers ÷ the same page on few."""
    many, few = filled(folder, sizes.units, sizes.answers), filled(folder, sizes.units, sizes.few_answers)
    office = signed_in(many, folder), signed_in(few, folder)
    public = anybody(many, folder), anybody(few, folder)
    found = []
    for name, (words, address) in {**PAGES, **PUBLIC_PAGES}.items():
        (large, small), base = (office, BASE) if name in PAGES else (public, PUBLIC_BASE)
        asked = base + address.format(code=survey_of_25.CODE)
        measured = rounds(sizes.rounds, partial(seconds, large, asked), partial(seconds, small, asked))
        told = " ms, ".join(plain(1000 * each) for each in middles(measured)) + " ms"
        what = f"{words}, {sizes.answers:,} answers ÷ {sizes.few_answers:,}"
        detail = f"{told}; {sizes.units} units, {COUNTERS * sizes.units:,} counters"
        found.append(Figure(name, what, ratios(measured), Goal(1.5), detail=detail))
    many.close()
    few.close()
    return found
