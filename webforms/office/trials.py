"""A questionnaire tried out page by page: the answers travel, signed, in the page itself and are kept nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from runtime.words import fault_sentence, translate
from survey.conversation import (
    Answered,
    Asked,
    Back,
    Event,
    Finished,
    Missing,
    Rejected,
    State,
    advance,
    begin,
    open_page,
)
from survey.questionnaire import Questionnaire
from survey.rights import Person
from survey.state import StateError, state_from_json, state_to_json
from webforms.office import guards
from webforms.office.door import door
from webforms.office.pages import shown
from webforms.office.workbench import found_version, speech, spoken
from webforms.pages import FormPage, typed_words
from workflows.workbench import Version

LIFE_S = 8 * 3600
SALT = "hailong questionnaire trial"
NEEDED = "An answer is needed here."
blueprint, GUARD = guards.guarded("trials", __name__, "see_questionnaires")


def sealed(version: Version, state: State) -> str:
    """The state as it travels in the page: for this version's words only."""
    return str(serializer().dumps([version.sha256, state_to_json(state)]))


def opened(version: Version, token: str) -> State | None:
    """The state that came back; None where it is none of ours, too old, or of other words."""
    try:
        sha256, text = serializer().loads(token, max_age=LIFE_S)
        return state_from_json(text) if sha256 == version.sha256 else None
    except (BadSignature, StateError, ValueError, TypeError):
        return None


def serializer() -> URLSafeTimedSerializer:
    """The signer of states."""
    secret = hashlib.sha256(f"{SALT}\0{door().settings.secret_key}".encode()).digest()
    return URLSafeTimedSerializer(secret, salt=SALT, signer_kwargs={"digest_method": hashlib.sha256})


@guards.page(blueprint, "/questionnaires/<name>/<int:version>/try")
def start(person: Person, name: str, version: int) -> Response:
    """The first page of a trial."""
    found = found_version(name, version)
    form = found.questionnaire
    state, events = begin(form, spoken(form, person), "page")
    return told(person, found, state, events, {})


@guards.page(blueprint, "/questionnaires/<name>/<int:version>/try", post=True)
def go_on(person: Person, name: str, version: int) -> Response:
    """The next page of a trial; nothing is written anywhere."""
    found = found_version(name, version)
    state = opened(found, request.form.get("-state", ""))
    if state is None or state.language not in found.questionnaire.languages:
        abort(400)
    raw = {name: values for name, values in request.form.to_dict(flat=False).items() if not name.startswith("-")}
    step = request.form.get("-step", "")
    reply = Back(step, raw) if request.form.get("-do") == "back" else Answered(step, raw)
    onward, events = advance(found.questionnaire, state, reply, "page")
    return told(person, found, onward, events, raw)


def told(
    person: Person, version: Version, state: State, events: Sequence[Event], raw: Mapping[str, Sequence[str]]
) -> Response:
    """The page that is open now, or what would have been sent."""
    form, language = version.questionnaire, state.language
    words: dict[str, Any] = {"version": version, "form": form, "spoken": language, "say": speech(language)}
    words["token"] = sealed(version, state)
    last = events[-1]
    if isinstance(last, Finished):
        answers = {code: ", ".join(typed) for code, typed in written(form, last).items()}
        return shown("office/workbench-tried.html", person, answers=answers, **words)
    assert isinstance(last, Asked), "a conversation asks until it is finished"
    faults = wrong(events, language)
    page = form_page(form, state, last, faults, raw)
    section = next(each for each in form.sections if page.codes[0] in {q.code for q in each.questions})
    return shown("office/workbench-try.html", person, 422 if faults else 200, page=page, section=section, **words)


def written(form: Questionnaire, done: Finished) -> dict[str, list[str]]:
    """The answers as a row of a sheet would hold them."""
    return typed_words(done.answers, form.questions)


def wrong(events: Sequence[Event], language: str) -> dict[str, str]:
    """What is wrong or missing, by item."""
    found = {
        event.item: fault_sentence(event.fault.code, event.fault.facts, language)
        for event in events
        if isinstance(event, Rejected)
    }
    missing = [item for event in events if isinstance(event, Missing) for item in event.items]
    return found | {item: translate(NEEDED, language) for item in missing if item not in found}


def form_page(
    form: Questionnaire, state: State, asked: Asked, faults: Mapping[str, str], raw: Mapping[str, Sequence[str]]
) -> FormPage:
    """The open page with what was answered before, or, where it was refused, with what was typed."""
    page = open_page(form, state, asked.step, "page")
    questions = asked.questions if page is None else page.questions
    refused = any(item.code in faults or f"{item.code}.other" in faults for q in questions for item in q.items)
    return FormPage(
        step=asked.step,
        questions=questions,
        codes=tuple(question.code for question in questions),
        position=asked.position,
        total=asked.total,
        first=asked.position == 1,
        last=asked.position == asked.total,
        typed=raw if refused and raw else typed_words(state.answers, questions),
        faults=faults,
    )
