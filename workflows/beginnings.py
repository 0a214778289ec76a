"""How a form begins in a chat: a counter's code leads to the form that is unfinished there, or to a new one."""

from __future__ import annotations

import secrets
from datetime import timedelta

from store.queries import chats, outbox
from survey.chat_keys import participant_key
from survey.conversation import start
from survey.counter_codes import read_counter_code
from survey.receipt import conversation_key
from survey.state import state_to_json
from workflows import chat
from workflows.callers import CHAT_LIFE, Turn, keep, remember, talk_of
from workflows.chat import Act, Outcome, Talk
from workflows.openings import drop_expired
from workflows.places import Place, standing
from workflows.tokens import new_chat_key

REMIND_AFTER = timedelta(hours=24)
WRONG_CODES = 10  # after so many within the hour nobody is typing a code from a poster


def come(turn: Turn, act: Act) -> Outcome:
    """To a counter: to the form that is unfinished there, or to a new one."""
    assert isinstance(act, chat.Come)
    if turn.known.wrong >= WRONG_CODES:
        return chat.Lost(turn.known.language, quiet=True)
    code = read_counter_code(act.code)
    where = turn.desk.places.find(code, turn.caller.today) if code else None
    if where is None:
        remember(turn, wrong=turn.known.wrong + 1, stopped=turn.known.stopped)
        return chat.Turned(None, turn.known.language, "unknown")
    found = standing(where, turn.caller.today)
    if found != "open":
        return chat.Turned(where, turn.known.language, found)
    if not where.chat_offered:
        return chat.Turned(where, turn.known.language, "not_by_chat")
    row = chats.form_at(turn.connection, turn.key, where.counter_id, turn.caller.now)
    talk = talk_of(turn.desk, turn.caller, turn.known, row) if row else None
    if talk is None:
        return begun(turn, where)
    remember(turn)
    keep(turn, talk)
    return shown(talk)


def begun(turn: Turn, where: Place) -> Outcome:
    """A new form at that counter, unless the person has answered there and one answer is what the campaign takes."""
    spoken = turn.known.language if turn.known.language in where.languages else where.languages[0]
    participant = None
    if where.chat_once and not where.trial:
        secret = chats.campaign_secret(turn.connection, where.campaign_id, secrets.token_bytes(32))
        participant = participant_key(secret, turn.caller.channel, turn.caller.chat, where.counter_id)
        drop_expired(turn.connection, turn.caller.now, turn.desk.zone, turn.key)  # before the clock comes round
        if not chats.take_part(turn.connection, participant, where.campaign_id):
            return chat.Already(where, spoken)
    key = new_chat_key(where.code, trial=where.trial)
    state = start(where.questionnaire, spoken)
    row = {
        "id": conversation_key(key),
        "campaign_id": where.campaign_id,
        "counter_id": where.counter_id,
        "questionnaire_id": where.questionnaire_id,
        "state": state_to_json(state),
        "expires_at": turn.caller.now + CHAT_LIFE,
        "chat": turn.key,
        "participant": participant,
        "form_key": key,
        "begun_at": turn.caller.now,
    }
    chats.begin(turn.connection, row)
    remember(turn, language=spoken)
    remind(turn)
    return chat.Welcomed(Talk(where, state, key, chat.tag_of(key), turn.caller.now))


def remind(turn: Turn) -> None:
    """Set the one reminder; where it stands is the only place that holds the channel's own number meanwhile."""
    if outbox.has_reminder(turn.connection, turn.key):
        return
    row = {
        "channel": turn.caller.channel,
        "chat": turn.key,
        "address": turn.caller.chat,
        "kind": "reminder",
        "payload": None,
        "state": "waiting",
        "error": "",
        "attempts": 0,
        "created_at": turn.caller.now,
        "due_at": turn.caller.now + REMIND_AFTER,
    }
    outbox.put(turn.connection, [row])


def shown(talk: Talk) -> Outcome:
    """The consent text before the first question, else the open one."""
    return chat.Again(talk, "show") if talk.state.step else chat.Welcomed(talk)
