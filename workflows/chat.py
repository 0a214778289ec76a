"""One turn of a chat: what a person wants meets the form that is open, and what came of it is told to the door."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Union

from survey.conversation import Event, State
from workflows.places import Place


@dataclass(frozen=True, slots=True)
class Talk:
    """A person's open form in a chat; `state.step` is "" until the person has agreed to begin.

    `tag` is four characters that tell this form's buttons from those of others; `misses` counts failed tries at the
    open step; `ticked` holds the option codes ticked so far where several may be; `wants_words` is the code of the
    chosen option whose words are awaited, or "".
    """

    place: Place
    state: State
    key: str = field(repr=False)
    tag: str
    begun_at: datetime
    misses: int = 0
    ticked: tuple[str, ...] = ()
    wants_words: str = ""


def tag_of(key: str) -> str:
    """Four characters that tell the buttons of the form with that key from those of others."""
    return hashlib.sha256(key.encode()).hexdigest()[:4]


# What a person wants. `step` names the open step of the engine.


@dataclass(frozen=True, slots=True)
class Come:
    """To the place of a counter code, as typed or from a link."""

    code: str


@dataclass(frozen=True, slots=True)
class Begin:
    """The first question, after the consent text."""


@dataclass(frozen=True, slots=True)
class Say:
    """An answer to a step, as strings by item code."""

    step: str
    raw: Mapping[str, Sequence[str]] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Tick:
    """Tick or untick one option of several."""

    step: str
    option: str


@dataclass(frozen=True, slots=True)
class Done:
    """What is ticked is the answer."""

    step: str


@dataclass(frozen=True, slots=True)
class GoBack:
    """To the question before."""

    step: str


@dataclass(frozen=True, slots=True)
class Pass:
    """Past this question without an answer."""

    step: str


@dataclass(frozen=True, slots=True)
class Speak:
    """In this language; "" asks which there are."""

    language: str


@dataclass(frozen=True, slots=True)
class Stop:
    """No more questions and no reminder."""


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete what is unfinished at once."""


@dataclass(frozen=True, slots=True)
class Help:
    """How this works."""


@dataclass(frozen=True, slots=True)
class OnWeb:
    """Go on in the web form."""


@dataclass(frozen=True, slots=True)
class Show:
    """What is open, again."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """Something that cannot be an answer: the kind of `bot.messages.Inbound`."""

    kind: str


@dataclass(frozen=True, slots=True)
class Old:
    """A button of another form, or one that cannot be read any more."""


Act = Union[  # noqa: UP007 - read at run time
    Come, Begin, Say, Tick, Done, GoBack, Pass, Speak, Stop, Erase, Help, OnWeb, Show, Unfit, Old
]


# What came of it.


@dataclass(frozen=True, slots=True)
class Welcomed:
    """A place was reached and nothing is asked yet: say who asks, why, how long, what is kept."""

    talk: Talk


@dataclass(frozen=True, slots=True)
class Went:
    """The engine went on, or refused and asks again; `events` end with an Asked."""

    talk: Talk
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Ticked:
    """The open question with what is ticked now."""

    talk: Talk


@dataclass(frozen=True, slots=True)
class WordsWanted:
    """An option was chosen that words may be typed beside: ask for them, or let them be left out."""

    talk: Talk


@dataclass(frozen=True, slots=True)
class Thanked:
    """The response is stored; `again` says that it already was."""

    place: Place
    language: str
    receipt: str
    again: bool


@dataclass(frozen=True, slots=True)
class Already:
    """This person has answered at this counter before, and the campaign takes one answer."""

    place: Place
    language: str


@dataclass(frozen=True, slots=True)
class Turned:
    """A code that takes no answers: `standing` is unknown, not_yet, closed, revoked, dissolved or not_by_chat."""

    place: Place | None
    language: str
    standing: str


@dataclass(frozen=True, slots=True)
class Lost:
    """No form is open and none was asked for: say how to begin.

    `quiet` says that too many codes were wrong; `why` is "", old, or the kind of what cannot be an answer.
    """

    language: str
    quiet: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Stopped; with an unfinished form the person may come back to it."""

    language: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Erased:
    """What was unfinished is gone; `was` says that there was something."""

    language: str
    was: bool


@dataclass(frozen=True, slots=True)
class Helped:
    """How this works, with what is open."""

    language: str
    talk: Talk | None


@dataclass(frozen=True, slots=True)
class Tongues:
    """The languages to choose from."""

    language: str
    offered: tuple[str, ...]
    talk: Talk | None


@dataclass(frozen=True, slots=True)
class Linked:
    """The signed address under which this form goes on in the browser, with the answers so far."""

    talk: Talk
    url: str


@dataclass(frozen=True, slots=True)
class Again:
    """What is open, again; `why` is show, old, or the kind of what cannot be an answer."""

    talk: Talk
    why: str


@dataclass(frozen=True, slots=True)
class Reminded:
    """The one reminder of a form that was left unfinished."""

    talk: Talk


Outcome = Union[  # noqa: UP007 - read at run time
    Welcomed,
    Went,
    Ticked,
    WordsWanted,
    Thanked,
    Already,
    Turned,
    Lost,
    Stopped,
    Erased,
    Helped,
    Tongues,
    Linked,
    Again,
    Reminded,
]
