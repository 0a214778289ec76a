"""The one way an answer comes in, whatever the door: rules decide, rows keep, exactly once."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from store.models.collection import NONE
from store.queries import collection, outbox, trials
from survey.conditions import Value
from survey.conversation import (
    Answered,
    Back,
    Event,
    Finished,
    Reply,
    Resume,
    Stale,
    State,
    advance,
    begin,
    read_page,
)
from survey.document import encode
from survey.journey import Grain, plan
from survey.questionnaire import Questionnaire
from survey.receipt import conversation_key, receipt, response_key
from survey.state import state_from_json, state_to_json
from workflows.callers import CHAT_LIFE
from workflows.places import Place
from workflows.tokens import is_trial

CONVERSATION_LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Form:
    """What a door knows of the form that came in, besides the answers.

    `held` says that it was begun by chat, so that its answers are kept from the first one on, on the web too.
    """

    key: str
    secret: str
    language: str
    channel: str
    given_at: datetime
    now: datetime
    today: date
    held: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """The response is stored; `again` says that it already was."""

    receipt: str
    again: bool


@dataclass(frozen=True, slots=True)
class Going:
    """The conversation goes on: the state that is kept now and what the engine said."""

    state: State
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """A form that was begun by chat is held no more and was not sent: it was deleted, or its time is up."""


Work = Callable[[Connection], Sent | Going | Gone]


def answering(where: Place, form: Form, reply: Reply, grain: Grain) -> Going | Work:
    """What a reply comes to, or the work of one transaction that says so.

    A form of one page hangs on no row, so all but its insert is done before the transaction, which others wait for.
    """
    if form.held:
        return lambda connection: answer_held(connection, where, form, reply)
    if not alone(where):
        return lambda connection: answer(connection, where, form, reply, grain)
    going = moved(where, form, None, reply, grain)
    last = going.events[-1]
    if not isinstance(last, Finished):
        return going
    words, row = response_row(where, form, last.answers)
    return lambda connection: Sent(words, again=not kept_once(connection, where, form, row))


def answer(connection: Connection, where: Place, form: Form, reply: Reply, grain: Grain) -> Sent | Going:
    """Take a reply: keep the answers so far, or the whole response once the way is at its end."""
    before = conversation(connection, form.key)
    if before is None and (sent := already(connection, form)):
        return sent
    going = moved(where, form, before, reply, grain)
    last = going.events[-1]
    if isinstance(last, Finished):
        return keep(connection, where, form, last.answers)
    if going.state != before:
        hold(connection, where, form, going.state)
    return going


def answer_held(connection: Connection, where: Place, form: Form, reply: Reply) -> Sent | Going | Gone:
    """Take a page of a form that was begun by chat, while the chat waits; the time that it took began there."""
    row = collection.held_by_chat(connection, conversation_key(form.key))
    if row is None:
        return already(connection, form) or Gone()
    before = state_from_json(row.state)
    form = replace(form, given_at=row.begun_at or form.given_at)
    going = moved(where, form, on_pages(where.questionnaire, before), reply, "page")
    last = going.events[-1]
    if isinstance(last, Finished):
        if row.chat is not None:
            outbox.no_reminder(connection, row.chat)
        return keep(connection, where, form, last.answers)
    if going.state != before:
        hold(connection, where, form, going.state)
    return going


def on_pages(questionnaire: Questionnaire, state: State) -> State:
    """The state with a page open: that of its open question, where a chat has left it at one.

    >>> from survey.examples import EXAMPLE
    >>> on_pages(EXAMPLE, State(step="visits", language="en")).step
    'wait'
    """
    pages = plan(questionnaire, "page")
    if any(page.step == state.step for page in pages):
        return state
    holder = next((page.step for page in pages if state.step in page.codes), "")
    return advance(questionnaire, replace(state, step=holder), Resume(), "page")[0]


def moved(where: Place, form: Form, before: State | None, reply: Reply, grain: Grain) -> Going:
    """Where a reply leads from what is known so far."""
    state = replace(before, language=form.language) if before else begun(where.questionnaire, form.language, grain)
    onward, events = advance(where.questionnaire, state, reply, grain)
    if before is None and isinstance(events[0], Stale) and isinstance(reply, Answered | Back):
        onward = replace(onward, answers=fit(where, reply, grain))
    return Going(onward, events)


@lru_cache(maxsize=256)
def begun(questionnaire: Questionnaire, language: str, grain: Grain) -> State:
    """The state that every conversation begins with; worked out once a process."""
    return begin(questionnaire, language, grain)[0]


def alone(where: Place) -> bool:
    """True for a form of one page: nothing is kept before it is sent."""
    return len(plan(where.questionnaire, "page")) == 1


def fit(where: Place, reply: Answered | Back, grain: Grain) -> dict[str, Value]:
    """What a page held whose conversation is gone: kept, so that nobody types it twice."""
    page = next((page for page in plan(where.questionnaire, grain) if page.step == reply.step), None)
    return read_page(page, reply.raw)[1] if page is not None else {}


def conversation(connection: Connection, key: str) -> State | None:
    """The answers so far of the form that carries `key`."""
    text = collection.held_state(connection, conversation_key(key))
    return None if text is None else state_from_json(text)


def already(connection: Connection, form: Form) -> Sent | None:
    """The receipt of the form that carries this key, where it was sent before."""
    words = receipt(form.secret, form.key)
    return Sent(words, again=True) if stored(connection, words, trial=is_trial(form.key)) else None


def stored(connection: Connection, receipt_words: str, *, trial: bool = False) -> bool:
    """True where a response of that receipt is stored; with `trial`, where one was sent while it was rehearsed."""
    key = response_key(receipt_words)
    return trials.is_kept(connection, key) if trial else collection.is_stored(connection, key)


def kept_once(connection: Connection, where: Place, form: Form, row: Mapping[str, Any]) -> bool:
    """Store a response once, or that one was sent on trial: of a key or a place of a rehearsal nothing is counted."""
    keep = trials.keep_once if where.trial or is_trial(form.key) else collection.keep_once
    return keep(connection, row)


def hold(connection: Connection, where: Place, form: Form, state: State) -> None:
    """Keep the answers so far until the form is sent or its time is up."""
    row = {
        "id": conversation_key(form.key),
        "campaign_id": where.campaign_id,
        "counter_id": where.counter_id,
        "questionnaire_id": where.questionnaire_id,
        "state": state_to_json(state),
        "expires_at": form.now + (CHAT_LIFE if form.held else CONVERSATION_LIFE),
    }
    collection.hold(connection, row)


def keep(connection: Connection, where: Place, form: Form, answers: Mapping[str, Value]) -> Sent:
    """Store the response once, whatever number of times it is sent, and let the conversation go."""
    words, row = response_row(where, form, answers)
    fresh = kept_once(connection, where, form, row)
    collection.let_go(connection, conversation_key(form.key))
    return Sent(words, again=not fresh)


def response_row(where: Place, form: Form, answers: Mapping[str, Value]) -> tuple[str, dict[str, Any]]:
    """The receipt and the columns of a response given at a counter; the time that it took may set it apart."""
    shown = receipt(form.secret, form.key)
    duration = max(0, int((form.now - form.given_at).total_seconds()))
    quick = duration < where.minimum_fill_s
    codes, words = encode(where.whole, answers)
    return shown, {
        "id": response_key(shown),
        "campaign_id": where.campaign_id,
        "questionnaire_id": where.questionnaire_id,
        "unit_id": where.unit_id,
        "counter_id": where.counter_id,
        "stratum_id": NONE,
        "stream": "open",
        "channel": form.channel,
        "language": form.language,
        "assisted": False,
        "day": min(form.today, where.closes),  # one begun on the last day may be sent after midnight
        "duration_s": duration,
        "codes": codes,
        "words": words,
        "state": "quarantined" if quick else "valid",
        "reason": "quick" if quick else "",
        "external_id": new_external_id(),
        "folded": 0,
    }


def new_external_id() -> str:
    """A random name for a response in exports: the same response when it comes back, and no way to its receipt."""
    return "R-" + base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
