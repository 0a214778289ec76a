"""Data quality: the rules look at a campaign, flags are kept once, two people decide, the unit may answer.

Nothing is ever deleted: what is set aside is kept, counted apart, and comes back where two people say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from scoring.quality import findings
from scoring.quality_evidence import Finding
from store.database import Database
from store.models.campaigns import CampaignRow, CampaignUnitRow
from store.models.quality import FlagDecisionRow, FlagRow
from store.queries import audit, campaigns, quality, tallies
from store.queries.responses import STATES
from survey.faults import Fault
from survey.flags import Said, Standing, may_decide, standing
from workflows import tally
from workflows.quality_evidence import gathered, parameters

OPEN_STATES = ("open", "closed")  # of a campaign whose answers may still be looked into
STATE_OF: Mapping[str, tuple[str, str]] = {"set_aside": ("valid", "quarantined"), "keep": ("quarantined", "valid")}
LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class Flagged:
    """A flag with its unit, the name of its counter ("" for all), all that was said of it, and where it stands."""

    flag: FlagRow
    unit: CampaignUnitRow
    counter: str
    said: tuple[FlagDecisionRow, ...]
    standing: Standing


def look(database: Database, code: str, now: datetime, zone: ZoneInfo) -> int:
    """Run every rule over a campaign that is open or closed, and keep what is new; gives how many flags that were."""
    with database.snapshot() as session:
        row = campaigns.campaign(session, code)
        if row is None or row.state not in OPEN_STATES:
            return 0
        found = findings(*gathered(session, row, zone), parameters())
    with database.writing(in_turn=True) as session:
        return keep(session, row, found, now)


def keep(session: Session, row: CampaignRow, found: Collection[Finding], now: datetime) -> int:
    """Keep findings as flags, each once; gives how many are new."""
    rows = [
        {
            "campaign_id": row.id,
            "rule": each.rule,
            "rule_version": parameters().version,
            "unit_id": each.unit,
            "counter_id": each.counter,
            "on_day": each.day.isoformat() if each.day else "",
            "score": float(each.score),
            "threshold": float(each.threshold),
            "facts": {name: float(number) for name, number in each.facts.items()},
            "at": now,
        }
        for each in found
    ]
    fresh = quality.keep_flags(session, rows)
    if fresh:
        audit.note(session, at=now, actor="clock", act="flagged", subject=row.code, facts={"flags": fresh})
    return fresh


def flagged(
    session: Session, campaign_id: int, units: Collection[int] | None = None, number: int | None = None
) -> list[Flagged]:
    """The flags of a campaign, of these units only (and only that number) where they are given, the newest first."""
    rows = quality.flags(session, campaign_id, units, number)
    said: defaultdict[int, list[FlagDecisionRow]] = defaultdict(list)
    for each in quality.decisions(session, [flag.id for flag, _, _ in rows]):
        said[each.flag_id].append(each)
    return [Flagged(flag, unit, counter, tuple(said[flag.id]), stands(said[flag.id])) for flag, unit, counter in rows]


def stands(said: Collection[FlagDecisionRow]) -> Standing:
    """Where a flag stands after these rows."""
    return standing([Said(each.actor, each.kind) for each in said])


def counts(session: Session, campaign_id: int) -> dict[str, int]:
    """Open answers as they are counted: received, valid and quarantined; those found invalid are received too."""
    found = dict.fromkeys(("received", *STATES), 0)
    for row in tallies.rows(session, campaign_id):
        if row.stream == "open":
            found["received"] += row.n
            found[STATES[row.flagged]] += row.n
    return found


def decide(
    session: Session,
    number: int,
    *,
    actor: str,
    kind: str,
    reason: str,
    now: datetime,
    own: Collection[int],
) -> Standing | Fault:
    """Say that a flag's answers are set aside, or kept; once two different people agree, that takes effect.

    `own` are the units that the actor works for: nobody decides on those.
    """
    flag = quality.flag(session, number)
    row = session.get(CampaignRow, flag.campaign_id) if flag else None
    if flag is None or row is None:
        return Fault("unknown_flag", "flag", {"found": str(number)})
    if flag.unit_id in own or kind not in STATE_OF:
        return Fault("own_unit" if flag.unit_id in own else "nothing_ticked", "kind")
    if fault := wrong_words(reason):
        return fault
    campaigns.held(session, row.code)
    session.refresh(row)
    if row.state not in OPEN_STATES:
        return Fault("campaign_frozen", "flag", {"campaign": row.code, "state": row.state})
    before = stands(quality.decisions(session, [number]))
    if not may_decide(before, actor, kind):
        return Fault("another_person", "kind")
    say(session, flag, row, actor, kind, reason, now)
    after = stands(quality.decisions(session, [number]))
    if after.outcome and after.outcome != before.outcome:
        moved = take_effect(session, flag, after.outcome)
        facts = {"flag": number, "rule": flag.rule, "answers": moved}
        audit.note(session, at=now, actor=actor, act=f"flag_{after.outcome}", subject=row.code, facts=facts)
    return after


def answer(session: Session, number: int, *, actor: str, words: str, now: datetime) -> Fault | None:
    """The unit's own words about a flag; they decide nothing and stand beside it for those who do."""
    flag = quality.flag(session, number)
    row = session.get(CampaignRow, flag.campaign_id) if flag else None
    if flag is None or row is None:
        return Fault("unknown_flag", "flag", {"found": str(number)})
    if fault := wrong_words(words):
        return fault
    say(session, flag, row, actor, "answer", words, now)
    return None


def wrong_words(words: str) -> Fault | None:
    """What is wrong with a reason."""
    if not words.strip():
        return Fault("reason_missing", "reason")
    if len(words) > LONGEST_REASON:
        return Fault("words_too_long", "reason", {"count": str(len(words)), "limit": str(LONGEST_REASON)})
    return None


def say(session: Session, flag: FlagRow, row: CampaignRow, actor: str, kind: str, words: str, now: datetime) -> None:
    """Write down what somebody said of a flag; the words themselves stay with the flag."""
    session.add(FlagDecisionRow(flag_id=flag.id, at=now, actor=actor, kind=kind, reason=words.strip()))
    session.flush()
    facts = {"flag": flag.id, "rule": flag.rule, "kind": kind}
    audit.note(session, at=now, actor=actor, act="flag_said", subject=row.code, facts=facts)


def take_effect(session: Session, flag: FlagRow, outcome: str) -> int:
    """Set the answers that a flag is about aside, or count those again that it had set aside; gives how many."""
    before, after = STATE_OF[outcome]
    mine = f"flag-{flag.id}"
    reason, onward = (None, mine) if outcome == "set_aside" else (mine, "")
    rows = quality.folded_in_scope(session, flag, before, reason)
    if rows:
        tally.shift(session, flag.campaign_id, rows, after)
    return quality.move(session, flag, (before, reason), (after, onward))
