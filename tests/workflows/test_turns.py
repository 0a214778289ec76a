"""Turns of a chat against both databases: the journeys, one answer a person, erasing, stopping, reminders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from store.database import Database
from store.models.campaigns import CampaignRow, CounterRow
from store.models.chat import ChatRow, OutboxRow, ParticipantRow
from store.models.collection import ConversationRow, ResponseRow
from store.models.units import UnitRow
from store.queries import collection
from survey.counter_codes import counter_code
from tests.factories import COUNTER, kept_answers, make_campaign, responses
from tests.journeys.runner import Journey, Turn, event_words, load_journeys, raw_of, value_words
from workflows import chat, reminders, turns
from workflows.callers import Caller, Desk
from workflows.known_places import Places

JOURNEYS = load_journeys("question")
NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)  # noon in Vietnam
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass
class Chatter:
    """A person in a chat, at a moment that the test moves on."""

    database: Database
    chat: str = "7001"
    channel: str = "zalo"
    language: str = "vi"
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    talk: chat.Talk | None = None

    def desk(self) -> Desk:
        return Desk("s" * 40, Places(self.database), ("vi", "en"), lambda code, key: f"/c/{code}/on/{key}", ZONE)

    def does(self, act: chat.Act | Callable[[chat.Talk | None], chat.Act]) -> Any:
        """What comes of an act; the open form is read anew from the database each time."""

        def meaning(talk: chat.Talk | None, _: str) -> chat.Act:
            self.talk = talk
            return act(talk) if callable(act) else act

        caller = Caller(self.channel, self.chat, self.language, self.now, self.now.astimezone(ZONE).date())
        outcome = self.database.write(lambda connection: turns.take(connection, self.desk(), caller, meaning))
        self.talk = getattr(outcome, "talk", self.talk)
        return outcome

    def answers(self, *given: dict[str, list[str]]) -> Any:
        """The outcome of the last of these answers to what is open."""
        outcome = None
        for raw in given:
            outcome = self.does(lambda talk, raw=raw: chat.Say(step_of(talk), raw))
        return outcome


def step_of(talk: chat.Talk | None) -> str:
    assert talk is not None
    return talk.state.step


@pytest.fixture
def chatter(database: Database) -> Chatter:
    with database.writing() as session:
        make_campaign(session, counters=2)
    return Chatter(database)


def count(database: Database, table: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def act_of(turn: Turn) -> Callable[[chat.Talk | None], chat.Act]:
    """The act of a turn of a journey."""
    reply = turn.reply

    def act(talk: chat.Talk | None) -> chat.Act:
        if "answer" in reply:
            return chat.Say(str(reply["step"]) if "step" in reply else step_of(talk), raw_of(turn))
        if "back" in reply:
            return chat.GoBack(str(reply["back"]))
        if "skip" in reply:
            return chat.Pass(str(reply["skip"]))
        return chat.Speak(str(reply["language"])) if "language" in reply else chat.Show()

    return act


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_journey_turn_by_turn(journey: Journey, database: Database) -> None:
    with database.writing() as session:
        form = "short" if journey.short else "whole"
        make_campaign(session, text=journey.definition, questionnaire={"file": "q.yaml", "form": form})
    person = Chatter(database, language=journey.language)
    assert isinstance(person.does(chat.Come(COUNTER)), chat.Welcomed)
    outcome = person.does(chat.Begin())
    assert tuple(map(event_words, outcome.events)) == journey.begins
    for turn in journey.turns:
        outcome = person.does(act_of(turn))
        if isinstance(outcome, chat.Went):
            assert tuple(map(event_words, outcome.events)) == turn.expected
        elif isinstance(outcome, chat.WordsWanted):
            raise AssertionError("words are wanted where the journey brings them along")
        elif isinstance(outcome, chat.Thanked):
            assert turn.expected[-1] == "finished"
        elif turn.expected[-1] == "finished":  # once it is stored nothing of it is left in the chat
            assert isinstance(outcome, chat.Lost), outcome
        else:
            assert isinstance(outcome, chat.Again | chat.Tongues), outcome
    stored = [{code: value_words(value) for code, value in answers.items()} for answers in kept_answers(database)]
    assert stored == ([dict(journey.kept)] if journey.kept is not None else [])


WHOLE = (
    {"tiep_can": ["4"]},
    {"thu_tuc": ["5"]},
    {"cong_chuc": ["3"]},
    {"ket_qua": ["4"]},
    {"gop_y": ["na"]},
    {"chung": ["5"]},
)


def finish(person: Chatter) -> Any:
    """A whole form of sipas-quay by chat."""
    person.does(chat.Come(COUNTER))
    person.does(chat.Begin())
    person.answers(*WHOLE)
    return person.does(lambda talk: chat.Pass(step_of(talk)))


def test_response_of_a_chat_bears_no_trace_of_who_gave_it(chatter: Chatter) -> None:
    outcome = finish(chatter)
    assert isinstance(outcome, chat.Thanked)
    assert not outcome.again
    [row] = responses(chatter.database)
    assert (row.channel, row.language, row.stream, row.state) == ("zalo", "vi", "open", "valid")
    assert count(chatter.database, ConversationRow) == 0
    assert count(chatter.database, OutboxRow) == 0, "the reminder, and the chat's own number with it, is gone"


def test_one_answer_a_person_and_counter(chatter: Chatter) -> None:
    finish(chatter)
    assert isinstance(chatter.does(chat.Come(COUNTER)), chat.Already)
    assert isinstance(chatter.does(chat.Come(counter_code(2))), chat.Welcomed), "another counter is another answer"
    other = Chatter(chatter.database, chat="7002")
    assert isinstance(other.does(chat.Come(COUNTER)), chat.Welcomed)
    same_number = Chatter(chatter.database, channel="telegram")
    assert isinstance(same_number.does(chat.Come(COUNTER)), chat.Welcomed)


def test_campaign_may_take_many_answers_of_a_person(chatter: Chatter) -> None:
    with chatter.database.writing() as session:
        session.execute(update(CampaignRow).values(chat_once=False))
    finish(chatter)
    finish(chatter)
    assert count(chatter.database, ResponseRow) == 2
    assert count(chatter.database, ParticipantRow) == 0


def test_two_forms_at_two_counters_wait_for_each_other(chatter: Chatter) -> None:
    chatter.does(chat.Come(COUNTER))
    chatter.does(chat.Begin())
    chatter.answers({"tiep_can": ["4"]})
    chatter.now += timedelta(minutes=1)
    chatter.does(chat.Come(counter_code(2)))
    chatter.does(chat.Begin())
    chatter.now += timedelta(minutes=1)
    back = chatter.does(chat.Come(COUNTER))
    assert isinstance(back, chat.Again)
    assert (back.talk.state.answers, back.talk.state.step) == ({"tiep_can": "4"}, "thu_tuc")
    assert chatter.answers({"thu_tuc": ["1"]}).talk.place.code == COUNTER


def test_form_is_resumed_after_days_and_gone_after_more(chatter: Chatter) -> None:
    chatter.does(chat.Come(COUNTER))
    chatter.does(chat.Begin())
    chatter.answers({"tiep_can": ["4"]})
    chatter.now += timedelta(days=5)
    assert chatter.does(chat.Show()).talk.state.step == "thu_tuc"
    chatter.now += timedelta(days=8)
    assert isinstance(chatter.does(chat.Show()), chat.Lost)
    chatter.database.write(lambda connection: collection.let_expired_go(connection, chatter.now))
    assert isinstance(chatter.does(chat.Come(COUNTER)), chat.Welcomed), "an unfinished form does not bar the way"


def test_erasing_leaves_nothing(chatter: Chatter) -> None:
    chatter.does(chat.Come(COUNTER))
    chatter.does(chat.Begin())
    chatter.answers({"tiep_can": ["4"]})
    assert chatter.does(chat.Erase()) == chat.Erased("vi", was=True)
    for table in (ConversationRow, ParticipantRow, ChatRow, OutboxRow):
        assert count(chatter.database, table) == 0, table
    assert chatter.does(chat.Erase()) == chat.Erased("vi", was=False)
    assert isinstance(chatter.does(chat.Come(COUNTER)), chat.Welcomed)


def test_after_stop_nothing_is_taken_for_an_answer_until_the_person_comes_back(chatter: Chatter) -> None:
    chatter.does(chat.Come(COUNTER))
    chatter.does(chat.Begin())
    assert isinstance(chatter.does(chat.Stop()), chat.Stopped)
    assert count(chatter.database, OutboxRow) == 0, "no reminder"
    assert isinstance(chatter.answers({"tiep_can": ["4"]}), chat.Stopped)
    assert isinstance(chatter.does(chat.Show()), chat.Again)
    assert isinstance(chatter.answers({"tiep_can": ["4"]}), chat.Went)


def test_wrong_codes_are_counted_and_then_met_with_silence_for_an_hour(chatter: Chatter) -> None:
    for _ in range(10):
        assert chatter.does(chat.Come("123")).standing == "unknown"
    assert chatter.does(chat.Come(COUNTER)) == chat.Lost("vi", quiet=True)
    chatter.now += timedelta(hours=2)
    assert isinstance(chatter.does(chat.Come(COUNTER)), chat.Welcomed)


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        (update(CampaignRow).values(state="closed"), "closed"),
        (update(CampaignRow).values(state="draft"), "not_yet"),
        (update(CounterRow).values(revoked_at=NOON), "revoked"),
        (update(UnitRow).values(valid_to=NOON.date() - timedelta(days=400)), "dissolved"),
    ],
    ids=["closed", "not yet", "revoked", "dissolved"],
)
def test_place_that_takes_no_answers_is_told_and_nothing_is_kept(chatter: Chatter, changed: Any, standing: str) -> None:
    chatter.does(chat.Come(COUNTER))
    chatter.does(chat.Begin())
    with chatter.database.writing() as session:
        session.execute(changed)
    late = chatter.answers({"tiep_can": ["4"]})
    assert (type(late), late.standing) == (chat.Turned, standing)
    fresh = Chatter(chatter.database, chat="7009").does(chat.Come(COUNTER))
    assert (type(fresh), fresh.standing) == (chat.Turned, standing)
    with chatter.database.reading() as session:
        assert len(session.scalars(select(ConversationRow.id)).all()) == 1


def test_several_choices_are_ticked_one_by_one(database: Database) -> None:
    definition = next(journey for journey in JOURNEYS if journey.name == "other_words_question").definition
    with database.writing() as session:
        make_campaign(session, text=definition)
    person = Chatter(database)
    person.does(chat.Come(COUNTER))
    person.does(chat.Begin())
    item = turns.item_of(person.talk) if person.talk else None
    assert item is not None
    while item.type != "several":
        person.does(lambda talk: chat.Pass(step_of(talk)))
        assert person.talk is not None
        item = turns.item_of(person.talk)
        assert item is not None
    plain = [option.code for option in item.options if not option.exclusive and not option.other]
    person.does(lambda talk: chat.Tick(step_of(talk), plain[0]))
    assert person.does(lambda talk: chat.Tick(step_of(talk), plain[1])).talk.ticked == (plain[0], plain[1])
    assert person.does(lambda talk: chat.Tick(step_of(talk), plain[0])).talk.ticked == (plain[1],)
    outcome = person.does(lambda talk: chat.Done(step_of(talk)))
    assert outcome.talk.state.answers[item.code] == (plain[1],)


def remind(person: Chatter) -> list[reminders.Due]:
    return person.database.write(lambda connection: reminders.due(connection, person.desk(), person.now))


def test_one_reminder_by_day_and_only_to_who_left_off(chatter: Chatter) -> None:
    chatter.now = datetime.now(UTC).replace(hour=7, minute=0)  # 14:00 in Vietnam
    chatter.does(chat.Come(COUNTER))
    chatter.does(chat.Begin())
    chatter.now += timedelta(hours=10)  # midnight
    chatter.answers({"tiep_can": ["4"]})
    chatter.now += timedelta(hours=15)
    assert remind(chatter) == [], "the person was here since"
    chatter.now += timedelta(hours=9, minutes=5)  # a day after the last word, at night
    assert remind(chatter) == []
    chatter.now += timedelta(hours=8)
    [due] = remind(chatter)
    assert (due.channel, due.address, due.talk.state.step) == ("zalo", "7001", "thu_tuc")
    chatter.now += timedelta(days=2)
    assert remind(chatter) == [], "once"


def test_language_of_the_app_is_taken_and_can_be_changed(chatter: Chatter) -> None:
    chatter.language = "en-GB"
    assert chatter.does(chat.Come(COUNTER)).talk.state.language == "en"
    assert chatter.does(chat.Speak("vi")).talk.state.language == "vi"
    chatter.does(chat.Begin())
    assert chatter.does(chat.Speak("en")).talk.state.language == "en"
    assert isinstance(chatter.does(chat.Speak("xx")), chat.Tongues)
    assert replace(chatter, talk=None).does(chat.Show()).talk.state.language == "en"


def test_who_went_back_to_look_goes_on_without_losing_the_answer(chatter: Chatter) -> None:
    chatter.does(chat.Come(COUNTER))
    chatter.does(chat.Begin())
    chatter.answers({"tiep_can": ["4"]}, {"thu_tuc": ["5"]})
    chatter.does(lambda talk: chat.GoBack(step_of(talk)))
    outcome = chatter.does(lambda talk: chat.Pass(step_of(talk)))
    assert outcome.talk.state.answers == {"tiep_can": "4", "thu_tuc": "5"}
    assert outcome.talk.state.step == "cong_chuc"


def test_too_many_ticks_stay_to_be_taken_away(database: Database) -> None:
    definition = (Path(__file__).parents[1] / "webforms" / "every_type.yaml").read_text(encoding="utf-8")
    with database.writing() as session:
        make_campaign(session, text=definition)
    person = Chatter(database)
    person.does(chat.Come(COUNTER))
    person.does(chat.Begin())
    while (item := turns.item_of(person.talk)) is None or item.type != "several" or not item.max_choices:  # type: ignore[arg-type]
        person.does(lambda talk: chat.Pass(step_of(talk)))
    offered = [option.code for option in item.options if not option.exclusive]
    assert len(offered) == item.max_choices + 1, "the form offers one more than may be ticked"
    for code in offered:
        person.does(lambda talk, code=code: chat.Tick(step_of(talk), code))
    refused = person.does(lambda talk: chat.Done(step_of(talk)))
    assert refused.talk.misses == 1
    person.does(lambda talk: chat.Tick(step_of(talk), offered[-1]))
    taken = person.does(lambda talk: chat.Done(step_of(talk)))
    assert taken.talk.state.answers[item.code] == tuple(offered[:-1])
