"""The index by groups of people, counted from the answers: tallies know places, not who answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from reports.figures import figure
from reports.names import words_of
from reports.sipas_material import Breakdown, Group
from scoring.design import Stratum
from scoring.figure import as_dict
from scoring.figures import figures
from scoring.frames import Frame
from scoring.parameters import Rules
from scoring.places import Campaign
from scoring.tallies import Cell, Tally, tally
from store.queries import campaigns
from store.queries import fieldwork as came_in
from survey.questionnaire import Questionnaire
from workflows.index import Counted, strata

WHOLE = "all"  # everybody as one unit, so that groups are its parts and are hidden as parts are
MOST = 12  # groups of a trait; more is a list, not a breakdown
CHANNELS = {
    "web": "Trang web (quét mã QR hoặc mở liên kết)",
    "zalo": "Zalo",
    "telegram": "Telegram",
    "kiosk": "Thiết bị tại bộ phận một cửa",
    "interviewer": "Phỏng vấn trực tiếp",
    "paper": "Phiếu giấy",
    "import": "Nhập từ bảng dữ liệu",
}
TOWNS, VILLAGES = "Phường, thị trấn", "Xã"
Codes = NDArray[np.uint8]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Valid answers side by side: documents (n, width), and unit, counter, stratum and channel of each."""

    codes: Codes
    units: Integers
    counters: Integers
    strata: Integers
    channels: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Trait:
    """A trait: its title, the words of its groups, and the group of each answer, −1 where there is none."""

    title: str
    groups: tuple[str, ...]
    of: Integers


def breakdowns(session: Session, found: Counted, asked: Questionnaire) -> tuple[Breakdown, ...]:
    """The index by every trait that the questionnaire asks for or the campaign knows.

    Sensitive traits are left out; small groups are hidden, with others, until none follows from the total.
    Where the public does not see all answers yet there are none: sums of groups would give the newest away.
    """
    known = read(session, found)
    counted = sum(each.n for cell, each in found.valid.items() if cell.stream == found.row.basis)
    if not counted or (found.rules.public and counted != len(known.codes)):
        return ()
    named = {each.id: each.code for each in campaigns.strata(session, found.row.id)}
    everyone = joined(strata(session, found.row.id))
    rules = Rules(found.rules.method, found.rules.grouping, found.rules.disclosure, found.rules.interval, public=True)
    stratum = [named.get(number, "") for number in known.strata.tolist()]
    traits = [*asked_traits(found.frame, asked, known.codes), *known_traits(session, found, known)]
    stream = found.row.basis
    shape = measured(found.frame)
    made = [breakdown(shape, known.codes, stratum, trait, everyone, rules, stream) for trait in traits]
    return tuple(each for each in made if sum(group.figures["overall"].state == "ok" for group in each.groups) > 1)


def joined(declared: Sequence[Stratum]) -> list[Stratum]:
    """All strata as those of one unit; one with fewer than two answers counts with the next one in order."""
    ordered = sorted(declared, key=lambda each: (each.unit, each.code))
    following = [*(each.code for each in ordered[1:]), ""]
    return [Stratum(each.code, WHOLE, each.size, each.issued, following[at]) for at, each in enumerate(ordered)]


def measured(frame: Frame) -> Frame:
    """The frame with nothing but what carries an index: the rest of the form is not told by groups."""
    columns, slot = [], 0
    for at in frame.indexed:
        columns.append(replace(frame.columns[at], slot=slot))
        slot += len(columns[-1].labels)
    by_code = {column.code: column for column in columns}
    return replace(frame, columns=tuple(columns), indexed=tuple(range(len(columns))), by_code=by_code)


def read(session: Session, found: Counted) -> Answers:
    """The valid answers of the stream that the index rests on."""
    codes: list[bytes] = []
    places: list[tuple[int, int, int]] = []
    channels: list[str] = []
    for part in came_in.valid_documents(session, found.row.id, found.row.questionnaire_id, found.row.basis):
        for unit, counter, stratum, channel, document in part:
            places.append((unit, counter, stratum))
            channels.append(channel)
            codes.append(document)
    table = np.array(places, dtype=np.int64).reshape(len(places), 3)
    documents = np.frombuffer(b"".join(codes), dtype=np.uint8).reshape(len(codes), found.frame.width)
    return Answers(documents, table[:, 0], table[:, 1], table[:, 2], channels)


def asked_traits(frame: Frame, asked: Questionnaire, codes: Codes) -> Iterator[Trait]:
    """What people said about themselves and their case: one choice of a few without scores, put to everybody."""
    free = {item.code for question in asked.conditional for item in question.items} | set(asked.sensitive)
    for item in asked.items:
        plain = item.type == "single" and item.factor is None and all(each.score is None for each in item.options)
        if plain and item.code not in free and 2 <= len(item.options) <= MOST:
            column = frame.by_code[item.code]
            byte = codes[:, column.offset].astype(np.int64)
            words = tuple(words_of(each.text, "vi") for each in item.options)
            yield Trait(words_of(item.text, "vi"), words, np.where(byte <= len(words), byte - 1, -1))


def known_traits(session: Session, found: Counted, known: Answers) -> Iterator[Trait]:
    """What the campaign knows of every answer: its channel, the kind of commune, the service of its counter."""
    used = [name for name in CHANNELS if name in set(known.channels)]
    at = {name: place for place, name in enumerate(used)}
    yield Trait("Hình thức trả lời", tuple(CHANNELS[name] for name in used), array([at[n] for n in known.channels]))
    town = {
        each.unit_id: int("UBND xã" in each.name)
        for each in campaigns.campaign_units(session, found.row.id)
        if each.level == "commune"
    }
    yield Trait(
        "Khu vực (nơi cấp xã giải quyết)", (TOWNS, VILLAGES), array([town.get(n, -1) for n in known.units.tolist()])
    )
    service = {each.id: each.service for each, _ in campaigns.counters(session, found.row.id) if each.service}
    names = sorted(set(service.values()))
    if 2 <= len(names) <= MOST:
        place = {name: at for at, name in enumerate(names)}
        of = [place.get(service.get(number, ""), -1) for number in known.counters.tolist()]
        yield Trait("Lĩnh vực của quầy giao dịch", tuple(names), array(of))


def array(numbers: Sequence[int]) -> Integers:
    """Numbers as an array."""
    return np.array(numbers, dtype=np.int64)


def breakdown(
    frame: Frame,
    codes: Codes,
    stratum: Sequence[str],
    trait: Trait,
    everyone: Sequence[Stratum],
    rules: Rules,
    stream: str,
) -> Breakdown:
    """The index of every group: groups are counters of one unit that holds everybody, with the strata of all."""
    keys = [(group, code) for group, code in zip(trait.of.tolist(), stratum, strict=True)]
    order = {key: place for place, key in enumerate(sorted(set(keys)))}
    numbers = tally(frame, codes, array([order[key] for key in keys]), len(order), products=stream == "sample")
    sample = stream == "sample"
    cells = {
        Cell(stream, WHOLE, f"{group:03d}" if group >= 0 else "", code if sample else ""): Tally(numbers[place])
        for (group, code), place in order.items()
    }
    parts = {f"{at:03d}": WHOLE for at in range(len(trait.groups))}
    scored = figures(frame, cells, Campaign({WHOLE: ""}, parts, everyone), rules)
    found: dict[str, dict[str, object]] = {}
    for each in scored:
        if each.scope == "counter" and not each.item.startswith("question:"):
            found.setdefault(each.code, {})[each.item] = figure(as_dict(each))
    groups = tuple(
        Group(words, found[f"{at:03d}"])  # type: ignore[arg-type]  # values are figures
        for at, words in enumerate(trait.groups)
        if f"{at:03d}" in found
    )
    return Breakdown(trait.title, groups)
