"""Rows of a sheet of responses, checked against the campaign that they are for and made ready to be stored."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from store.models.collection import NONE
from store.queries import campaigns
from survey.counter_codes import read_counter_code
from survey.faults import Fault, listed, shown
from survey.questionnaire import Questionnaire
from survey.receipt import KEY_BYTES
from workflows.answer_columns import Found, answer_columns, read_documents
from workflows.collect import new_external_id
from workflows.days import read_day
from workflows.places import questionnaire_of
from workflows.sheets import Sheet, fit

T = TypeVar("T")
Row = tuple[Any, ...]  # the columns of RESPONSE_COLUMNS

NEEDED = ("unit", "stream", "finished_on")
COLUMNS = (
    "external_id", "unit", "counter", "stratum", "stream", "channel", "language", "finished_on", "duration_s",
)  # fmt: skip
KEPT_COLUMNS = ("response.version", "response.state", "response.reason", "response.assisted")  # no item has a dot
RESPONSE_COLUMNS = (
    "id", "campaign_id", "questionnaire_id", "unit_id", "counter_id", "stratum_id", "stream", "channel", "language",
    "assisted", "day", "duration_s", "codes", "words", "state", "reason", "external_id",
)  # fmt: skip
STREAMS = ("sample", "open")
CHANNELS = ("web", "zalo", "telegram", "kiosk", "interviewer", "paper", "import")
STATES = ("valid", "quarantined", "invalid")
MAX_NAME = 100
MAX_DURATION_S = 10_000_000
MAX_FAULTS = 20_000
SECONDS = re.compile(r"([0-9]{1,8})(\.0+)?")


@dataclass(frozen=True, slots=True)
class Target:
    """The campaign that responses go to, with everything that their cells may name."""

    campaign_id: int
    code: str
    state: str
    opens: date
    closes: date
    languages: tuple[str, ...]
    questionnaire_id: int
    questionnaire: Questionnaire
    units: Mapping[str, int]
    counters: Mapping[str, tuple[int, int]]  # code → counter, its unit
    strata: Mapping[str, tuple[int, int]]  # code → stratum, its unit


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows that can be stored as they are, and what there is to tell of them."""

    rows: Sequence[Row]
    left_out: int
    without_external_id: int


def find_target(session: Session, campaign_code: str) -> Target | Fault:
    """The campaign of that code, or the fault that there is none."""
    row = campaigns.campaign(session, campaign_code)
    if row is None:
        known = [each.code for each in campaigns.campaigns(session)]
        return Fault("unknown_campaign", "campaign", {"found": shown(campaign_code), "known": listed(known) or "–"})
    return Target(
        campaign_id=row.id,
        code=row.code,
        state=row.state,
        opens=row.opens,
        closes=row.closes,
        languages=tuple(row.languages),
        questionnaire_id=row.questionnaire_id,
        questionnaire=questionnaire_of(campaigns.questionnaire(session, row)),
        units={unit.code: unit.unit_id for unit in campaigns.campaign_units(session, row.id)},
        counters={counter.code: (counter.id, counter.unit_id) for counter, _ in campaigns.counters(session, row.id)},
        strata={stratum.code: (stratum.id, stratum.unit_id) for stratum in campaigns.strata(session, row.id)},
    )


def prepare(target: Target, sheet: Sheet) -> Prepared | tuple[Fault, ...]:
    """The rows of the sheet, or everything that is wrong with them."""
    known = (*COLUMNS, *answer_columns(target.questionnaire))
    faults = fit(sheet, NEEDED, (*known, *KEPT_COLUMNS))
    found = Found()
    columns = {name: read_column(sheet, name, read, found) for name, read in readers(target).items()}
    check_place(sheet, "counter", columns, found)
    check_place(sheet, "stratum", columns, found)
    check_names(sheet, columns["external_id"], found)
    documents = read_documents(target.questionnaire, sheet, found)
    faults += found.told([name.casefold() for name in sheet.header], MAX_FAULTS)
    if faults:
        return faults
    given = columns["external_id"]
    rows = zip(
        row_keys(target.code, given),
        repeated(target.campaign_id, sheet),
        repeated(target.questionnaire_id, sheet),
        columns["unit"],
        [place[0] for place in columns["counter"]],
        [place[0] for place in columns["stratum"]],
        columns["stream"],
        columns["channel"],
        columns["language"],
        columns["response.assisted"],
        columns["finished_on"],
        columns["duration_s"],
        documents.codes,
        documents.words,
        columns["response.state"],
        columns["response.reason"],
        [name or new_external_id() for name in given],
        strict=True,
    )
    return Prepared(list(rows), documents.left_out, given.count(""))


def repeated(value: T, sheet: Sheet) -> list[T]:
    """The same value for every row."""
    return [value] * sheet.size


def readers(target: Target) -> dict[str, Callable[[str], Any]]:
    """How each column other than the answers is read: a value, or a fault without its place."""
    version = str(target.questionnaire.version)
    return {
        "external_id": lambda text: text if len(text) <= MAX_NAME else too_long(text),
        "unit": lambda text: one_of(text, target.units, "unit_not_in_campaign"),
        "counter": lambda text: counter_of(text, target),
        "stratum": lambda text: one_of(text, target.strata, "stratum_not_in_campaign") if text else (NONE, NONE),
        "stream": lambda text: word(text, STREAMS, None),
        "channel": lambda text: word(text, CHANNELS, "import"),
        "language": lambda text: word(text, target.languages, target.languages[0]),
        "finished_on": lambda text: day_within(text, target.opens, target.closes),
        "duration_s": read_duration,
        "response.version": lambda text: word(text, (version,), version),
        "response.state": lambda text: word(text, STATES, "valid"),
        "response.reason": lambda text: text if len(text) <= MAX_NAME else too_long(text),
        "response.assisted": lambda text: (
            fact if isinstance(fact := word(text, ("no", "yes"), "no"), Fault) else fact == "yes"
        ),
    }


def read_column(sheet: Sheet, name: str, read: Callable[[str], T | Fault], found: Found) -> list[Any]:
    """The column's values, each distinct cell read once; a column that is not there is blank."""
    if name not in sheet.columns:
        blank = read("")
        return repeated(None if isinstance(blank, Fault) else blank, sheet)
    cells = sheet.columns[name]
    readings = {cell: read(cell) for cell in set(cells)}
    wrong = {cell: reading for cell, reading in readings.items() if isinstance(reading, Fault)}
    if wrong:
        for number, cell in zip(sheet.numbers, cells, strict=True):
            if (fault := wrong.get(cell)) is not None:
                found.add(number, name, fault.code, {"column": name, **fault.facts})
    values = {cell: None if cell in wrong else reading for cell, reading in readings.items()}
    return list(map(values.__getitem__, cells))


def one_of(text: str, known: Mapping[str, T], code: str) -> T | Fault:
    """What the code stands for."""
    if text in known:
        return known[text]
    return Fault(code, "", {"found": shown(text), "known": listed(sorted(known))}) if text else Fault("cell_empty", "")


def counter_of(text: str, target: Target) -> tuple[int, int] | Fault:
    """The counter of a code, however it was typed."""
    if not text:
        return (NONE, NONE)
    return (
        one_of(text, target.counters, "counter_not_in_campaign")
        if text in target.counters
        else one_of(read_counter_code(text) or text, target.counters, "counter_not_in_campaign")
    )


def word(text: str, words: Collection[str], blank: str | None) -> str | Fault:
    """One of a few words, and what a blank cell means where it may be blank."""
    if not text:
        return Fault("cell_empty", "") if blank is None else blank
    lower = text.lower()
    return (
        lower if lower in words else Fault("unknown_option", "", {"found": shown(text), "options": listed(list(words))})
    )


def day_within(text: str, opens: date, closes: date) -> date | Fault:
    """A day of the campaign."""
    day = read_day(text)
    if isinstance(day, Fault) or opens <= day <= closes:
        return day
    return Fault(
        "day_outside", "", {"found": day.isoformat(), "opens": opens.isoformat(), "closes": closes.isoformat()}
    )


def read_duration(text: str) -> int | Fault | None:
    """Whole seconds."""
    if not text:
        return None
    match = SECONDS.fullmatch(text)
    seconds = int(match[1]) if match else MAX_DURATION_S + 1
    return seconds if seconds <= MAX_DURATION_S else Fault("duration_form", "", {"found": shown(text)})


def too_long(text: str) -> Fault:
    """The fault of a name that is longer than names are."""
    return Fault("words_too_long", "", {"count": str(len(text)), "limit": str(MAX_NAME)})


OTHER_UNIT = {"counter": "counter_of_other_unit", "stratum": "stratum_of_other_unit"}


def check_place(sheet: Sheet, name: str, columns: Mapping[str, Sequence[Any]], found: Found) -> None:
    """A counter or stratum belongs to the unit of its row."""
    wrong = {
        (place, unit)
        for place, unit in set(zip(columns[name], columns["unit"], strict=True))
        if place is not None and unit is not None and place[0] != NONE and place[1] != unit
    }
    if not wrong:
        return
    cells, units = sheet.columns[name], sheet.columns["unit"]
    for number, pair, cell, unit in zip(
        sheet.numbers, zip(columns[name], columns["unit"], strict=True), cells, units, strict=True
    ):
        if pair in wrong:
            found.add(number, name, OTHER_UNIT[name], {"found": shown(cell), "unit": shown(unit)})


def check_names(sheet: Sheet, names: Sequence[str], found: Found) -> None:
    """No external_id stands twice in one sheet."""
    given = [name for name in names if name]
    if len(set(given)) == len(given):
        return
    first: dict[str, int] = {}
    for number, name in zip(sheet.numbers, names, strict=True):
        if name and (earlier := first.setdefault(name, number)) != number:
            found.add(number, "external_id", "row_double", {"found": shown(name), "row": str(earlier)})


def row_keys(campaign_code: str, names: Sequence[str]) -> list[bytes]:
    """The key of each response: worked out from its external_id, so that it is the same next time, or random."""
    start = hashlib.sha256(f"import:{campaign_code}\0".encode())
    return [imported_key(start, name) if name else secrets.token_bytes(KEY_BYTES) for name in names]


def imported_key(start: Any, name: str) -> bytes:
    """The key of one response; `start` is the hash of what all of the campaign have in common."""
    digest = start.copy()
    digest.update(name.encode())
    key: bytes = digest.digest()[:KEY_BYTES]
    return key
