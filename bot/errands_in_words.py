"""The words away from the questions: help, languages, the web address, stopping, deleting, the reminder."""

from __future__ import annotations

from collections.abc import Mapping

from bot.keyboards import Rows, begin_keyboard, data, languages_keyboard, stay_keyboard
from bot.messages import Choice, Outbound
from bot.places_in_words import CODE_LOOKS, to_begin, where
from bot.questions_in_words import heading_of, open_question
from bot.saying import Way, message, said
from bot.turns_in_words import ONLY_ALONE, UNREADABLE
from runtime.words import LANGUAGES, TONGUES
from workflows.callers import CHAT_LIFE
from workflows.chat import Erased, Helped, Linked, Lost, Reminded, Stopped, Talk, Tongues


def lost(outcome: Lost, way: Way) -> tuple[Outbound, ...]:
    """No form is open: how one begins."""
    language = outcome.language
    if outcome.quiet:
        return message(way, language, [said(TOO_MANY_WRONG, language), said(BY_CAMERA, language)])
    if outcome.why == "group":
        return message(way, language, [said(ONLY_ALONE, language), said(WRITE_PRIVATELY, language)])
    reason = said(LOST.get(outcome.why, "Good day."), language)
    parts = [reason, said(HOW_TO_BEGIN[way.buttons], language), said(CODE_LOOKS, language)]
    if not way.buttons:
        parts.append(in_other_languages(language))
    return message(way, language, parts, other_tongues(language), reason if outcome.why else "")


TOO_MANY_WRONG = "Several codes in a row were wrong. Please wait an hour before you send another one."
BY_CAMERA = "Meanwhile you can scan the poster with the camera of your telephone and answer on the web page."
WRITE_PRIVATELY = "Please open a private chat with this account and send the code on the poster there."
HOW_TO_BEGIN: Mapping[bool, str] = {
    True: "To give your view, please scan the chat code on the poster at the counter, or send the code printed there.",
    False: "To give your view, please send the code printed on the poster at the counter.",
}
LOST: Mapping[str, str] = {**UNREADABLE, "old": "The form of this button is no longer open."}


def in_other_languages(language: str) -> str:
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
        said(COME_BACK[way.buttons], language),
        said("The unfinished form is kept for %(days)s days and then deleted.", language, days=CHAT_LIFE.days)
        + " "
        + said("To delete it now, send “delete”.", language),
    ]
    return message(way, language, parts, ((on_again(language),),), first)


SEND_CODE = "To give your view later, send the code on the poster."
COME_BACK: Mapping[bool, str] = {
    True: "To go on, press “Continue” or send the code on the poster.",
    False: "To go on, send “continue” or the code on the poster.",
}


def on_again(language: str) -> Choice:
    """The button back to what is open, whichever form that is."""
    return Choice(f"▶ {said('Continue', language)}", data("s", None))


def erased(outcome: Erased, way: Way) -> tuple[Outbound, ...]:
    """What was unfinished is gone."""
    language = outcome.language
    first = said("The unfinished form is deleted." if outcome.was else "There was no unfinished form here.", language)
    parts = [
        first,
        said("Forms that were sent before cannot be deleted: nothing tells whose they are.", language),
        said(SEND_CODE, language),
    ]
    return message(way, language, parts, toast=first)


def helped(outcome: Helped, way: Way) -> tuple[Outbound, ...]:
    """The words that work, and what is open."""
    language, talk = outcome.language, outcome.talk
    if talk is None:
        parts = [said(HOW_TO_BEGIN[way.buttons], language), said(CODE_LOOKS, language), listed(WORDS_ALONE, language)]
        return message(way, language, parts, other_tongues(language))
    words = f"{said(HOW_TO_ANSWER[way.buttons], language)}\n\n{listed(WORDS, language)}"
    if not talk.state.step:
        return message(way, language, [words, to_begin(talk, way)], begin_keyboard(talk))
    return message(way, language, [words, said(GO_ON[way.buttons], language)], stay_keyboard(talk))


def listed(sentences: tuple[str, ...], language: str) -> str:
    """Words that work, one a line."""
    lines = "\n".join(f"• {said(sentence, language)}" for sentence in sentences)
    return f"{said('You can send at any time:', language)}\n{lines}"


HOW_TO_ANSWER: Mapping[bool, str] = {
    True: "To answer, press a button, or type the number or the words of your answer and send it.",
    False: "To answer, type the number or the words of your answer and send it.",
}
WORDS_ALONE = ("“language”: another language", "“STOP”: no more messages")
WORDS = (
    "“back” or 0: the question before",
    "“skip”: no answer to this question",
    "“continue”: show the question again",
    "“web”: answer on the web page, with your answers so far",
    "“language”: another language",
    "“STOP”: no more questions and no reminder",
    "“delete”: delete the unfinished form",
)
GO_ON: Mapping[bool, str] = {True: "To go on, press “Continue”.", False: "To go on, send “continue”."}


def tongues(outcome: Tongues, way: Way) -> tuple[Outbound, ...]:
    """The languages, each with what to send for it."""
    language, talk = outcome.language, outcome.talk
    lines = "\n".join(f"• {to_send(tongue)}" for tongue in outcome.offered)
    rows = languages_keyboard(outcome.offered, talk)
    return message(way, language, [said("Which language do you want?", language), lines], rows)


def to_send(tongue: str) -> str:
    """What to type for a language, said in it."""
    if tongue not in LANGUAGES:
        return f"{TONGUES.get(tongue, tongue)}: /{tongue}"
    return said("For English, send “English”.", tongue)


def linked(outcome: Linked, way: Way) -> tuple[Outbound, ...]:
    """The address of the form on the web, on a line of its own."""
    talk, language = outcome.talk, outcome.talk.state.language
    parts = [
        said("To answer on the web page, with the answers so far, open this address:", language),
        outcome.url,
        said("It works for 24 hours.", language)
        + " "
        + said("Whoever has it can see this form and finish it: please do not pass it on.", language),
        said(AFTER_WEB[way.buttons], language),
    ]
    return message(way, language, parts, (*web_rows(outcome.url, language), *way_back(talk)))


AFTER_WEB: Mapping[bool, str] = {
    True: "You can come back here at any time: press the button below.",
    False: "You can come back here at any time: send “continue”.",
}


def web_rows(url: str, language: str) -> Rows:
    """The button that opens the address; chat services refuse any that is not of the open web."""
    return ((Choice(f"🌐 {said('Open the form', language)}", url=url),),) if url.startswith("https://") else ()


def way_back(talk: Talk) -> Rows:
    """The button back to what is open in the chat."""
    return (stay_keyboard(talk) if talk.state.step else begin_keyboard(talk))[:1]


def reminded(outcome: Reminded, way: Way) -> tuple[Outbound, ...]:
    """The one reminder."""
    talk, language = outcome.talk, outcome.talk.state.language
    asked = open_question(talk) if talk.state.step else None
    first = (
        "You have begun a form and not finished it:" if talk.state.step else "You have opened a form but not begun it:"
    )
    parts = [
        said(first, language),
        where(talk.place, language) + (f"\n{heading_of(asked, language)}" if asked is not None else ""),
        said(GO_ON[way.buttons], language),
        said("This is the only reminder. If you do not want to go on, send “STOP”.", language),
    ]
    stop = (Choice(said("Stop", language), data("x", talk)),)
    return message(way, language, parts, (*stay_keyboard(talk), stop))
