"""Free comments: what is hidden before anybody reads them, what they are about, and how they are searched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from survey.definitions import CODE, Row, load, shape
from survey.faults import Fault
from survey.questionnaire import Words

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")  # grave, acute, tilde, hook, dot below; not those of ă â ê ô ơ ư
CAPITALS = "".join(letter for letter in map(chr, range(0x41, 0x1F00)) if unicodedata.category(letter) == "Lu")
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # signs without width, by which a number can be torn apart
APART = re.compile(r"[^\w" + "".join(TONES) + r"]+")


class TopicRow(Row):
    """A topic with the terms by which it is known."""

    code: Annotated[str, Field(pattern=CODE)]
    name: dict[str, str]
    terms: Annotated[list[str], Field(min_length=1)]


class RedactionRow(Row):
    """What is hidden, and the word that stands in its place."""

    name: Annotated[str, Field(min_length=1)]
    pattern: Annotated[str, Field(min_length=1)]


class LexiconRow(Row):
    """The file of comments."""

    version: int
    source: str
    topics: list[TopicRow]
    redactions: list[RedactionRow]


@dataclass(frozen=True, slots=True)
class Topic:
    """What comments can be about; a comment is, where it holds one of the terms."""

    code: str
    name: Words
    toned: tuple[str, ...]
    plain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Topics, and patterns of what is hidden with the name that is shown instead."""

    version: int
    topics: tuple[Topic, ...]
    redactions: tuple[tuple[str, re.Pattern[str]], ...]


def read_lexicon(text: str) -> Lexicon | tuple[Fault, ...]:
    """The lexicon that a file holds, or everything that is wrong with it."""
    found = load(text)
    if isinstance(found, tuple):
        return found
    row = shape(LexiconRow, found)
    if isinstance(row, tuple):
        return row
    patterns, faults = [], []
    for place, each in enumerate(row.redactions, start=1):
        try:
            patterns.append((each.name, re.compile(written_out(each.pattern))))
        except re.error as error:
            facts = {"found": each.pattern[:60], "problem": str(error)}
            faults.append(Fault("bad_pattern", f"redactions[{place}].pattern", facts))
    topics = tuple(
        Topic(each.code, each.name, tuple(map(toned, each.terms)), tuple(map(plain, each.terms))) for each in row.topics
    )
    return tuple(faults) or Lexicon(row.version, topics, tuple(patterns))


def written_out(pattern: str) -> str:
    """A pattern in the words of Python: any capital letter, and a look-behind for words of several lengths.

    >>> written_out("(?<=\\\\b(?:ông|bà) )X")
    '(?:(?<=\\\\bông )|(?<=\\\\bbà ))X'
    """
    pattern = pattern.replace(r"\p{Lu}", f"[{CAPITALS}]")
    found = re.match(r"\(\?<=\\b\(\?:([^()]*)\) \)", pattern)
    if found is None:
        return pattern
    return "(?:" + "|".join(rf"(?<=\b{word} )" for word in found[1].split("|")) + ")" + pattern[found.end() :]


def redacted(text: str, lexicon: Lexicon) -> str:
    """The text with everything hidden that could tell who somebody is, as far as patterns can find it.

    >>> told = read_lexicon("version: 1\\nsource: x\\ntopics: []\\nredactions: [{name: số, pattern: '[0-9]{9,}'}]")
    >>> redacted("Gọi tôi 0912345678 nhé", told)
    'Gọi tôi [số] nhé'
    """
    text = UNSEEN.sub("", text).replace("\u00a0", " ")
    for name, pattern in lexicon.redactions:
        text = pattern.sub(f"[{name}]", text)
    return text


def toned(text: str) -> str:
    """Words in lower case between single blanks, each tone mark at the end of its word: hòa and hoà become one.

    >>> toned("Hoà, hòa") == toned("hòa hoà"), toned("Tốt!") == toned("tôt")
    (True, False)
    """
    words = APART.sub(" ", decomposed(text)).split()
    return " ".join(
        "".join(letter for letter in word if letter not in TONES) + "".join(filter(TONES.__contains__, word))
        for word in words
    )


def plain(text: str) -> str:
    """The same without any mark: what somebody types who sets none.

    >>> plain("Đợi  lâu quá!")
    'doi lau qua'
    """
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(APART.sub(" ", bare).split())


def decomposed(text: str) -> str:
    """Lower case with the tone marks apart, and the other marks where they belong."""
    apart = unicodedata.normalize("NFD", text.casefold())
    pieces = re.split(f"([{''.join(TONES)}])", apart)
    return "".join(piece if piece in TONES else unicodedata.normalize("NFC", piece) for piece in pieces)


def topics_of(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The topics that a comment is about, in the order of the lexicon; terms match whole words."""
    marked = toned(text)
    bare = plain(text)
    unmarked = bare == marked.replace("đ", "d") and not any(mark in marked for mark in TONES)
    spoken, where = (f" {bare} ", "plain") if unmarked else (f" {marked} ", "toned")
    return tuple(topic.code for topic in lexicon.topics if any(f" {term} " in spoken for term in getattr(topic, where)))


def names(lexicon: Lexicon, language: str) -> Mapping[str, str]:
    """The topics' names in that language."""
    return {topic.code: topic.name.get(language) or topic.name["vi"] for topic in lexicon.topics}
