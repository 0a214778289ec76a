"""The journeys of `tests/journeys` through the public app, on both databases."""

from __future__ import annotations

import pytest

from store.database import Database
from survey.journey import OTHER
from tests.factories import kept_answers, make_campaign
from tests.journeys.runner import Journey, Turn, load_journeys, raw_of, value_words
from tests.webforms.conftest import Person

JOURNEYS = load_journeys("page")


def take(person: Person, turn: Turn) -> None:
    """Do what the turn says, as a person with a browser would."""
    reply = turn.reply
    if seen(person) == "missing":
        person.open(f"/{person.first_missing()}")
    if "answer" in reply:
        step = str(reply["step"]) if "step" in reply else None
        if step is not None:
            person.open(f"/{step}")
        person.send(dict(raw_of(turn)), step=step)
    elif "back" in reply:
        person.send(do="back", step=str(reply["back"]))
    elif "skip" in reply:
        person.send(step=str(reply["skip"]))
    elif "language" in reply:
        person.send(do=f"lang:{reply['language']}")
    else:
        person.open(f"/{person.hidden['step']}")


def seen(person: Person) -> str:
    """The step that the person is at, in the words of a journey."""
    assert person.page is not None
    path = person.page.request.path
    if path.endswith("/thanks"):
        return "finished"
    return "missing" if path.endswith("/review") else f"asked {person.hidden['step']}"


def wanted(turn: Turn) -> str:
    """Where the turn must lead, in the same words; a page shows its place on the way itself."""
    missing = next((event for event in turn.expected if event.startswith("missing")), None)
    last = turn.expected[-1]
    return "missing" if missing else last if last == "finished" else " ".join(last.split()[:2])


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_journey_in_the_browser(journey: Journey, database: Database, person: Person) -> None:
    with database.writing() as session:
        form = "short" if journey.short else "whole"
        make_campaign(session, text=journey.definition, questionnaire={"file": "q.yaml", "form": form})
    person.language = journey.language
    person.open()
    for turn in journey.turns:
        take(person, turn)
        assert person.page is not None
        assert person.page.status_code == (422 if any(e.startswith("rejected") for e in turn.expected) else 200), turn
        assert seen(person) == wanted(turn), turn
        for rejected in (event.split()[1] for event in turn.expected if event.startswith("rejected")):
            assert f'id="e-{rejected.removesuffix(OTHER)}"' in person.page.text, turn
    stored = [{code: value_words(value) for code, value in answers.items()} for answers in kept_answers(database)]
    assert stored == ([dict(journey.kept)] if journey.kept is not None else [])
