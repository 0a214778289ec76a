"""What is said to a person: each outcome of a turn as messages, with buttons or as text alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.errands_in_words import erased, helped, linked, lost, reminded, stopped, tongues
from bot.messages import Inbound, Outbound
from bot.places_in_words import already, thanked, turned, welcomed
from bot.saying import Way
from bot.turns_in_words import again, ticked, went, words_wanted
from workflows.chat import (
    Again,
    Already,
    Erased,
    Helped,
    Linked,
    Lost,
    Outcome,
    Reminded,
    Stopped,
    Thanked,
    Ticked,
    Tongues,
    Turned,
    Welcomed,
    Went,
    WordsWanted,
)


def worded(outcome: Outcome, buttons: bool, inbound: Inbound | None) -> tuple[Outbound, ...]:
    """The messages that tell a person what came of a turn: usually one.

    The press of a button changes the message that bore it, and is acknowledged; typed words get a new message.
    """
    return WORDINGS[type(outcome)](outcome, Way(buttons, inbound))


WORDINGS: Mapping[type, Callable[[Any, Way], tuple[Outbound, ...]]] = {
    Welcomed: welcomed,
    Went: went,
    Ticked: ticked,
    WordsWanted: words_wanted,
    Thanked: thanked,
    Already: already,
    Turned: turned,
    Lost: lost,
    Stopped: stopped,
    Erased: erased,
    Helped: helped,
    Tongues: tongues,
    Linked: linked,
    Again: again,
    Reminded: reminded,
}
