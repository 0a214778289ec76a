"""The words before a form and after it: who asks and what is kept, the receipt, and codes that take no answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.keyboards import begin_keyboard
from bot.messages import Outbound
from bot.questions_in_words import most_questions
from bot.saying import NOTE, Part, Way, message, said
from runtime.words import day_words
from survey.questionnaire import Questionnaire
from workflows.chat import Already, Talk, Thanked, Turned, Welcomed
from workflows.places import Place

CHANNELS: Mapping[str, str] = {"telegram": "Telegram", "zalo": "Zalo"}
COMFORTABLE = 12  # questions; a longer form is easier on the web page
UNKNOWN_CODE = "There is no counter with this code"
CODE_LOOKS = "The code has nine letters and digits, for example 7K2M-9QXA-0."
NOTHING_RECORDED = "Nothing has been recorded."


def where(place: Place, language: str) -> str:
    """The unit and the counter, with the service where there is one."""
    lines = [place.unit, place.counter]
    if place.service:
        lines.append(f"{said('Service', language)}: {place.service}")
    return "\n".join(lines)


def welcomed(outcome: Welcomed, way: Way) -> tuple[Outbound, ...]:
    """Before anything is asked: who asks, why, how long, what is kept, and how it begins."""
    talk = outcome.talk
    return message(way, talk.state.language, welcome_parts(outcome, way), begin_keyboard(talk))


def welcome_parts(outcome: Welcomed, way: Way) -> Iterator[Part]:
    """The paragraphs of the first message."""
    talk = outcome.talk
    place, language = talk.place, talk.state.language
    form, total = place.questionnaire, most_questions(place.questionnaire)
    if place.trial:
        yield Part(said(ON_TRIAL, language))
    yield Part(said("Good day.", language))
    yield Part(f"{place.title.get(language) or next(iter(place.title.values()))}\n{where(place, language)}")
    yield Part(form.purpose[language], NOTE)
    yield Part(length(form, total, way, language))
    yield Part(privacy(way, language))
    words = [line for line in WORDS if line is not ON_WEB or not way.buttons]
    lines = "\n".join(f"• {said(line, language)}" for line in words)
    yield Part(f"{said('You can send at any time:', language)}\n{lines}")
    yield Part(said(BEGIN[way.buttons], language))


ON_TRIAL = "TRIAL. This survey is being tried out. What is sent now is never counted."


def length(form: Questionnaire, total: int, way: Way, language: str) -> str:
    """How many questions and minutes; where there are many, that the web page is easier."""
    many = said("At most %(total)s questions.", language, total=total)
    minutes = (
        said("About one minute.", language)
        if form.minutes == 1
        else said("About %(minutes)s minutes.", language, minutes=form.minutes)
    )
    advice = "" if total <= COMFORTABLE else f"\n{said(EASIER[way.buttons], language)}"
    return f"⏱ {many} {minutes}{advice}"


EASIER: Mapping[bool, str] = {
    True: "It is easier on the web page: press “Answer on the web page”.",
    False: "It is easier on the web page: send “web”.",
}
BEGIN: Mapping[bool, str] = {
    True: "If you agree, please press “Begin”.",
    False: "If you agree, please send 1 to begin.",
}
ON_WEB = "“web”: answer on the web page"
WORDS = (
    "“back”: the question before",
    ON_WEB,
    "“STOP”: no more questions",
    "“delete”: delete the unfinished form",
)


def to_begin(talk: Talk, way: Way) -> str:
    """Which form waits to be begun, and how it is."""
    language = talk.state.language
    return f"{where(talk.place, language)}\n\n{said(BEGIN[way.buttons], language)}"


def privacy(way: Way, language: str) -> str:
    """What is kept, who sees it, and who else might."""
    name = CHANNELS.get(way.inbound.channel if way.inbound else "", CHANNELS["telegram" if way.buttons else "zalo"])
    lines = (
        said("The official who served you cannot see your answers.", language),
        said(
            "Your name is not asked for. The form that you send is kept without your %(channel)s account.",
            language,
            channel=name,
        ),
        said("Messages pass through %(channel)s, so %(channel)s can see them.", language, channel=name),
    )
    return "🔒 " + "\n".join(lines)


def thanked(outcome: Thanked, way: Way) -> tuple[Outbound, ...]:
    """That the form is stored, with its receipt on a line of its own."""
    language = outcome.language
    if outcome.place.trial:
        first = "Tried out: nothing was counted."
        return message(way, language, [said(ON_TRIAL, language), said(first, language)], toast=said(first, language))
    first = "We already hold your answers" if outcome.again else "Thank you. Your answers are recorded."
    parts = [
        f"✅ {sentence(said(first, language))}",
        said("However often it is sent, it counts once.", language) if outcome.again else "",
        f"{said('Your receipt', language)}:\n{outcome.receipt}",
        said(
            "Please keep this message. On the web page whose address stands on the poster, under “Check a receipt”, "
            "you can see that your answers are held. The receipt tells nobody who you are or what you answered.",
            language,
        ),
        said(
            "Your answers are counted together with those of other people. Results are shown for the whole office, "
            "never for one person.",
            language,
        ),
    ]
    return message(way, language, parts, toast=said(first, language))


def sentence(title: str) -> str:
    """A heading as a sentence, with its full stop."""
    return title if title.endswith(".") else f"{title}."


def already(outcome: Already, way: Way) -> tuple[Outbound, ...]:
    """That one answer a person is taken here, and this person's is held."""
    language = outcome.language
    parts = [
        said("Thank you. You have already answered at this counter.", language),
        where(outcome.place, language),
        said("Each person can answer once at each counter. Nothing more has been recorded.", language),
    ]
    return message(way, language, parts)


def turned(outcome: Turned, way: Way) -> tuple[Outbound, ...]:
    """Why a code takes no answers, and what to do instead."""
    language, place = outcome.language, outcome.place
    if place is None:
        return message(way, language, unknown_parts(language), toast=said(UNKNOWN_CODE, language))
    title, *lines = STANDINGS[outcome.standing](place, language)
    return message(way, language, [sentence(title), where(place, language), *lines], toast=title)


def unknown_parts(language: str) -> list[str]:
    """How a code looks and where it stands."""
    return [
        sentence(said(UNKNOWN_CODE, language)),
        said("A letter or a digit may be wrong. Please look at the poster and send the code again.", language),
        said(CODE_LOOKS, language),
        said(NOTHING_RECORDED, language),
    ]


def not_yet(place: Place, language: str) -> list[str]:
    """Before the campaign opens."""
    opens, closes = day_words(place.opens, language), day_words(place.closes, language)
    days = said("Answers can be given from %(opens)s to %(closes)s.", language, opens=opens, closes=closes)
    return [
        said("This survey is not open yet", language),
        said("It is still being prepared. Please come back later.", language) if place.state == "draft" else days,
        said("The same code on the poster will work then. Nothing has been recorded.", language),
    ]


def closed(place: Place, language: str) -> list[str]:
    """After the campaign has closed."""
    closes = day_words(place.closes, language)
    return [
        said("This survey has ended", language),
        said("Answers could be given until %(closes)s. Thank you for wanting to take part.", language, closes=closes),
        said("No new answer has been recorded. Answers that were sent before are kept and counted.", language),
    ]


def revoked(place: Place, language: str) -> list[str]:
    """A code that was replaced."""
    return [
        said("This code is no longer used", language),
        said(
            "The poster with this code has been replaced. Please scan the newest poster at the counter, or ask an "
            "official for it.",
            language,
        ),
        said(NOTHING_RECORDED, language),
    ]


AT_A_SUCCESSOR = "To give your view, please scan the poster at a counter there. Nothing has been recorded here."
AT_THE_NEW_OFFICE = (
    "To give your view, please scan the poster at the office that now does its work. Nothing has been recorded here."
)


def dissolved(place: Place, language: str) -> list[str]:
    """A unit that has ceased to exist, and who does its work now."""
    ended = day_words(place.unit_ended, language) if place.unit_ended else ""
    lines = [
        said("This office no longer exists under this name", language),
        said("It ended its work on %(ended)s.", language, ended=ended) if ended else "",
    ]
    if place.successors:
        names = "\n".join(f"• {name}" for name in place.successors)
        lines.append(f"{said('Its work has passed to:', language)}\n{names}")
        return [*lines, said(AT_A_SUCCESSOR, language)]
    return [*lines, said(AT_THE_NEW_OFFICE, language)]


def not_by_chat(place: Place, language: str) -> list[str]:
    """A campaign that is answered on the web only."""
    return [
        said("This survey is answered on the web", language),
        said("Please scan the poster at the counter with the camera of the telephone.", language),
        said(NOTHING_RECORDED, language),
    ]


STANDINGS: Mapping[str, Callable[[Place, str], list[str]]] = {
    "not_yet": not_yet,
    "closed": closed,
    "revoked": revoked,
    "dissolved": dissolved,
    "not_by_chat": not_by_chat,
}
