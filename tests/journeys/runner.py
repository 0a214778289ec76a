"""Runs a journey through the core, and tells every other door what a journey file means.

A journey file:
    about: one sentence
    questionnaire: visit            # a file in questionnaires/ or an instrument; or the definition itself
    short: true                     # the short form of it; optional
    grain: page                     # or question
    language: vi
    begins: [asked chao 1/5]        # events before the first reply
    turns:
      - {answer: {den: "yes"}, expect: [accepted den=yes, asked kenh 2/4]}
        # answer: item code → text or list of texts, to the open step unless `step` names another
      - {back: kenh, expect: [...]}       # also skip: STEP, resume: true, language: en
    kept: {den: "yes"}              # what is stored at the end; several as a|b; absent where it does not finish

Events in words: `asked STEP POSITION/TOTAL`, `accepted ITEM=VALUE`, `rejected ITEM FAULT`, `missing ITEM ITEM`,
`stale STEP`, `finished`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import yaml

from survey.conditions import Value
from survey.conversation import (
    Accepted,
    Answered,
    Asked,
    Back,
    Event,
    Finished,
    Language,
    Missing,
    Rejected,
    Reply,
    Resume,
    Skip,
    Stale,
    State,
    advance,
    begin,
)
from survey.journey import Grain
from survey.questionnaire import Questionnaire, short_form
from survey.reading import read_questionnaire
from survey.state import state_from_json, state_to_json

HERE = Path(__file__).parent
INSTRUMENTS = HERE.parents[1] / "instruments" / "questionnaires"


@dataclass(frozen=True, slots=True)
class Turn:
    """A reply as the file has it, and the events that must follow."""

    reply: Mapping[str, object]
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """One journey file."""

    name: str
    about: str
    definition: str  # the YAML of its questionnaire
    short: bool
    grain: Grain
    language: str
    begins: tuple[str, ...]
    turns: tuple[Turn, ...]
    kept: Mapping[str, str] | None


def load_journeys(grain: Grain | None = None) -> list[Journey]:
    """Every journey, or those of one grain, in order of their names."""
    journeys = [load_journey(path) for path in sorted(HERE.glob("*.yaml"))]
    return [journey for journey in journeys if grain in (None, journey.grain)]


def load_journey(path: Path) -> Journey:
    """The journey of one file; a misspelt key is an error."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    journey = Journey(
        name=path.stem,
        about=found.pop("about"),
        definition=definition_of(found.pop("questionnaire")),
        short=found.pop("short", False),
        grain=found.pop("grain"),
        language=found.pop("language"),
        begins=tuple(found.pop("begins")),
        turns=tuple(Turn(turn, tuple(turn.pop("expect"))) for turn in found.pop("turns")),
        kept=found.pop("kept", None),
    )
    if found:
        raise ValueError(f"{path.name}: unknown keys {sorted(found)}")
    return journey


def definition_of(questionnaire: object) -> str:
    """The YAML text of a questionnaire given by name or written out."""
    if not isinstance(questionnaire, str):
        return yaml.safe_dump(questionnaire, allow_unicode=True, sort_keys=False)
    own = HERE / "questionnaires" / f"{questionnaire}.yaml"
    return (own if own.exists() else INSTRUMENTS / f"{questionnaire}-v1.yaml").read_text(encoding="utf-8")


def questionnaire_of(journey: Journey) -> Questionnaire:
    """The questionnaire that the journey goes through."""
    found = read_questionnaire(journey.definition)
    assert isinstance(found, Questionnaire), found
    return short_form(found) if journey.short else found


def raw_of(turn: Turn) -> dict[str, list[str]]:
    """The strings that a form would post or a chat would send for a turn's answers."""
    answers = turn.reply.get("answer", {})
    assert isinstance(answers, dict)
    return {code: given if isinstance(given, list) else [given] for code, given in answers.items()}


def reply_of(turn: Turn, open_step: str) -> Reply:
    """The reply of a turn, to the open step unless it names another."""
    reply = turn.reply
    if "answer" in reply:
        return Answered(str(reply.get("step", open_step)), raw_of(turn))
    if "back" in reply:
        return Back(str(reply["back"]))
    if "skip" in reply:
        return Skip(str(reply["skip"]))
    return Language(str(reply["language"])) if "language" in reply else Resume()


def value_words(value: Value) -> str:
    """A value as journeys write it."""
    if isinstance(value, tuple):
        return "|".join(value)
    return f"{value:f}" if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value


def event_words(event: Event) -> str:
    """An event as journeys write it."""
    match event:
        case Asked():
            return f"asked {event.step} {event.position}/{event.total}"
        case Accepted():
            return f"accepted {event.item}={value_words(event.value)}"
        case Rejected():
            return f"rejected {event.item} {event.fault.code}"
        case Missing():
            return " ".join(("missing", *event.items))
        case Stale():
            return f"stale {event.step}"
        case Finished():
            return "finished"


def run_through_core(journey: Journey) -> tuple[list[tuple[str, ...]], Sequence[Event], State]:
    """The events of the beginning and of each turn in words, the last events, and the last state.

    The state goes through its JSON between any two replies, as it does in the database.
    """
    questionnaire = questionnaire_of(journey)
    state, events = begin(questionnaire, journey.language, journey.grain)
    told = [tuple(map(event_words, events))]
    for turn in journey.turns:
        state = state_from_json(state_to_json(state))
        state, events = advance(questionnaire, state, reply_of(turn, state.step), journey.grain)
        told.append(tuple(map(event_words, events)))
    return told, events, state
