"""A fault: one thing that is wrong with something that came from outside, as a code and facts; the doors word it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FOUND_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `code` names the sentence, `where` the place, `facts` fill the sentence.

    >>> Fault("unknown_option", "tc1", {"found": "9", "options": "1, 2, 3"}).where
    'tc1'
    """

    code: str
    where: str
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)


class SurveyError(Exception):
    """Something that callers promised not to do; `code` names it and the text says what was found."""

    code = "survey"


def shown(found: object) -> str:
    """What was found, cut to a length that fits in a sentence and freed of what cannot be printed.

    >>> shown("a" * 100).endswith("a…"), shown("x\\x00y")
    (True, 'x�y')
    """
    try:
        words = str(found)[: FOUND_LENGTH + 1]
    except ValueError:  # a whole number of more digits than Python prints
        return "…"
    words = "".join(letter if letter.isprintable() else "�" for letter in words)
    return words if len(words) <= FOUND_LENGTH else words[:FOUND_LENGTH] + "…"


def listed(found: Sequence[str], *, limit: int = 12) -> str:
    """A list of codes for a sentence, cut after `limit` of them.

    >>> listed(["1", "2", "na"]), listed("abc", limit=2)
    ('1, 2, na', 'a, b, …')
    """
    codes = [shown(code) for code in found]
    return ", ".join([*codes[:limit], "…"] if len(codes) > limit else codes)
