"""What holds in every conversation, whatever people press."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.conditions import Value
from survey.conversation import (
    Accepted,
    Answered,
    Asked,
    Back,
    Event,
    Finished,
    Language,
    Missing,
    Rejected,
    Reply,
    Resume,
    Skip,
    Stale,
    State,
    advance,
    begin,
    start,
)
from survey.journey import Grain, journey, kept, plan
from survey.questionnaire import Questionnaire
from survey.state import StateError, state_from_json, state_to_json
from tests.survey.builders import visit
from tests.survey.strategies import answers_of

VISIT = visit()
GRAINS: tuple[Grain, Grain] = ("page", "question")
STEPS = sorted({page.step for grain in GRAINS for page in plan(VISIT, grain)} | {"", "nowhere"})


def raw_of(answers: dict[str, Value]) -> dict[str, list[str]]:
    """Answers as a form posts them."""
    return {code: list(value) if isinstance(value, tuple) else [str(value)] for code, value in answers.items()}


@st.composite
def replies(draw: st.DrawFn, questionnaire: Questionnaire) -> Reply:
    """Any reply at all: to open, passed, unreached and unknown steps, with answers that may be wrong."""
    step = draw(st.sampled_from(STEPS))
    raw = raw_of(draw(answers_of(questionnaire)))
    if draw(st.integers(0, 9)) == 0:
        raw[draw(st.sampled_from([item.code for item in questionnaire.items]))] = [draw(st.text(max_size=3))]
    return draw(
        st.sampled_from([Answered(step, raw), Answered(step, raw), Back(step), Skip(step), Resume(), Language("en")])
    )


def open_reply(reply: Reply, state: State) -> Reply:
    """The reply turned to the open step."""
    return Answered(state.step, reply.raw) if isinstance(reply, Answered) else reply


@settings(deadline=None, max_examples=60)
@given(said=st.lists(replies(VISIT), max_size=12), turned=st.lists(st.booleans(), min_size=12, max_size=12))
@pytest.mark.parametrize("grain", GRAINS)
def test_whatever_is_pressed_the_conversation_stays_sound(grain: Grain, said: list[Reply], turned: list[bool]) -> None:
    state, _ = begin(VISIT, "vi", grain)
    for reply, at_open in zip(said, turned, strict=False):
        before = state_from_json(state_to_json(state))
        state, events = advance(VISIT, before, open_reply(reply, before) if at_open else reply, grain)
        assert_sound(before, state, events)


def assert_sound(before: State, state: State, events: tuple[Event, ...]) -> None:
    """What must hold after any reply."""
    assert isinstance(events[-1], (Asked, Finished))
    if isinstance(events[-1], Asked):
        on_way = {question.code for question in journey(VISIT, state.answers)}
        assert 1 <= events[-1].position <= events[-1].total
        assert {question.code for question in events[-1].questions} <= on_way
    else:
        assert_finished(state, events[-1])
    if any(isinstance(event, Rejected) for event in events):
        assert state == before
        assert not any(isinstance(event, Accepted) for event in events)
    for event in events:
        if isinstance(event, Stale):
            assert state.answers == before.answers
        if isinstance(event, Missing):
            assert not set(event.items) & kept(VISIT, state.answers).keys()


def assert_finished(state: State, event: Finished) -> None:
    """Only answers on the way are handed over, and every required one is there."""
    on_way = {item.code: item for question in journey(VISIT, state.answers) for item in question.items}
    assert {code.removesuffix(".other") for code in event.answers} <= on_way.keys()
    assert {code for code, item in on_way.items() if item.required} <= event.answers.keys()


@settings(deadline=None, max_examples=60)
@given(answers=answers_of(VISIT))
@pytest.mark.parametrize("grain", GRAINS)
def test_total_never_grows_and_position_never_falls_while_going_forward(
    grain: Grain, answers: dict[str, Value]
) -> None:
    state, events = begin(VISIT, "vi", grain)
    told = [events[-1]]
    passed: set[str] = set()
    while state.step not in passed | {""}:
        passed.add(state.step)
        state, events = advance(VISIT, state, Answered(state.step, raw_of(answers)), grain)
        if not any(isinstance(event, Missing) for event in events):
            told.append(events[-1])
    totals = [event.total for event in told if isinstance(event, Asked)]
    positions = [event.position for event in told if isinstance(event, Asked)]

    assert totals == sorted(totals, reverse=True)
    assert positions == sorted(set(positions))


@settings(deadline=None, max_examples=60)
@given(answers=answers_of(VISIT))
def test_both_grains_keep_the_same_answers(answers: dict[str, Value]) -> None:
    full = {**answers, "den": answers.get("den", "yes"), "tiep_cho": answers.get("tiep_cho", "na")}

    assert finished(full, "page") == finished(full, "question") == kept(VISIT, full)


def finished(answers: dict[str, Value], grain: Grain) -> object:
    """What is handed over when these answers are given step by step."""
    state, events = begin(VISIT, "vi", grain)
    while state.step:
        state, events = advance(VISIT, state, Answered(state.step, raw_of(answers)), grain)
    assert isinstance(events[-1], Finished)
    return events[-1].answers


def test_a_conversation_may_go_on_in_the_other_grain() -> None:
    state, _ = begin(VISIT, "vi", "question")
    for step, given_ in (("den", "no"), ("kenh", "mang"), ("tiep_cho", "4")):
        state, _ = advance(VISIT, state, Answered(step, {step: [given_]}), "question")

    state, events = advance(VISIT, state, Resume(), "page")

    assert [type(event) for event in events] == [Asked]
    assert state.step == "tiep"  # what was passed in chat is passed on the web
    assert state.answers == {"den": "no", "kenh": "mang", "tiep_cho": "4"}


def test_back_from_the_end_opens_the_last_step() -> None:
    state = State({"den": "yes", "tiep_cho": "4"}, "", "vi", frozenset())

    assert advance(VISIT, state, Back(""), "page")[0].step == "ly_do"


def test_an_empty_post_clears_what_was_answered_before() -> None:
    state, _ = begin(VISIT, "vi", "page")
    state, _ = advance(VISIT, state, Answered("chao", {"den": ["yes"]}), "page")
    state, _ = advance(VISIT, state, Answered("kenh", {"so_lan": ["2"]}), "page")

    state, _ = advance(VISIT, state, Answered("kenh", {}), "page")

    assert state.answers == {"den": "yes"}


LANGUAGES = [("known", "en", "en"), ("unknown", "de", "vi"), ("none", "", "vi")]


@pytest.mark.parametrize(("asked", "spoken"), [row[1:] for row in LANGUAGES], ids=[row[0] for row in LANGUAGES])
def test_conversation_starts_in_a_language_that_the_questionnaire_has(asked: str, spoken: str) -> None:
    assert start(VISIT, asked).language == spoken


@given(answers=answers_of(VISIT), step=st.text(max_size=9), passed=st.frozensets(st.sampled_from(STEPS)))
def test_state_comes_back_from_its_json(answers: dict[str, Value], step: str, passed: frozenset[str]) -> None:
    state = State(answers, step, "vi", passed)

    assert state_from_json(state_to_json(state)) == state


UNREADABLE = [
    "",
    "[]",
    "{}",
    "null",
    '{"answers": 1}',
    "\x00",
    "[" * 5000,
    '{"answers":{"a":{"n":"x"}},"step":"","language":"","blank":[],"ahead":[]}',
]


@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(StateError):
        state_from_json(text)
