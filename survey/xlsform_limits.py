"""Constraints of an XLSForm as bounds of our files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.xlsform_logic import SELF, Joined, Selected, Test, Tree, UnlikeError, number, plain_number, step


@dataclass(frozen=True, slots=True)
class Limits:
    """What a constraint asks of an answer: keys of our files, and options that stand alone."""

    keys: Mapping[str, int | float]
    alone: tuple[str, ...] = ()


def limits(found: Tree, kind: str, decimals: int) -> Limits:
    """A constraint as bounds of our files; raises UnlikeError for what they cannot say."""
    keys: dict[str, int | float] = {}
    alone: list[str] = []
    for part in found.parts if isinstance(found, Joined) and found.word == "and" else (found,):
        option = standing_alone(part)
        if option and kind == "several":
            alone.append(option)
            continue
        key, bound = limit(part, kind, decimals)
        if key in keys:
            raise UnlikeError(key)
        keys[key] = bound
    return Limits(keys, tuple(alone))


def limit(part: Tree, kind: str, decimals: int) -> tuple[str, int | float]:
    """One comparison of an answer with a bound."""
    if not isinstance(part, Test) or part.name != SELF:
        raise UnlikeError("…")
    bound = number(part.value)
    if kind == "number" and not part.measure and part.sign in SHIFTED:
        key, shift = SHIFTED[part.sign]
        return key, plain_number(bound + shift * step(decimals))
    key = MOST.get((kind, part.measure), "")
    if not key or part.sign not in ("<=", "<"):
        raise UnlikeError(f"{part.measure or part.name} {part.sign} {part.value}")
    return key, int(bound) - (part.sign == "<")


SHIFTED: Mapping[str, tuple[str, int]] = {
    ">=": ("minimum", 0),
    ">": ("minimum", 1),
    "<=": ("maximum", 0),
    "<": ("maximum", -1),
}
MOST: Mapping[tuple[str, str], str] = {
    ("text", "string-length"): "max_length",
    ("several", "count-selected"): "max_choices",
}


def standing_alone(part: Tree) -> str:
    """The option of `not(selected(., 'x') and count-selected(.) > 1)`, the usual way to say that it stands alone."""
    if not (isinstance(part, Joined) and part.word == "not" and isinstance(part.parts[0], Joined)):
        return ""
    inside = part.parts[0]
    if inside.word != "and" or len(inside.parts) != 2:
        return ""
    option = next((each.option for each in inside.parts if isinstance(each, Selected) and each.name == SELF), "")
    many = any(
        isinstance(each, Test)
        and each.measure == "count-selected"
        and (each.sign, each.value) in ((">", "1"), (">=", "2"))
        for each in inside.parts
    )
    return option if many else ""
