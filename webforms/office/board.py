"""The fieldwork board: answers against the plan, day by day, unit by unit; filters stand in the address."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from reports.board_charts import columns, sparks
from reports.charts import bar
from reports.sheets import write_csv
from runtime.words import day_words, number_words, translate
from store.models.campaigns import CampaignRow
from survey.rights import Person
from webforms.office import board_funnel, guards
from webforms.office.choosing import chosen, held
from webforms.office.door import door, today
from webforms.office.pages import shown
from webforms.results_page import BLOCKS
from workflows import board
from workflows.board import Board, Wanted

blueprint, GUARD = guards.guarded("board", __name__, "see_fieldwork")
SHEET_WORDS: dict[str, tuple[str, ...]] = {  # what can be taken along as a sheet → the words over its columns
    "units": ("Unit", "Answers", "Planned", "Last answer", "Silent days", "In the last 7 days"),
    "counters": ("Counter", "Code", "Answers", "Last answer", "Silent days", "In the last 7 days"),
    "channels": ("Channel", "Answers"),
    "days": ("Day", "Answers"),
}
CHANNEL_WORDS = {
    "web": "Web form",
    "zalo": "Zalo",
    "telegram": "Telegram",
    "kiosk": "Tablet at the counter",
    "interviewer": "Interviewer",
    "paper": "Paper",
    "import": "Brought in by sheet",
}


FEW = 12  # so many units never heard of are named at once, more at a press
FILE_NAMES = {"units": "tien-do", "counters": "quay", "channels": "kenh", "days": "ngay"}


def wanted() -> Wanted:
    """The filters that stand in the address; what cannot be read leaves all."""
    asked = request.args
    return Wanted(
        asked.get("unit", ""),
        asked.get("counter", ""),
        asked.get("channel", ""),
        day(asked.get("first", "")),
        day(asked.get("last", "")),
    )


def day(text: str) -> date | None:
    """A day as a browser sends it."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def found(session: Session, person: Person, code: str) -> tuple[CampaignRow, Board]:
    """The campaign of an address and its board; 404 where there is none, or for a unit that is not the person's."""
    row = held(session, code)
    seen = board.board(session, row, person, wanted(), today())
    if not seen.choices or (wanted().unit and wanted().unit not in dict(seen.choices)):
        abort(404)
    return row, seen


@guards.page(blueprint, "/board")
def choose(person: Person) -> AnyResponse:
    """The campaigns whose fieldwork can be looked at; straight on where there is one."""
    return chosen(person, "see_fieldwork", "Fieldwork board", "board.shown_board")


@guards.page(blueprint, "/board/<code>")
def shown_board(person: Person, code: str) -> Response:
    """The board of a campaign."""
    with door().database.reading() as session:
        row, seen = found(session, person, code)
        ways = board_funnel.ways(session, row, person, wanted())
    kept = {name: value for name, value in request.args.items() if value}
    blocks: dict[str, list[board.Line]] = {}
    for line in sorted(seen.units, key=lambda each: each.name):
        blocks.setdefault(line.block, []).append(line)
    lines = [*seen.units, *seen.counters]
    drawn: dict[str, Any] = {
        "days": Markup(columns(titled(seen, person.language))),  # noqa: S704 - our own SVG, whose words are escaped
        "sparks": {
            line.code: Markup(each)  # noqa: S704 - likewise
            for line, each in zip(lines, sparks([line.recent for line in lines]), strict=True)
        },
        "bars": {
            name: Markup(bar(100 * number / seen.channels[0][1]))  # noqa: S704 - likewise
            for name, number in seen.channels
        },
    }
    others = urlencode({name: value for name, value in kept.items() if name not in ("unit", "counter")})
    words: dict[str, Any] = {
        "campaign": row,
        "board": seen,
        "asked": kept,
        "query": urlencode(kept),
        "blocks": blocks,
        "ways": ways,
    }
    words["others"] = f"{others}&" if others else ""
    return shown(
        "office/board.html",
        person,
        channels=CHANNEL_WORDS,
        block_words=BLOCKS,
        few=FEW,
        zone=door().settings.zone,
        **words,
        **drawn,
    )


def titled(seen: Board, language: str) -> list[tuple[str, str, int]]:
    """Days as the picture says them: short, in full, and the number."""
    return [(f"{each:%d/%m}", day_words(each, language), number) for each, number in seen.days]


@guards.page(blueprint, "/board/<code>/days.svg")
def picture(person: Person, code: str) -> Response:
    """The picture of the days, to be put into a document."""
    with door().database.reading() as session:
        row, seen = found(session, person, code)
    spoken = person.language
    title = row.title.get(spoken) or row.title.get("vi") or row.code
    total = translate("{number} answers", spoken).format(number=number_words(seen.answers, 0, spoken))
    drawing = str(columns(titled(seen, spoken), title=f"{title}: {total}", source=f"Hài lòng, {request.host}"))
    return attached(drawing.encode(), "image/svg+xml", f"{code}-ngay.svg")


@guards.page(blueprint, "/board/<code>/<what>.csv")
def sheet(person: Person, code: str, what: str) -> Response:
    """A table of the board, or the numbers of a picture, as a sheet."""
    header = SHEET_WORDS.get(what) or abort(404)
    with door().database.reading() as session:
        _, seen = found(session, person, code)
    file = io.BytesIO()
    write_csv(file, [translate(words, person.language) for words in header], rows_of(seen, what, person))
    return attached(file.getvalue(), "text/csv; charset=utf-8", f"{code}-{FILE_NAMES[what]}.csv")


def rows_of(seen: Board, what: str, person: Person) -> list[tuple[str | int | None, ...]]:
    """The rows of one of the sheets; days as a computer sorts them."""
    if what == "days":
        return [(each.isoformat(), number) for each, number in seen.days]
    if what == "channels":
        return [(translate(CHANNEL_WORDS[each], person.language), number) for each, number in seen.channels]
    if what == "counters":
        return [(each.name, each.code, each.answers, *when(each)) for each in seen.counters]
    return [(each.name, each.answers, each.target, *when(each)) for each in seen.units]


def when(line: board.Line) -> tuple[str | None, int | None, int]:
    """The last day, the silent days, and the answers of the last week."""
    return line.last.isoformat() if line.last else None, line.silent_days, line.week


@guards.page(blueprint, "/board/<code>/funnel.csv")
def funnel_sheet(person: Person, code: str) -> Response:
    """How far forms came as a sheet."""
    with door().database.reading() as session:
        row, _ = found(session, person, code)
        ways = board_funnel.ways(session, row, person, wanted())
    body = board_funnel.sheet(ways, person.language)
    return attached(body, "text/csv; charset=utf-8", f"{code}-chang-duong.csv")


@guards.page(blueprint, "/board/<code>/funnel.svg")
def funnel_picture(person: Person, code: str) -> Response:
    """How far forms came as a picture, to be put into a document."""
    with door().database.reading() as session:
        row, _ = found(session, person, code)
        ways = board_funnel.ways(session, row, person, wanted())
    spoken = person.language
    title = f"{row.title.get(spoken) or row.title.get('vi') or row.code}: {translate(board_funnel.TITLE, spoken)}"
    body = board_funnel.drawing(ways, title, f"Hài lòng, {request.host}", spoken)
    return attached(body.encode(), "image/svg+xml", f"{code}-chang-duong.svg")


def attached(body: bytes, kind: str, name: str) -> Response:
    """A file to keep; a picture of data is never opened as a page of ours."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=kind, headers=headers)
