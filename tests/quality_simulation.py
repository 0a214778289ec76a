"""`python -m tests.quality_simulation [seeds]`: streams with stuffed units beside 34 honest ones, and who is flagged.

Honest units differ in size, in how satisfied people are, in how many of them answer in straight lines and in how
hurried they are; their days are uneven (gamma), their mornings full, now and then a group
comes in together, some people answer at home in the evening, and those who choose to answer are a little less, or more,
content than the sample. Stuffed units are such units to whose honest answers somebody adds forms, in one of four ways:

- burst: 60 ordinary-looking good forms within three quarters of an hour of one afternoon, typed fast;
- all-5: 20 forms of nothing but 5 on each of three days, spread over an hour and a half;
- jittered: the same with some 4 strewn in;
- careful: 25 forms on each of four days over two hours, answers drawn from a very satisfied person's, with durations
  of a person who reads.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from scoring.frames import Frame, frame
from scoring.quality import UNIT, findings
from scoring.quality_evidence import Answers, Evidence, Finding
from scoring.quality_parameters import Quality, read_quality
from scoring.quality_rules import rated
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire

ROOT = Path(__file__).parent.parent
HONEST = 34
WAYS = ("burst", "all-5", "jittered", "careful")
FIRST, DAYS = date(2026, 11, 2), 20  # four weeks, of which half hours are kept for the last one
HOUR_WEIGHTS = np.array([1.0, 2.0, 2.2, 1.4, 0.2, 0.8, 1.5, 1.3, 0.8, 0.5])  # from 07:30 on, hour by hour
Generator = np.random.Generator


@dataclass
class Stream:
    """Responses as they come in."""

    rows: list[tuple[int, int, datetime, float, np.ndarray]] = field(default_factory=list)
    samples: dict[int, list[np.ndarray]] = field(default_factory=lambda: defaultdict(list))
    dossiers: dict[tuple[int, int, date], int] = field(default_factory=dict)


@cache
def survey() -> Frame:
    """The form that is asked: the household form of the yearly survey."""
    read = read_questionnaire((ROOT / "instruments/questionnaires/sipas-dich-vu-v1.yaml").read_text(encoding="utf-8"))
    assert isinstance(read, Questionnaire)
    return frame(read)


@cache
def shipped() -> Quality:
    """The shipped rules."""
    read = read_quality((ROOT / "instruments/quality.yaml").read_text(encoding="utf-8"))
    assert isinstance(read, Quality)
    return read


def working_days() -> list[date]:
    return [day for n in range(40) if (day := FIRST + timedelta(n)).isoweekday() < 6][:DAYS]


def form(chance: Generator, content: float, straight: float) -> np.ndarray:
    """One honest form: a person's mood, their straight line, or a level an item around it; some not applicable."""
    items = len(rated(survey()))
    mood = content + chance.normal(0, 0.8)
    if chance.random() < straight:
        return np.full(items, np.clip(round(mood), 1, 5), dtype=np.uint8)
    levels = np.clip(np.rint(mood + chance.normal(0, 0.7, items)), 1, 5).astype(np.uint8)
    levels[chance.random(items) < 0.04] = 255
    return levels


def seconds(chance: Generator, pace: float) -> float:
    """How long a person takes who reads; three in a hundred rush."""
    usual = pace * float(np.exp(chance.normal(0, 0.4)))
    return usual / 5 if chance.random() < 0.03 else usual


def moment(chance: Generator, day: date) -> datetime:
    """When a visitor answers; one in twelve does at home, in the evening."""
    if chance.random() < 1 / 12:
        return datetime.combine(day, time(18)) + timedelta(minutes=float(chance.uniform(0, 240)))
    hour = chance.choice(len(HOUR_WEIGHTS), p=HOUR_WEIGHTS / HOUR_WEIGHTS.sum())
    return datetime.combine(day, time(7, 30)) + timedelta(minutes=float(60 * hour + chance.uniform(0, 60)))


def honest(chance: Generator, stream: Stream, unit: int) -> tuple[float, float]:
    """A unit whose visitors answer for themselves; gives how content they are and how long a form takes them."""
    content, straight = float(chance.normal(4.05, 0.2)), float(np.clip(chance.normal(0.2, 0.03), 0.02, 0.5))
    pace, size, answering = (
        float(np.exp(chance.normal(np.log(150), 0.08))),
        chance.uniform(5, 25),
        chance.uniform(0.1, 0.3),
    )
    chosen = float(chance.normal(-0.05, 0.1))  # those who choose to answer differ from the sample
    counters = int(chance.integers(1, 4))
    for day in working_days():
        visitors = chance.poisson(size / answering * chance.gamma(8, 1 / 8))
        stream.dossiers[unit, 0, day] = max(1, int(visitors))
        for _ in range(chance.binomial(max(1, visitors), answering)):
            row = form(chance, content + chosen, straight)
            at = unit * 10 + int(chance.integers(1, counters + 1))
            stream.rows.append((unit, at, moment(chance, day), seconds(chance, pace), row))
        if chance.random() < 0.05:  # a group from one village, helped by one another
            together = moment(chance, day)
            for _ in range(int(chance.integers(4, 9))):
                when = together + timedelta(minutes=float(chance.uniform(0, 25)))
                stream.rows.append((unit, unit * 10 + 1, when, seconds(chance, pace), form(chance, content, straight)))
    stream.samples[unit] = [form(chance, content, straight) for _ in range(60)]
    return content, pace


def stuff(chance: Generator, stream: Stream, unit: int, way: str, pace: float) -> None:
    """Forms that somebody adds, one after the other, at one counter of the unit."""
    items = len(rated(survey()))
    sittings, forms, minutes = {"burst": (1, 60, 45), "careful": (4, 25, 120)}.get(way, (3, 20, 90))
    last_week = working_days()[-5:]
    for day in sorted(chance.choice(5, sittings, replace=False).tolist()):
        begins = datetime.combine(last_week[day], time(int(chance.integers(8, 15)), int(chance.integers(0, 60))))
        for _ in range(forms):
            row = np.full(items, 5, dtype=np.uint8)
            if way == "jittered":
                row[chance.random(items) < 0.15] = 4
            if way in ("burst", "careful"):
                row = form(chance, 4.6, 0.2)
            took = seconds(chance, pace) if way == "careful" else float(chance.uniform(15, 40))
            stream.rows.append(
                (unit, unit * 10 + 1, begins + timedelta(minutes=float(chance.uniform(0, minutes))), took, row)
            )


def simulated(seed: int) -> tuple[Stream, Mapping[int, str]]:
    """A stream, and in which way each stuffed unit of it was stuffed: each way in one unit."""
    chance, stream = np.random.default_rng(seed), Stream()
    stuffed = dict(zip(range(HONEST + 1, HONEST + 1 + len(WAYS)), WAYS, strict=True))
    for unit in range(1, HONEST + 1 + len(WAYS)):
        _, pace = honest(chance, stream, unit)
        if unit in stuffed:
            stuff(chance, stream, unit, stuffed[unit], pace)
    return stream, stuffed


def evidence(stream: Stream, *, dossiers: bool = True, samples: bool = True) -> Evidence:
    """What is known of such a stream: days of responses, and half hours of the last seven days apart from them."""
    items = rated(survey())
    codes = np.zeros((len(stream.rows), survey().width), dtype=np.uint8)
    codes[:, items] = np.stack([row[4] for row in stream.rows])
    since = working_days()[-1] - timedelta(6)
    arrivals: defaultdict[tuple[int, int], Counter[datetime]] = defaultdict(Counter)
    daily: defaultdict[tuple[int, int], Counter[date]] = defaultdict(Counter)
    for unit, counter, at, _, _ in stream.rows:
        daily[unit, counter][at.date()] += 1
        if at.date() >= since:
            arrivals[unit, counter][at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)] += 1
    sample = {unit: means(rows) for unit, rows in stream.samples.items()} if samples else {}
    n = len(stream.rows)
    answers = Answers(
        unit=np.array([row[0] for row in stream.rows]),
        counter=np.array([row[1] for row in stream.rows]),
        day=np.array([row[2].toordinal() for row in stream.rows]),
        seconds=np.array([row[3] for row in stream.rows]),
        kind=np.zeros(n, dtype=np.int64),
        words=np.full(n, 0.0),
        codes=codes,
    )
    return Evidence(answers, arrivals, daily, stream.dossiers if dossiers else {}, {}, sample)


def means(rows: list[np.ndarray]) -> np.ndarray:
    return np.array([(row[row != 255].mean() - 1) / 4 for row in rows])


def judged(
    seed: int, *, dossiers: bool = True, samples: bool = True
) -> tuple[dict[str, set[str]], dict[int, set[str]]]:
    """Indicators of the flagged stuffed units, by way, and of the flagged honest ones."""
    stream, stuffed = simulated(seed)
    found = findings(survey(), evidence(stream, dossiers=dossiers, samples=samples), shipped())
    flagged = {each.unit: set(each.facts) for each in found if each.rule == UNIT}
    return (
        {stuffed[unit]: rules for unit, rules in flagged.items() if unit in stuffed},
        {unit: rules for unit, rules in flagged.items() if unit not in stuffed},
    )


def single(found: list[Finding], stuffed: Mapping[int, str]) -> Counter[str]:
    """Honest units with an indicator, by rule."""
    return Counter(rule for rule, unit in {(each.rule, each.unit) for each in found} if unit not in stuffed)


def main() -> None:
    """Print what is found over many streams, with and without dossiers and sample at hand."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for known in ({}, {"dossiers": False}, {"samples": False}, {"dossiers": False, "samples": False}):
        missed, honest_flagged = Counter[str](), []
        for seed in range(1, seeds + 1):
            caught, innocent = judged(seed, **known)
            missed.update(way for way in WAYS if way not in caught)
            honest_flagged.append(len(innocent))
        without = ", ".join(known) or "nothing"
        print(f"without {without}: {seeds} streams, missed {dict(missed) or 'none'} of {seeds} each;")
        print(f"  honest units flagged of {HONEST}: most {max(honest_flagged)}, mean {np.mean(honest_flagged):.2f}")
    stream, stuffed = simulated(1)
    print(
        "honest units with one indicator (seed 1):",
        dict(single(findings(survey(), evidence(stream), shipped()), stuffed)),
    )


if __name__ == "__main__":
    main()
