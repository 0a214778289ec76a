"""What is said to a person: each outcome of a turn as messages, with buttons or as text alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.answers_in_words import FAILED_AGAIN, acknowledged, example, label, refused, taken
from bot.keyboards import Row, Rows, begin_keyboard, data, keyboard, languages_keyboard, stay_keyboard
from bot.messages import Choice, Inbound, Outbound
from bot.places_in_words import already, thanked, turned, welcomed, where
from bot.questions_in_words import item_in, open_question, question_parts
from bot.saying import Part, Way, message, said
from runtime.words import LANGUAGES, TONGUES
from survey.conversation import Accepted, Asked, Event, Missing, Rejected, Stale
from workflows.callers import CHAT_LIFE
from workflows.chat import (
    Again,
    Already,
    Erased,
    Helped,
    Linked,
    Lost,
    Outcome,
    Reminded,
    Stopped,
    Talk,
    Thanked,
    Ticked,
    Tongues,
    Turned,
    Welcomed,
    Went,
    WordsWanted,
)


def worded(outcome: Outcome, buttons: bool, inbound: Inbound | None) -> tuple[Outbound, ...]:
    """The messages that tell a person what came of a turn: usually one.

    The press of a button changes the message that bore it, and is acknowledged; typed words get a new message.
    """
    return WORDINGS[type(outcome)](outcome, Way(buttons, inbound))


def went(outcome: Went, way: Way) -> tuple[Outbound, ...]:
    """What was noted or refused, what is still needed, and the question that is open now."""
    talk, events = outcome.talk, outcome.events
    asked = next(event for event in events if isinstance(event, Asked))
    before = [*noted(talk, events, way), *still_needed(talk, asked, events, way)]
    return asking(way, talk, asked, before, toast_of(talk, asked, events, way))


def noted(talk: Talk, events: tuple[Event, ...], way: Way) -> list[str]:
    """What was taken, or why it was not, with an example after a second failure."""
    form, language = talk.place.questionnaire, talk.state.language
    refusals = [event for event in events if isinstance(event, Rejected)]
    if not refusals:
        return [acknowledged(form, events, language)]
    item = form.by_code[refusals[0].item.partition(".")[0]]
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


def still_needed(talk: Talk, asked: Asked, events: tuple[Event, ...], way: Way) -> list[str]:
    """At the end: how many answers are still needed, and how to give none."""
    missing = next((event for event in events if isinstance(event, Missing)), None)
    if missing is None:
        return []
    language, item, count = talk.state.language, item_in(asked), len(missing.items)
    lines = [
        said("Almost done. One question still needs an answer before the form can be sent.", language)
        if count == 1
        else said(
            "Almost done. %(count)s questions still need an answer before the form can be sent.", language, count=count
        )
    ]
    if item is not None and item.na is not None:
        lines.append(said("If you have nothing to say, choose “%(words)s”.", language, words=item.na[language]))
    return ["\n".join(lines)]


def toast_of(talk: Talk, asked: Asked, events: tuple[Event, ...], way: Way) -> str:
    """The few words that flash up after a press."""
    language = talk.state.language
    if any(isinstance(event, Stale) for event in events):
        return said("That question has been passed. This one is open now.", language)
    if any(isinstance(event, Rejected) for event in events):
        return noted(talk, events, way)[0]
    if any(isinstance(event, Accepted) for event in events):
        return chosen(taken(talk.place.questionnaire, events, language), language)
    verb = way.inbound.text[:1] if way.inbound is not None else ""
    return said(PRESSED[verb], language) if verb in PRESSED else ""


PRESSED: Mapping[str, str] = {"b": "The question before", "p": "Skipped", "d": "Skipped"}


def chosen(words: str, language: str) -> str:
    """That this was chosen."""
    return said("Chosen: %(answer)s", language, answer=words) if words else ""


def asking(
    way: Way, talk: Talk, asked: Asked, before: list[str] | None = None, toast: str = ""
) -> tuple[Outbound, ...]:
    """The open question below other paragraphs."""
    parts = [*map(Part, before or []), *question_parts(way, talk, asked)]
    return message(way, talk.state.language, parts, keyboard(talk, asked), toast)


def ticked(outcome: Ticked, way: Way) -> tuple[Outbound, ...]:
    """The open question with its boxes as they are now."""
    talk, asked = outcome.talk, open_question(outcome.talk)
    language, item = talk.state.language, item_in(asked)
    most = item.max_choices if item is not None else None
    words = "; ".join(label(item, code, language) for code in talk.ticked) if item is not None else ""
    if most is not None and len(talk.ticked) > most:
        toast = said("Choose at most %(count)s.", language, count=most)
    else:
        toast = chosen(words, language) or said("Nothing is chosen", language)
    return asking(way, talk, asked, [] if way.buttons else [chosen(words, language)], toast)


def words_wanted(outcome: WordsWanted, way: Way) -> tuple[Outbound, ...]:
    """Ask for the words beside an option, or let them be left out."""
    talk, asked = outcome.talk, open_question(outcome.talk)
    language, item = talk.state.language, item_in(asked)
    name = label(item, talk.wants_words, language) if item is not None else ""
    parts = [
        f"{asked.position}/{asked.total}",
        f"✓ {chosen(name, language)}",
        said("Please say which: type a few words and send them.", language),
        said(NO_WORDS[way.buttons], language),
    ]
    return message(way, language, parts, keyboard(talk, asked), chosen(name, language))


NO_WORDS: Mapping[bool, str] = {
    True: "If there is nothing to add, press “Go on without further words”.",
    False: "If there is nothing to add, send “skip”. To choose anew, send 0.",
}


def again(outcome: Again, way: Way) -> tuple[Outbound, ...]:
    """What is open, again, with the reason."""
    talk, language = outcome.talk, outcome.talk.state.language
    reason = said(REASONS[outcome.why], language) if outcome.why in REASONS else ""
    if outcome.why in TO_SAY:
        reason += " " + said(TO_SAY[outcome.why][way.buttons], language)
    if not talk.state.step:
        return message(way, language, [reason, to_begin(talk, way)], begin_keyboard(talk), reason)
    return asking(way, talk, open_question(talk), [reason], reason if outcome.why == "old" else "")


def to_begin(talk: Talk, way: Way) -> str:
    """Which form waits to be begun, and how."""
    language = talk.state.language
    begin = "If you agree, please press “Begin”." if way.buttons else "If you agree, please send 1 to begin."
    return f"{where(talk.place, language)}\n\n{said(begin, language)}"


REASONS: Mapping[str, str] = {
    "show": "Please go on here:",
    "old": "That button belongs to an earlier question. Please answer this one:",
    "voice": "Thank you. Voice messages cannot be heard here.",
    "picture": "Thank you. Pictures cannot be read here.",
    "sticker": "Thank you. Stickers cannot be read here.",
    "file": "Thank you. Files cannot be read here.",
    "other": "Thank you. Messages of this kind cannot be read here.",
    "edited": "A message that was changed afterwards is not read. Please send the answer anew.",
    "group": "Answers are taken in a private chat only, so that nobody else sees them.",
}
ASKED_TO: Mapping[bool, str] = {
    True: "Please press a button or type your answer.",
    False: "Please type your answer.",
}
TO_SAY: Mapping[str, Mapping[bool, str]] = dict.fromkeys(("voice", "picture", "sticker", "file", "other"), ASKED_TO)


def lost(outcome: Lost, way: Way) -> tuple[Outbound, ...]:
    """No form is open: how one begins."""
    language = outcome.language
    if outcome.quiet:
        return message(way, language, [said(TOO_MANY_WRONG, language), said(BY_CAMERA, language)])
    if outcome.why == "group":
        return message(way, language, [said(REASONS["group"], language), said(WRITE_PRIVATELY, language)])
    reason = said(LOST[outcome.why], language) if outcome.why in LOST else ""
    parts = [reason, said(HOW_TO_BEGIN[way.buttons], language), said(HOW_CODES_LOOK, language)]
    if not way.buttons:
        parts.append(others(language))
    return message(way, language, parts, other_tongues(language), reason)


TOO_MANY_WRONG = "Several codes in a row were wrong. Please wait an hour before you send another one."
BY_CAMERA = "Meanwhile you can scan the poster with the camera of your telephone and answer on the web page."
WRITE_PRIVATELY = "Please open a private chat with this account and send the code on the poster there."
HOW_CODES_LOOK = "Nine letters and digits on the poster, for example 7K2M-9QXA-0."
HOW_TO_BEGIN: Mapping[bool, str] = {
    True: "To give your view, please scan the chat code on the poster at the counter, or send the code printed there.",
    False: "To give your view, please send the code printed on the poster at the counter.",
}
LOST: Mapping[str, str] = {
    "old": "The form of this button is no longer open.",
    **{why: REASONS[why] for why in ("voice", "picture", "sticker", "file", "other")},
}


def others(language: str) -> str:
    """How to get another language, said in that language."""
    return "\n".join(said("For English, send “English”.", tongue) for tongue in LANGUAGES if tongue != language)


def other_tongues(language: str) -> Rows:
    """Buttons for the other languages."""
    return languages_keyboard([tongue for tongue in LANGUAGES if tongue != language], None)


def stopped(outcome: Stopped, way: Way) -> tuple[Outbound, ...]:
    """Stopped, and the way back while there is one."""
    language = outcome.language
    first = said("You have stopped. Nothing more will be sent to you.", language)
    if outcome.place is None:
        return message(way, language, [first, said(SEND_CODE, language)], toast=first)
    parts = [
        first,
        said("The unfinished form is kept for %(days)s days and then deleted.", language, days=CHAT_LIFE.days),
        said(COME_BACK[way.buttons], language),
        said("To delete it now, send “delete”.", language),
    ]
    rows = ((Choice(f"▶ {said('Continue', language)}", data("s", None)),),)
    return message(way, language, parts, rows, first)


SEND_CODE = "To give your view later, send the code on the poster."
COME_BACK: Mapping[bool, str] = {
    True: "To go on, press “Continue” or send the code on the poster.",
    False: "To go on, send “continue” or the code on the poster.",
}


def erased(outcome: Erased, way: Way) -> tuple[Outbound, ...]:
    """What was unfinished is gone."""
    language = outcome.language
    first = "The unfinished form is deleted." if outcome.was else "There was no unfinished form here."
    parts = [
        said(first, language),
        said("Forms that were sent before cannot be deleted: nothing tells whose they are.", language),
        said(SEND_CODE, language),
    ]
    return message(way, language, parts, toast=said(first, language))


def helped(outcome: Helped, way: Way) -> tuple[Outbound, ...]:
    """The words that work, and what is open."""
    language, talk = outcome.language, outcome.talk
    words = "\n".join(f"• {said(line, language)}" for line in (HELP if talk is not None else HELP_WITHOUT))
    parts = [said("This is how you answer:", language), words]
    if talk is None:
        return message(way, language, [said(HOW_TO_BEGIN[way.buttons], language), words], other_tongues(language))
    if not talk.state.step:
        return message(way, language, [*parts, to_begin(talk, way)], begin_keyboard(talk))
    return message(way, language, [*parts, said(GO_ON[way.buttons], language)], stay_keyboard(talk))


HELP = (
    "Press a button, or type the number or the words of an answer",
    "0 or “back”: the question before",
    "“skip”: no answer to this question",
    "“web”: go on in the web page, with your answers so far",
    "“language”: another language",
    "“continue”: show the question again",
    "“STOP”: no more questions and no reminder",
    "“delete”: delete the unfinished form",
)
HELP_WITHOUT = ("“language”: another language", "“STOP”: no more messages")
GO_ON: Mapping[bool, str] = {
    True: "To go on, press “Continue”.",
    False: "To go on, send “continue”.",
}


def tongues(outcome: Tongues, way: Way) -> tuple[Outbound, ...]:
    """The languages, each with what to send for it."""
    language, talk = outcome.language, outcome.talk
    lines = "\n".join(f"• {TONGUES.get(tongue, tongue)}: {to_send(tongue)}" for tongue in outcome.offered)
    rows = languages_keyboard(outcome.offered, talk)
    return message(way, language, [said("Which language do you want?", language), lines], rows)


def to_send(tongue: str) -> str:
    """What to type for a language."""
    return said("send “%(name)s”", tongue, name=TONGUES.get(tongue, f"/{tongue}"))


def linked(outcome: Linked, way: Way) -> tuple[Outbound, ...]:
    """The address of the form on the web, on a line of its own."""
    talk, language = outcome.talk, outcome.talk.state.language
    parts = [
        said("Your form on the web page, with the answers so far:", language),
        outcome.url,
        said("The address works for 24 hours.", language),
        said("Whoever has it can see this form and finish it: please do not pass it on.", language),
        said(AFTER_WEB[way.buttons], language),
    ]
    return message(way, language, parts, (*web_row(outcome.url, language), *waiting(talk)))


AFTER_WEB: Mapping[bool, str] = {
    True: "You can come back here at any time: press the button below.",
    False: "You can come back here at any time: send “continue”.",
}


def web_row(url: str, language: str) -> Rows:
    """The button that opens the address; chat services refuse any that is not of the open web."""
    return ((Choice(f"🌐 {said('Open the form', language)}", url=url),),) if url.startswith("https://") else ()


def waiting(talk: Talk) -> tuple[Row, ...]:
    """The button back to what is open in the chat."""
    return begin_keyboard(talk)[:1] if not talk.state.step else stay_keyboard(talk)[:1]


def reminded(outcome: Reminded, way: Way) -> tuple[Outbound, ...]:
    """The one reminder."""
    talk = outcome.talk
    language, asked = talk.state.language, open_question(talk)
    begun = asked.position > 1
    first = "You have begun a form and not finished it:" if begun else "You have opened a form and not begun it:"
    parts = [
        said(first, language),
        where(talk.place, language),
        said("You are at question %(position)s of %(total)s.", language, position=asked.position, total=asked.total)
        if begun
        else "",
        said(GO_ON[way.buttons], language),
        said("This is the only reminder. If you do not want to go on, send “STOP”.", language),
    ]
    stop = (Choice(said("Stop", language), data("x", talk)),)
    return message(way, language, parts, (*stay_keyboard(talk), stop))


Wording = Callable[[Any, Way], tuple[Outbound, ...]]
WORDINGS: Mapping[type, Wording] = {
    Welcomed: welcomed,
    Went: went,
    Ticked: ticked,
    WordsWanted: words_wanted,
    Thanked: thanked,
    Already: already,
    Turned: turned,
    Lost: lost,
    Stopped: stopped,
    Erased: erased,
    Helped: helped,
    Tongues: tongues,
    Linked: linked,
    Again: again,
    Reminded: reminded,
}
