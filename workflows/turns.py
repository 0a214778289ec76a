"""One turn of a chat in one transaction: who writes, what is open, what the person wants, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from store.queries import chats, outbox
from survey.answers import has_other, read
from survey.chat_keys import chat_key
from survey.conditions import Value
from survey.conversation import Answered, Back, Finished, Language, Rejected, Reply, Resume, Skip, advance
from survey.faults import Fault
from survey.questionnaire import NA, OTHER, Item
from workflows import chat, collect
from workflows.beginnings import come, shown
from workflows.callers import Caller, Desk, Known, Turn, chosen_before, item_of, keep, known_of, open_talk, remember
from workflows.chat import Act, Outcome, Talk
from workflows.collect import CONVERSATION_LIFE, Form
from workflows.places import standing

Meaning = Callable[[Talk | None, str], Act]


def take(connection: Connection, desk: Desk, caller: Caller, meaning: Meaning) -> Outcome | None:
    """Take one turn; `meaning` says what the person wants, given what is open and the language. None: say nothing."""
    key = chat_key(desk.secret, caller.channel, caller.chat)
    known = known_of(connection, desk, caller, key)
    talk = open_talk(connection, desk, caller, key, known)
    if talk is not None:
        known = replace(known, language=talk.state.language)
    act = meaning(talk, known.language)
    turn = Turn(connection, desk, caller, key, known, talk)
    if known.stopped and talk is not None and type(act) in ANSWERS:
        return chat.Stopped(known.language, talk.place)
    return ACTS[type(act)](turn, act)


def go(turn: Turn, talk: Talk, reply: Reply) -> Outcome:
    """Let the engine take a reply, and keep what came of it."""
    found = standing(talk.place, day_begun(turn, talk))
    if found != "open":
        return chat.Turned(talk.place, talk.state.language, found)
    state, events = advance(talk.place.questionnaire, talk.state, reply, "question")
    last = events[-1]
    if isinstance(last, Finished):
        return finished(turn, talk, last)
    if any(isinstance(event, Rejected) for event in events):
        onward = replace(talk, misses=talk.misses + 1, wants_words="")
        remember(turn, misses=onward.misses)
    else:
        onward = replace(talk, state=state, wants_words="", misses=0)
        if (state.step, state.answers) != (talk.state.step, talk.state.answers):
            onward = replace(onward, ticked=chosen_before(onward))
        remember(turn, language=state.language)
    if (onward.state, onward.wants_words) != (talk.state, talk.wants_words):
        keep(turn, onward)
    return chat.Went(onward, events)


def day_begun(turn: Turn, talk: Talk) -> date:
    """The day that decides whether the form may still be sent: one begun on the last day has as long as on the web."""
    if turn.caller.now - talk.begun_at > CONVERSATION_LIFE:
        return turn.caller.today
    return min(turn.caller.today, turn.desk.day_of(talk.begun_at))


def finished(turn: Turn, talk: Talk, last: Finished) -> Outcome:
    """Store the response; nothing then tells whose it is.

    Nothing is noted of the chat either: PostgreSQL would mark both rows with the number of this one transaction.
    """
    caller, spoken = turn.caller, talk.state.language
    form = Form(talk.key, turn.desk.secret, spoken, caller.channel, talk.begun_at, caller.now, caller.today)
    sent = collect.keep(turn.connection, talk.place, form, last.answers)
    outbox.no_reminder(turn.connection, turn.key)
    return chat.Thanked(talk.place, spoken, sent.receipt, sent.again)


def say(turn: Turn, act: Act) -> Outcome:
    """An answer; where it chooses an option that words go with, these are asked for first."""
    assert isinstance(act, chat.Say)
    talk = turn.talk
    if talk is None:
        return chat.Lost(turn.known.language)
    item = item_of(talk)
    if item is not None and act.step == talk.state.step and not talk.wants_words and item.offers_other:
        codes = tuple(act.raw.get(item.code, ()))
        found = read(item, codes)
        if not isinstance(found, Fault) and has_other(item, found) and item.code + OTHER not in act.raw:
            return words_wanted(turn, talk, item, codes)
    return go(turn, talk, Answered(act.step, act.raw))


def words_wanted(turn: Turn, talk: Talk, item: Item, codes: tuple[str, ...]) -> Outcome:
    """Keep what is chosen until the words have come."""
    wanted = next(code for code in codes if code in item.by_code and item.by_code[code].other)
    onward = replace(talk, ticked=codes, wants_words=wanted, misses=0)
    remember(turn)
    keep(turn, onward)
    return chat.WordsWanted(onward)


def tick(turn: Turn, act: Act) -> Outcome:
    """Tick or untick an option of the open question."""
    assert isinstance(act, chat.Tick)
    talk = turn.talk
    if talk is None:
        return chat.Lost(turn.known.language, why="old")
    item = item_of(talk)
    if item is None or act.step != talk.state.step or act.option not in item.accepted:
        return go(turn, talk, Answered(act.step, {}))
    onward = replace(talk, ticked=toggled(item, talk.ticked, act.option), wants_words="", misses=0)
    remember(turn)
    keep(turn, onward)
    return chat.Ticked(onward)


def toggled(item: Item, ticked: tuple[str, ...], code: str) -> tuple[str, ...]:
    """What is ticked after a press; what stands alone drives the others out, and is driven out by them."""
    if code in ticked:
        return tuple(each for each in ticked if each != code)
    alone = {NA} | {option.code for option in item.options if option.exclusive}
    return (code,) if code in alone else (*(each for each in ticked if each not in alone), code)


def done(turn: Turn, act: Act) -> Outcome:
    """What is ticked is the answer."""
    assert isinstance(act, chat.Done)
    item = item_of(turn.talk) if turn.talk is not None else None
    if turn.talk is None or item is None:
        return chat.Lost(turn.known.language, why="old")
    ticked = turn.talk.ticked if act.step == turn.talk.state.step else ()
    if not ticked and item.required and act.step == turn.talk.state.step:
        return chat.Ticked(turn.talk)
    return say(turn, chat.Say(act.step, {item.code: ticked} if ticked else {}))


def step_back(turn: Turn, act: Act) -> Outcome:
    """To the question before; from the words beside an option, to that question itself."""
    assert isinstance(act, chat.GoBack)
    if turn.talk is None:
        return chat.Lost(turn.known.language, why="old")
    if turn.talk.wants_words or not turn.talk.state.step:
        return show(turn, act)
    return go(turn, turn.talk, Back(act.step))


def pass_by(turn: Turn, act: Act) -> Outcome:
    """Past the question; from the words beside an option, on with the option alone.

    What was answered before stays: whoever went back only to look goes on again without losing it.
    """
    assert isinstance(act, chat.Pass)
    talk = turn.talk
    if talk is None:
        return chat.Lost(turn.known.language, why="old")
    if not talk.state.step:
        return show(turn, act)
    item = item_of(talk)
    if talk.wants_words and item is not None and act.step == talk.state.step:
        return go(turn, talk, Answered(act.step, {item.code: talk.ticked}))
    if item is not None and act.step == talk.state.step and item.code in talk.state.answers:
        keys = (item.code, item.code + OTHER)
        return go(turn, talk, Answered(act.step, {key: raw(talk.state.answers.get(key)) for key in keys}))
    return go(turn, talk, Skip(act.step))


def raw(value: Value | None) -> tuple[str, ...]:
    """An answer as strings that the engine reads as the same."""
    if isinstance(value, tuple):
        return value
    return () if value is None else (f"{value:f}" if isinstance(value, Decimal) else str(value),)


def begin(turn: Turn, _: Act) -> Outcome:
    """The first question, once the person has agreed."""
    if turn.talk is None:
        return chat.Lost(turn.known.language)
    return go(turn, turn.talk, Resume()) if not turn.talk.state.step else show(turn, _)


def speak(turn: Turn, act: Act) -> Outcome:
    """Another language."""
    assert isinstance(act, chat.Speak)
    offered = turn.talk.place.languages if turn.talk else turn.desk.languages
    if act.language not in offered:
        return chat.Tongues(turn.known.language, offered, turn.talk)
    if turn.talk is None:
        remember(turn, language=act.language)
        return chat.Lost(act.language)
    if turn.talk.state.step:
        return go(turn, turn.talk, Language(act.language))
    talk = replace(turn.talk, state=replace(turn.talk.state, language=act.language))
    remember(turn, language=act.language)
    keep(turn, talk)
    return chat.Welcomed(talk)


def stop(turn: Turn, _: Act) -> Outcome:
    """No more questions, no reminder; what is unfinished waits for its time."""
    outbox.no_reminder(turn.connection, turn.key)
    remember(turn, stopped=True)
    return chat.Stopped(turn.known.language, turn.talk.place if turn.talk else None)


def erase(turn: Turn, _: Act) -> Outcome:
    """Delete what is unfinished, and all that stands of the chat; but whoever was guessing codes is not begun anew."""
    outbox.no_reminder(turn.connection, turn.key)
    was = chats.drop_forms(turn.connection, turn.key)
    chats.drop_chat(turn.connection, turn.key)
    if turn.known.wrong:
        remember(replace(turn, known=Known(turn.desk.languages[0])), wrong=turn.known.wrong)
    return chat.Erased(turn.known.language, was > 0)


def on_web(turn: Turn, _: Act) -> Outcome:
    """The address of the same form for a browser."""
    if turn.talk is None:
        return chat.Lost(turn.known.language)
    return chat.Linked(turn.talk, turn.desk.url_of(turn.talk.place.code, turn.talk.key))


def show(turn: Turn, _: Act) -> Outcome:
    """What is open, again; from the words beside an option, the question itself."""
    if turn.talk is None:
        return chat.Lost(turn.known.language)
    remember(turn)
    talk = replace(turn.talk, misses=0)
    if talk.wants_words:
        talk = replace(talk, wants_words="")
        keep(turn, talk)
    return shown(talk)


def unfit(turn: Turn, act: Act) -> Outcome | None:
    """Something that cannot be an answer; in a group that is said once."""
    assert isinstance(act, chat.Unfit)
    if turn.talk is not None:
        return chat.Again(turn.talk, act.kind)
    if act.kind == "group" and turn.known.touched_at is not None:
        return None
    remember(turn, stopped=turn.known.stopped)
    return chat.Lost(turn.known.language, why=act.kind)


def old(turn: Turn, _: Act) -> Outcome:
    """A button that is not of the open form."""
    return chat.Again(turn.talk, "old") if turn.talk else chat.Lost(turn.known.language, why="old")


def helped(turn: Turn, _: Act) -> Outcome:
    """How this works."""
    return chat.Helped(turn.known.language, turn.talk)


ANSWERS = (chat.Say, chat.Tick, chat.Done, chat.Pass, chat.GoBack, chat.Unfit)
ACTS: Mapping[type, Callable[[Turn, Any], Outcome | None]] = {
    chat.Come: come,
    chat.Begin: begin,
    chat.Say: say,
    chat.Tick: tick,
    chat.Done: done,
    chat.GoBack: step_back,
    chat.Pass: pass_by,
    chat.Speak: speak,
    chat.Stop: stop,
    chat.Erase: erase,
    chat.Help: helped,
    chat.OnWeb: on_web,
    chat.Show: show,
    chat.Unfit: unfit,
    chat.Old: old,
}
