"""Everything that a turn may come to, at every question of a form, for tests of what is said then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.messages import Inbound, Outbound
from survey.conversation import Answered, Resume, Skip, Stale, State, advance, begin
from survey.journey import off_way, on_way, plan
from survey.questionnaire import Item, Questionnaire
from tests.bot.talks import make_place, make_talk
from workflows import chat
from workflows.chat import Outcome, Talk
from workflows.places import Place

Named = tuple[str, Outcome]
KINDS = ("show", "old", "voice", "picture", "sticker", "file", "other", "edited", "group")
TYPED = {True: Inbound("telegram", "1", "text", "x"), False: Inbound("zalo", "1", "text", "x")}
RECEIPT = "L6MJ-X3ZJ-LUV5-2QWV"
LIMITS = {True: 4096, False: 2000}  # characters of a message, by whether there are buttons
URL = "https://hailong.example.vn/c/00000001R/on/eyJhbGciOiJIUzI1NiJ9.abcdefghijklmnop"


def press(data: str) -> Inbound:
    """A button of message 5, pressed."""
    return Inbound("telegram", "1", "press", data, message="5", press="9")


def labels(message: Outbound) -> str:
    """The words on the buttons of a message, one a line."""
    return "\n".join(choice.label for row in message.rows for choice in row)


def asked_at(talk: Talk) -> chat.Went:
    """The open question, as it is asked."""
    return chat.Went(talk, advance(talk.place.questionnaire, talk.state, Resume(), "question")[1])


def outcomes(form: Questionnaire, language: str) -> Iterator[Named]:
    """Every outcome, with names; those at a question for each question of the form."""
    title = {"vi": "Khảo sát", "en": "Survey"}
    place = make_place(form)
    place = replace(place, title=title, unit="Commune A", counter="Counter 1", successors=("Commune B", "Commune C"))
    talk = replace(make_talk(form, "", language), place=place)
    yield from without_question(talk, place, language)
    for step in steps(form):
        yield from at_question(replace(talk, state=State({}, step, language)), step)
    yield "missing", missing(talk)


def steps(form: Questionnaire) -> list[str]:
    """The steps on the way of somebody who has answered nothing."""
    return [page.step for page in on_way(plan(form, "question"), off_way(form, {})[0])]


def at_question(talk: Talk, step: str) -> Iterator[Named]:
    """What may come of a turn at that question."""
    form, item = talk.place.questionnaire, talk.place.questionnaire.by_code.get(step)
    yield "asked", asked_at(talk)
    yield "stale", chat.Went(talk, (Stale("zz"), *advance(form, talk.state, Resume(), "question")[1]))
    yield from ((why, chat.Again(talk, why)) for why in KINDS)
    yield "linked", chat.Linked(talk, URL)
    yield "helped", chat.Helped(talk.state.language, talk)
    yield "reminded", chat.Reminded(talk)
    if item is None:
        return
    for misses in (1, 2, 5):
        refused = advance(form, talk.state, Answered(step, {step: ["\0"]}), "question")[1]
        yield f"refused {misses}", chat.Went(replace(talk, misses=misses), refused)
    state, events = advance(form, talk.state, Answered(step, {step: [right(item)]}), "question")
    if state.step:
        yield "accepted", chat.Went(replace(talk, state=state), events)
    if item.type == "several":
        codes = tuple(option.code for option in item.options)
        yield from ((f"ticked {n}", chat.Ticked(replace(talk, ticked=codes[:n]))) for n in (0, 1, len(codes)))
    other = next((option.code for option in item.options if option.other), "")
    if other:
        yield "words", chat.WordsWanted(replace(talk, ticked=(other,), wants_words=other))


def right(item: Item) -> str:
    """An answer that the item takes."""
    if item.options:
        return item.options[-1].code
    if item.type == "number":
        return str(item.minimum if item.minimum is not None else item.maximum if item.maximum is not None else 1)
    return "1/5/2026" if item.type == "date" else "Nhanh hơn"


def missing(talk: Talk) -> Outcome:
    """The end of the way with nothing answered, where something is required; else the first question."""
    form = talk.place.questionnaire
    state, events = begin(form, talk.state.language, "question")
    for _ in plan(form, "question"):
        onward, more = advance(form, state, Skip(state.step), "question")
        if not onward.step:
            break
        state, events = onward, more
    return chat.Went(replace(talk, state=state), events)


def without_question(talk: Talk, place: Place, language: str) -> Iterator[Named]:
    """What may come of a turn before a question is open, or after the last one."""
    yield "welcomed", chat.Welcomed(talk)
    yield "thanked", chat.Thanked(place, language, RECEIPT, again=False)
    yield "thanked again", chat.Thanked(place, language, RECEIPT, again=True)
    yield "already", chat.Already(place, language)
    yield "unknown", chat.Turned(None, language, "unknown")
    for standing in ("not_yet", "closed", "revoked", "dissolved"):
        yield standing, chat.Turned(place, language, standing)
    ended = replace(place, unit_ended=date(2026, 5, 31), successors=())
    yield "dissolved without successor", chat.Turned(ended, language, "dissolved")
    yield "draft", chat.Turned(replace(place, state="draft"), language, "not_yet")
    yield from ((f"lost {why}", chat.Lost(language, why=why)) for why in ("", *KINDS[1:]))
    yield "quiet", chat.Lost(language, quiet=True)
    yield "stopped", chat.Stopped(language, place)
    yield "stopped without form", chat.Stopped(language, None)
    yield from ((f"erased {was}", chat.Erased(language, was)) for was in (True, False))
    for open_form in (None, talk):
        yield "helped", chat.Helped(language, open_form)
        yield "tongues", chat.Tongues(language, ("vi", "en"), open_form)
    yield from ((f"{why} before", chat.Again(talk, why)) for why in KINDS)
    yield "linked before", chat.Linked(talk, URL)
    yield "reminded before", chat.Reminded(talk)
