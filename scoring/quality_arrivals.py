"""Rules that look at when, and how many, answers come in: bursts, surges, office hours, dossiers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import numpy as np

from scoring import quality_rules as rules
from scoring.quality_evidence import WHOLE, Evidence, Finding, bounded, with_units
from scoring.quality_parameters import Quality, WorkingTime


def bursts(evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """The fullest half hour of every counter and day, against that counter's median day."""
    rule, working = quality.rules["burst"], quality.working
    daily = with_units(evidence.daily, 2)
    days = working_days(evidence.daily, working)
    a_day = round(working.hours / rules.HALF_HOUR)
    for place, slots in sorted(with_units(evidence.arrivals, 2).items()):
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


def history(daily: Mapping[date, int], day: date, days: Sequence[date]) -> list[int]:
    """The counts of the other days."""
    return [daily.get(each, 0) for each in days if each != day]


def repeated_bursts(found: Sequence[Finding], quality: Quality) -> Iterator[Finding]:
    """Units with bursts on so many different days that no one group of visitors explains them."""
    rule = quality.rules["repeated_bursts"]
    days: defaultdict[int, set[date | None]] = defaultdict(set)
    for each in found:
        days[each.unit].add(each.day)
    for unit, of in sorted(days.items()):
        if len(of) >= rule["days"]:
            yield Finding(rule.name, unit, WHOLE, None, len(of), rule["days"], {"days": len(of)})


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
    daily = with_units(evidence.daily, 1)
    for (unit, counter, day), dossiers in sorted(evidence.dossiers.items()):
        yield from rate_finding(
            rule.name, unit, counter, day, daily.get((unit, counter), {}).get(day, 0), dossiers, quality
        )
    for unit, dossiers in sorted(evidence.period.items()):
        answers = sum(daily.get((unit, WHOLE), {}).values())
        yield from rate_finding(rule.name, unit, WHOLE, None, answers, dossiers, quality)


def rate_finding(
    name: str, unit: int, counter: int, day: date | None, answers: int, dossiers: int, quality: Quality
) -> Iterator[Finding]:
    """The finding of one comparison with dossiers, if there is one."""
    rule = quality.rules[name]
    p = rules.rate(answers, dossiers, rule["cap"])
    if answers > dossiers or (answers >= rule["fewest"] and p < rule["p_below"]):
        facts = {"answers": answers, "dossiers": dossiers, "cap": rule["cap"]}
        yield Finding(name, unit, counter, day, p, rule["p_below"], facts)


def surges(evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """Units whose last working days brought far more answers than those before, and than in the other units."""
    rule = quality.rules["surge"]
    days = working_days(evidence.daily, quality.working)
    recent, before = days[-int(rule["days"]) :], days[: -int(rule["days"])]
    if len(before) < rule["history_days"]:
        return
    units = {unit: times for (unit, place), times in with_units(evidence.daily, 1).items() if place == WHOLE}
    table = np.array([[times.get(day, 0) for day in days] for times in units.values()], dtype=np.float64)
    early, late = table[:, : len(before)], table[:, len(before) :].sum(axis=1)
    scatter = rules.scatter(early)
    for at, unit in enumerate(units):
        expected = rules.expected(early.sum(axis=1), late, at)
        if late[at] < rule["fewest"] or expected <= 0:
            continue
        z = rules.surge(float(late[at]), expected, scatter, len(recent) / len(before))
        if z > rule["z_above"]:
            facts = {"answers": float(late[at]), "expected": expected, "days": len(recent)}
            yield Finding(rule.name, unit, WHOLE, None, bounded(z), rule["z_above"], facts)


def uptakes(evidence: Evidence, quality: Quality) -> Iterator[Finding]:
    """Units in which far more answers came of as many dossiers lately than before, and than in the other units."""
    rule = quality.rules["uptake"]
    days = working_days(evidence.daily, quality.working)
    recent, before = days[-int(rule["days"]) :], days[: -int(rule["days"])]
    finished = dossiers_by_unit(evidence)
    answered = {unit: times for (unit, place), times in with_units(evidence.daily, 1).items() if place == WHOLE}
    units = sorted(finished.keys() & answered.keys())
    if len(before) < rule["history_days"] or len(units) < rule["fewest_units"]:
        return
    parts = [[counted(answered[unit], finished[unit], part) for part in (recent, before)] for unit in units]
    scores = rules.against_all(np.array([rules.uptake(late, early) for late, early in parts]))
    for unit, (late, early), z in zip(units, parts, scores.tolist(), strict=True):
        if late[0] >= rule["fewest"] and z > rule["z_above"]:
            facts = {"answers": late[0], "dossiers": late[1], "days": len(recent)}
            facts |= {"late": late[0] / late[1], "before": early[0] / early[1]}
            yield Finding(rule.name, unit, WHOLE, None, bounded(z), rule["z_above"], facts)


def dossiers_by_unit(evidence: Evidence) -> dict[int, dict[date, int]]:
    """Finished dossiers by unit and day: those of the whole unit where they are told, else of its counters together."""
    found: defaultdict[int, dict[date, int]] = defaultdict(dict)
    for (unit, counter, day), n in sorted(evidence.dossiers.items()):
        if counter == WHOLE or (unit, WHOLE, day) not in evidence.dossiers:
            found[unit][day] = found[unit].get(day, 0) + n
    return found


def counted(answers: Mapping[date, int], dossiers: Mapping[date, int], days: Sequence[date]) -> tuple[float, float]:
    """Answers and dossiers of those of these days whose dossiers are known."""
    known = [day for day in days if day in dossiers]
    return float(sum(answers.get(day, 0) for day in known)), float(sum(dossiers[day] for day in known))
