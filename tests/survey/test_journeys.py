"""The journeys run through the core, the state going through its JSON between any two replies."""

from __future__ import annotations

import pytest

from survey.conversation import Asked, Finished
from survey.document import decode, encode
from survey.questionnaire import Questionnaire
from survey.reading import read_questionnaire
from tests.journeys.runner import Journey, load_journeys, questionnaire_of, run_through_core, value_words

JOURNEYS = load_journeys()
each_journey = pytest.mark.parametrize("journey", JOURNEYS, ids=[journey.name for journey in JOURNEYS])


@each_journey
def test_journey_tells_the_expected_events(journey: Journey) -> None:
    told, _, _ = run_through_core(journey)

    assert told == [journey.begins, *(turn.expected for turn in journey.turns)]


@each_journey
def test_journey_keeps_the_expected_answers(journey: Journey) -> None:
    _, events, _ = run_through_core(journey)

    finished = [event for event in events if isinstance(event, Finished)]
    kept = {code: value_words(value) for code, value in finished[0].answers.items()} if finished else None
    assert kept == journey.kept


@each_journey
def test_kept_answers_come_back_from_their_document(journey: Journey) -> None:
    _, events, _ = run_through_core(journey)
    whole = read_questionnaire(journey.definition)
    assert isinstance(whole, Questionnaire)

    for event in events:
        if isinstance(event, Finished):
            assert decode(whole, *encode(whole, event.answers)) == event.answers


@each_journey
def test_open_step_of_the_state_is_the_one_asked_last(journey: Journey) -> None:
    _, events, state = run_through_core(journey)

    last = events[-1]
    assert isinstance(last, (Asked, Finished))
    if isinstance(last, Finished):
        assert state.step == ""
    else:
        assert {question.code for question in last.questions} <= {q.code for q in questionnaire_of(journey).questions}
        assert 1 <= last.position <= last.total


def test_journeys_cover_both_grains_and_every_reply_and_event() -> None:
    words = {line.split()[0] for journey in JOURNEYS for turn in journey.turns for line in turn.expected}
    replies = {key for journey in JOURNEYS for turn in journey.turns for key in turn.reply}

    assert {journey.grain for journey in JOURNEYS} == {"page", "question"}
    assert words == {"asked", "accepted", "rejected", "missing", "stale", "finished"}
    assert replies == {"answer", "step", "back", "skip", "resume", "language"}
