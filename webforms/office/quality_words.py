"""Flags in plain words: what stands out, by which figures, and what may innocently explain it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from runtime.words import number_words
from store.models.quality import FlagRow

Gettext = Callable[..., str]


class Rule(NamedTuple):
    """A rule's name, its story with the figures, and what may explain it."""

    title: str
    story: str
    innocent: str


RULE_WORDS: Mapping[str, Rule] = {
    "unit": Rule(
        "Several independent signs",
        "Signs of %(score)s independent kinds point to this unit: %(signs)s.",
        "Each sign alone may be innocent; several together deserve a closer look, and no more than that.",
    ),
    "burst": Rule(
        "Many answers at once",
        "%(k)s answers came in within one half hour; usually it is %(usual)s. On that day there were %(answers)s.",
        "A group of visitors who came together, or a day on which everybody was invited to answer.",
    ),
    "repeated_bursts": Rule(
        "Many answers at once, day after day",
        "Of the last seven days, %(days)s had a half hour with far more answers than usual.",
        "Regular days for groups, as a market day, or a staff member who invites everybody at the end of the day.",
    ),
    "burst_days": Rule(
        "Crowded days say something else",
        "On the days with many answers at once the mean score is %(then)s of 100 (%(n_then)s answers); on the "
        "others it is %(else)s (%(n)s answers).",
        "Another kind of visitor on these days.",
    ),
    "outside_hours": Rule(
        "Answers outside office hours",
        "%(outside)s of %(arrivals)s answers of the last days came in outside office hours.",
        "People who take the slip home and answer in the evening.",
    ),
    "surge": Rule(
        "Far more answers than before",
        "The last %(days)s working days brought %(answers)s answers; %(expected)s were to be expected from the "
        "days before and from the other units.",
        "A new poster, a busy season, or a campaign of the unit to invite people.",
    ),
    "uptake": Rule(
        "More answers of as many dossiers",
        "In the last %(days)s working days %(late)s %% of the finished dossiers brought an answer (%(answers)s of "
        "%(dossiers)s); before it was %(before)s %%.",
        "A new poster or a tablet, or a staff member who began to invite people.",
    ),
    "rate": Rule(
        "More answers than dossiers explain",
        "%(answers)s answers stand against %(dossiers)s finished dossiers.",
        "Visitors without a dossier who answered too, or dossiers that were not counted yet.",
    ),
    "straight_line": Rule(
        "Often the same level throughout",
        "%(hits)s of %(answers)s forms give one and the same level to every question; in the other units it is "
        "%(usual)s %%.",
        "Satisfied people often answer like this: never a sign against a single person.",
    ),
    "speed": Rule(
        "Often filled in too fast",
        "%(hits)s of %(answers)s forms took less time than reading takes; in the other units it is %(usual)s %%.",
        "A staff member who reads the questions out and types, or people who know the form.",
    ),
    "quick_forms": Rule(
        "Fast forms say something else",
        "In the forms that were filled in too fast the mean score is %(then)s of 100 (%(n_then)s answers); in the "
        "others it is %(else)s (%(n)s answers).",
        "People in a hurry who choose one level, or forms that a staff member typed for visitors.",
    ),
    "repeated_pattern": Rule(
        "One form over and over",
        "The same answers to every question came in %(times)s times on one day; %(expected)s times was to be expected.",
        "A family or a group that answered together. This list never counts towards a unit's flag.",
    ),
    "open_against_sample": Rule(
        "Open answers differ from the sample",
        "The mean score of the open answers is %(open)s of 100 (%(n_open)s answers); that of the sample is "
        "%(sample)s (%(n)s answers).",
        "Those who choose to answer may honestly see it otherwise than those who are drawn.",
    ),
}
DECIMALS = dict.fromkeys(("late", "before", "usual", "then", "else", "open", "sample"), 1)  # others are whole numbers
SHARES = {
    "uptake": ("late", "before"),
    "straight_line": ("usual",),
    "speed": ("usual",),
    "burst_days": ("then", "else"),
    "quick_forms": ("then", "else"),
    "open_against_sample": ("open", "sample"),
}
REPEATED = "repeated_pattern"  # whose expected number lies far below 1
STATE_WORDS = {"": "To be decided", "set_aside": "Set aside", "keep": "Kept"}
SAID_WORDS = {"set_aside": "Set the answers aside", "keep": "Keep the answers", "answer": "Words of the unit"}


def story(flag: FlagRow, language: str, gettext: Gettext) -> str:
    """What stands out, with its figures, in that language."""
    rule = RULE_WORDS[flag.rule]
    shares = SHARES.get(flag.rule, ())
    decimals = DECIMALS | ({"expected": 1} if flag.rule == REPEATED else {})
    told = {
        name: number_words(100 * fact if name in shares else fact, decimals.get(name, 0), language)
        for name, fact in flag.facts.items()
    }
    signs = ", ".join(gettext(RULE_WORDS[name].title) for name in flag.facts if name in RULE_WORDS)
    told |= {"score": number_words(flag.score, 0, language), "signs": signs}
    return gettext(rule.story, **told)


class Share(NamedTuple):
    """A share or mean in percent of so many answers, beside the one that it is held against."""

    words: str
    percent: float
    printed: str
    n: int | None


COMPARED_WORDS = {
    "uptake": ("The last days", "The days before"),
    "straight_line": ("This unit", "Other units"),
    "speed": ("This unit", "Other units"),
    "burst_days": ("Crowded days", "Other days"),
    "quick_forms": ("Fast forms", "Other forms"),
    "open_against_sample": ("Open answers", "Sample"),
}
FACTS = {  # shares and the answers that they are of, "" where they are of something else
    "uptake": ("late", "", "before", ""),
    "burst_days": ("then", "n_then", "else", "n"),
    "quick_forms": ("then", "n_then", "else", "n"),
    "open_against_sample": ("open", "n_open", "sample", "n"),
}


def compared(flag: FlagRow, language: str, gettext: Gettext) -> tuple[Share, ...]:
    """The two figures that a flag holds against each other; none for rules of another kind."""
    if flag.rule not in COMPARED_WORDS:
        return ()
    facts = flag.facts
    if flag.rule in FACTS:
        one, n_one, other, n_other = FACTS[flag.rule]
        figures = [(facts[each], int(facts[n]) if n else None) for each, n in ((one, n_one), (other, n_other))]
    else:
        figures = [(facts["hits"] / facts["answers"], int(facts["answers"])), (facts["usual"], None)]
    return tuple(
        Share(gettext(words), 100 * share, number_words(100 * share, 1, language), n)
        for words, (share, n) in zip(COMPARED_WORDS[flag.rule], figures, strict=True)
    )
