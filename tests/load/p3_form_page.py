"""P3 and P10: what a form page costs beside a view of fixed bytes, and how many bytes a person loads."""

from __future__ import annotations

import gc
import io
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask, Response
from werkzeug.test import Client

from runtime.settings import Settings
from store.database import open_database, upgrade
from tests.factories import COUNTER, make_campaign
from tests.load import survey_of_25
from tests.load.figures import Figure, Goal, middles, plain, ratios, rounds
from tests.load.sizes import Sizes
from tests.load.web_server import HOST, SECRET
from webforms import create_public_app

LOADED = re.compile(rb"""<(?:link|script|img|source|iframe|use)\b[^>]*?\b(?:href|src)=["']([^"']+)""")


def opened(url: str) -> Flask:
    """The public app on that database, in this process."""
    return create_public_app(Settings(secret_key=SECRET, public_url=f"https://{HOST}"), open_database(url))


def constant(body: bytes) -> Flask:
    """The least that a Flask view can do: the same bytes each time."""
    app = Flask("constant")

    @app.get("/c/<code>")
    def view(code: str) -> Response:
        return Response(body, mimetype="text/html")

    return app


def environment(path: str) -> dict[str, Any]:
    """A request as the server gives it."""
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SCRIPT_NAME": "", "SERVER_NAME": HOST,
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": HOST, "HTTP_ACCEPT_LANGUAGE": "vi,en;q=0.5",
        "HTTP_USER_AGENT": "bench", "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }  # fmt: skip


def processor_us(app: Flask, path: str, views: int) -> Callable[[], float]:
    """A measurement: microseconds of the processor that a view takes."""

    def start(status: str, headers: list[tuple[str, str]], fault: object = None, /) -> Callable[[bytes], object]:
        if not status.startswith("200"):
            raise AssertionError(status)
        return print

    def take() -> float:
        environments = [environment(path) for _ in range(views)]
        begun = time.process_time()
        for each in environments:
            body: Iterable[bytes] = app.wsgi_app(each, start)
            b"".join(body)
        return (time.process_time() - begun) / views * 1e6

    return take


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """P3 on the page of 25 questions, P10 on the first page of the counter form."""
    url = survey_of_25.sqlite_url(folder / "form.db")
    survey_of_25.prepare(url, 1)
    app, path = opened(url), f"/c/{survey_of_25.counters(1)[0]}"
    body = Client(app).get(path, base_url=f"http://{HOST}").data
    measured = rounds(
        sizes.rounds * 2,
        processor_us(app, path, sizes.views // 4),
        processor_us(constant(body), path, sizes.views // 4),
    )
    gc.unfreeze()
    ours, fixed = middles(measured)
    app.extensions["door"].database.close()
    return [
        Figure(
            "P3",
            f"processor time of {sizes.views // 4:,} form pages of 25 questions ÷ a Flask view of fixed bytes",
            ratios(measured),
            Goal(1.5),
            detail=f"form {plain(ours)} µs, fixed bytes {plain(fixed)} µs, {len(body):,} bytes",
        ),
        first_page(folder),
    ]


def first_page(folder: Path) -> Figure:
    """P10: the poster's page of the shipped counter form with all that it loads, uncompressed, headers included."""
    url = survey_of_25.sqlite_url(folder / "counter-form.db")
    database = open_database(url)
    upgrade(database)
    with database.writing() as session:
        make_campaign(session)
    database.close()
    app = opened(url)
    client = Client(app)
    path, found = f"/c/{COUNTER}", 0
    page = client.get(path, base_url=f"http://{HOST}", headers={"Accept-Language": "vi"})
    for address in [path, *(name.decode() for name in LOADED.findall(page.data))]:
        if address.startswith("data:"):  # already counted: it stands within the page
            continue
        if not address.startswith("/"):
            raise AssertionError(f"the first page loads {address} from elsewhere")
        answer = client.get(address, base_url=f"http://{HOST}")
        found += len(answer.data) + len(str(answer.headers).encode())
    app.extensions["door"].database.close()
    return Figure("P10", "first page of the counter form with all that it loads", (found / 1000,), Goal(60), unit="kB")
