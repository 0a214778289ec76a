"""Rules that look at what, and how fast, is answered: straight lines, speed, patterns, the sample, days of bursts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from scoring import quality_rules as rules
from scoring.frames import Frame
from scoring.quality_evidence import WHOLE, Evidence, Finding, bounded
from scoring.quality_parameters import Quality
from scoring.tallies import Integers


def straight_lines(frame: Frame, evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """Units with a larger share of straight lines than the others."""
    rule, items = quality.rules["straight_line"], rules.rated(frame)
    if len(items) < rule["fewest_items"]:
        return
    hit = rules.straight(evidence.answers.codes[:, items], int(rule["fewest_items"]))
    yield from funnel_findings(rule.name, evidence.answers.unit, hit, quality)


def speeds(frame: Frame, evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """Units with a larger share of forms than the others that were filled in faster than anybody reads, and of these
    the ones whose fast forms say something else than their others."""
    answers = evidence.answers
    timed, hit = ~np.isnan(answers.seconds), quick(evidence, quality)
    found = list(funnel_findings("speed", answers.unit[timed], hit[timed], quality))
    scores = mean_scores(frame, answers.codes) if found else np.zeros(0)
    for each in found:
        mine = (answers.unit == each.unit) & timed
        yield each
        yield from contrast("quick_forms", each.unit, scores[mine & hit], scores[mine & ~hit], quality)


def quick(evidence: Evidence, quality: Quality) -> rules.Mask:
    """Which forms were filled in faster than anybody reads."""
    rule, answers = quality.rules["speed"], evidence.answers
    timed = ~np.isnan(answers.seconds)
    usual = np.full(len(timed), np.nan)
    for kind in np.unique(answers.kind[timed]).tolist():
        mine = timed & (answers.kind == kind)
        if mine.sum() >= rule["fewest_for_median"]:
            usual[mine] = np.median(answers.seconds[mine])
    return rules.quick(answers.seconds, usual, answers.words, rule["of_median"], rule["milliseconds_a_word"])


def funnel_findings(name: str, unit: Integers, hit: rules.Mask, quality: Quality) -> Iterator[Finding]:
    """Units whose share of hits lies too far above that of all the others."""
    rule = quality.rules[name]
    if not len(unit):
        return
    units, place = np.unique(unit, return_inverse=True)
    people = np.bincount(place, minlength=len(units))
    hits = np.bincount(place, weights=hit, minlength=len(units)).astype(np.int64)
    if len(units) < 2:
        return
    for at, z in enumerate(rules.funnel(hits, people).tolist()):
        if people[at] >= rule["fewest"] and z > rule["z_above"]:
            rest = int(people.sum() - people[at])
            facts = {
                "hits": int(hits[at]),
                "answers": int(people[at]),
                "usual": float(hits.sum() - hits[at]) / rest if rest else 0.0,
            }
            yield Finding(name, int(units[at]), WHOLE, None, z, rule["z_above"], facts)


def repeated_patterns(frame: Frame, evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """Counters and days at which one form came again and again: a list for review."""
    rule, items, answers = quality.rules["repeated_pattern"], rules.rated(frame), evidence.answers
    if len(items) < quality.rules["straight_line"]["fewest_items"]:
        return
    codes = answers.codes[:, items]
    mixed = np.flatnonzero(codes.any(axis=1) & ~rules.straight(codes, 1))
    keys = np.stack([answers.unit[mixed], answers.counter[mixed], answers.day[mixed]])
    groups, group = np.unique(keys, axis=1, return_inverse=True)
    _, unit = np.unique(answers.unit[mixed], return_inverse=True)
    for found in rules.repeated(codes[mixed], group.ravel(), unit.ravel(), int(rule["fewest"])):
        if found.p < rule["p_below"]:
            house, counter, day = groups[:, found.group].tolist()
            facts = {"times": found.times, "expected": found.expected}
            yield Finding(rule.name, house, counter, date.fromordinal(day), found.p, rule["p_below"], facts)


def mean_scores(frame: Frame, codes: NDArray[np.uint8]) -> rules.Floats:
    """The mean score of each response (n,) over its valid scored answers; NaN for one without any."""
    total, valid = np.zeros(len(codes)), np.zeros(len(codes))
    for at in frame.indexed:
        column = frame.columns[at]
        if column.ends is None:
            continue
        table = np.full(256, np.nan)
        for option, score in enumerate(column.scores, 1):
            table[option] = np.nan if score is None else (score - column.ends[0]) / (column.ends[1] - column.ends[0])
        points = table[codes[:, column.offset]]
        total += np.nan_to_num(points)
        valid += ~np.isnan(points)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: rules.Floats = total / valid
    return found


def against_samples(frame: Frame, evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """Units whose open answers praise, or blame, otherwise than their sample does."""
    rule = quality.rules["open_against_sample"]
    scores = mean_scores(frame, evidence.answers.codes) if evidence.samples else np.zeros(0)
    for unit, sample in sorted(evidence.samples.items()):
        mine = scores[evidence.answers.unit == unit]
        mine, theirs = mine[~np.isnan(mine)], sample[~np.isnan(sample)]
        if min(len(mine), len(theirs)) < rule["fewest"]:
            continue
        z = rules.apart(mine, theirs)
        if abs(z) > rule["z_above"]:
            facts = {"open": float(mine.mean()), "sample": float(theirs.mean()), "n_open": len(mine), "n": len(theirs)}
            yield Finding(rule.name, unit, WHOLE, None, bounded(z), rule["z_above"], facts)


def burst_days(frame: Frame, found: Sequence[Finding], evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """Units whose answers at the counters and on the days of bursts say something else than all their others."""
    rule, answers = quality.rules["burst_days"], evidence.answers
    scores = mean_scores(frame, answers.codes) if found else np.zeros(0)
    for unit in sorted({each.unit for each in found}):
        on = np.zeros(len(scores), dtype=bool)
        for each in found:
            if each.unit == unit and each.day is not None:
                counter = (answers.counter == each.counter) | (each.counter == WHOLE)
                on |= (answers.day == each.day.toordinal()) & counter
        mine = answers.unit == unit
        yield from contrast(rule.name, unit, scores[mine & on], scores[mine & ~on], quality)


def contrast(name: str, unit: int, then: rules.Floats, other: rules.Floats, quality: Quality) -> Iterator[Finding]:
    """The finding that some answers of a unit say something else than all its others, if they do."""
    rule = quality.rules[name]
    then, other = then[~np.isnan(then)], other[~np.isnan(other)]
    if min(len(then), len(other)) < rule["fewest"]:
        return
    z = rules.apart(then, other)
    if abs(z) > rule["z_above"]:
        facts = {"then": float(then.mean()), "else": float(other.mean()), "n_then": len(then), "n": len(other)}
        yield Finding(name, unit, WHOLE, None, bounded(z), rule["z_above"], facts)
