"""How a message comes to be: sentences in the person's language, paragraphs, and the room that a channel gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.keyboards import Rows
from bot.lengths import fit, units
from bot.messages import Inbound, Outbound
from runtime.words import LANGUAGES, translate

ROOM = {True: 4096, False: 2000}  # characters of a message, by whether the channel has buttons
SPARE = 16  # kept free, so that nothing hangs on how a server counts
TOAST = 200
LEAST = 80  # characters that are left of a text that is shortened
BEGUN = "g"  # what the button "Begin" asks for
WHOLE = 0  # rank of what is never shortened
STEM, NOTE, ASIDE = 1, 2, 3  # what is shortened last, and first
ON_WEB = "Some of the text is shortened here. All of it stands on the web page."


@dataclass(frozen=True, slots=True)
class Way:
    """By which way a message goes: whether it may bear buttons, and the update that it answers."""

    buttons: bool
    inbound: Inbound | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph; where there is no room, those of the highest rank are shortened first."""

    text: str
    rank: int = WHOLE


def said(sentence: str, language: str, **facts: object) -> str:
    """The sentence in that language, or in the first one where the interface lacks it, with its facts filled in."""
    found = translate(sentence, language if language in LANGUAGES else LANGUAGES[0])
    return found % facts if facts else found


def pressed(way: Way) -> bool:
    """Whether a button was pressed."""
    return way.inbound is not None and way.inbound.kind == "press"


def verb(way: Way) -> str:
    """What the button that was pressed asked for: the letter that its data begin with."""
    return way.inbound.text[:1] if way.inbound is not None and pressed(way) else ""


def message(
    way: Way, language: str, parts: Iterable[Part | str], rows: Rows = (), toast: str = ""
) -> tuple[Outbound, ...]:
    """The paragraphs as a message with its buttons: in place of the one whose button was pressed, or as a new one.

    The first message stays as it is: it holds what the person has agreed to.
    """
    texts = laid(tuple(part if isinstance(part, Part) else Part(part) for part in parts), way, language)
    first, last = 0, len(texts) - 1
    found = [Outbound(text, rows if way.buttons and place == last else ()) for place, text in enumerate(texts)]
    if way.inbound is not None and pressed(way):
        edit = "" if verb(way) == BEGUN else way.inbound.message
        found[first] = replace(found[first], edit=edit, press=way.inbound.press, toast=fit(toast, TOAST))
    return tuple(found)


def laid(parts: Sequence[Part], way: Way, language: str) -> list[str]:
    """The paragraphs as texts that fit; more than one only where the options alone need the room."""
    limit = ROOM[way.buttons] - SPARE
    text = joined(parts)
    if units(text) <= limit:
        return [text]
    return split(joined(shortened(parts, said(ON_WEB, language), limit)), limit)


def joined(parts: Iterable[Part]) -> str:
    """The paragraphs with a blank line between them."""
    return "\n\n".join(part.text.strip() for part in parts if part.text.strip())


def shortened(parts: Sequence[Part], notice: str, limit: int) -> Sequence[Part]:
    """The paragraphs cut, those of the highest rank first, until they fit, and a word that they were."""
    found = [*parts, Part(notice)]
    for rank in (ASIDE, NOTE, STEM):
        for place, part in enumerate(found):
            over = units(joined(found)) - limit
            if part.rank == rank and over > 0:
                found[place] = replace(part, text=fit(part.text, max(units(part.text) - over, LEAST)))
    return found


def split(text: str, limit: int) -> list[str]:
    """The text in pieces that fit, cut between lines only; a line that is too long by itself is shortened.

    >>> split("a\\nbb\\nccc", 4)
    ['a\\nbb', 'ccc']
    """
    pieces = [""]
    for line in (fit(line, limit) for line in text.split("\n")):
        grown = f"{pieces[-1]}\n{line}" if pieces[-1] else line
        if units(grown) <= limit:
            pieces[-1] = grown
        else:
            pieces.append(line)
    return [piece.strip() for piece in pieces if piece.strip()]
