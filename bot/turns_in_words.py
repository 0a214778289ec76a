"""The words of a turn at a question: what was noted, refused or is still needed, and the question that is open now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.answers_in_words import FAILED_AGAIN, acknowledged, example, label, refused, taken
from bot.keyboards import begin_keyboard, data, keyboard, web_choice
from bot.messages import Choice, Outbound
from bot.places_in_words import to_begin
from bot.questions_in_words import heading_of, item_in, open_question, question_parts
from bot.saying import Part, Way, message, said, verb
from survey.conversation import Accepted, Asked, Event, Missing, Rejected, Stale
from survey.questionnaire import Item
from workflows.callers import item_of
from workflows.chat import Again, Talk, Ticked, Went, WordsWanted


def went(outcome: Went, way: Way) -> tuple[Outbound, ...]:
    """What came of the reply, and the question that is open now."""
    talk, events = outcome.talk, outcome.events
    asked = next((event for event in events if isinstance(event, Asked)), None)
    before = [*noted(talk, events, way), *still_needed(talk, asked, events)]
    return asking(way, talk, asked, before, toast_of(talk, events, way))


def noted(talk: Talk, events: tuple[Event, ...], way: Way) -> list[str]:
    """What was taken, or why it was not, with an example after a second failure."""
    form, language = talk.place.questionnaire, talk.state.language
    refusal = next((event for event in events if isinstance(event, Rejected)), None)
    if refusal is None:
        return [acknowledged(form, events, language)]
    item = form.by_code[refusal.item.partition(".")[0]]
    lines = refused(item, events, way, language)
    if talk.misses >= FAILED_AGAIN:
        lines.append(example(item, way, language))
        if not item.required:
            lines.append(said(MAY_SKIP[way.buttons], language))
    return ["\n".join(line for line in lines if line)]


MAY_SKIP: Mapping[bool, str] = {
    True: "If you would rather not answer, press “Skip”.",
    False: "If you would rather not answer, send “skip”.",
}


def still_needed(talk: Talk, asked: Asked | None, events: Iterable[Event]) -> list[str]:
    """At the end: how many answers are still needed, and what to choose where none fits."""
    missing = next((event for event in events if isinstance(event, Missing)), None)
    if missing is None:
        return []
    language, count = talk.state.language, len(missing.items)
    lines = [
        said("Almost done. One question still needs an answer before the form can be sent.", language)
        if count == 1
        else said(
            "Almost done. %(count)s questions still need an answer before the form can be sent.", language, count=count
        )
    ]
    item = item_in(asked) if asked is not None else None
    if item is not None and item.na is not None:
        lines.append(said("If no other choice fits, choose “%(words)s”.", language, words=item.na[language]))
    return ["\n".join(lines)]


def toast_of(talk: Talk, events: tuple[Event, ...], way: Way) -> str:
    """The few words that flash up after a press."""
    form, language = talk.place.questionnaire, talk.state.language
    for event in events:
        if isinstance(event, Stale):
            return said("That question has been passed. This one is open now.", language)
        if isinstance(event, Rejected):
            return refused(form.by_code[event.item.partition(".")[0]], [event], way, language)[0]
    if any(isinstance(event, Accepted) for event in events):
        return chosen(taken(form, events, language), language)
    return said(PRESSED[verb(way)], language) if verb(way) in PRESSED else ""


PRESSED: Mapping[str, str] = {"b": "The question before", "p": "Skipped", "d": "Skipped"}


def chosen(words: str, language: str) -> str:
    """That this was chosen."""
    return said("Chosen: %(answer)s", language, answer=words) if words else ""


def asking(way: Way, talk: Talk, asked: Asked | None, before: list[str], toast: str = "") -> tuple[Outbound, ...]:
    """What is open, below other paragraphs: a question, or the words beside an option of it.

    Where the browser has left no question open, it is how the form is sent.
    """
    language = talk.state.language
    if asked is None:
        send = Choice(said("Send my answers", language), data("p", talk, talk.state.step))
        words = said(TO_SEND[way.buttons], language)
        return message(way, language, [*before, words], ((send,), (web_choice(talk),)), toast)
    item = item_in(asked)
    open_now = words_beside(way, talk, asked, item) if talk.wants_words and item else question_parts(way, talk, asked)
    return message(way, language, [*map(Part, before), *open_now], keyboard(talk, asked), toast)


TO_SEND: Mapping[bool, str] = {
    True: "All questions have been answered. To send the form, press “Send my answers”.",
    False: "All questions have been answered. To send the form, send 1.",
}


def ticked(outcome: Ticked, way: Way) -> tuple[Outbound, ...]:
    """The open question with its boxes as they are now."""
    talk, item, language = outcome.talk, item_of(outcome.talk), outcome.talk.state.language
    words = "; ".join(label(item, code, language) for code in talk.ticked) if item is not None else ""
    toast = too_many(talk, item) or chosen(words, language) or said("Nothing is chosen", language)
    return asking(way, talk, open_question(talk), [] if way.buttons else [toast], toast)


def too_many(talk: Talk, item: Item | None) -> str:
    """That more is ticked than may be, or nothing."""
    most = item.max_choices if item is not None else None
    if most is None or len(talk.ticked) <= most:
        return ""
    return said("At most %(most)s may be chosen. Please take some away.", talk.state.language, most=most)


def words_wanted(outcome: WordsWanted, way: Way) -> tuple[Outbound, ...]:
    """Ask for the words beside an option."""
    talk, item = outcome.talk, item_of(outcome.talk)
    name = label(item, talk.wants_words, talk.state.language) if item is not None else ""
    return asking(way, talk, open_question(talk), [], chosen(name, talk.state.language))


def words_beside(way: Way, talk: Talk, asked: Asked, item: Item) -> Iterator[Part]:
    """The option whose words are awaited, and how to leave them out."""
    language = talk.state.language
    yield Part(heading_of(asked, language))
    yield Part(f"✓ {chosen(label(item, talk.wants_words, language), language)}")
    yield Part(said("Please say which: type a few words and send them.", language))
    yield Part(said(NO_WORDS[way.buttons], language))


NO_WORDS: Mapping[bool, str] = {
    True: "If there is nothing to add, press “Go on without further words”.",
    False: "If there is nothing to add, send “skip”. To choose anew, send 0.",
}


def again(outcome: Again, way: Way) -> tuple[Outbound, ...]:
    """What is open, again, with the reason."""
    talk, language = outcome.talk, outcome.talk.state.language
    reason = said(REASONS[outcome.why], language) if outcome.why in REASONS else ""
    if not talk.state.step:
        return message(way, language, [reason, to_begin(talk, way)], begin_keyboard(talk), reason)
    toast = "" if outcome.why == "show" else reason
    if outcome.why in INSTEAD:
        reason += " " + said(INSTEAD[outcome.why][way.buttons], language)
    return asking(way, talk, open_question(talk), [reason], toast)


UNREADABLE: Mapping[str, str] = {
    "voice": "Thank you. Voice messages cannot be heard here.",
    "picture": "Thank you. Pictures cannot be read here.",
    "sticker": "Thank you. Stickers cannot be read here.",
    "file": "Thank you. Files cannot be read here.",
    "other": "Thank you. Messages of this kind cannot be read here.",
}
ONLY_ALONE = "Answers are taken in a private chat only, so that nobody else sees them."
REASONS: Mapping[str, str] = {
    **UNREADABLE,
    "show": "Please go on here:",
    "old": "That button no longer works.",
    "edited": "A message that was changed afterwards is not read.",
    "group": ONLY_ALONE,
}
TO_ANSWER: Mapping[bool, str] = {
    True: "Please press a button or type your answer.",
    False: "Please type your answer.",
}
TO_CORRECT: Mapping[bool, str] = {
    True: "To correct an answer, press “Back”.",
    False: "To correct an answer, send “back”.",
}
HERE: Mapping[bool, str] = dict.fromkeys((True, False), "Please answer the question below.")
INSTEAD: Mapping[str, Mapping[bool, str]] = {
    **dict.fromkeys(UNREADABLE, TO_ANSWER),
    "old": HERE,
    "edited": TO_CORRECT,
}
