"""A rehearsal by chat: what is sent is never counted, and nobody is held to have taken part."""

from __future__ import annotations

from datetime import UTC, datetime

from store.database import Database
from store.models.campaigns import CampaignRow
from store.models.chat import ParticipantRow
from store.models.collection import ConversationRow, ResponseRow, TrialRow
from store.queries import campaigns
from tests.factories import COUNTER, make_campaign
from tests.workflows.test_turns import Chatter, count, step_of
from workflows import chat
from workflows.campaigns import move
from workflows.rehearsals import rehearse


def rehearsed(database: Database) -> Chatter:
    """A draft whose counters take answers on trial, and somebody who writes to it."""
    with database.writing() as session:
        row = make_campaign(session, state="draft")
        assert rehearse(session, row, wanted=True, actor="test", now=datetime.now(UTC)) is None
    return Chatter(database)


def to_the_end(chatter: Chatter) -> object:
    """Begin at the counter, and pass or answer whatever is asked."""
    chatter.does(chat.Come(COUNTER))
    outcome = chatter.does(chat.Begin())
    for _ in range(60):
        if isinstance(outcome, chat.Thanked):
            break
        talk = chatter.talk
        assert talk is not None
        item = talk.place.questionnaire.item(step_of(talk))
        given = {item.code: [item.options[0].code]} if item.options else {}
        outcome = chatter.does(chat.Say(step_of(talk), given))
    return outcome


def test_a_form_sent_by_chat_on_trial_is_no_response_and_no_participation(database: Database) -> None:
    chatter = rehearsed(database)
    outcome = to_the_end(chatter)
    assert isinstance(outcome, chat.Thanked)
    assert outcome.place.trial
    assert [count(database, table) for table in (TrialRow, ResponseRow, ParticipantRow)] == [1, 0, 0]


def test_a_form_begun_by_chat_on_trial_is_gone_at_the_opening(database: Database) -> None:
    chatter = rehearsed(database)
    chatter.does(chat.Come(COUNTER))
    chatter.does(chat.Begin())
    with database.writing() as session:
        assert isinstance(move(session, "thu", "open", "test"), CampaignRow)
    assert [count(database, table) for table in (TrialRow, ConversationRow)] == [0, 0]


def test_a_campaign_without_chats_sends_people_to_the_web(database: Database) -> None:
    chatter = rehearsed(database)
    with database.writing() as session:
        row = campaigns.campaign(session, "thu")
        assert row is not None
        row.chat_offered = False
    outcome = chatter.does(chat.Come(COUNTER))
    assert isinstance(outcome, chat.Turned)
    assert outcome.standing == "not_by_chat"
