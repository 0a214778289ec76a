"""The steps from nothing to a campaign: what each one's form holds, read into plain values or every fault at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from survey.campaign import Kind, Stream
from survey.faults import Fault, shown

STEPS = ("name", "questionnaire", "units", "days", "counters", "method", "reports")
METHODS, GROUPINGS = ("M1", "M2", "M3"), ("G1", "G2", "G3")
RESULTS, EVERY = ("public", "withheld"), ("hour", "day", "week")
LONGEST_TITLE = 300
LONGEST_CODE = 40
Form = Mapping[str, Sequence[str]]
Faults = tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """The first step."""

    title: dict[str, str]
    kind: str
    year: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which questionnaire version, and whether all of it."""

    version: int
    short: bool


@dataclass(frozen=True, slots=True)
class Days:
    """When, of whom, and how."""

    opens: date
    closes: date
    basis: str
    languages: tuple[str, ...]
    by_chat: bool
    once: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """How the index is worked out and what is shown of it."""

    method: str
    grouping: str
    minimum: int
    small: int
    results: str
    batch_minimum: int
    every: str
    fill_s: int


def one(form: Form, name: str) -> str:
    """What was typed in that field, trimmed and composed; "" where it is missing."""
    return unicodedata.normalize("NFC", " ".join((form.get(name) or [""])[0].split()))


def code_of(title: str) -> str:
    """A code that follows from a title: letters without marks, digits and hyphens.

    >>> code_of("Khảo sát sự hài lòng năm 2026"), code_of("2026 Đợt 1"), code_of("???")
    ('khao-sat-su-hai-long-nam-2026', 'dot-2026-dot-1', 'dot')
    """
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    while len("-".join(words)) > LONGEST_CODE - 4 and len(words) > 1:
        words.pop()
    made = "-".join(words)[: LONGEST_CODE - 4]
    return made if re.match("[a-z].", made) else f"dot-{made}".rstrip("-")


def chosen(form: Form, name: str, offered: Sequence[str], faults: list[Fault]) -> str:
    """One of the offered."""
    found = one(form, name)
    if found not in offered:
        faults.append(Fault("choice_missing", name))
    return found


def whole(form: Form, name: str, least: int, most: int, faults: list[Fault]) -> int:
    """A whole number within these bounds."""
    found = one(form, name)
    if found.isascii() and found.isdigit() and len(found) < 7 and least <= int(found) <= most:
        return int(found)
    facts = {"found": shown(found), "least": str(least), "most": str(most)}
    faults.append(Fault("number_between", name, facts))
    return least


def day(form: Form, name: str, faults: list[Fault]) -> date:
    """A day as browsers send it, or as people here write it."""
    found = one(form, name)
    try:
        parts = found.split("/")
        day_found = date(*map(int, reversed(parts))) if len(parts) == 3 else date.fromisoformat(found)
        if 1900 <= day_found.year <= 2200:
            return day_found
    except ValueError:
        pass
    faults.append(Fault("day_unreadable", name, {"found": shown(found)}))
    return date.min


def read_name(form: Form, this_year: int) -> Named | Faults:
    """The first step: name, kind, year."""
    faults: list[Fault] = []
    title = {language: words for language in ("vi", "en") if (words := one(form, f"title_{language}"))}
    if "vi" not in title:
        faults.append(Fault("title_missing", "title_vi"))
    for language, words in title.items():
        if len(words) > LONGEST_TITLE or not words.isprintable():
            faults.append(Fault("title_unfit", f"title_{language}", {"limit": str(LONGEST_TITLE)}))
    kind = chosen(form, "kind", get_args(Kind), faults)
    year = whole(form, "year", 2000, this_year + 5, faults)
    return tuple(faults) or Named(title, kind, year)


def read_asked(form: Form, offered: Sequence[str]) -> Asked | Faults:
    """The second step: one of the versions that are kept."""
    faults: list[Fault] = []
    version = chosen(form, "version", offered, faults)
    short = chosen(form, "form", ("whole", "short"), faults) == "short"
    return tuple(faults) or Asked(int(version), short)


def read_days(form: Form, offered: Sequence[str]) -> Days | Faults:
    """The fourth step: dates, stream, languages and chats."""
    faults: list[Fault] = []
    opens, closes = day(form, "opens", faults), day(form, "closes", faults)
    if not faults and closes < opens:
        facts = {"opens": f"{opens:%d/%m/%Y}", "closes": f"{closes:%d/%m/%Y}"}
        faults.append(Fault("closes_before_it_opens", "closes", facts))
    basis = chosen(form, "basis", get_args(Stream), faults)
    languages = tuple(each for each in offered if each in (form.get("languages") or ()))
    if not languages:
        faults.append(Fault("language_missing", "languages"))
    by_chat, once = "chat" in (form.get("channels") or ()), one(form, "once") != "often"
    return tuple(faults) or Days(opens, closes, basis, languages, by_chat, once)


def read_counted(form: Form) -> Counted | Faults:
    """The sixth step: method, disclosure, results."""
    faults: list[Fault] = []
    counted = Counted(
        method=chosen(form, "method", METHODS, faults),
        grouping=chosen(form, "grouping", GROUPINGS, faults),
        minimum=whole(form, "minimum", 1, 100, faults),
        small=whole(form, "small", 1, 1000, faults),
        results=chosen(form, "results", RESULTS, faults),
        batch_minimum=whole(form, "batch_minimum", 1, 10_000, faults),
        every=chosen(form, "every", EVERY, faults),
        fill_s=whole(form, "fill_s", 0, 600, faults),
    )
    if not faults and counted.small < counted.minimum:
        facts = {"minimum": str(counted.minimum), "small": str(counted.small)}
        faults.append(Fault("disclosure_order", "small", facts))
    return tuple(faults) or counted


def reason_of(form: Form) -> str | Fault:
    """Why; it goes into the record of acts."""
    found = one(form, "reason")
    return found[:500] if found else Fault("reason_missing", "reason")
