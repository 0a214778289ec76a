"""The state of a conversation as JSON, for the row that keeps it between two replies."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from survey.conditions import Value
from survey.conversation import State
from survey.faults import SurveyError


class StateError(SurveyError):
    """A kept state that cannot be read."""

    code = "state"


def state_to_json(state: State) -> str:
    """The state as compact JSON; numbers and days are marked, and items both answered and passed stand once.

    >>> state_to_json(State({"a": "1", "n": Decimal("2.5")}, "b", "vi", frozenset({"a", "n", "note"})))
    '{"answers":{"a":"1","n":{"n":"2.5"}},"step":"b","language":"vi","blank":["note"],"ahead":[]}'
    """
    answered = state.answers.keys()
    row = {
        "answers": {code: packed(value) for code, value in state.answers.items()},
        "step": state.step,
        "language": state.language,
        "blank": sorted(state.passed - answered),
        "ahead": sorted(answered - state.passed),
    }
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def packed(value: Value) -> object:
    """A value as JSON has it."""
    if isinstance(value, Decimal):
        return {"n": f"{value:f}"}
    return {"d": value.isoformat()} if isinstance(value, date) else value


def state_from_json(text: str) -> State:
    """The other way of `state_to_json`; raises StateError for anything else.

    >>> state_from_json(state_to_json(State({"a": ("1", "2")}, "a", "vi"))).answers
    {'a': ('1', '2')}
    """
    try:
        row = json.loads(text)
        answers = {str(code): unpacked(value) for code, value in row["answers"].items()}
        passed = (answers.keys() | set(row["blank"])) - set(row["ahead"])
        return State(answers, str(row["step"]), str(row["language"]), frozenset(passed))
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise StateError(f"not a kept state: {type(error).__name__}") from None


def unpacked(value: object) -> Value:
    """A value from JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(code, str) for code in value):
        return tuple(value)
    if isinstance(value, dict) and len(value) == 1:
        return Decimal(value["n"]) if "n" in value else date.fromisoformat(value["d"])
    raise ValueError(value)
