"""Data quality of a campaign: every rule over every counter, unit and day; what stands out becomes a finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring import quality_rules as rules
from scoring.frames import Frame
from scoring.quality_parameters import Quality, WorkingTime
from scoring.tallies import Integers

WHOLE = 0  # in the place of a counter: all of the unit's
UNIT = "unit"  # the name of the rule that gathers indicators of several families
Facts = Mapping[str, float]


class Finding(NamedTuple):
    """What a rule found at a counter (0: the whole unit) on a day (None: all days): its score against a threshold."""

    rule: str
    unit: int
    counter: int
    day: date | None
    score: float
    threshold: float
    facts: Facts


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Open responses of one questionnaire version, a place in each array a response.

    `unit` and `counter` are ids, `day` ordinals (int64); `seconds` the time taken (float64, NaN: not known); `kind` the
    number of its channel; `words` how many words were read for its answers; `codes` (n, width) the documents (uint8).
    """

    unit: Integers
    counter: Integers
    day: Integers
    seconds: rules.Floats
    kind: Integers
    words: rules.Floats
    codes: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that the rules look at.

    `arrivals`: local beginning of a half hour → answers, by (unit, counter). `daily`: day → open answers, by (unit,
    counter), on every day that the campaign took answers. `dossiers`: finished ones of a day, by (unit, counter or 0,
    day). `period`: finished ones of the whole period by unit, where the whole frame is known. `samples`: the mean score
    of each sample response, by unit.
    """

    answers: Answers
    arrivals: Mapping[tuple[int, int], Mapping[datetime, int]]
    daily: Mapping[tuple[int, int], Mapping[date, int]]
    dossiers: Mapping[tuple[int, int, date], int]
    period: Mapping[int, int]
    samples: Mapping[int, rules.Floats]


def findings(frame: Frame, evidence: Evidence, quality: Quality) -> list[Finding]:
    """Everything that stands out, then the units that do so by independent indicators; in a fixed order.

    Missing evidence (no arrivals kept, no dossiers given, no sample) keeps its rule silent, never alarmed.
    """
    found = list(bursts(evidence, quality))
    found += [*repeated_bursts(found, quality), *burst_days(frame, found, evidence, quality)]
    for look in (outside_hours, rates):
        found += look(evidence, quality)
    for read in (straight_lines, speeds, repeated_patterns, against_samples):
        found += read(frame, evidence, quality)
    return sorted(found, key=order) + unit_flags(found, quality)


def order(found: Finding) -> tuple[str, int, int, date]:
    """Where a finding stands."""
    return found.rule, found.unit, found.counter, found.day or date.min


def unit_flags(found: Sequence[Finding], quality: Quality) -> list[Finding]:
    """The units with indicators of as many different families as make a flag: its score is their number."""
    families: defaultdict[int, dict[str, set[str]]] = defaultdict(dict)
    for each in found:
        rule = quality.rules[each.rule]
        if rule.counts:
            families[each.unit].setdefault(rule.family, set()).add(each.rule)
    return [
        Finding(
            UNIT, unit, WHOLE, None, len(of), quality.families, {name: 1.0 for each in of.values() for name in each}
        )
        for unit, of in sorted(families.items())
        if len(of) >= quality.families
    ]


def places(by_counter: Mapping[tuple[int, int], Mapping[date, int]]) -> dict[tuple[int, int], dict[date, int]]:
    """Counts by day of every counter and, under counter 0, of every unit with several."""
    whole: defaultdict[int, dict[date, int]] = defaultdict(dict)
    counters: defaultdict[int, int] = defaultdict(int)
    for (unit, _), days in by_counter.items():
        counters[unit] += 1
        for day, n in days.items():
            whole[unit][day] = whole[unit].get(day, 0) + n
    units = {(unit, WHOLE): days for unit, days in whole.items() if counters[unit] > 1}
    return {place: dict(days) for place, days in by_counter.items()} | units


def history(daily: Mapping[date, int], day: date, days: Sequence[date]) -> list[int]:
    """The counts of the other days."""
    return [daily.get(each, 0) for each in days if each != day]


def bursts(evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """The fullest half hour of every counter and day, against that counter's median day."""
    rule, working = quality.rules["burst"], quality.working
    daily = places(evidence.daily)
    days = working_days(evidence.daily, working)
    a_day = round(working.hours / rules.HALF_HOUR)
    for place, slots in sorted(summed(evidence.arrivals).items()):
        watched = len({each.date() for each in slots})
        fullest: dict[date, datetime] = {}
        for at in sorted(slots):
            if at.date() not in fullest or slots[at] > slots[fullest[at.date()]]:
                fullest[at.date()] = at
        for day, at in fullest.items():
            others = history(daily.get(place, {}), day, days)
            if slots[at] < rule["fewest"] or len(others) < rule["history_days"]:
                continue
            usual = rules.usual_slot(others, working.hours)
            p = rules.burst(slots[at], usual, watched * a_day)
            if p < rule["p_below"]:
                facts = {"k": slots[at], "usual": usual, "slots": watched * a_day, "answers": daily[place].get(day, 0)}
                yield Finding(rule.name, *place, day, p, rule["p_below"], facts)


def summed(
    arrivals: Mapping[tuple[int, int], Mapping[datetime, int]],
) -> dict[tuple[int, int], dict[datetime, int]]:
    """Arrivals of every counter and, under counter 0, of every unit with several."""
    whole: defaultdict[int, dict[datetime, int]] = defaultdict(dict)
    counters: defaultdict[int, int] = defaultdict(int)
    for (unit, _), slots in arrivals.items():
        counters[unit] += 1
        for at, n in slots.items():
            whole[unit][at] = whole[unit].get(at, 0) + n
    units = {(unit, WHOLE): slots for unit, slots in whole.items() if counters[unit] > 1}
    return {place: dict(slots) for place, slots in arrivals.items()} | units


def repeated_bursts(found: Sequence[Finding], quality: Quality) -> Iterator[Finding]:
    """Units with bursts on so many different days that no one group of visitors explains them."""
    rule = quality.rules["repeated_bursts"]
    days: defaultdict[int, set[date | None]] = defaultdict(set)
    for each in found:
        days[each.unit].add(each.day)
    for unit, of in sorted(days.items()):
        if len(of) >= rule["days"]:
            yield Finding(rule.name, unit, WHOLE, None, len(of), rule["days"], {"days": len(of)})


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
        mine = (answers.unit == unit) & ~np.isnan(scores)
        crowded, others = scores[mine & on], scores[mine & ~on]
        if min(len(crowded), len(others)) < rule["fewest"]:
            continue
        z = rules.apart(crowded, others)
        if abs(z) > rule["z_above"]:
            facts = {
                "then": float(crowded.mean()),
                "else": float(others.mean()),
                "n_then": len(crowded),
                "n": len(others),
            }
            yield Finding(rule.name, unit, WHOLE, None, bounded(z), rule["z_above"], facts)


def bounded(z: float) -> float:
    """A score that can be kept: ∞ becomes a large number.

    >>> bounded(float("inf")), bounded(-2.5)
    (1000000.0, -2.5)
    """
    return min(max(z, -1e6), 1e6)


def working_days(daily: Mapping[tuple[int, int], Mapping[date, int]], working: WorkingTime) -> list[date]:
    """The working days from the first answer of the campaign to the last."""
    seen = [day for days in daily.values() for day in days]
    if not seen:
        return []
    first, last = min(seen), max(seen)
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in span if day.isoweekday() in working.days]


def outside_hours(evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """Counters whose answers come at night or on days off."""
    rule = quality.rules["outside_hours"]
    for (unit, counter), slots in sorted(evidence.arrivals.items()):
        within = sum(n for at, n in slots.items() if quality.working.within(at.date(), at.time()))
        without = sum(slots.values()) - within
        share = rules.outside(within, without)
        if within + without >= rule["fewest"] and share > rule["share_above"]:
            facts = {"outside": without, "arrivals": within + without}
            yield Finding(rule.name, unit, counter, None, share, rule["share_above"], facts)


def rates(evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """Days, and whole periods, with more answers than the dossiers finished can explain."""
    rule = quality.rules["rate"]
    daily = places(evidence.daily) | unit_totals(evidence.daily)
    for (unit, counter, day), dossiers in sorted(evidence.dossiers.items()):
        yield from rate_finding(
            rule.name, unit, counter, day, daily.get((unit, counter), {}).get(day, 0), dossiers, quality
        )
    for unit, dossiers in sorted(evidence.period.items()):
        answers = sum(daily.get((unit, WHOLE), {}).values())
        yield from rate_finding(rule.name, unit, WHOLE, None, answers, dossiers, quality)


def unit_totals(daily: Mapping[tuple[int, int], Mapping[date, int]]) -> dict[tuple[int, int], dict[date, int]]:
    """Counts by day of every unit, under counter 0."""
    found: defaultdict[tuple[int, int], dict[date, int]] = defaultdict(dict)
    for (unit, _), days in daily.items():
        for day, n in days.items():
            found[unit, WHOLE][day] = found[unit, WHOLE].get(day, 0) + n
    return dict(found)


def rate_finding(
    name: str, unit: int, counter: int, day: date | None, answers: int, dossiers: int, quality: Quality
) -> Iterator[Finding]:
    """The finding of one comparison with dossiers, if there is one."""
    rule = quality.rules[name]
    p = rules.rate(answers, dossiers, rule["cap"])
    if answers > dossiers or (answers >= rule["fewest"] and p < rule["p_below"]):
        facts = {"answers": answers, "dossiers": dossiers, "cap": rule["cap"]}
        yield Finding(name, unit, counter, day, p, rule["p_below"], facts)


def straight_lines(frame: Frame, evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """Units with a larger share of straight lines than the others."""
    rule, items = quality.rules["straight_line"], rules.rated(frame)
    if len(items) < rule["fewest_items"]:
        return
    hit = rules.straight(evidence.answers.codes[:, items], int(rule["fewest_items"]))
    yield from funnel_findings(rule.name, evidence.answers.unit, hit, quality)


def speeds(_: Frame, evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """Units with a larger share of forms than the others that were filled in faster than anybody reads."""
    rule, answers = quality.rules["speed"], evidence.answers
    timed = ~np.isnan(answers.seconds)
    usual = np.full(len(timed), np.nan)
    for kind in np.unique(answers.kind[timed]).tolist():
        mine = timed & (answers.kind == kind)
        if mine.sum() >= rule["fewest_for_median"]:
            usual[mine] = np.median(answers.seconds[mine])
    hit = rules.quick(answers.seconds, usual, answers.words, rule["of_median"], rule["milliseconds_a_word"])
    yield from funnel_findings(rule.name, answers.unit[timed], hit[timed], quality)


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
