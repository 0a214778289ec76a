"""Plain builders of open forms in a chat, with defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

from bot.typed import meaning
from survey.answers import read
from survey.conditions import Value
from survey.conversation import Asked, State
from survey.faults import Fault
from survey.journey import plan
from survey.questionnaire import Item, Questionnaire
from survey.reading import read_questionnaire
from tests.survey.builders import INSTRUMENTS, QUESTIONNAIRES, read_file
from workflows.chat import Say, Talk
from workflows.places import Place

EVERY_TYPE = read_file(Path(__file__).parents[1] / "webforms" / "every_type.yaml")
SHIPPED = [read_file(path) for path in sorted(INSTRUMENTS.glob("*.yaml"))]
FORMS = [*SHIPPED, EVERY_TYPE, *(read_file(path) for path in sorted(QUESTIONNAIRES.glob("*.yaml")))]
IN_LANGUAGES = [(form, language) for form in FORMS for language in form.languages]


def shipped(code: str) -> Questionnaire:
    """The shipped questionnaire of that code."""
    return next(form for form in SHIPPED if form.code == code)


def make_place(form: Questionnaire) -> Place:
    """A counter that asks this questionnaire."""
    known = {
        "code": "00000001R",
        "counter": "Quầy 1",
        "service": "",
        "unit": "UBND xã A",
        "title": dict.fromkeys(form.languages, "Khảo sát"),
        "state": "open",
        "opens": date(2026, 1, 1),
        "closes": date(2026, 12, 31),
        "languages": form.languages,
        "questionnaire": form,
        "whole": form,
        "successors": (),
    }
    return Place(**{field.name: known.get(field.name, 0) for field in fields(Place)})


def make_talk(
    form: Questionnaire,
    step: str = "",
    language: str = "",
    *,
    answers: Mapping[str, Value] | None = None,
    ticked: tuple[str, ...] = (),
    wants_words: str = "",
    tag: str = "a1b2",
) -> Talk:
    """A form whose open step is that one, in its first language."""
    state = State(answers or {}, step, language or form.languages[0])
    return Talk(make_place(form), state, "key", tag, datetime(2026, 6, 1, tzinfo=UTC), 0, ticked, wants_words)


def asked_of(talk: Talk) -> Asked:
    """The open question as the engine asks it, on the way or not."""
    every = plan(talk.place.questionnaire, "question")
    place, page = next((place, page) for place, page in enumerate(every, start=1) if page.step == talk.state.step)
    return Asked(page.step, page.questions, place, len(every))


def make_form(kind: str, labels: Sequence[str] = (), *, na: str = "", **keys: object) -> Questionnaire:
    """A questionnaire of one question `q`, whose options have the codes o1, o2 … and these labels, and a note `n`."""
    question: dict[str, object] = {"code": "q", "type": kind, "text": {"vi": "Ông/Bà đã đến bao nhiêu lần?"}, **keys}
    if labels:
        question["options"] = [
            {"code": f"o{place}", "text": {"vi": label}, **({"other": True} if label.startswith("Khác") else {})}
            for place, label in enumerate(labels, start=1)
        ]
    if na:
        question["na"] = {"vi": na}
    note = {"code": "n", "type": "note", "text": {"vi": "Cảm ơn Ông/Bà."}}
    whole = {
        "code": "thu",
        "version": 1,
        "title": {"vi": "Thử"},
        "purpose": {"vi": "Thử."},
        "minutes": 1,
        "languages": ["vi"],
        "source": "own wording",
        "sections": [{"code": "s", "title": {"vi": "Phần"}, "questions": [question, note]}],
    }
    found = read_questionnaire(yaml.safe_dump(whole, allow_unicode=True))
    assert isinstance(found, Questionnaire), found
    return found


def closed_items(form: Questionnaire) -> list[Item]:
    """The items that are answered with options."""
    return [item for item in form.items if item.options]


def said(talk: Talk, *codes: str, words: str = "") -> Say:
    """The answer with these codes, and words beside an option."""
    step = talk.state.step
    return Say(step, {step: list(codes), step + ".other": [words]} if words else {step: list(codes)})


def refused(talk: Talk, text: str) -> bool:
    """Whether the engine refuses what the text means, so that the question is asked again."""
    act = meaning(text, talk, "vi")
    item = talk.place.questionnaire.item(talk.state.step)
    return isinstance(act, Say) and isinstance(read(item, act.raw[item.code]), Fault)
