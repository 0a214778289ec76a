"""Data quality of a campaign: every rule over every counter, unit and day; what stands out becomes a finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from scoring import quality_answers as of_answers
from scoring import quality_arrivals as of_arrivals
from scoring.frames import Frame
from scoring.quality_evidence import WHOLE, Evidence, Finding
from scoring.quality_parameters import Quality

UNIT = "unit"  # the name of the rule that gathers indicators of several families
ARRIVING = (of_arrivals.outside_hours, of_arrivals.surges, of_arrivals.uptakes, of_arrivals.rates)
ANSWERED = (
    of_answers.straight_lines,
    of_answers.speeds,
    of_answers.repeated_patterns,
    of_answers.against_samples,
)


def findings(frame: Frame, evidence: Evidence, quality: Quality) -> list[Finding]:
    """Everything that stands out, then the units that do so by independent indicators; in a fixed order.

    Missing evidence (no arrivals kept, no dossiers given, no sample) keeps its rule silent, never alarmed.
    """
    bursts = list(of_arrivals.bursts(evidence, quality))
    found = [*bursts, *of_arrivals.repeated_bursts(bursts, quality)]
    found += of_answers.burst_days(frame, bursts, evidence, quality)
    for look in ARRIVING:
        found += look(evidence, quality)
    for read in ANSWERED:
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
