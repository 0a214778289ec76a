"""What becomes of a flag: two different people decide, one after the other, and either may think again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

OUTCOMES = ("set_aside", "keep")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of a flag; other kinds than OUTCOMES, as the unit's own words, decide nothing."""

    actor: str
    kind: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a flag stands: `outcome` is what two people agreed on last ("" for nothing yet); `proposed` what the last
    one wants otherwise ("" for nothing), and `proposer` who that is."""

    outcome: str
    proposed: str = ""
    proposer: str = ""

    @property
    def waits(self) -> bool:
        """Whether somebody still has to decide."""
        return not self.outcome or bool(self.proposed)


def standing(said: Sequence[Said]) -> Standing:
    """Where a flag stands after all that was said of it, the oldest first.

    >>> standing([Said("a", "set_aside")])
    Standing(outcome='', proposed='set_aside', proposer='a')
    >>> standing([Said("a", "set_aside"), Said("a", "set_aside"), Said("b", "set_aside")])
    Standing(outcome='set_aside', proposed='', proposer='')
    >>> standing([Said("a", "keep"), Said("b", "keep"), Said("b", "set_aside")])
    Standing(outcome='keep', proposed='set_aside', proposer='b')
    """
    outcome, last = "", Said("", "")
    for each in said:
        if each.kind in OUTCOMES:
            if each.kind == last.kind and each.actor.casefold() != last.actor.casefold():
                outcome = each.kind
            last = each
    if not last.kind or last.kind == outcome:
        return Standing(outcome)
    return Standing(outcome, last.kind, last.actor)


def may_decide(now: Standing, actor: str, kind: str) -> bool:
    """Whether it makes a difference that this person says so: nobody seconds their own word, or repeats an outcome.

    >>> may_decide(Standing("", "keep", "a"), "A", "keep"), may_decide(Standing("", "keep", "a"), "b", "keep")
    (False, True)
    """
    if now.proposed:
        return kind != now.proposed or actor.casefold() != now.proposer.casefold()
    return kind != now.outcome
