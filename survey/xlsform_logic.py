"""Expressions of an XLSForm of the simple kinds: read into a tree, then into our conditions and bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Union

from survey.faults import SurveyError

LONGEST = 2_000
DEEPEST = 8
TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{\s*[^{}]*\})|(?P<text>'[^']*'|\"[^\"]*\"|‘[^’]*’|“[^”]*”)|(?P<number>-?[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<word>[A-Za-z][A-Za-z-]*)|(?P<sign>!=|<=|>=|=|<|>|\(|\)|,|\.))"
)
COMPARISONS = ("=", "!=", "<=", ">=", "<", ">")
MIRRORED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
MEASURES = ("string-length", "count-selected")
SELF = "."
CLOSED = ("single", "scale", "yes_no", "matrix")


class UnlikeError(SurveyError):
    """An expression that cannot be taken over; the text says which part."""

    code = "xlsform_expression"


@dataclass(frozen=True, slots=True)
class Test:
    """A question, or a measure of it, compared with a value."""

    name: str
    sign: str
    value: str
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Selected:
    """That an option is chosen."""

    name: str
    option: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts joined by `and`, `or`; `not` has one."""

    word: str
    parts: tuple[Tree, ...]


Tree = Union[Test, Selected, Joined]  # noqa: UP007 - the members are named before it is read


@dataclass(frozen=True, slots=True)
class Known:
    """What a condition may ask of an earlier question."""

    code: str
    type: str
    options: tuple[str, ...] = ()
    decimals: int = 0


def tree(expression: str) -> Tree:
    """The expression as a tree; raises UnlikeError.

    >>> tree("${a} = '1' and selected(${b}, 'x')")
    Joined(word='and', parts=(Test(name='a', sign='=', value='1', measure=''), Selected(name='b', option='x')))
    """
    if len(expression) > LONGEST:
        raise UnlikeError(expression)
    reader = Reader(list(tokens(expression)))
    found = either(reader, 0)
    if reader.kind:
        raise UnlikeError(reader.text)
    return found


def tokens(expression: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each token."""
    place, text = 0, expression.strip()
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise UnlikeError(text[place:])
        yield match.lastgroup, match[match.lastgroup]
        place = match.end()


@dataclass(slots=True)
class Reader:
    """Tokens, and how far they have been read."""

    tokens: list[tuple[str, str]]
    place: int = 0

    @property
    def kind(self) -> str:
        """The kind of the next token; "" at the end."""
        return self.tokens[self.place][0] if self.place < len(self.tokens) else ""

    @property
    def text(self) -> str:
        """The next token."""
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        """The next token, which must be one of those, if any are named."""
        found = self.text
        if not self.kind or (wanted and found not in wanted):
            raise UnlikeError(found or "…")
        self.place += 1
        return found


def either(reader: Reader, depth: int) -> Tree:
    """Parts joined by `or`."""
    return joined(reader, "or", lambda: joined(reader, "and", lambda: one(reader, depth)))


def joined(reader: Reader, word: str, part: Callable[[], Tree]) -> Tree:
    """One part, or several joined by that word."""
    parts = [part()]
    while reader.text == word:
        reader.take()
        parts.append(part())
    return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))


def one(reader: Reader, depth: int) -> Tree:
    """A test, a call, or an expression in brackets."""
    if depth > DEEPEST:
        raise UnlikeError(reader.text)
    if reader.text == "(":
        reader.take()
        inside = either(reader, depth + 1)
        reader.take(")")
        return inside
    if reader.text == "not":
        reader.take()
        reader.take("(")
        inside = either(reader, depth + 1)
        reader.take(")")
        return Joined("not", (inside,))
    if reader.text == "selected":
        return selected(reader)
    return test(reader)


def selected(reader: Reader) -> Selected:
    """`selected(${a}, 'x')`."""
    reader.take()
    reader.take("(")
    name = named(reader)
    reader.take(",")
    option = value(reader)
    reader.take(")")
    return Selected(name, option)


def test(reader: Reader) -> Test:
    """A comparison, the value on either side."""
    if reader.kind in ("text", "number"):
        found = value(reader)
        sign = MIRRORED[reader.take(*COMPARISONS)]
        return Test(named(reader), sign, found)
    measure = reader.take() if reader.text in MEASURES else ""
    if measure:
        reader.take("(")
    name = named(reader)
    if measure:
        reader.take(")")
    return Test(name, reader.take(*COMPARISONS), value(reader), measure)


def named(reader: Reader) -> str:
    """The question that is meant; "." is the question itself."""
    if reader.kind == "ref":
        return reader.take()[2:-1].strip()
    return reader.take(SELF)


def value(reader: Reader) -> str:
    """A text in quotes, or a number."""
    if reader.kind == "text":
        return reader.take()[1:-1]
    if reader.kind != "number":
        raise UnlikeError(reader.text or "…")
    return reader.take()


def condition(found: Tree, known: Mapping[str, Known]) -> dict[str, object]:
    """The tree as a condition of our files; raises UnlikeError, and KeyError where no earlier question is meant."""
    if isinstance(found, Joined):
        parts = [condition(part, known) for part in found.parts]
        return {"not": parts[0]} if found.word == "not" else {"all" if found.word == "and" else "any": parts}
    item = known[found.name]
    if isinstance(found, Selected):
        if not item.options:
            raise UnlikeError(f"selected(${{{found.name}}}, …)")
        return {"question": item.code, "equals": found.option}
    return tested(found, item)


def tested(found: Test, item: Known) -> dict[str, object]:
    """A comparison as a condition."""
    empty = found.value == "" or (found.measure == "string-length" and found.value == "0")
    if empty and found.sign in ("=", "!=", ">"):
        return {"question": item.code, "answered": found.sign != "="}
    if found.measure or not found.value:
        raise UnlikeError(f"{found.measure}(${{{found.name}}})")
    if item.type in CLOSED:
        return of_option(found, item)
    if item.type == "number":
        return of_number(found, item)
    raise UnlikeError(f"${{{found.name}}} {found.sign} …")


def of_option(found: Test, item: Known) -> dict[str, object]:
    """A comparison with the option chosen; by size, the options whose names are numbers."""
    equal: dict[str, object] = {"question": item.code, "equals": found.value}
    if found.sign in ("=", "!="):
        return equal if found.sign == "=" else {"not": equal}
    least = number(found.value)
    fitting = [code for code in item.options if NUMERAL.fullmatch(code) and ORDERS[found.sign](Decimal(code), least)]
    if not fitting:
        raise UnlikeError(f"${{{found.name}}} {found.sign} {found.value}")
    return {"question": item.code, "in": fitting}


NUMERAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
ORDERS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda found, than: found < than,
    "<=": lambda found, than: found <= than,
    ">": lambda found, than: found > than,
    ">=": lambda found, than: found >= than,
}


def of_number(found: Test, item: Known) -> dict[str, object]:
    """A comparison with a number that was given; without an answer only `!=` holds."""
    least, after = number(found.value), number(found.value) + step(item.decimals)
    from_here, above = at_least(item.code, least), at_least(item.code, after)
    given = {"question": item.code, "answered": True}
    exactly: dict[str, object] = {"all": [from_here, {"not": above}]}
    table: Mapping[str, dict[str, object]] = {
        ">=": from_here,
        ">": above,
        "<": {"all": [given, {"not": from_here}]},
        "<=": {"all": [given, {"not": above}]},
        "=": exactly,
        "!=": {"not": exactly},
    }
    return table[found.sign]


def at_least(code: str, least: Decimal) -> dict[str, object]:
    """The test that a number is that or more."""
    return {"question": code, "at_least": plain_number(least)}


def step(decimals: int) -> Decimal:
    """How far two neighbouring numbers lie apart."""
    return Decimal(1).scaleb(-decimals)


def number(text: str) -> Decimal:
    """The number that a text is; raises UnlikeError."""
    if not NUMERAL.fullmatch(text):
        raise UnlikeError(text)
    return Decimal(text)


def plain_number(found: Decimal) -> int | float:
    """A number as YAML writes it."""
    return int(found) if found == found.to_integral_value() else float(found)
