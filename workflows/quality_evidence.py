"""What the rules of data quality look at, gathered from the database as of one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from scoring.frames import Frame
from scoring.quality_answers import mean_scores
from scoring.quality_evidence import Answers, Evidence
from scoring.quality_parameters import Quality, read_quality
from scoring.quality_rules import Floats
from store.models.campaigns import CampaignRow
from store.queries import campaigns, quality
from store.queries.responses import Found
from survey.document import layout
from survey.questionnaire import Questionnaire
from workflows.places import BrokenInstrumentError, questionnaire_of
from workflows.tally import kept_frame

UNIT, COUNTER, DAY, SECONDS, CHANNEL, LANGUAGE, CODES = range(7)  # columns of `quality.documents`


@cache
def parameters() -> Quality:
    """The shipped rules, read once a process."""
    read = read_quality((files("instruments") / "quality.yaml").read_text(encoding="utf-8"))
    if isinstance(read, tuple):
        raise BrokenInstrumentError(f"quality.yaml: {read[0]}")
    return read


def gathered(session: Session, row: CampaignRow, zone: ZoneInfo) -> tuple[Frame, Evidence]:
    """The frame of the campaign's questionnaire, and all that is known for the rules."""
    asked = questionnaire_of(campaigns.questionnaire(session, row))
    shape = kept_frame(asked)
    unit_of = {counter.id: unit.unit_id for counter, unit in campaigns.counters(session, row.id)}
    arrivals: defaultdict[tuple[int, int], dict[datetime, int]] = defaultdict(dict)
    for counter, at, n in quality.arrivals(session, row.id):
        arrivals[unit_of[counter], counter][at.astimezone(zone).replace(tzinfo=None)] = n
    daily: defaultdict[tuple[int, int], dict[date, int]] = defaultdict(dict)
    for unit, counter, day, n in quality.daily(session, row.id):
        daily[unit, counter][day] = n
    dossiers = {(each.unit_id, each.counter_id, each.day): each.n for each in quality.dossiers(session, row.id)}
    period: defaultdict[int, int] = defaultdict(int)
    for stratum in campaigns.strata(session, row.id):
        period[stratum.unit_id] += stratum.size
    answers = answers_of(session, row, asked, shape, "open")
    samples = sampled(session, row, asked, shape)
    return shape, Evidence(answers, arrivals, daily, dossiers, dict(period), samples)


def sampled(session: Session, row: CampaignRow, asked: Questionnaire, shape: Frame) -> dict[int, Floats]:
    """The mean score of each sample response, by unit."""
    found = answers_of(session, row, asked, shape, "sample")
    scores = mean_scores(shape, found.codes)
    return {unit: scores[found.unit == unit] for unit in np.unique(found.unit).tolist()}


def answers_of(session: Session, row: CampaignRow, asked: Questionnaire, shape: Frame, stream: str) -> Answers:
    """The responses of a stream as arrays."""
    kinds: defaultdict[str, int] = defaultdict(lambda: len(kinds))
    parts = [
        as_arrays(asked, shape, chunk, kinds)
        for chunk in quality.documents(session, row.id, row.questionnaire_id, stream)
    ]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        blank = np.zeros((0, shape.width), dtype=np.uint8)
        return Answers(none, none, none, np.zeros(0), none, np.zeros(0), blank)
    return Answers(
        unit=np.concatenate([part.unit for part in parts]),
        counter=np.concatenate([part.counter for part in parts]),
        day=np.concatenate([part.day for part in parts]),
        seconds=np.concatenate([part.seconds for part in parts]),
        kind=np.concatenate([part.kind for part in parts]),
        words=np.concatenate([part.words for part in parts]),
        codes=np.concatenate([part.codes for part in parts]),
    )


def as_arrays(asked: Questionnaire, shape: Frame, rows: Sequence[Found], kinds: defaultdict[str, int]) -> Answers:
    """Some responses as arrays."""
    codes = np.frombuffer(b"".join(row[CODES] for row in rows), dtype=np.uint8).reshape(-1, shape.width)
    languages = np.array([row[LANGUAGE] for row in rows])
    words = np.zeros(len(rows))
    for language in np.unique(languages).tolist():
        mine = languages == language
        words[mine] = words_read(asked, codes[mine], language)
    return Answers(
        unit=np.array([row[UNIT] for row in rows], dtype=np.int64),
        counter=np.array([row[COUNTER] for row in rows], dtype=np.int64),
        day=np.array([row[DAY].toordinal() for row in rows], dtype=np.int64),
        seconds=np.array([np.nan if row[SECONDS] is None else row[SECONDS] for row in rows], dtype=np.float64),
        kind=np.array([kinds[row[CHANNEL]] for row in rows], dtype=np.int64),
        words=words,
        codes=codes,
    )


def words_read(asked: Questionnaire, codes: NDArray[np.uint8], language: str) -> Floats:
    """How many words the answered items of each document hold in that language; syllables count for part of a word."""
    syllables = parameters().syllables.get(language, 1.0)
    plan = layout(asked)
    found = np.zeros(len(codes))
    for item in asked.items:
        cell = plan.by_item[item.code]
        if cell.width:
            text = item.text.get(language) or next(iter(item.text.values()), "")
            found += codes[:, cell.offset : cell.offset + cell.width].any(axis=1) * (len(text.split()) / syllables)
    return found
